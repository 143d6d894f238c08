"""Gathers what lies beside a review's diff, from the board, the journals and the commits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec.structs import replace

from wuhu_tui.core.journal_scan import Scanned, scan
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.reading import review_of, view_of
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import GitError, JournalError
from wuhu_tui.model.events import QuestionAnswered, QuestionAsked, QuestionWithdrawn
from wuhu_tui.model.evidence import (
    AskedQuestion,
    Evidence,
    evidence_of,
    named_paths,
    with_places_found,
)
from wuhu_tui.model.records import Record
from wuhu_tui.model.reviews import Review
from wuhu_tui.model.spending import spent
from wuhu_tui.repo.contents import name_in, read_contents, text_lines
from wuhu_tui.repo.diffs import changed_paths

Scan = Callable[[Path, str, Collection[str]], Scanned]
"""Reads the records of these kinds in a session's journal."""

MOST_PLACES = 200
"""Files named as evidence that are looked at."""


async def review_evidence(port: ProjectPort, session: str, *, scan: Scan = scan) -> Evidence:
    """Everything beside the diff; what could not be looked at is said in its notes.

    `scan` reads the session's journal.

    Raises:
        NotPossible: there is no review.
    """
    view = view_of(port, session)
    review = review_of(view)
    notes: list[str] = []
    paths = await _changed(port, review, notes)
    found = evidence_of(view, paths, usage=spent(view))
    found = await _with_places(port, view, review, found, notes)
    told = await _questions_told(port, session, notes, scan)
    return replace(
        found,
        questions=questions_in(told.records),
        questions_whole=told.whole,
        notes=tuple(notes),
    )


async def _changed(port: ProjectPort, review: Review, notes: list[str]) -> tuple[str, ...]:
    try:
        return await changed_paths(port.repository.git, review.merge_base, review.head)
    except GitError as error:
        notes.append(f"the changed files could not be looked at: {error.message}")
        return ()


async def _with_places(
    port: ProjectPort, view: SessionView, review: Review, found: Evidence, notes: list[str]
) -> Evidence:
    paths = named_paths(found)[:MOST_PLACES]
    names = {path: name_in(review.head, _inside(view, path)) for path in paths}
    asked = tuple(dict.fromkeys(filter(None, names.values())))
    try:
        contents = await read_contents(port.repository.git, asked)
    except GitError as error:
        notes.append(f"the places named as evidence could not be looked at: {error.message}")
        return found
    lengths = {path: _length(contents.get(name)) for path, name in names.items()}
    return with_places_found(found, lengths)


def _length(content: bytes | None) -> int | None:
    return None if content is None else len(text_lines(content))


def _inside(view: SessionView, path: str) -> str:
    """A path from the worktree's top, however it was written."""
    place = PurePosixPath(path)
    if view.spec.worktree and place.is_relative_to(view.spec.worktree):
        place = place.relative_to(view.spec.worktree)
    return str(place)


async def _questions_told(port: ProjectPort, session: str, notes: list[str], scan: Scan) -> Scanned:
    journal = port.folder.session(session).journal
    kinds = ("question.asked", "question.answered", "question.withdrawn")
    try:
        return await asyncio.to_thread(scan, journal, session, kinds)
    except JournalError as error:
        notes.append(f"its questions could not be looked at: {error.message}")
        return Scanned(whole=False)


def questions_in(records: Iterable[Record]) -> tuple[AskedQuestion, ...]:
    """Every question with the answer that counts, in the order they were asked."""
    found: dict[str, AskedQuestion] = {}
    for record in records:
        event = record.event
        if isinstance(event, QuestionAsked):
            found.setdefault(event.question.id, AskedQuestion(question=event.question))
        elif isinstance(event, QuestionAnswered):
            _close(found, event.answer.question, answer=event.answer, expired=event.expired)
        elif isinstance(event, QuestionWithdrawn):
            _close(found, event.id, withdrawn=event.reason or "withdrawn")
    return tuple(found.values())


def _close(found: dict[str, AskedQuestion], name: str, **how: Any) -> None:
    """What comes first closes a question."""
    asked = found.get(name)
    if asked is not None and asked.answer is None and not asked.withdrawn:
        found[name] = replace(asked, **how)
