"""The messages that wait for this session, as its journal has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec.structs import replace

from wuhu_tui.model.events import MessageEdited, MessageMoved, MessageQueued
from wuhu_tui.model.messages import Lane, Message
from wuhu_tui.session.lanes import placed_before, text_of
from wuhu_tui.session.log import SessionLog

WUHU = "wuhu"
"""Who speaks when nobody of flesh or model does."""


class MessageQueue:
    """Puts messages into lanes; the same id twice is one message.

    Secrets are taken out of what is written down. What the agent is told is what was said, for as
    long as this life lasts.
    """

    def __init__(self, log: SessionLog, clock: Callable[[], datetime]) -> None:
        self._log = log
        self._clock = clock
        self._texts: dict[str, str] = {}

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
        self._texts[name] = text
        self._log.write(MessageQueued(message=message))

    def put_steer(self, name: str, text: str, by: str) -> None:
        """Queue a steering message."""
        self.put(name, Lane.STEER, text, by)

    def edit(self, name: str, text: str) -> None:
        """Change the words of a waiting message."""
        self._texts[name] = text
        self._log.write(MessageEdited(id=name, text=text))

    def move(self, name: str, lane: Lane, before: str) -> None:
        """Put a waiting message into a lane, ahead of another one or behind all."""
        if before:
            for moved in placed_before(self._log.view.waiting, name, lane, before):
                self._log.write(moved)
        else:
            moved = MessageMoved(id=name, lane=lane, sequence=self.next_sequence)
            self._log.write(moved)

    def words(self, messages: Iterable[Message]) -> str:
        """What the agent reads when these land together."""
        return text_of(replace(m, text=self._texts.get(m.id, m.text)) for m in messages)

    def find(self, name: str) -> Message | None:
        """The message, while it waits."""
        return next((m for m in self._log.view.waiting if m.id == name), None)

    @property
    def next_sequence(self) -> int:
        """The number behind everything that ever waited."""
        return self._log.history.last_sequence + 1
