"""Which commit brought a line, in exactly the work that is under review."""

from __future__ import annotations

import re

from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git

_FIRST = re.compile(rb"^([0-9a-f]{40,64}) ")


class Blamed(Value, frozen=True):
    """The commit that brought a line; `is_base`: the line was there before the work began."""

    commit: str
    subject: str = ""
    is_base: bool = False
    path: str = ""
    """What the file was called there."""


async def blame(git: Git, base: str, head: str, path: str, line: int) -> Blamed:
    """Which commit of `base..head` brought a line of a file as it is in `head`."""
    output = await git.read_bytes(
        *("-c", "blame.ignoreRevsFile=", "blame", "--porcelain", "-L", f"{line},{line}"),
        *(f"{base}..{head}", "--", path),
        deadline=LONG,
    )
    return parse_blame(output)


def parse_blame(output: bytes) -> Blamed:
    """What `git blame --porcelain` tells of the first line."""
    found = _FIRST.match(output)
    fields = dict(_field(line) for line in output.split(b"\n") if not line.startswith(b"\t"))
    return Blamed(
        commit=found[1].decode("ascii") if found else "",
        subject=fields.get("summary", ""),
        is_base="boundary" in fields,
        path=fields.get("filename", ""),
    )


def _field(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode("utf-8", "backslashreplace").partition(" ")
    return name, value


async def commits_after(git: Git, commit: str, head: str) -> tuple[str, ...]:
    """The commits that build on this one up to `head`, oldest first."""
    words = ("rev-list", "--reverse", "--topo-order", "--ancestry-path", f"{commit}..{head}")
    return tuple((await git.read(*words, deadline=LONG)).split())
