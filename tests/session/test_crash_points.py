"""A run killed after any of its records, and resumed: nothing is lost, nothing done twice."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.session.stage import Stage
from tests.session.test_questions import question
from tests.session.test_worker_questions import ask, fetch
from wuhu_tui.agents.protocol import SteerOutcome
from wuhu_tui.model import commands, events
from wuhu_tui.model.messages import Boundary
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.lanes import due


async def a_full_run(stage: Stage) -> dict[str, commands.AnyCommand]:
    """Every kind of command, two turns, a question, a report."""
    stage.habits.steers_in_turn = True
    stage.habits.outcome = SteerOutcome.DELIVERED
    put: dict[str, commands.AnyCommand] = {}
    turn = await stage.first_turn()
    turn.say("I begin.")
    turn.tool("t1", kind="execute")
    put["steer"] = stage.steer("use argon2", name="the-steer")
    put["follow-up"] = stage.follow_up("then the docs", name="the-follow-up")
    put["edit"] = stage.edit("the-follow-up", "then all the docs")
    put["doomed"] = stage.follow_up("never mind", name="the-doomed")
    put["cancel"] = stage.cancel("the-doomed")
    await stage.taken(put["cancel"])
    stage.head = ("a" * 40, "Hash them")
    turn.tool_done("t1")
    await stage.until(lambda: bool(stage.events(events.MessageDelivered)[1:]))
    stage.agent.sink.accepted("the-steer")
    turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    put["answer"] = stage.answer("q1", "a")
    await stage.in_state(SessionState.WORKING)
    put["ask"] = ask(stage)
    await stage.in_state(SessionState.ASKING)
    put["own answer"] = stage.answer("w1", "b")
    put["taken"] = fetch(stage)
    await stage.in_state(SessionState.WORKING)
    put["report"] = stage.report(ReportKind.DONE, "hashed")
    await stage.taken(put["report"])
    turn.end()
    turn = await stage.agent.next_turn()
    turn.say("And the docs.")
    turn.end()
    await stage.in_state(SessionState.IDLE)
    await stage.kill()
    return put


def rewind(stage: Stage, root: Path, lines: int) -> Stage:
    """The same session as it was after so many lines, every command still in the mailbox."""
    past = Stage(root)
    kept = stage.folder.journal.read_bytes().splitlines(keepends=True)[:lines]
    past.folder.journal.write_bytes(b"".join(kept))
    for path in (stage.folder.mailbox / "cur").iterdir():
        shutil.copy(path, past.folder.mailbox / "new" / path.name)
    past.habits.steers_in_turn = True
    return past


async def until_all_is_said(stage: Stage) -> None:
    """A life in which the agent ends every turn at once, until nothing waits."""
    before = len(stage.agents)
    stage.open()
    await stage.until(lambda: len(stage.agents) > before)
    driver = asyncio.create_task(_end_every_turn(stage))
    await stage.until(lambda: not any((stage.folder.mailbox / "new").iterdir()))
    await stage.until(lambda: not due(stage.view.waiting, Boundary.TURN_END))
    await stage.until(lambda: stage.log.state in (SessionState.IDLE, SessionState.REPORTED))
    driver.cancel()
    await stage.kill()


async def _end_every_turn(stage: Stage) -> None:
    while True:
        turn = await stage.agent.turns.get()
        turn.say("yes")
        turn.end()


@pytest.mark.crash
async def test_killed_after_any_record(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = Stage(tmp_path / "whole")
    await a_full_run(whole)
    total = len(whole.folder.journal.read_bytes().splitlines())
    for lines in range(1, total + 1):
        root = tmp_path / str(lines)
        root.mkdir()
        stage = rewind(whole, root, lines)
        await until_all_is_said(stage)
        _check(stage, f"killed after line {lines}")


def _check(stage: Stage, when: str) -> None:
    offers = Counter(event.id for event in stage.events(events.MessageOffered))
    landed = Counter(event.id for event in stage.events(events.MessageLanded))
    unsure = Counter(event.id for event in stage.events(events.MessageUnsure))
    queued = Counter(event.message.id for event in stage.events(events.MessageQueued))
    assert max(offers.values()) == 1, f"{when}: offered twice"
    assert max(queued.values()) == 1, f"{when}: queued twice"
    for name in ("task", "the-steer", "the-follow-up"):
        assert landed[name] + unsure[name] == 1, f"{when}: {name} is lost"
    assert landed["the-doomed"] == 0, f"{when}: a cancelled message landed"
    assert stage.view.waiting == (), when
    reports = [event.report.summary for event in stage.events(events.ReportMade)]
    assert reports == ["hashed"], f"{when}: {reports}"
    heard = Counter(event.question for event in stage.events(events.AnswerDelivered))
    assert heard["w1"] == 1, f"{when}: the worker's answer was fetched {heard['w1']} times"
    answers = Counter(event.answer.question for event in stage.events(events.QuestionAnswered))
    asked = Counter(event.question.id for event in stage.events(events.QuestionAsked))
    for name in ("q1", "w1"):
        assert asked[name] <= 1, f"{when}: {name} was asked twice"
        assert answers[name] == asked[name], f"{when}: {name} answered {answers[name]} times"
    assert stage.view.questions == (), when
    taken = Counter(e.command for e in stage.events(events.CommandTaken) if not e.repeated)
    assert set(taken.values()) == {1}, f"{when}: taken twice"
    assert stage.folded() == stage.view, when
