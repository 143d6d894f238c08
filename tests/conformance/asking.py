"""Scenarios in which the agent asks: questions, and leave to do something."""

from __future__ import annotations

from tests.conformance.candidates import Mind
from tests.conformance.outcomes import DiffersError, NotOfferedError
from tests.conformance.scenario import scenario
from tests.conformance.stage import Stage, allowing, denying
from tests.model_server.script import ask, call, run, say
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.states import SessionState

MARKER = "leave.txt"
COMMAND = f"python3 -c \"open('{MARKER}', 'w').write('done')\""
SEARCHES = {"ToolSearch", "tool_search"}
"""Tools with which a model finds those that it is not told of at first."""

DENIAL = "use the docs folder instead"


@scenario("asks with its own tool")
async def asks_itself(stage: Stage) -> None:
    """The agent's own question reaches the lead, and the answer reaches the model."""
    session = await stage.session(
        (ask("Which hash shall it be?", "argon2", "bcrypt"),), (say("chosen: {tool}"),)
    )
    question = await stage.asked(session, QuestionKind.CHOICE, QuestionKind.OPEN)
    if question is None:
        raise NotOfferedError("it has no tool to ask with")
    assert "Which hash" in question.text
    await stage.core.answer(session, question.id, choice=_key(question, "argon2"))
    await stage.says(session, "chosen:")
    await stage.rests(session)
    assert "argon2" in stage.said(session).partition("chosen:")[2], stage.told()


@scenario("asks with `wuhu ask`")
async def asks_with_wuhu(stage: Stage) -> None:
    """The command that every worker has: it waits until the lead answers."""
    command = "wuhu ask 'Which hash shall it be?' --option argon2 --option bcrypt"
    session = await stage.session((run(command),), (say("chosen: {tool}"),))
    question = await stage.asked(session, QuestionKind.CHOICE)
    assert question is not None, f"the question never came; {stage.told()}"
    await stage.core.answer(session, question.id, choice=_key(question, "argon2"))
    await stage.says(session, "chosen:")
    await stage.rests(session)
    heard = stage.said(session) + stage.heard(session)
    assert "argon2" in heard.replace("--option argon2", ""), stage.told()


@scenario("asks with wuhu's tool")
async def asks_by_mcp(stage: Stage) -> None:
    """The same as a tool among the agent's own: whoever takes tool servers is given wuhu's."""
    options = [{"label": "argon2"}, {"label": "bcrypt"}]
    asks = call(r"wuhu.*ask$", question="Which hash shall it be?", options=options)
    session = await stage.session(
        (run("python3 slow.py begun 3"),), (asks,), (say("chosen: {tool}"),)
    )
    question = await stage.asked(session, QuestionKind.CHOICE)
    if question is None and any(SEARCHES & {*one.tools} for one in stage.requests):
        raise DiffersError("its model has to search for the tool before it can ask with it")
    if question is None:
        raise NotOfferedError("it takes no tool servers")
    await stage.core.answer(session, question.id, choice=_key(question, "argon2"))
    await stage.says(session, "chosen:")
    await stage.rests(session)
    assert "argon2" in stage.said(session).partition("chosen:")[2], stage.told()


def _key(question: Question, label: str) -> str:
    """The option of that label; agents may add words of their own to it."""
    found = [option.key for option in question.options if label in f"{option.key} {option.label}"]
    assert found, f"{label} is not among {question.options}"
    return found[0]


async def _asks_leave(stage: Stage) -> tuple[str, Question]:
    session = await stage.session((run(COMMAND),), (say("after that: {tool}"),))
    question = await stage.asked(session, QuestionKind.PERMISSION)
    if question is None:
        raise NotOfferedError("it asks for no leave")
    assert not (stage.worktree(session) / MARKER).exists(), "it did it before it was allowed"
    return session, question


@scenario("permission allowed", asks=True)
async def permission_allowed(stage: Stage) -> None:
    """What is allowed is done."""
    session, question = await _asks_leave(stage)
    await stage.core.answer(session, question.id, choice=allowing(question))
    await stage.rests(session)
    assert (stage.worktree(session) / MARKER).exists(), stage.told()


@scenario("permission denied, with words", asks=True)
async def permission_denied(stage: Stage) -> None:
    """What is denied is not done, and the model reads why."""
    session, question = await _asks_leave(stage)
    await stage.core.answer(session, question.id, choice=denying(question), text=DENIAL)
    heard = await stage.comes(lambda: DENIAL in stage.heard(session), 30)
    await stage.rests(session)
    assert not (stage.worktree(session) / MARKER).exists(), "it did what was denied"
    if not heard:
        raise DiffersError("the words do not reach the model")
    if stage.view(session).turn > 1 and stage.agent.mind is Mind.MODEL:
        ended = all(one.index <= 1 for one in stage.requests if DENIAL in one.user)
        if ended:
            raise DiffersError("the denial ends the turn, and the words open the next one")
        raise DiffersError("the words wait for the turn's end")


@scenario("permission expired", asks=True)
async def permission_expired(stage: Stage) -> None:
    """Time allows nothing; an interrupt withdraws the request, and a late answer is told so."""
    session, question = await _asks_leave(stage)
    await stage.core.interrupt(session)
    await stage.reaches(session, SessionState.IDLE)
    assert not stage.view(session).questions, "the request is still in the inbox"
    try:
        await stage.core.answer(session, question.id, choice=allowing(question))
    except WuhuError:
        refused = True
    else:
        refused = False
    assert refused, "a late answer counted"
    assert not (stage.worktree(session) / MARKER).exists(), "it did what nobody allowed"
    await stage.core.steer(session, "are you there? BLUE-BELL")
    await stage.hears(session, "BLUE-BELL")
