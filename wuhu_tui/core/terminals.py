"""What the lead types into a session's screen: for its living process only, and never kept."""

from __future__ import annotations

from wuhu_tui.core.project import Project
from wuhu_tui.model.commands import AnyCommand, Keys, Resize
from wuhu_tui.model.errors import NotPossible


async def type_keys(project: Project, session: str, text: str, *, by: str) -> None:
    """Give keys to the session's screen; returns once they are on their way.

    Raises:
        NotPossible: nothing runs there.
    """
    keys = Keys(id=project.new_id(), by=by, at=project.clock(), text=text)
    await _send(project, session, keys)


async def resize_screen(project: Project, session: str, columns: int, rows: int) -> None:
    """Give the session's screen another size.

    Raises:
        NotPossible: nothing runs there.
    """
    size = Resize(id=project.new_id(), by="lead", at=project.clock(), columns=columns, rows=rows)
    await _send(project, session, size)


async def _send(project: Project, session: str, command: AnyCommand) -> None:
    """As fast as it goes: whether the runner lives is known as last looked, and nobody waits."""
    project.view(session)
    if not project.ledger.alive.get(session, False):
        raise NotPossible(
            "nobody is there to read keys: its runner does not live",
            where=session,
            remedy="resume the session first",
        )
    await project.host.send(session, command)
