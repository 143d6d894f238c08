"""What can be done to one session; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui import possible, possible_mail, possible_queue
from wuhu_tui.tui.action import Action, Context

_C = Context
SCREENS = frozenset({_C.DASHBOARD, _C.SESSION, _C.INBOX, _C.REVIEW})
"""Where one session is before the lead and everything can be done to it."""
LISTS = frozenset({_C.DASHBOARD, _C.INBOX})
"""Screens with a list of sessions or needs."""
LANDING = frozenset({_C.QUEUE, _C.RADAR})
"""Where sessions are seen on their way to base."""
TALKING = SCREENS | {_C.MESSAGES} | LANDING
"""Where the lead can write to the selected session."""
PANES = frozenset({_C.DASHBOARD, _C.SESSION})
"""Screens with live panes."""

TALK = (
    Action(
        id="session.answer",
        keys=("a",),
        title="answer",
        tooltip="Answer the selected session's question, or the most pressing one; then the next",
        contexts=TALKING,
        handler="answer",
        live_only=True,
        possible=possible.can_answer,
        rank=10,
    ),
    Action(
        id="session.steer",
        keys=("s",),
        title="steer",
        tooltip="Write a message that lands after the running tool, before the next model call",
        contexts=TALKING,
        handler="steer",
        live_only=True,
        possible=possible.can_message,
        rank=20,
    ),
    Action(
        id="session.follow_up",
        keys=("f",),
        title="follow-up",
        tooltip="Write a message that lands when the turn ends",
        contexts=TALKING,
        handler="follow_up",
        live_only=True,
        possible=possible.can_message,
        rank=30,
    ),
    Action(
        id="session.interrupt",
        keys=("I",),
        title="interrupt",
        tooltip="End the running turn and its tools; shows what would be ended first",
        contexts=SCREENS,
        handler="interrupt",
        live_only=True,
        possible=possible.can_interrupt,
        rank=100,
    ),
    Action(
        id="session.waiting",
        keys=("l",),
        title="messages",
        tooltip="The session's messages: what became of each; edit, move, cancel what still waits",
        contexts=SCREENS,
        handler="waiting",
        possible=possible_mail.has_messages,
    ),
    Action(
        id="session.why",
        keys=("i",),
        title="why?",
        tooltip="Where the session's state comes from, how old it is, and what led to it",
        contexts=TALKING,
        handler="why",
        possible=possible.session_selected,
    ),
    Action(
        id="session.peek",
        keys=("space", "p"),
        title="peek",
        tooltip="Look at a session and reply in one line, without leaving the list",
        contexts=LISTS,
        handler="peek",
        possible=possible.session_selected,
        rank=95,
    ),
)

JUDGE = (
    Action(
        id="session.diff",
        keys=("d",),
        title="diff",
        tooltip="Review the session's commits: files, diff, checks, verdict",
        contexts=LISTS | PANES | LANDING,
        handler="review",
        possible=possible.can_review,
        rank=50,
    ),
    Action(
        id="session.approve",
        keys=("y",),
        title="approve",
        tooltip="Approve exactly the commit under review",
        contexts=SCREENS,
        handler="approve",
        live_only=True,
        possible=possible.can_approve,
        rank=60,
    ),
    Action(
        id="session.request_changes",
        keys=("r",),
        title="request changes",
        tooltip="Send the work back with a note; it goes to the session as a follow-up",
        contexts=SCREENS | {_C.QUEUE},
        handler="request_changes",
        live_only=True,
        possible=possible.can_request_changes,
        rank=70,
    ),
    Action(
        id="session.merge",
        keys=("m",),
        title="merge",
        tooltip="Put the approved commit in line to be proven on the tip of base; facts first",
        contexts=SCREENS,
        handler="merge",
        live_only=True,
        possible=possible.can_merge,
        rank=80,
    ),
    Action(
        id="session.settle",
        keys=("S",),
        title="settle conflict",
        tooltip="Both sides of a conflict with base, and three ways to settle it",
        contexts=LISTS | PANES | {_C.QUEUE},
        handler="settle",
        possible=possible_queue.can_settle,
        rank=81,
    ),
    Action(
        id="session.undo",
        keys=("z",),
        title="undo",
        tooltip="Take back what was done last: a merge that landed, a session that was archived",
        contexts=SCREENS,
        handler="undo",
        live_only=True,
        possible=possible.can_undo,
        rank=99,
    ),
)

LIFE = (
    Action(
        id="project.new_session",
        keys=("n",),
        title="new",
        tooltip="Describe a task for a new session; it gets a branch and a worktree of its own",
        contexts=frozenset({_C.DASHBOARD, _C.INBOX}),
        handler="new_session",
        live_only=True,
        rank=90,
    ),
    Action(
        id="session.resume",
        keys=("R",),
        title="resume",
        tooltip="Start a session, or begin a new life of one that is lost, stopped or failed",
        contexts=SCREENS,
        handler="resume",
        live_only=True,
        possible=possible.can_resume,
        rank=110,
    ),
    Action(
        id="session.stop",
        keys=("X",),
        title="stop",
        tooltip="End agent and runner; branch, worktree and waiting messages stay",
        contexts=SCREENS,
        handler="stop",
        live_only=True,
        possible=possible.can_stop,
        rank=120,
    ),
    Action(
        id="session.hibernate",
        keys=("H",),
        title="hibernate",
        tooltip="Release the processes of an idle session; the next message wakes it",
        contexts=SCREENS,
        handler="hibernate",
        live_only=True,
        possible=possible.can_hibernate,
    ),
    Action(
        id="session.archive",
        keys=("D",),
        title="archive",
        tooltip="Take a session off the board and its worktree off the disk; says what is lost",
        contexts=SCREENS,
        handler="archive",
        live_only=True,
        possible=possible.can_archive,
    ),
    Action(
        id="session.edit",
        keys=("e",),
        title="open in editor",
        tooltip="Open the session's worktree in $EDITOR",
        contexts=SCREENS,
        handler="edit",
        live_only=True,
        possible=possible.can_edit,
    ),
    Action(
        id="session.shell",
        keys=("exclamation_mark",),
        title="shell command",
        tooltip="Run a shell command in the session's worktree",
        contexts=SCREENS,
        handler="shell",
        live_only=True,
        possible=possible.has_worktree,
    ),
)
