"""The merge queue: one that stands still although something is ready is a fault."""

from __future__ import annotations

from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, doubt, trouble, well
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.journal.lock import is_held
from wuhu_tui.model.board import Board
from wuhu_tui.model.health import Observation
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.queue_health import standing_words
from wuhu_tui.model.queue_order import in_order
from wuhu_tui.model.queue_words import waiting_reason

NAME = "queue"


def judge_queue(board: Board, standing: str, *, locked: bool) -> list[Observation]:
    """A queue that stands still, and entries that wait for something in the repository."""
    if standing:
        repair = "wuhu doctor locks" if locked else "wuhu conduct"
        return [trouble(NAME, "", standing, kind="stands", repair=repair)]
    found = [
        doubt(
            NAME,
            entry.session,
            f"the merge of {entry.session} waits: {waiting_reason(board, entry)}",
            repair="wuhu queue",
        )
        for entry in in_order(board)
        if entry.delay
    ]
    if not found and board.queue.entries:
        found.append(well(NAME, f"{counted(len(board.queue.entries), 'merge')} in the queue"))
    return found


async def _look(patient: Patient) -> list[Observation]:
    folder = patient.folder
    conducted = await aside(lambda: is_held(folder.conductor_lock))
    locked = await aside(lambda: is_held(folder.path / "merge.lock"))
    standing = standing_words(patient.board, patient.now, conducted=conducted, locked=locked)
    return judge_queue(patient.board, standing, locked=locked)


QUEUE = Check(NAME, "the merge queue lands what is ready", _look, needs_board=True)
