"""What is told when the dashboard closes: what goes on, what waits for the lead, what died. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from wuhu_tui.cli.output import Painted, Part
from wuhu_tui.model.board import Board
from wuhu_tui.model.letters import LetterState
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

_OVER = frozenset({SessionState.MERGED, SessionState.ARCHIVED})
_MOST_NAMES = 6


class Leaving(Value, frozen=True):
    """How everything stood when the lead left; `running` are the names of living sessions."""

    board: Board
    running: tuple[str, ...] = ()
    conducted: bool = False
    """Whether another process does the project's automation from now on."""


def leaving_lines(leaving: Leaving, root: Path) -> list[list[Part]]:
    """One line for each thing that the lead must know; none when nothing goes on and nothing waits."""
    lines = list(_lines(leaving))
    return [*lines, [f"come back with: wuhu -C {root}"]] if lines else []


def _lines(leaving: Leaving) -> Iterator[list[Part]]:
    board, running = leaving.board, leaving.running
    if running:
        yield [Painted(counted(len(running), "session"), "bold"), f" running on: {_few(running)}"]
    if running and not leaving.conducted:
        yield ["nobody conducts meanwhile; without a screen: wuhu conduct"]
    asking = [view for view in board.sessions.values() if view.questions]
    asking = [view for view in asking if view.state not in _OVER]
    if asking:
        number = sum(len(view.questions) for view in asking)
        names = _few([view.spec.shown_name for view in asking])
        yield [
            Painted(f"{counted(number, 'question')} open", "yellow"),
            f" of {names}: wuhu questions",
        ]
    yield from _of_letters(board)


def _of_letters(board: Board) -> Iterator[list[Part]]:
    """Any number of letters that did not arrive is one line."""
    loud = [letter for letter in board.letters.values() if letter.is_loud]
    if loud:
        all_dead = all(letter.state is LetterState.DEAD for letter in loud)
        word = counted(len(loud), "dead letter" if all_dead else "undelivered letter")
        yield [Painted(word, "red"), ": wuhu doctor"]


def _few(names: Sequence[str]) -> str:
    rest = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")
