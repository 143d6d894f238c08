"""Programs that break off, lie, babble or ask for nonsense: nothing is claimed that was not said."""

from __future__ import annotations

import asyncio
import signal

import psutil
import pytest

from tests.agents.codex.stage import Show, Stage
from tests.agents.sink import LIMIT, RecordingSink
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import SteerOutcome
from wuhu_tui.model.agent_events import BackgroundEnded, BackgroundStarted
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import AgentSaid, AgentThought, Noted, ToolEnded, ToolStarted
from wuhu_tui.model.permissions import DENY
from wuhu_tui.model.questions import OnTimeout


async def test_a_missing_program_is_named(stage: Stage) -> None:
    with pytest.raises(AgentError, match=r"cannot be started: No such file .*no-such-codex"):
        await stage.adapter(("no-such-codex",)).start(RecordingSink(), "")


async def test_a_program_that_is_no_codex(stage: Stage) -> None:
    agent, sink = stage.adapter(("sh", "-c", "echo usage: me >&2; exit 64")), RecordingSink()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError, match="ended with exit code 64: usage: me"):
            await agent.start(sink, "")
    assert sink.exits == [(64, "usage: me")]


async def test_a_silent_start_has_a_deadline(stage: Stage) -> None:
    agent, sink = stage.program("hear(); hear()", start_seconds=0.3), RecordingSink()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError, match=r"did not answer “initialize” within 0\.3 s"):
            await agent.start(sink, "")
    assert len(sink.exits) == 1


@pytest.mark.parametrize("result", ['"no"', "{}", '{"thread": {"id": []}}', "[1]"])
async def test_an_opening_that_is_nonsense(stage: Stage, result: str) -> None:
    lines = f"answer(); hear(); answer(); answer(); tell(id=hear()['id'], result={result}); hear()"
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError, match="broke the protocol in its answer to “thread/start”"):
            await stage.program(lines).start(RecordingSink(), "")


async def test_a_codex_without_an_account(stage: Stage) -> None:
    lines = "answer(); hear(); answer(requiresOpenaiAuth=True); hear()"
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError, match="codex is not logged in") as error:
            await stage.program(lines).start(RecordingSink(), "")
    assert "codex login" in error.value.remedy


async def test_an_old_codex_that_knows_little(stage: Stage) -> None:
    lines = (
        "answer(); hear(); refuse(-32601, 'what?'); refuse(-32601, 'what?')\n"
        "answer(thread={'id': 't1'}); hear()"
    )
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        assert show.started.reference == "t1"
        assert Capability.ASK not in show.started.capabilities


async def test_a_refused_turn_is_over(stage: Stage) -> None:
    lines = "opened(); refuse(-32600, 'no such model'); hear()"
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        with pytest.raises(AgentError, match="answered “turn/start” with: no such model"):
            await show.agent.prompt("Go")
        assert await show.agent.steer("late", "s1") is SteerOutcome.NOT_NOW
        await show.agent.interrupt()


async def test_babble_is_told_and_survived(stage: Stage) -> None:
    lines = r"""
opened(); begun()
for line in ("nonsense", "[1, 2]", "7", '{"method": 4}', '{"id": [1], "method": "x"}', "{}",
             '{"method": "a", "params": [1]}', '{"id": 99, "result": {}}', "\udc00".encode(
             "utf-8", "surrogatepass").decode("latin-1"), ""):
    sys.stdout.write(line + "\n")
for method in ("item/started", "item/completed", "item/agentMessage/delta", "turn/started",
               "turn/completed", "serverRequest/resolved", "thread/tokenUsage/updated",
               "turn/plan/updated", "error", "brand/new", "brand/new"):
    tell(method=method, params={"threadId": "t1", "item": 5, "turn": "x", "plan": 7, "error": [],
         "tokenUsage": "much"})
note("item/started", item={"type": "hologram", "id": "h"})
note("item/completed", item={"type": "hologram", "id": "h"})
note("error", error={"message": "9" * 5000 + "/5", "codexErrorInfo": {"x": 3}}, willRetry=True)
note("item/agentMessage/delta", itemId="m", delta="half \\ud800".encode().decode("unicode_escape"))
over(); hear()
"""
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        assert await show.agent.prompt("Go") == "end_turn"
    notes = "\n".join(text for _, text in show.sink.notes)
    assert notes.count("the agent wrote a line that is") == 8
    assert notes.count("(brand/new)") == 1
    assert "an item of type hologram" in notes
    assert "turn/completed that cannot be read" in notes
    assert show.sink.said == "half ?"
    assert [code for code, _ in show.sink.exits] == [0]


async def test_endless_babble_is_told_so_often_only(stage: Stage) -> None:
    lines = "opened(); begun()\nfor n in range(500): print('no', n)\nover(); hear()"
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        assert await show.agent.prompt("Go") == "end_turn"
    assert len(show.sink.all(Noted)) == 21
    assert stage.log.read_text().count("[not of the protocol") == 500


async def test_unknown_and_unreadable_requests_are_refused(stage: Stage) -> None:
    lines = """
opened(); begun()
tell(id="a", method="teleport", params={})
first = hear()
tell(id="b", method="item/tool/requestUserInput", params={"questions": 7})
second = hear()
note("item/agentMessage/delta", itemId="m", delta=f"{first['id']}{first['error']['code']} "
     f"{second['id']}{second['error']['code']}")
over(); hear()
"""
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        assert await show.agent.prompt("Go") == "end_turn"
    assert show.sink.said == "a-32601 b-32602"
    assert show.sink.questions == []
    assert any("teleport" in text for _, text in show.sink.notes)


async def test_a_message_refused_is_not_claimed(stage: Stage) -> None:
    lines = "opened(); begun(); refuse(-32600, 'no active turn to steer'); over(); hear()"
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        assert await _steered(show, "s1") is SteerOutcome.NOT_NOW
        await turn
    assert show.sink.accepted_tokens == []
    assert show.sink.not_accepted_tokens == []


async def test_a_message_never_shown_is_lost(stage: Stage) -> None:
    lines = "opened(); begun(); answer(turnId='u1'); over(); hear()"
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        taken = await _steered(show, "s1")
        assert await turn == "end_turn"
    reason = "the turn ended and codex did not show it"
    assert taken is SteerOutcome.DELIVERED
    assert show.sink.not_accepted_tokens == [("s1", reason, True)]


async def test_a_message_without_a_reply_is_unsure(stage: Stage) -> None:
    lines = "opened(); begun(); hear(); hear()"
    agent = stage.program(lines, Patience(steer=0.2, cancel=5, end_of_input=5, terminate=5))
    async with asyncio.timeout(LIMIT), stage.show(agent) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        with pytest.raises(AgentError, match="did not say whether it took the message"):
            await _steered(show, "s1")
        turn.cancel()
    assert show.sink.accepted_tokens == []
    assert show.sink.not_accepted_tokens == []


async def test_a_message_shown_before_its_reply_is_accepted(stage: Stage) -> None:
    lines = """
opened(); begun()
call = hear()
mine = {"type": "userMessage", "id": "m", "clientId": call["params"]["clientUserMessageId"]}
note("item/started", item=mine)
tell(id=call["id"], result={"turnId": "u1"})
over(); hear()
"""
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        assert await _steered(show, "s1") is SteerOutcome.ACCEPTED
        await turn
    assert show.sink.accepted_tokens == []
    assert show.sink.not_accepted_tokens == []


async def test_an_old_codex_shows_messages_without_their_name(stage: Stage) -> None:
    lines = """
opened(); begun(); answer(turnId="u1")
note("item/started", item={"type": "userMessage", "id": "m", "clientId": None,
     "content": [{"type": "text", "text": "other"}]})
note("item/started", item={"type": "userMessage", "id": "n", "clientId": None,
     "content": [{"type": "text", "text": "use euros"}]})
over(); hear()
"""
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        taken = await _steered(show, "s1")
        await turn
    accepted_at_once = taken is SteerOutcome.ACCEPTED
    assert accepted_at_once or show.sink.accepted_tokens == ["s1"]


async def test_a_death_mid_turn_ends_everything(stage: Stage) -> None:
    lines = """
opened(); begun(); answer(turnId="u1")
note("item/started", item={"type": "commandExecution", "id": "c", "command": "sleep 9",
     "processId": "1"})
sys.stderr.write("out of memory\\n"); sys.stderr.flush()
import os; os.kill(os.getpid(), 9)
"""
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        assert await _steered(show, "s1") is SteerOutcome.DELIVERED
        with pytest.raises(AgentError, match="was killed by SIGKILL: out of memory"):
            await turn
        assert await show.agent.steer("?", "s2") is SteerOutcome.NOT_NOW
        await show.agent.interrupt()
        with pytest.raises(AgentError, match="does not run"):
            await show.agent.prompt("again")
    assert show.sink.not_accepted_tokens == [("s1", "the agent is gone", True)]
    assert show.sink.tools == [("sleep 9", False)]
    assert show.sink.exits == [(-signal.SIGKILL, "out of memory")]
    assert show.sink.order[-1] == "exited"


async def test_a_closed_output_is_a_deaf_agent(stage: Stage) -> None:
    lines = "opened(); begun(); import os; os.close(1); hear()"
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        with pytest.raises(AgentError, match="closed its output although it still runs"):
            await show.agent.prompt("Go")
        assert psutil.pid_exists(show.started.pid)
    assert not psutil.pid_exists(show.started.pid)


async def test_an_interrupt_that_is_ignored_ends_the_agent(stage: Stage) -> None:
    agent = stage.program(
        "opened(); begun(); answer(); hear()",
        Patience(steer=5, cancel=0.2, end_of_input=5, terminate=5, drain=1),
    )
    async with asyncio.timeout(LIMIT), stage.show(agent) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(AgentThought)
        await show.agent.interrupt()
        with pytest.raises(AgentError, match=r"did not stop within 0\.2 s"):
            await turn
    assert len(show.sink.exits) == 1


async def test_an_interrupt_before_a_turn_that_does_not_begin_comes_to_nothing(
    stage: Stage,
) -> None:
    program = stage.program('opened(); refuse(-1, "not today"); hear()')
    async with asyncio.timeout(LIMIT), stage.show(program) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await asyncio.sleep(0)
        await show.agent.interrupt()
        with pytest.raises(AgentError, match="not today"):
            await turn


async def test_a_turn_nobody_prompted_is_work_beside(stage: Stage) -> None:
    lines = """
opened()
note("turn/started", turn={"id": "own"})
note("item/started", item={"type": "commandExecution", "id": "c", "command": "ls"})
note("turn/completed", turn={"id": "own", "status": "completed"})
begun(); over(); hear()
"""
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        await show.sink.until_event(BackgroundEnded)
        assert await show.agent.prompt("Go") == "end_turn"
    assert [event.task for event in show.sink.all(BackgroundStarted)] == ["own"]
    assert show.sink.tools == [("ls", False)]


async def test_sub_agents_speak_in_their_own_name(stage: Stage) -> None:
    lines = """
opened(); begun()
spawn = {"type": "collabAgentToolCall", "id": "c", "tool": "spawnAgent", "prompt": "look",
         "receiverThreadIds": ["t2"], "status": "completed"}
note("item/started", item={**spawn, "receiverThreadIds": []})
note("item/completed", item=spawn)
start = {"type": "subAgentActivity", "id": "a", "agentThreadId": "t2", "agentPath": "/scout"}
note("item/completed", item={**start, "kind": "started"})
def sub(method, **params): tell(method=method, params={"threadId": "t2", **params})
sub("turn/started", turn={"id": "v1"})
sub("item/started", item={"type": "commandExecution", "id": "x", "command": "ls"})
sub("item/agentMessage/delta", itemId="m", delta="found")
sub("thread/tokenUsage/updated", tokenUsage={"total": {"inputTokens": 9}, "last": {}})
sub("turn/completed", turn={"id": "v1", "status": "completed"})
sub("item/completed", item={"type": "commandExecution", "id": "x", "command": "ls"})
note("item/completed", item={**start, "kind": "completed"})
over(); hear()
"""
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        assert await show.agent.prompt("Go") == "end_turn"
    assert [event.parent for event in show.sink.all(AgentSaid)] == ["c"]
    assert [event.parent for event in show.sink.all(ToolStarted)] == ["", "c"]
    assert [event.ok for event in show.sink.all(ToolEnded)] == [True, True]
    (begun,) = show.sink.all(BackgroundStarted)
    assert (begun.task, begun.title, begun.kind, begun.call) == ("t2", "/scout", "agent", "c")
    assert [event.ok for event in show.sink.all(BackgroundEnded)] == [True]
    assert show.sink.notes == []


async def test_a_question_in_a_hurry_has_a_deadline(stage: Stage) -> None:
    lines = """
opened(); begun()
tell(id=0, method="item/tool/requestUserInput", params={"autoResolutionMs": 60000, "questions": [
     {"id": "a", "question": "Which?", "options": [{"label": "x (Recommended)"}, {"label": "y"}]},
     {"id": "b", "question": "Why?", "isSecret": True}]})
note("item/agentMessage/delta", itemId="m", delta=json.dumps(hear()["result"]["answers"]))
over(); hear()
"""
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines)) as show:
        show.sink.answers.extend([{"text": "Y"}, {"text": "because"}])
        await show.agent.prompt("Go")
    first, second = show.sink.questions
    assert first.deadline is not None
    assert (first.deadline - first.asked_at).total_seconds() == 60
    assert (first.default, first.on_timeout) == ("x (Recommended)", OnTimeout.DEFAULT)
    assert (second.default, second.on_timeout) == ("", OnTimeout.FAIL)
    assert "written down" in second.context
    assert show.sink.said == '{"a": {"answers": ["y"]}, "b": {"answers": ["because"]}}'


@pytest.mark.parametrize("answer", [{"choice": DENY}, {"text": "shorter"}])
async def test_a_plan_that_is_not_approved_does_not_begin(
    stage: Stage, answer: dict[str, str]
) -> None:
    lines = """
opened()
for word in ("first", "second"):
    call = begun()
    sandbox, mode = call["params"]["sandboxPolicy"], call["params"]["collaborationMode"]
    said = call["params"]["input"][0]["text"] + " " + sandbox["type"] + " " + mode["mode"] + "."
    note("item/agentMessage/delta", itemId=word, delta=said)
    plan = {"type": "plan", "id": "p", "text": "do it" if word == "first" else ""}
    note("item/completed", item=plan)
    over()
hear()
"""
    agent = stage.program(lines, mode="plan")
    async with asyncio.timeout(LIMIT), stage.show(agent) as show:
        show.sink.answers.append(answer)
        assert await show.agent.prompt("Go") == "end_turn"
    more = "shorter readOnly plan." if "text" in answer else ""
    assert show.sink.said == f"Go readOnly plan.{'do it'}{more}"


async def test_a_death_while_a_plan_is_open_ends_the_turn(stage: Stage) -> None:
    lines = """
opened(); begun(); note("item/completed", item={"type": "plan", "id": "p", "text": "do it"}); over()
tell(id=1, method="item/tool/requestUserInput", params={"questions": [{"id": "q"}]})
tell(id=1, method="teleport", params={}); hear(); sys.exit(4)
"""
    async with asyncio.timeout(LIMIT), stage.show(stage.program(lines, mode="plan")) as show:
        with pytest.raises(AgentError, match="ended with exit code 4"):
            await show.agent.prompt("Go")
    assert len(show.sink.exits) == 1


async def test_two_lives_do_not_mix(stage: Stage) -> None:
    lines = (
        "opened(); begun(); note('item/agentMessage/delta', itemId='m', delta='me'); over(); hear()"
    )
    agents = stage.program(lines), stage.program(lines)
    async with asyncio.timeout(LIMIT), stage.show(agents[0]) as one, stage.show(agents[1]) as two:
        assert one.started.pid != two.started.pid
        ends = await asyncio.gather(one.agent.prompt("Go"), two.agent.prompt("Go"))
    assert list(ends) == ["end_turn"] * 2
    assert (one.sink.said, two.sink.said) == ("me", "me")


async def _steered(show: Show, token: str) -> SteerOutcome:
    """Hand a message into a turn as soon as it is known to run."""
    await show.sink.until_event(AgentThought)
    return await show.agent.steer("use euros", token)
