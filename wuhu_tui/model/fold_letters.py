"""How the project's journal tells the way of each letter: the letters' part of the fold. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.letters import ENDED, Letter, LetterKind, LetterState
from wuhu_tui.model.records import Record

MAX_ENDED = 200
"""How many of the newest ended letters the board keeps; the others all stay."""

MAX_CARRIED = 50
"""How many of the newest questions are remembered as told to a session's parent."""


def carried(view: SessionView, letter: Letter) -> SessionView:
    """The sender, with what this letter carries of it to its parent remembered."""
    view = replace(view, carried=max(view.carried, letter.reported_at))
    if letter.kind is LetterKind.IDLE and letter.about.isdecimal():
        turn = int(letter.about[:9])
        return replace(view, carried_silence=max(view.carried_silence, turn))
    if letter.kind is LetterKind.REQUEST and letter.about:
        told = (*view.carried_questions, letter.about)[-MAX_CARRIED:]
        return replace(view, carried_questions=told)
    return view


def _posted(board: Board, event: project.LetterPosted, record: Record) -> Board:
    letter = event.letter
    if letter.id in board.letters:
        return board
    return _with(board, replace(letter, since=record.ts))


def _with(board: Board, letter: Letter) -> Board:
    """With this letter as it is now; the oldest that ended goes if there are too many."""
    letters = {**board.letters, letter.id: letter}
    ended = [known.id for known in letters.values() if known.is_ended]
    if len(ended) > MAX_ENDED:
        del letters[ended[0]]
    return replace(board, letters=letters)


def _deferred(board: Board, event: project.LetterDeferred, record: Record) -> Board:
    letter = board.letters.get(event.letter)
    if letter is None or letter.state in ENDED or letter.is_loud:
        return board
    deferred = replace(
        letter,
        state=LetterState.DEFERRED,
        since=letter.since if letter.reason is event.reason else record.ts,
        reason=event.reason,
        detail=event.detail,
        next_try=event.next_try,
        deferrals=event.deferrals,
        failures=event.failures,
    )
    return _with(board, deferred)


def _moved(board: Board, event: project.LetterMoved, record: Record) -> Board:
    """What ended stays ended; one that is sent again begins with fresh counters."""
    letter = board.letters.get(event.letter)
    if letter is None or letter.state in ENDED:
        return board
    moved = replace(
        letter,
        state=event.after,
        since=record.ts,
        reason=None if event.after is not LetterState.DEAD else letter.reason,
        detail=event.detail,
        next_try=None,
        ended_by=event.by,
        note=event.note or letter.note,
    )
    if event.after is LetterState.QUEUED:
        moved = replace(moved, deferrals=0, failures=0)
    return _with(board, moved)


def _edited(board: Board, event: project.LetterEdited, record: Record) -> Board:
    letter = board.letters.get(event.letter)
    if letter is None or letter.state in ENDED:
        return board
    return _with(board, replace(letter, text=event.text, lane=event.lane or letter.lane))


LETTER_STEPS: dict[type[Any], Callable[[Board, Any, Record], Board]] = {
    project.LetterPosted: _posted,
    project.LetterDeferred: _deferred,
    project.LetterMoved: _moved,
    project.LetterEdited: _edited,
}
"""What each event makes of the letters."""
