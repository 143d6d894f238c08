"""Where installed agents lie: a folder of the user's cache, never the repository."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

PLACE = "WUHU_AGENTS_CACHE"
"""Names another folder."""

CHOICE = "WUHU_AGENTS"
"""Names the agents to try, with commas between them; all when it is empty."""


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of all that the suite installs and keeps."""
    given = environment.get(PLACE)
    place = Path(given) if given else Path(platformdirs.user_cache_dir("wuhu")) / "agents"
    return place.absolute()


def results_file(cache: Path) -> Path:
    """What the runs so far have found."""
    return cache / "results.json"


def programs_folder(cache: Path) -> Path:
    """Where npm puts the programs."""
    return cache / "node_modules" / ".bin"
