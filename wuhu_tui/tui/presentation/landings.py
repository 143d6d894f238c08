"""How merges ended, in a word for each that ended since the last board: calm where all is well. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.tui.presentation.queue_words import conflict_words, first_line
from wuhu_tui.tui.presentation.rows import line

_NAMED = 4
"""Sessions that landed together and are named; the others are counted."""


@dataclass(frozen=True)
class Told:
    """One toast."""

    text: str
    title: str = ""
    severe: bool = False


def ended_merges(before: Board, board: Board) -> Iterator[Told]:
    """What ended between two boards; what landed together is one word."""
    if board.sessions is before.sessions:
        return
    ended = [view for view in board.sessions.values() if _has_ended(before.session(view.id), view)]
    landed = [view for view in ended if _outcome(view) is MergeOutcome.MERGED]
    if landed:
        yield _landed(landed)
    for view in ended:
        if view.merge is not None and view not in landed:
            yield from _not_landed(view, view.merge)


def _outcome(view: SessionView) -> MergeOutcome | None:
    return view.merge.outcome if view.merge else None


def _has_ended(before: SessionView | None, view: SessionView) -> bool:
    """Whether its newest merge ended since; what was over when it was first seen is no news."""
    merge = view.merge
    if merge is None or before is None or merge.outcome is MergeOutcome.RUNNING:
        return False
    old = before.merge
    return old is None or old.id != merge.id or old.outcome is not merge.outcome


def _landed(views: list[SessionView]) -> Told:
    first = views[0].merge
    assert first is not None
    base = line(first.base_branch)
    if len(views) == 1:
        name = line(views[0].spec.shown_name)
        told = f"{name} is in {base} as {first.result[:7]}"
    else:
        names = ", ".join(line(view.spec.shown_name) for view in views[:_NAMED])
        more = len(views) - _NAMED
        told = f"{len(views)} are in {base}: {names}" + (f" and {more} more" if more > 0 else "")
    return Told(f"{told}\nz undoes · w goes on to the next that needs you")


def _not_landed(view: SessionView, merge: Merge) -> Iterator[Told]:
    name, base = line(view.spec.shown_name), line(merge.base_branch)
    match merge.outcome:
        case MergeOutcome.CONFLICT:
            files = conflict_words(merge.conflicts) or ", ".join(map(line, merge.files))
            where = files or first_line(merge.detail)
            yield Told(f"{base} is untouched. {where}\nS settles it", f"{name} conflicts", True)
        case MergeOutcome.ROLLED_BACK:
            text = f"{base} is as it was. {first_line(merge.detail)}\nQ shows what is red"
            yield Told(text, f"{name} was rolled back", True)
        case MergeOutcome.REFUSED:
            text = f"{base} is untouched. {first_line(merge.detail)}\nQ shows it"
            yield Told(text, f"{name} was not merged", True)
