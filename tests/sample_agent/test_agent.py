"""The sample agent, spoken to through the client side of the protocol package."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
from pathlib import Path

import acp
import psutil
import pytest
from acp.schema import (
    AgentPlanUpdate,
    ClientCapabilities,
    ToolCallProgress,
    ToolCallStart,
    UsageUpdate,
)

from tests.sample_agent.client import Stage

LIMIT = 50


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ("git", *words), cwd=folder, check=True, capture_output=True, text=True, timeout=30
    )
    return done.stdout.strip()


async def test_does_a_turn_of_work(stage: Stage, reported: Path) -> None:
    stage.play(
        [
            {"think": "The tax is wrong."},
            {"plan": ["Read", "Mend"], "done": 1},
            {"read": "cart.py"},
            {"edit": "cart.py", "find": "TAX = 7", "replace": "TAX = 19"},
            {"write": "notes/tax.md", "content": "19 since 2007\n"},
            {"run": "grep -c TAX cart.py"},
            {"commit": "Mend the tax"},
            {"usage": {"input": 100, "output": 20, "cost": 0.5, "used": 900}},
            {"report": "done", "summary": "The tax's right", "evidence": "cart.py:1"},
            {"say": "All done, have a look."},
        ]
    )
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        assert await talk.prompt("Mend the tax") == "end_turn"
    human = talk.human
    assert human.said == "All done, have a look."
    assert human.thought == "The tax is wrong."
    assert [status for _, status in human.tools] == ["completed"] * 6
    assert human.outputs[3] == "1\n"
    assert (stage.folder / "cart.py").read_text() == "TAX = 19\nSHIPPING = 5\n"
    assert _git(stage.folder, "log", "-1", "--format=%s") == "Mend the tax"
    assert _git(stage.folder, "status", "--porcelain") == ""
    assert reported.read_text().splitlines() == [
        "report", "done", "--summary", "The tax's right", "--evidence", "cart.py:1",
    ]  # fmt: skip
    plan = next(u for u in human.updates if isinstance(u, AgentPlanUpdate))
    assert [entry.status for entry in plan.entries] == ["completed", "in_progress"]
    usage = next(u for u in human.updates if isinstance(u, UsageUpdate))
    assert (usage.used, usage.cost and usage.cost.amount) == (900, 0.5)


@pytest.mark.long
async def test_an_edit_shows_both_texts(stage: Stage) -> None:
    stage.play([{"edit": "cart.py", "find": "7", "replace": "19"}])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        await talk.prompt("Go")
    ended = next(u for u in talk.human.updates if isinstance(u, ToolCallProgress) and u.content)
    diff = (ended.content or [])[0]
    assert diff.type == "diff"
    assert (diff.old_text, diff.new_text) == (
        "TAX = 7\nSHIPPING = 5\n",
        "TAX = 19\nSHIPPING = 5\n",
    )


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"edit": "cart.py", "find": "nowhere", "replace": "x"}, "not there"),
        ({"edit": "cart.py", "find": " = ", "replace": "="}, "there 2 times"),
        ({"edit": "none.py", "find": "a", "replace": "b"}, "No such file"),
        ({"run": "echo broken; exit 3"}, "broken\n(exit code 3)"),
        ({"run": ["no-such-program"]}, "No such file"),
        ({"run": "{python} -c 'import time; time.sleep(60)'", "timeout": 0.2}, "killed after"),
    ],
)
async def test_a_failed_tool_decides_what_comes_next(
    stage: Stage, step: dict[str, object], why: str
) -> None:
    stage.play([{**step, "on_failure": [{"say": "That failed."}]}, {"say": " Going on."}])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        await talk.prompt("Go")
    assert [status for _, status in talk.human.tools] == ["failed"]
    assert why in talk.human.outputs[0]
    assert talk.human.said == "That failed. Going on."


@pytest.mark.long
async def test_work_done_twice_is_done_once(stage: Stage) -> None:
    steps: list[dict[str, object]] = [
        {"edit": "cart.py", "find": "TAX = 7", "replace": "TAX = 7\nFEE = 1"},
        {"commit": "Add a fee"},
    ]
    stage.play([*steps, *steps])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        await talk.prompt("Go")
    assert [status for _, status in talk.human.tools] == ["completed"] * 4
    assert (stage.folder / "cart.py").read_text().count("FEE") == 1
    assert _git(stage.folder, "rev-list", "--count", "HEAD") == "2"


@pytest.mark.long
async def test_output_is_told_while_a_command_runs(stage: Stage) -> None:
    gate = stage.folder / "gate"
    os.mkfifo(gate)
    stage.play([{"run": "echo first; read line < gate; echo $line"}])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        turn = asyncio.create_task(talk.prompt("Go"))
        await talk.human.until_told(ToolCallProgress)
        assert not turn.done()
        await asyncio.to_thread(gate.write_text, "second\n")
        await turn
    assert talk.human.outputs == ["first\nsecond\n"]


QUESTION = {
    "ask": "Which store?",
    "options": [
        {"key": "memory", "label": "In memory", "steps": [{"say": "Memory it is."}]},
        {
            "key": "sqlite",
            "label": "SQLite",
            "detail": "survives restarts",
            "recommended": True,
            "steps": [{"write": "store.txt", "content": "{last_answer}"}],
        },
    ],
    "on_text": [{"say": "You want {last_answer}."}],
    "on_none": [{"say": "Nobody knows."}],
}


async def test_an_answer_chooses_the_branch(stage: Stage) -> None:
    stage.play([QUESTION, {"say": "Done."}])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        talk.human.answers.append({"answer": "sqlite"})
        await talk.prompt("Go")
    message, schema = talk.human.asked[0]
    assert message == "Which store?"
    assert schema.properties["answer"].default == "sqlite"
    assert (stage.folder / "store.txt").read_text() == "sqlite"
    assert talk.human.said == "Done."


@pytest.mark.long
async def test_free_text_and_no_answer_have_branches_too(stage: Stage) -> None:
    stage.play([QUESTION, QUESTION])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        talk.human.answers.extend([{"answer_custom": "Redis"}, None])
        await talk.prompt("Go")
    assert talk.human.said == "You want Redis.Nobody knows."


@pytest.mark.long
async def test_without_a_human_it_goes_on(stage: Stage) -> None:
    stage.play([QUESTION])
    async with asyncio.timeout(LIMIT), stage.agent(capabilities=ClientCapabilities()) as talk:
        await talk.prompt("Go")
    assert "nobody can be asked" in talk.human.said
    assert talk.human.said.endswith("Nobody knows.")


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [("allow-once", "completed", "Gone."), ("reject-once", "failed", "Kept."), (None, "failed", "Kept.")],
)  # fmt: skip
async def test_permission_decides_whether_the_command_runs(
    stage: Stage, answer: str | None, status: str, said: str
) -> None:
    step = {
        "permission": "Remove the cart",
        "command": "rm cart.py",
        "on_allow": [{"say": "Gone."}],
        "on_reject": [{"say": "Kept."}],
    }
    stage.play([step])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        talk.human.answers.append(answer)
        await talk.prompt("Go")
    assert [state for _, state in talk.human.tools] == [status]
    assert talk.human.said == said
    assert (stage.folder / "cart.py").exists() == (status == "failed")


async def test_a_steer_is_read_when_the_tool_ends(stage: Stage) -> None:
    gate = stage.folder / "gate"
    os.mkfifo(gate)
    stage.play(
        [{"run": "cat gate"}, {"write": "said.txt", "content": "{last_steer}"}],
        on_steer=[{"say": " I will."}],
    )
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        assert await talk.steer("too early") == "promptRequired"
        turn = asyncio.create_task(talk.prompt("Go"))
        await talk.human.until_told(ToolCallStart)
        assert await talk.steer("use euros") == "injected"
        assert talk.human.said == ""
        await asyncio.to_thread(gate.write_text, "")
        assert await turn == "end_turn"
    assert talk.human.said == "Understood: use euros I will."
    assert (stage.folder / "said.txt").read_text() == "use euros"


async def _two_prompts(stage: Stage, habit: str) -> tuple[list[str], str]:
    """Ends of two prompts, the second sent while busy, in the order they came."""
    gate = stage.folder / "gate"
    os.mkfifo(gate)
    stage.play([{"run": "cat gate"}, {"say": "End."}], behaviour={"second_prompt": habit})
    ends: list[str] = []

    async def prompt(name: str) -> None:
        ends.append(f"{name} {await talk.prompt(name)}: {talk.human.said}")

    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        first = asyncio.create_task(prompt("one"))
        await talk.human.until_told(ToolCallStart)
        second = asyncio.create_task(prompt("two"))
        if habit not in {"cancels", "refuse"}:
            await asyncio.sleep(0)
            assert await talk.steer("three") == "injected"
            await asyncio.to_thread(gate.write_text, "")
        await asyncio.wait({first, second} if habit != "never" else {first})
        second.cancel()
        return ends, talk.human.said


@pytest.mark.long
async def test_second_prompt_together(stage: Stage) -> None:
    ends, said = await _two_prompts(stage, "together")
    assert said == "Understood: twoUnderstood: threeEnd."
    assert sorted(ends) == [f"one end_turn: {said}", f"two end_turn: {said}"]


@pytest.mark.long
async def test_second_prompt_early(stage: Stage) -> None:
    ends, said = await _two_prompts(stage, "early")
    assert ends[0].startswith("one end_turn: Understood: two")
    assert ends[1] == f"two end_turn: {said}"
    assert said.endswith("End.")


async def test_second_prompt_never(stage: Stage) -> None:
    ends, said = await _two_prompts(stage, "never")
    assert ends == [f"one end_turn: {said}"]


@pytest.mark.long
async def test_second_prompt_cancels_the_first(stage: Stage) -> None:
    ends, _ = await _two_prompts(stage, "cancels")
    assert [end.split(":")[0] for end in ends] == ["one cancelled", "two end_turn"]


async def test_cancel_kills_the_command_and_all_it_started(stage: Stage) -> None:
    stage.play(
        [{"run": "{python} -c 'import time; time.sleep(300)' & echo $!; wait"}, {"say": "x"}]
    )
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        turn = asyncio.create_task(talk.prompt("Go"))
        await talk.human.until_told(ToolCallProgress)
        children = psutil.Process(talk.process.pid).children(recursive=True)
        assert len(children) >= 2
        await talk.connection.cancel(session_id=talk.session)
        assert await turn == "cancelled"
        _, alive = await asyncio.to_thread(psutil.wait_procs, children, 5)
        assert not alive
        assert talk.human.said == ""
        assert talk.human.tools[-1][1] == "failed"
        assert await talk.prompt("and now?") == "end_turn"
    assert talk.human.said == "I go on where I was.x"


@pytest.mark.long
async def test_cancel_ends_an_open_question_and_a_hang(stage: Stage) -> None:
    stage.play([QUESTION, {"say": "after"}], [{"hang": True}, {"say": "never alone"}])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        turn = asyncio.create_task(talk.prompt("Go"))
        await talk.human.until_asked()
        await talk.connection.cancel(session_id=talk.session)
        assert await turn == "cancelled"
        assert await talk.prompt("on") == "end_turn"
        hung = asyncio.create_task(talk.prompt("hang"))
        await asyncio.sleep(0)
        assert await talk.steer("?") == "injected"
        await talk.connection.cancel(session_id=talk.session)
        assert await hung == "cancelled"


async def test_a_turn_ends_although_its_end_cannot_be_remembered(stage: Stage) -> None:
    """Whoever prompted it would wait for ever."""
    place = shlex.quote(str(stage.log.with_name("sample-agent")))
    stage.play([{"run": f"rm -rf {place} && touch {place}"}, {"say": "never said"}])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        assert await talk.prompt("Go") == "cancelled"


@pytest.mark.long
async def test_follow_ups_beyond_the_script(stage: Stage) -> None:
    stage.play(
        [{"say": "1."}],
        follow_ups=[
            {"when": ["conflict"], "steps": [{"say": " Merging."}]},
            {"steps": [{"say": " Fixing: {last_prompt}"}]},
        ],
    )
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        for text in ("task", "a Conflict in cart.py", "rename it"):
            await talk.prompt(text)
    assert talk.human.said == (
        "1.Understood: a Conflict in cart.py Merging.Understood: rename it Fixing: rename it"
    )


async def test_a_loaded_session_goes_on_where_it_crashed(stage: Stage) -> None:
    stage.play(
        [
            {"say": "Half."},
            {"write": "a.txt", "content": "a"},
            {"crash": 7, "words": "out of memory"},
            {"say": "Whole."},
        ],
        [{"say": "Next."}],
    )
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        with pytest.raises(ConnectionError):
            await talk.prompt("Begin")
        assert await talk.process.wait() == 7
    assert stage.log.read_text().splitlines()[-1] == "out of memory"
    async with asyncio.timeout(LIMIT), stage.agent(load=talk.session) as again:
        assert again.human.heard == ["Begin"]
        assert again.human.said == "Half."
        assert [title for title, _ in again.human.tools] == ["Write a.txt"]
        await again.prompt("Go on")
        assert again.human.said == "Half.I go on where I was.Whole."
        await again.prompt("And?")
    assert again.human.said.endswith("Next.")


async def test_what_was_done_before_a_crash_is_not_done_again(stage: Stage) -> None:
    stage.play([{"say": "All."}, {"crash": 7}], follow_ups=[{"steps": [{"say": "More."}]}])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        with pytest.raises(ConnectionError):
            await talk.prompt("Begin")
    async with asyncio.timeout(LIMIT), stage.agent(load=talk.session) as again:
        await again.prompt("You were interrupted")
        assert again.human.said == "All.I had done everything when I was interrupted."
        await again.prompt("And now?")
    assert again.human.said.endswith("Understood: And now?More.")


async def test_an_answer_in_the_first_prompt_of_a_new_life_is_heard(stage: Stage) -> None:
    stage.play([QUESTION, {"say": "Done."}])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        turn = asyncio.create_task(talk.prompt("Go"))
        await talk.human.until_asked()
        talk.process.send_signal(signal.SIGKILL)
        with pytest.raises(ConnectionError):
            await turn
    async with asyncio.timeout(LIMIT), stage.agent(load=talk.session) as again:
        await again.prompt("The answer to “Which store?” is: SQLite")
        assert again.human.asked == []
    assert (stage.folder / "store.txt").read_text() == "sqlite"


@pytest.mark.long
async def test_a_crash_by_signal(stage: Stage) -> None:
    stage.play([{"crash": "KILL", "words": "bye"}])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        with pytest.raises(ConnectionError):
            await talk.prompt("Go")
        assert await talk.process.wait() == -signal.SIGKILL


@pytest.mark.long
async def test_an_unknown_session_cannot_be_loaded(stage: Stage) -> None:
    stage.play()
    with pytest.raises(acp.RequestError, match="Resource not found"):
        async with asyncio.timeout(LIMIT), stage.agent(load="nobody"):
            pass


@pytest.mark.long
async def test_repeat_stop_and_modes(stage: Stage) -> None:
    stage.play(
        [{"repeat": 3, "steps": [{"say": "again "}]}, {"stop": "refusal"}, {"say": "never"}],
        behaviour={"modes": ["default", "plan"]},
    )
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        await talk.connection.set_session_mode(session_id=talk.session, mode_id="plan")
        with pytest.raises(acp.RequestError):
            await talk.connection.set_session_mode(session_id=talk.session, mode_id="yolo")
        assert await talk.prompt("Go") == "refusal"
    assert talk.human.said == "again again again "


async def test_end_of_input_ends_it_and_its_command(stage: Stage) -> None:
    stage.play([{"run": "echo up; {python} -c 'import time; time.sleep(300)'"}])
    async with asyncio.timeout(LIMIT), stage.agent() as talk:
        turn = asyncio.create_task(talk.prompt("Go"))
        await talk.human.until_told(ToolCallProgress)
        children = psutil.Process(talk.process.pid).children(recursive=True)
        assert talk.process.stdin is not None
        talk.process.stdin.close()
        assert await talk.process.wait() == 0
        _, alive = await asyncio.to_thread(psutil.wait_procs, children, 5)
        assert not alive
        with pytest.raises(ConnectionError):
            await turn
