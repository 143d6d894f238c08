"""How merges that are proven together land: what is green does, whoever makes it red does not.

Only what decides is here; a `Bench` stacks, checks and lands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

Member = TypeVar("Member")


class StackChanged(Exception):
    """Base moved, or one of the stack may not land any more: what is left is stacked anew."""


class Bench(Protocol[Member]):
    """Where a stack of merges is built, checked and landed."""

    async def build(self, members: Sequence[Member]) -> Sequence[Member]:
        """Stack these on base as it is now; those that stand in it, in order, the rest has left."""

    async def green(self, count: int) -> bool:
        """Whether every check passes on the lowest so many of the stack; 0: on base itself.

        Raises:
            StackChanged: one of them was taken out meanwhile.
        """

    async def land(self, count: int) -> None:
        """Move base to the lowest so many.

        Raises:
            StackChanged: base is not where it was, or one of them may not land any more.
        """

    async def blame(self, culprit: Member, below: Sequence[Member]) -> None:
        """This one goes back: base with those below it is green, and red with it."""

    async def red_base(self, members: Sequence[Member]) -> None:
        """Base itself is red: nobody is to blame, and nothing can be proven now."""


async def land_together(bench: Bench[Member], members: Sequence[Member]) -> None:
    """Land all of these that are green; each that makes the stack red goes back.

    What is below a culprit lands before it is judged, so that it is judged on what base is. Base
    only ever stops at a stack that was checked as it is.
    """
    while members:
        stack = await bench.build(members)
        try:
            members = await _land_green(bench, stack) if stack else ()
        except StackChanged:
            members = stack


async def _land_green(bench: Bench[Member], stack: Sequence[Member]) -> Sequence[Member]:
    """Land what is green of a stack; who is to be stacked anew."""
    green = len(stack)
    if not await bench.green(green):
        if not await bench.green(0):
            await bench.red_base(stack)
            return ()
        green = await last_green(len(stack), bench.green)
    if green:
        await bench.land(green)
    if green < len(stack):
        await bench.blame(stack[green], stack[:green])
    return stack[green + 1 :]


async def last_green(count: int, green: Callable[[int], Awaitable[bool]]) -> int:
    """A height at which the stack is green and with one more red; 0 is green, `count` red."""
    low, high = 0, count
    while high - low > 1:
        middle = (low + high) // 2
        if await green(middle):
            low = middle
        else:
            high = middle
    return low
