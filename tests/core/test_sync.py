"""A session's branch beside its base: how far base moved, and who is moved on to it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.core.conftest import Desk
from tests.repo.gitbox import Box
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.freshness import FreshnessVerdict
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState


@pytest.fixture
def box(root: Path) -> Box:
    """The repository under supervision; somebody commits to base in it."""
    box = Box(root)
    box.git("config", "user.name", "Lead")
    box.git("config", "user.email", "lead@example.org")
    return box


def place(desk: Desk, session: str) -> Box:
    return Box(Path(desk.view(session).spec.worktree))


def spec_on_disk(desk: Desk, session: str) -> SessionSpec:
    return msgspec.json.decode(desk.folder.session(session).spec.read_bytes(), type=SessionSpec)


async def test_a_base_that_did_not_move_passes(desk: Desk, box: Box) -> None:
    session = await desk.made()
    found = await desk.core.sync_environment(session)
    assert (found.verdict, found.behind, found.advanced) == (FreshnessVerdict.PASSED, 0, False)
    assert (found.base_commit, found.tip) == (box.head(), box.head())
    assert desk.view(session).freshness == found


async def test_a_session_that_never_began_starts_from_the_newest_base(desk: Desk, box: Box) -> None:
    session = await desk.made()
    place(desk, session).write("dropped-in.txt", "by the lead\n")
    tip = box.commit({"later.txt": "l\n"})
    await desk.core.start(session)
    await desk.reaches(session, SessionState.WORKING)
    tree = place(desk, session)
    assert tree.head(desk.view(session).spec.branch) == tree.head() == tip
    assert (tree.path / "later.txt").read_text() == "l\n"
    assert (tree.path / "dropped-in.txt").read_text() == "by the lead\n"
    freshness = desk.view(session).freshness
    assert freshness is not None
    assert (freshness.verdict, freshness.advanced) == (FreshnessVerdict.PASSED, True)
    assert desk.view(session).spec.base_commit == spec_on_disk(desk, session).base_commit == tip


async def test_work_is_never_touched_and_the_age_of_its_base_is_told(desk: Desk, box: Box) -> None:
    committed, changed, taken = await desk.made(), await desk.made(), await desk.made()
    begun = box.head()
    own = place(desk, committed).commit({"own.txt": "o\n"})
    place(desk, changed).write("README.md", "changed\n")
    place(desk, taken).write("later.txt", "mine\n")
    box.commit({"later.txt": "l\n"})
    for session, head, reason in (
        (committed, own, "commits of its own"),
        (changed, begun, "not committed"),
        (taken, begun, "would be overwritten"),
    ):
        found = await desk.core.sync_environment(session)
        assert (found.verdict, found.behind) == (FreshnessVerdict.MOVED, 1)
        assert reason in found.note
        assert not found.advanced
        assert found.base_from is not None
        assert place(desk, session).head() == head
    assert (place(desk, taken).path / "later.txt").read_text() == "mine\n"
    await desk.core.start(committed)
    await desk.reaches(committed, SessionState.WORKING)


async def test_overlaps_are_named_with_what_would_conflict(desk: Desk, box: Box) -> None:
    session = await desk.started()
    place(desk, session).commit({"README.md": "a session's shop\n", "same.txt": "s\n"})
    box.commit({"README.md": "the lead's shop\n", "same.txt": "s\n", "other.txt": "o\n"})
    found = await desk.core.sync_environment(session)
    assert found.verdict is FreshnessVerdict.OVERLAPPING
    assert set(found.theirs) == {"README.md", "same.txt", "other.txt"}
    assert set(found.overlap) == {"README.md", "same.txt"}
    assert found.conflicts == ("README.md",)


async def test_a_scope_counts_where_nothing_is_changed_yet(desk: Desk, box: Box) -> None:
    session = await desk.started(scope=("src/",))
    box.commit({"docs/a.md": "a\n"})
    assert (await desk.core.sync_environment(session)).verdict is FreshnessVerdict.MOVED
    box.commit({"src/a.py": "a\n"})
    found = await desk.core.sync_environment(session)
    assert (found.verdict, found.overlap) == (FreshnessVerdict.OVERLAPPING, ("src/a.py",))
    assert not found.advanced


async def test_a_crash_after_the_branch_was_moved_is_made_good(desk: Desk, box: Box) -> None:
    session = await desk.made()
    tip = box.commit({"later.txt": "l\n"})
    place(desk, session).git("merge", "--ff-only", "--quiet", "main")
    found = await desk.core.sync_environment(session)
    assert found.advanced
    assert desk.view(session).spec.base_commit == spec_on_disk(desk, session).base_commit == tip


async def test_a_base_that_cannot_be_looked_at_holds_up_nothing(desk: Desk, box: Box) -> None:
    session = await desk.made()
    box.git("checkout", "--quiet", "--detach")
    box.git("branch", "-m", "main", "elsewhere")
    await desk.core.start(session)
    await desk.reaches(session, SessionState.WORKING)
    assert "how old the base" in desk.core.board.project.warnings[-1]


async def test_an_archived_session_is_not_synced(desk: Desk, box: Box) -> None:
    session = await desk.made()
    await desk.core.archive(session)
    with pytest.raises(NotPossible, match="archived"):
        await desk.core.sync_environment(session)
