"""`wuhu skills`: how each role works, and how a project says it in its own words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, Part, say, say_columns, say_json, say_result
from wuhu_tui.journal.layout import ProjectFolder, find_project
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.errors import Conflict, NotFound
from wuhu_tui.worker.skills import NAMES, Skill, load_skills

Name = Annotated[str, typer.Argument(metavar="NAME", help="Which; without one, all are listed.")]
Write = Annotated[bool, typer.Option("--write", help="Copy it into the project, to be changed.")]


def skills(name: Name = "", write: Write = False, json: Json = False) -> None:
    """List the skills that roles work by, print one, or begin the project's own."""
    project = find_project(Path.cwd())
    folder = _folder_of(project) if project else None
    found = load_skills(folder)
    if not name:
        _list(found, as_json=json)
        return
    if name not in found:
        raise NotFound(f'no skill is called "{name}"', remedy=f"there are: {', '.join(NAMES)}")
    if write:
        _write(found[name], folder, as_json=json)
    elif json:
        say_json(_shape(found[name]))
    else:
        say(found[name].text.rstrip("\n"))


def _folder_of(project: ProjectFolder) -> Path:
    from wuhu_tui.core.config import load_config

    return project.root / load_config(project.root).skills.folder


def _list(found: dict[str, Skill], *, as_json: bool) -> None:
    if as_json:
        say_json([_shape(skill) for skill in found.values()])
        return
    rows: list[list[Part]] = [
        [
            Painted(skill.name, "bold"),
            "the project's" if skill.origin else Painted("built in", "dim"),
            skill.description,
        ]
        for skill in found.values()
    ]
    say_columns(rows)


def _write(skill: Skill, folder: Path | None, *, as_json: bool) -> None:
    if folder is None:
        raise NotFound(
            "there is no project here to write it into",
            remedy="make one of this repository: wuhu init",
        )
    path = folder / f"{skill.name}.md"
    if path.exists():
        raise Conflict(
            "the project has this skill already", where=str(path), remedy="edit that file"
        )
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(path, skill.text.encode())
    say_result(
        {"skill": skill.name, "path": str(path)},
        f"{path}: change it, then commit it; new sessions work by it",
        as_json=as_json,
    )


def _shape(skill: Skill) -> dict[str, Any]:
    return {
        "name": skill.name,
        "description": skill.description,
        "path": skill.origin,
        "text": skill.text,
    }
