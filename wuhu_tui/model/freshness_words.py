"""How a branch stands beside its base, in words; the same on a screen and in a terminal. Pure."""

from __future__ import annotations

from wuhu_tui.model.freshness import Freshness
from wuhu_tui.model.quantities import counted


def freshness_words(freshness: Freshness, age: str = "") -> str:
    """One line; `age` is how long ago the commit was made at which the branch left base."""
    base = freshness.base_branch
    if freshness.advanced:
        return f"moved on to {base} {freshness.tip[:7]}"
    if not freshness.behind:
        return f"at the tip of {base}"
    told = f" from {age} ago" if age else ""
    where = f"{len(freshness.overlap)} its own" if freshness.overlap else "none of them its own"
    files = f"{counted(len(freshness.theirs), 'file')} changed, {where}"
    note = f"; not moved on: {freshness.note}" if freshness.note else ""
    return f"{counted(freshness.behind, 'commit')} behind {base}{told}; {files}{note}"
