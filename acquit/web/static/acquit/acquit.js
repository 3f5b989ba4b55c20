/* Acquit in the browser: keys, menus, toasts, focus. Every page works without this file. */
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  /* What a closed <details> holds is not seen, though browsers lay it out. */
  const seen = (element) => {
    const shut = (element.tagName === "DETAILS" ? element.parentElement : element).closest("details:not([open])");
    const title = element.closest("summary");
    return element.getClientRects().length > 0 && (!shut || (title && title.parentElement === shut));
  };
  const announce = (words) => {
    const region = document.getElementById("annonces");
    region.textContent = "";
    setTimeout(() => { region.textContent = words; }, 50);
  };

  /* Lists: J and K move; the chosen line is opened, and HTMX or the link does the rest. */
  const lines = () => all("[data-item], tr[data-row] a.acq-name").filter(seen);
  const move = (by) => {
    const found = lines();
    if (!found.length) return;
    const here = found.findIndex((line) => line === document.activeElement || line.getAttribute("aria-current") === "true");
    const more = by > 0 && here === found.length - 1 && all("[data-more]").find(seen);
    if (more) { more.click(); return; }
    const next = found[Math.min(Math.max(here + by, 0), found.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    if (next.hasAttribute("data-item") && next.getAttribute("aria-current") !== "true") next.click();
  };

  /* A key for a line that is still on its way waits for it: the one before must not get it. */
  let early = "";
  const onItsWay = () => document.querySelector("[data-item].htmx-request");

  const openMenu = () => document.querySelector("details[data-menu][open]");
  const closeMenus = (except) => {
    for (const menu of all("details[data-menu][open]")) if (menu !== except) menu.open = false;
  };

  /* A key presses what is marked data-key, nearest first: the open menu, then the page. */
  const press = (key, within) => {
    const target = all(`[data-key="${CSS.escape(key)}"]`, within).find(seen);
    if (!target) return false;
    if (target.tagName === "DETAILS") {
      closeMenus(target);
      target.open = !target.open;
      const first = target.open && target.querySelector(".acq-menu textarea, .acq-menu button, .acq-menu a, .acq-menu input:not([type=hidden])");
      (first || target.querySelector("summary")).focus();
    } else if (target.matches("input[type=radio], input[type=checkbox]")) {
      target.click();
      target.focus();
    } else if (target.matches("input, textarea, select")) {
      target.focus();
    } else {
      target.click();
    }
    return true;
  };

  const search = () => {
    const field = all("[data-search]").find(seen);
    if (field) { field.focus(); field.select(); return; }
    const clients = document.querySelector('[data-go="c"]');
    if (clients) location.assign(`${clients.href}#chercher`);
  };

  const singleKeys = () => localStorage.getItem("acquit-keys") !== "off";
  const writing = (element) =>
    element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=submit]):not([type=button])");

  let going = 0;
  const chord = (event) => {
    const key = event.key.toLowerCase();
    if (key === "k") { event.preventDefault(); search(); }
    if (key === "z" && !writing(event.target)) {
      const undo = all("[data-undo]").at(-1);
      if (undo) { event.preventDefault(); undo.click(); }
    }
  };
  const single = (event) => {
    const key = (event.shiftKey && /^[a-z]$/i.test(event.key) ? "shift+" : "") + event.key.toLowerCase();
    if (Date.now() - going < 1500) {
      going = 0;
      const page = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (page) { event.preventDefault(); page.click(); return; }
    }
    const menu = openMenu();
    if (menu && press(key, menu)) { event.preventDefault(); return; }
    if (key === "g") { going = Date.now(); return; }
    if (key === "?") { event.preventDefault(); document.getElementById("clavier").showModal(); return; }
    if (key === "j" || key === "k") { event.preventDefault(); move(key === "j" ? 1 : -1); return; }
    if (onItsWay()) { early = key; event.preventDefault(); return; }
    if (press(key, document)) event.preventDefault();
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") {
      const menu = openMenu();
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
      if (writing(event.target)) { event.target.blur(); return; }
      if (!document.querySelector("dialog[open]")) press("escape", document);
      return;
    }
    if ((event.ctrlKey || event.metaKey) && !event.altKey) { chord(event); return; }
    if (event.altKey || event.ctrlKey || event.metaKey || writing(event.target)) return;
    if (event.key === "Enter" && event.target.matches("body, main, [data-item], input[type=radio]")) {
      if (onItsWay()) { early = "enter"; event.preventDefault(); return; }
      if (!event.target.matches("[data-item]:not([aria-current])") && press("enter", document)) { event.preventDefault(); return; }
    }
    if (document.querySelector("dialog[open]") || !singleKeys() || event.key.length !== 1) return;
    single(event);
  });

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details[data-menu]"));
    const close = event.target.closest("[data-close]");
    if (close) close.closest("[data-toast]").remove();
    if (event.target.closest("[data-theme-switch]")) {
      const other = root.dataset.bsTheme === "dark" ? "light" : "dark";
      localStorage.setItem("acquit-theme", other);
      root.dataset.bsTheme = other;
    }
    const row = event.target.closest("tr[data-row]");
    if (row && !event.target.closest("a, button, input, select, label, summary") && !String(getSelection())) {
      row.querySelector("a.acq-name").click();
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-switch]")) localStorage.setItem("acquit-keys", event.target.checked ? "on" : "off");
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-pick]")) repick(event.target.form);
    if (event.target.matches("[data-check-all]")) {
      for (const box of all(`input[type=checkbox][name="${CSS.escape(event.target.dataset.checkAll)}"]`)) box.checked = event.target.checked;
    }
  });

  /* A text that is written is shown as it would be said, once the hand rests. */
  const live = document.querySelector("form[data-live]");
  const preview = live && live.querySelector("[data-preview]");
  if (preview) {
    const show = () => { if (live.checkValidity()) live.requestSubmit(preview); };
    let resting = 0;
    live.addEventListener("input", () => { clearTimeout(resting); resting = setTimeout(show, 500); });
    show();
  }

  /* Money: what is unticked leaves the sum, what is typed leaves the rest; the server counts again. */
  const cents = (text) => {
    const bare = text.replace(/[\s\u00a0\u202f€]/g, "");
    const thousands = bare.includes(",") && bare.includes(".") ? (bare.lastIndexOf(".") > bare.lastIndexOf(",") ? /,/g : /\./g) : null;
    return Math.round(Number((thousands ? bare.replace(thousands, "") : bare).replace(",", ".")) * 100) || 0;
  };
  const money = (sum, currency) =>
    new Intl.NumberFormat(root.lang, { style: "currency", currency }).format(sum / 100).replace("-", "\u2212");
  const repick = (form) => {
    const left = new Map(form.querySelector("[data-sums]").dataset.sums.split(" ").map((one) => one.split(":").reverse()).map(([currency, sum]) => [currency, cents(sum)]));
    const out = all("[data-pick]").filter((box) => box.form === form && !box.checked);
    for (const box of out) {
      const [sum, currency] = box.dataset.pick.split(":");
      left.set(currency, left.get(currency) - cents(sum));
    }
    const count = Number(form.dataset.count) - out.length;
    for (const place of all("[data-picked]", form)) place.textContent = new Intl.NumberFormat(root.lang).format(count);
    form.querySelector("[data-picked-sum]").textContent = [...left].map(([currency, sum]) => money(sum, currency)).join(" + ");
    form.querySelector("[type=submit]").disabled = !count;
  };
  const reshare = (form) => {
    const left = all("[data-part]", form).reduce((rest, field) => rest - cents(field.value), cents(form.dataset.whole));
    const place = form.querySelector("[data-rest]");
    place.textContent = money(left, form.dataset.currency);
    place.classList.toggle("t-danger", left < 0);
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-part]")) reshare(event.target.form);
  });

  /* Toasts leave after ten seconds, unless one is looked at. */
  const start = (toast) => {
    if (toast.dataset.started) return;
    toast.dataset.started = "yes";
    toast.querySelector("[data-close]").hidden = false;
    if (toast.dataset.tone === "danger") return;
    const count = toast.querySelector("[data-count]");
    let left = 10;
    const tick = () => {
      if (!toast.isConnected) return;
      if (!toast.matches(":hover, :focus-within")) left -= 1;
      if (left < 0) { toast.remove(); return; }
      if (count) count.textContent = `(${left} s)`;
      setTimeout(tick, 1000);
    };
    if (count) count.textContent = `(${left} s)`;
    setTimeout(tick, 1000);
  };

  const wake = () => {
    all("[data-toast]").forEach(start);
    for (const control of all("[data-theme-switch]")) control.hidden = false;
    for (const control of all("[data-keys-switch]")) control.checked = singleKeys();
    if (location.hash === "#chercher") search();
  };

  /* After a swap: the chosen line follows the URL, the focus goes where the fragment says, the change is announced. */
  const swapped = (event) => {
    wake();
    const asker = event.detail && event.detail.elt;
    if (asker && asker.closest && asker.closest("[data-quiet]")) return;
    const items = all("[data-item]");
    const isHere = (line) => new URL(line.href).pathname === location.pathname;
    if (items.some(isHere)) for (const line of items) {
      if (isHere(line)) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    }
    const target = document.querySelector("[data-focus]");
    if (target) { target.removeAttribute("data-focus"); target.focus(); }
    const news = document.querySelector("[data-announce]");
    if (news) { announce(news.dataset.announce); news.removeAttribute("data-announce"); }
    if (early && !onItsWay()) { const key = early; early = ""; press(key, document); }
    if (document.activeElement === document.body) document.getElementById("contenu").focus({ preventScroll: true });
  };
  for (const name of ["htmx:afterSettle", "htmx:after:settle"]) document.addEventListener(name, swapped);
  /* What asks by itself in the background fails in silence: a reload would lose what is being typed. */
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:response:error"]) {
    document.addEventListener(name, (event) => {
      if (!event.target.closest || !event.target.closest("[data-quiet]")) location.reload();
    });
  }
  wake();
})();
