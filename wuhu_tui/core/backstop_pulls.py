"""Pull requests, as far as the `gh` program is there to ask; without it nothing is looked for."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import msgspec

from wuhu_tui.core.github import PROGRAM, last_word, refused_by_gh, run_gh
from wuhu_tui.model.value import Value

_FIELDS = "number,title,url,state,headRefOid"
_NONE = ("no pull requests found", "no git remotes", "none of the git remotes")
"""What it says where there is nothing to find."""


class Pull(Value, frozen=True):
    """An open pull request."""

    number: int
    title: str
    url: str
    head: str


class _Answer(msgspec.Struct, frozen=True):
    number: int
    title: str = ""
    url: str = ""
    state: str = ""
    headRefOid: str = ""  # noqa: N815 - the program's own word


def pulls_fact() -> str:
    """In words, whether pull requests without a report are found here."""
    if shutil.which(PROGRAM):
        return "pull requests without a report are found with gh when a branch is pushed"
    return "gh is not installed: pull requests without a report are not looked for"


async def open_pull(root: Path, branch: str) -> Pull | None:
    """The open pull request of a branch; None where there is none, or nobody to ask.

    Raises:
        NotPossible: it could not be asked; says why.
    """
    if await asyncio.to_thread(shutil.which, PROGRAM) is None:
        return None
    words = ("pr", "view", "--json", _FIELDS, "--", branch)
    said = await run_gh(root, *words)
    if said.code != 0:
        if any(none in said.words for none in _NONE):
            return None
        last = last_word(said)
        raise refused_by_gh(f"gh cannot tell whether {branch} has a pull request: {last}")
    try:
        answer = msgspec.json.decode(said.output, type=_Answer)
    except msgspec.DecodeError as error:
        words_of = f"gh answered something else than a pull request: {error}"
        raise refused_by_gh(words_of) from error
    if answer.state != "OPEN":
        return None
    return Pull(number=answer.number, title=answer.title, url=answer.url, head=answer.headRefOid)
