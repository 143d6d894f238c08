"""Letters that died, and letters that are on their way for too long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from wuhu_tui.core.doctor.check import Check, trouble
from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.model.board import Board
from wuhu_tui.model.health import Observation
from wuhu_tui.model.letters import LEAD, Letter, LetterState
from wuhu_tui.model.quantities import counted, few, span

NAME = "letters"
PENDING = timedelta(hours=2)
"""How long a letter may be on its way before it is told."""

_ON_THE_WAY = frozenset({LetterState.QUEUED, LetterState.DEFERRED, LetterState.OFFERED})


def judge(board: Board, now: datetime) -> list[Observation]:
    """One line for all that died, one for all that must be looked at, one for all that are late."""
    letters = board.letters.values()
    dead = [one for one in letters if one.state is LetterState.DEAD]
    escalated = [one for one in letters if one.state is LetterState.ESCALATED]
    late = [one for one in letters if _is_late(one, now)]
    found = []
    if dead:
        text = f"{counted(len(dead), 'dead letter')}: {_told(dead, now)}"
        found.append(trouble(NAME, "dead", text, fixable=True, session=_recipient(dead)))
    if escalated:
        text = f"{counted(len(escalated), 'letter')} that you must look at: {_told(escalated, now)}"
        look = _where(escalated)
        found.append(trouble(NAME, "escalated", text, repair=look, session=_recipient(escalated)))
    if late:
        hours = span(PENDING)
        text = f"{counted(len(late), 'letter')} pending for more than {hours}: {_told(late, now)}"
        look = _where(late)
        found.append(trouble(NAME, "pending", text, repair=look, session=_recipient(late)))
    return found


def _is_late(letter: Letter, now: datetime) -> bool:
    return letter.state in _ON_THE_WAY and now - letter.posted_at > PENDING


def _told(letters: Sequence[Letter], now: datetime) -> str:
    """To whom, why, and since when the oldest of them."""
    to = Counter(letter.recipient for letter in letters)
    names = [f"{number} to {name}" for name, number in to.most_common()]
    reasons = Counter(_reason(letter) for letter in letters if _reason(letter))
    why = f" ({few([reason for reason, _ in reasons.most_common()], 2)})" if reasons else ""
    oldest = min(letter.posted_at for letter in letters)
    return f"{few(names)}{why}, the oldest {span(now - oldest)} old"


def _reason(letter: Letter) -> str:
    return letter.detail or (letter.reason.value.replace("_", " ") if letter.reason else "")


def _where(letters: Sequence[Letter]) -> str:
    """The command that shows them."""
    return f"wuhu messages {_recipient(letters)}".strip()


def _recipient(letters: Iterable[Letter]) -> str:
    """The one session all of them concern; empty when there are several."""
    names = {letter.recipient for letter in letters}
    name = names.pop() if len(names) == 1 else ""
    return "" if name == LEAD else name


async def _look(patient: Patient) -> list[Observation]:
    return judge(patient.board, patient.now)


async def _mend(patient: Patient, observation: Observation, hands: Hands) -> str:
    """Send every dead letter again."""
    from wuhu_tui.core.letters import requeue_letter

    dead = [one.id for one in patient.board.letters.values() if one.state is LetterState.DEAD]
    for letter in dead:
        await requeue_letter(hands.opened, letter, by=hands.by, note="wuhu doctor")
    return f"queued {counted(len(dead), 'dead letter')} again"


LETTERS = Check(
    NAME, "no letter is dead or late", _look, _mend, needs_board=True, needs_project=True
)
