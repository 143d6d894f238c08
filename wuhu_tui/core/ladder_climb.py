"""Climbs the ladder: brings letters that a crash kept back, wakes who sleeps, writes what became of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from wuhu_tui.core.errands import NotYet, Work
from wuhu_tui.core.ladder import Recipient, Step, next_step
from wuhu_tui.core.letters import command_of
from wuhu_tui.core.letters_known import Lanes, known
from wuhu_tui.core.project import Project
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import NotPossible, WuhuError
from wuhu_tui.model.events import Event
from wuhu_tui.model.letters import DeferralReason, Letter, LetterState
from wuhu_tui.model.project_events import LetterDeferred, LetterMoved

Climb = tuple[Letter, Step]

CANNOT_BRING = "it cannot be laid down now"


def letter_duties(project: Project) -> Iterator[tuple[str, Hashable, Work]]:
    """Name, occasion and work of what is due for the letters; one errand a recipient."""
    by_recipient: dict[str, list[Climb]] = {}
    for letter, step in due_steps(project, project.board.letters.values()):
        by_recipient.setdefault(letter.recipient, []).append((letter, step))
    for recipient, climbs in by_recipient.items():
        occasion = tuple(_occasion(letter, step) for letter, step in climbs)
        yield f"letters {recipient}", occasion, _climbing(project, recipient)


def due_steps(project: Project, letters: Iterable[Letter]) -> Iterator[Climb]:
    """The next step of each letter that has one."""
    now, pace = project.clock(), project.config.delivery.pace
    lanes: dict[str, Lanes] = {}
    for letter in letters:
        if letter.is_ended:
            continue
        view = project.board.session(letter.recipient)
        alive = project.ledger.alive.get(letter.recipient)
        if letter.recipient not in lanes:
            lanes[letter.recipient] = Lanes(view)
        told = known(letter, view, project.ledger, lanes[letter.recipient])
        step = next_step(letter, Recipient(view=view, alive=alive, known=told), now, pace)
        if step is not None:
            yield letter, step


def _occasion(letter: Letter, step: Step) -> Hashable:
    """Tells one step from the next; never the time of a next try, which is another at every look."""
    return letter.id, letter.state, step.after, step.reason, step.detail, step.failures


def _climbing(project: Project, recipient: str) -> Work:
    return lambda: climb(project, recipient)


async def climb(project: Project, recipient: str) -> None:
    """Do the next step of every letter to this recipient, in the order they were posted.

    Raises:
        NotYet: it could not be woken now; its letters say why.
    """
    letters = [one for one in project.board.letters.values() if one.recipient == recipient]
    climbs = [await _bring(project, *climb) for climb in due_steps(project, letters)]
    await _write(project, climbs)
    if any(step.wake for _, step in climbs):
        await _wake(project, recipient, [letter for letter, _ in climbs])
    if any(step.detail.startswith(CANNOT_BRING) for _, step in climbs):
        raise NotYet


async def _bring(project: Project, letter: Letter, step: Step) -> Climb:
    """Lay it into the mailbox if that is to be done; where it cannot be, the letter says why."""
    if not step.bring:
        return letter, step
    try:
        await project.host.send(letter.recipient, command_of(letter))
    except WuhuError as error:
        return letter, Step(
            after=LetterState.DEFERRED,
            reason=DeferralReason.TARGET_BUSY,
            detail=f"{CANNOT_BRING}: {error.message}",
            failures=letter.failures,
        )
    return letter, step


async def _write(project: Project, climbs: list[Climb]) -> None:
    """Write what is news; a letter that somebody changed meanwhile is left to the next look."""
    if all(_event(letter, step) is None for letter, step in climbs):
        return

    def decide(board: Board) -> list[Event]:
        still = [(letter, step) for letter, step in climbs if _is_as_seen(board, letter)]
        events = (_event(letter, step) for letter, step in still)
        return [event for event in events if event is not None]

    await project.decide(decide)


def _is_as_seen(board: Board, seen: Letter) -> bool:
    now = board.letters.get(seen.id)
    return now is not None and (now.state, now.failures) == (seen.state, seen.failures)


def _event(letter: Letter, step: Step) -> Event | None:
    if step.after is LetterState.DEFERRED:
        return _deferral(letter, step)
    if step.after is letter.state:
        return None
    if step.wake:
        return None  # it stays what it is until its session has it
    return LetterMoved(letter=letter.id, after=step.after, detail=step.detail)


def _deferral(letter: Letter, step: Step) -> Event | None:
    before = (letter.state, letter.reason, letter.detail, letter.failures)
    if step.reason is None or before == (step.after, step.reason, step.detail, step.failures):
        return None
    return LetterDeferred(
        letter=letter.id,
        reason=step.reason,
        detail=step.detail,
        next_try=step.next_try,
        deferrals=max(letter.deferrals, step.deferrals),
        failures=step.failures,
    )


async def _wake(project: Project, recipient: str, letters: list[Letter]) -> None:
    """Begin a new life of a hibernated session; what stands in the way is written and tried again."""
    from wuhu_tui.core.lives import begin_life

    try:
        await begin_life(project, recipient)
    except WuhuError as error:
        detail = f"its session cannot be woken now: {error.message}"
        step = Step(after=LetterState.DEFERRED, reason=DeferralReason.TARGET_BUSY, detail=detail)
        board = project.board.letters
        await _write(project, [(board[one.id], step) for one in letters if one.id in board])
        if isinstance(error, NotPossible):
            raise NotYet from error
        raise
