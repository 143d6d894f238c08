"""What guards a session's work: the command it reports with, its tools, and rules that can hold it."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from pathlib import Path

from wuhu_tui.core.config import load_config
from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, could_not_look, doubt, trouble
from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.initialise import EXCLUDED, prepare_folder
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.model.health import Observation
from wuhu_tui.model.quantities import few
from wuhu_tui.model.states import LIVE_STATES
from wuhu_tui.model.value import Value

COMMAND = "command"
TOOLS = "tools"
RULES = "rules"

WORKER = "wuhu_tui.mcp.worker"


class Command(Value, frozen=True):
    """`.wuhu/bin/wuhu` as it lies there."""

    there: bool = True
    executable: bool = True
    content: str = ""
    interpreter: bool = True
    """Whether the Python that it names is there."""


def judge_command(command: Command, *, excluded: bool) -> list[Observation]:
    """Whether agents can report, and whether git leaves our folder alone."""
    found = []
    where = ".wuhu/bin/wuhu"
    if not command.there:
        text = f"{where} is missing: agents cannot report or ask"
    elif not command.executable:
        text = f"{where} is not executable: agents cannot report or ask"
    elif not command.interpreter:
        text = f"{where} names a Python that is gone: agents cannot report or ask"
    elif WORKER_LINE not in command.content:
        text = f"{where} is not the one wuhu makes"
    else:
        text = ""
    if text:
        found.append(trouble(COMMAND, "", text, fixable=True))
    if not excluded:
        text = f"git does not ignore .wuhu: add {EXCLUDED} to .git/info/exclude"
        found.append(trouble(COMMAND, "", text, kind="exclude", repair="wuhu init"))
    return found


WORKER_LINE = "-m wuhu_tui.cli.main"
"""What the command does, whichever Python does it."""


def judge_tools(code: int, said: str) -> list[Observation]:
    """Whether the tools that agents are given can be started."""
    if code == 0:
        return []
    last = next((line for line in reversed(said.splitlines()) if line.strip()), f"exit code {code}")
    text = f"wuhu's own tools cannot start, so agents have the commands only: {last}"
    return [trouble(TOOLS, "", text, repair="pip install --force-reinstall wuhu-tui")]


def judge_rules(board: Board, *, rules: int) -> list[Observation]:
    """Sessions whose agents ask for no leave, so that no rule and no scope can hold them at work."""
    views = [view for view in board.sessions.values() if _is_free(view, rules)]
    if not views:
        return []
    by_agent: dict[str, list[str]] = {}
    for view in views:
        by_agent.setdefault(view.spec.agent.name, []).append(view.id)
    return [
        doubt(
            RULES,
            agent,
            f"{agent} asks for no leave: rules and scope of {few(names)} cannot hold it at work, "
            "only its review shows what it did",
        )
        for agent, names in by_agent.items()
    ]


def _is_free(view: SessionView, rules: int) -> bool:
    guarded = bool(rules or view.spec.scope)
    runs = view.own is not None and view.own.state in LIVE_STATES and bool(view.capabilities)
    return guarded and runs and Capability.PERMISSION not in view.capabilities


def look_at_command(folder: ProjectFolder) -> Command:
    """Look at the command workers report with."""
    path = folder.commands / "wuhu"
    try:
        content = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Command(there=False)
    return Command(
        executable=os.access(path, os.X_OK),
        content=content,
        interpreter=_interpreter_in(content),
    )


def _interpreter_in(content: str) -> bool:
    """Whether the program that the command runs is there."""
    line = next((line for line in content.splitlines() if line.startswith("exec ")), "")
    try:
        words = shlex.split(line)
    except ValueError:
        return False
    return len(words) > 1 and os.access(words[1], os.X_OK)


def _is_excluded(common: Path) -> bool:
    try:
        text = (common / "info" / "exclude").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    wanted = {EXCLUDED.strip("/"), EXCLUDED, EXCLUDED.lstrip("/"), EXCLUDED.rstrip("/")}
    return any(line.strip() in wanted for line in text.splitlines())


async def _look_at_command(patient: Patient) -> list[Observation]:
    if not await aside(patient.folder.path.is_dir):
        return [could_not_look(COMMAND, patient.blind or "there is no .wuhu folder")]
    command = await aside(lambda: look_at_command(patient.folder))
    common = await patient.git.look("rev-parse", "--path-format=absolute", "--git-common-dir")
    if common.code:
        why = f"whether git ignores .wuhu: {common.words.strip()}"
        return [
            *judge_command(command, excluded=True),
            could_not_look(COMMAND, why, subject="exclude"),
        ]
    excluded = await aside(lambda: _is_excluded(Path(common.text)))
    return judge_command(command, excluded=excluded)


async def _mend_command(patient: Patient, observation: Observation, hands: Hands) -> str:
    await aside(lambda: prepare_folder(patient.folder))
    return "made .wuhu/bin/wuhu anew"


async def _look_at_tools(patient: Patient) -> list[Observation]:
    """Import the server in a process of its own, as an agent would."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-c",
        f"import {WORKER}",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return judge_tools(process.returncode or 0, said.decode("utf-8", "replace"))


async def _look_at_rules(patient: Patient) -> list[Observation]:
    try:
        config = await aside(lambda: load_config(patient.root))
    except ConfigError:
        return [could_not_look(RULES, "wuhu.toml is not valid, so its rules are unknown")]
    return judge_rules(patient.board, rules=len(config.permissions))


WORKER_COMMAND = Check(
    COMMAND, "agents can report and ask, git ignores .wuhu", _look_at_command, _mend_command
)
WORKER_TOOLS = Check(TOOLS, "wuhu's own tools can start", _look_at_tools, seconds=20.0)
GUARDS = Check(RULES, "rules and scopes hold every session", _look_at_rules, needs_board=True)
