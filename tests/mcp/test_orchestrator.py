"""An orchestrator's tools through a real client: make, wait, answer, judge, merge."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.core.conftest import _any_agent, root
from tests.core.fake_host import git
from tests.mcp.orchestrating import Stage, staged
from wuhu_tui.mcp import orchestrator_arguments as arguments
from wuhu_tui.mcp.orchestrator_shapes import review_shape
from wuhu_tui.mcp.orchestrator_steps import STEPS
from wuhu_tui.mcp.orchestrator_tools import TOOLS
from wuhu_tui.model import deeds
from wuhu_tui.model.reviews import (
    Finding,
    Judge,
    RefusedVerdict,
    Review,
    Verdict,
    VerdictKind,
)
from wuhu_tui.model.states import SessionState

__all__ = ["_any_agent", "root"]


@pytest.fixture
async def stage(root: Path) -> AsyncIterator[Stage]:
    async with staged(root) as stage:
        yield stage


def test_every_tool_is_told_and_takes_what_its_schema_says() -> None:
    assert set(TOOLS) == set(STEPS) == deeds.TOOLS
    for name, (description, schema) in TOOLS.items():
        kind: Any = STEPS[name][0]
        assert description
        assert set(schema["properties"]) == set(kind.__struct_fields__), name
    assert set(arguments.FindingArguments.__struct_fields__) == {
        "path",
        "line",
        "text",
        "severity",
    }


async def test_two_children_a_question_a_review_and_a_merge_that_the_lead_allows(
    stage: Stage, root: Path
) -> None:
    first, second = await stage.child("first"), await stage.child("second")
    assert stage.view(first).spec.parent == stage.who.name
    waiting = stage.calling("join")
    await stage.joined()
    stage.worker(second).asks("q1", "red", "blue")
    woken = await waiting
    assert (woken["reason"], woken["session"], woken["about"]) == ("question", second, "q1")
    assert [one["key"] for one in woken["questions"][0]["options"]] == ["red", "blue"]
    assert woken["outcomes"] == {first: "waiting", second: "waiting"}

    given = await stage.call("answer", session=second, choice="2")
    assert given["choice"] == "blue"
    assert stage.worker(second).answers["q1"].by == stage.who.name

    waiting = stage.calling("join")
    await stage.joined(2)
    heads = {name: await stage.reported(name, f"{name}.txt") for name in (first, second)}
    woken = await waiting
    assert woken["reason"] == "reached"
    assert woken["outcomes"] == {first: "done", second: "done"}
    assert woken["reports"][first] == "done: so it is"

    shown = await stage.call("review_diff", session="first")
    assert shown["review"]["head"] == heads[first]
    assert shown["changed"] == [f"{first}.txt +1 -0"]
    assert f"+{first}" in shown["diff"]

    merging = stage.calling("request_merge", session=first, head=heads[first][:10], note="small")
    question = await stage.asked()
    assert "merge first at" in question.text
    assert "the orchestrator says: small" in question.context
    assert question.deadline is None
    await stage.allows()
    merged = await merging
    assert (merged["merge"]["outcome"], merged["allowed_by"]) == ("merged", "lead")
    assert merged["merge"]["by"] == stage.who.name
    assert stage.view(first).state is SessionState.MERGED
    assert stage.view(second).state is SessionState.IN_REVIEW
    assert f"{first}.txt" in git(root, "ls-tree", "--name-only", "main")
    review = stage.view(first).review
    assert review is not None
    assert review.verdict is not None
    assert review.verdict.by == "lead"


async def test_a_denied_merge_leaves_everything_and_is_asked_anew(stage: Stage) -> None:
    name = await stage.child("first")
    head = await stage.reported(name)
    refusal = stage.being_refused("request_merge", session=name, head=head)
    first = await stage.allows("deny", note="not on a Friday")
    assert "lead said no: not on a Friday" in await refusal
    assert stage.view(name).state is SessionState.IN_REVIEW
    again = stage.calling("request_merge", session=name, head=head)
    second = await stage.allows()
    assert first.id != second.id
    assert (await again)["merge"]["outcome"] == "merged"


async def test_a_wish_given_up_is_the_same_question_again(stage: Stage) -> None:
    name = await stage.child("first")
    head = await stage.reported(name)
    call = stage.calling("request_merge", session=name, head=head)
    question = await stage.asked()
    call.cancel()
    again = stage.calling("request_merge", session=name, head=head)
    assert (await stage.allows()).id == question.id
    assert (await again)["merge"]["outcome"] == "merged"


async def test_the_same_wish_adopts_the_session_it_made(stage: Stage) -> None:
    made = await stage.call("instantiate_session", task="do it", title="one")
    again = await stage.call("instantiate_session", task="do it", title="one")
    assert (again["session"], again["adopted"]) == (made["session"], True)
    assert "adopted" not in made
    other = await stage.call("instantiate_session", task="do it", title="one", key="second")
    assert other["session"] != made["session"]


async def test_what_it_sees(stage: Stage) -> None:
    stranger = await stage.desk.started()
    child = await stage.child("mine")
    listed = await stage.call("list_sessions")
    assert listed["you"] == stage.who.name
    assert "request_merge" not in listed["may_do_alone"]
    assert listed["sessions"][0]["session"] == child
    assert {one["session"] for one in listed["sessions"]} == {child, stranger, stage.who.name}
    own = await stage.call("list_sessions", only_own=True)
    assert [one["session"] for one in own["sessions"]] == [child]
    stage.worker(child).asks("q1")
    await stage.desk.reaches(child, SessionState.ASKING)
    asked = (await stage.call("questions"))["questions"]
    assert [(one["question"], one["may_answer"]) for one in asked] == [("q1", True)]
    seen = await stage.call("read_session", session="mine", last=2)
    assert seen["state"] == "asking"
    assert seen["parent"] == stage.who.name
    assert len(seen["transcript"]) == 2
    await stage.desk.until(lambda: bool(stage.lead.board.letters), "a letter")
    (told,) = (await stage.call("messages"))["to_you"]
    assert (told["from"], told["kind"]) == (child, "request")


async def test_words_changes_and_the_end_of_a_session(stage: Stage) -> None:
    name = await stage.child("first")
    said = await stage.call("steer", session=name, text="smaller steps")
    assert stage.lead.board.letters[said["message"]].sender == stage.who.name
    head = await stage.reported(name)
    back = await stage.call(
        "request_changes",
        session=name,
        head=head,
        note="name it better",
        findings=[{"path": "work.txt", "line": 1, "text": "a bad name"}],
    )
    assert back["verdict"] == "changes_requested"
    assert "work.txt:1" in stage.worker(name).heard[-1]
    done = await stage.call("stop_session", session=name)
    assert done["state"] == "stopped"
    assert (await stage.call("start_session", session=name))["state"] == "working"


async def test_commands_run_in_its_own_places(stage: Stage) -> None:
    name = await stage.child("first")
    done = await stage.call("run_in", place="first", command="pwd; exit 3")
    assert done["exit_code"] == 3
    assert done["output"].strip() == stage.view(name).spec.worktree
    begun = await stage.call("run_in", place=name, command="echo later", background=True)
    assert begun["outcome"] == "running"
    ended = await stage.call("wait_job", job=begun["job"])
    assert (ended["exit_code"], ended["output"].strip()) == (0, "later")


async def test_a_refusal_is_short_whatever_was_said(stage: Stage) -> None:
    """A name of a megabyte came back whole, in a context that has no room for it."""
    for tool, wish in (
        ("steer", {"session": "x" * 1_000_000, "text": "hi"}),
        ("wait_job", {"job": "x" * 1_000_000}),
        ("instantiate_session", {"task": "do it", "title": "x" * 1_000_000}),
    ):
        assert len(await stage.refused(tool, **wish)) < 5000


def test_a_review_shows_what_judges_said() -> None:
    said = Verdict(
        kind=VerdictKind.CHANGES_REQUESTED,
        head="h",
        by="shop-reviewer-01",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        judge=Judge.PEER,
        findings=(Finding(path="a.py", line=3, text="wrong", severity="high"),),
    )
    refused = RefusedVerdict(verdict=said, reason="it wrote in its place: b.py")
    shape = review_shape(Review(head="h", merge_base="b", opinions=(said,), refused=(refused,)))
    (opinion,) = shape["opinions"]
    assert (opinion["by"], opinion["as"]) == ("shop-reviewer-01", "peer")
    assert opinion["findings"] == ["must a.py:3 wrong"]
    assert shape["not_counted"] == ["shop-reviewer-01: it wrote in its place: b.py"]
