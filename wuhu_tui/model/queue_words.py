"""Why a queued merge waits, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.queue_order import in_order, needed
from wuhu_tui.model.reviews import CheckState, VerdictKind
from wuhu_tui.model.states import SessionState

SHORT = 12
"""Characters of a commit's id that are shown."""


def waiting_reason(board: Board, entry: QueuedMerge) -> str:
    """Why the entry does not begin, or what its merge waits for; empty: it is ready, or runs."""
    view = board.session(entry.session)
    if is_running(view):
        return view.merge.waits if view and view.merge else ""
    return standing_reason(board, entry) or entry.delay or _merge_of_another(board, entry)


def waits_words(reason: str) -> str:
    """A reason as what the entry does."""
    return reason if reason.startswith("waits for ") else f"waits: {reason}"


def standing_reason(
    board: Board, entry: QueuedMerge, *, landing: frozenset[str] = frozenset()
) -> str:
    """The same by what the board alone says, whatever a look at the repository found.

    `landing`: sessions that land right before it.
    """
    return next(_reasons(board, entry, landing), "")


def _reasons(board: Board, entry: QueuedMerge, landing: frozenset[str]) -> Iterator[str]:
    queue = board.queue
    if queue.paused_by:
        yield _noted(f"the queue is paused by {queue.paused_by}", queue.paused_note)
    if entry.held_by:
        yield _noted(f"held by {entry.held_by}", entry.held_note)
    if reason := void_reason(board, entry):
        yield reason
    if reason := _checks_missing(board.session(entry.session)):
        yield reason
    if names := [name for name in needed(board, entry) if name not in landing]:
        yield f"waits for {', '.join(_shown(board, name) for name in names)}"


def void_reason(board: Board, entry: QueuedMerge) -> str:
    """Why an entry has no business in the queue any more; empty: it is approved as it was."""
    view = board.session(entry.session)
    if view is None:
        return "its session is gone"
    verdict = view.review.verdict if view.review else None
    if verdict is None:
        return f"the approval of {entry.head[:SHORT]} is void: there are new commits"
    if verdict.kind is not VerdictKind.APPROVED:
        return f"{verdict.by} judged it since: {verdict.kind.value.replace('_', ' ')}"
    if verdict.head != entry.head:
        return f"approved is {verdict.head[:SHORT]} by now, queued was {entry.head[:SHORT]}"
    if view.state not in (SessionState.APPROVED, SessionState.MERGING):
        return f"it is {view.state.value.replace('_', ' ')}, not approved"
    return ""


def _checks_missing(view: SessionView | None) -> str:
    review = view.review if view else None
    for check in review.checks if review else ():
        if check.state is CheckState.RUNNING:
            return f"check {check.name} still runs"
        if check.state is not CheckState.PASSED:
            return f"check {check.name} is not green"
    return ""


def _merge_of_another(board: Board, entry: QueuedMerge) -> str:
    for view in board.sessions.values():
        if view.id != entry.session and keeps_others(view):
            return f"the merge of {view.spec.shown_name} runs"
    return ""


def is_running(view: SessionView | None) -> bool:
    """Whether the session's merge began and has not come to its end."""
    if view is None or view.merge is None:
        return False
    running = view.merge.outcome is MergeOutcome.RUNNING
    return running or view.given.state is SessionState.MERGING


def keeps_others(view: SessionView) -> bool:
    """Whether its merge runs and no other may begin: one that waits for others lets them."""
    return is_running(view) and not (view.merge and view.merge.waits)


def ready(board: Board) -> tuple[QueuedMerge, ...]:
    """The entries that could begin now, in order."""
    return tuple(
        entry
        for entry in in_order(board)
        if not is_running(board.session(entry.session)) and not waiting_reason(board, entry)
    )


_STEPS = {
    MergeStep.PREFLIGHT: "merges it aside",
    MergeStep.LAND: "moves base",
    MergeStep.VERIFY: "looks at base",
    MergeStep.PROVE: "proves base",
    MergeStep.PUBLISH: "publishes it",
    MergeStep.CLOSE: "closes it",
    MergeStep.CLEAN_UP: "cleans up",
}


def merge_words(merge: Merge) -> str:
    """What a running merge does now."""
    step = next((step for step in MergeStep if step not in merge.done), None)
    if merge.outcome is not MergeOutcome.RUNNING or step is None:
        return "ends"
    if merge.waits:
        return f"waits: {merge.waits}"
    running = next((one for one in merge.checks if one.state is CheckState.RUNNING), None)
    checks = f"runs check {running.name}" if running else ""
    together = " (in a batch)" if merge.batch else ""
    where = " on base" if step is MergeStep.PROVE else " on the merged result"
    return (f"{checks}{where}" if checks else _STEPS[step]) + together


def passes_by_itself(delay: str) -> bool:
    """Whether what delays a merge is gone in a moment, and asks nothing of anybody."""
    return delay.startswith("waits for ") or delay.endswith(_PASSING)


_PASSING = ("it comes next", "it begins anew", "times")


def _shown(board: Board, name: str) -> str:
    view = board.session(name)
    return view.spec.shown_name if view else name


def _noted(text: str, note: str) -> str:
    return f"{text}: {note}" if note else text
