"""Work lands as a merge, a squash or a line of commits, whatever it changes; and is taken back."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import NAME_OF_FIRST as NAME
from tests.core.repositories import MemoryPort, Project, make_project
from tests.repo.gitbox import Box
from tests.sampling import sampled
from wuhu_tui.core.outlook import merge_outlook
from wuhu_tui.core.reviews import check_review, give_verdict, open_review, refresh_review
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.merges import Merge, MergeManner, MergeOutcome
from wuhu_tui.model.reviews import VerdictKind

MERGE, SQUASH, REBASE = MergeManner.MERGE, MergeManner.SQUASH, MergeManner.REBASE
EVERY = pytest.mark.parametrize("manner", sampled(MergeManner, {REBASE}))
ANEW = pytest.mark.parametrize("manner", sampled([SQUASH, REBASE], {SQUASH}))


async def made(path: Path, manner: MergeManner = MERGE) -> Project:
    project = await make_project(path / "shop")
    project.port.merge_rules = MergeRules(manner=manner)
    return project


async def approved(
    project: Project, *changes: Callable[[Box], object], name: str = NAME
) -> SessionView:
    """A session that made one commit for each change, reported and was approved."""
    port = project.port
    worktree = await project.session(name, f"wuhu/{name}")
    for number, change in enumerate(changes, start=1):
        change(worktree)
        worktree.commit(message=f"Step {number}\n\nWhy it was done.")
    project.reports(name)
    return await judged(port, name)


async def judged(port: MemoryPort, name: str = NAME) -> SessionView:
    await open_review(port, port.view(name))
    await check_review(port, port.view(name))
    review = port.view(name).review
    assert review is not None
    await give_verdict(port, port.view(name), VerdictKind.APPROVED, head=review.head)
    return port.view(name)


def writes(**files: str) -> Callable[[Box], object]:
    def change(box: Box) -> None:
        for name, content in files.items():
            box.write(name.replace("_", "."), content)

    return change


async def landed(project: Project, view: SessionView) -> Merge:
    merge = await run_merge(project.port, view)
    assert (merge.outcome, merge.detail) == (MergeOutcome.MERGED, merge.detail), merge.detail
    assert project.box.git("status", "--porcelain", "--untracked-files=no") == ""
    return merge


def subjects(box: Box, span: str) -> list[str]:
    return box.git("log", "--reverse", "--format=%s", span).splitlines()


async def test_a_squash_is_one_commit_on_the_tip_of_base(tmp_path: Path) -> None:
    project = await made(tmp_path, SQUASH)
    view = await approved(project, writes(a_txt="a\n"), writes(b_txt="b\n"))
    tip = project.box.commit({"other.txt": "x"}, "Other")
    merge = await landed(project, view)
    assert project.box.git("rev-list", "--parents", "-1", "main").split() == [merge.result, tip]
    assert project.box.git("log", "-1", "--format=%B", "main").splitlines() == [
        "Merge Add a basket: The basket works",
        "",
        f"Wuhu-Session: {NAME}",
        "Wuhu-Reviewed-By: lead",
        f"Wuhu-Verdict: approved {merge.head}",
    ]
    assert merge.manner is SQUASH
    assert f"branch {view.spec.branch} deleted" in merge.detail
    assert project.box.git("branch", "--list", "wuhu/*") == ""


@pytest.mark.long
async def test_a_squash_is_by_who_wrote_it(tmp_path: Path) -> None:
    project = await made(tmp_path, SQUASH)

    def by_ada(box: Box) -> None:
        box.write("a.txt", "a")
        box.git("add", "--all")
        box.git("commit", "-qm", "one", "--author=Ada <ada@example.org>")
        box.write("b.txt", "b")
        box.git("add", "--all")
        box.git("commit", "-qm", "two", "--author=Ada <ada@example.org>")

    view = await approved(project, by_ada)
    await landed(project, view)
    assert project.box.git("log", "-1", "--format=%an %(trailers:key=Co-authored-by)", "main") == (
        "Ada Co-authored-by: Lead <lead@example.org>"
    )


async def test_a_rebase_is_a_line_with_authors_dates_and_trailers(tmp_path: Path) -> None:
    project = await made(tmp_path, REBASE)
    box = project.box
    view = await approved(project, writes(a_txt="a\n"), writes(b_txt="b\n"))
    was = box.git("log", "--format=%an %ae %ad %s", f"main..{view.spec.branch}")
    tip = box.commit({"other.txt": "x"}, "Other")
    merge = await landed(project, view)
    assert box.git("log", "--format=%an %ae %ad %s", f"{tip}..main") == was
    assert box.git("rev-list", "--merges", "main") == ""
    assert box.git("log", "-1", "--format=%B", "main").splitlines() == [
        "Step 2",
        "",
        "Why it was done.",
        "",
        f"Wuhu-Session: {NAME}",
        "Wuhu-Reviewed-By: lead",
        f"Wuhu-Verdict: approved {merge.head}",
    ]
    told = box.git("log", "--format=%(trailers:key=Wuhu-Session,valueonly)", f"{tip}..main")
    assert told.split() == [NAME, NAME]


@pytest.mark.long
async def test_trailers_that_stand_there_already_stay_in_one_block(tmp_path: Path) -> None:
    project = await made(tmp_path, REBASE)

    def signed(box: Box) -> None:
        box.write("a.txt", "a")
        box.git("add", "--all")
        box.git("commit", "-qm", "Sign it\n\nSigned-off-by: Ada <ada@example.org>")

    view = await approved(project, signed)
    await landed(project, view)
    block = project.box.git("log", "-1", "--format=%(trailers:only)", "main")
    assert block.splitlines()[:2] == [
        "Signed-off-by: Ada <ada@example.org>",
        f"Wuhu-Session: {NAME}",
    ]


@pytest.mark.parametrize(
    ("theirs", "why"), [("theirs", "clashes alone"), ("mine", "come to something else")]
)
async def test_commits_that_do_not_come_to_the_whole_land_as_one(
    tmp_path: Path, theirs: str, why: str
) -> None:
    project = await made(tmp_path, REBASE)
    box = project.box
    view = await approved(
        project, writes(readme_txt="mine\n"), writes(readme_txt="one\ntwo\nthree\n", a_txt="a\n")
    )
    tip = box.commit({"readme.txt": f"{theirs}\n"})
    merge = await landed(project, view)
    assert merge.manner is SQUASH
    assert merge.detail.startswith("landed as squash: ")
    assert why in merge.detail
    assert box.head("main^") == tip
    assert box.git("show", "main:readme.txt") == theirs


@pytest.mark.long
async def test_a_branch_with_merges_lands_as_one_commit(tmp_path: Path) -> None:
    project = await made(tmp_path, REBASE)
    project.box.commit({"early.txt": "x"})

    def merges(box: Box) -> None:
        box.git("merge", "-q", "--no-edit", "main")

    view = await approved(project, writes(a_txt="a\n"))
    project.box.commit({"late.txt": "x"})
    worktree = project.box.at(Path(view.spec.worktree))
    merges(worktree)
    await refresh_review(project.port, view)
    view = await judged(project.port)
    merge = await landed(project, view)
    assert merge.manner is SQUASH
    assert subjects(project.box, "main~1..main") == ["Merge Add a basket: The basket works"]


@EVERY
async def test_base_that_has_it_already_gets_nothing(tmp_path: Path, manner: MergeManner) -> None:
    project = await made(tmp_path, manner)
    view = await approved(project, writes(a_txt="a\n"))
    tip = project.box.commit({"a.txt": "a\n", "b.txt": "b\n"}, "Somebody did it by hand")
    merge = await run_merge(project.port, view)
    assert (merge.outcome, merge.detail) == (
        MergeOutcome.REFUSED,
        "main has it already: nothing to merge",
    )
    assert project.box.head("main") == tip


AGAIN = list(itertools.product(MergeManner, [False, True]))


@pytest.mark.parametrize("case", sampled(AGAIN, {(REBASE, True)}))
async def test_taken_back_and_merged_again(tmp_path: Path, case: tuple[MergeManner, bool]) -> None:
    manner, since = case
    project = await made(tmp_path, manner)
    port, box = project.port, project.box
    view = await approved(project, writes(a_txt="a\n"), writes(b_txt="b\n"))
    tip = box.head("main")
    await landed(project, view)
    if since:
        box.commit({"later.txt": "x"})
    undone = await undo_merge(port, port.view(NAME))
    assert undone.outcome is MergeOutcome.UNDONE
    assert not (box.path / "a.txt").exists()
    assert not (box.path / "b.txt").exists()
    assert since or box.head("main") == tip
    worktree = box.at(Path(view.spec.worktree))
    assert worktree.head() == undone.head
    worktree.commit({"a.txt": "better\n"}, "Mend it")
    await refresh_review(port, port.view(NAME))
    again = await landed(project, await judged(port))
    assert box.git("show", "main:a.txt") == "better"
    assert box.git("show", "main:b.txt") == "b"
    await undo_merge(port, port.view(NAME))
    assert not (box.path / "a.txt").exists()
    assert again.manner is manner


PAIRS = list(itertools.permutations(MergeManner, 2))


@pytest.mark.parametrize("case", sampled(PAIRS, {(MERGE, SQUASH)}))
@pytest.mark.long
async def test_the_manner_changes_between_two_tries(
    tmp_path: Path, case: tuple[MergeManner, MergeManner]
) -> None:
    first, second = case
    project = await made(tmp_path, first)
    port, box = project.port, project.box
    view = await approved(project, writes(a_txt="a\n"))
    await landed(project, view)
    box.commit({"later.txt": "x"})
    await undo_merge(port, port.view(NAME))
    port.merge_rules = MergeRules(manner=second)
    await landed(project, port.view(NAME))
    assert box.git("show", "main:a.txt") == "a"
    assert box.git("show", "main:later.txt") == "x"


@pytest.mark.long
@ANEW
async def test_what_landed_anew_and_was_taken_back_keeps_its_branch(
    tmp_path: Path, manner: MergeManner
) -> None:
    from wuhu_tui.core.cleanup import put_away

    project = await made(tmp_path, manner)
    port, box = project.port, project.box
    view = await approved(project, writes(a_txt="a\n"))
    await landed(project, view)
    box.commit({"later.txt": "x"})
    await undo_merge(port, port.view(NAME))
    away = await put_away(port, port.view(NAME))
    assert not away.branch_gone
    assert box.head(view.spec.branch) == port.view(NAME).merge.head  # type: ignore[union-attr]


@ANEW
@pytest.mark.long
async def test_the_branch_goes_although_base_changed_the_same_files_since(
    tmp_path: Path, manner: MergeManner
) -> None:
    from wuhu_tui.core.cleanup import put_away

    project = await made(tmp_path, manner)
    port, box = project.port, project.box
    view = await approved(project, writes(a_txt="a\n"))
    merge = await landed(project, view)
    box.git("branch", view.spec.branch, merge.head)
    box.commit({"a.txt": "quite different\n"})
    away = await put_away(port, port.view(NAME))
    assert away.branch_gone
    assert f"base has it as {merge.result[:12]}" in away.said


def hook(box: Box, name: str, script: str) -> None:
    path = box.path / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


HOOKS = [
    (MERGE, "pre-merge-commit"),
    (MERGE, "commit-msg"),
    (SQUASH, "pre-commit"),
    (SQUASH, "commit-msg"),
    (REBASE, "pre-rebase"),
    (REBASE, "commit-msg"),
]


@pytest.mark.parametrize("case", sampled(HOOKS, {HOOKS[0], HOOKS[4]}))
async def test_a_hook_that_rejects(tmp_path: Path, case: tuple[MergeManner, str]) -> None:
    manner, name = case
    project = await made(tmp_path, manner)
    view = await approved(project, writes(a_txt="a\n"))
    tip = project.box.commit({"other.txt": "x"})
    hook(project.box, name, "echo error: not on a friday >&2; exit 1")
    merge = await run_merge(project.port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert f"hook {name} did not let it pass: error: not on a friday" in merge.detail
    assert project.box.head("main") == tip
    assert list(project.port.folder.scratch.iterdir()) == []


async def test_a_hook_that_does_not_let_base_move(tmp_path: Path) -> None:
    project = await made(tmp_path)
    view = await approved(project, writes(a_txt="a\n"))
    tip = project.box.head("main")
    hook(
        project.box,
        "reference-transaction",
        'while read old new ref; do [ "$ref" = refs/heads/main ] && [ "$1" = prepared ] '
        "&& { echo main is frozen >&2; exit 1; }; done; exit 0",
    )
    merge = await run_merge(project.port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "main is frozen" in merge.detail
    assert project.box.head("main") == tip
    assert project.box.git("status", "--porcelain") == ""


@ANEW
async def test_a_hook_that_changes_what_would_land(tmp_path: Path, manner: MergeManner) -> None:
    project = await made(tmp_path, manner)
    view = await approved(project, writes(a_txt="a\n"))
    tip = project.box.commit({"other.txt": "x"})
    hook(project.box, "pre-commit", "echo sneaky > extra.txt; git add extra.txt")
    merge = await run_merge(project.port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "changed what would land: extra.txt" in merge.detail
    assert project.box.head("main") == tip


STACKS = list(itertools.product([SQUASH, REBASE], MergeManner))


@pytest.mark.parametrize("case", sampled(STACKS, {(SQUASH, REBASE)}))
@pytest.mark.long
async def test_work_on_top_of_work_that_landed_anew(
    tmp_path: Path, case: tuple[MergeManner, MergeManner]
) -> None:
    below, above = case
    project = await made(tmp_path, below)
    port, box = project.port, project.box
    first = await approved(project, writes(readme_txt="one\nfirst\nthree\n"))

    def on_top(worktree: Box) -> None:
        worktree.git("merge", "-q", "--ff-only", first.spec.branch)
        worktree.write("readme.txt", "one\nsecond\nthree\n")

    await approved(project, on_top, name="shop-impl-02")
    await landed(project, first)
    tip = box.commit({"other.txt": "x"})
    port.merge_rules = MergeRules(manner=above)
    outlook = await merge_outlook(port, port.view("shop-impl-02"))
    assert outlook.possible
    merge = await landed(project, port.view("shop-impl-02"))
    assert (merge.manner, box.git("show", "main:readme.txt")) == (above, "one\nsecond\nthree")
    if above is not MERGE:
        assert box.git("rev-list", "--count", f"{tip}..main") == "1"


@pytest.mark.long
async def test_what_was_taken_back_by_hand_is_taken_back_without_a_change(tmp_path: Path) -> None:
    project = await made(tmp_path, REBASE)
    view = await approved(project, writes(a_txt="a\n"), writes(b_txt="b\n"))
    await landed(project, view)
    project.box.git("revert", "--no-edit", "main")
    await undo_merge(project.port, project.port.view(NAME))
    assert project.box.git("ls-files").split() == ["readme.txt"]
