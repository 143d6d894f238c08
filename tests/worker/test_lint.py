"""What the linter finds in a task, and what it leaves alone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from wuhu_tui.worker.lint import RULES, Assignment, lint, lint_summary

WHOLE = Assignment(
    task="Hash new passwords with Argon2id in src/auth.py; keep verifying the old SHA-1 ones.",
    scope=("src/auth.py", "tests/"),
    acceptance=("tests/test_auth.py covers old and new hashes", "all tests pass"),
    checks=("tests: make test",),
    turn_limit=15,
)


def _rules(assignment: Assignment) -> set[str]:
    return {finding.rule for finding in lint(assignment)}


def test_a_whole_task_has_nothing_to_mend() -> None:
    assert lint(WHOLE) == ()
    assert lint_summary(lint(WHOLE)) == ""


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"task": "Fix the login."}, "context"),
        ({"scope": ()}, "scope"),
        ({"acceptance": ()}, "acceptance"),
        ({"acceptance": ("the code is clean",)}, "measurable"),
        ({"acceptance": ("errors are handled properly",)}, "measurable"),
        ({"checks": (), "acceptance": ("old hashes verify",)}, "tests"),
        ({"turn_limit": 0}, "turns"),
        ({"task": "Improve the way that passwords are hashed.", "acceptance": ()}, "unmeasured"),
        ({"task": "Please optimise the search of the shop.", "acceptance": ()}, "unmeasured"),
        ({"task": "Clean up everything around the login form.", "acceptance": ()}, "unmeasured"),
        ({"focus": "Do not commit before I looked at it."}, "commits"),
        ({"task": "Hash the passwords in src/auth.py; I'll commit it then."}, "commits"),
        ({"task": "Hash passwords as the other session does it in src/cart.py."}, "others"),
        ({"task": "Hash passwords, shop-impl-02 changes the routes.", "others": ("shop-impl-02",)}, "others"),
        ({"task": "Hash passwords; the salt is probably in src/salt.py, use it."}, "assumption"),
        ({"focus": "I think the cache is at fault."}, "assumption"),
    ],
)  # fmt: skip
def test_each_fault_is_named(change: dict[str, object], rule: str) -> None:
    assert rule in _rules(replace(WHOLE, **change))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"scope": (), "focus": "Do not change anything outside src/."}, "scope"),
        ({"scope": (), "task": f"{WHOLE.task} Leave the routes alone."}, "scope"),
        ({"acceptance": (), "task": f"{WHOLE.task} Done when both verify."}, "acceptance"),
        ({"acceptance": ("a good login takes under 0.3 s",)}, "measurable"),
        ({"checks": (), "task": f"{WHOLE.task} Write tests for both."}, "tests"),
        ({"task": "Improve the search: p95 from 2 s to 0.2 s, see bench/."}, "unmeasured"),
        ({"task": "Commit each of the three steps alone, tests first."}, "commits"),
        ({"task": "Hash the passwords of sessions in src/session.py anew."}, "others"),
        ({"task": "Rename auth to login in all of src/auth.py.", "others": ("aut",)}, "others"),
        ({"task": "Find out which thread is likely to deadlock in src/pool.py."}, "assumption"),
    ],
)
def test_what_is_said_otherwise_is_no_fault(change: dict[str, object], rule: str) -> None:
    assert rule not in _rules(replace(WHOLE, **change))


def test_every_finding_has_a_remedy_and_every_rule_can_fire() -> None:
    everything = Assignment(
        task="Improve it; probably like another session, don't commit", acceptance=("good",)
    )
    empty = Assignment(task="Do it")
    found = [*lint(everything), *lint(empty)]
    assert all(finding.remedy and finding.text for finding in found)
    assert len({finding.rule for finding in found}) == len(RULES)


def test_the_summary_is_one_line() -> None:
    told = lint_summary(lint(Assignment(task="Do it")))
    assert "no scope" in told
    assert "\n" not in told
