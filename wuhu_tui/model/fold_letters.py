"""How the project's journal tells the way of each letter: the letters' part of the fold. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.letters import ENDED, Letter, LetterKind, LetterState
from wuhu_tui.model.records import Record

MAX_ENDED = 200
"""How many of the newest ended letters the board keeps; the others all stay."""

MAX_CARRIED = 50
"""How many of the newest questions are remembered as told to a session's parent."""


Letters = dict[str, Letter]


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


def without_oldest_ended(letters: Letters) -> Letters:
    """All that go on, and the newest that ended."""
    ended = [name for name, letter in letters.items() if letter.state in ENDED]
    gone = set(ended[:-MAX_ENDED])
    if not gone:
        return letters
    return {name: letter for name, letter in letters.items() if name not in gone}


def _posted(letters: Letters, event: project.LetterPosted, record: Record) -> None:
    letter = event.letter
    if letter.id not in letters:
        letters[letter.id] = replace(letter, since=record.ts)


def _deferred(letters: Letters, event: project.LetterDeferred, record: Record) -> None:
    letter = letters.get(event.letter)
    if letter is None or letter.state in ENDED or letter.is_loud:
        return
    letters[letter.id] = replace(
        letter,
        state=LetterState.DEFERRED,
        since=letter.since if letter.reason is event.reason else record.ts,
        reason=event.reason,
        detail=event.detail,
        next_try=event.next_try,
        deferrals=event.deferrals,
        failures=event.failures,
    )


def _moved(letters: Letters, event: project.LetterMoved, record: Record) -> None:
    """What ended stays ended; one that is sent again begins with fresh counters."""
    letter = letters.get(event.letter)
    if letter is None or letter.state in ENDED:
        return
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
    letters[letter.id] = moved


def _edited(letters: Letters, event: project.LetterEdited, record: Record) -> None:
    letter = letters.get(event.letter)
    if letter is not None and letter.state not in ENDED:
        letters[letter.id] = replace(letter, text=event.text, lane=event.lane or letter.lane)


LETTER_STEPS: dict[type[Any], Callable[[Letters, Any, Record], None]] = {
    project.LetterPosted: _posted,
    project.LetterDeferred: _deferred,
    project.LetterMoved: _moved,
    project.LetterEdited: _edited,
}
"""What each event makes of the letters, in place: whoever folds gives a table of its own."""
