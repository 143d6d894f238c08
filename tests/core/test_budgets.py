from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.boards import Story
from tests.core.conftest import Desk
from tests.core.test_config import written
from wuhu_tui.core.budgets import (
    hold_command,
    project_limit,
    release_command,
    to_hold,
    to_release,
)
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import BudgetRaised
from wuhu_tui.model.budgets import RAISE, Budget
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.spending import PROJECT, budget_question
from wuhu_tui.model.states import SessionState

LIMIT = Budget(cost=10)


@pytest.fixture
def story() -> Story:
    """Three sessions work; together they used eleven dollars."""
    story = Story()
    for name, cost in (("a", 6.0), ("b", 5.0), ("c", 0.0)):
        story.working(name)
        story.tell(name, events.UsageChanged(usage=Usage(cost=cost)))
    return story


def held(story: Story, limit: Budget = LIMIT) -> list[str]:
    return [view.id for view in to_hold(story.board, limit)]


def asks(story: Story, session: str) -> str:
    question = budget_question("h", PROJECT, Usage(cost=11), LIMIT, at=story.now)
    story.tell(session, events.QuestionAsked(question=question))
    return question.id


def test_all_that_work_are_paused_once_the_project_s_budget_is_used_up(story: Story) -> None:
    assert held(story, Budget(cost=12)) == []
    assert held(story, Budget()) == []
    assert held(story) == ["a", "b", "c"]
    story.turn_over("b")
    story.ended("c", SessionState.STOPPED)
    assert held(story) == ["a"]
    asks(story, "a")
    assert held(story) == []


def test_what_one_may_use_more_lets_all_go_on(story: Story) -> None:
    question = asks(story, "a")
    asks(story, "b")
    assert list(to_release(story.board, LIMIT)) == []
    story.tell("b", events.QuestionWithdrawn(id=question, reason="answered"))
    story.tell("b", BudgetRaised(limit=Budget(cost=20), by="lead", whose="project"))
    limit = project_limit(LIMIT, story.board)
    assert limit == Budget(cost=20)
    assert held(story, limit) == []
    released = [(view.id, asked.id) for view, asked in to_release(story.board, limit)]
    assert released == [("a", question)]
    assert story.view("b").raised_budget is None
    assert project_limit(Budget(), story.board) == Budget()
    assert project_limit(Budget(cost=30), story.board) == Budget(cost=30)


def test_a_pause_is_told_once_for_each_turn_and_limit(story: Story) -> None:
    first = hold_command(story.board, "a", LIMIT, story.now)
    assert first.used.cost == 11
    assert "2 sessions together used $11.00 of $10.00" in first.reason
    assert hold_command(story.board, "a", LIMIT, story.now).id == first.id
    assert hold_command(story.board, "b", LIMIT, story.now).id != first.id
    assert hold_command(story.board, "a", Budget(cost=20), story.now).id != first.id
    story.turn_over("a")
    story.working("a")
    assert hold_command(story.board, "a", LIMIT, story.now).id != first.id


def test_the_core_answers_for_the_lead(story: Story) -> None:
    asks(story, "a")
    question = story.view("a").questions[0]
    command = release_command(question, story.now)
    assert (command.answer.choice, command.answer.by) == (RAISE, "core")
    assert command.id == release_command(question, story.now).id


async def test_the_conductor_pauses_who_works(root: Path, conducted: Desk) -> None:
    written(root, "[budget]\nproject_tokens = 100")
    await conducted.core.project.reload()
    first, second = await conducted.started(), await conducted.started("test")
    resting = await conducted.started("docs")
    conducted.host.workers[resting].rests()
    for session in (first, second):
        conducted.host.workers[session].write(
            events.UsageChanged(usage=Usage(input_tokens=40, output_tokens=10))
        )

    def holds(session: str) -> int:
        taken = conducted.host.workers[session].taken
        return sum(1 for name in taken if name.startswith("hold-"))

    await conducted.until(lambda: holds(first) == 1 and holds(second) == 1)
    assert holds(resting) == 0
    await conducted.core.idle()
    assert (holds(first), holds(second)) == (1, 1)
