"""The door: what every front end may ask of the core. `Core` implements it; tests may fake it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Protocol

from wuhu_tui.core.door_history import HistoryDoor
from wuhu_tui.core.door_merges import MergeDoor
from wuhu_tui.core.door_reviews import ReviewDoor
from wuhu_tui.core.provenance import Provenance
from wuhu_tui.model.board import Board
from wuhu_tui.model.budgets import Budget, Resources
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.freshness import Freshness
from wuhu_tui.model.health import Observation
from wuhu_tui.model.jobs import Job
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil, Wake
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.rescues import Rescue, Stake
from wuhu_tui.model.reviews import Assignment
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.transcript import Transcript
from wuhu_tui.model.value import Value


class NewSession(Value, frozen=True):
    """A wish for a session; empty fields take the project's defaults."""

    task: str = ""
    title: str = ""
    role: str = "impl"
    agent: str = ""
    base: str = ""
    branch: str = ""
    scope: tuple[str, ...] = ()
    budget: Budget = Budget()
    """Limits of its own; where one is 0, the project's counts."""
    acceptance: tuple[str, ...] = ()
    """What must be true when it is done, each measurable."""
    rules: tuple[str, ...] = ()
    focus: str = ""
    """Extra words, given to it verbatim."""
    turn_limit: int = 0
    brief: tuple[str, ...] = ()
    """Files and folders that its agent is to read, absolute; copied in."""
    parent: str = ""
    """The session that makes it and hears its reports first."""
    key: str = ""
    """Idempotency key: the same key adopts the session it made before."""
    after: tuple[str, ...] = ()
    """Sessions whose work must land before its own."""
    review: str = ""
    """Whose approval counts for it, as `ReviewPolicy` names it; empty: as the project says."""
    judges: Assignment | None = None
    """What it is to judge; it starts from that commit and writes nothing."""
    fixes: str = ""
    """The session whose branch gets what it commits; it starts from that branch."""


class CommandResult(Value, frozen=True):
    """What a shell command in a place printed; stdout and stderr interleaved."""

    exit_code: int
    output: str
    note: str = ""
    """What is to be said beside the output, such as that its time was up."""
    job: str = ""


class CoreDoor(ReviewDoor, MergeDoor, HistoryDoor, Protocol):
    """Everything a front end can see and do. Every verb raises a `WuhuError` that says what to do."""

    @property
    def board(self) -> Board:
        """The board as it is now; a new object after every change."""

    @property
    def revision(self) -> int:
        """Rises with every change of the board or of a transcript."""

    @property
    def conducting(self) -> bool:
        """Whether this process does the project's automation."""

    def runner_alive(self, session: str) -> bool:
        """Whether a runner holds the session's lock, as last looked (no I/O here)."""

    def transcript(self, session: str) -> Transcript:
        """The session's transcript, growing in place; empty for a session that never ran."""

    def screen(self, session: str) -> Screen | None:
        """The terminal screen of a session whose agent has one; None until it was seen."""

    def check_output(self, session: str, check: str) -> str:
        """The end of what a running check printed so far; empty where another process runs it."""

    def resources(self, session: str) -> Resources | None:
        """What the session's processes use, as last measured (no I/O here); None: not measured.

        Asking keeps the measuring going; nothing is measured while nobody asks.
        """

    async def provenance(self, session: str) -> Provenance:
        """Why the session is in its state: who says so, since when, and what led to it."""

    async def changed(self, since: int) -> int:
        """Wait until `revision > since`; returns the new revision. One burst is one wake-up."""

    async def instantiate(self, wish: NewSession) -> SessionSpec:
        """Make branch, worktree and session folder; nothing runs."""

    async def start(self, session: str) -> None:
        """Spawn the runner; it sends the task as the first prompt. Adopts one that runs."""

    async def resume(self, session: str) -> None:
        """Start a new life of a session that is lost, stopped, failed or hibernated."""

    async def steer(self, session: str, text: str, *, by: str = "lead") -> str:
        """Queue a steering message; returns its id. A stopped session keeps it and is resumed."""

    async def follow_up(self, session: str, text: str, *, by: str = "lead") -> str:
        """Queue a message for the turn's end; returns its id. A session not running is resumed."""

    async def type_keys(self, session: str, text: str, *, by: str = "lead") -> None:
        """Type into the session's screen, as a terminal in its plainest mode sends keys.

        Returns once they are on their way; keys that nobody is there to read are refused.
        """

    async def resize_screen(self, session: str, columns: int, rows: int) -> None:
        """Give the session's screen another size."""

    async def interrupt(self, session: str, *, by: str = "lead") -> None:
        """End the running turn and its tools."""

    async def set_mode(self, session: str, mode: str, *, by: str = "lead") -> None:
        """Give the living agent another mode; the next life begins with its own again."""

    async def set_model(self, session: str, model: str, *, by: str = "lead") -> None:
        """Give the living agent another model; the next life begins with its own again."""

    async def stop(self, session: str, *, by: str = "lead") -> None:
        """End agent and runner; nothing of the work is removed."""

    async def hibernate(self, session: str) -> None:
        """Release the processes of an idle session."""

    async def archive(self, session: str, *, discard: bool = False, by: str = "lead") -> None:
        """Take a session off the board and its worktree off the disk.

        Refuses while it runs, or when work would be lost and `discard` is not said; with it, what
        is not committed is kept under a rescue ref first, or nothing is removed.
        """

    async def at_stake(self, session: str) -> Stake:
        """What the session's place holds that a removal would take from the disk."""

    async def rescues(self) -> Sequence[Rescue]:
        """Work that was kept before something was removed, newest first; only what still exists."""

    async def rescue_diff(self, ref: str) -> Diff:
        """What a rescue holds beyond the commit its worktree stood on; `ref` may be a part of it."""

    async def restore(self, ref: str, *, to: str = "", by: str = "lead") -> str:
        """Bring a rescue back; returns the session or branch that has it now.

        `to` is a session or the name of a new branch; empty: its session, else a new branch.
        An archived session comes back on the board. Nothing is ever overwritten.
        """

    async def forget_rescue(self, ref: str, *, by: str = "lead") -> None:
        """Delete a rescue's ref: what it alone holds is gone for good."""

    async def sync_environment(self, session: str, *, by: str = "lead") -> Freshness:
        """Hold the session's branch against its base, and record it.

        A session that was never started and has nothing of its own is moved on to base's tip.
        """

    async def answer(
        self,
        session: str,
        question: str,
        *,
        choice: str = "",
        text: str = "",
        note: str = "",
        by: str = "lead",
    ) -> None:
        """Answer a question; first wins. `note` goes with a choice, such as why leave is denied.

        Raises:
            Conflict: somebody answered before; names who.
        """

    async def cancel_message(self, session: str, message: str, *, by: str = "lead") -> None:
        """Take a waiting message back."""

    async def edit_message(
        self, session: str, message: str, text: str, *, by: str = "lead"
    ) -> None:
        """Change a waiting message."""

    async def move_message(
        self, session: str, message: str, lane: Lane, *, before: str = "", by: str = "lead"
    ) -> None:
        """Put a waiting message into a lane: ahead of the message `before`, or behind them all."""

    async def promote_message(self, session: str, message: str, *, by: str = "lead") -> None:
        """Make a waiting message the first of the steer lane."""

    async def requeue_letter(self, letter: str, *, by: str = "lead", note: str = "") -> str:
        """Send a letter again; returns the id under which it goes now.

        One that its recipient is known to have got goes as a new letter: one id is one message.
        """

    async def edit_letter(self, letter: str, text: str, *, by: str = "lead") -> None:
        """Change the words of a letter that no agent has yet."""

    async def discard_letter(self, letter: str, *, note: str = "", by: str = "lead") -> None:
        """Let a letter go for good; what of it still waits at its recipient is taken back."""

    async def acknowledge_letter(self, letter: str, *, by: str = "lead") -> None:
        """Say that the lead has seen a letter; what waits at its recipient goes on waiting."""

    async def open_join(
        self,
        sessions: Sequence[str],
        *,
        mode: JoinMode = JoinMode.ANY,
        until: JoinUntil = JoinUntil.REPORTED,
        timeout: timedelta | None = timedelta(hours=1),
        by: str = "lead",
        attended: bool = False,
    ) -> Join:
        """Persist a join and return at once.

        `attended`: this process is going to wait for it, and says with `take_wake` that it has read
        how it ended. If it dies before, the same join opened again goes on where that one was.
        """

    async def wait_join(self, join: str) -> Wake:
        """Wait until the join wakes."""

    async def take_wake(self, join: str) -> None:
        """Say that whoever waited has read how a join ended: it is told nobody again."""

    async def cancel_join(self, join: str) -> None:
        """End a join; its waiter wakes with `cancelled`."""

    async def run_in(
        self,
        place: str,
        command: str,
        *,
        by: str = "lead",
        timeout: timedelta | None = timedelta(minutes=10),
        hear: Callable[[str], None] | None = None,
    ) -> CommandResult:
        """Run a shell command in a place and wait for its end; given up, the command is ended.

        `hear` gets what it prints, piece by piece as it comes.

        A place is a session (id or title: its worktree, with its environment) or a path inside the
        project. It is refused if it is missing or outside; nothing ever runs somewhere else instead.
        """

    async def begin_job(
        self, place: str, command: str, *, by: str = "lead", timeout: timedelta | None = None
    ) -> Job:
        """Run a shell command in a place in the background; its end is told by a letter to `by`."""

    async def wait_job(self, job: str) -> Job:
        """Wait for a job's end, whoever began it."""

    async def stop_job(self, job: str, *, by: str = "lead") -> Job:
        """End a job and everything it began; one that ended already stays as it is."""

    async def job_output(self, job: str) -> str:
        """The end of what a job printed so far."""

    def follow_job(self, job: str) -> AsyncIterator[str]:
        """What a job printed, piece by piece as it comes, until its end."""

    async def take_over(self, *, by: str) -> bool:
        """Become the conductor, asking the one that is to let go; False: this process conducts.

        `by` is the word by which others are told who conducts, such as `dashboard`.

        Raises:
            NotPossible: it did not let go in time; names it, and says how it stands.
            Conflict: somebody else took over first.
        """

    async def examine(self, *, deep: bool = False) -> Sequence[Observation]:
        """Look at everything that can go wrong; never raises, each check tells what it could not see.

        `deep`: also what takes minutes in a large project.
        """

    async def mend(self, observation: str, *, by: str = "lead") -> str:
        """Look again, and mend what is safe to mend; returns what was done, which is journaled.

        Raises:
            NotFound: no check makes such an observation any more.
            NotPossible: it is there, and nothing mends it safely; says what to do instead.
        """

    async def idle(self) -> None:
        """Wait until everything this core has begun by itself is done (for tests and scripts)."""
