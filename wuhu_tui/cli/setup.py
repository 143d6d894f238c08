"""What a repository needs before its first session: init, agents."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, Part, say, say_columns, say_json
from wuhu_tui.journal.layout import CONFIG_FILE, FOLDER, ProjectFolder, find_project
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.project_events import ProjectOpened

if TYPE_CHECKING:
    from wuhu_tui.agents.definitions import AgentDefinition

PLAN = (
    f"write a commented {CONFIG_FILE}, unless there is one",
    f"make the folder {FOLDER} and let git ignore it by a line in .git/info/exclude",
)
"""What `wuhu init` does, in words."""


def init(json: Json = False) -> None:
    """Make a project of this repository; doing it twice changes nothing."""
    folder = make_project(Path.cwd())
    opened = _opened(folder)
    if json:
        say_json(
            {
                "project": opened.project,
                "root": str(folder.root),
                "base_branch": opened.base_branch,
                "config": str(folder.config),
            }
        )
        return
    say(Painted(opened.project, "bold"), f"  is a wuhu project; base branch {opened.base_branch}")
    say(f"  settings  {CONFIG_FILE}: read it, then commit it")
    say('  next      wuhu new "what should be done", then wuhu')


def make_project(path: Path) -> ProjectFolder:
    """Make a project of the repository around `path`."""
    from wuhu_tui.core.initialise import initialise

    return asyncio.run(initialise(path))


def repository_around(path: Path) -> Path:
    """The top folder of the repository around `path`.

    Raises:
        GitError: there is none, or it is not fit.
    """
    from wuhu_tui.repo.repository import open_repository

    return asyncio.run(open_repository(path)).root


def _opened(folder: ProjectFolder) -> ProjectOpened:
    from wuhu_tui.journal.reader import read_from

    events = (record.event for record in read_from(folder.journal, "").records)
    return next(event for event in events if isinstance(event, ProjectOpened))


def agents(json: Json = False) -> None:
    """List the agents a session can run, and whether each is installed here."""
    from wuhu_tui.agents.definitions import load_definitions
    from wuhu_tui.core.config import load_config

    project = find_project(Path.cwd())
    root = project.root if project else Path.cwd()
    overrides = load_config(root).agents if project else {}
    shapes = [_shape(one, root) for one in load_definitions(overrides).values()]
    if json:
        say_json(shapes)
    else:
        say_columns([_row(shape) for shape in shapes])


def _shape(definition: AgentDefinition, root: Path) -> dict[str, Any]:
    from wuhu_tui.agents.definitions import resolve

    shape = {
        "name": definition.name,
        "title": definition.shown_name,
        "protocol": definition.protocol,
        "command": list(definition.command),
    }
    try:
        command = list(resolve(definition, project=root).command)
    except AgentError as error:
        return {**shape, "found": False, "remedy": error.remedy}
    return {**shape, "command": command, "found": True, "remedy": ""}


def _row(shape: dict[str, Any]) -> list[Part]:
    mark = Painted("found", "green") if shape["found"] else Painted("missing", "yellow")
    told = " ".join(shape["command"]) if shape["found"] else shape["remedy"]
    return [Painted(shape["name"], "bold"), mark, shape["title"], told]
