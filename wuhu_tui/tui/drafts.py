"""The lead's unsent words: kept while typing, saved beside the screen, there again next time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.errors import ConfigError, WuhuError

MAX_DRAFT = 200_000
"""Characters of one draft that are kept."""


class Drafts:
    """Drafts by key; with a path they outlive the dashboard. Reading and writing happen in threads."""

    def __init__(self, path: Path | None, tell: Callable[[WuhuError], None]) -> None:
        self._path = path
        self._tell = tell
        self._texts: dict[str, str] = {}
        self._saving = asyncio.Lock()
        self._unsaved: dict[str, str] = {}

    def get(self, key: str) -> str:
        """The draft of that key; empty when there is none."""
        return self._texts.get(key, "")

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all drafts, the oldest first."""
        return tuple(self._texts)

    def put(self, key: str, text: str) -> None:
        """Keep a draft; an empty one is forgotten, half a character becomes a whole one."""
        text = text.encode("utf-8", "replace").decode()
        if text == self.get(key):
            return
        if text.strip():
            self._texts[key] = text[:MAX_DRAFT]
        else:
            self._texts.pop(key, None)
        self._unsaved[key] = self.get(key)

    async def load(self) -> None:
        """Read what an earlier dashboard kept; what is written already stays."""
        if self._path is None:
            return
        try:
            kept = await asyncio.to_thread(_read, self._path)
        except WuhuError as error:
            self._tell(error)
            return
        self._texts = {**kept, **self._texts}

    async def save(self) -> None:
        """Write what is not saved yet; a failure is told and tried again with the next change."""
        async with self._saving:
            if not self._unsaved or self._path is None:
                return
            changes, self._unsaved = self._unsaved, {}
            try:
                await asyncio.to_thread(_write, self._path, changes, dict(self._texts))
            except WuhuError as error:
                self._unsaved = {**changes, **self._unsaved}
                self._tell(error)


def _write(path: Path, changes: dict[str, str], texts: dict[str, str]) -> None:
    """Change only what this dashboard changed: another one keeps its drafts in the same file."""
    try:
        texts = {**_read(path), **changes}
    except ConfigError:  # told when it was read first; what is known is written anew
        texts = {**texts, **changes}
    kept = {key: text for key, text in texts.items() if text}
    write_atomic(path, msgspec.json.format(msgspec.json.encode(kept), indent=1))


def _read(path: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(
            f"drafts cannot be read: {error}",
            where=str(path),
            remedy="remove the file to begin anew; the next draft overwrites it",
        ) from error
