"""The messages that wait for this session, as its journal has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from wuhu_tui.model.events import MessageQueued
from wuhu_tui.model.messages import Lane, Message
from wuhu_tui.session.log import SessionLog

TASK = "task"
"""The id of the message that carries the session's task."""


class MessageQueue:
    """Puts messages into lanes; the same id twice is one message."""

    def __init__(self, log: SessionLog, clock: Callable[[], datetime]) -> None:
        self._log = log
        self._clock = clock

    def put(self, name: str, lane: Lane, text: str, by: str, sequence: int | None = None) -> None:
        """Queue a message behind all others, unless it was queued before."""
        if name in self._log.history.fates:
            return
        message = Message(
            id=name,
            lane=lane,
            text=text,
            by=by,
            sequence=self.next_sequence if sequence is None else sequence,
            queued_at=self._clock(),
        )
        self._log.write(MessageQueued(message=message))

    def put_steer(self, name: str, text: str, by: str) -> None:
        """Queue a steering message."""
        self.put(name, Lane.STEER, text, by)

    def find(self, name: str) -> Message | None:
        """The message, while it waits."""
        return next((m for m in self._log.view.waiting if m.id == name), None)

    @property
    def next_sequence(self) -> int:
        """The number behind everything that ever waited."""
        return self._log.history.last_sequence + 1
