"""Tells at once when a process that held a pulse is gone, also one that was killed: nobody polls."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from wuhu_tui.hosts.pulse import is_beating, listen_to_pulse


class Pulses:
    """The pulses of things of one kind, listened to as far as anybody asked for them.

    `path_of` says where a thing's pulse lies; `changed` is called when one has ended.
    """

    def __init__(self, path_of: Callable[[str], Path], changed: Callable[[], None]) -> None:
        self._path_of = path_of
        self._changed = changed
        self._beating: dict[str, int] = {}
        self._over: set[str] = set()

    def over(self, name: str) -> bool:
        """Whether nobody holds its pulse; of one that is held, the end will be told."""
        if name not in self._over and name not in self._beating:
            self._listen(name)
        return name in self._over

    def forget(self, name: str) -> None:
        """Its end was written down: nobody will ask again."""
        self._over.discard(name)
        self._close(name)

    def close(self) -> None:
        """Stop listening to all."""
        for name in list(self._beating):
            self._close(name)

    def _listen(self, name: str) -> None:
        try:
            pulse = listen_to_pulse(self._path_of(name))
        except OSError:
            return  # nobody can tell now: not being able to look is no end
        if pulse is None:
            self._over.add(name)
            return
        self._beating[name] = pulse
        asyncio.get_running_loop().add_reader(pulse, self._heard, name)

    def _heard(self, name: str) -> None:
        if not is_beating(self._beating[name]):
            self._over.add(name)
            self._close(name)
            self._changed()

    def _close(self, name: str) -> None:
        pulse = self._beating.pop(name, -1)
        if pulse >= 0:
            asyncio.get_running_loop().remove_reader(pulse)
            os.close(pulse)
