"""A bare app around live panes, as the dashboard uses them; also runs in a real terminal."""

from __future__ import annotations

from datetime import datetime

from textual.app import App, ComposeResult
from textual.containers import Vertical

from tests.tui.boards import NOW, sample_board, sample_transcripts
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.transcript import Transcript
from wuhu_tui.tui import themes
from wuhu_tui.tui.widgets.live_pane import LivePane


class PaneApp(App[None]):
    """Shows sessions one below the other; `frame` is the dashboard's tick."""

    def __init__(self, shown: list[tuple[SessionView, Transcript]], theme: str = "") -> None:
        super().__init__()
        self.shown = shown
        self.now: datetime = NOW
        self.focused_pane = 0
        themes.register(self, themes.load_all())
        self.theme = theme or themes.DEFAULT_THEME

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variable_defaults(self.current_theme.dark)

    def compose(self) -> ComposeResult:
        with Vertical():
            for _ in self.shown:
                yield LivePane()

    def on_mount(self) -> None:
        self.call_after_refresh(self.frame)

    @property
    def panes(self) -> list[LivePane]:
        return list(self.query(LivePane))

    def frame(self) -> None:
        for place, (pane, (view, transcript)) in enumerate(
            zip(self.panes, self.shown, strict=True)
        ):
            focused = place == self.focused_pane
            pane.show(view, transcript, self.now, focused=focused, alive=True)


def sample(count: int = 2) -> list[tuple[SessionView, Transcript]]:
    """Sessions of the sample board that did something."""
    board, transcripts = sample_board(), sample_transcripts()
    names = list(transcripts)[:count]
    return [(board.sessions[name], transcripts[name]) for name in names]


def strips_text(app: App[None]) -> list[str]:
    """What the terminal would be given, row by row, without styles."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]
