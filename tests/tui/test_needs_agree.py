"""What the dashboard says needs the lead is what the stream of entries and the channels say."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW, ago, sample_board, session
from tests.tui.dashboard_app import app_of, dashboard, press, text_of
from tests.tui.fake_core import FakeCore
from tests.tui.letters import AUTH, CART, METRICS, SEARCH, dead, letter, waiting, with_letters
from tests.tui.queueing import queue_board
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.entries import needs
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.letters import LEAD, Letter, LetterKind, LetterState
from wuhu_tui.model.merge_queue import MergeQueue
from wuhu_tui.model.messages import Lane, MessageState
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.reviews import JudgeAtWork, Verdict, VerdictKind
from wuhu_tui.model.sightings import Sighting, SightingKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.attention import LetterNeed, Need, all_needs, look, urgent
from wuhu_tui.tui.presentation.counts import terminal_title
from wuhu_tui.tui.presentation.kinds import Group
from wuhu_tui.tui.presentation.notices import is_letters, is_question
from wuhu_tui.tui.presentation.reviews import stand, to_judge
from wuhu_tui.tui.screens.messages import MessagesScreen


def alive(session: str) -> bool:
    return True


def with_views(board: Board, *views: SessionView) -> Board:
    named = {view.id: view for view in views}
    return replace(board, sessions={**board.sessions, **named})


def empty_handed() -> Board:
    report = Report(kind=ReportKind.DONE, summary="All good", at=ago(minutes=3))
    view = session("looker", SessionState.REPORTED, number=11, report=report)
    return with_views(sample_board(), view)


def unsure() -> Board:
    board = sample_board()
    message = waiting("u1", Lane.STEER, 1, state=MessageState.UNSURE)
    return with_views(board, replace(board.sessions[SEARCH], unsure=(message,)))


def sighted(kind: SightingKind) -> Board:
    seen = Sighting(session=METRICS, kind=kind, mark="abc", text="3 commits", at=ago(minutes=2))
    return replace(sample_board(), sightings={seen.id: seen})


def job_letter(number: int, **fields: Any) -> Letter:
    return replace(
        letter(f"job-{number}", LEAD, kind=LetterKind.DONE, sender="core", about=str(number)),
        **fields,
    )


def with_jobs(count: int, **fields: Any) -> Board:
    jobs = {
        str(number): Job(
            id=str(number),
            command="make test",
            place="/repo",
            by=LEAD,
            begun_at=ago(minutes=9),
            background=True,
            outcome=JobOutcome.ENDED,
            exit_code=0,
        )
        for number in range(count)
    }
    letters = (job_letter(number, **fields) for number in range(count))
    return with_letters(replace(sample_board(), jobs=jobs), *letters)


def judged() -> Board:
    """A session judges one of the commits under review just now."""
    board = sample_board()
    view = next(one for one in board.sessions.values() if one.state is SessionState.IN_REVIEW)
    assert view.review is not None
    judge = JudgeAtWork(
        session="reviewer", name="reviewer", head=view.review.head, round=view.review.round
    )
    return with_views(board, replace(view, judges=(judge,)))


def spoken(kind: ReportKind) -> Board:
    """A session that judged another's work and said so."""
    report = Report(kind=kind, summary="Judged", at=ago(minutes=3))
    verdict = Verdict(kind=VerdictKind.BLOCKED, head="abc", by="judge", at=ago(minutes=3))
    view = session("judge", SessionState.REPORTED, number=12, report=report, judgement=verdict)
    return with_views(sample_board(), view)


BOARDS = {
    "a judge that approved": spoken(ReportKind.DONE),
    "a judge that could not judge": spoken(ReportKind.BLOCKED),
    "judged by a session": judged(),
    "sample": sample_board(),
    "calm": Board(project=sample_board().project),
    "done without commits": empty_handed(),
    "unsure": unsure(),
    "unsure, and its letter says so": with_letters(
        unsure(), letter("u1", SEARCH, state=LetterState.ESCALATED)
    ),
    "unsure, and the lead has seen it": with_letters(
        unsure(), letter("u1", SEARCH, state=LetterState.ACKED)
    ),
    "unreported": sighted(SightingKind.UNREPORTED_WORK),
    "pull request": sighted(SightingKind.PULL_REQUEST),
    "silence seen": sighted(SightingKind.NO_REPORT),
    "one command": with_jobs(1),
    "many commands": with_jobs(7),
    "a word to the lead": with_letters(
        sample_board(), letter("n1", LEAD, kind=LetterKind.BLOCKED, sender=CART)
    ),
    "seen commands": with_jobs(2, state=LetterState.ACKED),
    "on the way to base": queue_board(),
    "nothing in line": replace(
        queue_board(),
        queue=MergeQueue(entries=(), changed_at=ago(minutes=5)),
        remote=None,
        collisions={},
    ),
    "dead": with_letters(sample_board(), *(dead(f"d{n}", CART) for n in range(147))),
}


@pytest.mark.parametrize("name", BOARDS)
def test_the_dashboard_and_the_stream_count_the_same(name: str) -> None:
    board = BOARDS[name]
    found = all_needs(board, alive, NOW)
    folded = sum(len(need.letters) - 1 for need in found if isinstance(need, LetterNeed))
    folded += 6 if name == "many commands" else 0
    assert len(found) + folded == len(needs(board))
    of_sessions = [need.view.id for need in found if isinstance(need, Need)]
    told = [entry.session_name for entry in needs(board)]
    assert set(of_sessions) <= set(told)


def test_what_a_session_judges_just_now_waits_for_nobody() -> None:
    board, sample = judged(), sample_board()
    assert len(needs(board)) == len(needs(sample)) - 1
    assert len(to_judge(board)) == len(to_judge(sample)) - 1
    (view,) = [one for one in board.sessions.values() if one.judges]
    seen = look(view, alive=True, now=NOW)
    assert (seen.group, seen.symbol, seen.word) == (Group.REVIEW, "◐", "is judged")
    assert stand(view)[1] == "reviewer judges it"


@pytest.mark.parametrize("name", BOARDS)
def test_the_title_says_what_the_two_panels_show(name: str) -> None:
    board = BOARDS[name]
    found = all_needs(board, alive, NOW)
    inbox = len(urgent(board, alive, NOW))
    title = terminal_title(board, found)
    assert (f" {inbox} need" in title) == bool(inbox)
    rest = len(found) - inbox
    assert (f"{rest} to review" in title) == bool(rest)


def test_keys_say_what_they_are() -> None:
    keys = [need.key for board in BOARDS.values() for need in all_needs(board, alive, NOW)]
    assert f"{AUTH}/q1" in keys
    asked = {key for key in keys if is_question(key)}
    assert asked == {f"{AUTH}/q1", "shop-api-impl-02/q2"}
    assert any(is_letters(key) for key in keys)


async def test_a_report_without_a_commit_is_before_the_lead() -> None:
    async with dashboard(FakeCore(empty_handed())) as pilot:
        await press(pilot, "b", "G")
        assert "committed nothing" in text_of(pilot)
        assert "∅ 1 no commits" in text_of(pilot)


async def test_w_and_enter_go_to_a_command_that_ended_and_y_says_it_was_seen() -> None:
    core = FakeCore(with_jobs(1))
    async with dashboard(core) as pilot:
        assert "your command" in text_of(pilot)
        await press(pilot, "w", "w")
        screen = pilot.app.screen
        assert isinstance(screen, MessagesScreen)
        assert screen.list.selected == f"{LEAD}/job-0"
        await press(pilot, "y")
        assert [call.arguments for call in core.calls] == [{"letter": "job-0"}]


async def test_enter_on_what_nobody_reported_opens_the_session_and_asks_nothing() -> None:
    async with dashboard(FakeCore(sighted(SightingKind.UNREPORTED_WORK))) as pilot:
        await press(pilot, "b", "G")
        assert "unreported" in text_of(pilot)
        await press(pilot, "enter")
        assert app_of(pilot).selected == METRICS
        assert pilot.app.screen.__class__.__name__ == "SessionScreen"
