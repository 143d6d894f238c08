"""How a replay says on every screen that it is one, and what needs the lead meanwhile."""

from __future__ import annotations

from textual.content import Content

from wuhu_tui.tui.presentation.kinds import SYMBOLS, Kind
from wuhu_tui.tui.presentation.rows import line

_WIDE = 120


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
