from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.boards import Story
from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import git
from wuhu_tui.core import backstop, backstop_pulls, github
from wuhu_tui.core import conductor as conductor_module
from wuhu_tui.core import due as due_module
from wuhu_tui.core.backstop import is_told
from wuhu_tui.core.backstop_pulls import open_pull, pulls_fact
from wuhu_tui.core.due import is_silent
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.entries import needs
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.project_events import SightingMade
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.sightings import Sighting
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo import branch_watch


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conductor_module, "RETRY", 0.05)
    monkeypatch.setattr(conductor_module, "TICK", 0.1)
    monkeypatch.setattr(conductor_module, "BREATH", 0.02)
    monkeypatch.setattr(branch_watch, "DEBOUNCE", 0.05)
    monkeypatch.setattr(backstop, "SETTLE", timedelta(milliseconds=50))
    monkeypatch.setattr(due_module, "NUDGE_AFTER", timedelta(milliseconds=50))


@pytest.fixture
async def desk(conducted: Desk) -> Desk:
    return conducted


def sightings(desk: Desk) -> list[Sighting]:
    """What the project's journal says was found, each time it was written."""
    records = read_from(desk.folder.journal, "").records
    return [record.event.sighting for record in records if isinstance(record.event, SightingMade)]


async def found(desk: Desk, kind: str, count: int = 1) -> list[Sighting]:
    def alike() -> list[Sighting]:
        return [one for one in desk.core.board.sightings.values() if one.kind == kind]

    await desk.until(lambda: len(alike()) >= count, f"found {kind}")
    return alike()


async def quiet(desk: Desk) -> None:
    """Everything that is due by now was done."""
    async with asyncio.timeout(30):
        for _ in range(3):
            await desk.core.idle()


# commits of a session that ended


@pytest.mark.parametrize(
    "end", [SessionState.STOPPED, SessionState.FAILED, SessionState.HIBERNATED]
)
async def test_commits_of_a_session_that_ended_are_found(desk: Desk, end: SessionState) -> None:
    session = await desk.started()
    head = desk.host.workers[session].commits()
    desk.host.workers[session].ends(end)
    (one,) = await found(desk, "unreported_work")
    assert (one.session, one.mark, one.refs) == (session, head, (head,))
    assert one.text.startswith("1 commit that nobody reported, the newest “change work.txt”")
    assert f"wuhu review {session}" in one.text
    assert f"{session}:unreported_work:{head}" in [entry.id for entry in needs(desk.core.board)]
    await desk.core.open_review(session)
    assert f"{session}:unreported_work:{head}" not in [e.id for e in needs(desk.core.board)]
    assert len(sightings(desk)) == 1


async def test_a_commit_made_by_hand_after_the_end_is_found(desk: Desk) -> None:
    session = await desk.started()
    desk.host.workers[session].ends(SessionState.STOPPED)
    await quiet(desk)
    assert sightings(desk) == []
    worktree = Path(desk.view(session).spec.worktree)
    git(worktree, "commit", "-q", "--allow-empty", "-m", "by hand")
    (one,) = await found(desk, "unreported_work")
    assert "by hand" in one.text


async def test_a_base_that_somebody_moved_is_found_by_whoever_conducts(
    desk: Desk, root: Path
) -> None:
    session = await desk.started()
    head = desk.host.workers[session].commits()
    desk.host.workers[session].ends(SessionState.STOPPED)
    await found(desk, "unreported_work")
    git(root, "update-ref", "refs/heads/main", head)
    (one,) = await found(desk, "base_moved")
    assert one.refs[1] == head
    assert "base_moved" not in {entry.kind for entry in needs(desk.core.board)}


async def test_a_lost_session_that_had_committed_is_found(desk: Desk) -> None:
    session = await desk.started()
    desk.host.workers[session].commits()
    desk.host.workers[session].dies()
    (one,) = await found(desk, "unreported_work")
    assert "it is lost" in one.text


async def test_what_was_reported_is_found_by_nobody(desk: Desk) -> None:
    session = await desk.started()
    desk.host.workers[session].commits()
    desk.host.workers[session].reports(ReportKind.BLOCKED)
    desk.host.workers[session].ends(SessionState.STOPPED)
    other = await desk.started()
    desk.host.workers[other].ends(SessionState.STOPPED)
    await desk.reaches(session, SessionState.STOPPED)
    await desk.reaches(other, SessionState.STOPPED)
    third = await desk.started()
    desk.host.workers[third].commits()
    desk.host.workers[third].ends(SessionState.STOPPED)
    (one,) = await found(desk, "unreported_work")
    assert one.session == third


async def test_a_branch_that_only_followed_its_base_has_no_work(desk: Desk, root: Path) -> None:
    session = await desk.started()
    desk.host.workers[session].ends(SessionState.STOPPED)
    await desk.reaches(session, SessionState.STOPPED)
    git(root, "commit", "-q", "--allow-empty", "-m", "base went on")
    git(Path(desk.view(session).spec.worktree), "merge", "-q", "--ff-only", "main")
    other = await desk.started()
    desk.host.workers[other].commits()
    desk.host.workers[other].ends(SessionState.STOPPED)
    (one,) = await found(desk, "unreported_work")
    assert one.session == other


async def test_the_next_conductor_finds_nothing_twice(desk: Desk, root: Path) -> None:
    session = await desk.started()
    desk.host.workers[session].commits()
    desk.host.workers[session].asks("q1")
    desk.host.workers[session].ends(SessionState.STOPPED)
    await found(desk, "unreported_work")
    await found(desk, "orphaned_question")
    await desk.core.aclose()
    again = await open_desk(root, conduct=True)
    other = await again.started()
    again.host.workers[other].commits()
    again.host.workers[other].ends(SessionState.STOPPED)
    await found(again, "unreported_work", 2)
    assert [one.session for one in sightings(again)].count(session) == 2
    await again.core.aclose()
    again.host.end_all()


# silence


async def test_a_silence_is_told_once_after_one_reminder(desk: Desk, root: Path) -> None:
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.rests()
    await desk.until(lambda: len(worker.heard) == 1, "reminded")
    assert sightings(desk) == []
    worker.rests()
    (one,) = await found(desk, "no_report")
    assert "a reminder changed nothing" in one.text
    assert one.id in [entry.id for entry in needs(desk.core.board)]
    await desk.core.aclose()
    again = await open_desk(root, conduct=True)
    await again.until(lambda: again.core.conducting)
    await quiet(again)
    assert len(sightings(again)) == 1
    assert len(worker.heard) == 1
    await again.core.aclose()


async def test_a_new_silence_is_a_new_one(desk: Desk) -> None:
    session = await desk.started()
    worker = desk.host.workers[session]
    for expected in (1, 2):
        worker.rests()
        await desk.until(lambda: worker.state is SessionState.WORKING, "reminded")
        worker.rests()
        await found(desk, "no_report", expected)
        await desk.core.steer(session, "go on")


def test_what_is_no_silence() -> None:
    story = Story()
    story.working("a")
    late = story.now + timedelta(hours=1)
    assert not is_silent(story.view("a"), late, nudges=False)
    story.turn_over("a")
    assert is_silent(story.view("a"), late, nudges=False)
    assert not is_silent(story.view("a"), late, nudges=True)  # it is to be reminded first
    story.nudged("a")
    story.queued("a")
    assert not is_silent(story.view("a"), late, nudges=False)


def test_a_silence_that_the_lead_made_is_none() -> None:
    story = Story()
    story.working("a")
    story.turn_over("a", stop_reason="cancelled")
    assert not is_silent(story.view("a"), story.now + timedelta(hours=1), nudges=False)


# questions


async def test_a_question_whose_session_died_is_told_and_can_be_answered(desk: Desk) -> None:
    """The incident: an agent asked, its process was killed, and the question vanished with it."""
    session = await desk.started()
    desk.host.workers[session].asks("q1")
    await desk.until(lambda: bool(desk.view(session).questions), "asked")
    desk.host.workers[session].dies()
    (one,) = await found(desk, "orphaned_question")
    assert one.refs == ("q1",)
    assert "it is lost and still waits for an answer: How?" in one.text
    await desk.core.answer(session, "q1", text="so")
    await desk.until(lambda: not desk.view(session).questions, "answered")
    assert desk.host.resumed[-1] == session


# pull requests

GH = """#!/bin/sh
echo "$@" >> {calls}
case "$*" in
  *none*) echo "no pull requests found for branch" >&2; exit 1 ;;
  *away*) echo "you are not logged in" >&2; exit 4 ;;
  *odd*) echo "[]" ;;
  *slow*) sleep 300 ;;
  *) echo '{{"number": 7, "title": "Add it", "url": "https://host/7", "state": "{state}",' \\
          '"headRefOid": "abc"}}' ;;
esac
"""


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `gh` that knows one pull request; gives the file that holds its calls."""
    folder = tmp_path / "bin"
    folder.mkdir()
    calls = tmp_path / "calls"
    program = folder / "gh"
    program.write_text(GH.format(calls=calls, state="OPEN"))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return calls


@pytest.fixture
async def after_gh(gh: Path, root: Path) -> AsyncIterator[Desk]:
    desk = await open_desk(root, conduct=True)
    yield desk
    await desk.core.aclose()
    desk.host.end_all()


async def test_a_pull_request_without_a_report_is_found_when_it_is_pushed(
    after_gh: Desk, gh: Path, root: Path
) -> None:
    desk = after_gh
    session = await desk.started()
    head = desk.host.workers[session].commits()
    branch = desk.view(session).spec.branch
    desk.host.workers[session].ends(SessionState.STOPPED)
    await found(desk, "unreported_work")
    assert not gh.exists()
    git(root, "update-ref", f"refs/remotes/origin/{branch}", head)
    (one,) = await found(desk, "pull_request")
    assert (one.mark, one.refs[0]) == ("7", "https://host/7")
    assert "#7 “Add it” is open, and no report speaks of it" in one.text
    await quiet(desk)
    assert gh.read_text().splitlines() == [
        f"pr view --json number,title,url,state,headRefOid -- {branch}"
    ]


async def test_what_gh_says_is_taken_for_what_it_is(
    gh: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = await open_pull(root, "one")
    assert pull is not None
    assert (pull.number, pull.title) == (7, "Add it")
    assert await open_pull(root, "none") is None
    with pytest.raises(NotPossible, match="you are not logged in"):
        await open_pull(root, "away")
    with pytest.raises(NotPossible, match="something else"):
        await open_pull(root, "odd")
    monkeypatch.setattr(github, "DEADLINE", 0.2)
    with pytest.raises(NotPossible, match="did not answer"):
        await open_pull(root, "slow")
    assert pulls_fact().startswith("pull requests without a report are found")


async def test_without_gh_nothing_is_looked_for(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backstop_pulls, "PROGRAM", "no-such-program")
    assert await open_pull(root, "one") is None
    assert "not installed" in pulls_fact()


def test_a_note_is_no_word_on_the_work() -> None:
    story = Story()
    story.working("a")
    story.report("a", ReportKind.NOTE, head="head")
    assert not is_told(story.view("a"), "head")
    story.report("a", ReportKind.BLOCKED, head="head")
    assert is_told(story.view("a"), "head")
