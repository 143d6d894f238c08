from __future__ import annotations

import pytest

from tests.model.test_transcript import Story
from wuhu_tui.model import agent_events as told
from wuhu_tui.model import events
from wuhu_tui.model.budgets import Budget
from wuhu_tui.model.permissions import Decision, PermissionRequest, PolicyRule
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.transcript import ItemKind

RULE = PolicyRule(decision=Decision.DENY, command="rm -rf", reason="no")

NOTES = (
    (
        told.AgentDelayed(kind=told.DelayKind.RETRY, attempt=2, limit=10, status=529),
        "delayed",
        "the model did not answer (529) · try 2 of 10",
    ),
    (
        told.AgentDelayed(kind=told.DelayKind.RATE_LIMIT, reason="five-hour limit"),
        "delayed",
        "rate limit: five-hour limit",
    ),
    (
        told.ContextCompacted(before=160_000, after=20_000, trigger="auto"),
        "compacted",
        "memory shortened from 160,000 → 20,000 tokens (auto)",
    ),
    (
        told.ContextCompacted(),
        "compacted",
        "the agent shortened its memory of the conversation",
    ),
    (
        told.GuessMade(state="asking", line="Do you want to proceed?"),
        "guess",
        "it looks asking, by the line: Do you want to proceed?",
    ),
    (
        told.PermissionDecided(
            title="rm -rf build", request=PermissionRequest(), decision=Decision.DENY, rule=RULE
        ),
        "denied",
        'rm -rf build · by a rule of wuhu.toml: deny command="rm -rf"',
    ),
    (
        told.RuleAdded(rule=PolicyRule(decision=Decision.ALLOW, tool="Bash"), by="lead"),
        "rule",
        'lead: from now on in this session allow tool="Bash"',
    ),
    (told.ModelChanged(model="opus", by="lead"), "model", "lead changed it to opus"),
    (
        told.BudgetReached(whose="project", used=Usage(), limit=Budget(cost=2), question="q"),
        "budget",
        "the project's budget is used up: it pauses",
    ),
    (
        told.BudgetRaised(limit=Budget(cost=4, tokens=1000), by="lead"),
        "budget",
        "lead raised it to $4.00 or 1,000 tokens",
    ),
)


@pytest.mark.parametrize(("event", "title", "text"), NOTES)
def test_what_an_agent_goes_through_is_noted_in_words(
    event: events.Event, title: str, text: str
) -> None:
    items = Story().tell(event).items
    assert [(item.kind, item.title, item.text) for item in items] == [(ItemKind.NOTE, title, text)]


def test_one_wait_after_the_other_is_one_note() -> None:
    waits = [told.AgentDelayed(kind=told.DelayKind.RETRY, attempt=n) for n in (1, 2, 3)]
    story = Story()
    key = story.tell(waits[0]).items[0].key
    items = story.tell(*waits[1:], events.AgentSaid(text="so"), waits[0]).items
    assert [item.text for item in items] == [
        "the model did not answer · try 3",
        "so",
        "the model did not answer · try 1",
    ]
    assert items[0].key == key


def test_work_beside_the_turn_is_called_the_same_when_it_ends() -> None:
    items = Story().tell(
        told.BackgroundStarted(task="7", title="npm run dev"),
        told.BackgroundEnded(task="7", ok=False, summary="exit 1"),
        told.BackgroundEnded(task="8"),
    )
    assert [item.text for item in items.items] == [
        "goes on beside the turn: npm run dev",
        "failed: npm run dev · exit 1",
        "ended: 8",
    ]


def test_what_a_sub_agent_says_and_does_is_told_apart() -> None:
    items = Story().tell(
        events.AgentSaid(text="I ask for help.", message="1"),
        events.AgentSaid(text="I look ", message="1", parent="t1"),
        events.AgentSaid(text="around.", message="1", parent="t1"),
        events.ToolStarted(call="t2", title="Read a.py", parent="t1"),
        events.AgentSaid(text="Thanks.", message="1"),
    )
    assert [(item.kind, item.text, item.nested) for item in items.items] == [
        (ItemKind.SAID, "I ask for help.", False),
        (ItemKind.THOUGHT, "I look around.", True),
        (ItemKind.TOOL, "", True),
        (ItemKind.SAID, "Thanks.", False),
    ]
