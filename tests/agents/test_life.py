"""How the life of an agent process begins and ends, with the real sample agent."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import psutil
import pytest

from tests.agents.conftest import Theatre
from tests.agents.sink import LIMIT, RecordingSink
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import SteerOutcome
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import AgentSaid, Noted, ToolEnded, ToolOutput, ToolStarted


async def test_a_start_tells_what_is_known(theatre: Theatre) -> None:
    theatre.play()
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        assert psutil.pid_exists(show.started.pid)
        assert show.started.reference.startswith("sample-")
        assert show.started.version == "sample-agent 1.0"
        assert not show.started.resumed
        assert os.getpgid(show.started.pid) == show.started.pid
        assert os.getsid(show.started.pid) == show.started.pid
        assert show.sink.exits == []
    assert show.sink.exits == [(0, "")]
    assert not psutil.pid_exists(show.started.pid)


async def test_the_environment_is_given_whole(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAKED", "yes")
    monkeypatch.setenv("TERM", "xterm-of-the-runner")
    theatre.environment["ONLY"] = "given"
    theatre.play([{"run": ["{python}", "-c", "import os; print(sorted(os.environ))"]}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        await show.agent.prompt("Go")
    names = set(eval(show.sink.all(ToolEnded)[0].output))
    assert {"ONLY", "HOME", "PATH"} <= names
    assert not {"LEAKED", "TERM"} & names


async def test_a_missing_program_is_named(theatre: Theatre) -> None:
    agent = theatre.adapter(command=("no-such-agent", "--acp"))
    with pytest.raises(AgentError, match=r"cannot be started: No such file .*no-such-agent"):
        await agent.start(RecordingSink(), "")
    await agent.close()


@pytest.mark.parametrize(
    ("step", "shown", "seconds"),
    # The second needs an agent that answers the first step in time on a busy machine.
    [
        ("initialize", "initialize", 0.5),
        pytest.param("new_session", "session/new", 8.0, marks=pytest.mark.long),
    ],
)
async def test_a_step_of_the_start_has_a_deadline(
    theatre: Theatre, step: str, shown: str, seconds: float
) -> None:
    theatre.play(behaviour={"hangs_at": step})
    agent, sink = theatre.adapter(start_seconds=seconds), RecordingSink()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError) as error:
            await agent.start(sink, "")
    assert error.value.message == f"sample did not answer “{shown}” within {seconds:g} s"
    assert error.value.where == str(theatre.log)
    assert "start_seconds" in error.value.remedy
    assert len(sink.exits) == 1


@pytest.mark.parametrize("step", ["initialize", "new_session"])
async def test_a_death_at_the_start_gives_its_last_words(theatre: Theatre, step: str) -> None:
    theatre.play(behaviour={"dies_at": step})
    agent, sink = theatre.adapter(), RecordingSink()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError) as error:
            await agent.start(sink, "")
    words = f"cannot {step}: the model service is not configured"
    assert error.value.message == f"sample ended with exit code 3: {words}"
    assert sink.exits == [(3, words)]


async def test_a_program_that_is_no_agent(theatre: Theatre) -> None:
    agent, sink = (
        theatre.adapter(command=("sh", "-c", "echo usage: me >&2; exit 64")),
        RecordingSink(),
    )
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError, match="ended with exit code 64: usage: me"):
            await agent.start(sink, "")


async def test_another_version_of_the_protocol(theatre: Theatre) -> None:
    theatre.play(behaviour={"protocol_version": 2})
    agent, sink = theatre.adapter(), RecordingSink()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError, match="speaks version 2 of the protocol, wuhu 1"):
            await agent.start(sink, "")
    assert len(sink.exits) == 1


async def test_an_answer_that_breaks_the_protocol(theatre: Theatre) -> None:
    program = 'read line; echo \'{"jsonrpc":"2.0","id":0,"result":{}}\'; cat'
    agent, sink = theatre.adapter(command=("sh", "-c", program)), RecordingSink()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError, match="broke the protocol in its answer to “initialize”"):
            await agent.start(sink, "")


async def test_a_crash_mid_turn(theatre: Theatre) -> None:
    theatre.play([{"say": "Half."}, {"crash": 7, "words": "trace\nout of memory"}, {"say": "x"}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        with pytest.raises(AgentError) as error:
            await show.agent.prompt("Go")
        assert error.value.message == "sample ended with exit code 7: out of memory"
        assert show.sink.exits == [(7, "trace\nout of memory")]
        assert show.sink.order[-1] == "exited"
        assert await show.agent.steer("?", "s1") is SteerOutcome.NOT_NOW
        await show.agent.interrupt()
        with pytest.raises(AgentError, match="does not run"):
            await show.agent.prompt("again")
    assert len(show.sink.exits) == 1


async def test_kill_mid_tool_ends_the_call_before_the_exit_is_told(theatre: Theatre) -> None:
    theatre.play([{"run": "echo up; exec sleep 300"}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolOutput)
        orphans = psutil.Process(show.started.pid).children(recursive=True)
        os.kill(show.started.pid, signal.SIGKILL)
        with pytest.raises(AgentError, match="was killed by SIGKILL: it left no last words"):
            await turn
        assert show.sink.order[-2:] == ["ToolEnded", "exited"]
        assert show.sink.exits == [(-signal.SIGKILL, "")]
    for orphan in orphans:
        orphan.kill()


async def test_last_words_are_those_of_this_life(theatre: Theatre) -> None:
    theatre.log.parent.mkdir(parents=True)
    theatre.log.write_text("of an earlier life\n")
    theatre.play([{"repeat": 300, "steps": [{"log": "0123456789"}]}, {"crash": 1, "words": "end"}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        with pytest.raises(AgentError):
            await show.agent.prompt("Go")
    words = show.sink.exits[0][1]
    assert words.endswith("0123456789\nend")
    assert 2000 < len(words) <= 2048
    theatre.play([{"crash": 1, "words": "short"}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        with pytest.raises(AgentError):
            await show.agent.prompt("Go")
    assert show.sink.exits == [(1, "short")]
    assert theatre.log.read_text().startswith("of an earlier life\n")


async def test_output_held_open_by_a_child_does_not_hide_the_death(theatre: Theatre) -> None:
    program = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen(['sleep', '300'], stdin=subprocess.DEVNULL)\n"
        "sys.stderr.write(f'{child.pid}\\n'); sys.stderr.flush(); os._exit(5)\n"
    )
    agent, sink = theatre.adapter(command=(sys.executable, "-c", program)), RecordingSink()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError, match="ended with exit code 5"):
            await agent.start(sink, "")
    os.kill(int(sink.exits[0][1]), signal.SIGKILL)


async def test_a_resumed_agent_goes_on_and_its_history_is_not_told_again(
    theatre: Theatre,
) -> None:
    theatre.play([{"say": "Half."}, {"read": "cart.py"}, {"crash": 7}, {"say": "Whole."}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        with pytest.raises(AgentError):
            await show.agent.prompt("Go")
    async with asyncio.timeout(LIMIT), theatre.show(show.started.reference) as again:
        assert again.started.resumed
        assert again.started.reference == show.started.reference
        assert again.sink.events == []
        await again.agent.prompt("Go on")
    assert again.sink.said == "I go on where I was.Whole."


async def test_a_conversation_that_cannot_be_loaded_begins_anew(theatre: Theatre) -> None:
    theatre.play([{"say": "Begin."}])
    async with asyncio.timeout(LIMIT), theatre.show("sample-forgotten") as show:
        assert not show.started.resumed
        assert show.started.reference not in {"", "sample-forgotten"}
        assert await show.agent.prompt("Go") == "end_turn"
    note = show.sink.all(Noted)[0]
    assert note.level == "warning"
    assert "could not go on with its conversation, session/load: Resource not found" in note.text
    assert show.sink.said == "Begin."


@pytest.mark.parametrize(("load", "resumes"), [(False, True), (True, False)])
async def test_loading_is_tried_only_where_it_works(
    theatre: Theatre, load: bool, resumes: bool
) -> None:
    theatre.play([{"say": "x"}], behaviour={"load": load})
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        await show.agent.prompt("Go")
    async with asyncio.timeout(LIMIT), theatre.show(show.started.reference, resumes=resumes) as two:
        assert not two.started.resumed
        assert two.started.reference != show.started.reference
        assert two.sink.notes == []


async def test_the_mode_is_set_where_it_is_offered(theatre: Theatre) -> None:
    theatre.play(behaviour={"modes": ["default", "yolo"]})
    async with asyncio.timeout(LIMIT), theatre.show(mode="yolo") as show:
        pass
    assert show.sink.notes == [("info", "mode: yolo")]
    theatre.play()
    async with asyncio.timeout(LIMIT), theatre.show(mode="yolo") as show:
        pass
    assert show.sink.notes == [("warning", "the agent offers no mode “yolo”; it stays in its own")]


async def test_close_ends_what_does_not_end_by_itself(theatre: Theatre) -> None:
    theatre.play(behaviour={"exits_on_eof": False})
    async with asyncio.timeout(LIMIT), theatre.show(exits_on_eof=False) as show:
        pass
    assert show.sink.exits == [(143, "")]
    theatre.play(behaviour={"exits_on_eof": False, "ignores_term": True})
    quick = Patience(end_of_input=0.1, terminate=0.1)
    async with asyncio.timeout(LIMIT), theatre.show(patience=quick) as show:
        pass
    assert show.sink.exits == [(-signal.SIGKILL, "")]


@pytest.mark.long
async def test_close_kills_the_whole_process_group(theatre: Theatre) -> None:
    program = "sleep 300 & echo $! >&2; exec sleep 300"
    agent, sink = theatre.adapter(command=("sh", "-c", program), start_seconds=0.5), RecordingSink()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError, match="did not answer “initialize”"):
            await agent.start(sink, "")
    child = int(sink.exits[0][1])
    _, alive = await asyncio.to_thread(
        psutil.wait_procs, [psutil.Process(child)] if psutil.pid_exists(child) else [], 5
    )
    assert not alive


async def test_close_mid_turn_ends_the_prompt(theatre: Theatre) -> None:
    theatre.play([{"run": "exec sleep 300"}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolStarted)
        await show.agent.close()
        with pytest.raises(AgentError):
            await turn
        await show.agent.close()
    assert len(show.sink.exits) == 1
    assert show.sink.all(AgentSaid) == []
