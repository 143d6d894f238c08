"""Tools about sessions: make, start, see, speak to, stop, put away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wuhu_tui.core.door import NewSession
from wuhu_tui.core.orchestration_leave import Wanted
from wuhu_tui.mcp import orchestrator_arguments as arguments
from wuhu_tui.mcp import orchestrator_shapes as shapes
from wuhu_tui.mcp.orchestrator_hands import Hands
from wuhu_tui.mcp.signs import Signs
from wuhu_tui.model.budgets import Budget
from wuhu_tui.model.errors import NotPossible, UsageError
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.spending import amount
from wuhu_tui.model.states import SessionState
from wuhu_tui.worker.lint import Assignment, lint

MAKING = "the session is being made"
STARTING = "the session is being started"


async def instantiate_session(
    hands: Hands, wish: arguments.NewSessionArguments, signs: Signs
) -> Any:
    """Make a session, or adopt the one made before."""
    await hands.want(
        signs,
        Wanted(
            deeds=("instantiate_session", "start_session")
            if wish.start
            else ("instantiate_session",),
            session=wish.title,
            text=f"May {hands.who.name} make a session: {wish.title or wish.task[:80]}?",
            context=wish.task,
            exactly=repr(wish),
        ),
    )
    before = set((await hands.project.catch_up()).sessions)
    spec = await signs.unbroken(hands.core.instantiate(_wish(hands, wish)), MAKING)
    if wish.start:
        await signs.unbroken(_begin(hands, spec.id), STARTING)
    state = hands.view(spec.id).state.value
    made = {"session": spec.id, "branch": spec.branch, "worktree": spec.worktree, "state": state}
    return made | shapes.filled({"adopted": spec.id in before or None, "hints": _hints(spec)})


def _wish(hands: Hands, wish: arguments.NewSessionArguments) -> NewSession:
    words = (wish.title, wish.task, wish.role, wish.agent, wish.base, wish.branch)
    return NewSession(
        task=wish.task,
        title=wish.title,
        role=wish.role,
        agent=wish.agent,
        base=wish.base,
        branch=wish.branch,
        scope=tuple(wish.scope),
        acceptance=tuple(wish.acceptance),
        rules=tuple(wish.rules),
        focus=wish.focus,
        turn_limit=wish.turn_limit,
        budget=_budget(wish.budget),
        brief=tuple(str(Path(path).absolute()) for path in wish.brief),
        parent=hands.who.parent,
        key=hands.who.key(wish.key, *words),
    )


def _budget(words: str) -> Budget:
    found = amount(words) if words else Budget()
    if isinstance(found, str):
        raise UsageError(f'"{words}": {found}', remedy="say 2.50, or 200k tokens")
    return found


def _hints(spec: SessionSpec) -> list[str]:
    """What the task lacks: hints, which block nothing."""
    found = lint(
        Assignment(
            task=spec.task,
            scope=spec.scope,
            acceptance=spec.acceptance,
            checks=spec.checks,
            focus=spec.focus,
            turn_limit=spec.turn_limit,
        )
    )
    return [f"{finding.text}: {finding.remedy}" for finding in found]


async def start_session(hands: Hands, wish: arguments.SessionArguments, signs: Signs) -> Any:
    """Start it, or bring it back."""
    view = await hands.fresh(wish.session)
    await hands.want(
        signs,
        Wanted(
            deeds=("start_session",),
            session=view.id,
            text=f"May {hands.who.name} start {view.spec.shown_name}?",
            remedy=f"start it yourself: wuhu start {view.id}",
        ),
    )
    await signs.unbroken(_begin(hands, view.id), STARTING)
    return {"session": view.id, "state": hands.view(view.id).state.value}


async def _begin(hands: Hands, session: str) -> None:
    if hands.view(session).own is None:
        await hands.core.start(session)
    else:
        await hands.core.resume(session)


async def list_sessions(hands: Hands, wish: arguments.ListArguments, signs: Signs) -> Any:
    """All sessions, its own first, and what it may do alone."""
    board = await hands.project.catch_up()
    views = [
        view
        for view in board.sessions.values()
        if (wish.archived or view.state is not SessionState.ARCHIVED)
        and (not wish.only_own or hands.who.owns(board, view.id))
    ]
    return {
        "project": board.project.name,
        "base": board.project.base_branch,
        "you": hands.who.name,
        "may_do_alone": sorted(hands.project.config.orchestrator.free),
        **shapes.rows(board, hands.who, views, hands.core.runner_alive),
    }


async def read_session(hands: Hands, wish: arguments.ReadArguments, signs: Signs) -> Any:
    """One session with the end of its transcript."""
    view = await hands.fresh(wish.session)
    items = hands.core.transcript(view.id).items
    number = min(max(wish.last, 0), shapes.MOST_ITEMS)
    alive = hands.core.runner_alive(view.id)
    return shapes.whole(view, hands.board, hands.who, alive=alive) | {
        "last_words": shapes.last_words(items[-shapes.MOST_ITEMS :]),
        "transcript": [shapes.item(one) for one in items[len(items) - number :]] if number else [],
    }


async def steer(hands: Hands, wish: arguments.TextArguments, signs: Signs) -> Any:
    """A word that lands when the running tool ends."""
    return await _say(hands, wish, signs, hands.core.steer)


async def follow_up(hands: Hands, wish: arguments.TextArguments, signs: Signs) -> Any:
    """A word that lands when the turn ends."""
    return await _say(hands, wish, signs, hands.core.follow_up)


async def _say(hands: Hands, wish: arguments.TextArguments, signs: Signs, verb: Any) -> Any:
    view = await hands.fresh(wish.session)
    if view.id == hands.who.name:
        raise UsageError("this is your own session", remedy="name another one")
    await hands.want(
        signs,
        Wanted(
            deeds=("steer",),
            session=view.id,
            text=f"May {hands.who.name} say this to {view.spec.shown_name}?",
            context=wish.text,
            exactly=wish.text,
            remedy=f"say it yourself: wuhu steer {view.id}",
        ),
    )
    said = verb(view.id, wish.text, by=hands.who.name)
    message = await signs.unbroken(said, "the message is being delivered")
    return {"session": view.id, "message": message, "state": hands.view(view.id).state.value}


async def interrupt(hands: Hands, wish: arguments.SessionArguments, signs: Signs) -> Any:
    """End the running turn."""
    view = await hands.fresh(wish.session)
    hands.refuse_own(view, "interrupt itself")
    await hands.want(
        signs,
        Wanted(
            deeds=("interrupt",),
            session=view.id,
            text=f"May {hands.who.name} interrupt {view.spec.shown_name}?",
            context="its running turn and its tools would end",
            remedy=f"do it yourself: wuhu interrupt {view.id}",
        ),
    )
    await hands.core.interrupt(view.id, by=hands.who.name)
    return {"session": view.id, "state": hands.view(view.id).state.value}


async def stop_session(hands: Hands, wish: arguments.SessionArguments, signs: Signs) -> Any:
    """End agent and runner; the work stays."""
    view = await hands.fresh(wish.session)
    hands.refuse_own(view, "stop itself")
    await hands.want(
        signs,
        Wanted(
            deeds=hands.also(view, "stop_session"),
            session=view.id,
            text=f"May {hands.who.name} stop {view.spec.shown_name}?",
            context=f"it is {view.state.value}; its worktree and branch stay",
            remedy=f"do it yourself: wuhu stop {view.id}",
        ),
    )
    await signs.unbroken(hands.core.stop(view.id, by=hands.who.name), "it is being stopped")
    return {"session": view.id, "state": hands.view(view.id).state.value}


async def archive_session(hands: Hands, wish: arguments.ArchiveArguments, signs: Signs) -> Any:
    """Take it off the board."""
    view = await hands.fresh(wish.session)
    hands.refuse_own(view, "archive itself")
    if view.state is SessionState.ARCHIVED:
        raise NotPossible("it is archived already", where=view.id)
    deeds = ("archive_session", "discard") if wish.discard else ("archive_session",)
    lost = "; work that nobody has would be taken off the disk" if wish.discard else ""
    await hands.want(
        signs,
        Wanted(
            deeds=hands.also(view, *deeds),
            session=view.id,
            text=f"May {hands.who.name} archive {view.spec.shown_name}?",
            context=f"it is {view.state.value}{lost}",
            remedy=f"do it yourself: wuhu archive {view.id}",
        ),
    )
    away = hands.core.archive(view.id, discard=wish.discard, by=hands.who.name)
    await signs.unbroken(away, "it is being archived")
    return {"session": view.id, "state": hands.view(view.id).state.value}


async def sync_environment(hands: Hands, wish: arguments.SessionArguments, signs: Signs) -> Any:
    """Whether base moved since its branch left it."""
    view = await hands.fresh(wish.session)
    await hands.want(
        signs,
        Wanted(
            deeds=("sync_environment",),
            session=view.id,
            text=f"May {hands.who.name} bring {view.spec.shown_name} up to date?",
        ),
    )
    found = await signs.unbroken(
        hands.core.sync_environment(view.id, by=hands.who.name), "base is looked at"
    )
    return {"session": view.id, "freshness": found}
