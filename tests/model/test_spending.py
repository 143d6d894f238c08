from __future__ import annotations

import pytest

from wuhu_tui.journal.clock import now
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.budgets import Budget, limit_of
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.spending import (
    PROJECT,
    SESSION,
    amount,
    budget_question,
    doubled,
    named_limit,
    project_usage,
    short_usage,
    used_up,
    whose_budget,
)


def used(cost: float = 0.0, tokens: int = 0) -> Usage:
    return Usage(cost=cost, input_tokens=tokens // 2, output_tokens=tokens - tokens // 2)


@pytest.mark.parametrize(
    ("usage", "limit", "reached"),
    [
        (used(2.5), Budget(cost=2.5), True),
        (used(2.49), Budget(cost=2.5), False),
        (used(99), Budget(), False),
        (used(99), Budget(tokens=10), False),
        (used(0, 10), Budget(tokens=10), True),
        (used(0, 9), Budget(cost=1, tokens=10), False),
        (used(1, 9), Budget(cost=1, tokens=10), True),
        (used(), Budget(cost=1, tokens=1), False),
    ],
)
def test_a_limit_is_reached_when_as_much_is_used(
    usage: Usage, limit: Budget, reached: bool
) -> None:
    assert used_up(usage, limit) is reached


def test_more_is_more_than_was_used() -> None:
    assert doubled(Budget(cost=2), used(2.1)) == Budget(cost=4)
    assert doubled(Budget(cost=2), used(9)) == Budget(cost=11)
    assert doubled(Budget(tokens=10), used(9, 50)) == Budget(tokens=60)


@pytest.mark.parametrize(
    ("words", "limit", "new"),
    [
        ("5", Budget(cost=2), Budget(cost=5)),
        (" $5.50 ", Budget(cost=2), Budget(cost=5.5)),
        ("6 dollars", Budget(cost=2), Budget(cost=6)),
        ("5", Budget(tokens=2), Budget(tokens=5)),
        ("200k", Budget(tokens=2), Budget(tokens=200_000)),
        ("1.5M tokens", Budget(tokens=2), Budget(tokens=1_500_000)),
        ("1,000 tokens", Budget(cost=3, tokens=2), Budget(cost=3, tokens=1000)),
        ("5", Budget(cost=1, tokens=2), Budget(cost=5, tokens=2)),
    ],
)
def test_an_amount_is_the_new_limit(words: str, limit: Budget, new: Budget) -> None:
    assert named_limit(words, limit, used()) == new


@pytest.mark.parametrize(
    "words",
    [
        "",
        "much",
        "-5",
        "5 apples",
        "$5 tokens",
        "0",
        "$0",
        "0 tokens",
        "9" * 400,
        "9" * 400 + "k tokens",
    ],
)
def test_what_is_no_amount_is_refused(words: str) -> None:
    assert isinstance(named_limit(words, Budget(cost=1), used()), str)
    assert isinstance(amount(words), str)


def test_naming_one_limit_gives_more_of_the_other_that_is_used_up_too() -> None:
    assert named_limit("5", Budget(cost=1, tokens=10), used(1, 10)) == Budget(cost=5, tokens=20)
    found = named_limit("2", Budget(cost=1), used(3))
    assert found == "that is used up already: $3.00 of $2.00"


def test_the_limit_is_what_was_given_last_else_its_own_else_the_project_s() -> None:
    project, own = Budget(cost=1, tokens=10), Budget(cost=5)
    assert limit_of(project, Budget(), None) == project
    assert limit_of(project, own, None) == Budget(cost=5, tokens=10)
    assert limit_of(project, own, Budget(cost=9)) == Budget(cost=9)


def test_a_question_says_whose_budget_it_is() -> None:
    for whose in (SESSION, PROJECT):
        asked = budget_question("x", whose, used(3, 500), Budget(cost=2, tokens=400), at=now())
        assert whose_budget(asked) == whose
        assert asked.text == (f"the {whose}'s budget is used up: $3.00 of $2.00, 500 of 400 tokens")
        assert asked.options[0].label == "go on with another $2.00 or 400 tokens"


def test_a_project_used_what_its_sessions_did() -> None:
    views = {
        name: SessionView(spec=SessionSpec(id=name, project="p"), usage=usage)
        for name, usage in (("a", used(1, 10)), ("b", used(0.5, 7)), ("c", Usage(context_used=9)))
    }
    assert project_usage(Board(sessions=views)) == Usage(input_tokens=8, output_tokens=9, cost=1.5)
    assert project_usage(Board()) == Usage()


def test_use_in_short() -> None:
    assert short_usage(used(1.234, 12_345)) == "12.3k tokens $1.23"
    assert short_usage(used(0, 2_000_000)) == "2.0M tokens"
    assert short_usage(used()) == ""
