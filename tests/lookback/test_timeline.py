"""States as bars: no gap, no overlap, nothing negative, whatever journals and clocks say."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.lookback.records import ONE, TWO, Journals, at, morning
from tests.model.strategies import SESSIONS, START, journals
from tests.tui.boards import NOW
from wuhu_tui.model import events
from wuhu_tui.model.accounting import MOST_WAITS, PARTS, accounting
from wuhu_tui.model.lookbacks import Accounting, Bar, Timeline, TimelineRow
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.presence import Presence, clipped, merged
from wuhu_tui.model.recorded_times import in_order
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.states import SessionState as S
from wuhu_tui.model.timeline import timeline
from wuhu_tui.model.timeline_cells import (
    Shape,
    bar_at,
    cells,
    shape_of,
    sparkline,
    ticks,
    waited,
)
from wuhu_tui.model.trails import Trails


def states(row: TimelineRow) -> list[tuple[str, str]]:
    return [(bar.state.value, bar.what) for bar in row.bars]


def row_of(found: Timeline, session: str) -> TimelineRow:
    return next(row for row in found.rows if row.session == session)


def test_a_morning_as_bars() -> None:
    found = timeline(morning().trails(), NOW)
    assert (found.since, found.until) == (at(0), NOW)
    one, two = row_of(found, ONE), row_of(found, TWO)
    assert states(one) == [
        ("instantiated", ""),
        ("starting", ""),
        ("working", ""),
        ("asking", "question"),
        ("working", ""),
        ("asking", "question"),
        ("working", ""),
        ("reported", "report"),
        ("merging", ""),
        ("merged", ""),
    ]
    assert [bar.waits for bar in one.bars].count(True) == 3
    assert states(two)[-1] == ("idle", "no report")
    assert (one.title, one.cost, two.cost) == ("auth-api", 4.0, None)
    assert waited(one) == timedelta(minutes=41)
    assert found.present == ((at(45), at(95)),)


def test_what_is_archived_ends_there_and_may_come_back() -> None:
    told = morning()
    cursor = told.become(TWO, 150, S.STOPPED)
    told.move(TWO, 160, S.ARCHIVED, cursor)
    row = row_of(timeline(told.trails(), NOW), TWO)
    assert row.archived
    assert row.bars[-1].until == at(160)
    told.move(TWO, 200, S.STOPPED, cursor)
    back = row_of(timeline(told.trails(), NOW), TWO)
    assert not back.archived
    assert [bar.state for bar in back.bars[-2:]] == [S.ARCHIVED, S.STOPPED]
    assert back.bars[-1].until == NOW


def test_a_part_of_the_time() -> None:
    trails = morning().trails()
    found = timeline(trails, at(30), since=at(5))
    assert [row.session for row in found.rows] == [ONE, TWO]
    assert row_of(found, ONE).bars[0].since == at(5)
    assert row_of(found, ONE).bars[-1].until == at(30)
    assert not timeline(trails, at(-5), since=at(-10)).rows
    assert timeline(Trails(), NOW) == Timeline(since=NOW, until=NOW)


def test_a_clock_that_went_back_makes_nothing_negative() -> None:
    told = Journals()
    told.make(ONE, 60, title="late")
    for minutes, state in ((10, S.STARTING), (90, S.WORKING), (70, S.IDLE), (100, S.WORKING)):
        told.become(ONE, minutes, state)
    row = row_of(timeline(told.trails(), at(120)), ONE)
    assert row.bars[0].since == at(60)
    assert [(bar.since, bar.until) for bar in row.bars] == [
        (at(60), at(90)),
        (at(90), at(100)),
        (at(100), at(120)),
    ]


def test_reading_on_gives_what_reading_at_once_gives() -> None:
    told = morning()
    whole = told.trails()
    parts = Trails()
    for begin, end in pairwise((at(-1), at(15), at(75), at(105), NOW)):
        some = {
            name: [record for record in records if begin < record.ts <= end]
            for name, records in told.journals.items()
        }
        made = {name: trail.steps[0].at for name, trail in parts.sessions.items() if trail.steps}
        parts.take(in_order(some, made))
    assert timeline(parts, NOW) == timeline(whole, NOW)
    assert accounting(parts, NOW) == accounting(whole, NOW)


ALL_JOURNALS = st.tuples(
    journals("", max_size=14), *(journals(session, max_size=10) for session in SESSIONS)
)


@settings(max_examples=60, deadline=None)
@given(ALL_JOURNALS, st.integers(0, 20), st.integers(0, 20))
def test_bars_of_any_journals_are_without_gaps_and_add_up(
    told: tuple[list[Record], ...], begin: int, end: int
) -> None:
    trails = Trails()
    trails.take(in_order(dict(zip(("", *SESSIONS), told, strict=True))))
    since, until = START + timedelta(seconds=begin), START + timedelta(seconds=end)
    since = min(since, until)
    found, account = timeline(trails, until, since=since), accounting(trails, until, since=since)
    for row in found.rows:
        for before, after in pairwise(row.bars):
            assert before.until == after.since
        assert all(bar.since < bar.until for bar in row.bars)
        assert since <= row.bars[0].since
        assert row.bars[-1].until <= until
    for_lead = sum((waited(row) for row in found.rows), timedelta())
    assert account.for_lead == for_lead
    assert sum((one.length for one in account.by_reason), timedelta()) == for_lead
    assert sum((one.length for one in account.by_session), timedelta()) == for_lead
    assert abs(sum(account.waited_in, timedelta()) - for_lead) < timedelta(milliseconds=1)
    assert sum(account.cost_in) == pytest.approx(account.cost)
    assert all(wait.until is None or wait.since <= wait.until for wait in account.waits)
    assert account.for_sessions >= timedelta()


@settings(max_examples=40, deadline=None)
@given(ALL_JOURNALS, st.integers(0, 20))
def test_what_was_known_at_a_time_is_what_its_records_tell(
    told: tuple[list[Record], ...], seconds: int
) -> None:
    happened = list(in_order(dict(zip(("", *SESSIONS), told, strict=True))))
    until = START + timedelta(seconds=seconds)
    whole, known = Trails(), Trails()
    whole.take(happened)
    known.take(one for one in happened if one.at <= until)
    then = whole.up_to(until)
    assert timeline(then, until) == timeline(known, until)
    assert _as_told(accounting(then, until)) == _as_told(accounting(known, until))


def _as_told(found: Accounting) -> Accounting:
    """Waits of one time in no order."""
    return replace(found, waits=tuple(sorted(found.waits, key=repr)))


# presence


TIMES = st.integers(0, 500).map(at)


@given(st.lists(st.tuples(TIMES, TIMES), max_size=8))
def test_looks_of_several_dashboards_are_one_presence(
    looks: list[tuple[datetime, datetime]],
) -> None:
    found = merged(looks)
    for before, after in pairwise(found):
        assert before[1] < after[0]
    for begin, end in looks:
        held = any(one[0] <= begin and end <= one[1] for one in found)
        assert held == (begin <= end) or (held and end < begin)
    assert all(begin < end for begin, end in clipped(found, at(100), at(200)))


def test_a_presence_lasts_until_the_keys_rest() -> None:
    here = Presence(since=at(0), until=at(0)).seen(at(3))
    assert (here.rests(at(7)), here.rests(at(8))) == (False, True)
    assert here.seen(at(1)) == here


# cells


def test_a_cell_tells_a_wait_before_what_is_longer() -> None:
    row = TimelineRow(
        session=ONE,
        title="x",
        bars=(
            Bar(state=S.WORKING, since=at(0), until=at(7)),
            Bar(state=S.ASKING, since=at(7), until=at(10), waits=True, what="question"),
            Bar(state=S.IDLE, since=at(10), until=at(20)),
        ),
    )
    found = cells(row, at(0), at(40), 4)
    assert [cell.shape if cell else None for cell in found] == [
        Shape.ASKS,
        Shape.RESTS,
        None,
        None,
    ]
    assert cells(row, at(0), at(0), 2) == (None, None)
    assert bar_at(row, at(8)) == row.bars[1]
    assert bar_at(row, at(30)) is None


def test_every_state_has_a_shape() -> None:
    for state in S:
        assert shape_of(Bar(state=state, since=at(0), until=at(1)))
    lost = Bar(state=S.LOST, since=at(0), until=at(1), waits=True, what="lost")
    assert shape_of(lost) is Shape.FAULT


@given(st.integers(1, 10**7), st.integers(12, 300))
def test_ticks_stand_inside_and_apart(seconds: int, width: int) -> None:
    found = ticks(at(0), at(0) + timedelta(seconds=seconds), width)
    for tick in found:
        assert tick.column >= 0
        assert tick.column + len(tick.text) <= width
    for before, after in pairwise(found):
        assert before.column + len(before.text) < after.column


def test_a_line_of_blocks_loses_no_peak() -> None:
    assert sparkline([0, 0, 0, 0.001, 8], 5) == "   ▁█"
    assert sparkline([0, 9, 0, 0], 2) == "█ "
    assert sparkline([], 3) == ""
    assert sparkline([0.0], 3) == "   "


# accounting


def test_a_morning_in_figures() -> None:
    found = accounting(morning().trails(), NOW)
    assert found.for_lead == timedelta(minutes=41 + 10 + 120)
    assert [(one.name, one.count) for one in found.by_reason] == [
        ("no report", 1),
        ("question", 3),
        ("report", 1),
    ]
    assert found.oldest is not None
    assert (found.oldest.who, found.oldest.what) == (TWO, "no report")
    assert (found.answers, found.answer_half, found.answer_most) == (
        2,
        timedelta(minutes=10),
        timedelta(minutes=30),
    )
    assert (found.merged, found.cost, found.cost_merged) == (1, 4.0, 4.0)
    assert not found.cost_known
    assert found.unknown_costs == (TWO,)
    assert len(found.waited_in) == len(found.cost_in) == PARTS


def test_what_goes_on_is_told_however_many_ended() -> None:
    told = Journals()
    told.make(ONE, 0)
    told.make(TWO, 0)
    told.ask(TWO, 1, "old")
    for number in range(MOST_WAITS + 50):
        told.ask(ONE, 2 + number / 10, f"q{number}")
        told.answer(ONE, 2 + number / 10 + 0.05, f"q{number}")
    found = accounting(told.trails(), NOW)
    assert found.oldest is not None
    assert found.oldest in found.waits
    assert len(found.waits) == MOST_WAITS + 1
    assert found.answers == MOST_WAITS + 50


def test_a_merge_taken_back_costs_no_merged_change() -> None:
    told = morning()
    told.end_merge(ONE, 200, MergeOutcome.UNDONE)
    found = accounting(told.trails(), NOW)
    assert (found.merged, found.cost_merged, found.cost) == (0, 0.0, 4.0)


def test_costs_are_those_of_the_time_that_is_told() -> None:
    found = accounting(morning().trails(), NOW, since=at(90))
    assert found.cost == pytest.approx(2.5)
    assert found.merged == 1


def test_an_agent_that_begins_anew_does_not_lower_what_was_spent() -> None:
    told = morning()
    told.write(TWO, 130, events.UsageChanged(usage=Usage(cost=3.0)))
    told.write(TWO, 140, events.UsageChanged(usage=Usage(cost=1.0)))
    found = accounting(told.trails(), NOW)
    assert found.cost == pytest.approx(7.0)
