from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.core.conftest import Desk
from tests.core.test_config import refusal, written
from wuhu_tui.core.config import load_config
from wuhu_tui.core.policy import write_policy
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.budgets import Budget, Policy
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.model.permissions import Decision, PolicyRule

TEXT = """
[policies]
permission_minutes = 5
[[permissions]]
decision = "allow"
tool = "Bash"
command = "git status"
[[permissions]]
decision = "deny"
command = "rm -rf"
reason = "no"
[[permissions]]
decision = "ask"
kind = "edit"
path = "docs/**"
[budget]
session_cost = 2.5
project_tokens = 1000
[delivery]
deferrals = 3
sign_seconds = 30
"""
POLICY = Policy(
    rules=(
        PolicyRule(decision=Decision.ALLOW, tool="Bash", command="git status"),
        PolicyRule(decision=Decision.DENY, command="rm -rf", reason="no"),
        PolicyRule(decision=Decision.ASK, kind="edit", path="docs/**"),
    ),
    session_budget=Budget(cost=2.5),
    permission_minutes=5,
    most_refusals=3,
    sign_seconds=30,
)


def told(folder: ProjectFolder) -> Policy:
    return msgspec.json.decode(folder.policy.read_bytes(), type=Policy)


def test_rules_and_budgets_are_read(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, TEXT))
    assert config.policy == POLICY
    assert config.budget.project == Budget(tokens=1000)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[permissions]]\ndecision='alow'\ncommand='x'", ["permissions[0].decision"]),
        ("[[permissions]]\ncommand='x'", ["permissions[0].decision", "required"]),
        ("[[permissions]]\ndecision='allow'", ["permissions[0]", "none would mean all"]),
        ("[[permissions]]\ndecision='allow'\ncommand=' '", ["permissions[0].command"]),
        ("[[permissions]]\ndecision='allow'\ncommand='a; b'", ["one command a rule"]),
        ("[[permissions]]\ndecision='deny'\ncommand='$x'", ["the words a command begins with"]),
        ("[[permissions]]\ndecision='deny'\npath='../x'", ["permissions[0].path", "without .."]),
        ("[[permissions]]\ndecision='deny'\npath='/x'", ["from the worktree's top"]),
        ("[[permissions]]\ndecision='deny'\nkind='write'", ["permissions[0].kind"]),
        ("[[permissions]]\ndecision='deny'\npaths='x'", ['"permissions[0].path"']),
        ("[budget]\nsession_cost=-1", ["budget.session_cost"]),
        ("[budget]\nsession=1", ["budget.session", "unknown key"]),
        ("[policies]\npermission_minutes=-1", ["policies.permission_minutes"]),
    ],
)
def test_mistakes_in_rules_are_named(tmp_path: Path, text: str, words: list[str]) -> None:
    error = str(refusal(tmp_path, text))
    assert [word for word in words if word not in error] == []


def test_the_policy_is_written_only_when_it_differs(root: Path) -> None:
    folder = ProjectFolder(root)
    config = load_config(written(root, TEXT))
    assert told(folder) == Policy()
    assert write_policy(folder, config)
    assert told(folder) == POLICY
    assert not write_policy(folder, config)
    folder.policy.unlink()
    assert write_policy(folder, config)


async def test_a_start_tells_the_runners_what_the_file_says_now(desk: Desk) -> None:
    assert told(desk.folder) == Policy()
    session = await desk.made()
    written(desk.folder.root, TEXT)
    await desk.core.start(session)
    assert told(desk.folder) == POLICY
    written(desk.folder.root, "[budget]\nsession_cost = 'much'")
    with pytest.raises(ConfigError):
        await desk.core.project.reload()
    assert told(desk.folder) == POLICY


async def test_the_conductor_tells_of_a_change_by_itself(conducted: Desk) -> None:
    written(conducted.folder.root, TEXT)
    await conducted.until(lambda: told(conducted.folder) == POLICY)
