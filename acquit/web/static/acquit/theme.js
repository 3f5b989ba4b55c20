/* Before anything is drawn: light or dark, as the reader chose here, else as the system says; and that scripts run. */
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = localStorage.getItem("acquit-theme");
    document.documentElement.dataset.bsTheme = chosen || (dark.matches ? "dark" : "light");
  };
  dark.addEventListener("change", apply);
  apply();
  document.documentElement.dataset.js = "";
})();
