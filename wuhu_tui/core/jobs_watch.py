"""Tells at once when a job's keeper is gone, also one that was killed: no look is ever repeated."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from wuhu_tui.hosts.job import is_alive
from wuhu_tui.journal.layout import ProjectFolder


class JobWatch:
    """Reads the pulses of jobs, as far as anybody asked for them; `changed` is called at an end."""

    def __init__(self, folder: ProjectFolder, changed: Callable[[], None]) -> None:
        self._folder = folder
        self._changed = changed
        self._pulses: dict[str, int] = {}
        self._over: set[str] = set()

    def over(self, job: str) -> bool:
        """Whether nobody owns the job any more; of one that is owned, the end will be told."""
        if job not in self._over and job not in self._pulses:
            self._listen(job)
        return job in self._over

    def forget(self, job: str) -> None:
        """Its end was written down: nobody will ask again."""
        self._over.discard(job)
        self._close(job)

    def close(self) -> None:
        """Stop listening to all."""
        for job in list(self._pulses):
            self._close(job)

    def _listen(self, job: str) -> None:
        folder = self._folder.job(job)
        try:
            pulse = os.open(folder.pulse, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            if not is_alive(folder):
                self._over.add(job)
            return
        self._pulses[job] = pulse
        if not self._is_beating(pulse):
            self._end(job)
            return
        asyncio.get_running_loop().add_reader(pulse, self._heard, job)

    def _heard(self, job: str) -> None:
        if not self._is_beating(self._pulses[job]):
            self._end(job)
            self._changed()

    @staticmethod
    def _is_beating(pulse: int) -> bool:
        """Whether anybody holds the other end; nothing is ever written into it."""
        try:
            return os.read(pulse, 64) != b""
        except BlockingIOError:
            return True

    def _end(self, job: str) -> None:
        self._over.add(job)
        self._close(job)

    def _close(self, job: str) -> None:
        pulse = self._pulses.pop(job, -1)
        if pulse >= 0:
            asyncio.get_running_loop().remove_reader(pulse)
            os.close(pulse)
