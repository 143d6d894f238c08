"""`wuhu report` and `wuhu progress`: the worker's word on its work.

Agents run this between tool calls, so it is quick: no command-line framework, no core.
"""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.inside import WorkerParser, say_to_worker, words_of
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.findings import criterion_of
from wuhu_tui.model.reports import Criterion, ReportKind
from wuhu_tui.worker.place import own_folder, spec_of
from wuhu_tui.worker.reporting import make_report

USAGE = (
    'wuhu report done|blocked|failed|note --summary "…" [--evidence "…"] '
    '[--criterion "N met|unmet path:line"]… [--json]'
)
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
        criteria=wish.criterion,
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
    criteria: Sequence[str] = (),
) -> int:
    if not summary.strip():
        raise UsageError("a report needs a summary", remedy=usage)
    place = own_folder(folder)
    answers = _answers(place, criteria)
    command = make_report(place, kind, summary, evidence=evidence, name=name, criteria=answers)
    shape = {"session": place.name, "report": command.kind.value, "id": command.id}
    say_to_worker(f"reported: {command.kind.value}", shape, as_json=as_json)
    return OK


def _answers(place: SessionFolder, criteria: Sequence[str]) -> tuple[Criterion, ...]:
    """The acceptance criteria as they were answered; the session's spec is only read for them."""
    acceptance = spec_of(place).acceptance if criteria else ()
    return tuple(criterion_of(text, acceptance) for text in criteria)


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
    parser.add_argument(
        *("-c", "--criterion"),
        action="append",
        default=[],
        metavar="ANSWER",
        help="an acceptance criterion by its number, and what shows it: N met|unmet path:line",
    )
    parser.add_argument("--id", default="", help="the same id twice is one report")
    return parser
