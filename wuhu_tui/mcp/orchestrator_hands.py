"""What all of an orchestrator's tools share: the core, who calls, and what that one may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from wuhu_tui.core.core import Core
from wuhu_tui.core.finding import find_session
from wuhu_tui.core.orchestration import Orchestrator, refuse_own
from wuhu_tui.core.orchestration_leave import Leave, Wanted
from wuhu_tui.core.project import Project
from wuhu_tui.mcp.signs import Signs
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.deeds import LEADS_KINDS
from wuhu_tui.model.questions import Question
from wuhu_tui.model.states import SessionState


@dataclass
class Hands:
    """One orchestrator at one project."""

    core: Core
    who: Orchestrator
    leave: Leave = field(init=False)

    def __post_init__(self) -> None:
        self.leave = Leave(self.project, self.who)

    @property
    def project(self) -> Project:
        """What the core works with."""
        return self.core.project

    @property
    def board(self) -> Board:
        """The board as it is now."""
        return self.core.board

    def view(self, name: str) -> SessionView:
        """The session somebody means; of several that bear a title, its own.

        Raises:
            NotFound, UsageError: none is, or several could be.
        """
        return find_session(self.board, self.meant(name))

    def meant(self, name: str) -> str:
        """The id of its only own session of that title, or else the name as it is."""
        own = [view for view in self.who.own(self.board) if view.spec.title == name]
        there = [view for view in own if view.state is not SessionState.ARCHIVED] or own
        return there[0].id if len(there) == 1 and name not in self.board.sessions else name

    async def fresh(self, name: str) -> SessionView:
        """The same, as the journals stand on disk now."""
        await self.project.catch_up()
        return self.view(name)

    def refuse_own(self, view: SessionView, deed: str) -> None:
        """Nobody decides about itself, nor about those that direct it.

        Raises:
            NotPossible: it would.
        """
        refuse_own(self.who.name, view, deed, self.board)

    def also(self, view: SessionView, *deeds: str) -> tuple[str, ...]:
        """The deeds, and what it takes besides where the session is not its own."""
        return deeds if self.who.owns(self.board, view.id) else (*deeds, "touch_others")

    async def want(
        self,
        signs: Signs,
        wanted: Wanted,
        moot: Callable[[], str] = str,
    ) -> str:
        """Who allows it; waits for the lead where the settings want that.

        Raises:
            NotPossible: it is denied, or nobody can be asked.
            Conflict: somebody did it meanwhile.
        """
        return await signs.during(self.leave.want(wanted, moot), "waiting for the lead's leave")

    def may_answer(self, view: SessionView, question: Question) -> bool:
        """Whether it may answer this without asking anybody."""
        if view.id == self.who.name:
            return False
        deed = "answer_permission" if question.kind in LEADS_KINDS else "answer"
        return not self.leave.lacking(self.also(view, deed))
