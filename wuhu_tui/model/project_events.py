"""What the core writes into the project's journal."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.events import Event, Noted
from wuhu_tui.model.freshness import Freshness
from wuhu_tui.model.history_events import HISTORY_EVENTS
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.joins import Join, Wake
from wuhu_tui.model.letters import DeferralReason, Letter, LetterState
from wuhu_tui.model.merges import FileConflict, Merge, MergeOutcome, MergeStep
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.queue_events import QUEUE_EVENTS
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.remote_events import REMOTE_EVENTS
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.rescues import Rescue
from wuhu_tui.model.review_events import REVIEW_EVENTS
from wuhu_tui.model.reviews import Check, Review, Verdict
from wuhu_tui.model.session_events import SESSION_EVENTS
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.settling_events import SETTLING_EVENTS
from wuhu_tui.model.sightings import Sighting
from wuhu_tui.model.states import SessionState


class ProjectOpened(Event, frozen=True, tag="project.opened"):
    """Written once, by `wuhu init` or the first `wuhu`; `root` is the repository's top folder."""

    project: str
    root: str
    base_branch: str
    goal: str = ""


class SessionInstantiated(Event, frozen=True, tag="session.instantiated"):
    """Branch, worktree and folder exist; nothing runs."""

    spec: SessionSpec


class SessionMoved(Event, frozen=True, tag="session.moved"):
    """The core put a session into a state it owns.

    `after_record` is the session's record this rests on: if the session went back to work later
    than that, its own word counts again, in whatever order the two journals are read.
    """

    session: str
    before: SessionState
    after: SessionState
    cause: str
    after_record: Cursor
    usage: Usage = Usage()
    """What an archived session used: its own journal is not read any more."""


class BaseCompared(Event, frozen=True, tag="base.compared"):
    """A session's branch was held against its base; `advanced` says that it was moved on to it."""

    session: str
    freshness: Freshness


class ReviewOpened(Event, frozen=True, tag="review.opened"):
    """A session has commits for the lead to judge."""

    session: str
    review: Review


class ReviewVoided(Event, frozen=True, tag="review.voided"):
    """A new commit made the verdict worthless."""

    session: str
    head: str
    new_head: str


class CheckEnded(Event, frozen=True, tag="check.ended"):
    """A project check on a review's head started (state `running`) or ended."""

    session: str
    head: str
    check: Check


class ConflictsFound(Event, frozen=True, tag="conflicts.found"):
    """Files of a review that would conflict with base as it is; empty: none."""

    session: str
    head: str
    files: tuple[str, ...]


class VerdictGiven(Event, frozen=True, tag="verdict.given"):
    """Somebody judged exactly one commit."""

    session: str
    verdict: Verdict


class MergeStarted(Event, frozen=True, tag="merge.started"):
    """The pipeline runs for an approved commit."""

    session: str
    merge: Merge


class MergeStepped(Event, frozen=True, tag="merge.stepped"):
    """A step is done; `result` is the merge commit once it exists, `tip` the base it stands on.

    Of a batch's preflight, `stack_base` and `stack_tip` say from where to where base moves with all
    of it; empty: from `tip` to `result`.
    """

    session: str
    merge: str
    step: MergeStep
    result: str = ""
    tip: str = ""
    detail: str = ""
    stack_base: str = ""
    stack_tip: str = ""
    remembered: tuple[str, ...] = ()
    manner: str = ""
    """How it was made, where that is another way than was meant."""
    pull_request: str = ""
    published: str = ""


class MergeChecked(Event, frozen=True, tag="merge.checked"):
    """A check ran on the merged result."""

    session: str
    merge: str
    check: Check


class MergeEnded(Event, frozen=True, tag="merge.ended"):
    """The pipeline is over; `files` names conflicting files."""

    session: str
    merge: str
    outcome: MergeOutcome
    detail: str = ""
    files: tuple[str, ...] = ()
    conflicts: tuple[FileConflict, ...] = ()
    stays: bool = False
    """Whether its entry stays in the queue and begins again when `detail` is gone."""
    held: str = ""
    """Why its entry stays in the queue, held by the core until the lead decides; empty: it is not."""


class MergeUndoPrepared(Event, frozen=True, tag="merge.undo_prepared"):
    """A landed merge is about to be taken back: base goes from `tip` to `result`; empty: not any more."""

    session: str
    merge: str
    result: str = ""
    tip: str = ""


class JoinOpened(Event, frozen=True, tag="join.opened"):
    """Somebody waits."""

    join: Join


class JoinWoken(Event, frozen=True, tag="join.woken"):
    """The waiting is over."""

    join: str
    wake: Wake


class JoinTaken(Event, frozen=True, tag="join.taken"):
    """Whoever waited has read the wake; until then asking for the same again gives this one."""

    join: str


class JoinLeft(Event, frozen=True, tag="join.left"):
    """The process that waited is gone without having read a wake."""

    join: str


class ConductorTook(Event, frozen=True, tag="conductor.took"):
    """This process does the automation from now on."""

    pid: int
    host: str = ""
    by: str = ""


class ConductorWanted(Event, frozen=True, tag="conductor.wanted"):
    """This process asks the one that conducts to let go, so that it can take over."""

    pid: int
    host: str = ""
    by: str = ""


class SightingMade(Event, frozen=True, tag="sighting.made"):
    """The core found something out that nobody had told; once for each thing."""

    sighting: Sighting


class LetterPosted(Event, frozen=True, tag="letter.posted"):
    """A letter exists; nothing of it was sent before this was on disk."""

    letter: Letter


class LetterDeferred(Event, frozen=True, tag="letter.deferred"):
    """Its recipient cannot take it now; written when the reason changes, not at every try."""

    letter: str
    reason: DeferralReason
    detail: str = ""
    next_try: datetime | None = None
    deferrals: int = 0
    failures: int = 0


class LetterMoved(Event, frozen=True, tag="letter.moved"):
    """Any other state was entered; `by` and `note` say who did it and why."""

    letter: str
    after: LetterState
    by: str = "core"
    detail: str = ""
    note: str = ""


class LetterEdited(Event, frozen=True, tag="letter.edited"):
    """Its words, or its lane, were changed before any agent had it."""

    letter: str
    text: str
    by: str = ""
    lane: Lane | None = None


class JobBegun(Event, frozen=True, tag="job.begun"):
    """Somebody runs a command in a place."""

    job: Job


class JobEnded(Event, frozen=True, tag="job.ended"):
    """It is over; `output` is the end of what it printed."""

    job: str
    outcome: JobOutcome
    exit_code: int | None = None
    output: str = ""
    detail: str = ""


class WorkRescued(Event, frozen=True, tag="work.rescued"):
    """A worktree's uncommitted work lies under a ref; written before anything is removed."""

    rescue: Rescue


class WorkRestored(Event, frozen=True, tag="work.restored"):
    """A rescue was brought back; `to` is the session or branch that has it now."""

    ref: str
    to: str
    by: str = ""


class WorkForgotten(Event, frozen=True, tag="work.forgotten"):
    """A rescue's ref was deleted, because somebody said so."""

    ref: str
    by: str = ""


class HealthMended(Event, frozen=True, tag="health.mended"):
    """Somebody had the doctor mend something; `text` is what was done."""

    observation: str
    text: str
    by: str = ""


PROJECT_EVENTS: tuple[type[Event], ...] = (
    ProjectOpened,
    SessionInstantiated,
    SessionMoved,
    BaseCompared,
    ReviewOpened,
    ReviewVoided,
    CheckEnded,
    ConflictsFound,
    VerdictGiven,
    MergeStarted,
    MergeStepped,
    MergeChecked,
    MergeEnded,
    MergeUndoPrepared,
    JoinOpened,
    JoinWoken,
    JoinLeft,
    JoinTaken,
    ConductorTook,
    ConductorWanted,
    SightingMade,
    LetterPosted,
    LetterDeferred,
    LetterMoved,
    LetterEdited,
    JobBegun,
    JobEnded,
    WorkRescued,
    WorkRestored,
    WorkForgotten,
    HealthMended,
    *REVIEW_EVENTS,
    *QUEUE_EVENTS,
    *REMOTE_EVENTS,
    *SETTLING_EVENTS,
    *HISTORY_EVENTS,
    Noted,
)
"""Every event type of a project's journal."""

ALL_EVENTS: dict[str, type[Event]] = {
    event.__struct_config__.tag: event  # type: ignore[misc]
    for event in (*SESSION_EVENTS, *PROJECT_EVENTS)
}
"""Every event type by its name on disk."""
