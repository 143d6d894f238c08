"""`wuhu report` and `wuhu progress`: the worker's word on its work.

Agents run this between tool calls, so it is quick: no command-line framework, no core.
"""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.inside import WorkerParser, say_to_worker, words_of
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.worker.place import own_folder
from wuhu_tui.worker.reporting import make_report

USAGE = 'wuhu report done|blocked|failed|note --summary "…" [--evidence "…"] [--json]'
PROGRESS = 'wuhu progress "…" [--json]'


def report(arguments: Sequence[str]) -> int:
    """Report, with the arguments after `wuhu report`."""
    wish = _parser().parse_args(arguments)
    return _report(
        ReportKind(wish.kind),
        wish.summary or words_of(wish.words),
        evidence=wish.evidence,
        name=wish.id,
        folder=wish.session_folder,
        as_json=wish.json,
        usage=USAGE,
    )


def progress(arguments: Sequence[str]) -> int:
    """Tell progress, with the arguments after `wuhu progress`."""
    parser = WorkerParser(
        usage=PROGRESS, description="Tell how far you are; it is progress, never completion."
    )
    parser.add_argument("words", nargs="+", metavar="TEXT", help="how far you are; - reads stdin")
    wish = parser.parse_args(arguments)
    return _report(
        ReportKind.NOTE,
        words_of(wish.words),
        evidence="",
        name="",
        folder=wish.session_folder,
        as_json=wish.json,
        usage=PROGRESS,
    )


def _report(
    kind: ReportKind,
    summary: str,
    *,
    evidence: str,
    name: str,
    folder: str,
    as_json: bool,
    usage: str,
) -> int:
    if not summary.strip():
        raise UsageError("a report needs a summary", remedy=usage)
    place = own_folder(folder)
    command = make_report(place, kind, summary, evidence=evidence, name=name)
    shape = {"session": place.name, "report": command.kind.value, "id": command.id}
    say_to_worker(f"reported: {command.kind.value}", shape, as_json=as_json)
    return OK


def _parser() -> WorkerParser:
    parser = WorkerParser(
        usage=USAGE,
        description="Say how your work stands: done (finished and committed), blocked (cannot go "
        "on without help), failed (cannot be done), note (progress only).",
    )
    parser.add_argument("kind", choices=[kind.value for kind in ReportKind])
    parser.add_argument("words", nargs="*", metavar="SUMMARY", help="the summary, instead of -s")
    parser.add_argument("-s", "--summary", default="", help="what was done, in a sentence or two")
    parser.add_argument("-e", "--evidence", default="", help="what shows it: a test run, a file")
    parser.add_argument("--id", default="", help="the same id twice is one report")
    return parser
