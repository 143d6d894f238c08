"""`wuhu read-brief`: what a worker is to do, and what waits for it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.inside import WorkerParser, say_to_worker
from wuhu_tui.worker.brief import brief_text, read_brief
from wuhu_tui.worker.place import own_folder

USAGE = "wuhu read-brief [--json]"


def brief(arguments: Sequence[str]) -> int:
    """Print the brief, with the arguments after `wuhu read-brief`."""
    parser = WorkerParser(
        usage=USAGE,
        description="Your task again, its scope, criteria, checks and files, the questions you "
        "asked, and the messages that are on their way to you.",
    )
    wish = parser.parse_args(arguments)
    found = read_brief(own_folder(wish.session_folder))
    say_to_worker(brief_text(found), msgspec.to_builtins(found), as_json=wish.json)
    return OK
