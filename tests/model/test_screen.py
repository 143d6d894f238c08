"""A screen is what its changes add up to."""

from __future__ import annotations

from tests.model.test_fold_receipts import folded
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import GuessMade, ScreenChanged
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.screen import MOST_COLUMNS, MOST_ROWS, Screen
from wuhu_tui.model.states import PhaseKind, SessionState


def change(lines: dict[int, str], **more: object) -> ScreenChanged:
    return ScreenChanged(**{"columns": 20, "rows": 3, "lines": lines, **more})  # type: ignore[arg-type]


def test_changes_add_up() -> None:
    screen = Screen().changed(change({0: "a", 2: "c"}, whole=True))
    assert screen.lines == ("a", "", "c")
    screen = screen.changed(change({1: "b"}, cursor_row=1, cursor_column=1, cursor_shown=False))
    assert screen.lines == ("a", "b", "c")
    assert (screen.cursor_row, screen.cursor_column, screen.cursor_shown) == (1, 1, False)


def test_a_whole_change_forgets_what_was() -> None:
    screen = Screen().changed(change({0: "a"})).changed(change({1: "b"}, whole=True))
    assert screen.lines == ("", "b", "")


def test_another_size_cuts_and_fills() -> None:
    screen = Screen().changed(change({0: "a", 2: "c"})).changed(change({}, rows=2))
    assert screen.lines == ("a", "")
    assert screen.changed(change({}, rows=4)).lines == ("a", "", "", "")


def test_a_record_that_lies_is_kept_in_bounds() -> None:
    screen = Screen().changed(
        change(
            {-1: "x", 9**9: "y", 0: "a"}, columns=9**9, rows=9**9, cursor_row=-4, cursor_column=9**9
        )
    )
    assert (screen.columns, screen.rows, len(screen.lines)) == (MOST_COLUMNS, MOST_ROWS, MOST_ROWS)
    assert (screen.cursor_row, screen.cursor_column) == (0, MOST_COLUMNS - 1)
    assert set(screen.lines) == {"a", ""}
    assert Screen().changed(change({}, columns=0, rows=-3)).lines == ("",)


def test_nobody_can_tell_from_a_screen_what_its_program_does() -> None:
    able = events.AgentStarted(agent="cli", pid=1, capabilities=(Capability.ATTACH,))
    view = folded(able, events.TurnStarted(turn=1), events.AgentSaid(text="x"))
    assert view.phase.kind is PhaseKind.NONE
    assert folded(events.TurnStarted(turn=1)).phase.kind is PhaseKind.THINKING


def test_a_guess_changes_no_state_and_ends_with_the_next() -> None:
    asks = GuessMade(state="asking", line="[y/n]")
    working = events.StateChanged(
        before=SessionState.STARTING, after=SessionState.WORKING, cause="a message lands"
    )
    view = folded(working, asks)
    assert view.seems_to_ask
    assert view.state is SessionState.WORKING
    assert not folded(working, asks, GuessMade(state="idle", line="$")).seems_to_ask
    assert not folded(working, asks, events.AgentExited(code=0)).seems_to_ask
