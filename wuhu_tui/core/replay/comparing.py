"""Two moments side by side: sessions by their boards, files by their worktrees' trees."""

from __future__ import annotations

from msgspec.structs import replace

from wuhu_tui.core.replay.past_worktrees import PastWorktrees, beginning
from wuhu_tui.core.replay.still import Still
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.comparing import project_differences, session_difference
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.differences import Differences, SessionDifference, WorktreeThen
from wuhu_tui.model.errors import GitError, WuhuError
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.listing import Reading, listed, read_files

MOST_FILES = 100
"""Files whose lines are read; of more, only names and counts."""

MOST_LINES = 20_000


class PastComparing(PastWorktrees):
    """A part of `ReplayCore`; see `PlayDoor` for what each verb promises."""

    async def compare(self, first: int, second: int) -> Differences:
        """Two moments side by side, the earlier first."""
        earlier, later = sorted((first, second))
        moving = self._ground.moving
        before, after = await moving.at(earlier), await moving.at(later)
        names = dict.fromkeys((*before.board.sessions, *after.board.sessions))
        found = [await self._compared(name, before, after) for name in names]
        return Differences(
            first=before.moment,
            second=after.moment,
            project=project_differences(before.board, after.board),
            sessions=tuple(one for one in found if one is not None),
        )

    async def _compared(self, name: str, before: Still, after: Still) -> SessionDifference | None:
        old, new = before.board.session(name), after.board.session(name)
        if before.seen.get(name, 0) == after.seen.get(name, 0):
            return session_difference(name, old, new)
        files, note = await self._files(name, before, after)
        found = session_difference(name, old, new)
        if found is None and not files.files:
            return None
        found = found or _in_files_alone(name, old, new)
        return replace(found, files=files if files.files else None, files_note=note)

    async def _files(self, name: str, before: Still, after: Still) -> tuple[Diff, str]:
        nothing = Diff(base="", head="")
        try:
            then = await self._stood(before, after, name)
            now = await self._worktree_at(after, name)
            for one in (then, now):
                if not one.tree:
                    return nothing, one.note
            git = (await self._ground.objects.repository()).git
            return await _between(git, then.tree, now.tree), _note(then, now)
        except WuhuError as error:
            return nothing, error.message

    async def _stood(self, before: Still, after: Still, name: str) -> WorktreeThen:
        """Its worktree at the earlier moment; as it began where it did not exist yet."""
        there = before.board.session(name) or after.board.sessions[name]
        if name in before.board.sessions:
            return await self._worktree_at(before, name)
        return await self._with_tree(beginning(there))


def _in_files_alone(
    name: str, old: SessionView | None, new: SessionView | None
) -> SessionDifference:
    known = new or old
    return SessionDifference(
        session=name,
        title=known.spec.title if known else "",
        before=old.state if old else None,
        after=new.state if new else None,
    )


async def _between(git: Git, old: str, new: str) -> Diff:
    """With lines where these are not too many."""
    found = await listed(git, old, new, Reading())
    few = len(found.files) <= MOST_FILES and found.added + found.removed <= MOST_LINES
    if not few or not found.files:
        return found
    try:
        return await read_files(git, old, new, [file.path for file in found.files], Reading())
    except GitError as error:
        return replace(found, note=error.message)


def _note(then: WorktreeThen, now: WorktreeThen) -> str:
    """Why the files are not known exactly."""
    told = {
        word: one.note or "something went on since it was looked at"
        for word, one in (("before", then), ("after", now))
        if not one.exact
    }
    if len(told) == 2 and len(set(told.values())) == 1:
        return f"at both moments {told['before']}"
    return "; ".join(f"{word}: {why}" for word, why in told.items())
