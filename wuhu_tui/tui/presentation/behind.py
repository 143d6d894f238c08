"""What waits for the lead behind what they are writing: counted beside the draft, never before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from wuhu_tui.tui.presentation.attention import AnyNeed, LetterNeed, NoticeNeed
from wuhu_tui.tui.presentation.kinds import Kind

_WORDS: dict[Kind, tuple[str, str]] = {
    Kind.ASKING: ("question", "questions"),
    Kind.LETTER: ("undelivered message", "undelivered messages"),
    Kind.REVIEW: ("report", "reports"),
    Kind.FAILED: ("failure", "failures"),
    Kind.LOST: ("failure", "failures"),
    Kind.CONFLICT: ("conflict", "conflicts"),
    Kind.UNMERGED: ("merge that failed", "merges that failed"),
    Kind.COLLISION: ("collision", "collisions"),
    Kind.QUEUED: ("push", "pushes"),
    Kind.NO_COMMITS: ("report", "reports"),
    Kind.NOTICE: ("message", "messages"),
    Kind.NO_REPORT: ("without a report", "without a report"),
    Kind.READY: ("merge", "merges"),
}
_REPORTED = ("report", "reports")


def behind_words(needs: Iterable[AnyNeed]) -> str:
    """How many wait and what they are: `3 wait behind this: 2 reports, 1 question`."""
    counts: Counter[tuple[str, str]] = Counter()
    for need in needs:
        counts[_word(need)] += len(need.letters) if isinstance(need, LetterNeed) else 1
    total = sum(counts.values())
    if not total:
        return ""
    told = ", ".join(
        f"{count} {one if count == 1 else many}" for (one, many), count in counts.most_common()
    )
    return f"{total} wait{'s' * (total == 1)} behind this: {told}"


def _word(need: AnyNeed) -> tuple[str, str]:
    """A session that says `blocked` or gave up has reported, whatever its group is."""
    if isinstance(need, LetterNeed):
        return _WORDS[Kind.LETTER]
    if isinstance(need, NoticeNeed):
        return _WORDS[need.look.kind]
    if need.question is None and need.look.word in ("blocked", "gave up"):
        return _REPORTED
    return _WORDS[Kind.ASKING if need.question else need.look.kind]
