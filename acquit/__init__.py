"""Self-hosted software that gets a company's invoices paid."""

from pathlib import Path

__version__ = "0.1.0"


def shipped_scenarios() -> Path:
    """Return the folder of the scenarios that Acquit ships, in a checkout and in the wheel alike."""
    package = Path(__file__).parent
    inside = package / "scenarios_shipped"
    return inside if inside.is_dir() else package.parent / "scenarios"
