"""The board: what every screen draws; immutable, made by `fold` alone."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.agent_events import DelayKind
from wuhu_tui.model.budgets import Budget
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.comments import Comment, Look, Reply
from wuhu_tui.model.freshness import Freshness
from wuhu_tui.model.jobs import Job
from wuhu_tui.model.joins import Join
from wuhu_tui.model.letters import Letter
from wuhu_tui.model.merge_queue import MergeQueue
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.messages import Message
from wuhu_tui.model.permissions import PolicyRule
from wuhu_tui.model.questions import Question
from wuhu_tui.model.receipts import Receipt
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.remotes import RemoteState
from wuhu_tui.model.reports import Exit, PlanStep, Report, Usage
from wuhu_tui.model.rescues import Rescue
from wuhu_tui.model.reviews import JudgeAtWork, Review, Verdict
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.sightings import Sighting
from wuhu_tui.model.states import ENDED_STATES, LIVE_STATES, PhaseKind, SessionState
from wuhu_tui.model.value import EPOCH_START, Value


class Phase(Value, frozen=True):
    """What a working session does right now, and since when."""

    kind: PhaseKind = PhaseKind.NONE
    detail: str = ""
    since: datetime = EPOCH_START


class Standing(Value, frozen=True):
    """A state with its cause, since when, and the session's record it rests on."""

    state: SessionState
    since: datetime = EPOCH_START
    cause: str = ""
    at: Cursor = Cursor()


class Delay(Value, frozen=True):
    """An agent that waits for its model: why, which try, and when it tries again."""

    kind: DelayKind
    since: datetime
    reason: str = ""
    attempt: int = 0
    limit: int = 0
    status: int = 0
    until: datetime | None = None


class BackgroundTask(Value, frozen=True):
    """Work that goes on beside the turn: a command, or an agent of the agent's own."""

    task: str
    title: str
    kind: str
    since: datetime


class Guess(Value, frozen=True):
    """What was read off an agent's screen, with the line it was read from; never a state's source."""

    state: str
    line: str
    at: datetime

    @property
    def asks(self) -> bool:
        """Whether the program seems to wait for an answer on its screen."""
        return self.state == "asking"


class ToldReport(Value, frozen=True):
    """A report with its place in the session's journal."""

    report: Report
    at: Cursor


class SessionView(Value, frozen=True):
    """One session as the lead sees it.

    Two journals tell its state: `own` is the runner's word, `given` the core's. The core's word
    counts until the session goes back to work (`resumed_at`) after the record the core rested on.
    Where it waits for the session to go on, an end that comes first counts too. What the core
    brought back stopped is the runner's own again with its next word. `lost` is the
    core's finding that the runner of one epoch died; the next epoch ends it.
    """

    spec: SessionSpec
    own: Standing | None = None
    given: Standing = Standing(state=SessionState.INSTANTIATED)
    lost: Standing | None = None
    resumed_at: Cursor = Cursor()
    phase: Phase = Phase()
    cursor: Cursor = Cursor()
    last_event_at: datetime = EPOCH_START
    turn: int = 0
    turn_began_at: datetime = EPOCH_START
    agent_reference: str = ""
    agent_pid: int = 0
    runner_pid: int = 0
    steers_in_turn: bool = False
    queues_steers: bool = False
    questions: tuple[Question, ...] = ()
    waiting: tuple[Message, ...] = ()
    unsure: tuple[Message, ...] = ()
    report: Report | None = None
    reports: tuple[ToldReport, ...] = ()
    """All reports that end work, and the newest notes, oldest first."""
    carried: Cursor = Cursor()
    """The newest of its reports that a letter carries to its parent."""
    carried_silence: int = 0
    """The newest turn whose silence a letter told its parent; 0: none."""
    carried_questions: tuple[str, ...] = ()
    """The newest of its questions that a letter told its parent."""
    plan: tuple[PlanStep, ...] = ()
    usage: Usage = Usage()
    """Totals over all lives of its agent."""
    archived_usage: Usage = Usage()
    """The same as it was when the session was archived, by the project's journal."""
    turn_usage: Usage = Usage()
    """What the running turn, or else the last one, used; its context fields are those of now."""
    usage_before_agent: Usage = Usage()
    """Totals that the running agent does not count itself."""
    usage_before_turn: Usage = Usage()
    receipts: tuple[Receipt, ...] = ()
    """The newest messages and answers to it, oldest first."""
    awaits_sign: bool = False
    """Whether the agent has something of these and has not gone on since."""
    delay: Delay | None = None
    background: tuple[BackgroundTask, ...] = ()
    guess: Guess | None = None
    capabilities: tuple[Capability, ...] = ()
    agent_version: str = ""
    model: str = ""
    session_rules: tuple[PolicyRule, ...] = ()
    """What the lead allowed for the rest of the session."""
    raised_budget: Budget | None = None
    """The limit the lead gave last; None: the project's own counts."""
    raised_project_budget: Budget | None = None
    """The limit the lead gave all sessions together when this one asked."""
    head: str = ""
    exit: Exit | None = None
    review: Review | None = None
    merge: Merge | None = None
    judgement: Verdict | None = None
    """Its own verdict on what it was made to judge."""
    judges: tuple[JudgeAtWork, ...] = ()
    """Sessions that judge its work and have a turn running, by id."""
    comments: tuple[Comment, ...] = ()
    """What the lead said to places of its diff, oldest first."""
    replies: tuple[Reply, ...] = ()
    """The newest of what it said to these."""
    viewed: frozenset[str] = frozenset()
    """Digests of hunks that the lead has marked as viewed."""
    looked: Look | None = None
    """What the lead saw of it last; None: nothing yet."""
    freshness: Freshness | None = None
    """Its branch beside its base, as last compared; None: never."""
    reported_in_turn: int = 0
    """The turn of the last report that ends work (done, blocked, failed); 0: none yet."""
    nudged_for_turn: int = -1
    """The last turn after which the core reminded it to report; -1: never."""
    stop_reason: str = ""
    """Why its last turn ended, in the agent's words (`end_turn`, `cancelled`, …)."""
    warnings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The session's id."""
        return self.spec.id

    @property
    def standing(self) -> Standing:
        """Whose word counts now."""
        if self.own is None:
            return self.given
        own = self.lost if self.is_lost and self.lost else self.own
        if self.given.state is SessionState.INSTANTIATED or self.resumed_at > self.given.at:
            return own
        if self.given.state is SessionState.STOPPED and own.at > self.given.at:
            return own
        waits_for_it = self.given.state is SessionState.CHANGES_REQUESTED
        return own if waits_for_it and self._ended_since(own) else self.given

    def _ended_since(self, own: Standing) -> bool:
        """Whether the session ended after the core's word; a dead runner writes no record of it."""
        found_dead = own.state is SessionState.LOST and own.since > self.given.since
        return own.state in ENDED_STATES and (found_dead or own.at > self.given.at)

    @property
    def state(self) -> SessionState:
        """The session's state."""
        return self.standing.state

    @property
    def since(self) -> datetime:
        """When that state began."""
        return self.standing.since

    @property
    def runner_expected(self) -> bool:
        """Whether a runner must be alive by the runner's own last word."""
        return self.own is not None and self.own.state in LIVE_STATES and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """Whether the core found this life's runner dead."""
        return self.lost is not None and self.lost.at.epoch == self.cursor.epoch

    @property
    def seems_to_ask(self) -> bool:
        """Whether its screen looks as if it waited for the lead: a guess, which changes no state."""
        unanswered = self.guess is not None and self.guess.asks
        return unanswered and self.state in (SessionState.WORKING, SessionState.IDLE)

    @property
    def no_report(self) -> bool:
        """Whether a turn ended without any word on the work: idle is not done."""
        return self.state is SessionState.IDLE and self.turn > self.reported_in_turn


class ProjectView(Value, frozen=True):
    """The project as its journal tells it."""

    name: str = ""
    root: str = ""
    base_branch: str = ""
    goal: str = ""
    cursor: Cursor = Cursor()
    conductor_pid: int = 0
    conductor_host: str = ""
    conductor_by: str = ""
    """What conducts: a word for humans, such as `dashboard` or `wuhu conduct`."""
    conductor_wanted_by: int = 0
    """The pid of a process that asked to take over; 0: none did since the conductor took."""
    warnings: tuple[str, ...] = ()
    """The newest troubles of the core's own work, oldest first."""


class Board(Value, frozen=True):
    """Everything at one moment; each thing by its id, in the order they were made."""

    project: ProjectView = ProjectView()
    sessions: dict[str, SessionView] = {}
    joins: dict[str, Join] = {}
    """All that wait, and the newest that woke."""
    letters: dict[str, Letter] = {}
    """All that are not ended, and the newest that are."""
    jobs: dict[str, Job] = {}
    """All that run, and the newest that ended."""
    rescues: dict[str, Rescue] = {}
    """By ref; the newest."""
    sightings: dict[str, Sighting] = {}
    """What the core found out by itself, by its id; the newest."""
    queue: MergeQueue = MergeQueue()
    collisions: dict[str, Collision] = {}
    """Branches that collide, by `collision_key`."""
    unseen: dict[str, str] = {}
    """Sessions whose uncommitted work could not be held against others, and why."""
    remote: RemoteState | None = None
    """Base beside its remote branch, as last looked at; None: nobody looked."""
    unknown_events: int = 0

    def session(self, name: str) -> SessionView | None:
        """The session with this id, if there is one."""
        return self.sessions.get(name)
