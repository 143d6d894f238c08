"""Two boards side by side: what is so in one and otherwise in the other, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.differences import Difference, SessionDifference
from wuhu_tui.model.event_words import short
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.messages import Message
from wuhu_tui.model.questions import Question
from wuhu_tui.model.spending import short_usage, spent
from wuhu_tui.model.states import PhaseKind

_Words = Callable[[SessionView], str]

SHORT = 12


def project_differences(before: Board, after: Board) -> tuple[Difference, ...]:
    """What changed of the project as a whole."""
    return tuple(_differing(_PROJECT, before, after))


def session_difference(
    name: str, before: SessionView | None, after: SessionView | None
) -> SessionDifference | None:
    """What changed in one session, apart from its files; None: nothing did."""
    known = after or before
    if known is None or before == after:
        return None
    changes = tuple(_session_changes(before, after))
    if not changes:
        return None
    return SessionDifference(
        session=name,
        title=known.spec.title,
        before=before.state if before else None,
        after=after.state if after else None,
        changes=changes,
    )


def session_differences(before: Board, after: Board) -> tuple[SessionDifference, ...]:
    """Every session in which something changed, in the order they were made."""
    names = dict.fromkeys((*before.sessions, *after.sessions))
    found = (session_difference(name, before.session(name), after.session(name)) for name in names)
    return tuple(one for one in found if one is not None)


def _session_changes(before: SessionView | None, after: SessionView | None) -> Iterator[Difference]:
    for what, words in _SESSION.items():
        old, new = words(before) if before else "", words(after) if after else ""
        if old != new:
            yield Difference(what=what, before=old, after=new)
    yield from _lists("question", _questions(before), _questions(after))
    yield from _lists("waiting message", _waiting(before), _waiting(after))


def _differing(
    table: dict[str, Callable[[Board], str]], before: Board, after: Board
) -> Iterator[Difference]:
    for what, words in table.items():
        if words(before) != words(after):
            yield Difference(what=what, before=words(before), after=words(after))


def _lists(what: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Difference]:
    """Things by their ids: what came, what went, what says something else now."""
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield Difference(what=what, before=old, after=new)


def _questions(view: SessionView | None) -> dict[str, str]:
    asked: Sequence[Question] = view.questions if view else ()
    return {one.id: short(one.text) for one in asked}


def _waiting(view: SessionView | None) -> dict[str, str]:
    waiting: Sequence[Message] = view.waiting if view else ()
    return {one.id: short(f"{_spaced(one.lane)} by {one.by}: {one.text}") for one in waiting}


def _state(view: SessionView) -> str:
    cause = f" ({view.standing.cause})" if view.standing.cause else ""
    return short(f"{_spaced(view.state)}{cause}")


def _phase(view: SessionView) -> str:
    if view.phase.kind is PhaseKind.NONE:
        return ""
    return short(" ".join(filter(None, (_spaced(view.phase.kind), view.phase.detail))))


def _report(view: SessionView) -> str:
    made = view.report
    return short(f"{_spaced(made.kind)}: {made.summary}") if made else ""


def _review(view: SessionView) -> str:
    review = view.review
    if review is None:
        return ""
    return f"{review.head[:SHORT]}, {review.files} files +{review.added} −{review.removed}"


def _checks(view: SessionView) -> str:
    checks = view.review.checks if view.review else ()
    return ", ".join(f"{check.name} {check.state.value}" for check in checks)


def _verdict(view: SessionView) -> str:
    verdict = view.review.verdict if view.review else None
    if verdict is None:
        return ""
    note = f": {verdict.note}" if verdict.note else ""
    return short(f"{_spaced(verdict.kind)} by {verdict.by} on {verdict.head[:SHORT]}{note}")


def _merge(view: SessionView) -> str:
    merge = view.merge
    if merge is None:
        return ""
    step = f", {_spaced(merge.done[-1])} done" if merge.done else ""
    detail = f": {merge.detail}" if merge.detail else ""
    return short(f"{_spaced(merge.outcome)}{step}{detail}")


def _plan(view: SessionView) -> str:
    done = sum(step.status == "completed" for step in view.plan)
    return f"{done} of {len(view.plan)} steps" if view.plan else ""


def _spaced(word: str) -> str:
    return str(word).replace("_", " ")


_SESSION: dict[str, _Words] = {
    "state": _state,
    "phase": _phase,
    "turn": lambda view: str(view.turn or ""),
    "head": lambda view: view.head[:SHORT],
    "report": _report,
    "review": _review,
    "checks": _checks,
    "verdict": _verdict,
    "merge": _merge,
    "plan": _plan,
    "used": lambda view: short_usage(spent(view)),
    "agent": lambda view: " ".join(filter(None, (view.spec.agent.name, view.model))),
    "comments": lambda view: str(len(view.comments) or ""),
}


def _queue(board: Board) -> str:
    entries: Sequence[QueuedMerge] = tuple(board.queue.entries)
    return ", ".join(one.session for one in entries)


def _remote(board: Board) -> str:
    remote = board.remote
    if remote is None:
        return ""
    return remote.trouble or f"{remote.place}: {remote.ahead} ahead, {remote.behind} behind"


def _waiting_joins(board: Board) -> str:
    return ", ".join(name for name, join in board.joins.items() if join.wake is None)


_PROJECT: dict[str, Callable[[Board], str]] = {
    "sessions": lambda board: str(len(board.sessions)),
    "base": lambda board: board.project.base_branch,
    "goal": lambda board: short(board.project.goal),
    "conducted by": lambda board: board.project.conductor_by,
    "merge queue": _queue,
    "remote": _remote,
    "collisions": lambda board: ", ".join(sorted(board.collisions)),
    "letters on their way": lambda board: str(
        sum(not letter.is_ended for letter in board.letters.values()) or ""
    ),
    "joins that wait": _waiting_joins,
    "in the trash": lambda board: str(len(board.rescues) or ""),
}
