"""`wuhu report`: the worker's word on its work, laid into its own session's mailbox.

Agents run this between tool calls, so it is quick: no command-line framework, no core.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.commands import MakeReport
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.reports import ReportKind

USAGE = 'wuhu report done|blocked|failed|note --summary "…" [--evidence "…"] [--json]'


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message, remedy=USAGE)


def report(arguments: Sequence[str]) -> int:
    """Report, with the arguments after `wuhu report`."""
    wish = _parser().parse_args(arguments)
    summary = wish.summary or " ".join(wish.words)
    if not summary.strip():
        raise UsageError("a report needs a summary", remedy=USAGE)
    folder = _session_folder(wish.session_folder)
    command = MakeReport(
        id=wish.id or new_id(),
        by=folder.name,
        at=now(),
        kind=ReportKind(wish.kind),
        summary=summary,
        evidence=wish.evidence,
    )
    _put(folder, command)
    _say(folder, command, as_json=wish.json)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="wuhu report",
        description="Say how your work stands: done (finished and committed), blocked (cannot go "
        "on without help), failed (cannot be done), note (progress only).",
    )
    parser.add_argument("kind", choices=[kind.value for kind in ReportKind])
    parser.add_argument("words", nargs="*", metavar="SUMMARY", help="the summary, instead of -s")
    parser.add_argument("-s", "--summary", default="", help="what was done, in a sentence or two")
    parser.add_argument("-e", "--evidence", default="", help="what shows it: a test run, a file")
    parser.add_argument("--id", default="", help="the same id twice is one report")
    parser.add_argument("--session-folder", default="", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    return parser


def _session_folder(given: str) -> SessionFolder:
    place = given or os.environ.get("WUHU_SESSION_FOLDER", "")
    if not place:
        raise UsageError(
            "this is not inside a session: WUHU_SESSION_FOLDER is not set",
            remedy="only an agent that wuhu started reports; the lead looks with: wuhu status",
        )
    return SessionFolder(Path(place))


def _put(folder: SessionFolder, command: MakeReport) -> None:
    from wuhu_tui.session.mailbox import Mailbox

    Mailbox(folder.mailbox).put(command)


def _say(folder: SessionFolder, command: MakeReport, *, as_json: bool) -> None:
    if as_json:
        import json

        shape = {"session": folder.name, "report": command.kind.value, "id": command.id}
        sys.stdout.write(json.dumps(shape) + "\n")
    else:
        sys.stdout.write(f"reported: {command.kind.value}\n")
