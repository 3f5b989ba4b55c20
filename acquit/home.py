"""Where Acquit keeps what is not in the database: the embedded server, the secret, the log."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import user_data_path


def environment_home() -> Path:
    """Return ACQUIT_HOME, else the platform's data folder.

    Root gets /var/lib/acquit: the embedded PostgreSQL runs under an account of its own then, which
    must not have to pass through root's private folder.
    """
    said = os.environ.get("ACQUIT_HOME", "").strip()
    if said:
        return Path(said).expanduser().absolute()
    if sys.platform == "linux" and os.geteuid() == 0:
        return Path("/var/lib/acquit")
    return user_data_path("acquit", appauthor=False)
