"""Approved sessions in a merge queue, on a real repository with a journal in memory."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from tests.core.repositories import MemoryPort, Project, make_project
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.queue import queue_merge
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.merge_rules import MergeRules, Together
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.project_events import SessionInstantiated

ONE, TWO, THREE, FOUR, FIVE = (f"shop-impl-{number:02}" for number in range(1, 6))
NAMES = (ONE, TWO, THREE, FOUR, FIVE)

BATCH = MergeRules(together=Together.BATCH)


def check(command: str, name: str = "tests") -> ProjectCheck:
    """A check that is one line of shell."""
    return ProjectCheck(name=name, command=command)


NO_BAD = check("! ls bad* >/dev/null 2>&1 || { echo found bad; ls bad*; exit 1; }")
"""Red on a tree that has a file whose name begins with `bad`."""


async def shop(
    path: Path, *checks: ProjectCheck, rules: MergeRules = BATCH
) -> tuple[Project, MemoryPort]:
    """A project whose queue works by these rules."""
    project = await make_project(path / "shop", checks)
    project.port.merge_rules = rules
    return project, project.port


async def queued(
    project: Project, name: str, files: dict[str, str | bytes] | None = None
) -> SessionView:
    """One more session in the queue, green by itself; by default with a file of its own."""
    checks = project.port.checks
    project.port.checks = [replace(check, command="true") for check in checks]
    view = await project.approved(files or {f"{name}.txt": name}, name)
    retitled = replace(view.spec, title=name)
    project.port.write("", SessionInstantiated(spec=retitled))
    await queue_merge(project.port, project.port.view(name))
    project.port.checks = checks
    return project.port.view(name)


def merge_of(port: MemoryPort, name: str) -> Merge:
    """The session's newest merge, which there must be."""
    merge = port.view(name).merge
    assert merge is not None
    return merge


def in_base(project: Project, path: str) -> bool:
    """Whether base has a file."""
    return bool(project.box.git("ls-tree", "main", "--", path))


def in_line(port: MemoryPort) -> list[str]:
    """Who is queued, in the order it was put."""
    return [entry.session for entry in port.board.queue.entries]
