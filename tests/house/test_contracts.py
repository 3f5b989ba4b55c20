"""The import contract of our own refuses what it must, and only that."""

from __future__ import annotations

import sys

import grimp
import pytest

from tools.contracts import FoldersAreIndependent

HOUSE = {
    "rooms/__init__.py": "",
    "rooms/base.py": "",
    "rooms/red/__init__.py": "from rooms import base\nfrom rooms.red import wall",
    "rooms/red/wall.py": "",
    "rooms/blue/__init__.py": "from rooms import base",
    "rooms/blue/wall.py": "",
}


def _found(folder, monkeypatch, **changes: str) -> list[tuple[str, str]]:
    for name, text in {**HOUSE, **changes}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(folder)
    for name in [name for name in sys.modules if name.split(".")[0] == "rooms"]:
        del sys.modules[name]
    graph = grimp.build_graph("rooms", cache_dir=None)
    options = {"name": "rooms", "type": "folders", "parent": "rooms"}
    contract = FoldersAreIndependent("rooms", {}, options)
    check = contract.check(graph, verbose=False)
    return [(one["importer"], one["imported"]) for one in check.metadata["found"]]


def test_folders_that_share_what_lies_beside_them_are_well(tmp_path, monkeypatch):
    assert _found(tmp_path, monkeypatch) == []


@pytest.mark.parametrize(
    ("file", "importer"),
    [("rooms/blue/wall.py", "rooms.blue.wall"), ("rooms/base.py", "rooms.base")],
)
def test_an_import_into_another_folder_is_refused(tmp_path, monkeypatch, file, importer):
    found = _found(tmp_path, monkeypatch, **{file: "from rooms.red import wall"})
    assert found == [(importer, "rooms.red.wall")]
