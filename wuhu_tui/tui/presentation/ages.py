"""Spans of time in as few characters as a lead needs."""

from __future__ import annotations

from datetime import datetime, timedelta

from wuhu_tui.model.agent_events import DelayKind
from wuhu_tui.model.board import Delay
from wuhu_tui.model.quantities import fine_span
from wuhu_tui.model.value import EPOCH_START


def age(since: datetime, now: datetime) -> str:
    """How long ago: `4s`, `12m`, `3h05`, `2d`; empty for what never happened."""
    return "" if since == EPOCH_START else span(now - since)


def span(length: timedelta) -> str:
    """A length of time: `4s`, `12m`, `3h05`, `2d`; a clock that went back counts as nothing."""
    return fine_span(length)


def delay_words(delay: Delay, now: datetime) -> str:
    """Why an agent waits for its model, and when it tries again."""
    what = "rate limit" if delay.kind is DelayKind.RATE_LIMIT else "retry"
    limit = f"/{delay.limit}" if delay.limit else ""
    attempt = f" {delay.attempt}{limit}" if delay.attempt else ""
    when = f" in {countdown(delay.until, now)}" if delay.until and delay.until > now else ""
    status = f" · {delay.status}" if delay.status else ""
    return f"{what}{attempt}{when}{status}"


def countdown(until: datetime, now: datetime) -> str:
    """Time left as a clock: `3:00`, `1:02:00`; `0:00` when it is over."""
    seconds = max(0, int((until - now).total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
