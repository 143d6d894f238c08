"""What the conductor owes sessions that fix another's work, by the board as it is now."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from wuhu_tui.core.errands import Work
from wuhu_tui.core.fixes_delivery import deliver_fix
from wuhu_tui.core.project import BUSY, Project
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.states import SessionState

_CLOSED = frozenset({SessionState.MERGING, SessionState.MERGED, SessionState.ARCHIVED})


def fixing_duties(project: Project) -> Iterator[tuple[str, Hashable, Work]]:
    """Each fix that reported done and was not delivered yet."""
    for view in project.board.sessions.values():
        fixed = project.board.session(view.spec.fixes) if view.spec.fixes else None
        if fixed is not None and is_done(view) and fixed.state not in BUSY | _CLOSED:
            report = view.report.at if view.report else None
            occasion = (view.head, report, fixed.state, fixed.cursor)
            yield f"deliver {view.id}", occasion, _delivering(project, view.id)


def is_done(fix: SessionView) -> bool:
    """Whether its newest word is `done`, with commits, and no turn of it runs."""
    if fix.state in BUSY | _CLOSED or fix.report is None:
        return False
    said_last = fix.report.kind is ReportKind.DONE and fix.reported_in_turn >= fix.turn
    return said_last and bool(fix.head) and fix.head != fix.spec.base_commit


def _delivering(project: Project, session: str) -> Work:
    async def work() -> None:
        await deliver_fix(project, session, by="core")

    return work
