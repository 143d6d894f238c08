"""What the lead says to a session: messages, answers, interruptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wuhu_tui.core import letters
from wuhu_tui.core.delivery import check_on_board, deliver, deliver_until
from wuhu_tui.core.letters_known import Place, is_same_answer, known
from wuhu_tui.core.project import BUSY, Project
from wuhu_tui.model.commands import (
    AnyCommand,
    CancelMessage,
    EditMessage,
    Interrupt,
    MoveMessage,
    SetMode,
    SetModel,
)
from wuhu_tui.model.errors import Conflict, NotFound, NotPossible, UsageError
from wuhu_tui.model.events import QuestionAnswered, QuestionWithdrawn
from wuhu_tui.model.letters import Letter, LetterKind, LetterState
from wuhu_tui.model.letters_waiting import waiting_for
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.project_events import LetterEdited
from wuhu_tui.model.questions import Answer, Question, QuestionKind, spoken

ANSWER_PATIENCE = 5.0
"""Seconds to wait until the session's journal says whether an answer was the first."""


async def steer(project: Project, session: str, text: str, *, by: str) -> str:
    """Queue a steering message and wake the session for it; returns the message's id."""
    return await _say(project, session, text, Lane.STEER, by)


async def follow_up(project: Project, session: str, text: str, *, by: str) -> str:
    """Queue a message for the turn's end and wake the session for it; returns its id."""
    return await _say(project, session, text, Lane.FOLLOW_UP, by)


async def _say(project: Project, session: str, text: str, lane: Lane, by: str) -> str:
    _check_text(text)
    letter = Letter(
        id=project.new_id(),
        kind=LetterKind(lane.value),
        sender=by,
        recipient=session,
        text=text,
        posted_at=project.clock(),
        lane=lane,
    )
    await letters.send(project, letter)
    return letter.id


def _check_text(text: str) -> None:
    if not text.strip():
        raise UsageError("an empty message says nothing", remedy="write what the session shall do")


async def interrupt(project: Project, session: str, *, by: str) -> None:
    """End the running turn and its tools.

    Raises:
        NotPossible: no turn runs.
    """
    view = project.view(session)
    runs = view.own is not None and view.own.state in BUSY and not view.is_lost
    if not runs or not await project.alive(session):
        raise NotPossible(
            f"no turn runs: it is {view.state.value}",
            where=session,
            remedy="there is nothing to interrupt",
        )
    command = Interrupt(id=project.new_id(), by=by, at=project.clock())
    await deliver_until(
        project, session, command, lambda now: now.own is None or now.own.state not in BUSY
    )


async def set_mode(project: Project, session: str, mode: str, *, by: str) -> None:
    """Give the living agent another mode.

    Raises:
        NotPossible: no agent lives, it has no such mode, or it does not say.
    """
    _check_named("mode", mode)
    at = project.clock()
    await _set(project, session, SetMode(id=project.new_id(), by=by, at=at, mode=mode.strip()))


async def set_model(project: Project, session: str, model: str, *, by: str) -> None:
    """Give the living agent another model.

    Raises:
        NotPossible: no agent lives, it has no such model, or it does not say.
    """
    _check_named("model", model)
    at = project.clock()
    await _set(project, session, SetModel(id=project.new_id(), by=by, at=at, model=model.strip()))


def _check_named(what: str, name: str) -> None:
    if not name.strip() or not name.isprintable():
        raise UsageError(f"that names no {what}", remedy=f"say which {what} the agent shall have")


async def _set(project: Project, session: str, command: SetMode | SetModel) -> None:
    view = project.view(session)
    if not await project.alive(session):
        raise NotPossible(
            f"no agent runs: it is {view.state.value}",
            where=session,
            remedy=f"resume it first: wuhu resume {session}",
        )
    if not await deliver(project, session, command):
        raise NotPossible(
            "its runner did not say in time what came of it",
            where=session,
            remedy=f"look what it says later: wuhu log {session}",
        )


async def cancel_message(project: Project, session: str, message: str, *, by: str) -> None:
    """Take a waiting message back, also one that its runner has not taken yet."""
    letter = await _check_waits(project, session, message)
    may_come = letter is not None
    is_known = await _change(
        project,
        session,
        lambda marks: CancelMessage(**marks, message=message, may_come=may_come),
        by,
    )
    if letter is not None and is_known:
        await letters.move(project, message, LetterState.CANCELLED, by=by)


async def edit_message(project: Project, session: str, message: str, text: str, *, by: str) -> None:
    """Change the text of a waiting message."""
    _check_text(text)
    letter = await _check_waits(project, session, message)
    await _lies_before(project, letter)
    is_known = await _change(
        project, session, lambda marks: EditMessage(**marks, message=message, text=text), by
    )
    if letter is not None and is_known:
        await project.append(LetterEdited(letter=message, text=text, by=by))


async def move_message(
    project: Project, session: str, message: str, lane: Lane, *, before: str = "", by: str
) -> None:
    """Put a waiting message into a lane: ahead of the message `before`, or behind them all."""
    if lane is Lane.SYSTEM:
        raise UsageError(
            "the system lane is the core's own", remedy="choose steer or follow_up instead"
        )
    letter = await _check_waits(project, session, message)
    if before:
        await _lies_before(project, await _check_waits(project, session, before))
    await _lies_before(project, letter)
    is_known = await _change(
        project,
        session,
        lambda marks: MoveMessage(**marks, message=message, lane=lane, before=before),
        by,
    )
    if letter is not None and is_known and letter.lane is not lane:
        event = LetterEdited(letter=message, text=letter.text, by=by, lane=lane)
        await project.append(event)


async def promote_message(project: Project, session: str, message: str, *, by: str) -> None:
    """Make a waiting message the first of the steer lane."""
    await _check_waits(project, session, message)
    steers = [item for item in waiting_for(project.board, session) if item.lane is Lane.STEER]
    movable = [item.id for item in steers if not item.is_handed_over]
    if movable[:1] != [message]:
        before = movable[0] if movable else ""
        await move_message(project, session, message, Lane.STEER, before=before, by=by)


async def _change(
    project: Project, session: str, make: Callable[[dict[str, Any]], AnyCommand], by: str
) -> bool:
    marks = {"id": project.new_id(), "by": by, "at": project.clock()}
    return await letters.change(project, session, make(marks))


async def _lies_before(project: Project, letter: Letter | None) -> None:
    """See that a letter lies in the mailbox ahead of what changes it; it mostly does already."""
    if letter is not None:
        await project.host.send(letter.recipient, letters.command_of(letter))


_STILL_WAITS = (Place.UNKNOWN, Place.WAITING)


async def _check_waits(project: Project, session: str, message: str) -> Letter | None:
    """Pass only if the message still waits; returns it as a letter, if it is one.

    Raises:
        NotPossible: it was delivered or taken back, or there is none.
    """
    check_on_board(project.view(session))
    if not any(waiting.id == message for waiting in project.view(session).waiting):
        await project.catch_up()
    view = project.view(session)
    posted = project.board.letters.get(message)
    letter = None if posted is None or posted.is_ended or posted.recipient != session else posted
    if any(waiting.id == message for waiting in view.waiting):
        return letter
    if letter is not None and known(letter, view, project.ledger).place in _STILL_WAITS:
        return letter
    raise NotPossible(
        _why_it_waits_no_more(project, message, posted),
        where=view.id,
        remedy=f"see what waits: wuhu messages {view.id}",
    )


def _why_it_waits_no_more(project: Project, message: str, letter: Letter | None) -> str:
    """Whoever comes second is told who was first, and when, as far as that is known."""
    if letter is not None and letter.is_ended and letter.state is not LetterState.ACKED:
        at = f"{letter.since:%H:%M:%S} UTC"
        return f"{letter.ended_by or 'somebody'} took that message back already, at {at}"
    if letter is not None or project.ledger.is_taken(message):
        return "that message was delivered or taken back already"
    return f"no message {message} waits there"


async def answer(
    project: Project,
    session: str,
    question: str,
    *,
    choice: str,
    text: str,
    note: str = "",
    by: str,
) -> None:
    """Answer a question; the first answer wins, and its agent or its next life hears it.

    Raises:
        NotFound: there never was such a question.
        Conflict: somebody answered before; names who.
        NotPossible: the agent took the question back.
        UsageError: that is no answer to it.
    """
    asked = await _open_question(project, session, question)
    check_answer(asked, choice=choice, text=text)
    at = project.clock()
    given = Answer(question=question, by=by, at=at, choice=choice, text=text, note=note)
    letter = Letter(
        id=project.new_id(),
        kind=LetterKind.ANSWER,
        sender=by,
        recipient=session,
        text=spoken(asked, given),
        posted_at=at,
        lane=Lane.STEER,
        about=question,
        answer=given,
    )
    late = len(project.ledger.refusals(question))
    await letters.send(project, letter)
    await project.ledger.until(lambda: _settled(project, session, given, late), ANSWER_PATIENCE)


async def _open_question(project: Project, session: str, name: str) -> Question:
    for board in (project.board, await project.catch_up()):
        view = board.session(session) or project.view(session)
        found = next((asked for asked in view.questions if asked.id == name), None)
        if found is not None:
            return found
    closed = project.ledger.closing(name)
    if isinstance(closed, QuestionAnswered):
        raise _too_late(session, closed.answer)
    if isinstance(closed, QuestionWithdrawn):
        raise NotPossible(
            f"its agent took the question back: {closed.reason}",
            where=session,
            remedy="say it as a message: wuhu steer",
        )
    raise NotFound(
        f"there is no question {name}", where=session, remedy="see what is open: wuhu questions"
    )


def check_answer(question: Question, *, choice: str, text: str) -> None:
    """Pass only what can answer the question.

    Raises:
        UsageError: names the options there are.
    """
    keys = [option.key for option in question.options]
    if choice and keys and choice not in keys:
        raise UsageError(
            f'the question has no option "{choice}"', remedy=f"choose one of: {', '.join(keys)}"
        )
    if question.kind is QuestionKind.PERMISSION and keys and not choice:
        raise UsageError(
            "a permission needs one of its options", remedy=f"choose one of: {', '.join(keys)}"
        )
    if not choice and not text.strip():
        raise UsageError("an answer needs a choice or words", remedy="say one of the two")


def _settled(project: Project, session: str, given: Answer, late: int) -> bool | None:
    """Whether it is known that the answer counts; raises when another one does."""
    closed = project.ledger.closing(given.question)
    if isinstance(closed, QuestionAnswered) and is_same_answer(closed.answer, given):
        return True
    refusals = project.ledger.refusals(given.question)[late:]
    if isinstance(closed, QuestionAnswered) and any(one.by == given.by for one in refusals):
        raise _too_late(session, closed.answer, refusals[-1].reason)
    return None


def _too_late(session: str, won: Answer, reason: str = "") -> Conflict:
    said = won.choice or won.text
    return Conflict(
        reason or f'{won.by} answered before, at {won.at:%H:%M:%S} UTC: "{said}"',
        where=session,
        remedy="if it has to be otherwise, steer the session",
    )
