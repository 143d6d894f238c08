"""A protected base: landing by a pull request, played by a small `gh`; and what it waits for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.core import fake_gh
from tests.core.merging_alone import run_merge
from tests.core.remote_steps import Published, make_published
from tests.core.repositories import NAME_OF_FIRST, Crash
from tests.sampling import sampled
from wuhu_tui.core.github import last_word, why_not_github
from wuhu_tui.core.merges import resume_merges
from wuhu_tui.core.pull_requests import why_not_yet
from wuhu_tui.core.queue import drop_merge, queue_merge
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.core.remotes import sync_base
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.merges import Merge, MergeManner, MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeStepped
from wuhu_tui.model.pull_requests import PullRequest, RequestCheck, Standing
from wuhu_tui.model.queue_words import waiting_reason
from wuhu_tui.model.remote_events import MergeWaits
from wuhu_tui.model.remotes import RemoteRules
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.git import Answer

URL = "https://host.example/pull/12"


class Place:
    """A project whose base is protected on a remote, and the place where requests are made."""

    def __init__(self, published: Published, state: Path) -> None:
        self.published = published
        self.state = state
        self.port = published.port

    async def approved(self) -> None:
        await self.published.project.approved()

    async def merged(self) -> Merge:
        return await run_merge(self.port, self.port.view(NAME_OF_FIRST))

    async def resumed(self) -> Merge:
        """The conductor comes by again."""
        self.port.looked.clear()
        await resume_merges(self.port)
        merge = self.port.view(NAME_OF_FIRST).merge
        assert merge is not None
        return merge

    @property
    def calls(self) -> list[str]:
        return list(fake_gh.read(self.state)["calls"])


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    published = await make_published(tmp_path, RemoteRules(protected=True, seconds=20))
    state = fake_gh.install(tmp_path / "bin", published.bare)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    place = Place(published, state)
    await place.approved()
    return place


def check(bucket: str) -> dict[str, str]:
    return {"name": "unit", "bucket": bucket, "link": "https://host.example/run/1"}


async def test_it_lands_there_and_base_here_follows(place: Place) -> None:
    box = place.published.box
    head = box.head(place.port.view(NAME_OF_FIRST).spec.branch)
    merge = await place.merged()
    assert (merge.outcome, merge.done) == (MergeOutcome.MERGED, tuple(MergeStep))
    assert (merge.pull_request, merge.published) == (URL, "origin/main")
    assert box.head("main") == merge.result == place.published.there()
    assert box.git("rev-parse", "main^1", "main^2").split() == [merge.base_tip, head]
    assert (box.path / "basket.txt").exists()
    assert box.git("status", "--porcelain") == ""
    assert place.port.view(NAME_OF_FIRST).state is SessionState.MERGED
    pull = fake_gh.read(place.state)["pulls"][0]
    assert pull["title"] == "Merge Add a basket: The basket works"
    assert pull["body"].startswith("The basket works\n")
    assert f"Wuhu-Session: {NAME_OF_FIRST}" in pull["body"]
    assert f"Wuhu-Session: {NAME_OF_FIRST}" in box.git("log", "-1", "--format=%B", "main")


@pytest.mark.parametrize("manner", [MergeManner.SQUASH, MergeManner.REBASE])
@pytest.mark.long
async def test_in_the_manner_of_the_project(place: Place, manner: MergeManner) -> None:
    place.port.merge_rules = MergeRules(manner=manner)
    merge = await place.merged()
    assert merge.outcome is MergeOutcome.MERGED
    assert place.published.box.head("main") == merge.result
    parents = place.published.box.git("rev-list", "--parents", "-1", "main").split()
    assert parents == [merge.result, merge.base_tip]


async def test_it_waits_for_checks_and_people_there_and_says_so(place: Place) -> None:
    box, tip = place.published.box, place.published.box.head("main")
    fake_gh.change(place.state, checks=[check("pending")])
    merge = await place.merged()
    assert (merge.outcome, merge.waits) == (MergeOutcome.RUNNING, "checks of #12 run: unit")
    assert merge.pull_request == URL
    assert box.git("worktree", "list", "--porcelain").count("/scratch/") == 0
    told = len(place.port.records)
    assert await place.resumed() == merge
    assert len(place.port.records) == told
    fake_gh.change(place.state, checks=[check("pass")])
    fake_gh.change_pull(place.state, reviewDecision="REVIEW_REQUIRED", mergeStateStatus="BLOCKED")
    assert (await place.resumed()).waits == "a review of #12 is required there"
    assert box.head("main") == tip
    fake_gh.change_pull(place.state, reviewDecision="APPROVED", mergeStateStatus="CLEAN")
    merge = await place.resumed()
    assert (merge.outcome, merge.waits) == (MergeOutcome.MERGED, "")
    assert place.calls.count("pr create") == 1


@pytest.mark.long
async def test_a_red_check_there_ends_it_with_its_link(place: Place) -> None:
    fake_gh.change(place.state, checks=[check("fail")])
    merge = await place.merged()
    assert merge.outcome is MergeOutcome.REFUSED
    assert "checks of #12 are red: unit https://host.example/run/1" in merge.detail
    assert place.port.view(NAME_OF_FIRST).state is SessionState.APPROVED
    fake_gh.change(place.state, checks=[check("pass")])
    assert (await place.merged()).outcome is MergeOutcome.MERGED
    assert place.calls.count("pr create") == 1


@pytest.mark.long
async def test_base_that_moves_there_meanwhile_is_proven_anew(place: Place) -> None:
    fake_gh.change(place.state, checks=[check("pending")])
    await place.merged()
    theirs = place.published.pushed_by_another()
    fake_gh.change(place.state, checks=[check("pass")])
    assert "origin/main moved: 1 commit you do not have" in (await place.resumed()).waits
    await sync_base(place.port)
    before = len(place.port.told(MergeStepped))
    merge = await place.resumed()
    steps = [event.step for event in place.port.told(MergeStepped)[before:]]
    assert steps[:2] == [MergeStep.PREFLIGHT, MergeStep.LAND]
    assert (merge.outcome, merge.base_tip) == (MergeOutcome.MERGED, theirs)


@pytest.mark.long
async def test_others_on_the_branch_there_are_not_overwritten(place: Place) -> None:
    branch = place.port.view(NAME_OF_FIRST).spec.branch
    other = place.published.other
    other.commit({"foreign.txt": "x"})
    other.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
    merge = await place.merged()
    assert merge.outcome is MergeOutcome.REFUSED
    assert f"origin did not take {branch}" in merge.detail
    assert place.published.there(branch) == other.head()


@pytest.mark.long
async def test_a_place_whose_checks_begin_late_is_not_overtaken(place: Place) -> None:
    fake_gh.change(place.state, checks=[])
    merge = await place.merged()
    assert (merge.outcome, merge.waits) == (
        MergeOutcome.RUNNING,
        "#12 was made just now: checks may begin there",
    )
    assert (await place.resumed()).outcome is MergeOutcome.MERGED


@pytest.mark.long
async def test_one_that_waits_there_keeps_nobody_back_and_can_be_taken_out(place: Place) -> None:
    port = place.port
    fake_gh.change(place.state, checks=[check("pending")])
    second = await place.published.project.approved({"two.txt": "2"}, name="shop-impl-02")
    for view in (port.view(NAME_OF_FIRST), second):
        await queue_merge(port, view)
    await work_queue(port)
    waits = [waiting_reason(port.board, entry) for entry in port.board.queue.entries]
    assert waits == ["checks of #12 run: unit", "checks of #13 run: unit"]
    await drop_merge(port, NAME_OF_FIRST, reason="not now")
    fake_gh.change(place.state, checks=[check("pass")])
    port.looked.clear()
    await work_queue(port)
    first, other = port.view(NAME_OF_FIRST).merge, port.view("shop-impl-02").merge
    assert first is not None
    assert first.outcome is MergeOutcome.REFUSED
    assert first.detail == "lead took it out of the queue: not now; #12 stays open there"
    assert other is not None
    assert (other.outcome, other.result) == (MergeOutcome.MERGED, place.published.there())
    assert place.calls.count("pr merge") == 1


@pytest.mark.long
async def test_it_was_closed_there(place: Place) -> None:
    fake_gh.change(place.state, checks=[check("pending")])
    await place.merged()
    fake_gh.change_pull(place.state, state="CLOSED")
    merge = await place.resumed()
    assert (merge.outcome, merge.detail) == (MergeOutcome.REFUSED, "#12 was closed there")


@pytest.mark.long
async def test_dirty_files_of_the_lead_keep_base_here_back_and_nothing_is_lost(
    place: Place,
) -> None:
    fake_gh.change(place.state, checks=[check("pending")])
    await place.merged()
    place.published.box.write("readme.txt", "the lead's own\n")
    fake_gh.change(place.state, checks=[check("pass")])
    merge = await place.resumed()
    assert merge.outcome is MergeOutcome.RUNNING
    assert "uncommitted changes: readme.txt" in merge.waits
    place.published.box.git("checkout", "--quiet", "readme.txt")
    merge = await place.resumed()
    assert (merge.outcome, place.published.there()) == (MergeOutcome.MERGED, merge.result)


@pytest.mark.long
async def test_what_gh_says_when_it_does_not_merge(place: Place) -> None:
    fake_gh.change(place.state, refuses="the base branch policy prohibits the merge")
    merge = await place.merged()
    assert merge.outcome is MergeOutcome.REFUSED
    assert "policy prohibits" in merge.detail


async def test_without_gh_nothing_begins(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_gh.change(place.state, logged_out=True)
    merge = await place.merged()
    assert merge.outcome is MergeOutcome.REFUSED
    assert merge.detail.startswith("gh is not logged in (")
    monkeypatch.setattr("wuhu_tui.core.github.PROGRAM", "no-such-program")
    assert "gh is not installed: " in (await place.merged()).detail
    assert "gh auth login" in await why_not_github(place.published.box.path)
    assert place.published.there() == place.published.box.head("main")


@pytest.mark.long
async def test_it_is_taken_back_where_it_landed(place: Place) -> None:
    await place.merged()
    with pytest.raises(NotPossible, match="only by pull requests") as caught:
        await undo_merge(place.port, place.port.view(NAME_OF_FIRST))
    assert URL in caught.value.remedy


def _moments() -> list[Any]:
    waits = [(MergeWaits, number, moment) for number in (1,) for moment in ("before", "after")]
    steps = [(MergeStepped, number, moment) for number in (1, 2) for moment in ("before", "after")]
    worst = [(MergeStepped, 2, "before")]
    return sampled([*waits, *steps], worst)


@pytest.mark.parametrize("word", _moments())
async def test_killed_at_any_word_it_lands_once(
    place: Place, word: tuple[type[Event], int, str]
) -> None:
    kind, number, moment = word
    seen = 0

    def trap(event: Event, when: str) -> None:
        nonlocal seen
        if isinstance(event, kind) and when == moment:
            seen += 1
            if seen == number:
                raise Crash

    place.port.trap = trap
    with pytest.raises(Crash):
        await place.merged()
    place.port.trap = lambda event, when: None
    merge = await place.resumed()
    assert merge.outcome is MergeOutcome.MERGED
    assert place.calls.count("pr create") == place.calls.count("pr merge") == 1
    assert place.published.box.head("main") == merge.result == place.published.there()


OPEN = PullRequest(number=12, url=URL, standing=Standing.OPEN, head="abc", merging="CLEAN")


@pytest.mark.parametrize(
    ("request_there", "outcome", "words"),
    [
        (replace(OPEN, head="def"), MergeOutcome.RUNNING, "does not show abc yet"),
        (replace(OPEN, draft=True), MergeOutcome.RUNNING, "is a draft"),
        (replace(OPEN, review="CHANGES_REQUESTED"), MergeOutcome.RUNNING, "changes of #12"),
        (replace(OPEN, merging="BLOCKED"), MergeOutcome.RUNNING, "the rules there"),
        (replace(OPEN, merging="UNKNOWN"), MergeOutcome.RUNNING, "not known there"),
        (replace(OPEN, merging="DIRTY"), MergeOutcome.REFUSED, "conflicts"),
        (replace(OPEN, merging="BEHIND"), MergeOutcome.REFUSED, "brought up to date"),
        (replace(OPEN, standing=Standing.CLOSED), MergeOutcome.REFUSED, "closed"),
    ],
)
def test_why_a_request_is_not_merged(
    request_there: PullRequest, outcome: MergeOutcome, words: str
) -> None:
    halt = why_not_yet(request_there, (), "abc")
    assert halt is not None
    assert (halt.outcome, words in halt.detail) == (outcome, True)


def test_a_gh_that_is_too_old_is_told_as_that() -> None:
    words = "unknown flag: --json\n\nUsage:  gh pr checks\n\nFlags:\n  --watch\n"
    assert last_word(Answer(1, b"", words)) == "unknown flag: --json: a newer gh is needed"


def test_a_request_that_may_be_merged() -> None:
    checks = tuple(RequestCheck(name=one, bucket=one) for one in ("pass", "skipping"))
    assert why_not_yet(OPEN, checks, "abc") is None
    assert why_not_yet(replace(OPEN, merging="UNSTABLE"), checks, "abc") is None
