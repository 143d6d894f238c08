"""Scenarios in which something dies or is stopped in the middle of a tool."""

from __future__ import annotations

from tests.conformance.outcomes import DiffersError
from tests.conformance.scenario import scenario
from tests.conformance.stage import REPORTED, Stage
from tests.conformance.working import check_work
from tests.model_server.script import Step, named, run, say
from wuhu_tui.model.events import AgentStarted
from wuhu_tui.model.states import SessionState

WORK = " && ".join(
    (
        "printf \"made = 'basket.py'\\n\" > basket.py",
        "git add basket.py",
        "(git diff --cached --quiet || git commit -q -m 'Add basket.py')",
        "wuhu report done --summary 'added basket.py'",
    )
)
"""Work that may be done any number of times: what an agent remembers of a cut turn is its own."""


def _interrupted_work() -> tuple[Step, ...]:
    """Work whose first command takes long in the first life, and no time in the next."""
    begin = (say("I begin."), run("python3 slow.py begun 300 --once"))
    return (begin, (run(WORK),), (run(WORK),), (run(WORK),), (say("all done"),))


@scenario("the agent is killed, and resumed")
async def agent_killed(stage: Stage) -> None:
    """The session fails with words, its processes are gone; resumed, it finishes its work."""
    session = await stage.session(*_interrupted_work())
    await stage.tool_runs(session, "begun")
    stage.kill_agent(session)
    await stage.reaches(session, SessionState.FAILED, SessionState.IDLE, patience=20)
    await stage.until(lambda: not stage.tools_running(), "its tool to be gone", 15)
    if stage.view(session).state is SessionState.IDLE:
        await stage.core.steer(session, f"Go on. {named(stage.view(session).spec.title)}")
        await stage.reaches(session, *REPORTED)
        raise DiffersError("the turn fails, and the next message runs it again")
    await _finishes(stage, session)


@scenario("the runner is killed, and resumed")
async def runner_killed(stage: Stage) -> None:
    """The session is lost, its agent is gone with its runner; resumed, it finishes its work."""
    session = await stage.session(*_interrupted_work())
    await stage.tool_runs(session, "begun")
    stage.kill_runner(session)
    await stage.reaches(session, SessionState.LOST, patience=20)
    await stage.until(lambda: not stage.tools_running(), "its tool to be gone", 15)
    await _finishes(stage, session)


async def _finishes(stage: Stage, session: str) -> None:
    await stage.core.resume(session)
    await stage.reaches(session, *REPORTED, patience=60)
    check_work(stage, session, "basket.py")
    await stage.rests(session)
    if not stage.events(session, AgentStarted)[-1].resumed:
        raise DiffersError("a new conversation begins, and is told what happened")


@scenario("stdin closed: stopped during a tool")
async def stopped(stage: Stage) -> None:
    """Its input is closed, and everything of it is gone when the stop returns."""
    session = await stage.session((run("python3 slow.py begun 300"),), (say("never said"),))
    await stage.tool_runs(session, "begun")
    await stage.core.stop(session)
    await stage.reaches(session, SessionState.STOPPED, patience=20)
    await stage.until(lambda: not stage.processes(), "its processes to be gone", 5)
