"""Delivers commands: durable first, then seen to be taken, or the session is woken for them."""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.core.project import Project
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.commands import AnyCommand
from wuhu_tui.model.errors import JournalError, NotPossible, WuhuError
from wuhu_tui.model.states import SessionState

TAKE_PATIENCE = 5.0
"""Seconds to wait for a living runner to take a command; it lies in the mailbox all the same."""

_CLOSED = {
    SessionState.ARCHIVED: (
        "it is archived",
        "bring it back: wuhu trash restore SESSION; or make a new one",
    ),
    SessionState.MERGING: ("its merge runs just now", "wait until the merge has ended"),
}


def check_on_board(view: SessionView) -> None:
    """Pass only if something can still be done with the session.

    Raises:
        NotPossible: it is archived, or being merged.
    """
    if view.state in _CLOSED:
        reason, remedy = _CLOSED[view.state]
        raise NotPossible(reason, where=view.id, remedy=remedy)


async def deliver(project: Project, session: str, command: AnyCommand) -> bool:
    """Lay the command into the session's mailbox; whether a runner took it in good time.

    Raises:
        NotPossible: the runner took it and could not carry it out; says why.
    """
    await project.host.send(session, command)
    return await _seen_taken(project, session, command)


async def _seen_taken(project: Project, session: str, command: AnyCommand) -> bool:
    if not await _lives(project, session):
        return False
    await project.ledger.until(lambda: _fate(project, session, command.id), TAKE_PATIENCE)
    refusal = project.ledger.refusal(command.id)
    if refusal:
        raise NotPossible(refusal, where=session, remedy="look at the session: wuhu status")
    return project.ledger.is_taken(command.id)


async def _lives(project: Project, session: str) -> bool:
    """Whether somebody can take what was just laid down.

    Raises:
        NotPossible: nobody could look; what was laid down stays and is taken all the same.
    """
    try:
        return await project.alive(session)
    except JournalError as error:
        raise NotPossible(
            f"it is kept, but nobody could look whether the session runs: {error.message}",
            where=error.where or session,
            remedy=f"say it no second time; look what became of it: wuhu messages {session}",
        ) from error


def _fate(project: Project, session: str, command: str) -> bool | None:
    """Whether there is nothing more to wait for; None while there is."""
    ledger = project.ledger
    is_known = ledger.is_taken(command) or ledger.refusal(command)
    return True if is_known or ledger.alive.get(session) is False else None


async def deliver_until(
    project: Project, session: str, command: AnyCommand, reached: Callable[[SessionView], bool]
) -> None:
    """Deliver a command and wait until the session shows its effect, or that it has none.

    Raises:
        NotPossible: the runner could not carry it out; says why.
    """

    def settled() -> bool | None:
        over = project.ledger.refusal(command.id) or not project.ledger.alive.get(session)
        return True if over or reached(project.view(session)) else None

    if await deliver(project, session, command):
        await project.ledger.until(settled, TAKE_PATIENCE)
    await project.catch_up()
    refusal = project.ledger.refusal(command.id)
    if refusal:
        raise NotPossible(refusal, where=session, remedy="look at the session: wuhu status")


async def deliver_and_wake(project: Project, session: str, command: AnyCommand) -> None:
    """Deliver a message; a session that had a life and has none now begins one.

    A session that was never started keeps it for its start.

    Raises:
        NotPossible: the message is kept, but the session could not be resumed now; says why.
    """
    check_on_board(project.view(session))
    await project.host.send(session, command)
    await wake_for(project, session, command)


async def wake_for(project: Project, session: str, command: AnyCommand) -> None:
    """See that the session takes a command which lies in its mailbox, in a new life if it has none.

    Raises:
        NotPossible: the message is kept, but the session could not be resumed now; says why.
    """
    taken = await _seen_taken(project, session, command)
    if taken or project.view(session).own is None or await _lives(project, session):
        return
    from wuhu_tui.core.lives import begin_life

    try:
        await begin_life(project, session)
    except WuhuError as error:
        raise NotPossible(
            f"the message is kept, but the session cannot be resumed: {error.message}",
            where=error.where or session,
            remedy=error.remedy,
        ) from error
    await project.ledger.until(lambda: _fate(project, session, command.id), TAKE_PATIENCE)
