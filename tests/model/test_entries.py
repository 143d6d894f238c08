from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.boards import Story
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.attention import needs_lead
from wuhu_tui.model.board import Board
from wuhu_tui.model.entries import KINDS, ContextEntry, entries_of, needs, silence_mark
from wuhu_tui.model.entry_ends import is_over
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.letters import Letter, LetterKind, LetterState
from wuhu_tui.model.reports import Exit, ExitReason, ReportKind
from wuhu_tui.model.review_events import OpinionGiven, OpinionRefused
from wuhu_tui.model.reviews import Assignment, Judge, Review, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.sightings import Sighting, SightingKind
from wuhu_tui.model.states import SessionState


def told(story: Story, board: Board | None = None) -> list[ContextEntry]:
    """Every entry of a story, as somebody sees it who reads it at the end."""
    return [entry for record in story.records for entry in entries_of(board or story.board, record)]


def needed(story: Story) -> dict[str, str]:
    return {entry.id: entry.kind for entry in needs(story.board)}


@pytest.fixture
def story() -> Story:
    story = Story()
    story.tell("", project.ProjectOpened(project="shop", root="/shop", base_branch="main"))
    return story


def dead(story: Story, name: str) -> None:
    letter = Letter(
        id=name, kind=LetterKind.STEER, sender="lead", recipient="a", text="go", posted_at=story.now
    )
    story.tell("", project.LetterPosted(letter=letter))
    story.tell("", project.LetterMoved(letter=name, after=LetterState.DEAD, detail="it is gone"))


def test_a_question_is_one_entry_whoever_reads_it_and_when(story: Story) -> None:
    story.working("a")
    story.asks("a", "q1")
    record = story.records[-1]
    early = entries_of(story.board, record)
    story.done("b", head="head")
    late = [entry for entry in told(story) if entry.kind == "question"]
    again = fold_all(Board(), story.records)
    assert [entry.id for entry in late] == ["a:question:q1"]
    assert late == [entry for entry in told(story, again) if entry.kind == "question"]
    assert all(entry in late for entry in early)
    assert needed(story)["a:question:q1"] == "question"


def test_what_the_board_needs_was_told_under_the_same_id(story: Story) -> None:
    story.working("a")
    story.asks("a", "q1")
    story.done("b", head="head")
    story.in_review("b")
    story.working("c")
    story.lost("c")
    story.working("d")
    story.report("d", ReportKind.BLOCKED)
    story.turn_over("d")
    dead(story, "l1")
    ids = {entry.id: entry for entry in told(story)}
    kinds = needed(story)
    assert sorted(kinds.values()) == [
        "letter_dead",
        "lost",
        "question",
        "report_blocked",
        "review_ready",
    ]
    for name in kinds:
        assert ids[name].human_attention_needed, name
    assert list(ids.values()) == [*dict.fromkeys(told(story))]


def test_a_failed_session_needs_the_lead_until_it_is_resumed(story: Story) -> None:
    story.working("a")
    story.state("a", SessionState.FAILED)
    failed = Exit(reason=ExitReason.FAILED, detail="no such program")
    story.tell("a", events.RunnerEnded(exit=failed))
    assert needed(story) == {"a:failed:1": "failed"}
    entry = next(entry for entry in told(story) if entry.kind == "failed")
    assert (entry.id, entry.text) == ("a:failed:1", "no such program")
    assert not is_over(story.board, entry)
    story.tell("a", events.RunnerStarted(pid=2))
    story.state("a", SessionState.STARTING)
    assert is_over(story.board, entry)


def test_a_silence_found_by_the_core_is_the_one_the_board_shows(story: Story) -> None:
    story.working("a")
    story.turn_over("a")
    mark = silence_mark(story.view("a"))
    found = Sighting(session="a", kind=SightingKind.NO_REPORT, mark=mark, text="silent")
    story.tell("", project.SightingMade(sighting=found))
    told_id = next(entry.id for entry in told(story) if entry.kind == "no_report")
    assert needed(story) == {told_id: "no_report"}


def test_unreported_work_needs_the_lead_until_it_is_reviewed(story: Story) -> None:
    story.working("a")
    story.turn_over("a")
    story.state("a", SessionState.STOPPED)
    assert needed(story) == {}
    found = Sighting(session="a", kind=SightingKind.UNREPORTED_WORK, mark="head", text="commits")
    story.tell("", project.SightingMade(sighting=found))
    assert needed(story) == {"a:unreported_work:head": "unreported_work"}
    story.in_review("a")
    assert list(needed(story).values()) == ["review_ready"]


def test_a_sighting_counts_once_and_goes_with_its_session(story: Story) -> None:
    story.instantiated("a")
    found = Sighting(session="a", kind=SightingKind.PULL_REQUEST, mark="7", text="a pull request")
    story.tell("", project.SightingMade(sighting=found))
    at = story.board.sightings[found.id].at
    story.tell("", project.SightingMade(sighting=found))
    assert story.board.sightings[found.id].at == at
    story.moved("a", SessionState.ARCHIVED)
    assert story.board.sightings == {}


def test_an_orphaned_question_is_over_when_it_is_answered(story: Story) -> None:
    story.working("a")
    story.asks("a", "q1")
    found = Sighting(
        session="a", kind=SightingKind.ORPHANED_QUESTION, mark="q1.1", text="open", refs=("q1",)
    )
    story.tell("", project.SightingMade(sighting=found))
    entry = next(entry for entry in told(story) if entry.kind == "orphaned_question")
    assert not is_over(story.board, entry)
    story.answered("a", "q1")
    assert is_over(story.board, entry)


def test_every_kind_that_is_told_is_a_known_one(story: Story) -> None:
    story.done("a", head="head")
    story.in_review("a")
    story.judged("a")
    story.merged("a")
    dead(story, "l1")
    assert {entry.kind for entry in told(story)} <= KINDS
    assert [entry.ts for entry in told(story)] == sorted(entry.ts for entry in told(story))
    assert story.now - story.records[0].ts > timedelta(0)


def test_what_was_just_told_is_not_over_before_its_state_is_there(story: Story) -> None:
    """A review was opened, its state came a moment later, and in between it counted as over."""
    story.done("a", head="head")
    story.working("b")
    story.report("b", ReportKind.BLOCKED)
    review = project.ReviewOpened(session="a", review=Review(head="head", merge_base="base"))
    story.tell("", review)
    told_now = {entry.kind: entry for entry in told(story)}
    assert not is_over(story.board, told_now["review_ready"])
    assert not is_over(story.board, told_now["report_blocked"])
    story.moved("a", SessionState.IN_REVIEW)
    assert not is_over(story.board, told_now["review_ready"])
    story.judged("a")
    assert is_over(story.board, told_now["review_ready"])
    story.report("b", ReportKind.DONE)
    assert is_over(story.board, told_now["report_blocked"])


def test_nothing_is_over_at_the_moment_it_is_told() -> None:
    """Of every story in which something needs the lead, right after each record."""
    story = Story()
    story.working("a")
    story.asks("a", "q1")
    story.done("b", head="head")
    story.in_review("b")
    story.working("c")
    story.lost("c")
    dead(story, "l1")
    board = Board()
    for record in story.records:
        board = fold_all(board, [record])
        for entry in entries_of(board, record):
            assert not (entry.human_attention_needed and is_over(board, entry)), entry.id


def test_the_same_commit_put_before_the_lead_again_is_another_entry(story: Story) -> None:
    story.done("a", head="head")
    story.in_review("a")
    story.judged("a", VerdictKind.CHANGES_REQUESTED)
    story.working("a")
    story.done("a", head="head")
    story.in_review("a")
    ready = [entry.id for entry in told(story) if entry.kind == "review_ready"]
    assert len(set(ready)) == 2
    assert ready[-1] in needed(story)


def test_what_judges_say_is_told_and_asks_nothing_of_the_lead(story: Story) -> None:
    story.working("a")
    story.in_review("a")
    said = Verdict(
        kind=VerdictKind.APPROVED, head="head", by="r", at=story.now, judge=Judge.PEER, note="fine"
    )
    story.tell("", OpinionGiven(session="a", verdict=said))
    wrote = "it wrote in its place: x.py"
    story.tell("", OpinionRefused(session="a", verdict=said, reason=wrote))
    opinion, refused = told(story)[-2:]
    assert (opinion.kind, opinion.actor) == ("opinion", "r")
    assert opinion.text == "peer r says approved of head: fine"
    assert (refused.kind, wrote in refused.text) == ("opinion_refused", True)
    assert [one.human_attention_needed for one in (opinion, refused)] == [False, False]


def test_a_judge_that_has_judged_needs_nobody(story: Story) -> None:
    judges = Assignment(session="a", head="head", base="base")
    spec = SessionSpec(id="r", project="shop", base_commit="head", judges=judges)
    story.tell("", project.SessionInstantiated(spec=spec))
    story.working("r")
    said = Verdict(kind=VerdictKind.APPROVED, head="head", by="r", at=story.now)
    story.tell("r", events.JudgementMade(verdict=said))
    story.report("r")
    story.turn_over("r")
    assert story.view("r").state is SessionState.REPORTED
    assert needed(story) == {}
    assert not needs_lead(story.view("r"))
    assert not any(entry.human_attention_needed for entry in told(story))
