"""Which sessions the live panes show: steady, so that nothing jumps while the lead reads."""

from __future__ import annotations

from collections.abc import Sequence


def assign(
    slots: Sequence[str], count: int, selected: str, order: Sequence[str], resting: frozenset[str]
) -> tuple[str, ...]:
    """The session of each pane; the selected one is always among them.

    A pane keeps its session while that exists and is not `resting` with a better one unseen.
    `order` names all sessions, the most interesting first; fewer sessions make fewer panes.
    """
    known = set(order)
    kept = [name for name in slots[:count] if name in known]
    kept = list(dict.fromkeys(kept))
    if selected in known and selected not in kept:
        kept = [selected, *kept[1:]] if len(kept) >= count else [*kept, selected]
    unseen = [name for name in order if name not in kept]
    lively = [name for name in unseen if name not in resting]
    for place, name in enumerate(kept):
        if name in resting and name != selected and lively:
            kept[place] = lively.pop(0)
    unseen = [name for name in order if name not in kept]
    return tuple(kept + unseen[: max(0, count - len(kept))])


def columns(count: int, width: int, height: int) -> int:
    """How many panes lie side by side: stacked while lines stay long or rows suffice."""
    if count <= 2:
        return 1 if height >= 12 * count or width < 120 else count
    return 2 if width >= 76 else 1
