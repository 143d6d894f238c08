"""Delays, background work, compaction, guesses, cost: an agent's vocabulary on the board."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.strategies import START
from tests.model.test_fold_receipts import asked, folded, queued
from wuhu_tui.model import agent_events, events
from wuhu_tui.model.agent_events import DelayKind
from wuhu_tui.model.budgets import Budget
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.messages import Boundary
from wuhu_tui.model.permissions import Decision, PolicyRule
from wuhu_tui.model.reports import Exit, ExitReason, Report, ReportKind, Usage
from wuhu_tui.model.states import PhaseKind, SessionState

RETRY = agent_events.AgentDelayed(kind=DelayKind.RETRY, attempt=1, limit=10, status=529)
TURN = events.TurnStarted(turn=1)
END = events.TurnEnded(turn=1, stop_reason="end_turn")
TESTS = agent_events.BackgroundStarted(task="b1", title="pytest")
SERVER = agent_events.BackgroundStarted(task="b2", title="serve")


@pytest.mark.parametrize(
    "sign",
    [
        events.AgentSaid(text="x"),
        events.AgentThought(text="x"),
        events.ToolStarted(call="t", title="x"),
        asked(),
        END,
        events.AgentExited(code=1),
        events.RunnerStarted(pid=2),
    ],
)
def test_a_delay_lasts_until_the_agent_goes_on(sign: Any) -> None:
    delay = folded(TURN, RETRY, events.ToolOutput(call="t", text="dots")).delay
    assert delay is not None
    assert (delay.kind, delay.attempt, delay.status) == (DelayKind.RETRY, 1, 529)
    assert folded(TURN, RETRY, sign).delay is None


def test_the_clock_of_a_delay_runs_from_its_first_try() -> None:
    again = agent_events.AgentDelayed(kind=DelayKind.RETRY, attempt=2)
    first, second = folded(TURN, RETRY).delay, folded(TURN, RETRY, again).delay
    assert first is not None
    assert second is not None
    assert (second.attempt, second.since) == (2, first.since)
    limit = folded(TURN, RETRY, agent_events.AgentDelayed(kind=DelayKind.RATE_LIMIT)).delay
    assert limit is not None
    assert limit.since > first.since


def test_work_that_outlasts_its_turn_is_a_phase_of_its_own() -> None:
    view = folded(TURN, TESTS, SERVER)
    assert view.phase.kind is PhaseKind.THINKING
    view = folded(TURN, TESTS, SERVER, END, events.AgentSaid(text="beside"))
    assert (view.phase.kind, view.phase.detail) == (PhaseKind.BACKGROUND, "serve")
    ended = (TURN, TESTS, SERVER, END, agent_events.BackgroundEnded(task="b2"))
    view = folded(*ended)
    assert (view.phase.kind, view.phase.detail) == (PhaseKind.BACKGROUND, "pytest")
    view = folded(*ended, agent_events.BackgroundEnded(task="b1"))
    assert (view.phase.kind, view.background) == (PhaseKind.NONE, ())


def test_the_same_work_told_twice_is_one() -> None:
    assert [task.task for task in folded(TURN, TESTS, SERVER, TESTS).background] == ["b2", "b1"]


@pytest.mark.parametrize(
    "end",
    [
        events.AgentExited(code=0),
        events.RunnerStarted(pid=2),
        events.RunnerEnded(exit=Exit(reason=ExitReason.STOPPED)),
    ],
)
def test_background_work_and_guesses_end_with_the_agent(end: Any) -> None:
    guess = agent_events.GuessMade(state="asking", line="Proceed? (y/n)")
    before = folded(TURN, TESTS, END, guess)
    assert before.guess is not None
    assert before.guess.line == "Proceed? (y/n)"
    view = folded(TURN, TESTS, END, guess, end)
    assert (view.background, view.guess, view.phase.kind) == ((), None, PhaseKind.NONE)


def test_compaction_ends_its_phase_and_no_other() -> None:
    compacting = events.PhaseChanged(kind=PhaseKind.COMPACTING)
    done = agent_events.ContextCompacted(before=9, after=3)
    assert folded(TURN, compacting).phase.kind is PhaseKind.COMPACTING
    assert folded(TURN, compacting, done).phase.kind is PhaseKind.THINKING
    tool = events.ToolStarted(call="t", title="x")
    assert folded(TURN, tool, done).phase.kind is PhaseKind.TOOL


def test_what_is_known_of_the_agent() -> None:
    view = folded(
        events.AgentStarted(
            agent="claude",
            pid=7,
            version="2.1",
            model="opus",
            steers_in_turn=True,
            queues_steers=True,
            capabilities=(Capability.STEER,),
        )
    )
    assert (view.agent_pid, view.agent_version, view.model) == (7, "2.1", "opus")
    assert view.steers_in_turn
    assert view.queues_steers
    assert view.capabilities == (Capability.STEER,)


def _used(tokens: int, cost: float, context: int = 0) -> events.UsageChanged:
    usage = Usage(input_tokens=tokens, output_tokens=1, cost=cost, context_used=context)
    return events.UsageChanged(usage=usage)


def _life(*, continues: bool = False) -> events.AgentStarted:
    return events.AgentStarted(agent="x", pid=1, usage_continues=continues)


def test_usage_is_the_sum_of_all_lives_of_the_agent() -> None:
    first = (_life(), TURN, _used(10, 0.5, 100), _used(20, 1.0, 200))
    assert folded(*first).usage == Usage(20, 1, 1.0, 200)
    anew = (*first, _life(), _used(5, 0.25, 50))
    assert folded(*anew).usage == Usage(25, 2, 1.25, 50)
    goes_on = (*anew, _life(continues=True), _used(7, 0.5, 60))
    assert folded(*goes_on).usage == Usage(27, 2, 1.5, 60)


def test_a_use_that_nobody_believes_is_cut_to_what_can_be_shown_and_written() -> None:
    told = (_life(), TURN, _used(10**30, 1e308, 10**30), _life(), _used(1, 1e308))
    usage = folded(*told).usage
    assert usage.cost == 2e12
    assert usage.input_tokens == 10**12 + 1


def test_a_turn_s_usage_is_what_came_since_it_began() -> None:
    told = (_life(), TURN, _used(10, 0.5, 100), END, _used(12, 0.5, 100))
    assert folded(*told).turn_usage == Usage(12, 1, 0.5, 100)
    second = (*told, events.TurnStarted(turn=2))
    assert folded(*second).turn_usage == Usage(context_used=100)
    assert folded(*second, _used(15, 0.75, 130)).turn_usage == Usage(3, 0, 0.25, 130)
    assert folded(*second, _used(1, 0.25, 130)).turn_usage == Usage(context_used=130)


def test_rules_and_limits_the_lead_gave_meanwhile() -> None:
    rule = PolicyRule(decision=Decision.ALLOW, tool="Bash")
    added = agent_events.RuleAdded(rule=rule, by="lead")
    raised = agent_events.BudgetRaised(limit=Budget(cost=9.0), by="lead")
    view = folded(added, added, raised)
    assert (view.session_rules, view.raised_budget) == ((rule,), Budget(cost=9.0))


def test_a_message_that_lands_after_the_report_asks_for_another() -> None:
    report = Report(kind=ReportKind.DONE, summary="hashed")
    landed = events.MessageLanded(id="m1", boundary=Boundary.TOOL_END)
    told = (TURN, events.ReportMade(report=report), queued(), landed, END)
    idle = events.StateChanged(
        before=SessionState.WORKING, after=SessionState.IDLE, cause="the agent waits"
    )
    view = folded(*told, idle)
    assert view.no_report
    assert view.report == report
    before = (TURN, queued(), landed, events.ReportMade(report=report), END, idle)
    assert not folded(*before).no_report
    late = (TURN, queued(), events.ReportMade(report=report), END, landed, idle)
    assert not folded(*late).no_report
    assert folded(queued()).last_event_at > START
