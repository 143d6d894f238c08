"""Who does the project's automation: somebody, nobody, or a process that is gone from sight."""

from __future__ import annotations

from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.census import Running, holders, wake
from wuhu_tui.core.doctor.check import Check, doubt, trouble, well
from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import is_held
from wuhu_tui.model.board import Board
from wuhu_tui.model.health import Observation
from wuhu_tui.model.letters import LetterState
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.states import LIVE_STATES, REVIEW_STATES, SessionState
from wuhu_tui.model.value import Value

NAME = "conductor"

_WAITING = frozenset({LetterState.QUEUED, LetterState.DEFERRED, LetterState.OFFERED})
_MOVING = LIVE_STATES | REVIEW_STATES | {SessionState.MERGING}


class Seen(Value, frozen=True):
    """Whether the conductor's lock is held, and by whom as far as that can be seen."""

    held: bool
    holders: tuple[Running, ...] = ()


def judge(board: Board, seen: Seen) -> Observation:
    """Nobody conducts: trouble only when something waits for it."""
    if not seen.held:
        waiting = _what_waits(board)
        if not waiting:
            return well(NAME, "nobody conducts, and nothing waits for it")
        text = f"nobody conducts, and {waiting} for it"
        return trouble(NAME, "", text, repair="wuhu conduct")
    if not seen.holders:
        text = "somebody conducts whose process cannot be seen from here"
        return doubt(NAME, "", text)
    if all(holder.is_suspended for holder in seen.holders):
        pid = seen.holders[0].pid
        text = f"process {pid} conducts, and is suspended: nothing is automated"
        return trouble(NAME, "", text, repair=f"kill -CONT {pid}", fixable=True)
    return well(NAME, _who(board, seen.holders))


def _who(board: Board, holding: tuple[Running, ...]) -> str:
    project = board.project
    known = next((one for one in holding if one.pid == project.conductor_pid), None)
    by = f" ({project.conductor_by})" if known and project.conductor_by else ""
    return f"process {(known or holding[0]).pid}{by} conducts"


def _what_waits(board: Board) -> str:
    views = [view for view in board.sessions.values() if view.state in _MOVING]
    letters = [one for one in board.letters.values() if one.state in _WAITING]
    joins = [join for join in board.joins.values() if join.wake is None]
    parts = [
        counted(len(some), word)
        for some, word in ((views, "session"), (letters, "letter"), (joins, "join"))
        if some
    ]
    if not parts:
        return ""
    alone = len(views) + len(letters) + len(joins) == 1
    return f"{', '.join(parts)} {'waits' if alone else 'wait'}"


def look_at(folder: ProjectFolder) -> Seen:
    """Look at the lock."""
    if not is_held(folder.conductor_lock):
        return Seen(held=False)
    return Seen(held=True, holders=holders([folder.conductor_lock]).get(folder.conductor_lock, ()))


async def _look(patient: Patient) -> list[Observation]:
    return [judge(patient.board, await aside(lambda: look_at(patient.folder)))]


async def _mend(patient: Patient, observation: Observation, hands: Hands) -> str:
    """Let a suspended conductor go on."""
    seen = await aside(lambda: look_at(patient.folder))
    return await aside(lambda: wake([seen.holders]))


CONDUCTOR = Check(NAME, "somebody conducts", _look, _mend, needs_board=True)
