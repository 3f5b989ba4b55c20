"""Puts into the wheel what git does not keep: assets, compiled translations, shipped scenarios."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Everything(BuildHookInterface):
    """Build what is missing, then hand the scenarios over under the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before the archive is made; an editable install reads the checkout instead."""
        if version == "editable" or self.target_name != "wheel":
            return
        root = Path(self.root)
        for tool in ("translations.py", "assets.py"):
            subprocess.run([sys.executable, str(root / "tools" / tool)], check=True)
        build_data["force_include"][str(root / "scenarios")] = "acquit/scenarios_shipped"
