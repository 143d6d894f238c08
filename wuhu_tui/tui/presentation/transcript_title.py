"""The one-line title bar of a pane: name · agent · what it does · time since its last event."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.states import PhaseKind, SessionState
from wuhu_tui.tui.presentation.ages import age, delay_words
from wuhu_tui.tui.presentation.attention import QUIET, Look, look, waits_since
from wuhu_tui.tui.presentation.collisions import CROSS
from wuhu_tui.tui.presentation.kinds import Group, Kind
from wuhu_tui.tui.presentation.transcript_row import Row, Span
from wuhu_tui.tui.presentation.transcript_wrap import crop, width_of
from wuhu_tui.tui.safe import safe_line

_PHASES = {
    PhaseKind.THINKING: "thinking",
    PhaseKind.STREAMING: "writing",
    PhaseKind.TOOL: "tool",
    PhaseKind.COMPACTING: "shortens its memory",
    PhaseKind.BACKGROUND: "beside the turn",
}


def title_row(
    view: SessionView,
    now: datetime,
    width: int,
    *,
    focused: bool,
    alive: bool,
    collides: str = "",
) -> Row:
    """The title bar of a session's pane; `collides` says with whom, and where."""
    seen = look(view, alive, now)
    bar = "focused" if focused else "title"
    quiet = view.state is SessionState.WORKING and now - view.last_event_at >= QUIET
    right: Span = (f"{bar}_warning" if quiet else bar, f" {_since(view, seen, now, quiet=quiet)} ")
    mark: Span = (f"{bar}_{_state(seen)}", f"{'▌' if focused else ' '}{seen.symbol} ")
    room = width - width_of(mark[1]) - width_of(right[1])
    spans: list[Span] = [mark]
    for style, text in (
        (f"{bar}_name", safe_line(view.spec.shown_name, 200)),
        (bar, _agent(view)),
        (bar, " · "),
        (f"{bar}_{_state(seen)}", _doing(view, seen, now)),
        (bar, _progress(view)),
        (f"{bar}_warning", _fullness(view)),
        (f"{bar}_warning", f" · {CROSS} {safe_line(collides, 200)}" if collides else ""),
    ):
        shown = crop(text, room) if room > 3 else ""
        room -= width_of(shown)
        spans.append((style, shown))
    return Row((*spans, (bar, " " * max(0, room)), right), bar)


def _agent(view: SessionView) -> str:
    name = view.spec.agent.name
    return f" · {safe_line(name, 60)}" if name not in ("", view.spec.shown_name) else ""


_ENDED = {Kind.FAILED, Kind.LOST, Kind.MERGED}


def _since(view: SessionView, seen: Look, now: datetime, *, quiet: bool) -> str:
    """Since when it stands so; of one that works, how long ago it last gave a sign."""
    if seen.group is Group.WORKING:
        when = age(view.last_event_at, now)
        return f"quiet {when}" if quiet and when else when and f"{when} ago"
    when = age(waits_since(view), now)
    return when and (f"{when} ago" if seen.kind in _ENDED else f"for {when}")


def _progress(view: SessionView) -> str:
    """How far it is in its own plan."""
    if not view.plan:
        return ""
    done = sum(step.status == "completed" for step in view.plan)
    return f" · plan {done}/{len(view.plan)}"


NEARLY_FULL = 0.8
"""The share of an agent's context from which its title says so."""


def _fullness(view: SessionView) -> str:
    used, most = view.usage.context_used, view.usage.context_size
    return f" · context {used / most:.0%}" if most and used >= NEARLY_FULL * most else ""


def _state(seen: Look) -> str:
    return seen.style.removeprefix("$state-")


def _detail(view: SessionView) -> str:
    if view.phase.kind is PhaseKind.BACKGROUND:
        return ", ".join(f"{task.title} beside the turn" for task in view.background)
    return view.phase.detail


def _doing(view: SessionView, seen: Look, now: datetime) -> str:
    if view.delay and view.state is SessionState.WORKING:
        return f"{seen.word}: {safe_line(delay_words(view.delay, now), 80)}"
    phase = _PHASES.get(view.phase.kind, "") if view.state is SessionState.WORKING else ""
    detail = safe_line(_detail(view), 300) if phase else ""
    if detail:
        return f"{seen.word}: {detail}"
    return f"{seen.word}: {phase}" if phase else seen.word
