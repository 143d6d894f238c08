from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.boards import Story
from tests.core.conftest import Desk
from wuhu_tui.core import evidence as evidence_module
from wuhu_tui.core.provenance import MOST_EVIDENCE, Provenance, Source, provenance
from wuhu_tui.model import agent_events as agent
from wuhu_tui.model import events
from wuhu_tui.model.budgets import Budget
from wuhu_tui.model.errors import NotFound
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.states import SessionState


def why(
    story: Story, session: str = "a", *, alive: bool = True, budget: Budget | None = None
) -> Provenance:
    return provenance(
        story.view(session),
        story.records,
        alive=alive,
        budget=budget or Budget(),
        looked_at=story.now + timedelta(minutes=3),
    )


@pytest.fixture
def story() -> Story:
    story = Story()
    story.working("a")
    story.working("b")
    return story


def test_a_state_of_the_runner_s_names_its_record_and_what_led_to_it(story: Story) -> None:
    told = why(story)
    assert (told.state, told.source) == (SessionState.WORKING, Source.RUNNER)
    assert told.record == story.view("a").standing.at
    assert told.age > timedelta(minutes=3)
    here = [one for one in told.evidence if one.at_state]
    assert [one.words for one in here] == ["starting → working: told"]
    words = [one.words for one in told.evidence]
    assert words == [
        "branch, worktree and folder were made",
        "its runner began (process 100)",
        "instantiated → starting: told",
        "starting → working: told",
        "turn 1 began",
    ]


def test_of_much_that_followed_the_newest_is_kept_beside_what_led_to_it(story: Story) -> None:
    for number in range(30):
        story.tell("a", events.ToolStarted(call=str(number), title=f"tool {number}"))
        story.tell("a", events.AgentSaid(text="many words"))
    told = why(story)
    assert len(told.evidence) == MOST_EVIDENCE
    assert [one.at_state for one in told.evidence].index(True) == 3
    assert told.evidence[-1].words == "tool began: tool 29"
    assert not any("many words" in one.words for one in told.evidence)


def test_a_state_of_the_core_s_and_a_dead_runner_say_so(story: Story) -> None:
    story.done("a", head="new")
    story.in_review("a", head="new")
    told = why(story)
    assert (told.state, told.source) == (SessionState.IN_REVIEW, Source.CORE)
    assert sum(one.at_state for one in told.evidence) == 1
    story.lost("b")
    told = why(story, "b", alive=False)
    assert (told.state, told.source) == (SessionState.LOST, Source.FOUND_DEAD)
    assert [one.at_state for one in told.evidence][-1]
    assert "no runner: nobody holds its lock" in told.facts


def test_a_runner_that_should_live_and_does_not_is_told(story: Story) -> None:
    assert "its runner should live, and nobody holds its lock" in why(story, alive=False).facts
    assert "its runner lives: it holds its lock (process 100)" in why(story).facts


def test_what_qualifies_the_state_is_a_fact(story: Story) -> None:
    asked = Question(id="q", kind=QuestionKind.PERMISSION, text="rm x", asked_at=story.now)
    story.tell("a", events.QuestionAsked(question=asked))
    story.tell("a", agent.BackgroundStarted(task="t", title="npm run dev"))
    story.tell("a", agent.GuessMade(state="asking", line="Proceed? [y/N]"))
    story.tell("a", events.UsageChanged(usage=Usage(cost=1.5)))
    until = story.now + timedelta(minutes=1)
    story.tell(
        "a", agent.AgentDelayed(kind=agent.DelayKind.RATE_LIMIT, reason="too many", until=until)
    )
    facts = "\n".join(why(story, budget=Budget(cost=2, tokens=100)).facts)
    for words in (
        "wants leave: rm x",
        "a command goes on beside the turn: npm run dev",
        "read off the screen, a guess: asking, by: Proceed? [y/N]",
        "waits for its model (rate limit): too many, tries again at",
        "told no tokens so far: the limit of 100 cannot be watched",
        "used $1.50 of $2.00",
    ):
        assert words in facts
    assert "told no cost" in "\n".join(why(story, "b", budget=Budget(cost=1)).facts)


def test_silence_has_an_age(story: Story) -> None:
    assert why(story).silence is not None
    story.instantiated("new")
    assert why(story, "new").silence == timedelta(minutes=3)
    assert [one.at_state for one in why(story, "new").evidence] == [True]
    assert why(story, "new").source is Source.CORE


async def test_the_core_reads_it_from_the_journals(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.started()
    worker = desk.host.workers[session]
    await desk.reaches(session, SessionState.WORKING)
    for number in range(200):
        worker.write(events.ToolStarted(call=str(number), title="x" * 300))
    worker.write(events.Noted(text="the last word", level="warning"))
    await desk.core.project.catch_up()
    whole = await desk.core.provenance(session)
    monkeypatch.setattr(evidence_module, "TAIL", 2000)
    told = await desk.core.provenance(session)
    assert told.evidence == whole.evidence
    assert sum(one.at_state for one in told.evidence) == 1
    assert told.evidence[-1].words == "warning: the last word"
    assert told.runner_alive
    with pytest.raises(NotFound):
        await desk.core.provenance("nobody")


async def test_a_line_longer_than_the_look_is_no_hindrance(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.started()
    await desk.reaches(session, SessionState.WORKING)
    desk.host.workers[session].write(events.Noted(text="y" * 5000, level="warning"))
    monkeypatch.setattr(evidence_module, "TAIL", 300)
    told = await desk.core.provenance(session)
    assert told.evidence[-1].words.endswith("…")


async def test_a_session_that_never_ran_can_be_asked_about(desk: Desk, tmp_path: Path) -> None:
    session = await desk.made()
    told = await desk.core.provenance(session)
    assert (told.state, told.source) == (SessionState.INSTANTIATED, Source.CORE)
    assert not told.runner_alive
