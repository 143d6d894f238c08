"""Scenarios in which the lead says something, at every moment there is."""

from __future__ import annotations

from tests.conformance.asking import COMMAND
from tests.conformance.outcomes import DiffersError, NotOfferedError
from tests.conformance.scenario import scenario
from tests.conformance.stage import Stage, allowing
from tests.model_server.script import run, say
from wuhu_tui.model.events import TurnEnded
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.model.states import SessionState

WORD = "BLUE-BELL"
STEER = f"Mind the {WORD}."


@scenario("steer during a tool")
async def steer_in_tool(stage: Stage) -> None:
    """The message is read when the tool ends, within the turn; the tool is not disturbed."""
    session = await stage.session(
        (run("python3 slow.py begun 5 && echo tool-was-whole"),),
        (say("next: {tool} {user}"), run("echo one more")),
        (say("the end"),),
    )
    await stage.tool_runs(session, "begun")
    await stage.core.steer(session, STEER)
    await stage.hears(session, WORD)
    await stage.rests(session)
    stage.told_once(session, WORD)
    heard = stage.said(session) + stage.heard(session)
    if stage.view(session).turn > 1:
        raise DiffersError("the message waits for the turn's end")
    if "tool-was-whole" not in heard and stage.agent.extends != "sample":
        raise DiffersError("the message cuts the tool off")


@scenario("steer during text")
async def steer_in_text(stage: Stage) -> None:
    """The message is read when the text ends, in this turn or the next; the text is whole."""
    text = " ".join(f"word{number}" for number in range(400))
    session = await stage.session((say(f"{text} last-word", seconds=5),))
    await stage.says(session, "word9 ")
    await stage.core.steer(session, STEER)
    await stage.hears(session, WORD)
    await stage.rests(session)
    stage.told_once(session, WORD)
    if "last-word" not in stage.said(session):
        raise DiffersError("the message cuts the text off")


@scenario("steer while a question is open", asks=True)
async def steer_in_question(stage: Stage) -> None:
    """The message answers nothing; it is read after the answer."""
    session = await stage.session((run(COMMAND),), (say("next: {user}"),))
    question = await stage.asked(session, QuestionKind.PERMISSION)
    if question is None:
        raise NotOfferedError("it asks nothing")
    await stage.core.steer(session, STEER)
    came = await stage.comes(lambda: not stage.view(session).questions, 2)
    assert not came, "the message closed the question"
    await stage.core.answer(session, question.id, choice=allowing(question))
    await stage.hears(session, WORD)
    await stage.rests(session)
    stage.told_once(session, WORD)


@scenario("steer while idle")
async def steer_in_idle(stage: Stage) -> None:
    """The message wakes the session at once."""
    session = await stage.session((say("that was all"),))
    await stage.says(session, "that was all")
    await stage.reaches(session, SessionState.IDLE)
    await stage.core.steer(session, STEER)
    await stage.hears(session, WORD)
    await stage.rests(session)
    stage.told_once(session, WORD)


@scenario("interrupt during a tool that ignores signals")
async def interrupt_stubborn(stage: Stage) -> None:
    """The turn ends soon, the tool is gone, and the session takes the next message."""
    session = await stage.session(
        (run("python3 slow.py begun 300 --stubborn"),), (say("never said"),)
    )
    await stage.tool_runs(session, "begun")
    await stage.core.interrupt(session)
    await stage.until(lambda: stage.events(session, TurnEnded), "the turn to end", 30)
    gone = await stage.comes(lambda: not stage.tools_running(), 15)
    ended = stage.view(session).state is SessionState.FAILED
    await stage.core.steer(session, STEER)
    await stage.hears(session, WORD)
    await stage.rests(session)
    stage.told_once(session, WORD)
    if not gone:
        raise DiffersError("the tool goes on; only the session's end is its end")
    if ended:
        raise DiffersError("the agent has to be ended; the next message starts it again")
