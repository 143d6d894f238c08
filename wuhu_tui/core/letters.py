"""Letters: written into the project's journal first, laid into a mailbox second, under one id.

A crash in between is mended by the conductor, which brings what its recipient does not have. A
letter that could not be laid down, and whose sender was told so, is ended at once: it never comes
by itself later. Only where even that cannot be written does it stay, and the sender is told.
"""

from __future__ import annotations

from wuhu_tui.core.delivery import check_on_board, deliver, wake_for
from wuhu_tui.core.letters_known import Known, Place, known
from wuhu_tui.core.project import Project
from wuhu_tui.model.board import Board
from wuhu_tui.model.commands import (
    AnswerQuestion,
    AnyCommand,
    CancelMessage,
    EditMessage,
    FollowUp,
    Steer,
    SystemNote,
    encode_command,
)
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError, WuhuError
from wuhu_tui.model.events import Event
from wuhu_tui.model.letters import ADDRESSED, LEAD, Letter, LetterState
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.project_events import LetterEdited, LetterMoved, LetterPosted

_COMMANDS: dict[Lane, type[Steer | FollowUp | SystemNote]] = {
    Lane.STEER: Steer,
    Lane.FOLLOW_UP: FollowUp,
    Lane.SYSTEM: SystemNote,
}


def command_of(letter: Letter) -> AnyCommand:
    """What lies in the recipient's mailbox for this letter; always the same, so twice is once."""
    if letter.answer is not None:
        return AnswerQuestion(
            id=letter.id, by=letter.sender, at=letter.posted_at, answer=letter.answer
        )
    kind = _COMMANDS[letter.lane]
    return kind(id=letter.id, by=letter.sender, at=letter.posted_at, text=letter.text)


async def post(project: Project, *letters: Letter) -> None:
    """Write down what is not written yet; on disk when this returns."""
    await project.decide(
        lambda board: [
            LetterPosted(letter=letter) for letter in letters if letter.id not in board.letters
        ]
    )


async def send(project: Project, letter: Letter) -> None:
    """Post a letter to a session, lay it into its mailbox, and wake the session for it.

    Raises:
        NotPossible: its session is closed; or the letter is kept and the session cannot be woken.
        UsageError: it is larger than a mailbox takes; nothing was posted.
        JournalError: nothing was posted, or it was ended at once; where not, the words say so.
    """
    check_on_board(project.view(letter.recipient))
    command = command_of(letter)
    encode_command(command)  # refuses what is too large before anything is written
    await post(project, letter)
    try:
        await project.host.send(letter.recipient, command)
    except WuhuError as error:
        await _end_undelivered(project, letter, error)
        raise
    await wake_for(project, letter.recipient, command)


async def _end_undelivered(project: Project, letter: Letter, error: WuhuError) -> None:
    """Its sender hears that it did not go: it must not come by itself later."""
    detail = f"it could not be laid down: {error.message}"
    try:
        await move(project, letter.id, LetterState.DISCARDED, detail=detail)
    except WuhuError as worse:
        raise type(worse)(
            f"{error.message}; the message {letter.id} is written down and comes when that is "
            f"mended, because its end could not be written: {worse.message}",
            where=letter.recipient,
            remedy=f"take it back: wuhu messages {letter.recipient} --cancel {letter.id}",
        ) from error


async def move(
    project: Project,
    letter: str,
    after: LetterState,
    *,
    by: str = "core",
    detail: str = "",
    note: str = "",
) -> None:
    """Write that a letter came into another state, unless it has ended or stands there already."""

    def decide(board: Board) -> list[Event]:
        known_letter = board.letters.get(letter)
        if known_letter is None or known_letter.is_ended or known_letter.state is after:
            return []
        return [LetterMoved(letter=letter, after=after, by=by, detail=detail, note=note)]

    await project.decide(decide)


async def requeue_letter(project: Project, letter: str, *, by: str, note: str) -> str:
    """Send it again: under its id, or as a new letter if its recipient is known to have got it.

    What was said to a session wakes it; a report resumes nobody who was stopped.
    """
    found = await _open_letter(project, letter)
    place = _known(project, found).place
    if place in (Place.DELIVERED, Place.ACCEPTED, Place.ACTED_ON):
        raise NotPossible(
            "its recipient has it already",
            where=found.recipient,
            remedy=f"look what became of it: wuhu messages {found.recipient}",
        )
    if found.recipient != LEAD:
        check_on_board(project.view(found.recipient))
    if place in (Place.UNKNOWN, Place.WAITING):
        await move(project, letter, LetterState.QUEUED, by=by, note=note)
        again = found
    else:
        again = await _post_again(project, found, by=by, note=note)
    if again.recipient != LEAD:
        command = command_of(again)
        await project.host.send(again.recipient, command)
        if again.kind in ADDRESSED:
            await wake_for(project, again.recipient, command)
    return again.id


async def _post_again(project: Project, letter: Letter, *, by: str, note: str) -> Letter:
    again = Letter(
        id=project.new_id(),
        kind=letter.kind,
        sender=letter.sender,
        recipient=letter.recipient,
        text=letter.text,
        posted_at=project.clock(),
        lane=letter.lane,
        about=letter.about,
        note=note,
    )
    ended = LetterMoved(
        letter=letter.id,
        after=LetterState.DISCARDED,
        by=by,
        detail=f"sent again as {again.id}",
        note=note,
    )

    def decide(board: Board) -> list[Event]:
        _check_open(board.letters.get(letter.id), letter.id)  # somebody else may have been first
        return [LetterPosted(letter=again), ended]

    await project.decide(decide)
    return again


async def edit_letter(project: Project, letter: str, text: str, *, by: str) -> None:
    """Change the words of a letter that no agent has yet, wherever it lies."""
    if not text.strip():
        raise UsageError("an empty message says nothing", remedy="discard it instead")
    found = await _open_letter(project, letter)
    if found.answer is not None:
        raise NotPossible("an answer cannot be edited", where=letter, remedy="steer the session")
    _check_changeable(project, found)
    if found.recipient in project.board.sessions:
        await project.host.send(found.recipient, command_of(found))  # what it edits lies before it
        name, at = project.new_id(), project.clock()
        edit = EditMessage(id=name, by=by, at=at, message=letter, text=text)
        if not await change(project, found.recipient, edit):
            return
    await project.append(LetterEdited(letter=letter, text=text, by=by))


async def discard_letter(
    project: Project,
    letter: str,
    *,
    note: str,
    by: str,
    after: LetterState = LetterState.DISCARDED,
) -> None:
    """Let it go for good; what of it lies at its recipient is taken back first."""
    found = await _open_letter(project, letter)
    place = _known(project, found).place
    if found.recipient != LEAD and not found.is_loud:
        _check_changeable(project, found)
    is_there = found.recipient in project.board.sessions
    if is_there and place in (Place.UNKNOWN, Place.WAITING):
        command = CancelMessage(
            id=project.new_id(), by=by, at=project.clock(), message=letter, may_come=True
        )
        if not await change(project, found.recipient, command):
            return
    await move(project, letter, after, by=by, note=note)


async def change(project: Project, session: str, command: AnyCommand) -> bool:
    """Change what waits at a session; False: its runner lives and has not said whether it did.

    Nobody writes then that it was changed: it may land as it is just now. Where nobody runs, the
    change lies behind the message and is taken before anything lands.

    Raises:
        NotPossible: it came too late; says why.
    """
    return await deliver(project, session, command) or not await project.alive(session)


async def acknowledge_letter(project: Project, letter: str, *, by: str) -> None:
    """The lead has seen it; what waits at its recipient goes on waiting."""
    await _open_letter(project, letter)
    await move(project, letter, LetterState.ACKED, by=by, detail=f"seen by {by}")


def _known(project: Project, letter: Letter) -> Known:
    return known(letter, project.board.session(letter.recipient), project.ledger)


async def _open_letter(project: Project, name: str) -> Letter:
    """The letter of this id, if something can still be done with it.

    Raises:
        NotFound: there is none.
        NotPossible: it has ended; says how.
    """
    await project.catch_up()
    return _check_open(project.board.letters.get(name), name)


def _check_open(found: Letter | None, name: str) -> Letter:
    if found is None:
        raise NotFound(f"there is no message {name}", remedy="see them all: wuhu messages")
    if found.is_ended:
        raise NotPossible(
            f"it is {found.state.value} since {found.since:%H:%M:%S} UTC",
            where=name,
            remedy="write a new message instead",
        )
    return found


def _check_changeable(project: Project, letter: Letter) -> None:
    place = _known(project, letter).place
    if place in (Place.UNKNOWN, Place.WAITING):
        return
    raise NotPossible(
        "that message was delivered or taken back already",
        where=letter.recipient,
        remedy=f"see what became of it: wuhu messages {letter.recipient}",
    )
