"""What an action is, where it counts, and what decides whether it is possible now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.health import Observation
from wuhu_tui.model.questions import Question
from wuhu_tui.tui.presentation.mail import Mail


class Context(StrEnum):
    """A place where keys count; one screen or dialog is one context."""

    DASHBOARD = "dashboard"
    SESSION = "session"
    INBOX = "inbox"
    REVIEW = "review"
    MESSAGES = "messages"
    DOCTOR = "doctor"
    QUEUE = "merge queue"
    RADAR = "radar"
    AWAY = "while you were away"
    TIMELINE = "timeline"
    ACCOUNTS = "accounting"
    HELP = "help"
    FIND = "find"
    COMMENT = "comment"
    ORIGIN = "origin"
    EVIDENCE = "evidence"
    COMPOSER = "composer"
    ANSWER = "answer"
    CONFIRM = "confirm"
    MERGE = "merge"
    CONFLICT = "conflict"
    TELL = "tell"
    JOIN = "join"
    NOTE = "note"
    PEEK = "peek"
    NEW_SESSION = "new session"
    SHELL = "shell"
    TRASH = "trash"
    WHY = "why"
    SEARCH = "search"
    REPLAY = "replay"
    """Keys that count on every screen of a replay, before the screen's own."""
    GO_TO = "go to a time"
    COMPARE = "two moments"


@dataclass(frozen=True)
class Situation:
    """What an action may look at to say whether it is possible: no I/O, all of it immutable."""

    board: Board
    context: Context
    now: datetime
    session: SessionView | None = None
    """The session the action would act on."""
    question: Question | None = None
    """The question it would answer: the session's own, or else the most pressing one."""
    marked: tuple[str, ...] = ()
    mail: Mail | None = None
    """The message under the cursor, where there is a list of them."""
    letters: bool = False
    """Whether what is selected is no session: letters that did not arrive, or the merge queue."""
    observation: Observation | None = None
    """What the doctor says, under the cursor."""
    mendable: bool = False
    """Whether anything the doctor found can be mended by a key."""
    collision: Collision | None = None
    """The pair under the radar's cursor, if it collides."""
    conducting: bool = True
    """Whether this dashboard does the project's automation."""
    stranded: int = 0
    """How many drafts there are that nothing leads to any more."""
    found: bool = False
    """Whether something that was searched for is under the cursor."""
    editor: str = ""
    can_suspend: bool = True
    replay: str = ""
    """In a replay: why nothing can be changed there; empty: this is the live project."""
    layered: bool = False
    """Whether the keys of a replay count here before the screen's own."""
    held: bool = False
    """Whether a moment of the replay is held, to compare another with."""
    has_live: bool = True
    """Whether there is a live project to go back to."""


Possible = Callable[[Situation], str]
"""Returns why an action is not possible, in words for the lead; empty when it is."""


def always(situation: Situation) -> str:
    """Nothing stands in the way."""
    return ""


@dataclass(frozen=True)
class Action:
    """One thing the lead can do. Footer, help, palette, keymap and docs derive from it.

    `handler` names the screen's method `do_<handler>`; `argument`, when set, is passed to it.
    `rank` orders the footer, smallest first; 0 keeps the action out of it.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    tooltip: str
    contexts: frozenset[Context]
    handler: str
    possible: Possible = always
    argument: str = ""
    rank: int = 0
    priority: bool = False
    """Whether the key counts before what was typed earlier has arrived: only where no text is sent."""
    topic: str = ""
    """Heading in help and docs."""
    live_only: bool = False
    """Whether it changes the project, or looks at what is now: neither can be done in a replay."""


def why_not(action: Action, situation: Situation) -> str:
    """Why an action is not possible now, in words for the lead; empty when it is."""
    return (situation.replay if action.live_only else "") or action.possible(situation)


class ActionsOf:
    """Makes the actions that one context alone has: `name.verb`, done by `do_<handler>_<verb>`."""

    def __init__(self, context: Context, name: str, handler: str = "") -> None:
        self._contexts = frozenset({context})
        self._name = name
        self._handler = handler or name

    def __call__(
        self,
        verb: str,
        keys: tuple[str, ...],
        title: str,
        tooltip: str,
        *,
        possible: Possible = always,
        rank: int = 0,
        priority: bool = False,
        live_only: bool = False,
    ) -> Action:
        """One of them."""
        return Action(
            id=f"{self._name}.{verb}",
            keys=keys,
            title=title,
            tooltip=tooltip,
            contexts=self._contexts,
            handler=f"{self._handler}_{verb}",
            possible=possible,
            rank=rank,
            priority=priority,
            live_only=live_only,
        )
