"""What the agent tells its client, at a pace people can read, remembered for a later load."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import acp
from acp.interfaces import Client
from acp.schema import AgentMessageChunk, AgentThoughtChunk, SessionNotification

from wuhu_tui.sample_agent.place import Memory

WORDS = re.compile(r"\S+\s*")
WORDS_IN_A_PIECE = 3
PIECE_SECONDS = 0.16


class Pace:
    """Waits, times a factor: 0 for tests, 1 for people who look on."""

    def __init__(self, factor: float) -> None:
        self._factor = factor

    async def wait(self, seconds: float) -> None:
        """Let that much time pass, as people see it."""
        await asyncio.sleep(seconds * self._factor)


def pieces(text: str) -> list[str]:
    """The text in pieces of a few words; together they are the text."""
    lead = text[: len(text) - len(text.lstrip())]
    words = WORDS.findall(text)
    groups = [
        "".join(words[start : start + WORDS_IN_A_PIECE])
        for start in range(0, len(words), WORDS_IN_A_PIECE)
    ]
    return [lead + groups[0], *groups[1:]] if groups else [text]


class Voice:
    """One session's voice."""

    def __init__(self, client: Client, session: str, memory: Memory, pace: Pace) -> None:
        self.client = client
        self.session = session
        self.pace = pace
        self._memory = memory
        self._messages = 0

    async def tell(self, update: Any, *, keep: bool = True) -> None:
        """Send one session update; keep it for a later load."""
        await self.client.session_update(session_id=self.session, update=update)
        if keep:
            self.keep(update)

    def keep(self, update: Any) -> None:
        """Remember an update without sending it."""
        self._memory.remember(update.model_dump(mode="json", by_alias=True, exclude_none=True))

    async def replay(self) -> None:
        """Tell everything remembered once more."""
        for update in self._memory.history():
            notification = SessionNotification.model_validate(
                {"sessionId": self.session, "update": update}
            )
            await self.tell(notification.update, keep=False)

    async def understood(self, message: str) -> None:
        """Say what was heard, without repeating all of it."""
        await self.say(f"Understood: {message.strip().partition(chr(10))[0]}")

    async def say(self, text: str) -> None:
        """Say something, piece by piece."""
        self._messages += 1
        name = f"message-{self._messages}"
        for piece in pieces(text):
            await self.tell(_said(piece, name), keep=False)
            await self.pace.wait(PIECE_SECONDS)
        self.keep(_said(text, name))

    async def think(self, text: str) -> None:
        """Think aloud, piece by piece."""
        for piece in pieces(text):
            await self.tell(_thought(piece), keep=False)
            await self.pace.wait(PIECE_SECONDS)
        self.keep(_thought(text))


def _said(text: str, name: str) -> AgentMessageChunk:
    return AgentMessageChunk(
        session_update="agent_message_chunk", content=acp.text_block(text), message_id=name
    )


def _thought(text: str) -> AgentThoughtChunk:
    return acp.update_agent_thought_text(text)
