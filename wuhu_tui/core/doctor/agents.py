"""Agent programs: missing, or another version than the one a session runs with."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from wuhu_tui.core.config import ProjectConfig, load_config
from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, doubt, trouble
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.launches import DEFAULT_AGENT
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import AgentError, ConfigError
from wuhu_tui.model.health import Observation
from wuhu_tui.model.quantities import few
from wuhu_tui.model.sessions import AgentLaunch
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

if TYPE_CHECKING:
    from wuhu_tui.agents.definitions import AgentDefinition

NAME = "agents"

_OVER = frozenset({SessionState.ARCHIVED, SessionState.MERGED})
_NUMBER = re.compile(r"\d+(?:\.\d+)+")


class Program(Value, frozen=True):
    """One agent's program as it lies there now."""

    agent: str
    command: str
    remedy: str = ""
    """Why it cannot be started and how to get it; empty: it is there."""
    version: str = ""
    """What it says its version is; empty: it says none, or was not asked."""
    asked: bool = False
    changed_at: datetime | None = None


def judge(board: Board, programs: Mapping[str, Program]) -> list[Observation]:
    """What keeps sessions from starting, or may make them behave otherwise than measured."""
    views = [one for one in board.sessions.values() if one.spec.project and one.state not in _OVER]
    found = []
    for agent, program in programs.items():
        users = [view for view in views if view.spec.agent.name == agent]
        if program.remedy:
            found.append(_missing(program, users))
        elif changed := [view for view in users if _ran_with_another(view, program)]:
            found.append(_changed(program, changed))
        elif mute := [view for view in users if _fell_silent(view, program)]:
            found.append(_mute(program, mute))
    return found


def _missing(program: Program, users: list[SessionView]) -> Observation:
    text = f"the program of {program.agent} is missing: {program.command}"
    if not users:
        more = "; only sessions that name another agent can start"
        return doubt(NAME, program.agent, text + more, repair=program.remedy)
    who = few([view.id for view in users])
    return trouble(NAME, program.agent, f"{text}; {who} cannot start", repair=program.remedy)


def _ran_with_another(view: SessionView, program: Program) -> bool:
    before, now = _number(view.agent_version), _number(program.version)
    if before and now:
        return before != now
    if program.changed_at is None or view.own is None:
        return False
    return view.runner_expected and program.changed_at > view.last_event_at


def _fell_silent(view: SessionView, program: Program) -> bool:
    """Whether it told a version when the session began, and tells none now."""
    return program.asked and bool(_number(view.agent_version)) and not _number(program.version)


def _mute(program: Program, users: list[SessionView]) -> Observation:
    who = few([view.id for view in users])
    text = (
        f"{program.agent} does not say its version now; {who} ran with {users[0].agent_version}: "
        "whether it changed is not known"
    )
    return doubt(NAME, program.agent, text, repair=f"wuhu agents check {program.agent}")


def _changed(program: Program, users: list[SessionView]) -> Observation:
    who = few([view.id for view in users])
    before, now = users[0].agent_version, program.version
    what = (
        f"is {now} now, {who} ran with {before}" if before and now else f"changed while {who} ran"
    )
    text = f"{program.agent} {what}: whether it still works as it did is not known"
    return doubt(NAME, program.agent, text, repair=f"wuhu agents check {program.agent}")


def _number(version: str) -> str:
    found = _NUMBER.search(version)
    return found[0] if found else ""


def _wanted(board: Board, config: ProjectConfig) -> list[str]:
    """Agents of sessions that may still start, and the one a new session gets."""
    views = board.sessions.values()
    used = [one.spec.agent.name for one in views if one.spec.project and one.state not in _OVER]
    return list(dict.fromkeys([*used, config.project.agent or DEFAULT_AGENT]))


async def look_at(root: Path, board: Board, config: ProjectConfig) -> dict[str, Program]:
    """Find each program, and ask those for their version that are known to tell it at once."""
    from wuhu_tui.agents.definitions import load_definitions
    from wuhu_tui.agents.probe import versions

    definitions = load_definitions(config.agents)
    programs: dict[str, Program] = {}
    asked: dict[str, tuple[AgentLaunch, tuple[str, ...]]] = {}
    for name in _wanted(board, config):
        definition = definitions.get(name)
        if definition is None:
            programs[name] = _of_board(name, board)
            continue
        programs[name], launch = _found(definition, root)
        if launch is not None and definition.version_arguments:
            asked[name] = (launch, definition.version_arguments)
    told = await versions(asked, os.environ)
    return {
        name: replace(program, version=told.get(name, ""), asked=name in told)
        for name, program in programs.items()
    }


def _found(definition: AgentDefinition, root: Path) -> tuple[Program, AgentLaunch | None]:
    """A program as its definition names it, and how it is started if it is there."""
    from wuhu_tui.agents.definitions import resolve

    try:
        launch = resolve(definition, project=root)
    except AgentError as error:
        command = " ".join(definition.command[:1])
        return Program(agent=definition.name, command=command, remedy=error.remedy), None
    program = launch.command[0]
    at = _changed_at(program)
    return Program(agent=definition.name, command=program, changed_at=at), launch


def _of_board(name: str, board: Board) -> Program:
    """A program that only a session's own spec names: its definition was taken out."""
    launches = (view.spec.agent for view in board.sessions.values())
    command = next((one.command[:1] for one in launches if one.name == name), ())
    there = bool(command) and shutil.which(command[0]) is not None
    remedy = "" if there else f"install it, or define [agents.{name}] in wuhu.toml"
    return Program(agent=name, command=" ".join(command), remedy=remedy)


def _changed_at(program: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(Path(program).resolve().stat().st_mtime, UTC)
    except OSError:
        return None


async def _look(patient: Patient) -> list[Observation]:
    try:
        config = await aside(lambda: load_config(patient.root))
    except ConfigError:
        config = ProjectConfig()  # what is wrong with it is told by its own check
    return judge(patient.board, await look_at(patient.root, patient.board, config))


AGENTS = Check(NAME, "every agent's program is there, and as it was", _look)
