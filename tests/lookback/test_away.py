"""What happened meanwhile: each thing once, alike ones as one line, what is over told as over."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lookback.records import ONE, TWO, Journals, at, morning
from tests.model.strategies import SESSIONS, START, journals
from tests.tui.boards import NOW
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.agent_events import PermissionDecided
from wuhu_tui.model.away import away, counts, matters, unknown_questions
from wuhu_tui.model.away_words import MEANINGS, RULED, TURN
from wuhu_tui.model.board import Board
from wuhu_tui.model.entries import KINDS
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.lookbacks import Away, AwayGroup, AwayLine
from wuhu_tui.model.permissions import Decision, PermissionRequest, PolicyRule
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.recorded_times import in_order
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Exit, ExitReason
from wuhu_tui.model.reviews import Verdict, VerdictKind
from wuhu_tui.model.states import SessionState as S

G = AwayGroup


def meanwhile(told: Journals, since: datetime, until: datetime = NOW) -> Away:
    happened = list(in_order(told.journals))
    board = told.trails().board
    return away(happened, board, since=since, until=until)


def said(found: Away, group: AwayGroup) -> list[tuple[str, str, int]]:
    return [(line.session, line.text, line.count) for line in found.lines if line.group is group]


def line_of(found: Away, group: AwayGroup) -> AwayLine:
    (line,) = [line for line in found.lines if line.group is group]
    return line


def test_a_morning_by_what_it_means() -> None:
    found = meanwhile(morning(), at(55))
    assert [line.group for line in found.lines] == [
        G.NEEDS_YOU,
        G.DECIDED,
        G.DONE,
        G.LANDED,
        G.WORKED,
        G.WORKED,
        G.OWN,
    ]
    (needs,) = [line for line in found.lines if line.group is G.NEEDS_YOU]
    assert (needs.session, needs.open) == (TWO, True)
    assert said(found, G.DECIDED) == [(TWO, "default applied: which index? → this one", 1)]
    assert said(found, G.DONE) == [(ONE, "reported done: hashes with argon2", 1)]
    assert said(found, G.LANDED) == [(ONE, "merged", 1)]
    assert (ONE, "1 turn, 1 commit, last: Hash with argon2", 2) in said(found, G.WORKED)
    assert said(found, G.OWN) == [(ONE, "answered: drop the table? → this one", 1)]
    assert matters(found)
    assert counts(found)[G.WORKED] == 3


def test_each_line_leads_to_its_record() -> None:
    told = morning()
    for line in meanwhile(told, at(0)).lines:
        journal = told.journals[line.journal]
        assert any(record.cursor == line.cursor for record in journal), line


def test_what_was_asked_before_is_told_with_its_answer() -> None:
    told = morning()
    happened = [one for one in in_order(told.journals) if one.at > at(65)]
    assert unknown_questions(happened) == {TWO}
    board = told.trails().board
    asked = Question(id="q2", kind=QuestionKind.CHOICE, text="which index?", asked_at=at(60))
    bare = away(happened, board, since=at(65), until=NOW)
    assert "which index?" not in line_of(bare, G.DECIDED).text
    whole = away(happened, board, since=at(65), until=NOW, questions={(TWO, "q2"): asked})
    assert "which index? → this one" in line_of(whole, G.DECIDED).text


def test_a_question_that_is_open_needs_the_lead_and_one_that_is_over_does_not() -> None:
    told = morning()
    told.ask(TWO, 150, "q9", "push now?")
    asked = line_of(meanwhile(told, at(140)), G.NEEDS_YOU)
    assert (asked.text, asked.open) == ("asked: push now?", True)
    told.write(TWO, 160, events.QuestionWithdrawn(id="q9", reason="found it"))
    told.become(TWO, 160, S.WORKING)
    over = meanwhile(told, at(140))
    assert said(over, G.NEEDS_YOU) == []
    assert said(over, G.DECIDED) == [(TWO, "withdrew its question: push now? — found it", 1)]


def test_a_hundred_and_forty_seven_alike_are_one_line() -> None:
    told = morning()
    for number in range(147):
        request = PermissionDecided(
            title=f"pytest {number}",
            request=PermissionRequest(),
            decision=Decision.ALLOW,
            rule=PolicyRule(decision=Decision.ALLOW),
        )
        told.write(TWO, 150 + number / 10, request)
    found = meanwhile(told, at(140))
    assert said(found, G.DECIDED) == [(TWO, "answered by a rule, last: allow: pytest 146", 147)]


def test_the_same_of_many_sessions_is_one_line() -> None:
    told = Journals()
    for number in range(9):
        told.make(f"s-{number}", 10 + number, title=f"task {number}")
    found = meanwhile(told, at(0))
    assert said(found, G.OWN) == [
        ("", "made: 9 sessions: task 0, task 1, task 2 and 6 more", 9),
    ]


def test_what_went_wrong_and_is_mended_is_told_as_over() -> None:
    told = morning()
    failed = Exit(reason=ExitReason.FAILED, detail="out of memory")
    told.write(TWO, 150, events.RunnerEnded(exit=failed))
    told.become(TWO, 150, S.FAILED)
    assert "out of memory" in line_of(meanwhile(told, at(140)), G.NEEDS_YOU).text
    told.become(TWO, 155, S.STARTING)
    told.become(TWO, 156, S.WORKING)
    found = meanwhile(told, at(140))
    assert said(found, G.WENT_WRONG) == [(TWO, "failed, over by now: out of memory", 1)]


def test_who_decided_is_named_unless_it_was_the_lead() -> None:
    told = morning()
    for minutes, by in ((150, "lead"), (151, "shop-api-orchestrator-01")):
        kind, when = VerdictKind.CHANGES_REQUESTED, at(minutes)
        verdict = Verdict(kind=kind, head="a" * 40, by=by, at=when)
        told.write("", minutes, project.VerdictGiven(session=TWO, verdict=verdict))
    found = meanwhile(told, at(140))
    assert line_of(found, G.OWN).text.startswith("changes requested:")
    assert "by shop-api-orchestrator-01" in line_of(found, G.DECIDED).text


def test_nothing_happened() -> None:
    found = meanwhile(morning(), at(150))
    assert found == Away(since=at(150), until=NOW)
    assert not matters(found)


def test_every_kind_of_entry_has_a_meaning() -> None:
    assert set(MEANINGS) == KINDS | {RULED, TURN}


ALL_JOURNALS = st.tuples(
    journals("", max_size=14), *(journals(session, max_size=10) for session in SESSIONS)
)


@settings(max_examples=60, deadline=None)
@given(ALL_JOURNALS, st.integers(-5, 20))
def test_before_and_after_any_time_cover_everything_once(
    told: tuple[list[Record], ...], seconds: int
) -> None:
    named = dict(zip(("", *SESSIONS), told, strict=True))
    happened = list(in_order(named))
    board = fold_all(Board(), [one.record for one in happened])
    begin, end = datetime.min.replace(tzinfo=START.tzinfo), START + timedelta(days=30)
    middle = START + timedelta(seconds=seconds)
    whole = away(happened, board, since=begin, until=end)
    before = away(happened, board, since=begin, until=middle)
    after = away(happened, board, since=middle, until=end)
    both = counts(before)
    for group, number in counts(after).items():
        both[group] = both.get(group, 0) + number
    assert both == counts(whole)
    assert all(line.text and line.count >= 1 for line in whole.lines)
    assert all(line.open == (line.group is G.NEEDS_YOU) for line in whole.lines)


def test_words_are_short() -> None:
    assert all(0 < len(meaning.words) <= 24 for meaning in MEANINGS.values())
