"""Writes about one session into the project's journal, and knows at once what that changed."""

from __future__ import annotations

from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.events import Event
from wuhu_tui.model.fold import fold
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reviews import Merge
from wuhu_tui.model.states import SessionState, transition


class Scribe:
    """One session's view that follows every event written through it."""

    def __init__(self, port: ProjectPort, view: SessionView) -> None:
        self.port = port
        self.view = view

    @property
    def merge(self) -> Merge:
        """The session's merge, which must have been started."""
        assert self.view.merge is not None
        return self.view.merge

    async def append(self, event: Event) -> None:
        """Write one event; on disk when this returns."""
        record = await self.port.append(event)
        alone = Board(sessions={self.view.id: self.view})
        self.view = fold(alone, record).sessions[self.view.id]

    async def move(self, after: SessionState, cause: str) -> None:
        """Put the session, as it stands now, into a state the core owns.

        Raises:
            IllegalTransition: the session stands where this is not allowed.
        """
        before = self.view.state
        transition(before, after, cause)
        await self._moved(before, after, cause, self.view.cursor)

    async def move_on(self, after: SessionState, cause: str) -> None:
        """Put the session into the next state of a course the core began.

        If the session went back to work meanwhile, its own word goes on counting.
        """
        before = self.view.given.state
        transition(before, after, cause)
        await self._moved(before, after, cause, self.view.given.at)

    async def _moved(
        self, before: SessionState, after: SessionState, cause: str, at: Cursor
    ) -> None:
        await self.append(
            SessionMoved(
                session=self.view.id, before=before, after=after, cause=cause, after_record=at
            )
        )


async def newest(port: ProjectPort, view: SessionView) -> SessionView:
    """The session as the journals tell it now."""
    board = await port.catch_up()
    return board.session(view.id) or view


def base_of(port: ProjectPort, view: SessionView) -> str:
    """The branch that the session's work goes to."""
    return view.spec.base_branch or port.board.project.base_branch or port.repository.branch
