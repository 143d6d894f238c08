"""What keys do on the dashboard itself: panels, panes, filter, marks."""

from __future__ import annotations

from textual import events

from wuhu_tui.tui.presentation.notices import is_letters, is_question, is_queue, is_radar
from wuhu_tui.tui.screens.base import WuhuScreen
from wuhu_tui.tui.settings import PANE_COUNTS
from wuhu_tui.tui.widgets.filter_field import FilterField
from wuhu_tui.tui.widgets.line_list import LineList
from wuhu_tui.tui.widgets.lists import InboxList, QueueList, SessionList
from wuhu_tui.tui.widgets.live_pane import LivePane
from wuhu_tui.tui.widgets.pane_grid import PaneGrid

PANELS = ("sessions", "panes", "inbox", "reviews")
_HUGE = 170


class DashboardKeys(WuhuScreen):
    """Handlers of the dashboard's own actions."""

    panel = "sessions"
    filter = ""
    pane_count = 0
    """How many panes the lead asked for; 0: as many as suit the terminal."""
    slots: tuple[str, ...] = ()

    @property
    def panes_wanted(self) -> int:
        """How many panes to show at this size."""
        if self.has_class("-narrow"):
            return min(self.pane_count or 1, 2)
        return self.pane_count or (4 if self.size.width >= _HUGE else 2)

    # panels

    def show_panel(self, panel: str) -> None:
        """Bring a panel before the lead: focus it, and on a narrow terminal show it alone."""
        self._bring(panel)
        self.set_focus(self._widget_of(panel))
        self.wuhu.repaint()

    def _bring(self, panel: str) -> None:
        self.panel = panel
        for name in PANELS:
            self.set_class(name == panel, f"view-{name}")

    def _widget_of(self, panel: str) -> LineList | PaneGrid:
        if panel == "panes":
            return self.query_one(PaneGrid)
        return self._list_of(panel)

    def _list_of(self, panel: str) -> LineList:
        kinds: dict[str, type[LineList]] = {"inbox": InboxList, "reviews": QueueList}
        return self.query_one(kinds.get(panel, SessionList))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click on a panel brings it before the lead."""
        for panel in PANELS:
            if event.widget is self._widget_of(panel) and panel != self.panel:
                self.show_panel(panel)

    def do_next_panel(self) -> None:
        """Go to the next panel."""
        self.show_panel(PANELS[(PANELS.index(self.panel) + 1) % len(PANELS)])

    def do_previous_panel(self) -> None:
        """Go to the panel before."""
        self.show_panel(PANELS[PANELS.index(self.panel) - 1])

    # moving

    def go_to(self, session: str) -> None:
        """Select a session, whatever the filter hides."""
        super().go_to(session)
        if self.filter and session not in self.query_one(SessionList).keys:
            self._clear_filter()

    def do_down(self) -> None:
        """Move down in the panel."""
        self._move(+1)

    def do_up(self) -> None:
        """Move up in the panel."""
        self._move(-1)

    def _move(self, step: int) -> None:
        if self.panel != "panes":
            self._list_of(self.panel).move(step)
            self.take_selection(self._list_of(self.panel))
        elif pane := self._pane():
            pane.scroll_rows(step)

    def take_selection(self, entries: LineList) -> None:
        """What a list selects is what the next key acts on, however soon it comes."""
        if entries.selected:
            self.wuhu.selected = entries.selected.partition("/")[0]

    def do_first(self) -> None:
        """Go to the first line of the panel."""
        if self.panel != "panes":
            self._list_of(self.panel).move_to_end(last=False)
            self.take_selection(self._list_of(self.panel))
        elif pane := self._pane():
            pane.to_top()

    def do_last(self) -> None:
        """Go to the last line of the panel."""
        if self.panel != "panes":
            self._list_of(self.panel).move_to_end(last=True)
            self.take_selection(self._list_of(self.panel))
        else:
            self.do_follow()

    def do_open(self) -> None:
        """Open what is selected."""
        chosen = self._list_of(self.panel).selected if self.panel != "panes" else ""
        if self.panel == "reviews" and chosen == self.subject():
            self.action_act("session.diff")
        elif is_letters(self.subject()):
            self.open_letters(chosen)
        elif is_queue(self.subject()) or is_radar(self.subject()):
            self.go_to_stop(chosen or self.subject())
        elif self.panel == "inbox" and is_question(chosen):
            self.answer_question(chosen)
        else:
            self._open_session()

    def _open_session(self) -> None:
        from wuhu_tui.tui.screens.session import SessionScreen

        self.wuhu.push_screen(SessionScreen(self.subject()))

    def do_back(self) -> None:
        """One step back: out of the filter, else to the session list; what was told is read."""
        if self.filter or self.query_one(FilterField).display:
            self._clear_filter()
        else:
            self.wuhu.looks.take_notice()
        self.show_panel("sessions")

    # panes

    def _pane(self) -> LivePane | None:
        return self.query_one(PaneGrid).focused_pane

    def do_more_panes(self) -> None:
        """Show more panes."""
        self._change_panes(+1)

    def do_fewer_panes(self) -> None:
        """Show fewer panes."""
        self._change_panes(-1)

    def _change_panes(self, step: int) -> None:
        place = PANE_COUNTS.index(self.panes_wanted) + step
        self.pane_count = PANE_COUNTS[max(0, min(len(PANE_COUNTS) - 1, place))]

    def do_scroll_back(self) -> None:
        """Scroll the focused pane back."""
        if pane := self._pane():
            pane.scroll_pages(-1)

    def do_scroll_on(self) -> None:
        """Scroll the focused pane on."""
        if pane := self._pane():
            pane.scroll_pages(+1)

    def do_follow(self) -> None:
        """Follow the newest line."""
        if pane := self._pane():
            pane.follow()

    def do_fold(self) -> None:
        """Fold or unfold the newest tool call."""
        pane = self._pane()
        if pane and not pane.fold_newest():
            self.wuhu.verbs.tell("nothing in view can be folded")

    def do_fold_all(self) -> None:
        """Fold or unfold all tool calls."""
        if pane := self._pane():
            pane.fold_all()

    # filter and marks

    def do_filter(self) -> None:
        """Type what to show."""
        self._bring("sessions")
        self.query_one(FilterField).open()

    def keep_filter(self, text: str) -> None:
        """Show what was asked for, and give the keys back to the list."""
        self.filter = text
        self.set_focus(self._list_of("sessions"))
        self.wuhu.repaint()

    def type_ahead(self, text: str) -> None:
        """What was typed for the filter before it had the keys."""
        field = self.query_one(FilterField)
        if self.focused is field:
            field.insert_text_at_cursor(text)

    def _clear_filter(self) -> None:
        field = self.query_one(FilterField)
        field.value = ""
        field.display = False
        self.filter = ""

    def do_mark(self) -> None:
        """Mark or unmark the selected session, and go on to the next."""
        name = self.subject()
        marked = self.wuhu.marked
        rest = tuple(other for other in marked if other != name)
        self.wuhu.marked = rest if name in marked else (*marked, name)

    def do_unmark_all(self) -> None:
        """Forget all marks."""
        self.wuhu.marked = ()

    def do_join(self) -> None:
        """Wait for the marked sessions, or the selected one."""
        from wuhu_tui.tui.dialogs.join import JoinDialog

        chosen = self.wuhu.marked or (self.subject(),)
        self.wuhu.push_screen(JoinDialog(chosen))
