"""What was used of a budget, what is asked when it is used up, and what an answer to that means. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.budgets import RAISE, STOP, Budget
from wuhu_tui.model.questions import OnTimeout, Option, Question, QuestionKind
from wuhu_tui.model.reports import Usage

SESSION = "session"
PROJECT = "project"
"""Whose budget it is."""

_PREFIX = "budget:"
_AMOUNT = re.compile(
    r"\$?\s*(\d[\d,_]*(?:\.\d+)?|\.\d+)\s*([kKmM]?)\s*(\$|usd|dollars?|tokens?)?\s*\Z",
    re.IGNORECASE,
)
MOST_USED = 1_000_000_000_000
"""The largest limit, in dollars as in tokens."""

_TIMES = {"": 1, "k": 1000, "m": 1_000_000}


def tokens_of(usage: Usage) -> int:
    """Input and output together."""
    return usage.input_tokens + usage.output_tokens


def total(usages: Iterable[Usage]) -> Usage:
    """What several used together; a context is nobody's but its own."""
    found = list(usages)
    return Usage(
        input_tokens=sum(one.input_tokens for one in found),
        output_tokens=sum(one.output_tokens for one in found),
        cost=sum(one.cost for one in found),
    )


def project_usage(board: Board) -> Usage:
    """What all sessions of a project used, archived ones too, as far as their agents tell."""
    return total(spent(view) for view in board.sessions.values())


def spent(view: SessionView) -> Usage:
    """What a session used: by its own journal, or by the project's where that was not read."""
    return view.archived_usage if view.usage == Usage() else view.usage


def short_usage(usage: Usage) -> str:
    """Tokens and money in a few characters; empty where nothing is told."""
    tokens = tokens_of(usage)
    parts = [f"{_count(tokens)} tokens"] if tokens else []
    parts += [f"${usage.cost:.2f}"] if usage.cost else []
    return " ".join(parts)


def _count(number: int) -> str:
    for size, unit in ((1_000_000, "M"), (1000, "k")):
        if number >= size:
            return f"{number / size:.1f}{unit}"
    return str(number)


def used_up(usage: Usage, limit: Budget) -> bool:
    """Whether a limit is reached."""
    cost = 0 < limit.cost <= usage.cost
    return cost or 0 < limit.tokens <= tokens_of(usage)


def spent_words(usage: Usage, limit: Budget) -> str:
    """How much of a limit was used, in its own terms."""
    parts = [f"${usage.cost:.2f} of ${limit.cost:.2f}"] if limit.cost else []
    parts += [f"{tokens_of(usage):,} of {limit.tokens:,} tokens"] if limit.tokens else []
    return ", ".join(parts)


def doubled(limit: Budget, usage: Usage) -> Budget:
    """As much again; more, where even that is used up already."""
    cost, tokens, used = limit.cost, limit.tokens, tokens_of(usage)
    more_cost = 2 * cost if 2 * cost > usage.cost else usage.cost + cost
    more_tokens = 2 * tokens if 2 * tokens > used else used + tokens
    return Budget(cost=more_cost if cost else 0.0, tokens=more_tokens if tokens else 0)


def amount(words: str, *, tokens: bool = False) -> Budget | str:
    """What `5`, `$7.50` or `200k tokens` limits, or why it is no amount.

    A bare number is dollars, or else, if `tokens`, tokens.
    """
    match = _AMOUNT.match(words.strip())
    if match is None:
        return "say an amount such as 5, $7.50 or 200k tokens"
    number = float(re.sub("[,_]", "", match.group(1))) * _TIMES[match.group(2).lower()]
    if number > MOST_USED:
        return f"no limit is above {MOST_USED:,}"
    unit = (match.group(3) or "").lower()
    if unit.startswith("token") and "$" in words:
        return "say either dollars or tokens"
    if unit.startswith("token") or (tokens and not unit and "$" not in words):
        return Budget(tokens=int(number)) if number >= 1 else "0 is no limit"
    return Budget(cost=number) if number else "0 is no limit"


def named_limit(words: str, limit: Budget, usage: Usage) -> Budget | str:
    """The limit that the lead's words mean in place of one that is used up, or why they mean none."""
    named = amount(words, tokens=not limit.cost)
    if isinstance(named, str):
        return named
    other = doubled(limit, usage) if used_up(usage, limit) else limit
    new = Budget(
        cost=named.cost or other.cost,
        tokens=named.tokens or other.tokens,
    )
    return f"that is used up already: {spent_words(usage, new)}" if used_up(usage, new) else new


def budget_question(
    name: str, whose: str, usage: Usage, limit: Budget, *, at: datetime, reason: str = ""
) -> Question:
    """What the lead is asked; it waits for ever, over turns and lives."""
    more = doubled(limit, usage)
    return Question(
        id=f"{_PREFIX}{whose}:{name}",
        kind=QuestionKind.BUDGET,
        text=f"the {whose}'s budget is used up: {spent_words(usage, limit)}",
        context=reason,
        asked_at=at,
        options=(
            Option(key=RAISE, label=f"go on with another {_more_words(limit, more)}"),
            Option(key=STOP, label="stop the session", detail="its work stays as it is"),
        ),
        on_timeout=OnTimeout.BLOCK,
        outlives_turn=True,
    )


def whose_budget(question: Question) -> str:
    """Whose budget a question is about."""
    return PROJECT if question.id.startswith(f"{_PREFIX}{PROJECT}:") else SESSION


def _more_words(limit: Budget, more: Budget) -> str:
    parts = [f"${more.cost - limit.cost:.2f}"] if limit.cost else []
    parts += [f"{more.tokens - limit.tokens:,} tokens"] if limit.tokens else []
    return " or ".join(parts)
