"""An agent that directs others: what is said to it while it waits, and hands that meet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.core.fake_host import git
from tests.mcp.orchestrating import Stage, staged, words
from wuhu_tui.model.letters import LetterState
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.project_events import MergeStarted
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState


@pytest.fixture
async def stage(root: Path) -> AsyncIterator[Stage]:
    async with staged(root) as stage:
        yield stage


@pytest.mark.parametrize("deaf", [False, True])
async def test_a_steer_during_join_is_heard_at_once(stage: Stage, *, deaf: bool) -> None:
    """The orchestrator waited for two long tasks; the lead told it to stop a third, and waited too.

    In another tool the word lay in the queue until the tasks were done, an hour later, and the
    third had been merged by then. Here the join returns at once and says what was said, even
    before the orchestrator's own runner has taken the message out of its mailbox. The word wakes it
    once: the next join waits again, although an agent that is in a tool call cannot read its mail.
    """
    first = await stage.child("first")
    waiting = stage.calling("join")
    await stage.joined()
    worker = stage.worker(stage.who.name)
    worker.deaf = deaf
    said = asyncio.create_task(stage.lead.steer(stage.who.name, "drop the third"))
    woken = await waiting
    assert (woken["reason"], woken["session"]) == ("steer", stage.who.name)
    assert woken["outcomes"] == {first: "waiting"}
    (word,) = woken["arrived"]
    assert (word["from"], word["text"]) == ("lead", "drop the third")
    assert word["id"] == woken["about"]

    again = stage.calling("join")
    await stage.joined(2)
    worker.deaf = False
    assert await said == word["id"]
    await stage.reported(first)
    assert (await again)["reason"] == "reached"
    letter = stage.lead.board.letters[word["id"]]
    assert letter.state is not LetterState.DEAD


async def test_lead_and_orchestrator_merge_at_once_and_it_lands_once(
    stage: Stage, root: Path
) -> None:
    """The lead pressed m while the orchestrator's wish to merge the same work lay before them.

    In another tool both merges ran, and the second one undid the first's clean-up. Here the work
    lands once, the orchestrator is told whose hand was first and when, and its question is gone
    from the inbox without an answer.
    """
    name = await stage.child("first")
    head = await stage.reported(name)
    refusal = stage.being_refused("request_merge", session=name, head=head)
    await stage.asked()
    await stage.lead.verdict(name, VerdictKind.APPROVED, head=head)
    merged = await stage.lead.merge(name)
    assert merged.outcome is MergeOutcome.MERGED
    said = await refusal
    assert "Somebody was first" in said
    assert "lead merged it already, at " in said
    await stage.desk.until(lambda: not stage.view(stage.who.name).questions, "withdrawn")
    assert len(git(root, "log", "--merges", "--format=%H", "main").splitlines()) == 1
    assert "lead merged it already" in await stage.refused("request_merge", session=name, head=head)


async def test_two_orchestrators_that_may_merge_land_it_once(root: Path) -> None:
    """Two hands had leave to merge and used it in the same second.

    Here it lands once. Whoever comes while it stands in line waits for that one merge and hears its
    end; whoever comes later is told whose hand was first.
    """
    alone = 'alone = ["default", "request_merge", "approve", "touch_others"]'
    async with staged(root, settings=alone) as stage:
        name = await stage.child("first")
        head = await stage.reported(name)
        told = await asyncio.gather(
            stage.client.call_tool("request_merge", {"session": name, "head": head}),
            stage.client.call_tool("request_merge", {"session": name, "head": head}),
        )
        assert not all(one.is_error for one in told)
        for one in told:
            said = words(one)
            assert ("merged it already" if one.is_error else '"outcome":"merged"') in said, said
        await stage.desk.reaches(name, SessionState.MERGED)
        journal = (stage.desk.folder.path / "project.jsonl").read_text(encoding="utf-8")
        assert journal.count(str(MergeStarted.__struct_config__.tag)) == 1


async def test_lead_and_orchestrator_answer_at_once_and_the_second_is_told(stage: Stage) -> None:
    """Both answered the same question; each was sure to have decided.

    The first answer reaches the agent, and the orchestrator's tool says who won and when, so that
    it does not build on an answer nobody heard.
    """
    name = await stage.child("first")
    stage.worker(name).asks("q1", "red", "blue")
    await stage.desk.reaches(name, SessionState.ASKING)
    await stage.lead.answer(name, "q1", choice="red")
    said = await stage.refused("answer", session=name, question="q1", choice="blue")
    assert "Somebody was first" in said
    assert "lead answered before, at " in said
    assert '"red"' in said
    assert stage.worker(name).answers["q1"].choice == "red"


async def test_a_verdict_of_the_lead_is_not_taken_back_by_an_orchestrator(stage: Stage) -> None:
    """The lead sent work back; the orchestrator, who had just read it, wished to merge it."""
    name = await stage.child("first")
    head = await stage.reported(name)
    refusal = stage.being_refused("request_merge", session=name, head=head)
    await stage.asked()
    await stage.lead.verdict(name, VerdictKind.CHANGES_REQUESTED, head=head, note="not yet")
    said = await refusal
    assert "lead judged it, at " in said
    assert "changes_requested" in said


async def test_a_client_that_gave_a_join_up_asks_for_the_same_again(stage: Stage) -> None:
    """The client's own time limit ended a call that waited; its agent called again, and again.

    In another tool every call left a waiter behind. Here it is one join, and a question that came
    while nobody listened is told by the next call.
    """
    name = await stage.child("first")
    call = stage.calling("join", sessions=[name])
    await stage.joined()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    stage.worker(name).asks("q1")
    join = next(iter(stage.lead.board.joins.values()))
    await stage.lead.wait_join(join.id)
    woken = await stage.call("join", sessions=["first"])
    assert (woken["reason"], woken["adopted"], woken["join"]) == ("question", True, join.id)
    assert len(stage.lead.board.joins) == 1
    again = stage.calling("join", sessions=["first"])
    await stage.joined(2)
    stage.worker(name).become(SessionState.WORKING)
    await stage.reported(name)
    assert (await again)["reason"] == "reached"
