"""Scenarios of plain work: editing, long outputs, two at once, and a model that fails."""

from __future__ import annotations

from tests.conformance.outcomes import DiffersError
from tests.conformance.scenario import scenario
from tests.conformance.stage import REPORTED, Stage
from tests.model_server.script import Step, fail, run, say, write
from wuhu_tui.model.agent_events import AgentDelayed
from wuhu_tui.model.events import CommitSeen
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.transcript import ItemKind

LINES = 5_000


def work(file: str, words: str = "") -> tuple[Step, ...]:
    """Write a file, commit it, report, and say so."""
    commands = f"git add {file} && git commit -q -m 'Add {file}'"
    report = f"wuhu report done --summary 'added {file}'"
    return (
        (say(f"I write {file}."), write(f"{{worktree}}/{file}", f"made = '{file}'\n")),
        (run(f"{commands} && {report} && printenv CANARY_TOKEN"),),
        (say(f"all done {words}, it said: {{tool}}"),),
    )


@scenario("edit and commit")
async def edit_and_commit(stage: Stage) -> None:
    """A file is written and committed, the work is reported; a secret on the way is not kept."""
    session = await stage.session(*work("basket.py", f"with {stage.secret} in hand"))
    await stage.reaches(session, *REPORTED)
    await stage.says(session, "all done")
    check_work(stage, session, "basket.py")
    tools = [i for i in stage.core.transcript(session).items if i.kind is ItemKind.TOOL]
    assert len(tools) >= 2 or stage.agent.extends == "", "its tool calls are not told"


def check_work(stage: Stage, session: str, file: str) -> None:
    """The file is on the session's branch, and only there."""
    spec = stage.view(session).spec
    assert stage.git("show", f"{spec.branch}:{file}") == f"made = '{file}'"
    assert stage.git("rev-parse", "main") == spec.base_commit
    assert stage.events(session, CommitSeen), "nobody saw the commit"


@scenario("5,000 lines of output")
async def long_output(stage: Stage) -> None:
    """A long text and a long command output arrive whole, in order."""
    text = "".join(f"line {number} of it\n" for number in range(LINES))
    session = await stage.session((say(text), run(f"seq 1 {LINES}")), (say("the end of it"),))
    await stage.says(session, "the end of it")
    await stage.rests(session)
    if stage.agent.has_screen:
        raise DiffersError("only what stood on the screen is kept, not what ran past")
    said = stage.said(session)
    places = [said.find(f"line {number} of it\n") for number in range(LINES)]
    assert -1 not in places, f"line {places.index(-1)} is missing"
    assert places == sorted(places), "lines are in another order"


@scenario("two sessions at once")
async def two_at_once(stage: Stage) -> None:
    """Two sessions of one agent work side by side, each on its own branch."""
    sessions = [await stage.session(*work(file), start=False) for file in ("one.py", "two.py")]
    for session in sessions:
        await stage.core.start(session)
    for session, file in zip(sessions, ("one.py", "two.py"), strict=True):
        await stage.reaches(session, *REPORTED)
        await stage.rests(session)
        check_work(stage, session, file)
        others = stage.git("ls-tree", "--name-only", stage.view(session).spec.branch)
        assert ("two.py" if file == "one.py" else "one.py") not in others.split()


@scenario("the model refuses the key (401)", needs_model=True)
async def model_401(stage: Stage) -> None:
    """The turn ends and says why; the session takes the next message."""
    session = await stage.session((fail(401),))
    words = "the turn to end after the refusal"
    ended = (SessionState.IDLE, SessionState.FAILED)
    await stage.until(lambda: stage.view(session).state in ended, words, 80)
    items = stage.core.transcript(session).items
    told = "\n".join(f"{item.title} {item.text}" for item in items if item.kind in _TOLD)
    told = f"{told}\n{stage.said(session)}".lower()
    view = stage.view(session)
    if view.exit is not None:
        told += f"{view.exit.detail} {view.exit.last_words}".lower()
    signs = ("401", "auth", "api key", "scripted failure")
    if not any(sign in told for sign in signs):
        raise DiffersError("the turn ends without a word of why")
    again = stage.script(f"again-{stage.mark[:8]}", (say("here again"),))
    await stage.core.steer(session, f"Try again: {again}")
    await stage.says(session, "here again")
    if view.state is SessionState.FAILED:
        raise DiffersError("the agent ends; the next message starts it again")


_TOLD = (ItemKind.SAID, ItemKind.NOTE)


@scenario("the model limits the rate (429)", needs_model=True)
async def model_429(stage: Stage) -> None:
    """The agent waits and tries again, and the wait is shown."""
    await _gets_through(stage, 429)


@scenario("the model is overloaded (529)", needs_model=True)
async def model_529(stage: Stage) -> None:
    """The agent waits and tries again, and the wait is shown."""
    await _gets_through(stage, 529)


async def _gets_through(stage: Stage, status: int) -> None:
    session = await stage.session((fail(status, times=2), say("got through")))

    def look() -> bool:
        said = "got through" in stage.said(session)
        return said or stage.view(session).state in (SessionState.IDLE, SessionState.FAILED)

    await stage.until(look, "to get through", 80)
    if "got through" not in stage.said(session):
        raise DiffersError("the turn ends instead of trying again")
    await stage.rests(session)
    if not stage.events(session, AgentDelayed):
        raise DiffersError("it tries again without telling")
