"""Writes about one session into the project's journal, and knows at once what that changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wuhu_tui.core.ports import Decide, ProjectPort
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.events import Event
from wuhu_tui.model.fold import fold
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.spending import spent
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

    async def decide(self, decide: Callable[[SessionView], Sequence[Event]]) -> None:
        """Write what `decide` says of the session as the journal stands; nobody writes meanwhile."""
        name = self.view.id
        await self.port.decide(lambda board: decide(board.session(name) or self.view))
        self.view = self.port.board.session(name) or self.view

    async def decide_on(self, decide: Decide) -> None:
        """The same, of the whole board."""
        await self.port.decide(decide)
        self.look()

    def look(self) -> None:
        """Know what was written of the session by somebody else here."""
        self.view = self.port.board.session(self.view.id) or self.view

    async def move(self, after: SessionState, cause: str) -> None:
        """Put the session, as it stands now, into a state the core owns.

        Raises:
            IllegalTransition: the session stands where this is not allowed.
        """
        await self.append(moved(self.view, after, cause))

    async def move_on(self, after: SessionState, cause: str) -> None:
        """Put the session into the next state of a course the core began.

        If the session went back to work meanwhile, its own word goes on counting.
        """
        given = self.view.given
        await self.append(_moved(self.view, given.state, after, cause, given.at))


def moved(view: SessionView, after: SessionState, cause: str) -> SessionMoved:
    """The session, as it stands now, goes into a state the core owns.

    Raises:
        IllegalTransition: the session stands where this is not allowed.
    """
    return _moved(view, view.state, after, cause, view.cursor)


def _moved(
    view: SessionView, before: SessionState, after: SessionState, cause: str, at: Cursor
) -> SessionMoved:
    transition(before, after, cause)
    usage = spent(view) if after is SessionState.ARCHIVED else Usage()
    return SessionMoved(
        session=view.id, before=before, after=after, cause=cause, after_record=at, usage=usage
    )


async def newest(port: ProjectPort, view: SessionView) -> SessionView:
    """The session as the journals tell it now."""
    board = await port.catch_up()
    return board.session(view.id) or view


def base_of(port: ProjectPort, view: SessionView) -> str:
    """The branch that the session's work goes to."""
    return view.spec.base_branch or port.board.project.base_branch or port.repository.branch
