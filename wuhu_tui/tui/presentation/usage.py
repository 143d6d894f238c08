"""What a session uses, in words: tokens, money, context, memory and processor."""

from __future__ import annotations

from wuhu_tui.model.budgets import Budget, Resources
from wuhu_tui.model.reports import Usage


def usage_words(usage: Usage) -> str:
    """Tokens and money; empty where the agent tells neither."""
    tokens = usage.input_tokens + usage.output_tokens
    parts = [f"{count_words(tokens)} tokens"] if tokens else []
    parts += [money(usage.cost)] if usage.cost else []
    return " · ".join(parts)


def money_or_tokens(usage: Usage) -> str:
    """Money, or tokens where no agent tells what they cost."""
    return money(usage.cost) if usage.cost else usage_words(usage)


def context_words(usage: Usage) -> str:
    """How full the agent's context is."""
    if not usage.context_size:
        return ""
    share = 100 * usage.context_used // usage.context_size
    return f"{share}% of {count_words(usage.context_size)}"


def budget_words(usage: Usage, limit: Budget) -> str:
    """How much of a budget is used."""
    parts = []
    if limit.cost:
        parts.append(f"{money(usage.cost)} of {money(limit.cost)}")
    if limit.tokens:
        tokens = usage.input_tokens + usage.output_tokens
        parts.append(f"{count_words(tokens)} of {count_words(limit.tokens)} tokens")
    return " · ".join(parts)


def resources_words(used: Resources) -> str:
    """Memory and processor of a process tree."""
    if not used.processes:
        return ""
    plural = "es" * (used.processes != 1)
    return f"{size(used.memory)} · {used.cpu:.0%} CPU · {used.processes} process{plural}"


def money(cost: float) -> str:
    """US dollars; what is less than a cent is not nothing."""
    return f"${cost:.2f}" if cost >= 0.01 or not cost else "<$0.01"


def count_words(number: int) -> str:
    """A number of tokens in as few characters as a lead needs."""
    if number < 1000:
        return str(number)
    if number < 1_000_000:
        return f"{number / 1000:.1f}k" if number < 10_000 else f"{number // 1000}k"
    return f"{number / 1_000_000:.1f}M"


def size(octets: int) -> str:
    """Bytes as MB or GB."""
    megabytes = octets / 1_000_000
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"
