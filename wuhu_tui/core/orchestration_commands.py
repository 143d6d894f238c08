"""Shell commands of an orchestrator: where they may run alone, and what the project's rules say."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from wuhu_tui.core.jobs_places import Place, find_place
from wuhu_tui.core.orchestration import Orchestrator
from wuhu_tui.core.orchestration_leave import Leave, Wanted
from wuhu_tui.core.project import Project
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.permissions import Decision, PermissionRequest
from wuhu_tui.model.rulings import Ruling, ruling_on

DENIED = "a rule of this project does not allow it"
"""What the model reads where a rule gives no reason."""


class FolderPlace:
    """The paths below a folder, links followed; what `ruling_on` asks of a place."""

    def __init__(self, folder: str) -> None:
        self._written = os.path.normpath(folder)
        self._real = os.path.realpath(folder)

    def within(self, path: str) -> str | None:
        """The path from the folder; None when it leads outside."""
        return _below(self.whole(path), self._real)

    def as_written(self, path: str) -> str | None:
        """The same without looking at links."""
        return _below(os.path.normpath(Path(self._written) / path), self._written)

    def whole(self, path: str) -> str:
        """The absolute path, links followed; of what no file can be called, as it is written."""
        joined = Path(self._real) / path
        return os.path.normpath(joined) if "\0" in path else os.path.realpath(joined)


def _below(path: str, top: str) -> str | None:
    if path == top:
        return ""
    return path[len(top) + 1 :] if path.startswith(f"{top}{os.sep}") else None


async def leave_to_run(
    project: Project, who: Orchestrator, leave: Leave, place: str, command: str
) -> Place:
    """The place, once the orchestrator may run the command there.

    Raises:
        NotPossible: a rule or the lead denies it, or it is no place.
        NotFound, UsageError: there is no such place.
    """
    found = await asyncio.to_thread(find_place, project.folder, project.board, place)
    said = _ruling(project, found, command)
    if said is not None and said.decision is Decision.DENY:
        raise NotPossible(
            said.rule.reason or DENIED,
            where=command,
            remedy="do it in another way, or ask the lead",
        )
    own = found.session is not None and who.owns(project.board, found.session.id)
    where = found.session.shown_name if found.session else found.path
    await leave.want(
        Wanted(
            deeds=("run_in" if own else "run_elsewhere",),
            session=found.session.id if found.session else "",
            text=f"May {who.name} run a command in {where}?",
            context=f"{command}\nin {found.path}",
            command=command,
            ask=said is not None and said.decision is Decision.ASK,
            remedy=f"run it yourself: wuhu exec {place} -- …",
        )
    )
    return found


def _ruling(project: Project, place: Place, command: str) -> Ruling | None:
    """What the project's rules say of the command, as they do when an agent asks for leave."""
    request = PermissionRequest(tool="run_in", kind="execute", command=command)
    rules = project.config.policy.rules
    return ruling_on(request, rules, (), FolderPlace(place.path))
