"""Base and its remote branch: looked at, pushed, brought in; only where the settings want it."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from wuhu_tui.core.merge_lock import is_interrupted, merge_lock, take_merge_lock
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, GitError, NotPossible
from wuhu_tui.model.merges import MergeStep
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.remote_events import BasePushed, PushRefused, RemoteLooked
from wuhu_tui.model.remote_words import apart_words, why_merges_wait
from wuhu_tui.model.remotes import Push, RemoteState
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.landing import Move, move_base
from wuhu_tui.repo.refs import has_commit, is_ancestor, published, tip_of
from wuhu_tui.repo.remotes import (
    gap,
    has_arrived,
    has_remote,
    last_seen,
    push_commit,
    seen_tip,
    unseen_count,
)

CALM = 300.0
"""Seconds between looks of the conductor."""

AGAIN = timedelta(seconds=15)
"""How long a look at something elsewhere counts, where many ask."""

_REMOTE = "remote"
_TOLD_FOR = timedelta(seconds=CALM - 10)
"""How long a look that found nothing new need not be written down again."""


def project_base(port: ProjectPort) -> str:
    """The branch that the remote's settings are about."""
    return port.board.project.base_branch or port.repository.branch


def is_protected(scribe: Scribe) -> bool:
    """Whether the merge's base moves only by a pull request."""
    port = scribe.port
    return port.remote_rules.protected and scribe.merge.base_branch == project_base(port)


async def remote_state(port: ProjectPort) -> RemoteState:
    """Base beside its remote branch as last seen; nobody is asked."""
    known = port.board.remote
    state = await _here(port)
    git, tip = port.repository.git, await last_seen(port.repository.git, state.name, state.base)
    found = await gap(git, state.local, tip)
    state = replace(state, remote=tip, ahead=found.ahead, behind=found.behind)
    state = replace(state, missing=found.missing)
    if known is None or (known.name, known.base) != (state.name, state.base):
        return state
    return replace(
        state,
        absent=known.absent and not tip,
        lost=known.lost,
        trouble=known.trouble,
        gh=known.gh if state.protected else "",
        refused=known.refused,
        refusal=known.refusal,
        seen_at=known.seen_at,
    )


async def _here(port: ProjectPort) -> RemoteState:
    """What is known without any remote."""
    rules, base = port.remote_rules, project_base(port)
    return RemoteState(
        name=rules.name,
        base=base,
        push=rules.push,
        protected=rules.protected,
        local=await tip_of(port.repository.git, base),
    )


async def look_at_remote(port: ProjectPort) -> RemoteState:
    """Ask the remote where base stands there, and write down what is new; tells its own failure."""
    port.looked[_REMOTE] = port.clock()
    state = await _asked(port, await _here(port))
    if state.protected:
        from wuhu_tui.core.github import why_not_github

        state = replace(state, gh=await why_not_github(port.repository.root))
    known = port.board.remote
    outstanding = known is not None and (known.refused and not (state.ahead or state.trouble))
    if known is None or outstanding or _differs(port, known, state):
        await port.append(RemoteLooked(state=state))
    return port.board.remote or state


def _differs(port: ProjectPort, known: RemoteState, state: RemoteState) -> bool:
    told = replace(known, refused="", refusal="", seen_at=state.seen_at)
    return told != state or port.clock() - known.seen_at >= _TOLD_FOR


async def _asked(port: ProjectPort, state: RemoteState) -> RemoteState:
    git = port.repository.git
    try:
        if not await has_remote(git, state.name):
            return replace(state, trouble=f"no remote is called {state.name}: git remote -v")
        before = await _had(port, state)
        tip = await seen_tip(git, state.name, state.base)
        if not tip:
            ahead = await unseen_count(git, state.local, state.name)
            return replace(state, absent=True, ahead=ahead)
        found = await gap(git, state.local, tip)
        lost = await _lost(git, before, tip, state.local)
    except GitError as error:
        seen = await remote_state(port)
        return replace(seen, refused="", refusal="", seen_at=state.seen_at, trouble=error.message)
    return replace(
        state,
        remote=tip,
        lost=lost,
        ahead=found.ahead,
        behind=found.behind,
        missing=found.missing,
    )


async def _had(port: ProjectPort, state: RemoteState) -> tuple[str, ...]:
    """What the remote branch is known to have had."""
    known = port.board.remote
    told = known if known and (known.name, known.base) == (state.name, state.base) else None
    seen = await last_seen(port.repository.git, state.name, state.base)
    return tuple(filter(None, (told.lost, told.remote, seen) if told else (seen,)))


async def _lost(git: Git, before: tuple[str, ...], tip: str, local: str) -> str:
    """What of that it has no more although base here has it."""
    for commit in before:
        if not await has_commit(git, tip, commit) and await has_commit(git, local, commit):
            return commit
    return ""


async def merge_delay(port: ProjectPort, base: str, *, within: timedelta = timedelta()) -> str:
    """Why nothing may land on this branch as the remote stands; empty: it may.

    It is asked only where the settings want it, and if the last look is older than `within`.
    """
    if not port.remote_rules.wanted or base != project_base(port):
        return ""
    looked = port.looked.get(_REMOTE)
    if looked is None or port.board.remote is None or port.clock() - looked >= within:
        return why_merges_wait(await look_at_remote(port))
    return why_merges_wait(await remote_state(port))


# publishing


async def publish(scribe: Scribe) -> str:
    """After a merge landed and was proven: push its result if that is wanted; says where it is.

    A remote that does not take it changes nothing here: it is told, and tried again.
    """
    scribe.look()
    port, merge = scribe.port, scribe.merge
    rules = port.remote_rules
    if merge.published or not rules.wanted or merge.base_branch != project_base(port):
        return merge.published
    if rules.protected or rules.push is not Push.EACH:
        await look_at_remote(port)
        return ""
    proven = merge.stack_tip or merge.result
    words = await push_proven(port, proven, by=merge.by or "core")
    return "" if words else f"{rules.name}/{merge.base_branch}"


async def push_proven(port: ProjectPort, commit: str, *, by: str, put_back: bool = False) -> str:
    """Push one commit of base, never by force; why it did not get there, empty if it did.

    `put_back`: also what somebody took away there. Written down either way; the caller holds the
    merge lock.
    """
    words = await _pushed(port, commit, by, put_back=put_back)
    known = port.board.remote
    if words and (known is None or (known.refused, known.refusal) != (commit, words)):
        name, base = port.remote_rules.name, project_base(port)
        await port.append(PushRefused(remote=name, branch=base, commit=commit, reason=words))
    return words


async def _pushed(port: ProjectPort, commit: str, by: str, *, put_back: bool) -> str:
    git, rules, base = port.repository.git, port.remote_rules, project_base(port)
    state = await look_at_remote(port)
    if state.trouble:
        return state.trouble
    words = ""
    if not state.remote or not await is_ancestor(git, commit, state.remote):
        if state.behind or (state.lost and not put_back):
            return why_merges_wait(state) or apart_words(state)
        words = await push_commit(git, rules.name, commit, base, deadline=rules.seconds)
        if words and not await _there_after_all(port, commit):
            return words
    brought = await _brought(port, state.remote, commit)
    await port.append(
        BasePushed(remote=rules.name, branch=base, commit=commit, by=by, sessions=brought)
    )
    return ""


async def _there_after_all(port: ProjectPort, commit: str) -> bool:
    """Whether a push that failed here arrived there."""
    try:
        return await has_arrived(
            port.repository.git, port.remote_rules.name, commit, project_base(port)
        )
    except GitError:
        return False


async def _brought(port: ProjectPort, old: str, new: str) -> tuple[str, ...]:
    """Sessions whose merges the remote did not have before, or of which that was not known."""
    landed = {
        view.merge.result: view.id
        for view in port.board.sessions.values()
        if view.merge and view.merge.result and not view.merge.published
    }
    if not landed:
        return ()
    span = f"{old}..{new}" if old and old != new else new
    listed = await port.repository.git.read("rev-list", "--max-count=10000", span, "--")
    return tuple(landed[commit] for commit in listed.splitlines() if commit in landed)


async def push_base(port: ProjectPort, *, by: str = "lead") -> str:
    """Push base as it is, never by force; says where it stands now."""
    rules, base = port.remote_rules, project_base(port)
    place = f"{rules.name}/{base}"
    if rules.protected:
        raise NotPossible(
            f"{base} moves only by pull requests at {rules.name}",
            where=place,
            remedy="merge a session; or change protected in wuhu.toml",
        )
    async with merge_lock(port):
        await _check_proven(port)
        state = await look_at_remote(port)
        _check_seen(state)
        if state.behind:
            raise _apart(state)
        if not state.ahead:
            return f"{place} has all of {base} already"
        words = await push_proven(port, state.local, by=by, put_back=True)
    if words:
        remedy = f"mend what it says, then push again: {words}"
        raise GitError(f"{rules.name} did not take {base}", where=place, remedy=remedy)
    return f"{place} is at {state.local[:SHORT]}: {counted(state.ahead, 'commit')} pushed"


async def _check_proven(port: ProjectPort) -> None:
    """Pass only if all that is on base was proven there; what was interrupted goes on first."""
    from wuhu_tui.core.merges import resume_all  # which knows this module

    await resume_all(port)
    for view in port.board.sessions.values():
        merge = view.merge if is_interrupted(view) else None
        if merge and MergeStep.PREFLIGHT in merge.done and MergeStep.PROVE not in merge.done:
            raise NotPossible(
                f"its merge is not proven on {merge.base_branch} yet",
                where=view.id,
                remedy="see what it waits for: wuhu queue",
            )


def _check_seen(state: RemoteState) -> None:
    if state.trouble:
        raise GitError(
            f"could not look at {state.place}: {state.trouble}",
            where=state.place,
            remedy=f"try it by hand: git ls-remote {state.name}",
        )


def _apart(state: RemoteState) -> Conflict:
    remedy = f"bring them together in {state.base}: git pull --no-rebase"
    if not state.ahead:
        remedy = "bring them in: wuhu sync-base"
    named = "; ".join(state.missing)
    return Conflict(f"{apart_words(state)}: {named}", where=state.place, remedy=remedy)


async def sync_base(port: ProjectPort, *, by: str = "lead") -> str:
    """Bring in what the remote branch has and base has not, as a plain fast-forward."""
    async with merge_lock(port):
        state = await look_at_remote(port)
        _check_seen(state)
        if not state.behind:
            return f"{state.base} has all of {state.place} already"
        if state.ahead:
            raise _apart(state)
        await follow_remote(port, state)
    brought = counted(state.behind, "commit")
    return f"{state.base} is at {state.remote[:SHORT]}: {brought} brought in"


async def follow_remote(port: ProjectPort, state: RemoteState) -> None:
    """Move base on to where the remote branch was seen; its checkout goes with it if it is clean.

    Raises:
        Conflict: base moved meanwhile.
        GitError: its checkout is dirty or in use.
    """
    reason = f"wuhu: bring in {state.place}"
    moved = await move_base(port.repository, state.base, state.local, state.remote, reason)
    if moved is not Move.DONE:
        raise Conflict(f"{state.base} moved meanwhile", where=state.place, remedy="try it again")
    await port.append(RemoteLooked(state=replace(state, local=state.remote, behind=0, missing=())))


async def attend_remote(port: ProjectPort) -> None:
    """The conductor's calm look; what the remote did not take is pushed again when it may be."""
    state = await look_at_remote(port)
    if not state.refused or state.push is not Push.EACH or state.protected or state.trouble:
        return
    lock = await take_merge_lock(port, 0)
    if lock is None:
        return
    try:
        if await has_commit(port.repository.git, state.local, state.refused):
            await push_proven(port, state.refused, by="core")
        else:
            base = state.base
            await port.append(PushRefused(remote=state.name, branch=base, commit="", reason=""))
    finally:
        lock.release()


# taking back


def check_undo(port: ProjectPort, view: SessionView) -> None:
    """Pass only if this merge can be taken back from here.

    Raises:
        NotPossible: it went through a pull request, and base moves only by these.
    """
    request = view.merge.pull_request if view.merge else ""
    if not request or not port.remote_rules.protected:
        return
    raise NotPossible(
        f"{project_base(port)} moves only by pull requests at {port.remote_rules.name}",
        where=view.id,
        remedy=f"revert {request} there and merge that; then: wuhu sync-base",
    )


async def publish_undo(scribe: Scribe) -> str:
    """What must be said of the remote once a merge was taken back; pushes where that is wanted."""
    port, merge = scribe.port, scribe.merge
    rules, git = port.remote_rules, port.repository.git
    revert = merge.undo not in {"", merge.base_tip}
    places = await published(git, merge.result) if revert and merge.result else ()
    owed = revert and port.board.remote is not None and port.board.remote.refused
    if not (places or owed) or await published(git, merge.undo):
        return ""
    if rules.push is Push.EACH and not rules.protected and merge.base_branch == project_base(port):
        words = await push_proven(port, merge.undo, by="core")
        if not words:
            return f"; {rules.name}/{merge.base_branch} has the revert too"
        return f"; {rules.name} did not take the revert: {words}; push it: wuhu push"
    return f"; {places[0]} has the merge still: push the revert: wuhu push" if places else ""
