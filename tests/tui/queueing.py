"""A board on which everything happens on the way to base: a stack that runs, a line, conflicts, undo."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from tests.tui.boards import ago, sample_board, sample_review, session
from tests.tui.fake_core import FakeCore
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collisions import CollidingFile, Collision
from wuhu_tui.model.diff import DiffFile, FileChange
from wuhu_tui.model.merge_outlook import MergeOutlook
from wuhu_tui.model.merge_queue import MergeQueue, QueuedMerge
from wuhu_tui.model.merges import FileConflict, Merge, MergeOutcome, MergeStep
from wuhu_tui.model.remotes import Push, RemoteState
from wuhu_tui.model.reviews import Check, CheckState, Review, Verdict, VerdictKind
from wuhu_tui.model.states import SessionState

S = SessionState

(RUNS, STACKED, FIRST, HELD, DELAYED, CONFLICT, BACK, CULPRIT, APPROVED, LANDED) = (
    f"shop-api-impl-{number:02}" for number in range(21, 31)
)


def head_of(number: int) -> str:
    return f"{number:02}c0ffee" + "0" * 32


def approved(number: int, *, minutes: float = 5, by: str = "lead", **fields: Any) -> Review:
    head = head_of(number)
    verdict = Verdict(kind=VerdictKind.APPROVED, head=head, by=by, at=ago(minutes=minutes))
    return sample_review(head=head, verdict=verdict, **fields)


def merge_of(number: int, **fields: Any) -> Merge:
    values: dict[str, Any] = {"base_branch": "main", "base_tip": "3f2c1d" + "0" * 34}
    values |= {"id": f"g{number}", "head": head_of(number), "by": "lead", "at": ago(seconds=40)}
    return Merge(**{**values, **fields})


def ready_view(
    title: str, number: int, state: SessionState = S.APPROVED, **fields: Any
) -> SessionView:
    fields.setdefault("review", approved(number))
    fields.setdefault("since", ago(minutes=5))
    return session(title, state, number=number, head=head_of(number), **fields)


def entry(number: int, *, minutes: float = 4, **fields: Any) -> QueuedMerge:
    at = ago(minutes=minutes)
    return QueuedMerge(
        session=f"shop-api-impl-{number:02}",
        head=head_of(number),
        by="lead",
        at=at,
        approved_at=at,
        **fields,
    )


STACK = {"batch": "b1", "stack_base": "3f2c1d" + "0" * 34}
RUNNING_CHECKS = (
    Check(name="types", state=CheckState.PASSED, exit_code=0, seconds=3.1),
    Check(name="tests", state=CheckState.RUNNING),
)
IN_THE_WAY = (
    FileConflict(
        path="src/db.py",
        base_side=("3f2c1d0 Pool connections",),
        session_side=("26c0ffe Retry lost connections",),
    ),
    FileConflict(path="src/api.py", kind="modify/delete", base_side=("9911aa0 Drop the old API",)),
)


def views() -> tuple[SessionView, ...]:
    """One of every situation between approval and base."""
    return (
        ready_view("auth-api", 21, S.MERGING, merge=merge_of(21, checks=RUNNING_CHECKS, **STACK)),
        ready_view("search-idx", 22, S.MERGING, merge=merge_of(22, **STACK)),
        ready_view("cart-ui", 23, review=approved(23, by="shop-api-review-01", minutes=9)),
        ready_view("invoices", 24),
        ready_view("mailer", 25),
        ready_view(
            "db-migrate",
            26,
            S.CONFLICT,
            merge=merge_of(
                26,
                outcome=MergeOutcome.CONFLICT,
                detail="conflicts with main at 3f2c1d0: src/db.py, src/api.py",
                files=("src/db.py", "src/api.py"),
                conflicts=IN_THE_WAY,
            ),
        ),
        ready_view(
            "metrics",
            27,
            merge=merge_of(
                27,
                outcome=MergeOutcome.ROLLED_BACK,
                detail="check smoke is red on main, which is as it was before\n1 failed: /health",
            ),
        ),
        ready_view("rate-limit", 28),
        ready_view("healthcheck", 29),
        ready_view(
            "emailer",
            30,
            S.MERGED,
            since=ago(minutes=3),
            merge=merge_of(
                30, outcome=MergeOutcome.MERGED, result="f00dfeed" * 5, done=tuple(MergeStep)
            ),
        ),
    )


ENTRIES = (
    entry(21, minutes=9),
    entry(22, minutes=8),
    entry(23, minutes=7),
    entry(24, held_by="lead", held_note="after the demo"),
    entry(
        25, minutes=3, delay="main is checked out with changes in /repo", delayed_at=ago(minutes=2)
    ),
    entry(28, minutes=2, held_by="core", held_note="tests are red with it on the stack: 2 failed"),
)

REMOTE = RemoteState(
    name="origin", base="main", push=Push.ASK, ahead=2, local="f00dfeed" * 5, seen_at=ago(minutes=4)
)


def collision(first: str, second: str, **fields: Any) -> Collision:
    files = (
        CollidingFile(path="src/db.py", lines=((12, 40),), lines_there=((15, 38), (60, 60))),
        CollidingFile(path="src/api.py", kind="modify/delete"),
    )
    values: dict[str, Any] = {"files": files, "at": ago(minutes=6)}
    return Collision(first=first, second=second, **{**values, **fields})


COLLISIONS = (
    collision(FIRST, HELD, ripe=True),
    collision(FIRST, "", told_at=ago(minutes=1)),
    collision(DELAYED, BACK, uncommitted=True),
)


def queue_board(**fields: Any) -> Board:
    """The whole of it."""
    values: dict[str, Any] = {
        "sessions": {view.id: view for view in views()},
        "queue": MergeQueue(entries=ENTRIES, changed_at=ago(seconds=40)),
        "collisions": {one.key: one for one in COLLISIONS},
        "remote": REMOTE,
    }
    return replace(sample_board(), **{**values, **fields})


def outlook(**fields: Any) -> MergeOutlook:
    """What would land of the approved session."""
    values: dict[str, Any] = {
        "session": APPROVED,
        "head": head_of(29),
        "base_branch": "main",
        "base_tip": "3f2c1d" + "0" * 34,
        "message": "Merge healthcheck: answer /health\n\nWuhu-Session: shop-api-impl-29\n",
        "files": (
            DiffFile(path="src/health.py", change=FileChange.ADDED, added=18),
            DiffFile(path="src/api.py", change=FileChange.MODIFIED, added=2),
        ),
        "behind": 3,
        "to_check": ("types", "tests"),
        "checkout": "/repo",
        "removes": ("worktree shop-api-impl-29", "branch wuhu/healthcheck"),
    }
    return MergeOutlook(**{**values, **fields})


def queue_core(board: Board | None = None) -> FakeCore:
    """A core that shows it, with what the running check prints."""
    core = FakeCore(queue_board() if board is None else board)
    core.printed[RUNS, "tests"] = "tests/test_auth.py ....\ntests/test_cart.py ..F\n"
    core.outlooks[APPROVED] = outlook()
    core.outlooks[CONFLICT] = outlook(
        session=CONFLICT, head=head_of(26), conflicts=IN_THE_WAY, remembered=("src/api.py",)
    )
    core.briefs[CONFLICT] = "src/db.py\n--- what main did\n    +pool = Pool()\n    -connect()\n"
    return core


def live_board(count: int) -> Board:
    """Many sessions at work, each colliding with its neighbour."""
    made = [
        session(f"task-{number:02}", S.WORKING, number=number) for number in range(1, count + 1)
    ]
    pairs = [collision(one.id, two.id) for one, two in pairwise(made)]
    return replace(
        sample_board(),
        sessions={view.id: view for view in made},
        collisions={one.key: one for one in pairs},
    )
