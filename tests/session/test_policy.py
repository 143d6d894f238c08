"""Permissions: rules answer the dull ones, the lead the others."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import msgspec
import pytest

from tests.session.ruled import RULES, leave, tell_policy
from tests.session.stage import Stage
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import PermissionDecided, RuleAdded
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY, Decision
from wuhu_tui.model.questions import Answer, OnTimeout
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.policy import BY_RULE, PolicyFile, WorktreePlace


async def heard(asked: asyncio.Task[Answer | None]) -> Answer:
    answer = await asyncio.wait_for(asked, 5)
    assert answer is not None
    return answer


async def test_rules_answer_at_once_and_nobody_is_asked(stage: Stage) -> None:
    tell_policy(stage, Policy(rules=RULES))
    turn = await stage.first_turn()
    allowed = await heard(turn.ask(leave("git status -s")))
    denied = await heard(turn.ask(leave("git status && rm -fr x")))
    edited = await heard(turn.ask(leave("", "docs/a.md")))
    assert [(one.choice, one.by) for one in (allowed, denied, edited)] == [
        (ALLOW, BY_RULE),
        (DENY, BY_RULE),
        (ALLOW, BY_RULE),
    ]
    assert denied.text == "use git clean"
    decided = stage.events(PermissionDecided)
    assert [(one.decision, one.origin, one.rule) for one in decided] == [
        (Decision.ALLOW, "wuhu.toml", RULES[0]),
        (Decision.DENY, "wuhu.toml", RULES[2]),
        (Decision.ALLOW, "wuhu.toml", RULES[1]),
    ]
    assert stage.events(events.QuestionAsked) == []
    assert "asking" not in stage.states


@pytest.mark.parametrize("command", ["make", "git push", "git status && make", "$X"])
async def test_what_no_rule_answers_is_asked(stage: Stage, command: str) -> None:
    tell_policy(stage, Policy(rules=RULES))
    turn = await stage.first_turn()
    asked = turn.ask(leave(command))
    await stage.in_state(SessionState.ASKING)
    stage.answer("p1", ALLOW)
    assert (await heard(asked)).by == "lead"
    assert stage.events(PermissionDecided) == []


async def test_a_changed_policy_counts_at_the_next_request(stage: Stage) -> None:
    tell_policy(stage, Policy())
    turn = await stage.first_turn()
    asked = turn.ask(leave("git status"))
    await stage.in_state(SessionState.ASKING)
    stage.answer("p1", DENY)
    await heard(asked)
    tell_policy(stage, Policy(rules=RULES))
    assert (await heard(turn.ask(leave("git status", name="p2")))).by == BY_RULE


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"rules": 3}', b"\xff"])
async def test_without_readable_rules_everything_is_asked_and_that_is_told_once(
    stage: Stage, content: bytes | None
) -> None:
    tell_policy(stage, Policy(rules=RULES))
    if content is None:
        stage.folder.policy.unlink()
    else:
        stage.folder.policy.write_bytes(content)
    turn = await stage.first_turn()
    for name in ("p1", "p2"):
        asked = turn.ask(leave("git status", name=name))
        await stage.in_state(SessionState.ASKING)
        stage.answer(name, ALLOW_SESSION)
        await heard(asked)
    warnings = [note.text for note in stage.events(events.Noted) if note.level == "warning"]
    assert len([text for text in warnings if "cannot be read, each is asked" in text]) == 1
    assert (await heard(turn.ask(leave("wuhu progress 3/4", name="p3")))).by == BY_RULE


async def test_what_is_allowed_for_the_session_holds_in_later_lives_too(stage: Stage) -> None:
    tell_policy(stage, Policy(rules=RULES))
    turn = await stage.first_turn()
    asked = turn.ask(leave("make all"))
    await stage.in_state(SessionState.ASKING)
    stage.answer("p1", ALLOW_SESSION)
    await heard(asked)
    rule = stage.events(RuleAdded)[0].rule
    assert (rule.command, rule.exact) == ("make all", True)
    assert (await heard(turn.ask(leave("make all", name="p2")))).by == BY_RULE
    await stage.kill()
    turn = await stage.first_turn()
    assert stage.view.session_rules == (rule,)
    assert (await heard(turn.ask(leave("make all", name="p3")))).by == BY_RULE
    assert [one.origin for one in stage.events(PermissionDecided)] == ["session", "session"]
    other = turn.ask(leave("make", name="p4"))
    await stage.in_state(SessionState.ASKING)
    stage.answer("p4", ALLOW_SESSION)
    await heard(other)


async def test_a_rule_that_denies_outweighs_what_the_session_was_allowed(stage: Stage) -> None:
    tell_policy(stage, Policy())
    turn = await stage.first_turn()
    asked = turn.ask(leave("rm -rf build"))
    await stage.in_state(SessionState.ASKING)
    stage.answer("p1", ALLOW_SESSION)
    await heard(asked)
    tell_policy(stage, Policy(rules=RULES))
    assert (await heard(turn.ask(leave("rm -rf build", name="p2")))).choice == DENY


async def test_a_permission_that_nobody_answers_is_denied_where_the_project_says_so(
    stage: Stage,
) -> None:
    tell_policy(stage, Policy(permission_minutes=0.001))
    turn = await stage.first_turn()
    answer = await heard(turn.ask(leave("make")))
    assert (answer.choice, answer.text, answer.by) == (DENY, "nobody answered in time", "deadline")
    asked = stage.events(events.QuestionAsked)[0].question
    assert asked.on_timeout is OnTimeout.FAIL
    assert asked.deadline is not None
    assert stage.events(events.QuestionAnswered)[0].expired


def test_links_lead_where_they_lead(tmp_path: Path) -> None:
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    (tree / "src").mkdir(parents=True)
    outside.mkdir()
    (tree / "out").symlink_to(outside)
    (tree / "alias").symlink_to(tree / "src")
    (tmp_path / "way").symlink_to(tree)
    for top in (tree, tmp_path / "way"):
        place = WorktreePlace(top)
        assert place.within("src/new/a.py") == "src/new/a.py"
        assert place.within("alias/a.py") == "src/a.py"
        assert place.within(str(top / "a.py")) == "a.py"
        assert place.within("out/a.py") is None
        assert place.within("src/../../outside/a") is None
        assert place.within(f"{tree}-other/a") is None
        assert place.as_written("out/a.py") == "out/a.py"
        assert place.as_written("../a") is None
        assert place.whole("out/a") == str(outside / "a")


@pytest.mark.parametrize("path", ["src/a\0b", "src/\ud800"])
def test_a_path_that_no_file_can_have_is_nowhere_and_no_trouble(tmp_path: Path, path: str) -> None:
    place = WorktreePlace(tmp_path)
    assert place.within(path) is None
    assert place.as_written(path) == path
    assert place.whole(path).endswith(path)


def test_a_pipe_in_place_of_the_policy_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "policy.json")
    policy = PolicyFile(tmp_path / "policy.json")
    policy.look()
    assert "plain file" in policy.trouble


def test_the_policy_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    file = PolicyFile(path)
    assert file.look() == Policy()
    assert "No such file" in file.trouble
    path.write_bytes(msgspec.json.encode(Policy(rules=RULES)))
    assert file.look().rules == RULES
    assert file.trouble == ""
    assert file.look() is file.look()
    path.write_text("junk")
    assert file.look().rules == RULES
    assert file.trouble
