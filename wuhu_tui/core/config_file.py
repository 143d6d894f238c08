"""`wuhu.toml` while a project is open: read again when it changed, and not in the middle of a save."""

from __future__ import annotations

import time
from pathlib import Path

from wuhu_tui.core.config import ProjectConfig, load_config
from wuhu_tui.journal.layout import CONFIG_FILE

QUIET = 0.15
"""Seconds in which a changed file must not change again: a half-saved one has no checks in it."""

PATIENCE = 3.0
"""Seconds after which a file that goes on changing is read as it is."""

Signature = tuple[int, int, int]


class ConfigFile:
    """Knows the settings as they were last read, and whether the file is still the one read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._signature = _signature(root)
        self._config = load_config(root)

    @property
    def config(self) -> ProjectConfig:
        """The settings as last read."""
        return self._config

    def look(self) -> ProjectConfig:
        """The settings as they are now; waits a moment if the file just changed.

        Raises:
            ConfigError: they are not valid; what was read before stays.
        """
        seen = _signature(self._root)
        if seen == self._signature:
            return self._config
        seen = self._settled(seen)
        self._config = load_config(self._root)
        self._signature = seen
        return self._config

    def _settled(self, seen: Signature | None) -> Signature | None:
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            time.sleep(QUIET)
            again = _signature(self._root)
            if again == seen:
                break
            seen = again
        return seen


def _signature(root: Path) -> Signature | None:
    """What changes with every save; None when there is no file."""
    try:
        status = (root / CONFIG_FILE).stat()
    except OSError:
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns)
