"""How wuhu introduces itself to an agent."""

from __future__ import annotations

from importlib import metadata


def own_version() -> str:
    """The version of wuhu that is installed; `0` where it runs without being installed."""
    try:
        return metadata.version("wuhu-tui")
    except metadata.PackageNotFoundError:
        return "0"
