"""`wuhu agents`: which agents there are, and whether one really works."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, Part, say, say_json
from wuhu_tui.journal.layout import ProjectFolder, find_project
from wuhu_tui.model.errors import AgentError, UsageError, WuhuError

if TYPE_CHECKING:
    from wuhu_tui.agents.definitions import AgentDefinition
    from wuhu_tui.agents.probe_turn import Trial
    from wuhu_tui.model.events import AgentStarted
    from wuhu_tui.model.sessions import AgentLaunch

CHECK = "check"
TRIAL_SECONDS = 120.0
STARTED = b'"type":"agent.started"'
JOURNALS = 40
"""Of so many sessions, the newest, the journals are looked into for the last real start."""

JOURNAL_BYTES = 1 << 18

Action = Annotated[str, typer.Argument(metavar="[check]", help="`check`: let one take a turn.")]
Name = Annotated[str, typer.Argument(metavar="[NAME]", help="Which one to check.")]
Seconds = Annotated[float, typer.Option(help="How long the check may take in all.", min=1)]


def agents(
    action: Action = "", name: Name = "", seconds: Seconds = TRIAL_SECONDS, json: Json = False
) -> int:
    """List the agents a session can run, or try one: whether it starts and answers."""
    project = find_project(Path.cwd())
    root = project.root if project else Path.cwd()
    known = _definitions(root, project)
    if not action:
        _list(known, root, project, as_json=json)
        return OK
    if action != CHECK or not name:
        raise UsageError(
            f"“wuhu agents {' '.join(filter(None, (action, name)))}” is not clear",
            remedy="say: wuhu agents, or: wuhu agents check NAME",
        )
    return _check(known, name, root, seconds, as_json=json)


def _definitions(root: Path, project: ProjectFolder | None) -> dict[str, AgentDefinition]:
    from wuhu_tui.agents.definitions import load_definitions
    from wuhu_tui.core.config import load_config

    if project is None:
        return load_definitions()
    return load_definitions(load_config(root).agents, str(project.config))


def _list(
    known: Mapping[str, AgentDefinition],
    root: Path,
    project: ProjectFolder | None,
    *,
    as_json: bool,
) -> None:
    launches = {name: _launch(definition, root) for name, definition in known.items()}
    told = asyncio.run(_versions(known, launches))
    starts = _last_starts(project) if project else {}
    shapes = [
        _shape(definition, launches[name], told.get(name, ""), starts.get(name))
        for name, definition in known.items()
    ]
    if as_json:
        say_json(shapes)
        return
    for shape in shapes:
        _say_shape(shape)


def _launch(definition: AgentDefinition, root: Path) -> AgentLaunch | AgentError:
    from wuhu_tui.agents.definitions import resolve

    try:
        return resolve(definition, project=root)
    except AgentError as error:
        return error


async def _versions(
    known: Mapping[str, AgentDefinition], launches: Mapping[str, AgentLaunch | AgentError]
) -> dict[str, str]:
    from wuhu_tui.agents.probe import versions

    asked = {
        name: (launch, known[name].version_arguments)
        for name, launch in launches.items()
        if not isinstance(launch, AgentError) and known[name].version_arguments
    }
    return await versions(asked, os.environ)


def _shape(
    definition: AgentDefinition,
    launch: AgentLaunch | AgentError,
    version: str,
    start: AgentStarted | None,
) -> dict[str, Any]:
    from wuhu_tui.agents.probe import known_capabilities

    found = not isinstance(launch, AgentError)
    return {
        "name": definition.name,
        "title": definition.shown_name,
        "protocol": definition.protocol,
        "command": list(definition.command if isinstance(launch, AgentError) else launch.command),
        "found": found,
        "remedy": launch.remedy if isinstance(launch, AgentError) else "",
        "version": version,
        "capabilities": [str(one) for one in known_capabilities(definition)],
        "last_start": _start_shape(start) if start else None,
    }


def _start_shape(start: AgentStarted) -> dict[str, Any]:
    return {
        "version": start.version,
        "model": start.model,
        "capabilities": [str(one) for one in start.capabilities],
    }


def _say_shape(shape: Mapping[str, Any]) -> None:
    mark = Painted("found  ", "green") if shape["found"] else Painted("missing", "yellow")
    say(
        Painted(f"{shape['name']:<12} ", "bold"),
        mark,
        f"  {shape['title']}",
        f"  {shape['version']}" if shape["version"] else "",
        Painted(f"  protocol {shape['protocol']}", "dim"),
    )
    last = shape["last_start"]
    lines = {
        "starts" if shape["found"] else "get it": " ".join(shape["command"])
        if shape["found"]
        else shape["remedy"],
        "can, as measured": ", ".join(shape["capabilities"]),
        "last start found": ", ".join([last["version"], *last["capabilities"]]) if last else "",
    }
    for label, text in lines.items():
        if text:
            say(Painted(f"    {label:<17} ", "dim"), text)


def _last_starts(project: ProjectFolder) -> dict[str, AgentStarted]:
    """By agent's name, what its last start in this project found out."""
    journals = sorted(project.sessions.glob("*/events.jsonl"), key=_age)[:JOURNALS]
    found: dict[str, AgentStarted] = {}
    for journal in journals:
        start = _last_start(journal)
        if start is not None:
            found.setdefault(start.agent, start)
    return found


def _age(journal: Path) -> float:
    try:
        return -journal.stat().st_mtime
    except OSError:
        return 0.0  # archived meanwhile


def _last_start(journal: Path) -> AgentStarted | None:
    from wuhu_tui.journal.lines import BadLine, decode_line
    from wuhu_tui.model.events import AgentStarted

    try:
        with journal.open("rb") as file:
            lines = file.read(JOURNAL_BYTES).splitlines()
    except OSError:
        return None
    for line in reversed([line for line in lines if STARTED in line]):
        try:
            event = decode_line(line, journal.parent.name).event
        except BadLine:
            continue
        if isinstance(event, AgentStarted):
            return event
    return None


def _check(
    known: Mapping[str, AgentDefinition], name: str, root: Path, seconds: float, *, as_json: bool
) -> int:
    from wuhu_tui.agents.definitions import definition_named, resolve
    from wuhu_tui.cli.agent_trial import run_trial

    launch = resolve(definition_named(known, name), project=root)
    trial, left, last_words = run_trial(launch, seconds)
    shape = _trial_shape(name, trial, left)
    if as_json:
        say_json(shape | ({"last_words": last_words} if trial.error else {}))
    else:
        _say_trial(shape, trial.error, last_words)
    return trial.error.exit_code if trial.error else OK


def _trial_shape(name: str, trial: Trial, left: int) -> dict[str, Any]:
    started = trial.started
    return {
        "name": name,
        "works": trial.error is None,
        "ready_seconds": round(trial.ready_seconds, 2) if started else None,
        "version": started.version if started else "",
        "model": started.model if started else "",
        "reference": started.reference if started else "",
        "capabilities": [str(one) for one in started.capabilities] if started else [],
        "turn_seconds": round(trial.turn_seconds, 2) if started else None,
        "stop_reason": trial.stop_reason,
        "said": trial.said.strip(),
        "processes_ended": left,
        "error": _error_shape(trial.error) if trial.error else None,
    }


def _error_shape(error: WuhuError) -> dict[str, str]:
    return {"message": error.message, "remedy": error.remedy}


def _say_trial(shape: Mapping[str, Any], error: WuhuError | None, last_words: str) -> None:
    mark: Part = Painted("works", "green") if error is None else Painted("does not work", "red")
    say(Painted(shape["name"], "bold"), "  ", mark)
    lines = {
        "ready after": _seconds(shape["ready_seconds"]),
        "version": shape["version"],
        "model": shape["model"],
        "resumes by": shape["reference"],
        "can": ", ".join(shape["capabilities"]),
        "turn took": _seconds(shape["turn_seconds"]),
        "said": shape["said"],
        "ended besides": f"{count} processes it left"
        if (count := shape["processes_ended"])
        else "",
        "trouble": error.message if error else "",
        "what to do": error.remedy if error else "",
        "its last words": last_words if error else "",
    }
    for label, text in lines.items():
        if text:
            say(Painted(f"  {label:<15} ", "dim"), text)


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f} s"
