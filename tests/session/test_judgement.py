"""A reviewer's verdict and a worker's reply, as the runner writes them down."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.session.stage import Stage
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model import commands, events
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import Assignment, Finding, Judge, VerdictKind
from wuhu_tui.model.states import SessionState

HEAD = "a" * 40


@pytest.fixture
async def judging(tmp_path: Path) -> Stage:
    judges = Assignment(session="s", head=HEAD, base="b" * 40, judge=Judge.PEER, round=2)
    return Stage(tmp_path, judges=judges)


def _judgement(kind: VerdictKind, note: str = "") -> commands.MakeJudgement:
    finding = Finding(path="a.py", line=3, text="wrong", severity="must")
    return commands.MakeJudgement(
        id=new_id(), by="agent", at=now(), kind=kind, head=HEAD, note=note, findings=(finding,)
    )


async def test_a_verdict_is_written_with_its_part_and_ends_the_work(judging: Stage) -> None:
    turn = await judging.first_turn()
    command = judging.put(_judgement(VerdictKind.CHANGES_REQUESTED, "one thing"))
    await judging.taken(command)
    turn.end()
    await judging.in_state(SessionState.REPORTED)
    said = judging.folded().judgement
    assert said is not None
    assert (said.kind, said.head, said.judge, said.round) == (
        VerdictKind.CHANGES_REQUESTED,
        HEAD,
        Judge.PEER,
        2,
    )
    report = judging.folded().report
    assert report is not None
    assert report.kind is ReportKind.DONE
    assert report.summary == f"changes requested {HEAD[:12]}, 1 finding: one thing"
    await judging.close()


async def test_who_could_not_judge_is_blocked(judging: Stage) -> None:
    turn = await judging.first_turn()
    await judging.taken(judging.put(_judgement(VerdictKind.BLOCKED, "no database")))
    turn.end()
    await judging.in_state(SessionState.REPORTED)
    report = judging.folded().report
    assert report is not None
    assert report.kind is ReportKind.BLOCKED
    await judging.close()


async def test_who_has_nothing_to_judge_is_refused(stage: Stage) -> None:
    await stage.first_turn()
    await stage.taken(stage.put(_judgement(VerdictKind.APPROVED)))
    (refused,) = stage.events(events.CommandRefused)
    assert "not made to judge" in refused.reason
    assert stage.folded().judgement is None
    assert stage.folded().report is None


async def test_a_reply_is_written_beside_its_comment(stage: Stage) -> None:
    await stage.first_turn()
    reply = commands.ReplyToComment(id=new_id(), by="agent", at=now(), comment="c7", text="done")
    await stage.taken(stage.put(reply))
    assert stage.events(events.CommentReplied) == [events.CommentReplied(comment="c7", text="done")]
    empty = commands.ReplyToComment(id=new_id(), by="agent", at=now(), comment="c7", text=" ")
    await stage.taken(stage.put(empty))
    assert len(stage.events(events.CommandRefused)) == 1
