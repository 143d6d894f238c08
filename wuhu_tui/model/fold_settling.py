"""How the project's journal tells a conflict settled by hand: its part of the fold. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import settling_events as settling
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.records import Record


def _began(view: SessionView, event: settling.SettlingBegan, record: Record) -> SessionView:
    return _changed(view, event.merge, settling=event.place, settling_by=event.by)


def _settled(view: SessionView, event: settling.ConflictSettled, record: Record) -> SessionView:
    return _changed(view, event.merge, resolution=event.resolution, settling="", settling_by="")


def _left(view: SessionView, event: settling.SettlingLeft, record: Record) -> SessionView:
    return _changed(view, event.merge, resolution="", settling="", settling_by="")


def _changed(view: SessionView, merge: str, **changes: str) -> SessionView:
    if view.merge is None or view.merge.id != merge:
        return view
    return replace(view, merge=replace(view.merge, **changes))


SETTLING_STEPS: dict[type[Any], Callable[[SessionView, Any, Record], SessionView]] = {
    settling.SettlingBegan: _began,
    settling.ConflictSettled: _settled,
    settling.SettlingLeft: _left,
}
"""What each event makes of the session it names."""
