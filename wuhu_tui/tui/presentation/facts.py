"""What a dialog tells before something is done: facts, not "are you sure?"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.model.rescue_words import stake_facts, stake_warnings
from wuhu_tui.model.rescues import Stake
from wuhu_tui.model.reviews import CheckState, Review
from wuhu_tui.model.states import LIVE_STATES, PhaseKind, SessionState
from wuhu_tui.model.value import Value
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.rows import line

_S = SessionState
_MOST_OUTSIDE = 8
_DOWN = {_S.STOPPED, _S.LOST, _S.FAILED, _S.HIBERNATED}


class Facts(Value, frozen=True):
    """A title, the facts by name, and what deserves a warning."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    act: str = "do it"
    """What Enter does, in a verb."""
    danger: bool = False
    """Whether something is lost for good: then only `y` does it, not Enter."""


def _waiting(view: SessionView) -> tuple[tuple[str, str], ...]:
    count = len(view.waiting)
    return (("waiting", f"{count} message{'s' * (count != 1)}, kept"),) if count else ()


def interrupt_facts(view: SessionView, now: datetime) -> Facts:
    """What an interrupt ends."""
    phase = view.phase
    running = (
        line(phase.detail) if phase.kind is PhaseKind.TOOL else f"no tool ({phase.kind.value})"
    )
    since = age(phase.since, now)
    return Facts(
        title=f"Interrupt {line(view.spec.shown_name)}",
        facts=(
            ("ends", f"turn {view.turn} and its tools"),
            ("running", f"{running} for {since}" if since else running),
            ("stays", "the agent, its branch and files, all waiting messages"),
            *_waiting(view),
        ),
        warnings=("The running tool is killed where it is.",)
        if phase.kind is PhaseKind.TOOL
        else (),
        act="interrupt",
    )


def stop_facts(view: SessionView, stake: Stake | None = None) -> Facts:
    """What a stop ends, and what stays."""
    ends = "agent and runner"
    if view.state in (_S.WORKING, _S.ASKING):
        ends += f", in the middle of turn {view.turn}"
    return Facts(
        title=f"Stop {line(view.spec.shown_name)}",
        facts=(
            ("ends", ends),
            ("stays", f"branch {view.spec.branch}, worktree, journal"),
            *_uncommitted(stake),
            *_waiting(view),
            ("later", "R resumes it"),
        ),
        act="stop",
    )


def _uncommitted(stake: Stake | None) -> tuple[tuple[str, str], ...]:
    """What a stop leaves uncommitted, and where a copy of it will be."""
    wanted = ("uncommitted", "untracked", "half-done", "no branch", "rescue", "unseen")
    if stake is None or not (stake.ref or stake.unseen):
        return ()
    return tuple((name, line(value)) for name, value in stake_facts(stake) if name in wanted)


def checks_fact(review: Review) -> str:
    """All checks with how they stand."""
    words = {
        CheckState.PASSED: "✔",
        CheckState.FAILED: "✗ failed",
        CheckState.BROKEN: "✗ could not run",
        CheckState.RUNNING: "… running",
    }
    told = [f"{line(check.name)} {words[check.state]}" for check in review.checks]
    return ", ".join(told) or "none configured"


def _review_warnings(review: Review) -> tuple[str, ...]:
    warnings = []
    if not review.checks_green:
        warnings.append("Not every check is green.")
    if review.conflicts:
        files = ", ".join(line(path) for path in review.conflicts)
        warnings.append(f"Conflicts with base: {files}")
    if review.outside:
        files = ", ".join(line(path) for path in review.outside[:_MOST_OUTSIDE])
        more = len(review.outside) - _MOST_OUTSIDE
        rest = f" and {more} more" if more > 0 else ""
        warnings.append(f"Approving lets pass what is outside its scope: {files}{rest}")
    return tuple(warnings)


def _change(review: Review) -> str:
    files = f"{review.files} file{'s' * (review.files != 1)}"
    return f"{files}, +{review.added} −{review.removed}"


def approve_facts(view: SessionView) -> Facts:
    """What an approval rests on."""
    review = view.review
    assert review is not None
    return Facts(
        title=f"Approve {line(view.spec.shown_name)}",
        facts=(
            ("head", review.head[:10]),
            ("change", _change(review)),
            ("checks", checks_fact(review)),
        ),
        warnings=_review_warnings(review),
        act="approve",
    )


def undo_facts(view: SessionView) -> Facts:
    """What an undo takes back."""
    merge = view.merge
    assert merge is not None
    return Facts(
        title=f"Undo the merge of {line(view.spec.shown_name)}",
        facts=(
            ("merged", f"{merge.head[:10]} as {merge.result[:10]}"),
            ("base", merge.base_branch),
            ("how", "base moves back if nothing landed since, else a revert commit"),
        ),
        act="undo",
    )


def archive_facts(view: SessionView, stake: Stake | None = None, *, lost: str = "") -> Facts:
    """What leaves the disk, and where it is kept; `lost` says why the core refused to go on."""
    discards = bool(lost or (stake and stake.ref))
    verb = "discard" if discards else "archive"
    told = stake_facts(stake) if stake else ()
    warnings = stake_warnings(stake) if stake else ()
    return Facts(
        title=f"{verb.capitalize()} {line(view.spec.shown_name)}",
        facts=(
            ("removes", f"worktree {line(view.spec.worktree)}"),
            ("branch", line(view.spec.branch)),
            ("head", view.head[:10] or "no commits"),
            *((name, line(value)) for name, value in told),
            ("keeps", "the journal; z brings the session back"),
        ),
        warnings=(*((line(lost),) if lost else ()), *map(line, warnings)),
        act=verb,
        danger=discards,
    )


def discard_facts(kind: str, who: str, why: str, text: str) -> Facts:
    """What is given up with a letter that did not arrive."""
    return Facts(
        title=f"Discard this message ({line(kind)})",
        facts=(
            ("from", line(who)),
            ("because", why),
            ("words", line(text)),
            ("then", "it is never sent again; the journal keeps it, with your note"),
        ),
        act="discard",
    )


def quit_facts(board: Board) -> Facts:
    """What goes on without the dashboard."""
    views = board.sessions.values()
    running = [view for view in views if view.own and view.own.state in LIVE_STATES]
    running = [view for view in running if not view.is_lost and view.state is not _S.ARCHIVED]
    asking = sum(len(view.questions) for view in views)
    joins = sum(join.wake is None for join in board.joins.values())
    facts = [("goes on", _names(running))] if running else []
    if asking:
        facts.append(("waits", f"{asking} question{'s' * (asking != 1)}, until you are back"))
    if joins:
        facts.append(("joins", f"{joins} open, kept"))
    lost = sum(letter.is_loud for letter in board.letters.values())
    if lost:
        facts.append(("undelivered", f"{lost} letter{'s' * (lost != 1)}, before you until then"))
    facts.append(("drafts", "kept"))
    return Facts(title="Leave the dashboard", facts=tuple(facts), act="quit")


def _names(views: Iterable[SessionView], most: int = 6) -> str:
    names = [line(view.spec.shown_name) for view in views]
    more = len(names) - most
    told = ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
    return f"{len(names)} session{'s' * (len(names) != 1)}: {told}"


def goes_on(board: Board) -> bool:
    """Whether anything runs or waits that leaving should mention."""
    return any(
        name in ("goes on", "waits", "joins", "undelivered") for name, _ in quit_facts(board).facts
    )


def file_facts(diff: Diff, most: int = 8) -> tuple[str, ...]:
    """The changed files, one a line."""
    told = [f"{line(file.path)}  +{file.added} −{file.removed}" for file in diff.files[:most]]
    more = len(diff.files) - most
    return (*told, f"and {more} more") if more > 0 else tuple(told)


def conflict_brief(view: SessionView) -> str:
    """What a session whose work conflicts with base is asked for, as a first draft."""
    merge, review = view.merge, view.review
    files = (merge.files if merge else ()) or (review.conflicts if review else ())
    if not files:
        return ""
    base = view.spec.base_branch
    return (
        f"Your work conflicts with {base} in {', '.join(line(path) for path in files)}.\n"
        f"Merge {base} into your branch, keep the intent of both sides, run the tests, commit,"
        " and report again."
    )


def lands(view: SessionView, lane: Lane) -> str:
    """When a message of this lane would land."""
    if view.state in _DOWN:
        return f"it is {view.state.value}: sending resumes it"
    if any(question.kind is QuestionKind.BUDGET for question in view.questions):
        return "lands once its budget is raised"
    if view.state in (_S.WORKING, _S.ASKING):
        if lane is Lane.FOLLOW_UP or not view.steers_in_turn:
            return "lands when the turn ends"
        tool = view.phase.kind is PhaseKind.TOOL
        return f"lands after {line(view.phase.detail)}" if tool else "lands at the next tool's end"
    return "lands at once"
