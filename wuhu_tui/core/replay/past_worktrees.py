"""Worktrees as they stood at a moment: by trees that were kept, else by commits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.core.replay.ground import Ground, journals_of
from wuhu_tui.core.replay.past_objects import SHORT, told
from wuhu_tui.core.replay.still import Still
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.differences import WorktreeThen
from wuhu_tui.model.errors import JournalError, NotFound, NotPossible
from wuhu_tui.model.events import (
    CommitSeen,
    RunnerEnded,
    ToolEnded,
    ToolOutput,
    ToolStarted,
    TurnEnded,
    TurnStarted,
)
from wuhu_tui.model.history_events import LOOKS_ONLY, WorktreeSeen
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import PhaseKind
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.repo.contents import file_at
from wuhu_tui.repo.history_trees import UNREAD
from wuhu_tui.repo.listing import Reading, listed, read_files

KINDS = (
    "worktree.seen",
    "commit.seen",
    "turn.ended",
    "turn.started",
    "runner.ended",
    "tool.started",
    "tool.output",
    "tool.ended",
)

LOOKING = timedelta(seconds=10)
"""After a turn's end, so long a look at the worktree takes at most."""

LOOK_BACK = 16 << 20
"""Bytes of a journal in which the last look at its worktree is sought: none is made while it rests."""

COMMITTED = "as committed: what was not committed is not recorded"
MOVED_ON = "as last seen, before newer tool calls"
GOES_ON = "something goes on that may change files"
BEGINNING = "nothing of it was recorded by then: as it began"
UNKNOWN = "nothing of it was recorded by then"


def worktree_then(view: SessionView, records: Sequence[Record], now: datetime) -> WorktreeThen:
    """The newest that records tell of a worktree, as commits; `tree` is not a tree's id yet. Pure."""
    found = beginning(view)
    if found.exact and view.own is not None:
        found = replace(found, exact=False, note=BEGINNING)
    only_looking: set[str] = set()
    for record in records:
        match record.event:
            case ToolStarted(call=call, kind=kind) if kind in LOOKS_ONLY:
                only_looking.add(call)
            case ToolOutput(call=call) | ToolEnded(call=call) if call in only_looking:
                pass
            case WorktreeSeen(tree=tree, head=head):
                found = _at(found, record, tree=tree, head=head, exact=True, note="")
            case CommitSeen(sha=sha) | TurnEnded(head=sha) if sha and sha != found.head:
                found = _committed(found, record, sha)
            case ToolStarted() | ToolOutput() | ToolEnded() if found.exact:
                found = replace(found, exact=False, note=MOVED_ON)
            case _:
                pass
    goes_on = bool(view.background) or (view.phase.kind is PhaseKind.TOOL and not only_looking)
    if goes_on:
        return replace(found, exact=False, note=GOES_ON) if found.exact else found
    return _looked_again(found, records, now)


def _looked_again(found: WorktreeThen, records: Sequence[Record], now: datetime) -> WorktreeThen:
    """A runner looks at each turn's end and writes only what is new: then the last look holds."""
    seen: Record | None = None
    rests: datetime | None = None
    for record in records:
        match record.event:
            case WorktreeSeen():
                seen = record
            case TurnEnded():
                rests = record.ts + LOOKING
            case RunnerEnded():
                rests = record.ts
            case ToolStarted() | TurnStarted():
                rests = None
            case _:
                pass
    if found.exact or seen is None or rests is None or rests > now:
        return found
    return _at(found, seen, tree=seen.event.tree, head=found.head, exact=True, note="")


def beginning(view: SessionView) -> WorktreeThen:
    """As a session's worktree is made."""
    commit = view.spec.base_commit
    made_at = view.spec.created_at if view.spec.created_at > EPOCH_START else None
    return WorktreeThen(
        session=view.id,
        head=commit,
        tree=commit,
        at=made_at if commit else None,
        exact=bool(commit),
        note="" if commit else UNKNOWN,
    )


def _committed(found: WorktreeThen, record: Record, sha: str) -> WorktreeThen:
    """A commit of what was just seen changes no file; else it is the best that is known."""
    if found.exact and found.at is not None and found.tree != found.head:
        return replace(found, head=sha)
    return _at(found, record, tree=sha, head=sha, exact=False, note=COMMITTED)


def _at(
    found: WorktreeThen, record: Record, *, tree: str, head: str, exact: bool, note: str
) -> WorktreeThen:
    return replace(found, tree=tree, head=head, at=record.ts, exact=exact, note=note)


class PastWorktrees:
    """A part of `ReplayCore`; see `PlayDoor` for what each verb promises."""

    _ground: Ground

    async def worktree(self, session: str) -> WorktreeThen:
        """The session's worktree at the moment."""
        return await self._worktree_at(self._ground.still, session)

    async def files(self, session: str) -> Sequence[str]:
        """The paths of all files in that worktree."""
        tree = await self._tree(session)
        async with told(session):
            git = (await self._ground.objects.repository()).git
            words = ("ls-tree", "-r", "-z", "--name-only", "--full-tree", tree)
            output = await git.read_bytes(*words)
        return [name.decode("utf-8", "backslashreplace") for name in output.split(b"\0") if name]

    async def file(self, session: str, path: str) -> bytes:
        """A file's content in that worktree."""
        tree = await self._tree(session)
        async with told(session):
            git = (await self._ground.objects.repository()).git
            content = await file_at(git, tree, path)
            if content == UNREAD:
                raise NotFound(f"{path} was there, and too large to be kept", where=session)
            if content is not None:
                return content
            entry = await git.read("ls-tree", tree, "--", f":(literal){path}")
        if entry:
            raise NotFound(
                f"the content of {path} is not among the git objects here",
                where=session,
                remedy="a recording without file contents holds names alone",
            )
        raise NotFound(f"there was no file {path} at this moment", where=session)

    async def worktree_diff(self, session: str, *, paths: Sequence[str] | None = None) -> Diff:
        """What that worktree had changed since its base; None: all files, without their lines."""
        then, base = await self.worktree(session), _base_of(self._ground.view(session))
        tree = await self._checked(then)
        async with told(session):
            await self._ground.objects.need(base, where=session)
            git = (await self._ground.objects.repository()).git
            if paths is None:
                found = await listed(git, base, tree, Reading())
            else:
                found = await read_files(git, base, tree, paths, Reading())
        return replace(found, note=then.note)

    async def _worktree_at(self, still: Still, session: str) -> WorktreeThen:
        view = still.board.session(session)
        if view is None:
            raise NotFound(f"there was no session {session} at this moment")
        path = self._ground.folder.session(session).journal
        try:
            records = await asyncio.to_thread(told_of, still, path, session)
        except JournalError as error:
            return WorktreeThen(
                session=session, note=f"its journal cannot be read: {error.message}"
            )
        return await self._with_tree(worktree_then(view, records, still.moment.at))

    async def _with_tree(self, then: WorktreeThen) -> WorktreeThen:
        """The same with the id of its tree; without one where the objects are not there."""
        if not then.tree:
            return then
        try:
            git = (await self._ground.objects.repository()).git
        except NotPossible as error:
            return replace(then, tree="", exact=False, note=error.message)
        answer = await git.look("rev-parse", "--verify", "--quiet", f"{then.tree}^{{tree}}")
        if answer.code or (await git.look("cat-file", "-e", answer.text)).code:
            note = f"{then.tree[:SHORT]} is not among the git objects here"
            return replace(then, tree="", exact=False, note=note)
        return replace(then, tree=answer.text)

    async def _tree(self, session: str) -> str:
        return await self._checked(await self.worktree(session))

    async def _checked(self, then: WorktreeThen) -> str:
        if not then.tree:
            raise NotFound(then.note or UNKNOWN, where=then.session)
        return then.tree


def told_of(still: Still, path: Path, session: str) -> list[Record]:
    """From the newest that tells the whole worktree on; what is older does not matter."""
    journals = journals_of(still)
    newest = journals.newest(path, session, ("worktree.seen",), most=LOOK_BACK) or journals.newest(
        path, session, ("commit.seen", "turn.ended")
    )
    if not newest:
        return journals.newest(path, session, KINDS[5:])
    return journals.since(path, session, newest[-1], KINDS)


def _base_of(view: SessionView) -> str:
    return view.review.merge_base if view.review else view.spec.base_commit
