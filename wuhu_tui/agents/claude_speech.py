"""What the agent says and thinks, as it streams; a message told again whole is not said twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from wuhu_tui.agents.claude_frames import Block, StreamEvent
from wuhu_tui.model.events import AgentSaid, AgentThought, Event

TEXT, THINKING = "text", "thinking"


@dataclass
class _Piece:
    """One block of a message, as far as it has streamed."""

    kind: str
    name: str
    said: list[str] = field(default_factory=list)


@dataclass
class _Message:
    """The message that streams now."""

    id: str = ""
    pieces: dict[int, _Piece] = field(default_factory=dict)
    untold: list[_Piece] = field(default_factory=list)
    """Blocks that streamed and were not told whole yet."""
    counted: int = 0


class Speech:
    """Follows what is said by the agent (parent "") and by each of its sub-agents."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._messages: dict[str, _Message] = {}

    def stream(self, event: StreamEvent, parent: str) -> None:
        """Take an event of the model's own stream."""
        if event.type == "message_start":
            self._messages[parent] = _Message(event.message.id)
        elif event.type == "content_block_start":
            self._open(event, parent)
        elif event.type == "content_block_delta":
            self._go_on(event, parent)

    def block(self, block: Block, message: str, parent: str) -> None:
        """Take a block that is told whole; only what did not stream is said."""
        whole = block.thinking if block.type == THINKING else block.text
        current = self._message(message, parent)
        streamed = next((piece for piece in current.untold if piece.kind == block.type), None)
        if streamed is not None:
            current.untold.remove(streamed)
            said = "".join(streamed.said)
            if whole.startswith(said):
                self._say(streamed, whole[len(said) :], parent)
            return
        self._say(_piece(current, block.type), whole, parent)

    def _message(self, name: str, parent: str) -> _Message:
        current = self._messages.get(parent)
        if current is None or current.id != name:
            current = self._messages[parent] = _Message(name)
        return current

    def _open(self, event: StreamEvent, parent: str) -> None:
        kind = event.content_block.type
        if kind in (TEXT, THINKING):
            current = self._messages.setdefault(parent, _Message())
            piece = current.pieces[event.index] = _piece(current, kind)
            current.untold.append(piece)

    def _go_on(self, event: StreamEvent, parent: str) -> None:
        current = self._messages.get(parent)
        piece = current.pieces.get(event.index) if current else None
        if piece is not None:
            more = event.delta.thinking if piece.kind == THINKING else event.delta.text
            self._say(piece, more, parent)

    def _say(self, piece: _Piece, text: str, parent: str) -> None:
        if not text:
            return
        piece.said.append(text)
        if piece.kind == THINKING:
            self._emit(AgentThought(text=text))
        else:
            self._emit(AgentSaid(text=text, message=piece.name, parent=parent))


def _piece(message: _Message, kind: str) -> _Piece:
    """The next block of a message; each has a name of its own, since tools may stand between."""
    message.counted += 1
    name = message.id if message.counted == 1 else f"{message.id}/{message.counted}"
    return _Piece(kind, name)
