"""Which moment comes next: by mark, by turn. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from wuhu_tui.model.marks import Mark, MarkKind, Moment


def next_index(moments: Iterable[Moment], index: int, direction: int) -> int | None:
    """The nearest of these moments behind `index` (negative: ahead of it); None: there is none."""
    if direction >= 0:
        return min((one.index for one in moments if one.index > index), default=None)
    return max((one.index for one in moments if one.index < index), default=None)


def marked(marks: Sequence[Mark], kinds: Collection[MarkKind], session: str) -> Iterable[Moment]:
    """Where marks of these kinds and of that session stand; empty: of all."""
    return (
        mark.moment
        for mark in marks
        if (not kinds or mark.kind in kinds) and (not session or mark.session == session)
    )


def turned(turns: Sequence[tuple[Moment, str]], session: str) -> Iterable[Moment]:
    """Where turns of that session begin; empty: of all."""
    return (moment for moment, name in turns if not session or name == session)
