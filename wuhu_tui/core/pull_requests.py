"""Landing on a protected base: by a pull request on its remote, made, watched and merged with `gh`.

Every step looks first what is there already: it can be done again after a crash, and never twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from wuhu_tui.core.merge_messages import merge_subject, trailers
from wuhu_tui.core.merge_steps import Halt, not_approved, preflight
from wuhu_tui.core.pull_request_talk import (
    checks_of,
    create_request,
    find_request,
    merge_request,
)
from wuhu_tui.core.queue_wanted import dropped_word
from wuhu_tui.core.remotes import follow_remote, look_at_remote
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import Conflict, GitError, NotPossible
from wuhu_tui.model.events import Event
from wuhu_tui.model.merges import MergeManner, MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeStepped
from wuhu_tui.model.pull_requests import PullRequest, RequestCheck, Standing
from wuhu_tui.model.remote_events import MergeWaits
from wuhu_tui.model.remote_words import apart_words, why_merges_wait
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.refs import commit_exists, has_commit, is_ancestor, required_tip
from wuhu_tui.repo.remotes import has_arrived, push_commit, remote_tip

_REVIEWS = {
    "CHANGES_REQUESTED": "changes of {name} are requested there",
    "REVIEW_REQUIRED": "a review of {name} is required there",
}
_LATER = {
    "BLOCKED": "the rules there do not let {name} be merged yet",
    "UNKNOWN": "it is not known there yet whether {name} can be merged",
    "": "it is not known there yet whether {name} can be merged",
}
_NEVER = {
    "DIRTY": "{name} conflicts with its base there; it stays open",
    "BEHIND": "{name} must be brought up to date with its base there, which is a new commit: "
    "let the session merge base in, and approve that",
}


async def land_by_pull_request(scribe: Scribe) -> Halt | None:
    """Bring the proven work onto base by a pull request; None once base here has it.

    What cannot be looked at is waited for, once a request is known.
    """
    try:
        return await _land(scribe)
    except (NotPossible, GitError, Conflict) as error:
        request = scribe.merge.pull_request
        if not request:
            return refused(str(error))
        return waits(f"{request} cannot go on: {error}")


def refused(detail: str) -> Halt:
    """It ends here; nothing landed."""
    return Halt(outcome=MergeOutcome.REFUSED, detail=detail)


def waits(detail: str) -> Halt:
    """It goes on later."""
    return Halt(outcome=MergeOutcome.RUNNING, detail=detail)


async def _land(scribe: Scribe) -> Halt | None:
    request = await _known(scribe)
    if request is not None and request.standing is Standing.MERGED:
        return await _followed(scribe, request)
    if request is not None and request.standing is Standing.CLOSED:
        return refused(f"{request.name} was closed there")
    dropped = dropped_word(scribe.port.board, scribe.view.id, scribe.merge)
    halt = refused(f"{dropped}; {request.name} stays open there") if dropped and request else None
    halt = halt or await not_approved(scribe) or await _proven_on_newest(scribe)
    if halt is None:
        halt = await _branch_there(scribe)
    if halt:
        return halt
    fresh = request is None
    request = request or await _made(scribe)
    checks = await checks_of(_root(scribe), request)
    halt = why_not_yet(request, checks, scribe.merge.head)
    if halt is None and fresh and not checks:
        halt = waits(f"{request.name} was made just now: checks may begin there")
    return halt or await _merged(scribe, request)


def _git(scribe: Scribe) -> Git:
    return scribe.port.repository.git


def _root(scribe: Scribe) -> Path:
    return scribe.port.repository.root


async def _known(scribe: Scribe) -> PullRequest | None:
    """The request of this work, if there is one: an open one, or one that was merged with it."""
    branch, base = scribe.view.spec.branch, scribe.merge.base_branch
    known = scribe.merge.pull_request
    request = await find_request(_root(scribe), branch, base, scribe.merge.head, known=known)
    if request is not None:
        await _journaled(scribe, request)
    return request


async def _journaled(scribe: Scribe, request: PullRequest) -> None:
    """Written before anything is done with it."""
    if scribe.merge.pull_request == request.url:
        return
    reason = scribe.merge.waits or f"{request.name} is open there"
    await scribe.append(
        MergeWaits(
            session=scribe.view.id,
            merge=scribe.merge.id,
            reason=reason,
            pull_request=request.url,
        )
    )


async def _proven_on_newest(scribe: Scribe) -> Halt | None:
    """The remote base must be ours, and what was proven must stand on it; else it is proven anew."""
    state = await look_at_remote(scribe.port)
    delay = why_merges_wait(state)
    if delay:
        return waits(delay)
    if await required_tip(_git(scribe), scribe.merge.base_branch) == scribe.merge.base_tip:
        return None
    return await preflight(scribe)


async def _branch_there(scribe: Scribe) -> Halt | None:
    """Push the approved commit as the session's branch, never by force."""
    rules, head, branch = scribe.port.remote_rules, scribe.merge.head, scribe.view.spec.branch
    git = _git(scribe)
    if await remote_tip(git, rules.name, branch) == head:
        return None
    words = await push_commit(git, rules.name, head, branch, deadline=rules.seconds)
    if not words or await has_arrived(git, rules.name, head, branch):
        return None
    return refused(f"{rules.name} did not take {branch} at {head[:SHORT]}: {words}")


async def _made(scribe: Scribe) -> PullRequest:
    branch, base = scribe.view.spec.branch, scribe.merge.base_branch
    await create_request(
        _root(scribe),
        branch,
        base,
        merge_subject(scribe.view, scribe.port.merge_rules.subject),
        request_body(scribe.view),
    )
    request = await _known(scribe)
    if request is None:
        raise NotPossible(
            "gh made a pull request and does not find it",
            where=branch,
            remedy=f"look: gh pr list --head {branch}",
        )
    return request


def request_body(view: SessionView) -> str:
    """What a pull request says: the session's own summary, the evidence, and who answers for it."""
    lines = [view.report.summary.strip()] if view.report and view.report.summary.strip() else []
    evidence = [f"- {line}" for line in _evidence(view)]
    if evidence:
        lines.append("\n".join(["Evidence:", *evidence]))
    lines.append("\n".join(f"{name}: {value}" for name, value in trailers(view)))
    return "\n\n".join(lines) + "\n"


def _evidence(view: SessionView) -> Iterator[str]:
    checks = view.merge.checks if view.merge else ()
    yield from (f"{check.name}: {check.state.value} on the merged result" for check in checks)
    verdict = view.review.verdict if view.review else None
    for check in verdict.checks if verdict else ():
        yield f"{check.name}: {check.state.value} on the reviewed commit"


def why_not_yet(request: PullRequest, checks: tuple[RequestCheck, ...], head: str) -> Halt | None:
    """Why the request cannot be merged now, and whether that may pass; None if it can. Pure."""
    name = request.name
    if request.standing is not Standing.OPEN:
        return refused(f"{name} was closed there")
    if request.head != head:
        return waits(f"{name} does not show {head[:SHORT]} yet, but {request.head[:SHORT]}")
    red = [check for check in checks if check.is_red]
    if red:
        named = "; ".join(f"{check.name} {check.link}".strip() for check in red)
        return refused(f"checks of {name} are red: {named}; it stays open there")
    running = [check.name for check in checks if check.is_pending]
    if running:
        return waits(f"checks of {name} run: {', '.join(running)}")
    return _why_blocked(request)


def _why_blocked(request: PullRequest) -> Halt | None:
    """What people and rules there say of it."""
    name = request.name
    if request.merging in _NEVER:
        return refused(_NEVER[request.merging].format(name=name))
    words = (
        "{name} is a draft there" if request.draft else "",
        _REVIEWS.get(request.review, ""),
        _LATER.get(request.merging, ""),
    )
    word = next(filter(None, words), "")
    return waits(word.format(name=name)) if word else None


async def _lands_now(scribe: Scribe) -> Halt | None:
    """From this word on it cannot be taken out of the queue any more."""
    gone: list[str] = []

    def decide(board: Board) -> Sequence[Event]:
        gone.extend(filter(None, [dropped_word(board, scribe.view.id, scribe.merge)]))
        if gone or not scribe.merge.waits:
            return ()
        return (MergeWaits(session=scribe.view.id, merge=scribe.merge.id, reason=""),)

    await scribe.decide_on(decide)
    return refused(gone[0]) if gone else None


async def _merged(scribe: Scribe, request: PullRequest) -> Halt | None:
    """Have it merged there with exactly the approved commit, and follow."""
    halt = await _lands_now(scribe)
    if halt:
        return halt
    view, merge = scribe.view, scribe.merge
    body = "\n".join(f"{name}: {value}" for name, value in trailers(view)) + "\n"
    subject = (
        ""
        if merge.manner is MergeManner.REBASE
        else merge_subject(view, scribe.port.merge_rules.subject)
    )
    words = await merge_request(
        _root(scribe), request, merge.manner, merge.head, subject=subject, body=body
    )
    after = await _known(scribe)
    if after is not None and after.standing is Standing.MERGED:
        return await _followed(scribe, after)
    if words:
        return refused(f"{request.name} was not merged there: {words}; it stays open")
    return waits(f"{request.name} is to be merged there, and is not yet")


async def _followed(scribe: Scribe, request: PullRequest) -> Halt | None:
    """Bring base here to where the merged request is; from here on nothing is refused any more."""
    try:
        reason = await _why_not_followed(scribe, request)
    except (GitError, Conflict) as error:
        reason = str(error)
    if reason:
        return waits(f"{request.name} is merged there; {scribe.merge.base_branch} here: {reason}")
    git, landed, merge = _git(scribe), request.merged_as, scribe.merge
    tip = await git.read("rev-parse", f"{landed}^1")
    if merge.manner is MergeManner.REBASE and await is_ancestor(git, merge.base_tip, landed):
        tip = merge.base_tip
    await scribe.append(
        MergeStepped(
            session=scribe.view.id,
            merge=merge.id,
            step=MergeStep.LAND,
            detail=await _not_as_proven(git, merge.result, landed),
            result=landed,
            tip=tip,
            pull_request=request.url,
            published=f"{scribe.port.remote_rules.name}/{merge.base_branch}",
        )
    )
    return None


async def _why_not_followed(scribe: Scribe, request: PullRequest) -> str:
    git, landed = _git(scribe), request.merged_as
    state = await look_at_remote(scribe.port)
    if state.trouble:
        return f"could not look at {state.place}: {state.trouble}"
    if not await has_commit(git, state.remote, landed):
        return f"{state.place} does not show {landed[:SHORT]} yet"
    if await has_commit(git, state.local, landed):
        return ""
    if state.ahead:
        return apart_words(state)
    await follow_remote(scribe.port, state)
    return ""


async def _not_as_proven(git: Git, proven: str, landed: str) -> str:
    """A word where what landed there is not what was checked here: somebody was quicker."""
    if not proven or not await commit_exists(git, proven):
        return ""
    trees = await git.read("rev-parse", f"{proven}^{{tree}}", f"{landed}^{{tree}}")
    if len(set(trees.split())) == 1:
        return ""
    return "what landed there is not exactly what was checked here: others landed meanwhile"
