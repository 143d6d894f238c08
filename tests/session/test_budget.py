"""Budgets: a session pauses when its own is used up, and goes on only when the lead says so."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tests.session.fake_agent import Turn
from tests.session.ruled import tell_policy
from tests.session.stage import Stage
from wuhu_tui.journal.clock import now
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import BudgetRaised, BudgetReached
from wuhu_tui.model.budgets import RAISE, STOP, Budget, Policy
from wuhu_tui.model.commands import Hold
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.reports import ExitReason, ReportKind, Usage
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.budget import CONTINUE


def use(turn: Turn, cost: float = 0.0, tokens: int = 0) -> None:
    turn.sink.emit(events.UsageChanged(usage=Usage(cost=cost, output_tokens=tokens)))


async def reached(stage: Stage, limit: Budget, **used: Any) -> Question:
    """A session that was paused at the end of a tool."""
    tell_policy(stage, Policy(session_budget=limit))
    turn = await stage.first_turn()
    turn.tool("t1")
    use(turn, **used)
    turn.tool_done("t1")
    await stage.in_state(SessionState.ASKING)
    await stage.until(lambda: stage.log.history.in_turn is False)
    return open_question(stage)


def open_question(stage: Stage) -> Question:
    found = [one for one in stage.view.questions if one.kind is QuestionKind.BUDGET]
    assert len(found) == 1
    return found[0]


async def test_at_its_limit_the_turn_ends_with_the_tool_and_the_lead_is_asked(
    stage: Stage,
) -> None:
    question = await reached(stage, Budget(cost=2.5), cost=2.6)
    assert question.text == "the session's budget is used up: $2.60 of $2.50"
    assert [option.key for option in question.options] == [RAISE, STOP]
    assert question.options[0].label == "go on with another $2.50"
    told = stage.events(BudgetReached)
    assert [(one.whose, one.used.cost, one.limit.cost) for one in told] == [("session", 2.6, 2.5)]
    assert stage.events(events.TurnEnded)[0].stop_reason == "cancelled"
    message = stage.follow_up("and now the docs")
    await stage.taken(message)
    assert stage.view.waiting
    assert stage.agent.turns.empty()


async def test_no_tool_is_cut_off_in_its_middle(stage: Stage) -> None:
    tell_policy(stage, Policy(session_budget=Budget(tokens=100)))
    turn = await stage.first_turn()
    turn.tool("t1")
    turn.tool("t2")
    use(turn, tokens=100)
    turn.tool_done("t1")
    await stage.taken(stage.steer("x"))
    assert not turn.over.done()
    turn.tool_done("t2")
    await stage.in_state(SessionState.ASKING)
    assert turn.over.done()


async def test_more_lets_it_go_on_by_itself(stage: Stage) -> None:
    question = await reached(stage, Budget(cost=2.5), cost=2.6)
    stage.answer(question.id, RAISE)
    turn = await stage.agent.next_turn()
    assert CONTINUE in turn.text
    raised = stage.events(BudgetRaised)
    assert [(one.limit.cost, one.by, one.whose) for one in raised] == [(5.0, "lead", "session")]
    assert stage.folded().raised_budget == Budget(cost=5)
    await stage.in_state(SessionState.WORKING)
    use(turn, cost=4.0)
    turn.tool("t2")
    turn.tool_done("t2")
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert len(stage.events(BudgetReached)) == 1


async def test_an_amount_is_the_new_limit(stage: Stage) -> None:
    question = await reached(stage, Budget(cost=2.5), cost=2.6)
    await stage.taken(stage.answer(question.id, text="2"))
    assert "used up already" in stage.events(events.CommandRefused)[-1].reason
    await stage.taken(stage.answer(question.id, text="much"))
    assert "say an amount such as 5" in stage.events(events.CommandRefused)[-1].reason
    stage.answer(question.id, text="$7.50")
    await stage.agent.next_turn()
    assert stage.events(BudgetRaised)[0].limit == Budget(cost=7.5)


async def test_enough_is_enough(stage: Stage) -> None:
    question = await reached(stage, Budget(tokens=100), tokens=120)
    assert question.text == "the session's budget is used up: 120 of 100 tokens"
    stage.answer(question.id, STOP)
    exit_ = await stage.ended()
    assert exit_.reason is ExitReason.STOPPED
    assert stage.states[-1] == "stopped"


async def test_after_a_restart_nothing_is_sent_before_there_is_more(stage: Stage) -> None:
    question = await reached(stage, Budget(cost=2.5), cost=2.6)
    await stage.kill()
    stage.open()
    await stage.in_state(SessionState.ASKING)
    await stage.taken(stage.steer("go on"))
    assert open_question(stage) == question
    assert stage.agent.turns.empty()
    stage.answer(question.id, RAISE)
    turn = await stage.agent.next_turn()
    assert "go on" in turn.text


async def test_a_stopped_session_asks_again_when_it_is_resumed(stage: Stage) -> None:
    first = await reached(stage, Budget(cost=2.5), cost=2.6)
    stage.answer(first.id, STOP)
    await stage.ended()
    stage.open()
    await stage.in_state(SessionState.ASKING)
    assert open_question(stage).id != first.id
    assert stage.agent.turns.empty()


async def test_a_turn_that_ends_at_the_limit_asks_unless_the_work_is_reported(
    stage: Stage,
) -> None:
    tell_policy(stage, Policy(session_budget=Budget(cost=1)))
    turn = await stage.first_turn()
    await stage.taken(stage.report(ReportKind.DONE, "all of it"))
    use(turn, cost=1)
    turn.end()
    await stage.in_state(SessionState.REPORTED)
    assert stage.view.questions == ()
    await stage.taken(stage.follow_up("one more thing"))
    await stage.in_state(SessionState.ASKING)
    stage.answer(open_question(stage).id, RAISE)
    turn = await stage.agent.next_turn()
    assert "one more thing" in turn.text
    assert CONTINUE not in turn.text


async def test_a_session_s_own_limit_counts_before_the_project_s(stage: Stage) -> None:
    stage.spec = replace(stage.spec, budget=Budget(cost=5))
    tell_policy(stage, Policy(session_budget=Budget(cost=1, tokens=1000)))
    turn = await stage.first_turn()
    use(turn, cost=4, tokens=10)
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert stage.view.questions == ()


def hold(name: str = "hold-1") -> Hold:
    used, limit = Usage(cost=10.5), Budget(cost=10)
    return Hold(id=name, by="core", at=now(), reason="two sessions", used=used, limit=limit)


async def test_the_project_s_limit_pauses_too_and_more_of_it_is_not_the_session_s(
    stage: Stage,
) -> None:
    tell_policy(stage, Policy())
    turn = await stage.first_turn()
    turn.tool("t1")
    await stage.taken(stage.put(hold()))
    question = open_question(stage)
    assert question.text == "the project's budget is used up: $10.50 of $10.00"
    assert not turn.over.done()
    turn.tool_done("t1")
    await stage.until(lambda: stage.log.history.in_turn is False)
    await stage.taken(stage.put(hold()))
    assert len(stage.events(BudgetReached)) == 1
    stage.answer(question.id, RAISE)
    await stage.agent.next_turn()
    assert stage.folded().raised_budget is None
    assert stage.folded().raised_project_budget == Budget(cost=20)


async def test_more_that_was_given_elsewhere_lets_it_go_on(stage: Stage) -> None:
    tell_policy(stage, Policy())
    turn = await stage.first_turn()
    await stage.taken(stage.put(hold()))
    turn.tool("t1")
    turn.tool_done("t1")
    await stage.until(lambda: stage.log.history.in_turn is False)
    stage.answer(open_question(stage).id, RAISE, by="core")
    await stage.agent.next_turn()
    assert stage.events(BudgetRaised) == []


async def test_who_does_nothing_is_not_paused(stage: Stage) -> None:
    await stage.idle()
    await stage.taken(stage.put(hold()))
    assert "does nothing" in stage.events(events.CommandRefused)[0].reason
    assert stage.view.questions == ()
