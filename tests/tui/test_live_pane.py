"""The pane widget: paints what changed, nothing when hidden, and reads like a terminal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Region
from textual.screen import Screen

from tests.tui.boards import NOW, ago, session
from tests.tui.conftest import Shot
from tests.tui.pane_app import PaneApp, sample, strips_text
from wuhu_tui.model import events
from wuhu_tui.model.board import Phase, SessionView
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import PhaseKind, SessionState
from wuhu_tui.model.transcript import Transcript
from wuhu_tui.tui.presentation.transcript_row import Row
from wuhu_tui.tui.presentation.transcript_title import title_row
from wuhu_tui.tui.widgets.live_pane import LivePane


def grow(transcript: Transcript, *happenings: events.Event) -> None:
    for event in happenings:
        record = Record(session="s", epoch=1, seq=1000 + transcript.revision, ts=NOW, event=event)
        transcript.apply(record)


def say(transcript: Transcript, start: int, stop: int) -> None:
    grow(
        transcript,
        *(events.AgentSaid(text=f"line {number}\n", message="m") for number in range(start, stop)),
    )


def talking(lines: int = 40) -> list[tuple[SessionView, Transcript]]:
    view = session("talker", SessionState.WORKING, since=ago(minutes=1))
    transcript = Transcript()
    say(transcript, 0, lines)
    return [(view, transcript)]


@pytest.mark.parametrize("size", [(140, 40), (80, 24)])
@pytest.mark.parametrize(
    "theme", ["wuhu-dark", "wuhu-light", "wuhu-high-contrast", "wuhu-colour-blind"]
)
async def test_pictures(shot: Shot, theme: str, size: tuple[int, int]) -> None:
    app = PaneApp(sample(2), theme)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.panes[0].fold_all()
        assert await shot(pilot, f"panes-{theme}-{size[0]}")


async def test_the_newest_line_is_seen() -> None:
    app = PaneApp(talking())
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        assert strips_text(app)[-1].strip() == "line 39"
        say(app.shown[0][1], 40, 41)
        app.frame()
        await pilot.pause()
        assert strips_text(app)[-1].strip() == "line 40"


async def test_reading_back_stays_put_and_counts_what_is_new() -> None:
    app = PaneApp(talking())
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        pane = app.panes[0]
        pane.scroll_rows(-5)
        await pilot.pause()
        before = strips_text(app)
        assert before[1].strip() == "line 24"
        assert before[-1].endswith(" ↓ newest · End  ")
        say(app.shown[0][1], 40, 52)
        app.frame()
        await pilot.pause()
        after = strips_text(app)
        assert after[1:-1] == before[1:-1]
        assert after[-1].endswith(" ↓ 12 new · End  ")
        pane.follow()
        await pilot.pause()
        assert strips_text(app)[-1].strip() == "line 51"


async def test_the_wheel_and_clicks() -> None:
    shown = talking()
    grow(
        shown[0][1],
        events.ToolStarted(call="t", title="Bash make"),
        events.ToolEnded(call="t", output="done\n"),
    )
    app = PaneApp(shown)
    chosen: set[str] = set()

    def hook(message: Any) -> None:
        if isinstance(message, LivePane.Chosen):
            chosen.add(message.session)

    async with app.run_test(size=(60, 12), message_hook=hook) as pilot:
        await pilot.pause()
        await pilot.click(LivePane, offset=(2, 11))
        await pilot.pause()
        assert strips_text(app)[-2:] == [f" ▾ Bash make ✔{' ' * 46}", f"   done{' ' * 53}"]
        assert chosen == {shown[0][0].id}
        await pilot._post_mouse_events([MouseScrollUp], LivePane, offset=(5, 5))
        await pilot.pause()
        assert not app.panes[0].following
        await pilot._post_mouse_events([MouseScrollDown], LivePane, offset=(5, 5))
        await pilot.pause()
        assert app.panes[0].following


async def test_a_click_on_the_marker_follows_again() -> None:
    app = PaneApp(talking())
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        app.panes[0].to_top()
        await pilot.pause()
        assert strips_text(app)[1].strip() == "line 0"
        await pilot.click(LivePane, offset=(50, 11))
        assert app.panes[0].following


async def test_an_unchanged_frame_paints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = PaneApp(talking())
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        painted: list[tuple[Region, ...]] = []
        monkeypatch.setattr(app.panes[0], "refresh", lambda *regions, **_: painted.append(regions))
        app.frame()
        assert painted == []
        app.now = NOW + timedelta(minutes=5)
        app.frame()
        assert painted == [(Region(0, 0, 60, 1),)], "only the title bar tells the time"


async def test_a_growing_last_line_repaints_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    app = PaneApp(talking(3))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        painted: list[tuple[Region, ...]] = []
        monkeypatch.setattr(app.panes[0], "refresh", lambda *regions, **_: painted.append(regions))
        grow(app.shown[0][1], events.AgentSaid(text="and so on", message="m"))
        app.frame()
        assert painted == [(Region(0, 4, 60, 1),)]


@pytest.mark.parametrize("hidden_by", ["itself", "its parent", "another screen"])
async def test_nothing_hidden_is_laid_out(monkeypatch: pytest.MonkeyPatch, hidden_by: str) -> None:
    app = PaneApp(talking())
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        pane = app.panes[0]
        if hidden_by == "itself":
            pane.display = False
        elif hidden_by == "its parent":
            assert pane.parent is not None
            pane.parent.display = False
        else:
            await app.push_screen(Screen())
        await pilot.pause()
        laid_out: list[int] = []

        def counted() -> list[Row]:
            laid_out.append(1)
            return []

        monkeypatch.setattr(pane, "rows_now", counted)
        say(app.shown[0][1], 40, 60)
        view, transcript = app.shown[0]
        pane.show(view, transcript, NOW, focused=True, alive=True)
        await pilot.pause()
        assert laid_out == []


async def test_what_came_while_hidden_is_seen_afterwards() -> None:
    app = PaneApp(talking())
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        app.panes[0].display = False
        await pilot.pause()
        say(app.shown[0][1], 40, 60)
        app.panes[0].display = True
        await pilot.pause()
        assert strips_text(app)[-1].strip() == "line 59"


async def test_another_session_begins_at_its_end() -> None:
    app = PaneApp(talking())
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        app.panes[0].to_top()
        app.shown = talking(20)
        app.frame()
        await pilot.pause()
        assert strips_text(app)[-1].strip() == "line 19"


async def test_another_size_wraps_anew() -> None:
    app = PaneApp(sample(1))
    async with app.run_test(size=(100, 20)) as pilot:
        await pilot.pause()
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        text = strips_text(app)
        assert all(len(row) == 40 for row in text)
        assert any("Before I go on I" in row for row in text)


async def test_no_colour_means_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = PaneApp(sample(1))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        colours = {
            style.color.get_truecolor()
            for strip in app.panes[0].render_lines(Region(0, 0, 60, 12))
            for _, style, _ in strip
            if style and style.color
        }
        assert colours
        assert all(red == green == blue for red, green, blue in colours)


def titled(width: int = 70, *, focused: bool = False, alive: bool = True, **fields: Any) -> str:
    state = fields.pop("state", SessionState.WORKING)
    view = session("auth-api", state, since=ago(minutes=12), **fields)
    row = title_row(view, NOW, width, focused=focused, alive=alive)
    assert len(row.text) == width
    return row.text


def test_the_title_says_who_does_what_since_when() -> None:
    phase = Phase(kind=PhaseKind.TOOL, detail="Bash pytest -q", since=NOW)
    title = titled(last=ago(seconds=4), phase=phase)
    assert title.split() == [
        "●",
        "auth-api",
        "·",
        "claude",
        "·",
        "working:",
        "Bash",
        "pytest",
        "-q",
        "4s",
        "ago",
    ]


def test_what_waits_says_for_how_long() -> None:
    title = titled(last=ago(seconds=4), state=SessionState.IN_REVIEW)
    assert title.rstrip().endswith(" for 12m")


def test_what_ended_says_how_long_ago() -> None:
    title = titled(last=ago(seconds=4), state=SessionState.FAILED)
    assert title.rstrip().endswith(" 12m ago")


def test_an_agent_of_the_same_name_is_not_named_twice() -> None:
    assert "auth-api · working" in titled(agent="auth-api")


def test_silence_is_never_shown_as_healthy() -> None:
    assert titled(last=ago(minutes=12)).rstrip().endswith("quiet 12m")


def test_a_missing_runner_is_seen() -> None:
    assert "✗ auth-api · claude · no runner" in titled(alive=False, last=ago(minutes=2))


def test_a_narrow_title_keeps_the_name_and_the_time() -> None:
    title = titled(24, last=ago(seconds=4))
    assert "auth-api" in title
    assert title.endswith(" 4s ago ")


def test_focus_is_a_shape_too() -> None:
    assert titled(focused=True).startswith("▌")
    assert titled().startswith(" ")
