"""How a replay says on every screen that it is one, and what needs the lead meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import SessionView
from wuhu_tui.tui.presentation.attention import AnyNeed, LetterNeed, NoticeNeed
from wuhu_tui.tui.presentation.kinds import SYMBOLS, Kind
from wuhu_tui.tui.presentation.rows import line
from wuhu_tui.tui.presentation.scrubber import clock_words

NO_SESSION_THEN = "no session was there then"
_WIDE = 120
_MOST_ARRIVALS = 3


def replay_badge(needs_now: int, source: str, live_key: str, width: int) -> Content:
    """The word, what needs the lead now, and the way back; shorter where there is little room.

    `live_key` is empty where nothing live lies behind the recording, which is then named.
    """
    parts: list[tuple[str, str]] = [(" ◀◀ REPLAY ", "bold $background on $state-asking")]
    if needs_now:
        word = f"need{'s' * (needs_now == 1)} you now" if width >= _WIDE // 2 else "now"
        style = "bold $background on $state-failed"
        parts.append((f" {SYMBOLS[Kind.ASKING]} {needs_now} {word} ", style))
    if width >= _WIDE:
        told = f" {live_key} goes live " if live_key else f" {line(source)} "
        parts.append((told, "$state-asking"))
    return Content.assemble(*parts)


def arrival_words(needs: Sequence[AnyNeed]) -> str:
    """What came up in the live project meanwhile, a line each; many are counted."""
    told = [_arrival(need) for need in needs[:_MOST_ARRIVALS]]
    more = len(needs) - len(told)
    return "\n".join([*told, f"and {more} more"] if more else told)


def _arrival(need: AnyNeed) -> str:
    symbol = SYMBOLS[need.look.kind]
    if isinstance(need, LetterNeed):
        return f"{symbol} {len(need.letters)} undelivered"
    if isinstance(need, NoticeNeed):
        return f"{symbol} {line(need.notice.title)}: {line(need.notice.word)}"
    about = f": {line(need.question.text)}" if need.question else ""
    return f"{symbol} {line(need.view.spec.shown_name)} {need.look.word}{about}"


def absent_words(session: str, known: SessionView | None, at: datetime) -> str:
    """Why a session cannot be seen at a moment; `known` is what is known of it now."""
    when = clock_words(at)
    if known is None:
        return f"{line(session)} was not there at {when}: not made yet, or archived by then"
    name = line(known.spec.shown_name)
    if at < known.spec.created_at:
        made = clock_words(known.spec.created_at, beside=at)
        return f"{name} was not there yet at {when}: it was made at {made}"
    return f"{name} was not on the board at {when}"


def worktree_banner(view: SessionView, note: str, at: datetime) -> Content | None:
    """Says that a worktree is read and no review, and how surely it is known; None for a review."""
    if view.review is not None:
        return None
    told = f" · {line(note)}" if note else ""
    return Content.assemble(
        (" no review was open ", "bold $background on $state-asking"),
        (f" the worktree as it stood at {clock_words(at)}{told}", "$state-asking"),
    )
