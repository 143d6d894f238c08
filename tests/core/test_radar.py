"""The radar over a real repository, with runners that do what the test says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.core.conftest import Desk
from tests.core.fake_host import git
from tests.core.radar_steps import Watch, write
from wuhu_tui.core.radar import Radar
from wuhu_tui.model.errors import GitError, NotFound, NotPossible
from wuhu_tui.model.events import ToolEnded
from wuhu_tui.model.queue_events import CollisionFound, CollisionGone, RadarBlinded
from wuhu_tui.repo.working_tree import WorkingTree, working_tree


@pytest.fixture
def watch(desk: Desk) -> Watch:
    return Watch(desk)


async def _works(desk: Desk, name: str, text: str, *, commit: bool = False) -> str:
    """A session that wrote a file."""
    session = await desk.started(title=name)
    write(desk, session, text)
    if commit:
        folder = Path(desk.view(session).spec.worktree)
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", name)
    return session


async def test_two_sessions_that_write_the_same_file_collide(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n")
    two = await _works(desk, "two", "2\n", commit=True)
    await watch.round()
    (found,) = watch.collisions()
    assert (found.first, found.second) == (one, two)
    assert [file.path for file in found.files] == ["f.txt"]
    assert found.uncommitted
    assert not found.ripe


async def test_only_changes_are_written_down(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n")
    two = await _works(desk, "two", "2\n", commit=True)
    assert [type(event) for event in await watch.round()] == [CollisionFound]
    assert await watch.round() == []
    assert watch.radar.rounds == 1
    _ends_tool(desk, one)
    assert await watch.round() == []
    assert watch.radar.rounds == 2
    write(desk, one, "2\n")
    _ends_tool(desk, one)
    assert [type(event) for event in await watch.round()] == [CollisionGone]
    write(desk, two, "4\n")
    assert await watch.round() == [], "nobody said that it changed"


def _ends_tool(desk: Desk, session: str) -> None:
    desk.host.workers[session].write(ToolEnded(call="t"))


async def test_a_worktree_is_looked_at_only_when_its_session_did_something(
    desk: Desk, watch: Watch
) -> None:
    one = await _works(desk, "one", "1\n")
    await _works(desk, "two", "2\n")
    await watch.round()
    assert watch.radar.looks == 2
    _ends_tool(desk, one)
    await watch.round()
    assert watch.radar.looks == 3


async def test_a_busy_session_is_looked_at_now_and_then(desk: Desk, watch: Watch) -> None:
    watch.radar = Radar(desk.core.project, every=1000, rest=0, patience=0)
    one = await _works(desk, "one", "1\n")
    await watch.round()
    _ends_tool(desk, one)
    await watch.round()
    assert (watch.radar.looks, watch.radar.rounds) == (1, 1)


async def test_after_a_round_it_rests(desk: Desk, watch: Watch) -> None:
    watch.radar = Radar(desk.core.project, every=0, rest=100_000, patience=0)
    one = await _works(desk, "one", "1\n")
    await watch.round()
    _ends_tool(desk, one)
    await watch.round()
    assert watch.radar.rounds == 1


async def test_a_session_that_was_never_started_takes_no_part(desk: Desk, watch: Watch) -> None:
    made = await desk.made(title="made")
    await _works(desk, "one", "1\n")
    write(desk, made, "2\n")
    await watch.round()
    assert watch.collisions() == []


async def test_base_that_moved_collides(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n", commit=True)
    assert await watch.round() == []
    root = desk.folder.root
    (root / "f.txt").write_text("base\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "base")
    await watch.round()
    (found,) = watch.collisions()
    assert (found.first, found.second, found.with_base) == (one, "", True)
    assert not found.uncommitted


async def test_reviewed_work_counts_as_it_is_judged(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n")
    two = await _works(desk, "two", "2\n")
    for session in (one, two):
        desk.host.workers[session].commits("own.txt", f"{session}\n")
        desk.host.workers[session].reports()
        await desk.core.open_review(session)
        write(desk, session, f"later of {session}\n", "late.txt")
    await watch.round()
    (found,) = watch.collisions()
    assert [file.path for file in found.files] == ["f.txt", "own.txt"]
    assert found.ripe
    assert not found.uncommitted


async def test_the_radar_and_the_review_agree(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n", commit=True)
    root = desk.folder.root
    (root / "f.txt").write_text("base\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "base")
    desk.host.workers[one].reports()
    await desk.core.open_review(one)
    write(desk, one, "base\n")
    await watch.round()
    review = desk.view(one).review
    assert review is not None
    assert [file.path for file in watch.collisions()[0].files] == list(review.conflicts)


async def test_a_worktree_that_is_gone_is_told_and_mends_nothing(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n")
    await _works(desk, "two", "2\n", commit=True)
    await watch.round()
    shutil.rmtree(desk.view(one).spec.worktree)
    _ends_tool(desk, one)
    assert [type(event) for event in await watch.round()] == [RadarBlinded]
    assert "missing" in desk.core.board.unseen[one]
    assert len(watch.collisions()) == 1


async def test_a_commit_that_is_gone_blinds_only_its_own_session(desk: Desk, watch: Watch) -> None:
    gone = await _works(desk, "gone", "1\n", commit=True)
    desk.host.workers[gone].reports()
    await desk.core.open_review(gone)
    spec, root = desk.view(gone).spec, desk.folder.root
    git(root, "worktree", "remove", "--force", spec.worktree)
    git(root, "branch", "-D", spec.branch)
    git(root, "reflog", "expire", "--expire=now", "--all")
    git(root, "prune", "--expire=now")
    await _works(desk, "one", "1\n")
    await _works(desk, "two", "2\n", commit=True)
    await watch.round()
    assert "not in the repository any more" in desk.core.board.unseen[gone]
    assert len(watch.collisions()) == 1


async def test_a_merged_session_is_out(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n", commit=True)
    await _works(desk, "two", "2\n", commit=True)
    await watch.round()
    desk.host.workers[one].reports()
    await desk.core.archive(one)
    await watch.round()
    assert watch.collisions() == []


async def test_who_is_out_leaves_nothing(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n")
    await _works(desk, "two", "2\n")
    await watch.round()
    places = desk.folder.radar / "sessions"
    assert len(list(places.iterdir())) == 2
    desk.host.workers[one].reports()
    await desk.core.archive(one, discard=True)
    await watch.round()
    assert not any(place.name.startswith(one) for place in places.iterdir())


async def test_a_round_goes_on_with_the_branches_it_began_with(
    desk: Desk, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _works(desk, "one", "1\n")
    await _works(desk, "two", "2\n", commit=True)

    async def meanwhile(*words: object) -> WorkingTree:
        assert list(watch.radar.due({"renamed": "x"})) != [], "the conductor goes on asking"
        return await working_tree(*words)  # type: ignore[arg-type]

    monkeypatch.setattr("wuhu_tui.core.radar.working_tree", meanwhile)
    await watch.round()
    assert len(watch.collisions()) == 1


async def test_switched_off_it_knows_nothing(desk: Desk, watch: Watch) -> None:
    await _works(desk, "one", "1\n")
    await _works(desk, "two", "2\n")
    await watch.round()
    settings = desk.folder.config
    settings.write_text(settings.read_text().replace("# radar = true", "radar = false"))
    await desk.core.project.reload()
    await watch.round()
    assert watch.collisions() == []
    assert not desk.folder.radar.exists()
    assert await watch.round() == []


async def test_what_a_killed_conductor_left_is_swept(desk: Desk, watch: Watch) -> None:
    await _works(desk, "one", "1\n")
    left = desk.folder.radar / "merging-x"
    left.mkdir(parents=True)
    (left / "index.lock").touch()
    await watch.round()
    assert not left.exists()


async def test_a_look_that_failed_is_looked_at_anew(
    desk: Desk, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _works(desk, "one", "1\n")
    await _works(desk, "two", "2\n")
    broken = GitError("the disk is full")

    async def fail(*_: object, **__: object) -> None:
        raise broken

    with monkeypatch.context() as patch:
        patch.setattr("wuhu_tui.repo.radar.try_merges", fail)
        with pytest.raises(GitError):
            await watch.round()
    assert watch.collisions() == []
    await watch.round()
    assert len(watch.collisions()) == 1


async def test_whoever_conducts_keeps_it_going(conducted: Desk) -> None:
    await _works(conducted, "one", "1\n", commit=True)
    await _works(conducted, "two", "2\n", commit=True)
    await conducted.until(lambda: len(conducted.core.board.collisions) == 1, "no collision")
    assert conducted.folder.radar.exists()
    await conducted.core.aclose()
    assert not conducted.folder.radar.exists()


# telling


async def test_both_are_told_once(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n")
    two = await _works(desk, "two", "2\n", commit=True)
    desk.host.workers[two].reports()
    await watch.round()
    desk.host.workers[one].rests()
    await desk.core.tell_collision(two, one)
    said = desk.host.workers[one].heard[-1]
    assert two in said
    assert "f.txt" in said
    assert "so it is" in said, "what the other reported"
    assert one in desk.host.workers[two].heard[-1]
    assert watch.collisions()[0].told_at is not None
    with pytest.raises(NotPossible, match="were told"):
        await desk.core.tell_collision(one, two)
    await desk.core.tell_collision(one, two, again=True)


async def test_lines_that_moved_need_not_be_told_again(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n")
    two = await _works(desk, "two", "2\n", commit=True)
    await watch.round()
    await desk.core.tell_collision(one, two)
    write(desk, one, "1\n2\n3\n")
    _ends_tool(desk, one)
    assert [type(event) for event in await watch.round()] == [CollisionFound]
    assert watch.collisions()[0].told_at is not None
    write(desk, one, "another\n", "README.md")
    write(desk, two, "and another\n", "README.md")
    _ends_tool(desk, one)
    _ends_tool(desk, two)
    await watch.round()
    assert watch.collisions()[0].told_at is None


async def test_a_collision_with_base_is_told_to_the_one_session(desk: Desk, watch: Watch) -> None:
    one = await _works(desk, "one", "1\n", commit=True)
    root = desk.folder.root
    (root / "f.txt").write_text("base\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "base")
    await watch.round()
    desk.host.workers[one].rests()
    await desk.core.tell_collision(one, "")
    assert "main" in desk.host.workers[one].heard[-1]


async def test_nobody_is_told_of_nothing(desk: Desk) -> None:
    one = await _works(desk, "one", "1\n")
    two = await _works(desk, "two", "2\n")
    with pytest.raises(NotFound, match="do not collide"):
        await desk.core.tell_collision(one, two)
