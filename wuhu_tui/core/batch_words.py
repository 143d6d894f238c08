"""What is said of a batch: to the session that made it red, and to the lead. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from wuhu_tui.core.merge_checks import red_words
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model.letters import Letter, LetterKind
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.reviews import Check


def culprit_words(red: Check, culprit: Scribe, below: Sequence[Scribe]) -> str:
    """What is red with it, and that it is not without it."""
    base = culprit.merge.base_branch
    names = ", ".join(scribe.view.spec.shown_name for scribe in below)
    on = f"{base} with {names}" if names else base
    return red_words(red, f"with it on {on}, and not without it")


def culprit_letter(culprit: Scribe, words: str, now: datetime) -> Letter:
    """What its session is told; one letter for one merge."""
    merge, view = culprit.merge, culprit.view
    text = (
        f"Your work at {merge.head[:SHORT]} was not merged: {words}\n\n"
        f"Merge {merge.base_branch} into your branch, make the check pass there, commit, "
        "and report done again."
    )
    return Letter(
        id=f"red-{merge.id}",
        kind=LetterKind.FOLLOW_UP,
        sender="core",
        recipient=view.id,
        text=text,
        posted_at=now,
        lane=Lane.FOLLOW_UP,
    )


def flaky_words(red: Sequence[Check], members: Sequence[Scribe]) -> str:
    """A check that says this and then that of the same commit."""
    names = ", ".join(check.name for check in red)
    work = ", ".join(scribe.view.spec.shown_name for scribe in members)
    return f"check {names} was red and then green on the same commit ({work}): it is not reliable"
