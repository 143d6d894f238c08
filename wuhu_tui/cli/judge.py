"""`wuhu judge` and `wuhu reply`: a reviewer's verdict, and a worker's word on a comment.

Agents run them between tool calls, so they are quick: no command-line framework, no core.
"""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.inside import WorkerParser, say_to_worker, words_of
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.findings import criterion_of, finding_of
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.worker.judging import REPLY, USAGE, make_judgement, make_reply
from wuhu_tui.worker.place import own_folder, spec_of


def judge(arguments: Sequence[str]) -> int:
    """Judge, with the arguments after `wuhu judge`."""
    wish = _parser().parse_args(arguments)
    place = own_folder(wish.session_folder)
    acceptance = spec_of(place).acceptance
    command = make_judgement(
        place,
        _kind_of(wish.kind),
        head=wish.head,
        note=wish.note or words_of(wish.words),
        findings=tuple(finding_of(text) for text in wish.finding),
        criteria=tuple(criterion_of(text, acceptance) for text in wish.criterion),
        name=wish.id,
    )
    shape = {
        "session": place.name,
        "verdict": command.kind.value,
        "head": command.head,
        "id": command.id,
    }
    say_to_worker(f"judged {command.head[:12]}: {command.kind.value}", shape, as_json=wish.json)
    return OK


def reply(arguments: Sequence[str]) -> int:
    """Reply, with the arguments after `wuhu reply`."""
    parser = WorkerParser(usage=REPLY, description="Say something to one of the lead's comments.")
    parser.add_argument("comment", metavar="COMMENT", help="the comment's id, as it was sent")
    parser.add_argument("words", nargs="+", metavar="TEXT", help="your answer; - reads stdin")
    wish = parser.parse_args(arguments)
    place = own_folder(wish.session_folder)
    command = make_reply(place, wish.comment, words_of(wish.words))
    shape = {"session": place.name, "comment": command.comment, "id": command.id}
    say_to_worker(f"replied to {command.comment}", shape, as_json=wish.json)
    return OK


def _kind_of(word: str) -> VerdictKind:
    try:
        return VerdictKind(word.replace("-", "_"))
    except ValueError as error:
        raise UsageError(f'"{word}" is not a verdict', remedy=USAGE) from error


def _parser() -> WorkerParser:
    parser = WorkerParser(
        usage=USAGE,
        description="Say your verdict on the commit you were made to judge. An approval answers "
        "every acceptance criterion as met with path:line, and carries no finding that must be "
        "mended.",
    )
    parser.add_argument("kind", metavar="VERDICT", help="approved, changes_requested or blocked")
    parser.add_argument("words", nargs="*", metavar="NOTE", help="the note, instead of --note")
    parser.add_argument("--head", default="", metavar="SHA", help="the commit you judged")
    parser.add_argument("-n", "--note", default="", help="why, in a sentence or two")
    parser.add_argument(
        "-f", "--finding", action="append", default=[], help="severity:path:line:text"
    )
    parser.add_argument(
        "-c", "--criterion", action="append", default=[], help="N met|unmet path:line"
    )
    parser.add_argument("--id", default="", help="the same id twice is one judgement")
    return parser
