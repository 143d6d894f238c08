"""Who needs the lead: groups, order of `w`, words; pure functions on boards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.tui.boards import (
    NOW,
    ago,
    hash_question,
    permission_question,
    sample_board,
    sample_review,
    session,
)
from wuhu_tui.model.board import Board, Phase, SessionView
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.states import PhaseKind, SessionState
from wuhu_tui.tui.presentation.ages import age, countdown, span
from wuhu_tui.tui.presentation.attention import (
    all_needs,
    doing,
    grouped,
    look,
    needs,
    shown,
    urgent,
)
from wuhu_tui.tui.presentation.counts import count, header, terminal_title
from wuhu_tui.tui.presentation.family import Member
from wuhu_tui.tui.presentation.grid import assign, columns
from wuhu_tui.tui.presentation.inbox import inbox_entries
from wuhu_tui.tui.presentation.kinds import Group
from wuhu_tui.tui.presentation.reviews import queue, queue_entries
from wuhu_tui.tui.presentation.roster import Roster, roster_entries, session_row
from wuhu_tui.tui.presentation.walk import next_need, question_of

S = SessionState


def alive(session: str) -> bool:
    return True


def dead(session: str) -> bool:
    return False


def board_of(*views: SessionView) -> Board:
    return Board(sessions={view.id: view for view in views})


def titles(board: Board) -> dict[Group, list[str]]:
    groups = grouped(shown(board), alive, NOW)
    return {group: [view.spec.title for view, _ in members] for group, members in groups.items()}


def test_groups_are_in_order_and_each_is_oldest_first() -> None:
    assert list(titles(sample_board()).items()) == [
        (Group.NEEDS_YOU, ["mailer", "cart-ui", "auth-api", "db-migrate"]),
        (Group.WORKING, ["search-idx", "invoices"]),
        (Group.REVIEW, ["rate-limit", "emailer"]),
        (Group.READY, ["healthcheck"]),
        (Group.WAITING, ["metrics"]),
    ]


@pytest.mark.parametrize(
    ("view", "group", "word"),
    [
        (session("x", S.INSTANTIATED), Group.WAITING, "not started"),
        (session("x", S.STARTING), Group.WORKING, "starting"),
        (session("x", S.CHANGES_REQUESTED), Group.WORKING, "sent back"),
        (session("x", S.CONFLICT), Group.NEEDS_YOU, "conflict"),
        (session("x", S.LOST), Group.NEEDS_YOU, "lost"),
        (session("x", S.MERGING), Group.READY, "merging"),
        (session("x", S.MERGED), Group.MERGED, "merged"),
        (session("x", S.HIBERNATED), Group.WAITING, "hibernated"),
        (session("x", S.IDLE, turn=1), Group.NEEDS_YOU, "no report"),
        (session("x", S.IDLE, turn=1, reported_in_turn=1), Group.WAITING, "idle"),
        (session("x", S.IDLE, turn=1, stop_reason="cancelled"), Group.WAITING, "interrupted"),
        (session("x", S.FAILED, questions=(hash_question(),)), Group.NEEDS_YOU, "failed"),
        (session("x", S.STOPPED, questions=(hash_question(),)), Group.NEEDS_YOU, "asks"),
    ],
)
def test_every_state_has_its_place(view: SessionView, group: Group, word: str) -> None:
    seen = look(view, True, NOW)
    assert (seen.group, seen.word) == (group, word)
    assert seen.symbol


@pytest.mark.parametrize(
    ("kind", "group", "word"),
    [
        (ReportKind.BLOCKED, Group.NEEDS_YOU, "blocked"),
        (ReportKind.FAILED, Group.NEEDS_YOU, "gave up"),
        (ReportKind.DONE, Group.NEEDS_YOU, "no commits"),
    ],
)
def test_a_report_decides_who_acts(kind: ReportKind, group: Group, word: str) -> None:
    view = session("x", S.REPORTED, turn=1, reported_in_turn=1)
    seen = look(replace(view, report=Report(kind=kind, summary="…")), True, NOW)
    assert (seen.group, seen.word) == (group, word)


def test_done_is_only_said_of_what_was_committed() -> None:
    report = Report(kind=ReportKind.DONE, summary="…")
    view = session("x", S.REPORTED, turn=1, reported_in_turn=1, report=report)
    assert look(replace(view, head=view.spec.base_commit), True, NOW).word == "no commits"
    assert look(replace(view, head="9ab8c7d"), True, NOW).word == "done"


def test_a_runner_that_should_be_there_and_is_not_is_said_so() -> None:
    view = session("x", S.WORKING, last=ago(seconds=30))
    assert look(view, False, NOW).word == "no runner"
    assert look(view, False, NOW).group is Group.NEEDS_YOU
    just_begun = session("x", S.STARTING, last=ago(seconds=1))
    assert look(just_begun, False, NOW).word == "starting"


def test_a_refused_merge_stays_before_the_lead_until_it_is_tried_again() -> None:
    review = sample_review()
    merge = Merge(
        id="g",
        head=review.head,
        base_branch="main",
        outcome=MergeOutcome.REFUSED,
        detail="main has uncommitted changes",
    )
    view = session("x", S.APPROVED, review=review, merge=merge)
    assert look(view, True, NOW).word == "not merged"
    board = board_of(view)
    [entry] = inbox_entries(urgent(board, alive, NOW), board, NOW, 60)
    told = "\n".join(row.plain for row in entry.rows)
    assert "main is untouched: main has uncommitted changes" in told
    assert "m tries again" in told
    [queued] = queue_entries(queue(board), NOW, 60)
    assert "not merged: main has uncommitted changes" in queued.rows[1].plain
    newer = replace(view, review=replace(review, head="f" * 40))
    assert look(newer, True, NOW).word == "approved"


def test_needs_are_questions_then_failures_then_silence_then_reviews_then_merges() -> None:
    order = [need.key for need in needs(sample_board(), alive, NOW)]
    assert order == [
        "shop-api-impl-02/q2",  # blocking before the older one that is not
        "shop-api-impl-01/q1",
        "shop-api-impl-04",
        "shop-api-impl-03",
        "shop-api-impl-07",
        "shop-api-impl-08",
        "shop-api-impl-09",
    ]
    assert [need.key for need in urgent(sample_board(), alive, NOW)] == order[:4]


def test_an_archived_session_is_off_the_board() -> None:
    board = board_of(session("x", S.ARCHIVED, questions=(hash_question(),)))
    assert shown(board) == []
    assert needs(board, alive, NOW) == []


def test_w_goes_round() -> None:
    order = needs(sample_board(), alive, NOW)
    seen, current = [], "shop-api-impl-02"
    for _ in range(7):
        current = next_need(order, current, +1)
        seen.append(current[-2:])
    assert seen == ["01", "04", "03", "07", "08", "09", "02"]
    assert next_need(order, "shop-api-impl-02", -1).endswith("09")
    assert next_need(order, "somebody else", +1).endswith("02")
    assert next_need([], "x", +1) == ""


def test_the_question_to_answer_is_the_selected_session_s_or_the_most_pressing() -> None:
    board = sample_board()
    order = needs(board, alive, NOW)
    own = question_of(board, "shop-api-impl-01", order)
    other = question_of(board, "shop-api-impl-05", order)
    assert own is not None
    assert own[1].id == "q1"
    assert other is not None
    assert other[1].id == permission_question().id
    assert question_of(Board(), "x", []) is None


def test_silence_is_never_shown_as_work() -> None:
    working = session("x", S.WORKING, phase=Phase(kind=PhaseKind.TOOL, detail="make"))
    assert doing(working, NOW) == "tool"
    assert doing(replace(working, last_event_at=ago(minutes=11)), NOW) == "quiet"
    assert doing(replace(working, last_event_at=ago(hours=2)), NOW) == "stale"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0s"), (0, "0s"), (59, "59s"), (60, "1m"), (3599, "59m"), (3900, "1h05"), (90_000, "1d")],
)
def test_ages_are_short(seconds: int, text: str) -> None:
    assert span(timedelta(seconds=seconds)) == text
    assert age(NOW - timedelta(seconds=seconds), NOW) == text


def test_countdowns_are_clocks() -> None:
    assert countdown(NOW + timedelta(seconds=65), NOW) == "1:05"
    assert countdown(NOW + timedelta(hours=2, seconds=5), NOW) == "2:00:05"
    assert countdown(ago(seconds=5), NOW) == "0:00"


@pytest.mark.parametrize("width", [20, 28, 40, 78, 200])
def test_rows_are_exactly_as_wide_as_told(width: int) -> None:
    long = session("a-name-that-is-much-longer-than-any-column-may-be", S.WORKING, number=11)
    views = (*sample_board().sessions.values(), long)
    roster = Roster(views=views, now=NOW, marked=frozenset({long.id}), hidden=2, filter="x")
    rows = [row for entry in roster_entries(roster, alive, width) for row in entry.rows]
    assert {row.cell_length for row in rows if row.plain} == {width}


@pytest.mark.parametrize("width", [30, 60, 80, 100, 140, 200])
def test_the_header_fits(width: int) -> None:
    board = sample_board()
    text = header(board, count(board, alive, NOW), conducting=False, width=width)
    assert text.cell_length == width


def test_the_terminal_s_title_says_how_many_wait() -> None:
    board = sample_board()
    assert (
        terminal_title(board, all_needs(board, alive, NOW))
        == "wuhu · 4 need you · 3 to review · shop-api"
    )
    calm = Board(project=board.project)
    assert terminal_title(calm, all_needs(calm, alive, NOW)) == "wuhu · shop-api"


@pytest.mark.parametrize(
    ("state", "seconds", "marked"),
    [
        (S.IN_REVIEW, 2, True),
        (S.FAILED, 2, True),
        (S.IN_REVIEW, 60, False),
        (S.WORKING, 2, False),
    ],
)
def test_a_session_that_has_just_come_to_need_the_lead_stands_out(
    state: SessionState, seconds: int, marked: bool
) -> None:
    view = session("x", state, since=ago(seconds=seconds), last=ago(seconds=seconds))
    told = session_row(Member(view, look(view, True, NOW)), Roster((view,), NOW), 28)
    assert told.plain.startswith("▎") == marked


def test_the_header_keeps_the_words_of_what_needs_the_lead() -> None:
    board = sample_board()
    counts = count(board, alive, NOW)
    wide = header(board, counts, conducting=True, width=140).plain
    assert (
        "● 2 working  ? 2 asking  ! 1 no report  ✗ 1 failed  ✓ 2 review  ⇡ 1 ready  $4.12" in wide
    )
    narrow = header(board, counts, conducting=True, width=80).plain
    assert "● 2  ? 2 asking  ! 1 no report  ✗ 1 failed  ✓ 2  ⇡ 1  $4.12" in narrow


def test_dead_runners_count_as_failed() -> None:
    board = board_of(session("x", S.WORKING, last=ago(minutes=1)))
    assert "✗ 1 failed" in header(board, count(board, dead, NOW), conducting=True, width=140).plain


def test_the_queue_has_what_can_be_merged_first() -> None:
    waiting = session("again", S.CHANGES_REQUESTED, number=11, review=sample_review())
    board = replace(sample_board(), sessions={**sample_board().sessions, waiting.id: waiting})
    names = [view.spec.title for view in queue(board)]
    assert names == ["healthcheck", "rate-limit", "emailer", "again"]


def test_panes_stay_where_they_are() -> None:
    order = ["a", "b", "c", "d", "e"]
    none: frozenset[str] = frozenset()
    first = assign((), 4, "a", order, none)
    assert first == ("a", "b", "c", "d")
    assert assign(first, 4, "c", ["e", "d", "c", "b", "a"], none) == first
    assert assign(first, 4, "e", order, none) == ("e", "b", "c", "d")
    assert assign(first, 2, "a", order, none) == ("a", "b")
    assert assign(first, 6, "a", order, none) == ("a", "b", "c", "d", "e")


def test_a_pane_of_a_session_that_is_gone_or_rests_is_given_to_another() -> None:
    assert assign(("a", "b"), 2, "b", ["b", "c"], frozenset()) == ("b", "c")
    assert assign(("a", "b"), 2, "b", ["b", "c", "a"], frozenset({"a"})) == ("c", "b")
    assert assign(("a", "b"), 2, "a", ["b", "c", "a"], frozenset({"a"})) == ("a", "b")
    assert assign((), 2, "", [], frozenset()) == ()


@pytest.mark.parametrize(
    ("number", "width", "height", "beside"),
    [
        (1, 200, 60, 1),
        (2, 70, 38, 1),
        (2, 130, 20, 2),
        (4, 70, 38, 1),
        (4, 118, 58, 2),
        (6, 118, 58, 2),
    ],
)
def test_panes_lie_side_by_side_where_lines_stay_long(
    number: int, width: int, height: int, beside: int
) -> None:
    assert columns(number, width, height) == beside
