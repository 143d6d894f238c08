"""How sessions are named and numbered: `{project}-{role}-{nn}`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from wuhu_tui.core.config import check_name
from wuhu_tui.core.door import NewSession
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.reviews import ReviewPolicy

MOST_TURNS = 1000

LONGEST_TITLE = 200
"""Characters: a title is a name in lists."""

BRANCHES = "wuhu/"
"""Where the branches of sessions are that named none themselves."""


def next_id(project: str, role: str, taken: Iterable[str]) -> str:
    """The first id after all that were ever used: a number is never used twice."""
    form = re.compile(re.escape(f"{project}-{role}-") + r"(\d+)")
    matches = (form.fullmatch(name) for name in taken)
    numbers = [int(match[1]) for match in matches if match]
    return f"{project}-{role}-{max(numbers, default=0) + 1:02d}"


def check_wish(wish: NewSession) -> None:
    """Refuse a wish that no session can be made of.

    Raises:
        UsageError: names the field and what is wrong with it.
    """
    try:
        check_name(wish.role)
    except ValueError as error:
        raise UsageError(f'the role "{wish.role}" {error}', remedy='for example: "impl"') from None
    if len(wish.title.strip()) > LONGEST_TITLE:
        raise UsageError(
            f"a title has at most {LONGEST_TITLE} characters",
            remedy="give it a short name, and say the rest in its task",
        )
    if not 0 <= wish.turn_limit <= MOST_TURNS:
        raise UsageError(
            f"{wish.turn_limit} turns are no limit",
            remedy=f"say a number from 1 to {MOST_TURNS}; 0 for none",
        )
    if wish.review and wish.review not in set(ReviewPolicy):
        raise UsageError(
            f'"{wish.review}" is no review policy',
            remedy=f"known: {', '.join(policy.value for policy in ReviewPolicy)}",
        )
    bad = next((path for path in wish.scope if not _is_inside(path)), None)
    if bad is not None:
        raise UsageError(
            f'the scope "{bad}" is no path inside the repository',
            remedy="name paths from the repository's top folder, without ..",
        )


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(path.strip()) and not path.startswith("/") and ".." not in parts
