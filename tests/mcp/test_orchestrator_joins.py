"""Which join is adopted when the same is asked for again, and what becomes of it at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.boards import Story
from tests.core.conftest import _any_agent, root
from tests.mcp.orchestrating import staged
from wuhu_tui.core.joins import wake
from wuhu_tui.core.orchestration import Orchestrator, as_tree, lead_hears
from wuhu_tui.core.orchestration_joins import adoptable, leave_joins
from wuhu_tui.mcp import signs
from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.entries import ContextEntry
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil, WakeReason
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

__all__ = ["_any_agent", "root"]

CHIEF = Orchestrator(name="chief", folder="/somewhere")
Step = Callable[[Story], object]


def adopted(story: Story, *sessions: str, until: JoinUntil = JoinUntil.REPORTED) -> Join | None:
    return adoptable(story.board, CHIEF, sessions, JoinMode.ANY, until)


def woken(step: Step, until: JoinUntil = JoinUntil.REPORTED) -> Story:
    """A join of the chief's that woke by this, and nobody read it."""
    story = Story()
    for name in ("chief", "a"):
        story.working(name)
    join = story.joined("a", by="chief", until=until)
    assert adopted(story, "a", until=until) == join
    step(story)
    found = wake(join, story.board, story.now)
    assert found is not None
    story.tell("", project.JoinWoken(join=join.id, wake=found))
    return story


def reviewed(story: Story) -> None:
    story.done("a")
    story.in_review("a")


def silent(story: Story) -> None:
    story.turn_over("a")
    story.nudged("a")
    story.turn_over("a")


STILL_SO: list[tuple[WakeReason, Step, Step, JoinUntil]] = [
    (WakeReason.QUESTION, lambda s: s.asks("a"), lambda s: s.answered("a"), JoinUntil.REPORTED),
    (
        WakeReason.FAILED,
        lambda s: s.ended("a", SessionState.FAILED),
        lambda s: s.working("a"),
        JoinUntil.REPORTED,
    ),
    (
        WakeReason.REVIEW_READY,
        reviewed,
        lambda s: s.judged("a"),
        JoinUntil.MERGED,
    ),
    (
        WakeReason.STEER,
        lambda s: s.queued("chief", lane=Lane.STEER),
        lambda s: s.landed("chief"),
        JoinUntil.REPORTED,
    ),
    (
        WakeReason.SYSTEM,
        silent,
        lambda s: s.working("a"),
        JoinUntil.REPORTED,
    ),
]


@pytest.mark.parametrize(("reason", "step", "over", "until"), STILL_SO)
def test_a_wake_that_nobody_read_is_told_while_it_is_still_so(
    reason: WakeReason, step: Step, over: Step, until: JoinUntil
) -> None:
    story = woken(step, until)
    found = adopted(story, "a", until=until)
    assert found is not None
    assert found.wake is not None
    assert found.wake.reason is reason
    over(story)
    assert adopted(story, "a", until=until) is None


def test_what_was_reached_or_read_is_waited_for_anew() -> None:
    assert adopted(woken(lambda story: story.report("a", ReportKind.DONE)), "a") is None
    story = woken(lambda story: story.asks("a"))
    story.tell("", project.JoinTaken(join="join"))
    story.tell("", project.JoinTaken(join="no such join"))
    assert adopted(story, "a") is None


def test_only_its_own_join_for_exactly_the_same_is_adopted() -> None:
    story = Story()
    for name in ("chief", "a", "b"):
        story.working(name)
    story.joined("a", "b", by="chief")
    story.joined("a", by="other", name="others")
    assert adopted(story, "b", "a") is not None
    assert adopted(story, "a") is None
    assert adopted(story, "a", "b", until=JoinUntil.MERGED) is None


def made(name: str, parent: str = "", key: str = "") -> SessionView:
    return SessionView(spec=SessionSpec(id=name, project="shop", parent=parent, key=key))


def test_sessions_lie_below_the_one_that_made_them() -> None:
    views = [made("a"), made("c", "b"), made("b", "a"), made("d", "gone"), made("e", "a")]
    shown = [(depth, view.id) for depth, view in as_tree(views)]
    assert shown == [(0, "a"), (1, "b"), (2, "c"), (1, "e"), (0, "d")]
    circle = [made("x", "y"), made("y", "x"), made("z", "z")]
    assert sorted(view.id for _, view in as_tree(circle)) == ["x", "y", "z"]


def test_what_is_its_own() -> None:
    story = Story()
    for view in (
        made("chief"),
        made("a", "chief"),
        made("b", "a"),
        made("c", "", "helper/x"),
        made("d", "c"),
        made("e", "", "chief/x"),
    ):
        story.tell("", project.SessionInstantiated(spec=view.spec))
    assert [view.id for view in CHIEF.own(story.board)] == ["a", "b"]
    helper = Orchestrator(name="helper")
    assert [view.id for view in helper.own(story.board)] == ["c", "d"]
    assert CHIEF.key("", "words") != CHIEF.key("", "other words")
    assert CHIEF.key("mine", "words") == "chief/mine"


@pytest.mark.parametrize(
    ("session", "kind", "needed", "policy", "hears"),
    [
        ("a", "report_note", False, "load_bearing", False),
        ("a", "commit", False, "load_bearing", False),
        ("a", "report_note", False, "all", True),
        ("a", "report_note", True, "load_bearing", True),
        ("a", "report_done", False, "load_bearing", True),
        ("chief", "report_note", False, "load_bearing", True),
        ("gone", "commit", False, "load_bearing", True),
    ],
)
def test_what_the_lead_hears_of_sessions_that_another_directs(
    session: str, kind: str, *, needed: bool, policy: str, hears: bool
) -> None:
    story = Story()
    for view in (made("chief"), made("a", "chief")):
        story.tell("", project.SessionInstantiated(spec=view.spec))
    entry = ContextEntry(
        id="e",
        project_id="shop",
        session_name=session,
        actor=session,
        kind=kind,
        ts=story.now,
        text="so it is",
        human_attention_needed=needed,
    )
    assert lead_hears(story.board, entry, policy) is hears


@pytest.mark.parametrize(("policy", "woke"), [("survive", False), ("cancel", True)])
async def test_at_the_servers_end_open_joins_stay_or_go(
    root: Path, policy: str, *, woke: bool
) -> None:
    async with staged(root, settings=f'joins = "{policy}"') as stage:
        await stage.child("first")
        stage.calling("join").add_done_callback(lambda _: None)
        await stage.joined()
        await leave_joins(stage.desk.core.project, stage.who)
        (join,) = stage.lead.board.joins.values()
        assert (join.wake is not None) is woke
        for view in stage.who.own(stage.lead.board):
            stage.worker(view.id).reports()
        await stage.lead.wait_join(join.id)


async def test_a_waiting_join_gives_signs_of_life(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signs, "SIGN_OF_LIFE", 0.01)
    heard: list[str | None] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append(message)

    async with staged(root) as stage:
        name = await stage.child("first")
        call = asyncio.create_task(stage.client.call_tool("join", {}, progress_callback=hear))
        await stage.desk.until(lambda: len(heard) > 1, "a sign")
        stage.worker(name).reports()
        assert not (await call).is_error
    assert str(heard[0]).startswith(f"waiting for {name} (")
