"""From a line of the diff to the turn that wrote it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.core.journal_scan import walk
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.reading import review_of, view_of
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import JournalError, NotFound, UsageError
from wuhu_tui.model.origins import Origin, OriginKind
from wuhu_tui.model.records import Record
from wuhu_tui.model.tracing import TRACED, Trace, Wanted, surest
from wuhu_tui.repo.blame import Blamed, blame, commits_after
from wuhu_tui.repo.contents import exact_name, file_at, text_lines

Walk = Callable[[Path, str, Collection[str], Callable[[Record], None]], bool]
"""Shows records of a journal, of these kinds, one by one; whether none older was left unread."""

_BASE = "the session did not write this line: it was there before its work"
_PART = "; the older part of its journal was not read"


async def hunk_origin(
    port: ProjectPort, session: str, path: str, line: int, *, walk: Walk = walk
) -> Origin:
    """Which turn and tool call wrote a line of the work under review; says how surely.

    `walk` reads the journals.

    Raises:
        NotFound: the work has no such file.
        UsageError: the file has no such line.
        NotPossible: there is no review.
    """
    view = view_of(port, session)
    review = review_of(view)
    git = port.repository.git
    lines = text_lines(await _content(port, session, path))
    if not 1 <= line <= len(lines):
        raise UsageError(f"{path} has no line {line}: it has {len(lines)}", where=session)
    name = await exact_name(git, review.head, path)
    blamed = await blame(git, review.merge_base, review.head, name, line)
    if blamed.is_base:
        return _of_base(path, line, blamed)
    later = await commits_after(git, blamed.commit, review.head)
    wanted = Wanted(
        path=path,
        line=line,
        text=lines[line - 1],
        commits=(blamed.commit, *later),
    )
    found = await asyncio.to_thread(_traced, port, view, wanted, walk)
    return replace(found, commit=blamed.commit, subject=blamed.subject)


async def _content(port: ProjectPort, session: str, path: str) -> bytes:
    review = review_of(view_of(port, session))
    content = await file_at(port.repository.git, review.head, path)
    if content is None:
        raise NotFound(
            f"there is no file {path} in {review.head[:12]}",
            where=session,
            remedy=f"see the changed files: wuhu review {session} --files",
        )
    return content


def _of_base(path: str, line: int, blamed: Blamed) -> Origin:
    return Origin(
        path=path,
        line=line,
        kind=OriginKind.BASE,
        why=_BASE,
        commit=blamed.commit,
        subject=blamed.subject,
    )


def _traced(port: ProjectPort, view: SessionView, wanted: Wanted, walk: Walk) -> Origin:
    """What the journals of the session, and of those that fixed its work, tell of the line."""
    fixers = (one for one in port.board.sessions.values() if one.spec.fixes == view.id)
    found = [_by_journal(port, one, wanted, walk) for one in (view, *fixers)]
    return surest(found)


def _by_journal(port: ProjectPort, view: SessionView, wanted: Wanted, walk: Walk) -> Origin:
    journal = port.folder.session(view.id).journal
    tracer = Trace(replace(wanted, task=view.spec.task, folder=view.spec.worktree))
    try:
        whole = walk(journal, view.id, TRACED, tracer.take)
    except JournalError as error:
        why = f"the journal of {view.id} cannot be read: {error.message}"
        return Origin(path=wanted.path, line=wanted.line, kind=OriginKind.UNKNOWN, why=why)
    found = tracer.origin(view.id)
    if whole or found.kind is OriginKind.WRITTEN:
        return found
    return replace(found, why=found.why + _PART)
