"""How lives end and how the next one goes on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.session.fake_agent import FakeAgent
from tests.session.stage import Stage
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.journal.clock import now
from wuhu_tui.model import events
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.model.reports import ExitReason, ReportKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.commands import Commands


async def test_stop_ends_the_turn_and_keeps_the_queues(stage: Stage) -> None:
    await stage.first_turn()
    waiting = stage.follow_up("later")
    stage.stop()
    exit_ = await stage.ended()
    assert exit_.reason is ExitReason.STOPPED
    assert stage.agent.closed
    assert stage.states[-1] == "stopped"
    assert [message.id for message in stage.folded().waiting] == [waiting.id]
    assert stage.events(events.TurnEnded)[-1].stop_reason == "cancelled"
    assert stage.events(events.AgentExited) == [events.AgentExited(code=0, expected=True)]
    assert isinstance(stage.records[-1].event, events.RunnerEnded)


async def test_stop_does_not_wait_longer_than_its_grace(stage: Stage) -> None:
    stage.habits.heeds_interrupt = False
    await stage.first_turn()
    stage.stop()
    await stage.ended()
    assert stage.events(events.TurnEnded)[-1].stop_reason == "stopped"


async def test_stop_while_the_agent_starts(stage: Stage) -> None:
    import asyncio

    stage.habits.start_gate = asyncio.Event()
    stage.open()
    await stage.until(lambda: bool(stage.agents))
    stage.stop()
    assert (await stage.ended()).reason is ExitReason.STOPPED
    assert [message.id for message in stage.folded().waiting] == ["task"]


async def test_a_stop_from_before_this_life_was_asked_for_is_refused(stage: Stage) -> None:
    old = stage.stop(at=now() - timedelta(minutes=1))
    stage.open(asked_at=now())
    await stage.taken(old)
    refused = stage.events(events.CommandRefused)[0]
    assert refused.reason == "it was meant for an earlier life of this session"
    await stage.in_state(SessionState.WORKING)


async def test_an_agent_that_dies_in_its_turn_fails_the_session(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.say("now I")
    stage.agent.die(-9, "Killed: out of memory")
    exit_ = await stage.ended()
    assert (exit_.reason, exit_.detail) == (ExitReason.FAILED, "ended by SIGKILL")
    assert exit_.last_words == "Killed: out of memory"
    gone = stage.events(events.AgentExited)[0]
    assert (gone.code, gone.expected, gone.last_words) == (-9, False, "Killed: out of memory")
    assert stage.states[-1] == "failed"
    assert stage.events(events.TurnEnded) == []


async def test_an_agent_that_dies_idle_fails_the_session(stage: Stage) -> None:
    await stage.idle()
    stage.agent.die(1, "bye")
    assert (await stage.ended()).detail == "it ended by itself with exit code 1"


async def test_an_agent_that_does_not_start_fails_with_its_remedy(stage: Stage) -> None:
    stage.habits.fails_to_start = True
    stage.open()
    exit_ = await stage.ended()
    assert exit_.detail == "the program died → log in first"
    assert exit_.last_words == "no key in the lock"
    assert stage.states == ["starting", "failed"]
    assert [message.id for message in stage.folded().waiting] == ["task"]


async def test_an_agent_nobody_can_speak_to_fails_with_its_remedy(stage: Stage) -> None:
    def unknown(setting: AgentSetting) -> FakeAgent:
        raise ConfigError("nobody speaks telepathy", remedy="use acp")

    stage.make_agent = unknown
    stage.open()
    assert (await stage.ended()).detail == "nobody speaks telepathy → use acp"


async def test_without_a_bell_the_mailbox_is_still_read(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_fifo(path: Path) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("os.mkfifo", no_fifo)
    await stage.idle()
    stage.steer("hello")
    assert (await stage.agent.next_turn()).text == "hello"
    assert any("no bell" in warning for warning in stage.view.warnings)


async def test_a_command_that_trips_the_runner_ends_its_life_in_order(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def trip(commands: Commands, command: object) -> None:
        raise LookupError("a bug")

    await stage.idle()
    monkeypatch.setattr(Commands, "_take", trip)
    stage.steer("hello")
    exit_ = await stage.ended()
    assert (exit_.reason, exit_.detail) == (ExitReason.FAILED, "LookupError: a bug")
    assert stage.agent.closed
    assert isinstance(stage.records[-1].event, events.RunnerEnded)


async def test_nothing_runs_without_the_worktree(stage: Stage) -> None:
    (stage.folder.path.parents[2] / "worktree").rmdir()
    stage.open()
    assert "no folder" in (await stage.ended()).detail
    assert stage.agents == []


async def test_an_interrupted_life_tells_the_next_agent_to_go_on(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.say("I begin with the model.")
    await stage.kill()
    turn = await stage.first_turn()
    assert turn.text.startswith("You were interrupted: turn 1")
    assert "go on from there" in turn.text
    assert "Hash the passwords" not in turn.text
    assert stage.states[-2:] == ["starting", "working"]
    assert [e.before.value for e in stage.events(events.StateChanged)][-2] == "lost"
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert stage.agent.turns.empty()


async def test_a_new_conversation_is_told_the_task_and_what_was_said(stage: Stage) -> None:
    stage.habits.loads = False
    turn = await stage.first_turn()
    turn.say("I begin with the model.")
    await stage.kill()
    text = (await stage.first_turn()).text
    for part in ("Hash the passwords.", "I begin with the model.", "git log", "wuhu report done"):
        assert part in text


async def test_a_conversation_that_cannot_be_loaded_begins_anew(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.say("I begin.")
    await stage.kill()
    stage.habits.fails_to_load = True
    turn = await stage.first_turn()
    assert "Hash the passwords." in turn.text
    assert [agent.reference for agent in stage.agents] == ["", "conversation-1", ""]
    assert any("does not load" in warning for warning in stage.view.warnings)


async def test_a_life_that_finds_nothing_waiting_sits_idle(stage: Stage) -> None:
    stage.habits.loads = False
    await stage.idle()
    stage.stop()
    await stage.ended()
    stage.open()
    await stage.in_state(SessionState.IDLE)
    assert stage.agent.turns.empty()
    stage.follow_up("now the docs")
    text = (await stage.agent.next_turn()).text
    assert "new conversation" in text
    assert text.endswith("now the docs")


async def test_an_agent_that_remembers_gets_only_the_message(stage: Stage) -> None:
    await stage.idle()
    stage.stop()
    await stage.ended()
    stage.follow_up("now the docs")
    assert (await stage.first_turn()).text == "now the docs"


async def test_an_offered_prompt_without_a_sign_is_unsure_and_told_of(stage: Stage) -> None:
    await stage.first_turn()
    await stage.kill()
    text = (await stage.first_turn()).text
    assert stage.events(events.MessageUnsure) == [events.MessageUnsure(id="task")]
    assert "may not have reached you" in text
    assert "Hash the passwords." in text
    offered = [event.id for event in stage.events(events.MessageOffered)]
    assert offered == ["task", "resumption-2"]


async def test_an_unsure_message_is_still_told_of_two_lives_later(stage: Stage) -> None:
    await stage.first_turn()
    await stage.kill()
    await stage.first_turn()
    await stage.kill()
    text = (await stage.first_turn()).text
    assert text.count("Hash the passwords.") == 1
    assert text.count("You were interrupted") == 1


async def test_a_resumption_that_never_landed_is_said_anew(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.say("I begin.")
    await stage.kill()
    stage.habits.fails_to_load = stage.habits.fails_to_start = True
    stage.open()
    await stage.ended()
    stage.habits.fails_to_load = stage.habits.fails_to_start = False
    text = (await stage.first_turn()).text
    assert text.count("You were interrupted") == 1


async def test_a_stop_in_a_turn_is_no_accident(stage: Stage) -> None:
    await stage.first_turn()
    stage.stop()
    await stage.ended()
    stage.open()
    await stage.in_state(SessionState.IDLE)
    assert stage.agent.turns.empty()


async def test_commands_that_came_while_nobody_lived_are_taken(stage: Stage) -> None:
    await stage.idle()
    stage.stop()
    await stage.ended()
    stage.steer("one")
    stage.steer("two")
    assert (await stage.first_turn()).text == "one\n\ntwo"
    assert list((stage.folder.mailbox / "new").iterdir()) == []


async def test_a_command_taken_but_not_put_away_is_not_done_twice(stage: Stage) -> None:
    await stage.idle()
    stage.steer("once", name="the-id")
    (await stage.agent.next_turn()).end()
    await stage.in_state(SessionState.IDLE)
    report = stage.report(ReportKind.DONE, "done")
    await stage.taken(report)
    await stage.kill()
    for path in (stage.folder.mailbox / "cur").iterdir():
        path.rename(stage.folder.mailbox / "new" / path.name)
    stage.open()
    await stage.until(
        lambda: len([t for t in stage.events(events.CommandTaken) if t.repeated]) == 2
    )
    assert len(stage.events(events.ReportMade)) == 1
    assert stage.agent.turns.empty()


async def test_effects_written_before_the_kill_are_not_repeated(stage: Stage) -> None:
    """Killed between a command's effect and the word that it was taken."""
    await stage.idle()
    steer, report = stage.steer("once"), stage.report(ReportKind.DONE, "done")
    await stage.taken(report)
    await stage.kill()
    lines = stage.folder.journal.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if b'"command.taken"' not in line]
    stage.folder.journal.write_bytes(b"".join(kept))
    for path in (stage.folder.mailbox / "cur").iterdir():
        path.rename(stage.folder.mailbox / "new" / path.name)
    stage.open()
    await stage.taken(report)
    queued = [event.message.id for event in stage.events(events.MessageQueued)]
    assert queued.count(steer.id) == 1
    assert len(stage.events(events.ReportMade)) == 1


async def test_every_life_is_an_epoch(stage: Stage) -> None:
    await stage.idle()
    await stage.kill()
    stage.open()
    await stage.in_state(SessionState.IDLE)
    assert [r.epoch for r in stage.records if isinstance(r.event, events.RunnerStarted)] == [1, 2]


async def test_a_torn_journal_is_cut_and_told(stage: Stage) -> None:
    await stage.idle()
    await stage.kill()
    with stage.folder.journal.open("ab") as journal:
        journal.write(b'{"epoch":1,"seq":99,"ts"')
    stage.open()
    await stage.in_state(SessionState.IDLE)
    assert stage.events(events.JournalRepaired) == [events.JournalRepaired(cut=24)]


async def test_a_life_after_an_emptied_journal_counts_as_a_later_one(stage: Stage) -> None:
    await stage.idle()
    await stage.kill()
    stage.open()
    await stage.in_state(SessionState.IDLE)
    await stage.kill()
    stage.folder.journal.write_bytes(b"")
    await stage.first_turn()
    assert stage.records[0].epoch == 3
    assert any("2 lives before" in warning for warning in stage.folded().warnings)


async def test_a_bad_line_is_put_aside_and_told(stage: Stage) -> None:
    await stage.idle()
    await stage.kill()
    with stage.folder.journal.open("ab") as journal:
        journal.write(b"no json at all\n")
    stage.open()
    await stage.in_state(SessionState.IDLE)
    assert stage.folder.quarantine.read_bytes() == b"no json at all\n"
    assert any("unreadable lines" in warning for warning in stage.view.warnings)


async def test_a_disk_that_refuses_ends_the_life_and_its_agent(stage: Stage) -> None:
    turn = await stage.first_turn()
    stage.log._writer.close()
    turn.tool("t1")
    exit_ = await stage.ended()
    assert exit_.reason is ExitReason.FAILED
    assert stage.log.broken is not None
    assert stage.agent.closed
