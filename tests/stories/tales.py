"""The stories: what a lead does with the dashboard, from first look to merged work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.stories.lead import Lead
from wuhu_tui.model.board import Board
from wuhu_tui.model.states import SessionState as S

Tale = Callable[[Lead], Awaitable[None]]


def _nobody_in(*states: S) -> Callable[[Board], bool]:
    return lambda board: all(view.state not in states for view in board.sessions.values())


async def answers_a_question(lead: Lead) -> None:
    """`passwords` asks which hash; the lead picks the recommended one and goes on to nothing."""
    await lead.waits_for_state("passwords", S.ASKING)
    await lead.selects("passwords")
    await lead.presses("a")
    await lead.sees("scrypt")
    await lead.presses("1")
    await lead.waits_for("the answer", lambda _: not lead.session("passwords").questions)
    await lead.waits_for_state("passwords", S.IN_REVIEW)


async def steers_a_worker(lead: Lead) -> None:
    """The lead tells `discount` something while it works; it lands at the next tool's end."""
    await lead.waits_for_state("discount", S.WORKING)
    await lead.selects("discount")
    await lead.presses("s")
    await lead.writes("keep the commits small")
    await lead.presses("enter")
    await lead.waits_for_state("discount", S.IN_REVIEW)
    said = "\n".join(item.text for item in lead.core.transcript(lead.session("discount").id).items)
    assert "Understood: keep the commits small" in said


async def allows_a_command(lead: Lead) -> None:
    """`rounding` wants to run the tests; the lead allows it from the inbox."""
    await lead.waits_for_state("rounding", S.ASKING)
    await lead.selects("rounding")
    await lead.presses("a")
    await lead.sees("unittest")
    await lead.presses("1")
    await lead.waits_for_state("rounding", S.IN_REVIEW)


async def resumes_the_crashed(lead: Lead) -> None:
    """`search` dies with its last words on the screen; one key brings it back to finish."""
    await lead.waits_for_state("search", S.FAILED)
    await lead.selects("search")
    await lead.sees("ECONNRESET")
    await lead.presses("R")
    await lead.waits_for_state("search", S.IN_REVIEW)


async def approves_and_merges(lead: Lead, title: str) -> None:
    """The lead looks at the diff, approves what is green, and merges it."""
    await lead.waits_for(
        f"green checks of {title}",
        lambda _: bool((review := lead.session(title).review) and review.checks_green),
    )
    await lead.selects(title)
    await lead.presses("d")
    await lead.sees("shop/")
    await lead.presses("y")
    await lead.presses("enter")
    await lead.waits_for_state(title, S.APPROVED)
    await lead.presses("escape")
    await lead.selects(title)
    await lead.presses("m")
    await lead.sees(f"Merge {title} into main")
    await lead.presses("enter")
    await lead.waits_for_state(title, S.MERGED, S.CONFLICT)


async def sends_a_conflict_back(lead: Lead) -> None:
    """`rounding` changed the line that `discount` changed: base stays, the files are named."""
    await lead.waits_for_state("rounding", S.CONFLICT)
    await lead.selects("rounding")
    await lead.sees("pricing.py")
    await lead.presses("f")
    await lead.writes("merge main and resolve the conflict")
    await lead.presses("enter")
    await lead.waits_for_state("rounding", S.IN_REVIEW)


async def a_whole_morning(lead: Lead) -> None:
    """Four sessions from start to merged, with everything that happens on the way."""
    await steers_a_worker(lead)
    await answers_a_question(lead)
    await allows_a_command(lead)
    await resumes_the_crashed(lead)
    for title in ("discount", "passwords", "search", "rounding"):
        await approves_and_merges(lead, title)
    await sends_a_conflict_back(lead)
    await approves_and_merges(lead, "rounding")
    await lead.waits_for("everything to be merged", _nobody_in(*(s for s in S if s != S.MERGED)))


TALES: dict[str, Tale] = {
    "answer": answers_a_question,
    "steer": steers_a_worker,
    "permission": allows_a_command,
    "resume": resumes_the_crashed,
    "morning": a_whole_morning,
}
"""Every story by its name."""

HEROES: dict[Tale, set[str]] = {
    answers_a_question: {"passwords"},
    steers_a_worker: {"discount"},
    allows_a_command: {"rounding"},
    resumes_the_crashed: {"search"},
}
"""The only sessions a story needs; of the others it needs all."""
