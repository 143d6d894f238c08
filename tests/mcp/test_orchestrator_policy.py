"""What an orchestrator may do alone, what the lead is asked for, and what it may never do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.core.conftest import _any_agent, root
from tests.mcp.orchestrating import Stage, connected, staged
from wuhu_tui.core.orchestration import Orchestrator
from wuhu_tui.mcp.orchestrator_hands import Hands
from wuhu_tui.model.permissions import ALLOW, DENY
from wuhu_tui.model.questions import Option, Question, QuestionKind
from wuhu_tui.model.states import SessionState

__all__ = ["_any_agent", "root"]

LEAVE = tuple(Option(key=key, label=key) for key in (ALLOW, DENY))


@pytest.fixture
async def stage(root: Path) -> AsyncIterator[Stage]:
    async with staged(root) as stage:
        yield stage


async def permission(stage: Stage, session: str) -> None:
    """A session asks leave to run a command."""
    from wuhu_tui.model.events import QuestionAsked

    worker = stage.worker(session)
    asked = Question(
        id="p1",
        kind=QuestionKind.PERMISSION,
        text="rm -rf",
        asked_at=worker._clock(),
        options=LEAVE,
    )
    worker.write(QuestionAsked(question=asked))
    worker.become(SessionState.ASKING)
    await stage.desk.reaches(session, SessionState.ASKING)


async def test_outside_a_session_what_needs_leave_is_refused_and_names_the_setting(
    root: Path,
) -> None:
    async with staged(root, session=False) as stage:
        name = await stage.child("first")
        assert stage.view(name).spec.parent == ""
        head = await stage.reported(name)
        said = await stage.refused("request_merge", session=name, head=head)
        assert 'add "request_merge", "approve" to alone under [orchestrator] in wuhu.toml' in said
        assert f"wuhu merge {name}" in said
        listed = await stage.call("list_sessions", only_own=True)
        assert [one["session"] for one in listed["sessions"]] == [name]
        assert (await stage.call("run_in", place=name, command="true"))["exit_code"] == 0


async def test_a_project_may_let_it_merge_alone(root: Path) -> None:
    alone = 'alone = ["default", "request_merge", "approve"]'
    async with staged(root, settings=alone) as stage:
        name = await stage.child("first")
        head = await stage.reported(name)
        merged = await stage.call("request_merge", session=name, head=head)
        assert (merged["merge"]["outcome"], merged["allowed_by"]) == ("merged", stage.who.name)


async def test_what_it_approves_alone_it_answers_like_every_judge(root: Path) -> None:
    alone = 'alone = ["default", "request_merge", "approve"]'
    async with staged(root, settings=alone) as stage:
        name = await stage.child("first", acceptance=["it is fast"])
        head = await stage.reported(name)
        for tool in ("approve", "request_merge"):
            said = await stage.refused(tool, session=name, head=head)
            assert "criterion 1 is not answered: it is fast" in said
        unmet = [{"number": 1, "met": False, "evidence": "work.txt:1"}]
        assert "is not met" in await stage.refused(
            "approve", session=name, head=head, criteria=unmet
        )
        met = [{"number": 1, "met": True, "evidence": "work.txt:1"}]
        await stage.call("approve", session=name, head=head, criteria=met)
        review = stage.view(name).review
        assert review is not None
        assert review.verdict is not None
        assert (review.verdict.by, len(review.verdict.criteria)) == (stage.who.name, 1)


async def test_the_lead_who_allows_it_sees_the_answers_and_need_give_none(stage: Stage) -> None:
    name = await stage.child("first", acceptance=["it is fast", "it is small"])
    head = await stage.reported(name)
    met = [{"number": 1, "met": True, "evidence": "work.txt:1"}]
    approving = stage.calling("approve", session=name, head=head, criteria=met)
    asked = await stage.asked()
    assert "the orchestrator finds met: it is fast (work.txt:1)" in asked.context
    await stage.allows()
    assert (await approving)["verdict"] == "approved by lead"


async def test_leave_of_a_session_it_made_is_the_leads(stage: Stage) -> None:
    name = await stage.child("first")
    await permission(stage, name)
    (asked,) = (await stage.call("questions"))["questions"]
    assert not asked["may_answer"]
    said = await stage.refused("answer", session=name, choice="allow")
    assert "is the lead's to answer" in said
    assert '"answer_permission" in alone' in said
    assert stage.worker(name).answers == {}


async def test_a_project_may_let_it_answer_for_the_lead(root: Path) -> None:
    async with staged(root, settings='alone = ["default", "answer_permission"]') as stage:
        name = await stage.child("first")
        await permission(stage, name)
        await stage.call("answer", session=name, choice="deny", note="no")
        assert stage.worker(name).answers["p1"].choice == "deny"


async def test_what_it_did_not_make_it_does_not_decide_alone(stage: Stage) -> None:
    stranger = await stage.desk.started()
    stage.worker(stranger).asks("q1", "red", "blue")
    await stage.desk.reaches(stranger, SessionState.ASKING)
    answering = stage.calling("answer", session=stranger, choice="red")
    assert "answer a question of" in (await stage.asked()).text
    await stage.allows()
    await answering
    assert stage.worker(stranger).answers["q1"].by == stage.who.name


async def test_it_decides_nothing_about_itself_nor_its_children_about_it(stage: Stage) -> None:
    chief = stage.who.name
    stage.worker(chief).asks("q1", "red", "blue")
    await stage.desk.reaches(chief, SessionState.ASKING)
    assert "cannot answer its own questions" in await stage.refused(
        "answer", session=chief, choice="red"
    )
    for tool in ("stop_session", "interrupt", "archive_session", "request_review"):
        assert "a session cannot" in await stage.refused(tool, session=chief)
    assert "wait for itself" in await stage.refused("join", sessions=[chief])
    child = await stage.child("first")
    folder = str(stage.desk.folder.session(child).path)
    below = Hands(stage.desk.core, Orchestrator(name=child, folder=folder))
    async with connected(below) as client:
        nested = Stage(stage.desk, client, below.who)
        said = await nested.refused("answer", session=chief, choice="red")
    assert "for one that directs it" in said


async def test_leave_that_it_or_its_children_gave_does_not_count(stage: Stage) -> None:
    name = await stage.child("first")
    head = await stage.reported(name)
    for by in (stage.who.name, name):
        refusal = stage.being_refused("request_merge", session=name, head=head)
        await stage.allows(by=by)
        assert f"{by} cannot give leave" in await refusal
    assert stage.view(name).state is SessionState.IN_REVIEW


async def test_one_allowance_is_good_for_one_deed(stage: Stage) -> None:
    top = str(stage.desk.folder.root)
    calls = [stage.calling("run_in", place=top, command="echo x >> ../ran") for _ in range(2)]
    first = await stage.allows()
    await stage.desk.until((stage.desk.folder.root / "../ran").exists, "the first")
    second = await stage.allows()
    assert first.id != second.id
    for call in calls:
        assert (await call)["exit_code"] == 0
    assert (stage.desk.folder.root / "../ran").read_text() == "x\nx\n"


async def test_leave_for_one_command_is_none_for_another_in_the_same_place(stage: Stage) -> None:
    top, chief = str(stage.desk.folder.root), stage.who.name
    allowed = stage.calling("run_in", place=top, command="echo allowed >> ../ran")
    denied = stage.being_refused("run_in", place=top, command="echo denied >> ../ran")
    await stage.desk.until(lambda: len(stage.view(chief).questions) == 2, "both are asked")
    for question in stage.view(chief).questions:
        choice = ALLOW if "allowed" in question.context else DENY
        await stage.lead.answer(chief, question.id, choice=choice)
    assert (await allowed)["exit_code"] == 0
    assert "lead said no" in await denied
    assert (stage.desk.folder.root / "../ran").read_text() == "allowed\n"


async def test_commands_elsewhere_are_asked_and_forbidden_ones_run_nowhere(root: Path) -> None:
    rules = """alone = ["default"]
[[permissions]]
decision = "deny"
command = "git push"
reason = "nothing leaves this machine"
[[permissions]]
decision = "ask"
command = "git gc"
"""
    async with staged(root, settings=rules) as stage:
        name = await stage.child("first")
        elsewhere = stage.calling("run_in", place=str(root), command="git status")
        question = await stage.asked()
        assert question.request is not None
        assert (question.request.kind, question.request.command) == ("execute", "git status")
        await stage.allows()
        assert (await elsewhere)["exit_code"] == 0
        said = await stage.refused("run_in", place=name, command="cd x; git push origin main")
        assert "nothing leaves this machine" in said
        asked = stage.being_refused("run_in", place=name, command="git gc")
        await stage.allows("deny")
        assert "lead said no" in await asked


async def test_who_is_not_the_newest_or_not_green_is_told_before_the_lead_is_asked(
    stage: Stage,
) -> None:
    name = await stage.child("first")
    said = await stage.refused("request_merge", session=name, head="abc")
    assert "nothing to review yet" in said
    await stage.reported(name)
    said = await stage.refused("request_merge", session=name, head="abc")
    assert "abc is not the newest commit" in said
    assert stage.view(stage.who.name).questions == ()


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("join", {}, "nothing of your own to wait for"),
        ("join", {"timeout": "soon"}, "not a duration"),
        ("join", {"mode": "some"}, "it takes: sessions, mode, until, timeout"),
        ("read_session", {"session": "nobody"}, "no session is called"),
        ("steer", {"session": "shop-orchestrator-01", "text": "x"}, "your own session"),
        ("run_in", {"place": "..", "command": "true"}, "outside the project"),
        ("run_in", {"place": ".", "command": "true", "timeout": "none"}, "needs a time limit"),
        ("wait_job", {"job": "none"}, "there is no job"),
        ("instantiate_session", {"task": "x", "budget": "much"}, "200k tokens"),
        ("shout", {}, "there are: instantiate_session"),
    ],
)
async def test_what_is_wrong_is_told_in_words(
    stage: Stage, tool: str, arguments: dict[str, object], words: str
) -> None:
    assert words in await stage.refused(tool, **arguments)
