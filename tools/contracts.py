"""An import contract of our own: the folders of a package know what lies beside them, not each other."""

from __future__ import annotations

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class FoldersAreIndependent(Contract):  # type: ignore[misc]
    """Refuse an import from one folder of `parent` into another, or from a shared module into one.

    Only folders are plug-ins; the modules beside them are what they share, so a new folder needs no
    edit here.
    """

    type_name = "folders"
    parent = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect the forbidden imports, each with its line."""
        parent = str(self.parent)
        if parent not in graph.modules:
            return ContractCheck(kept=True, metadata={"found": []})
        folders = {
            child
            for child in graph.find_children(parent)
            if graph.find_children(child) and not child.endswith(".tests")
        }
        found = [
            detail
            for folder in sorted(folders)
            for module in sorted({folder, *graph.find_descendants(folder)})
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if _may_be_wrong(importer, parent, folder)
            for detail in graph.get_import_details(importer=importer, imported=module)
        ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print where."""
        for one in check.metadata["found"]:
            _show(one)


def _may_be_wrong(importer: str, parent: str, folder: str) -> bool:
    """Tell whether `importer` lies beside `folder`; tests may look at everything."""
    beside = importer.startswith(f"{parent}.") and not f"{importer}.".startswith(f"{folder}.")
    return beside and "tests" not in importer.split(".")


def _show(detail: Any) -> None:
    output.print_error(f"{detail['importer']} -> {detail['imported']} (l.{detail['line_number']})")
