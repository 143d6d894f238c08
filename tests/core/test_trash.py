"""Nothing is removed without a rescue, and every rescue can be brought back."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.core.conftest import Desk
from tests.core.test_instantiate import crash_after
from tests.repo.gitbox import Box, make_box
from wuhu_tui.core import rescuing
from wuhu_tui.model.errors import GitError, NotFound, NotPossible
from wuhu_tui.model.rescues import RESCUE_REFS, Rescue
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.quarantine import Quarantine


@pytest.fixture(autouse=True)
def _somebody(root: Path) -> None:
    Box(root).git("config", "user.name", "Lead")
    Box(root).git("config", "user.email", "lead@example.org")


def place(desk: Desk, session: str) -> Box:
    return Box(Path(desk.view(session).spec.worktree))


def repository(desk: Desk) -> Box:
    return Box(desk.folder.root)


async def worked(desk: Desk) -> str:
    """A stopped session with one commit, and work of every kind that is not committed."""
    session = await desk.started()
    desk.host.workers[session].commits()
    tree = place(desk, session)
    tree.write("work.txt", "staged\n")
    tree.write("new-and-staged.txt", "s\n")
    tree.git("add", "--all")
    tree.write("work.txt", "staged, then changed\n")
    tree.write("untracked.txt", "u\n")
    desk.host.workers[session].ends(SessionState.STOPPED)
    await desk.reaches(session, SessionState.STOPPED)
    return session


def told(tree: Box) -> tuple[str, str, dict[str, bytes]]:
    """A worktree as its session sees it."""
    names = tree.git("ls-files", "-co", "--exclude-standard", "-z").split("\0")
    contents = {name: (tree.path / name).read_bytes() for name in names if name}
    return tree.head(), tree.git("status", "--porcelain", "-uall"), contents


async def discarded(desk: Desk, session: str) -> Rescue:
    await desk.core.archive(session, discard=True)
    (rescue, *_) = await desk.core.rescues()
    return rescue


async def test_a_discard_keeps_everything_and_is_brought_back_as_it_was(desk: Desk) -> None:
    session = await worked(desk)
    before = told(place(desk, session))
    rescue = await discarded(desk, session)
    assert not place(desk, session).path.exists()
    assert desk.view(session).state is SessionState.ARCHIVED
    assert rescue.ref in desk.view(session).given.cause
    assert (rescue.session, rescue.files, rescue.untracked) == (session, 3, 1)
    assert (rescue.by, rescue.staged, rescue.in_place) == ("lead", True, False)
    assert desk.core.board.rescues[rescue.ref] == rescue
    assert await desk.core.restore(rescue.ref) == session
    assert told(place(desk, session)) == before
    assert desk.view(session).state is SessionState.STOPPED
    assert desk.core.board.rescues[rescue.ref].restored_to == session
    await desk.until(lambda: bool(desk.core.transcript(session).items), "what it said before")
    await desk.core.resume(session)
    await desk.reaches(session, SessionState.WORKING)


async def test_a_session_is_brought_back_by_its_name(desk: Desk) -> None:
    session = await worked(desk)
    before = told(place(desk, session))
    await desk.core.archive(session, discard=True)
    assert await desk.core.restore(session, by="me") == session
    assert told(place(desk, session)) == before
    assert desk.view(session).given.cause == "brought back by me"
    with pytest.raises(NotFound, match="nothing was removed"):
        await desk.core.restore(session)


async def test_a_clean_session_needs_no_rescue_and_comes_back_all_the_same(desk: Desk) -> None:
    session = await desk.made()
    await desk.core.archive(session)
    assert await desk.core.rescues() == ()
    assert "removed" in desk.view(session).given.cause
    await desk.core.restore(session)
    assert desk.view(session).state is SessionState.INSTANTIATED
    await desk.core.start(session)
    await desk.reaches(session, SessionState.WORKING)


async def test_a_repository_inside_comes_back_whole(desk: Desk) -> None:
    session = await desk.made()
    inner = make_box(place(desk, session).path / "tools" / "inner")
    inner.commit({"code.py": "print()\n"}, "Inside")
    inner.write("half.txt", "x")
    before = told(inner), inner.git("log", "--format=%H %s")
    rescue = await discarded(desk, session)
    assert rescue.left_out == ()
    await desk.core.restore(session)
    assert (told(inner), inner.git("log", "--format=%H %s")) == before


async def test_a_submodule_with_work_comes_back_with_it(desk: Desk, tmp_path: Path) -> None:
    source = make_box(tmp_path / "part")
    session = await desk.made()
    tree = place(desk, session)
    allow = ("-c", "protocol.file.allow=always")
    tree.git(*allow, "submodule", "--quiet", "add", str(source.path), "part")
    tree.commit(message="Add a part")
    part = Box(tree.path / "part")
    part.git("config", "user.email", "lead@example.org")
    part.git("config", "user.name", "Lead")
    head = part.commit({"new.txt": "only here\n"}, "Not pushed")
    part.write("half.txt", "x")
    await discarded(desk, session)
    await desk.core.restore(session)
    assert part.head() == head
    assert part.git("status", "--porcelain") == "?? half.txt"


async def test_commits_on_no_branch_come_back_too(desk: Desk) -> None:
    session = await desk.made()
    tree = place(desk, session)
    tree.git("checkout", "--quiet", "--detach")
    head = tree.commit({"a": "1"})
    rescue = await discarded(desk, session)
    assert (rescue.commits, rescue.files) == (1, 0)
    await desk.core.restore(rescue.ref)
    assert place(desk, session).head(desk.view(session).spec.branch) == head


async def test_a_rescue_becomes_a_branch(desk: Desk) -> None:
    session = await worked(desk)
    head = place(desk, session).head()
    rescue = await discarded(desk, session)
    assert await desk.core.restore(rescue.ref, to="mine/again") == "mine/again"
    box = repository(desk)
    assert box.head("mine/again^") == head
    assert box.git("show", "mine/again:untracked.txt") == "u"
    assert box.git("status", "--porcelain") == ""
    assert desk.view(session).state is SessionState.ARCHIVED
    with pytest.raises(NotPossible, match="exists already"):
        await desk.core.restore(rescue.ref, to="mine/again")
    with pytest.raises(NotFound, match="no name for a branch"):
        await desk.core.restore(rescue.ref, to="not a branch..")


async def test_work_of_the_session_is_never_overwritten(desk: Desk) -> None:
    session = await worked(desk)
    rescue = await discarded(desk, session)
    await desk.core.restore(session)
    tree = place(desk, session)
    tree.write("untracked.txt", "newer\n")
    with pytest.raises(NotPossible, match="work of its own"):
        await desk.core.restore(rescue.ref)
    assert (tree.path / "untracked.txt").read_text() == "newer\n"


async def test_an_ignored_file_in_the_way_is_never_overwritten(desk: Desk) -> None:
    session = await worked(desk)
    rescue = await discarded(desk, session)
    await desk.core.restore(session)
    tree = place(desk, session)
    tree.git("reset", "--hard", "--quiet")
    tree.git("clean", "-fdq")
    (repository(desk).path / ".git" / "info" / "exclude").write_text("/.wuhu/\nuntracked.txt\n")
    tree.write("untracked.txt", "built\n")
    with pytest.raises(NotPossible, match=r"lies where.*untracked\.txt"):
        await desk.core.restore(rescue.ref)
    assert (tree.path / "untracked.txt").read_text() == "built\n"


async def test_a_session_that_went_on_gets_the_rescue_merged_or_nothing(desk: Desk) -> None:
    session = await worked(desk)
    rescue = await discarded(desk, session)
    await desk.core.restore(session)
    tree = place(desk, session)
    tree.git("reset", "--hard", "--quiet")
    tree.git("clean", "-fdq")
    tree.commit({"other.txt": "went on\n"})
    await desk.core.restore(rescue.ref)
    assert (tree.path / "work.txt").read_text() == "staged, then changed\n"
    assert (tree.path / "other.txt").read_text() == "went on\n"
    tree.git("reset", "--hard", "--quiet")
    tree.git("clean", "-fdq")
    tree.commit({"work.txt": "quite another\n"})
    before = told(tree)
    with pytest.raises(NotPossible, match=r"would conflict: work\.txt"):
        await desk.core.restore(rescue.ref)
    assert told(tree) == before


async def test_a_running_session_finds_nothing_changed(desk: Desk) -> None:
    session = await worked(desk)
    rescue = await discarded(desk, session)
    await desk.core.restore(session)
    await desk.core.resume(session)
    with pytest.raises(NotPossible, match="it runs"):
        await desk.core.restore(rescue.ref)


async def test_forgetting_is_the_only_true_deletion(desk: Desk) -> None:
    rescue = await discarded(desk, await worked(desk))
    with pytest.raises(NotPossible, match="only the lead"):
        await desk.core.forget_rescue(rescue.ref, by=rescue.session)
    await desk.core.forget_rescue(rescue.ref.removeprefix(RESCUE_REFS))
    assert await desk.core.rescues() == ()
    assert rescue.ref not in desk.core.board.rescues
    assert repository(desk).git("for-each-ref", RESCUE_REFS) == ""
    with pytest.raises(NotFound, match="wuhu trash"):
        await desk.core.restore(rescue.ref)


async def test_a_part_of_a_name_must_mean_one_rescue(desk: Desk) -> None:
    one = await discarded(desk, await worked(desk))
    two = await discarded(desk, await worked(desk))
    with pytest.raises(NotFound, match="not one rescue but 2"):
        await desk.core.rescue_diff("shop")
    diff = await desk.core.rescue_diff(two.session)
    assert (diff.base, diff.head) == (two.head, two.commit)
    assert {file.path for file in diff.files} == {
        "work.txt",
        "untracked.txt",
        "new-and-staged.txt",
    }
    assert one.ref != two.ref


async def test_a_rescue_that_no_journal_knows_is_listed_by_its_commit(desk: Desk) -> None:
    """A crash between the ref and the journal's line leaves such a one."""
    rescue = await discarded(desk, await worked(desk))
    desk.core.project.ledger.board.rescues.clear()
    assert await desk.core.rescues() == (rescue,)


async def test_a_stop_keeps_a_copy_and_removes_nothing(desk: Desk) -> None:
    session = await desk.started()
    tree = place(desk, session)
    tree.write("half.txt", "x")
    before = told(tree)
    await desk.core.stop(session)
    (rescue,) = await desk.core.rescues()
    assert (rescue.in_place, rescue.files, rescue.reason) == (True, 1, "stopped")
    assert told(tree) == before
    await desk.core.resume(session)
    await desk.core.stop(session)
    assert [one.ref for one in await desk.core.rescues()] == [rescue.ref]
    discarded_now = await discarded(desk, session)
    assert (discarded_now.ref, discarded_now.in_place) == (rescue.ref, False)


async def test_a_stop_is_not_held_up_by_a_rescue_that_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.started()
    place(desk, session).write("half.txt", "x")
    _full(monkeypatch)
    await desk.core.stop(session)
    await desk.reaches(session, SessionState.STOPPED)
    assert "is in no rescue" in desk.core.board.project.warnings[-1]


def _full(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(aside: Quarantine) -> None:
        raise OSError(28, "No space left on device", str(aside.objects))

    monkeypatch.setattr(Quarantine, "_admit", refuse)


async def test_nothing_is_removed_when_the_rescue_cannot_be_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await worked(desk)
    before = told(place(desk, session))
    _full(monkeypatch)
    with pytest.raises(NotPossible, match="No space left") as refused:
        await desk.core.archive(session, discard=True)
    assert "nothing was removed" in refused.value.remedy
    assert told(place(desk, session)) == before
    assert desk.view(session).state is SessionState.STOPPED
    assert await desk.core.rescues() == ()


async def test_nothing_is_removed_when_the_rescue_cannot_be_written_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await worked(desk)
    before = told(place(desk, session))

    async def refuse(*_: object) -> None:
        raise GitError("the journal cannot be written")

    monkeypatch.setattr(desk.core.project.journal, "append", refuse)
    with pytest.raises(NotPossible, match="journal"):
        await desk.core.archive(session, discard=True)
    assert told(place(desk, session)) == before


async def test_a_worktree_in_use_is_kept_whatever_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await worked(desk)
    monkeypatch.chdir(place(desk, session).path)
    with pytest.raises(NotPossible, match=f"in use by .*{os.getpid()}"):
        await desk.core.archive(session, discard=True)
    assert place(desk, session).path.exists()


async def test_the_facts_before_a_removal(desk: Desk) -> None:
    session = await worked(desk)
    tree = place(desk, session)
    (repository(desk).path / ".git" / "info" / "exclude").write_text("/.wuhu/\nbuild/\n")
    tree.write("build/a.o", "12345")
    tree.write("build/deep/b.o", "123")
    stake = await desk.core.at_stake(session)
    assert set(stake.uncommitted) == {"work.txt", "new-and-staged.txt"}
    assert stake.untracked == ("untracked.txt",)
    assert (stake.ignored, stake.ignored_size) == (2, 8)
    assert (stake.not_on_base, stake.unheld) == (1, 0)
    assert stake.ref.startswith(f"{RESCUE_REFS}{session}/")
    assert (stake.in_use_by, stake.unseen) == ((), "")
    clean = await desk.core.at_stake(await desk.made())
    assert (clean.ref, clean.uncommitted, clean.not_on_base) == ("", (), 0)


async def test_a_half_made_session_that_is_taken_back_leaves_what_was_put_into_it(
    desk: Desk, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crash_after(root, monkeypatch, "add_worktree", key="")
    tree = desk.folder.worktrees / "shop-impl-01"
    (tree / "notes.txt").write_text("from the lead\n")
    await desk.made("other")
    assert not tree.exists()
    (rescue,) = await desk.core.rescues()
    assert (rescue.session, rescue.reason) == ("shop-impl-01", "half-made, taken back")
    branch = await desk.core.restore(rescue.ref)
    assert branch.startswith("wuhu/rescued/shop-impl-01-")
    assert repository(desk).git("show", f"{branch}:notes.txt") == "from the lead"


def test_names_that_git_takes_in_no_ref() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert (
        rescuing.ref_of("shop-impl-01", at) == f"{RESCUE_REFS}shop-impl-01/20260102T030405.000006"
    )
    assert rescuing.ref_of("a b..~^:?*[/.lock", at).startswith(f"{RESCUE_REFS}a-b-")
    assert rescuing.ref_of("..", at).startswith(f"{RESCUE_REFS}nobody/")
