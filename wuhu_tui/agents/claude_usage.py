"""What the agent used: tokens, money, and how full its memory of the conversation is."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from wuhu_tui.agents.claude_frames import Result, Tokens
from wuhu_tui.model.events import Event, UsageChanged
from wuhu_tui.model.reports import Usage


class Meter:
    """Follows the totals that the agent tells at a turn's end, which go on over all its lives.

    Input tokens are all that the model read, from its cache or not.
    """

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._usage = Usage()
        self._settled = Usage()
        """The totals when the last turn ended; only then does the agent tell them."""
        self._messages: dict[str, Tokens] = {}
        """What each message since then used: told with every piece of it, so counted once."""
        self.knows_totals = True
        """False: the totals go on from a life before, and are not known until a turn ends."""
        self.model = ""

    def message(self, name: str, tokens: Tokens, *, own: bool) -> None:
        """A message tells what it used; an agent's own, not a sub-agent's, how full its memory is."""
        if not tokens.read:
            return
        self._messages[name] = tokens
        since = self._messages.values()
        usage = replace(
            self._usage,
            input_tokens=self._settled.input_tokens + sum(one.read for one in since),
            output_tokens=self._settled.output_tokens + sum(one.output_tokens for one in since),
        )
        self._use(replace(usage, context_used=tokens.read) if own else usage)

    def compacted(self, left: int) -> None:
        """The conversation was shortened to so many tokens; 0: not told."""
        if left:
            self._use(replace(self._usage, context_used=left))

    def result(self, told: Result) -> None:
        """A turn ended: the totals so far."""
        cost = self._usage.cost if told.cost is None else told.cost
        window = self._window(told) or self._usage.context_size
        usage = replace(
            self._usage,
            cost=cost,
            context_size=window,
            input_tokens=self._settled.input_tokens,
            output_tokens=self._settled.output_tokens,
        )
        if told.models:
            totals = told.models.values()
            usage = replace(
                usage,
                input_tokens=sum(t.input_tokens + t.cache_read + t.cache_creation for t in totals),
                output_tokens=sum(t.output_tokens for t in totals),
            )
        else:
            usage = replace(
                usage,
                input_tokens=usage.input_tokens + told.usage.read,
                output_tokens=usage.output_tokens + told.usage.output_tokens,
            )
        self.knows_totals = True
        self._settled = usage
        self._messages.clear()
        self._use(usage)

    def _window(self, told: Result) -> int:
        """The main model's; helpers with smaller ones may have worked too."""
        main = told.models.get(self.model)
        if main is not None:
            return main.context_window
        return max((t.context_window for t in told.models.values()), default=0)

    def _use(self, usage: Usage) -> None:
        if usage == self._usage:
            return
        self._usage = usage
        if self.knows_totals:
            self._emit(UsageChanged(usage=usage))
