"""Turns, boundaries and lanes of one life."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys

from msgspec.structs import replace

from tests.session.stage import Stage
from wuhu_tui.agents.protocol import SteerOutcome
from wuhu_tui.model import events
from wuhu_tui.model.messages import Boundary, Lane
from wuhu_tui.model.reports import ExitReason, ReportKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.environment import markers


async def test_the_task_is_the_first_prompt_with_how_to_report(stage: Stage) -> None:
    turn = await stage.first_turn()
    assert turn.text.startswith("Hash the passwords.")
    assert "wuhu report done" in turn.text
    assert stage.states == ["starting", "working"]


async def test_a_session_without_a_task_waits(stage: Stage) -> None:
    stage.spec = replace(stage.spec, task="")
    stage.open()
    await stage.in_state(SessionState.IDLE)
    stage.steer("hello")
    turn = await stage.agent.next_turn()
    assert turn.text == "hello"


async def test_a_prompt_lands_when_the_agent_first_shows_a_sign(stage: Stage) -> None:
    turn = await stage.first_turn()
    assert [message.id for message in stage.folded().waiting] == ["task"]
    turn.say("I look at it.")
    assert stage.events(events.MessageLanded) == [
        events.MessageLanded(id="task", boundary=Boundary.AWAITING_INPUT)
    ]
    assert stage.folded().waiting == ()


async def test_a_turn_without_report_ends_idle(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.end("end_turn")
    await stage.in_state(SessionState.IDLE)
    assert stage.events(events.TurnEnded)[0].stop_reason == "end_turn"
    assert stage.folded().no_report


async def test_a_report_in_the_turn_ends_it_reported(stage: Stage) -> None:
    turn = await stage.first_turn()
    stage.head = ("a" * 40, "Hash them")
    stage.report(ReportKind.DONE, "hashed")
    turn.end()
    await stage.in_state(SessionState.REPORTED)
    assert "idle" not in stage.states
    report = stage.events(events.ReportMade)[0].report
    assert (report.kind, report.summary, report.head) == (ReportKind.DONE, "hashed", "a" * 40)


async def test_a_note_is_progress_not_completion(stage: Stage) -> None:
    turn = await stage.first_turn()
    stage.report(ReportKind.NOTE, "half way")
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert stage.folded().no_report


async def test_a_message_to_an_idle_session_lands_at_once(stage: Stage) -> None:
    await stage.idle()
    stage.follow_up("and the tests?")
    turn = await stage.agent.next_turn()
    assert turn.text == "and the tests?"
    assert stage.log.state is SessionState.WORKING


async def test_steer_lands_at_the_tool_boundary_of_an_agent_that_takes_it(stage: Stage) -> None:
    stage.habits.steers_in_turn = True
    turn = await stage.first_turn()
    turn.tool("t1")
    late = stage.follow_up("later")
    first, second = stage.steer("use argon2"), stage.steer("and salt")
    await stage.taken(second)
    assert stage.agent.steered == []
    turn.tool_done("t1")
    await stage.until(lambda: len(stage.agent.steered) == 2)
    assert stage.agent.steered == ["use argon2", "and salt"]
    await stage.until(lambda: [m.id for m in stage.view.waiting] == [late.id])
    landed = [event for event in stage.events(events.MessageLanded) if event.id != "task"]
    assert landed == [
        events.MessageLanded(id=first.id, boundary=Boundary.TOOL_END),
        events.MessageLanded(id=second.id, boundary=Boundary.TOOL_END),
    ]


async def test_steer_waits_for_the_turn_end_of_an_agent_that_takes_none(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.tool("t1")
    stage.follow_up("later")
    command = stage.steer("use argon2")
    await stage.taken(command)
    turn.tool_done("t1")
    turn.end()
    turn = await stage.agent.next_turn()
    assert (turn.text, stage.agent.steered) == ("use argon2", [])
    turn.end()
    assert (await stage.agent.next_turn()).text == "later"
    landed = {event.id: event.boundary for event in stage.events(events.MessageLanded)}
    assert landed[command.id] is Boundary.TURN_END
    assert "idle" not in stage.states


async def test_a_refused_steer_waits_again_and_is_not_unsure(stage: Stage) -> None:
    stage.habits.steers_in_turn, stage.habits.outcome = True, SteerOutcome.NOT_NOW
    turn = await stage.first_turn()
    turn.tool("t1")
    command = stage.steer("use argon2")
    await stage.taken(command)
    turn.tool_done("t1")
    await stage.until(lambda: bool(stage.events(events.MessageDeferred)))
    turn.end()
    assert (await stage.agent.next_turn()).text == "use argon2"


async def test_a_waiting_message_can_be_edited_moved_and_cancelled(stage: Stage) -> None:
    turn = await stage.first_turn()
    one, two, three = stage.steer("one"), stage.steer("two"), stage.follow_up("three")
    stage.edit(one.id, "uno")
    stage.move(one.id, Lane.FOLLOW_UP)
    last = stage.cancel(two.id)
    await stage.taken(last)
    turn.end()
    turn = await stage.agent.next_turn()
    assert turn.text == "three"
    turn.end()
    assert (await stage.agent.next_turn()).text == "uno"
    assert three.id in stage.log.history.fates


async def test_what_landed_cannot_be_changed_any_more(stage: Stage) -> None:
    await stage.idle()
    command = stage.cancel("task")
    await stage.taken(command)
    assert "already delivered at" in stage.events(events.CommandRefused)[0].reason


async def test_a_message_that_never_was_cannot_be_changed(stage: Stage) -> None:
    await stage.idle()
    await stage.taken(stage.edit("nothing", "something"))
    assert stage.events(events.CommandRefused)[0].reason == "no such message waits"


async def test_a_command_put_again_is_recorded_and_does_nothing(stage: Stage) -> None:
    await stage.idle()
    stage.steer("once", name="the-id")
    (await stage.agent.next_turn()).end()
    await stage.in_state(SessionState.IDLE)
    stage.steer("once", name="the-id")
    await stage.until(lambda: any(t.repeated for t in stage.events(events.CommandTaken)))
    assert stage.agent.turns.empty()
    assert [e.message.id for e in stage.events(events.MessageQueued)] == ["task", "the-id"]


async def test_commits_are_seen_after_commands_and_at_the_turns_end(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.tool("t1", kind="execute")
    stage.head = ("b" * 40, "First")
    turn.tool_done("t1")
    await stage.until(lambda: bool(stage.events(events.CommitSeen)))
    stage.head = ("c" * 40, "Second")
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert [(e.sha[0], e.subject) for e in stage.events(events.CommitSeen)] == [
        ("b", "First"),
        ("c", "Second"),
    ]
    assert stage.events(events.TurnEnded)[0].head == "c" * 40


async def test_the_base_commit_is_no_commit_of_the_session(stage: Stage) -> None:
    await stage.idle()
    assert stage.events(events.CommitSeen) == []


async def test_interrupt_ends_the_turn_and_queued_messages_land_next(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.tool("t1")
    command = stage.steer("not that way")
    await stage.taken(command)
    stage.interrupt()
    assert (await stage.agent.next_turn()).text == "not that way"
    assert stage.events(events.TurnEnded)[0].stop_reason == "cancelled"


async def test_an_interrupt_ends_the_commands_that_the_agent_lets_run_on(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.tool("t1", kind="execute")
    command = subprocess.Popen(
        (sys.executable, "-c", "import time; time.sleep(3600)"),
        env={**os.environ, **markers(stage.folder, 1)},
    )
    await stage.taken(stage.interrupt())
    await stage.in_state(SessionState.IDLE)
    assert command.wait(5) == -signal.SIGTERM


async def test_the_agent_is_told_what_was_said_not_what_was_written_down(stage: Stage) -> None:
    turn = await stage.first_turn()
    secret = "use ghp_" + "a1B2c3D4e5" * 4
    await stage.taken(stage.steer(secret))
    turn.end()
    assert (await stage.agent.next_turn()).text == secret
    assert secret not in stage.folder.journal.read_text()


async def test_interrupting_nothing_is_refused(stage: Stage) -> None:
    await stage.idle()
    await stage.taken(stage.interrupt())
    assert stage.events(events.CommandRefused)[0].reason == "no turn runs"


async def test_an_interrupt_nobody_heeds_is_told(stage: Stage) -> None:
    stage.habits.heeds_interrupt = False
    await stage.first_turn()
    stage.interrupt()
    await stage.until(lambda: any("goes on all the same" in w for w in stage.view.warnings))


async def test_a_turn_that_fails_with_a_living_agent_leaves_the_prompt_unsure(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.fail("usage limit reached")
    await stage.in_state(SessionState.IDLE)
    assert stage.events(events.MessageUnsure) == [events.MessageUnsure(id="task")]
    assert any("usage limit reached" in warning for warning in stage.view.warnings)
    assert stage.events(events.TurnEnded)[0].stop_reason == "error"


async def test_the_phase_is_that_of_a_tool_that_still_runs(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.tool("t1", "pytest")
    turn.tool("t2", "ruff")
    turn.tool_done("t2")
    await stage.until(lambda: stage.view.phase.detail == "pytest")
    turn.tool_done("t1")
    assert stage.view.phase.kind.value == "thinking"


async def test_state_json_shows_the_state_as_folded(stage: Stage) -> None:
    await stage.idle()
    told = json.loads(stage.folder.state.read_text())
    assert (told["session"], told["state"]) == (stage.view.id, "idle")
    assert told["own"]["cause"]


async def test_live_fold_equals_the_fold_of_the_journal(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.say("hello")
    turn.tool("t1", "pytest")
    turn.output("t1", "dots")
    turn.tool_done("t1")
    stage.report(ReportKind.DONE, "all")
    turn.end()
    await stage.in_state(SessionState.REPORTED)
    stage.stop()
    assert (await stage.ended()).reason is ExitReason.STOPPED
    assert stage.folded() == stage.view


async def test_hibernate_releases_an_idle_session_only(stage: Stage) -> None:
    turn = await stage.first_turn()
    await stage.taken(stage.hibernate())
    assert "only an idle session" in stage.events(events.CommandRefused)[0].reason
    turn.end()
    await stage.in_state(SessionState.IDLE)
    stage.hibernate()
    assert (await stage.ended()).reason is ExitReason.HIBERNATED
    assert stage.states[-1] == "hibernated"
    assert stage.agent.closed


async def test_a_hibernated_session_is_woken_by_a_message(stage: Stage) -> None:
    await stage.idle()
    stage.hibernate()
    await stage.ended()
    stage.steer("wake up")
    assert (await stage.first_turn()).text == "wake up"
    assert stage.agent.reference == "conversation-1"


async def test_a_command_that_cannot_be_moved_away_is_carried_out_once(stage: Stage) -> None:
    await stage.idle()
    taken = stage.folder.mailbox / "cur"
    shutil.rmtree(taken)
    taken.write_text("in the way")
    await stage.taken(stage.steer("go left"))
    await stage.taken(stage.steer("go right"))
    assert len(stage.events(events.CommandTaken)) == 2
    told = [note.text for note in stage.events(events.Noted) if "stays" in note.text]
    assert len(told) == 2
