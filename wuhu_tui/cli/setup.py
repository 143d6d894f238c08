"""What a repository needs before its first session: init."""

from __future__ import annotations

import asyncio
from pathlib import Path

from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, say, say_json
from wuhu_tui.journal.layout import CONFIG_FILE, FOLDER, ProjectFolder
from wuhu_tui.model.project_events import ProjectOpened

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
