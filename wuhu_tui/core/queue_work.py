"""Works the merge queue: whoever holds the merge lock lands what is ready, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from wuhu_tui.core.batches import run_batch
from wuhu_tui.core.merge_lock import take_merge_lock
from wuhu_tui.core.merges import begin, carry_on, planned, resume_all
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.queue_looks import look_again
from wuhu_tui.core.queue_wanted import KeptBack
from wuhu_tui.core.remotes import project_base
from wuhu_tui.core.scribe import Scribe, base_of, newest
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import Conflict, GitError, NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merge_rules import Together
from wuhu_tui.model.queue_events import MergeDelayed, MergeDropped
from wuhu_tui.model.queue_order import in_order
from wuhu_tui.model.queue_words import is_running, keeps_others, standing_reason, void_reason

CORE = "core"


def _never() -> bool:
    return False


async def work_queue(port: ProjectPort, *, enough: Callable[[], bool] = _never) -> bool:
    """Land what is ready until nothing is, or it is `enough`; False: somebody else works it.

    What was interrupted is brought to its end first.
    """
    worked = True
    while worked and not enough():
        lock = await take_merge_lock(port, 0)
        if lock is None:
            return False
        try:
            await resume_all(port)
            worked = await _round(port)
        finally:
            lock.release()
    return True


async def _round(port: ProjectPort) -> bool:
    """Land what is next; whether anything was."""
    board = await port.catch_up()
    if not board.queue.entries:
        return False
    await _leave_void(port)
    if any(keeps_others(view) for view in port.board.sessions.values()):
        return False
    entries = await next_entries(port)
    if not entries:
        return False
    if _together(port, _base(port, entries[0])):
        await _land_batch(port, entries)
    else:
        await _land(port, entries[0])
    return True


def _together(port: ProjectPort, base: str) -> bool:
    """Whether what goes onto this base is stacked; a protected one takes one at a time."""
    protected = port.remote_rules.protected and base == project_base(port)
    return port.merge_rules.together is Together.BATCH and not protected


async def _leave_void(port: ProjectPort) -> None:
    """What is not approved any more leaves the queue by itself."""

    def decide(board: Board) -> Sequence[Event]:
        return [
            MergeDropped(session=entry.session, by=CORE, reason=reason)
            for entry in board.queue.entries
            if not is_running(board.session(entry.session))
            if (reason := void_reason(board, entry))
        ]

    if any(void_reason(port.board, entry) for entry in port.board.queue.entries):
        await port.decide(decide)


async def next_entries(port: ProjectPort) -> list[QueuedMerge]:
    """What could land together now, in order, all onto the same base; looks at the repository."""
    found: list[QueuedMerge] = []
    most = 1
    for entry in _candidates(port.board, found):
        view = port.board.session(entry.session)
        if view is None or (found and base_of(port, view) != _base(port, found[0])):
            continue
        if not await look_again(port, view, entry):
            found.append(entry)
            most = port.merge_rules.batch if _together(port, base_of(port, view)) else 1
        if len(found) == most:
            break
    return found


def _candidates(board: Board, below: Sequence[QueuedMerge]) -> Iterator[QueuedMerge]:
    """What nothing on the board keeps back; what it needs may land right before it."""
    for entry in in_order(board):
        if is_running(board.session(entry.session)):
            continue
        names = frozenset(one.session for one in below)
        if not standing_reason(board, entry, landing=names):
            yield entry


def _base(port: ProjectPort, entry: QueuedMerge) -> str:
    view = port.board.session(entry.session)
    return base_of(port, view) if view else ""


async def _land(port: ProjectPort, entry: QueuedMerge) -> None:
    scribe = await begun(port, entry)
    if scribe is not None:
        await carry_on(scribe, by=entry.by)


async def _land_batch(port: ProjectPort, entries: Sequence[QueuedMerge]) -> None:
    batch = port.new_id()
    members = [await begun(port, entry, batch=batch) for entry in entries]
    if running := [scribe for scribe in members if scribe is not None]:
        await run_batch(port, running)


async def begun(port: ProjectPort, entry: QueuedMerge, *, batch: str = "") -> Scribe | None:
    """The entry's merge, started; None if it may not begin, which is told in the queue."""
    view = port.board.session(entry.session)
    if view is None:
        return None
    scribe = Scribe(port, await newest(port, view))
    try:
        merge = await planned(port, scribe.view, by=entry.by)
        await begin(scribe, replace(merge, queued=True, batch=batch))
    except KeptBack:
        return None
    except GitError as error:
        await port.append(MergeDelayed(session=entry.session, reason=str(error)))
        return None
    except (Conflict, NotPossible) as error:
        await port.append(MergeDropped(session=entry.session, by=CORE, reason=error.message))
        return None
    return scribe
