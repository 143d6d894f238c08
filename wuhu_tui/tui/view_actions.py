"""What can be done to the view, and to several sessions at once; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui import possible
from wuhu_tui.tui.action import Action, Context
from wuhu_tui.tui.session_actions import LANDING, LISTS, PANES, SCREENS, TALKING

_C = Context
BACK = frozenset({_C.AWAY, _C.TIMELINE, _C.ACCOUNTS})
"""Screens that look back."""

ALL = TALKING | {_C.DOCTOR, _C.HELP} | BACK

TOGETHER = (
    Action(
        id="session.mark",
        keys=("v",),
        title="mark",
        tooltip="Mark or unmark the selected session for a join",
        contexts=frozenset({_C.DASHBOARD}),
        handler="mark",
        possible=possible.session_selected,
    ),
    Action(
        id="session.unmark_all",
        keys=("V",),
        title="unmark all",
        tooltip="Forget all marks",
        contexts=frozenset({_C.DASHBOARD}),
        handler="unmark_all",
        possible=possible.has_marks,
    ),
    Action(
        id="project.join",
        keys=("J",),
        title="join",
        tooltip="Wait for the marked sessions, or the selected one: any or all, until they report",
        contexts=frozenset({_C.DASHBOARD}),
        handler="join",
        live_only=True,
        possible=possible.can_join,
        rank=40,
    ),
)

GO = (
    Action(
        id="go.next_need",
        keys=("w",),
        title="next that needs me",
        tooltip="Go to the next session that needs you: questions, failures, silence, reviews",
        contexts=TALKING,
        handler="next_need",
        possible=possible.has_sessions,
        rank=92,
    ),
    Action(
        id="go.previous_need",
        keys=("W",),
        title="previous that needs me",
        tooltip="Go back to the one before",
        contexts=TALKING,
        handler="previous_need",
        possible=possible.has_sessions,
    ),
    Action(
        id="go.open",
        keys=("enter",),
        title="open",
        tooltip="Open what is selected: a session full-screen, a question, a review",
        contexts=LISTS,
        handler="open",
        possible=possible.can_open,
    ),
    Action(
        id="go.inbox",
        keys=("b",),
        title="inbox",
        tooltip="Everything that needs you, with its whole text",
        contexts=PANES | {_C.REVIEW, _C.MESSAGES, _C.DOCTOR} | LANDING | BACK,
        handler="inbox",
    ),
    Action(
        id="go.messages",
        keys=("M",),
        title="all messages",
        tooltip="Every message on its way: what did not arrive, each session's lanes, what landed",
        contexts=SCREENS | {_C.DOCTOR} | LANDING | BACK,
        handler="messages",
        rank=97,
    ),
    Action(
        id="go.queue",
        keys=("Q",),
        title="merge queue",
        tooltip="What is on its way to base: what runs, why the rest waits, what landed",
        contexts=(TALKING | {_C.DOCTOR}) - {_C.QUEUE},
        handler="queue",
        rank=93,
    ),
    Action(
        id="go.radar",
        keys=("c",),
        title="collisions",
        tooltip="Which branches collide, on which lines, and in which order to land them",
        contexts=LISTS | PANES | {_C.QUEUE, _C.DOCTOR},
        handler="radar",
    ),
    Action(
        id="go.back",
        keys=("escape",),
        title="back",
        tooltip="One step back; never ends or discards anything",
        contexts=ALL - {_C.DASHBOARD},
        handler="back",
        rank=920,
    ),
    Action(
        id="go.sessions",
        keys=("escape",),
        title="back to the sessions",
        tooltip="Clear the filter and go back to the session list",
        contexts=frozenset({_C.DASHBOARD}),
        handler="back",
    ),
    Action(
        id="go.next_panel",
        keys=("tab",),
        title="next panel",
        tooltip="Go to the next panel; on a narrow terminal, show it",
        contexts=PANES,
        handler="next_panel",
    ),
    Action(
        id="go.previous_panel",
        keys=("shift+tab",),
        title="previous panel",
        tooltip="Go to the panel before",
        contexts=frozenset({_C.DASHBOARD}),
        handler="previous_panel",
    ),
    Action(
        id="go.down",
        keys=("j", "down"),
        title="down",
        tooltip="Move down",
        contexts=LISTS | PANES | {_C.MESSAGES, _C.DOCTOR} | LANDING | BACK,
        handler="down",
    ),
    Action(
        id="go.up",
        keys=("k", "up"),
        title="up",
        tooltip="Move up",
        contexts=LISTS | PANES | {_C.MESSAGES, _C.DOCTOR} | LANDING | BACK,
        handler="up",
    ),
    Action(
        id="go.first",
        keys=("g", "home"),
        title="first",
        tooltip="Go to the first line",
        contexts=LISTS | PANES | {_C.MESSAGES, _C.DOCTOR} | LANDING | BACK,
        handler="first",
    ),
    Action(
        id="go.last",
        keys=("G", "end"),
        title="last",
        tooltip="Go to the last line; in a pane, follow again",
        contexts=LISTS | PANES | {_C.MESSAGES, _C.DOCTOR} | LANDING | BACK,
        handler="last",
    ),
    Action(
        id="list.filter",
        keys=("slash",),
        title="filter",
        tooltip="Show only sessions whose name, state or agent contains some text",
        contexts=frozenset({_C.DASHBOARD}),
        handler="filter",
        rank=130,
    ),
)

PANE = (
    Action(
        id="pane.more",
        keys=("plus",),
        title="more panes",
        tooltip="Show 1, 2, 4 or 6 live panes",
        contexts=frozenset({_C.DASHBOARD}),
        handler="more_panes",
    ),
    Action(
        id="pane.fewer",
        keys=("minus",),
        title="fewer panes",
        tooltip="Show fewer live panes",
        contexts=frozenset({_C.DASHBOARD}),
        handler="fewer_panes",
    ),
    Action(
        id="pane.scroll_up",
        keys=("pageup", "ctrl+u"),
        title="scroll back",
        tooltip="Scroll the focused pane back; it stays there while new lines arrive",
        contexts=PANES,
        handler="scroll_back",
    ),
    Action(
        id="pane.scroll_down",
        keys=("pagedown", "ctrl+d"),
        title="scroll on",
        tooltip="Scroll the focused pane on",
        contexts=PANES,
        handler="scroll_on",
    ),
    Action(
        id="pane.follow",
        keys=("F",),
        title="follow",
        tooltip="Jump to the newest line and follow it",
        contexts=PANES,
        handler="follow",
    ),
    Action(
        id="pane.fold",
        keys=("o",),
        title="fold",
        tooltip="Fold or unfold the newest tool call in view",
        contexts=PANES,
        handler="fold",
    ),
    Action(
        id="pane.fold_all",
        keys=("O",),
        title="fold all",
        tooltip="Fold or unfold all tool calls of the pane",
        contexts=PANES,
        handler="fold_all",
    ),
)

SCREEN = (
    Action(
        id="screen.attach",
        keys=("enter",),
        title="attach",
        tooltip="Give every key to the agent's own screen, until ctrl+] gives them back",
        contexts=frozenset({_C.SESSION}),
        handler="attach",
        live_only=True,
        possible=possible.can_attach,
    ),
    Action(
        id="screen.transcript",
        keys=("t", "ctrl+t"),
        title="transcript or screen",
        tooltip="Of an agent with a screen: show what it said before, or its screen again",
        contexts=frozenset({_C.SESSION}),
        handler="transcript",
        possible=possible.has_screen,
    ),
)

HELP = (
    Action(
        id="help.down",
        keys=("down",),
        title="down",
        tooltip="One line down",
        contexts=frozenset({_C.HELP}),
        handler="down",
    ),
    Action(
        id="help.up",
        keys=("up",),
        title="up",
        tooltip="One line up",
        contexts=frozenset({_C.HELP}),
        handler="up",
    ),
    Action(
        id="help.page_down",
        keys=("pagedown",),
        title="page down",
        tooltip="One page down",
        contexts=frozenset({_C.HELP}),
        handler="scroll_on",
        rank=20,
    ),
    Action(
        id="help.page_up",
        keys=("pageup",),
        title="page up",
        tooltip="One page up",
        contexts=frozenset({_C.HELP}),
        handler="scroll_back",
        rank=30,
    ),
)

INBOX = tuple(
    Action(
        id=f"inbox.pick_{number}",
        keys=(str(number),),
        title=f"pick option {number}",
        tooltip=f"Answer the selected question with its option {number}",
        contexts=frozenset({_C.INBOX}),
        handler="pick",
        argument=str(number),
        possible=possible.can_pick,
        live_only=True,
    )
    for number in range(1, 10)
)

WUHU = (
    Action(
        id="wuhu.palette",
        keys=("colon", "ctrl+p"),
        title="palette",
        tooltip="Search every action by name, with its key or why it is not possible",
        contexts=ALL,
        handler="palette",
    ),
    Action(
        id="wuhu.help",
        keys=("question_mark", "f1"),
        title="help",
        tooltip="All keys of this screen, searchable",
        contexts=TALKING | {_C.DOCTOR} | BACK,
        handler="help",
        rank=900,
    ),
    Action(
        id="wuhu.take_over",
        keys=("C",),
        title="take over",
        tooltip="Let this dashboard conduct: what conducts now is asked to let go",
        contexts=TALKING,
        handler="take_over",
        live_only=True,
        possible=possible.can_take_over,
    ),
    Action(
        id="wuhu.doctor",
        keys=("h",),
        title="doctor",
        tooltip="What is wrong with the project, its processes and this machine; how to mend it",
        contexts=TALKING,
        handler="doctor",
        live_only=True,
    ),
    Action(
        id="wuhu.trash",
        keys=("T",),
        title="trash",
        tooltip="What was kept before something was removed: bring it back, or let it go",
        contexts=TALKING,
        handler="trash",
    ),
    Action(
        id="wuhu.theme",
        keys=(),
        title="theme",
        tooltip="Choose another theme",
        contexts=TALKING | {_C.DOCTOR} | BACK,
        handler="theme",
    ),
    Action(
        id="wuhu.quit",
        keys=("q",),
        title="quit",
        tooltip="Leave the dashboard; says what goes on running. Nothing stops",
        contexts=TALKING | {_C.DOCTOR} | BACK,
        handler="quit",
        rank=910,
    ),
)
