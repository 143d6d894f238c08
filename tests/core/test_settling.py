"""A conflict is told with both sides, settled by hand, remembered, and lands as it was settled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import NAME_OF_FIRST as NAME
from tests.core.repositories import MemoryPort, Project, make_project
from tests.repo.gitbox import Box
from tests.sampling import sampled
from wuhu_tui.core.conflict_brief import conflict_brief
from wuhu_tui.core.outlook import merge_outlook
from wuhu_tui.core.reviews import give_verdict
from wuhu_tui.core.settling import begin_settling, leave_settling, settle_conflict
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.merges import MergeManner, MergeOutcome
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState

EVERY = pytest.mark.parametrize("manner", sampled(MergeManner, {MergeManner.SQUASH}))


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    return await make_project(tmp_path / "shop")


@pytest.fixture
def port(project: Project) -> MemoryPort:
    return project.port


async def in_conflict(project: Project, **files: str) -> None:
    """The session and base both changed these files, and a merge found that out."""
    names = {name.replace("_", "."): text for name, text in files.items()} or {
        "readme.txt": "one\ntheirs\nthree\n"
    }
    view = await project.approved({**names, "fine.txt": "fine\n"})
    project.box.commit(dict.fromkeys(names, "one\nmine\nthree\n"), "Mine")
    merge = await run_merge(project.port, view)
    assert merge.outcome is MergeOutcome.CONFLICT


async def begun(port: MemoryPort) -> Box:
    return Box(Path(await begin_settling(port, port.view(NAME), by="ada")))


@pytest.mark.long
async def test_both_sides_of_each_file_are_named(project: Project, port: MemoryPort) -> None:
    first = await project.approved({"readme.txt": "one\nfirst\nthree\n"}, "shop-impl-09")
    other = await project.approved({"readme.txt": "one\ntheirs\nthree\n"})
    await run_merge(port, first)
    await run_merge(port, other)
    merge = port.view(NAME).merge
    assert merge is not None
    (conflict,) = merge.conflicts
    assert (conflict.path, conflict.kind) == ("readme.txt", "content")
    (base,), (own,) = conflict.base_side, conflict.session_side
    assert base.split(" ", 1)[1] == "Merge Add a basket: The basket works (shop-impl-09)"
    assert own.split(" ", 1)[1] == "Add the basket"


async def test_the_brief_has_both_diffs_and_both_intents(
    project: Project, port: MemoryPort
) -> None:
    await in_conflict(project)
    brief = await conflict_brief(port, port.view(NAME))
    assert brief.startswith(f"# wuhu/{NAME} collides with main in 1 file(s)\n")
    for part in (
        "`git merge main`",
        "Add a basket",
        "> The basket works",
        "## readme.txt (content)",
        "What base did:",
        " Mine\n",
        "    +mine",
        "    +theirs",
    ):
        assert part in brief


@pytest.mark.long
async def test_nothing_to_tell_where_nothing_collides(project: Project, port: MemoryPort) -> None:
    view = await project.approved()
    with pytest.raises(NotPossible, match="collides with main"):
        await conflict_brief(port, view)
    with pytest.raises(NotPossible, match="not in conflict: it is approved"):
        await begin_settling(port, view)


@EVERY
async def test_what_was_settled_by_hand_lands(
    project: Project, port: MemoryPort, manner: MergeManner
) -> None:
    port.merge_rules = MergeRules(manner=manner)
    await in_conflict(project)
    tip = project.box.head("main")
    place = await begun(port)
    assert "<<<<<<<" in (place.path / "readme.txt").read_text()
    assert port.view(NAME).merge.settling == str(place.path)  # type: ignore[union-attr]
    place.write("readme.txt", "one\nboth\nthree\n")
    with pytest.raises(NotPossible, match="a session may not say how"):
        await settle_conflict(port, port.view(NAME), by=NAME)
    await settle_conflict(port, port.view(NAME), by="ada")
    view = port.view(NAME)
    assert (view.state, place.path.exists()) == (SessionState.APPROVED, False)
    assert project.box.head("main") == tip
    merge = await run_merge(port, view)
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.git("show", "main:readme.txt") == "one\nboth\nthree"
    assert project.box.git("show", "main:fine.txt") == "fine"
    parents = project.box.git("rev-list", "--parents", "-1", "main").split()[1:]
    assert parents == ([tip, merge.head] if manner is MergeManner.MERGE else [tip])
    assert project.box.git("for-each-ref", "refs/wuhu/settled") == ""
    await undo_merge(port, port.view(NAME))
    assert project.box.head("main") == tip


async def test_what_is_not_settled_yet_is_named_with_its_line(
    project: Project, port: MemoryPort
) -> None:
    await in_conflict(project)
    place = await begun(port)
    with pytest.raises(NotPossible, match=r"readme\.txt:2 <<<<<<< HEAD; readme\.txt:4 ======="):
        await settle_conflict(port, port.view(NAME))
    place.write("readme.txt", "one\nmine\n=======\ntheirs\nthree\n")
    place.git("add", "readme.txt")
    with pytest.raises(NotPossible, match=r"readme\.txt:3 ======="):
        await settle_conflict(port, port.view(NAME))
    place.write("readme.txt", "one\nboth\nthree\n")
    place.write("new.txt", "x")
    with pytest.raises(NotPossible, match=r"new\.txt: new; git add it, or remove it"):
        await settle_conflict(port, port.view(NAME))
    assert port.view(NAME).state is SessionState.CONFLICT


@pytest.mark.long
async def test_lines_that_a_side_has_itself_are_no_markers(
    project: Project, port: MemoryPort
) -> None:
    await in_conflict(project, readme_txt="one\n=======\ntheirs\nthree\n")
    place = await begun(port)
    place.write("readme.txt", "one\n=======\nboth\nthree\n")
    await settle_conflict(port, port.view(NAME))
    assert port.view(NAME).state is SessionState.APPROVED


@pytest.mark.long
async def test_a_file_that_one_side_deleted_wants_a_decision(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved({"readme.txt": "theirs\n"})
    project.box.git("rm", "-q", "readme.txt")
    project.box.commit(message="Away")
    merge = await run_merge(port, view)
    assert [one.kind for one in merge.conflicts] == ["modify/delete"]
    place = await begun(port)
    with pytest.raises(NotPossible, match=r"say what becomes of it: git add readme\.txt"):
        await settle_conflict(port, port.view(NAME))
    place.git("add", "readme.txt")
    await settle_conflict(port, port.view(NAME))
    await run_merge(port, port.view(NAME))
    assert project.box.git("show", "main:readme.txt") == "theirs"


async def test_base_moves_on_and_the_whole_resolution_is_carried_on(
    project: Project, port: MemoryPort
) -> None:
    await in_conflict(project)
    place = await begun(port)
    place.write("readme.txt", "one\nboth\nthree\n")
    place.write("fine.txt", "fine, with what base has now\n")
    await settle_conflict(port, port.view(NAME))
    tip = project.box.commit({"late.txt": "x"})
    merge = await run_merge(port, port.view(NAME))
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.git("show", "main:readme.txt") == "one\nboth\nthree"
    assert project.box.git("show", "main:fine.txt") == "fine, with what base has now"
    assert project.box.git("rev-list", "--parents", "-1", "main").split()[1:] == [tip, merge.head]


@EVERY
async def test_what_was_settled_once_is_settled_again(
    project: Project, port: MemoryPort, manner: MergeManner
) -> None:
    port.merge_rules = MergeRules(manner=manner)
    await in_conflict(project)
    place = await begun(port)
    place.write("readme.txt", "one\nboth\nthree\n")
    await settle_conflict(port, port.view(NAME))
    port.write("", _left(port))
    outlook = await merge_outlook(port, port.view(NAME))
    assert [one.path for one in outlook.conflicts] == ["readme.txt"]
    assert (outlook.remembered, outlook.possible) == (("readme.txt",), True)
    merge = await run_merge(port, port.view(NAME))
    assert merge.outcome is MergeOutcome.MERGED
    assert merge.remembered == ("readme.txt",)
    assert project.box.git("show", "main:readme.txt") == "one\nboth\nthree"
    assert not (project.box.path / ".git" / "rr-cache").exists()
    assert project.box.git("config", "--get", "rerere.enabled", check=False) == ""


def _left(port: MemoryPort):  # type: ignore[no-untyped-def]
    from wuhu_tui.model.settling_events import SettlingLeft

    merge = port.view(NAME).merge
    assert merge is not None
    return SettlingLeft(session=NAME, merge=merge.id, by="test")


@pytest.mark.long
async def test_nothing_is_remembered_where_that_is_not_wanted(
    project: Project, port: MemoryPort
) -> None:
    port.merge_rules = MergeRules(remember=False)
    await in_conflict(project)
    place = await begun(port)
    place.write("readme.txt", "one\nboth\nthree\n")
    await settle_conflict(port, port.view(NAME))
    port.write("", _left(port))
    merge = await run_merge(port, port.view(NAME))
    assert merge.outcome is MergeOutcome.CONFLICT


@pytest.mark.long
@pytest.mark.parametrize("commits", sampled([1, 2], {2}))
async def test_what_was_committed_there_is_taken_as_well(
    project: Project, port: MemoryPort, commits: int
) -> None:
    await in_conflict(project)
    tip = project.box.head("main")
    place = await begun(port)
    for number in range(commits):
        place.commit({"readme.txt": f"one\nboth {number}\nthree\n"})
    await settle_conflict(port, port.view(NAME))
    merge = await run_merge(port, port.view(NAME))
    assert merge.outcome is MergeOutcome.MERGED
    assert project.box.git("show", "main:readme.txt").split("\n")[1] == f"both {commits - 1}"
    assert project.box.git("rev-list", "--parents", "-1", "main").split()[1:] == [tip, merge.head]


@pytest.mark.long
async def test_work_taken_back_that_clashes_is_for_the_session(
    project: Project, port: MemoryPort
) -> None:
    await run_merge(port, await project.approved({"readme.txt": "one\ntheirs\nthree\n"}))
    project.box.commit({"later.txt": "x"})
    await undo_merge(port, port.view(NAME))
    revert = project.box.head("main")
    project.box.commit({"readme.txt": "one\nmine\nthree\n"})
    merge = await run_merge(port, port.view(NAME))
    assert merge.outcome is MergeOutcome.CONFLICT
    with pytest.raises(NotPossible, match="taken back before clashes"):
        await begin_settling(port, port.view(NAME))
    assert f"`git revert --no-edit {revert}`" in await conflict_brief(port, port.view(NAME))


@pytest.mark.long
async def test_a_half_done_settling_is_gone_on_with(project: Project, port: MemoryPort) -> None:
    await in_conflict(project)
    place = await begun(port)
    place.write("readme.txt", "one\nhalf\n<<<<<<< HEAD\n")
    again = await begun(port)
    assert again == place
    assert "half" in (place.path / "readme.txt").read_text()
    await leave_settling(port, port.view(NAME), by="ada")
    assert not place.path.exists()
    merge = port.view(NAME).merge
    assert merge is not None
    assert (merge.settling, merge.outcome) == ("", MergeOutcome.CONFLICT)
    assert len(port.board.rescues) == 1
    assert await begun(port) == place


@pytest.mark.long
async def test_a_new_approval_goes_without_the_old_resolution(
    project: Project, port: MemoryPort
) -> None:
    await in_conflict(project)
    place = await begun(port)
    place.write("readme.txt", "one\nboth\nthree\n")
    await settle_conflict(port, port.view(NAME))
    worktree = project.box.at(Path(port.view(NAME).spec.worktree))
    head = worktree.commit({"readme.txt": "one\nother\nthree\n"})
    from wuhu_tui.core.reviews import refresh_review

    await refresh_review(port, port.view(NAME))
    await give_verdict(port, port.view(NAME), VerdictKind.APPROVED, head=head)
    merge = await run_merge(port, port.view(NAME))
    assert (merge.outcome, merge.resolution) == (MergeOutcome.CONFLICT, "")


async def test_the_outlook_tells_what_would_land(project: Project, port: MemoryPort) -> None:
    view = await project.approved({"a.txt": "a\nb\n"})
    project.box.commit({"other.txt": "x"})
    before = project.box.git("count-objects", "-v")
    outlook = await merge_outlook(port, view)
    assert outlook.possible
    assert [(file.path, file.added, file.removed) for file in outlook.files] == [("a.txt", 2, 0)]
    assert outlook.message.startswith("Merge Add a basket: The basket works\n")
    assert (outlook.behind, len(outlook.commits)) == (1, 1)
    assert outlook.checkout == str(project.box.path)
    assert outlook.removes == (f"worktree {view.spec.worktree}", f"branch {view.spec.branch}")
    project.box.write("readme.txt", "dirty")
    dirty = await merge_outlook(port, view)
    assert not dirty.possible
    assert "uncommitted changes: readme.txt" in dirty.waits
    assert dirty.blocks == (dirty.waits,)
    assert project.box.git("count-objects", "-v") == before


@pytest.mark.long
async def test_the_outlook_of_a_conflict(project: Project, port: MemoryPort) -> None:
    await in_conflict(project)
    outlook = await merge_outlook(port, port.view(NAME))
    assert [one.path for one in outlook.conflicts] == ["readme.txt"]
    assert not outlook.possible
