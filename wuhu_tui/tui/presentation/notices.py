"""What needs the lead beside questions and states: what nobody reported, what is theirs to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wuhu_tui.model.attention import letters_for_lead
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.entries import unseen_work, unsure_messages
from wuhu_tui.model.letters import Letter
from wuhu_tui.model.sightings import Sighting, SightingKind

LETTERS = "✉"
"""The stop of the walk at which letters lie that the lead has to see; no session can be called so."""

QUEUE = "⇡"
"""The stop of the walk that is the merge queue as a whole, or base's remote."""

RADAR = "╳"
"""The stop of the walk at which branches collide of which one has to wait."""

STOPS = frozenset({LETTERS, QUEUE, RADAR})
"""Stops of the walk that are no session."""

SINGLY = 3
"""Up to so many letters are an entry each; more at once are one."""

BESIDE = "!"
"""What the second half of a key begins with that is no question's."""


@dataclass(frozen=True)
class Notice:
    """One thing to see; `key` is its identity in lists, `stop` where the walk goes for it."""

    key: str
    stop: str
    since: datetime
    title: str
    word: str
    text: str
    todo: str
    letter: str = ""
    """The message it is about."""
    loud: bool = False
    """Whether something is wrong, and does not merely wait."""


def is_letters(key: str) -> bool:
    """Whether an entry of the inbox is one of letters, not of a session."""
    return key.partition("/")[0] == LETTERS


def is_queue(key: str) -> bool:
    """Whether an entry of the inbox is about the merge queue, not one session."""
    return key.partition("/")[0] == QUEUE


def is_radar(key: str) -> bool:
    """Whether an entry of the inbox is about branches that collide."""
    return key.partition("/")[0] == RADAR


def is_question(key: str) -> bool:
    """Whether an entry of the inbox is a question."""
    stop, _, rest = key.partition("/")
    return bool(rest) and stop not in STOPS and not rest.startswith(BESIDE)


def letter_notices(board: Board) -> list[Notice]:
    """Messages that may or may not have arrived, and what was written to the lead."""
    unsure = [
        _unsure(view, message.id, message.text, message.queued_at)
        for view in board.sessions.values()
        for message in unsure_messages(board, view)
    ]
    own = [letter for letter in letters_for_lead(board) if not letter.is_loud]
    own.sort(key=lambda letter: (letter.posted_at, letter.id))
    return [*sorted(unsure, key=lambda notice: notice.since), *_for_lead(board, own)]


def _unsure(view: SessionView, message: str, text: str, since: datetime) -> Notice:
    return Notice(
        key=f"{LETTERS}/{message}",
        stop=LETTERS,
        since=since,
        title=f"to {view.spec.shown_name}",
        word="unsure",
        text=f"its agent died before it said whether it has this: {text}",
        todo="Enter: send again, seen",
        letter=message,
    )


def _for_lead(board: Board, letters: list[Letter]) -> Iterator[Notice]:
    if len(letters) > SINGLY:
        failed = sum(letter.kind.value != "done" for letter in letters)
        yield Notice(
            key=f"{LETTERS}/{BESIDE}",
            stop=LETTERS,
            since=letters[0].posted_at,
            title=f"{len(letters)} messages",
            word="for you",
            text=f"{failed} of them did not go well" if failed else "all of them done",
            todo="Enter: read them, y: seen",
            letter=letters[0].id,
        )
        return
    for letter in letters:
        yield Notice(
            key=f"{LETTERS}/{letter.id}",
            stop=LETTERS,
            since=letter.posted_at,
            title=_title(board, letter),
            word=letter.kind.value,
            text=letter.text,
            todo="Enter: read it, y: seen",
            letter=letter.id,
        )


def _title(board: Board, letter: Letter) -> str:
    if letter.about in board.jobs:
        return "your command"
    view = board.session(letter.sender)
    return f"from {view.spec.shown_name if view else letter.sender}"


def session_notices(board: Board, view: SessionView) -> Iterator[Notice]:
    """What the core found out about a session because nobody told it."""
    for sighting in unseen_work(board, view):
        yield _sighted(view, sighting)


def _sighted(view: SessionView, sighting: Sighting) -> Notice:
    word, todo = _SIGHTED[sighting.kind]
    return Notice(
        key=f"{view.id}/{BESIDE}{sighting.kind.value}:{sighting.mark}",
        stop=view.id,
        since=sighting.at,
        title=view.spec.shown_name,
        word=word,
        text=sighting.text,
        todo=todo,
    )


_SIGHTED = {
    SightingKind.UNREPORTED_WORK: ("unreported", "d shows it · R resumes it"),
    SightingKind.PULL_REQUEST: ("pull request", "d shows it · Enter looks"),
}
