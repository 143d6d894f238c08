"""What tests of permissions and budgets share: a project's policy, and requests for leave."""

from __future__ import annotations

import msgspec

from tests.session.stage import Stage
from wuhu_tui.journal.clock import now
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.permissions import (
    ALLOW,
    ALLOW_SESSION,
    DENY,
    Decision,
    PermissionRequest,
    PolicyRule,
)
from wuhu_tui.model.questions import Option, Question, QuestionKind

RULES = (
    PolicyRule(decision=Decision.ALLOW, command="git status"),
    PolicyRule(decision=Decision.ALLOW, path="docs/"),
    PolicyRule(decision=Decision.DENY, command="rm -rf", reason="use git clean"),
    PolicyRule(decision=Decision.ASK, command="git push"),
)
OPTIONS = (
    Option(key=ALLOW, label="Allow once"),
    Option(key=ALLOW_SESSION, label="Allow for this session"),
    Option(key=DENY, label="Deny"),
)


def tell_policy(stage: Stage, policy: Policy) -> None:
    """What the core writes for every runner."""
    stage.folder.policy.write_bytes(msgspec.json.encode(policy))


def leave(command: str = "", *paths: str, name: str = "p1") -> Question:
    """An agent wants to run a command, or else to edit files."""
    tool, kind = ("Bash", "execute") if command else ("Edit", "edit")
    return Question(
        id=name,
        kind=QuestionKind.PERMISSION,
        text=command or f"edit {paths}",
        asked_at=now(),
        options=OPTIONS,
        request=PermissionRequest(tool=tool, kind=kind, command=command, paths=paths),
    )
