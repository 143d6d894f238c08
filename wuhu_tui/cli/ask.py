"""`wuhu ask`: the worker's question to the lead, and its answer.

Killed while it waits, it leaves the question open; the same words again find the answer.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import msgspec

from wuhu_tui.cli.exits import NO_ANSWER, NOBODY_ANSWERED, OK
from wuhu_tui.cli.inside import WorkerParser, say_to_worker, words_of
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.errors import UsageError
from wuhu_tui.worker.asking import Asking
from wuhu_tui.worker.durations import duration_of
from wuhu_tui.worker.place import own_folder
from wuhu_tui.worker.wishes import Wish, option_of

USAGE = (
    'wuhu ask "question" [--option "key: label — what follows"]… [--recommend KEY] '
    '[--default KEY --deadline 5m] [--context "…"] [--no-wait | --wait 10m] [--json] '
    "or: wuhu ask --result ID"
)


def ask(arguments: Sequence[str]) -> int:
    """Ask, with the arguments after `wuhu ask`."""
    wish = _parser().parse_args(arguments)
    folder = own_folder(wish.session_folder)
    if wish.result:
        return _tell(folder, _asked_before(folder, wish), 0.0, as_json=wish.json)
    asking = Asking.of(folder, _wish_of(wish))
    asking.begin()
    if wish.no_wait:
        return _tell_asked(folder, asking, as_json=wish.json)
    return _tell(folder, asking, _seconds(wish.wait), as_json=wish.json)


def _asked_before(folder: SessionFolder, wish: argparse.Namespace) -> Asking:
    if wish.words:
        raise UsageError("--result asks nothing new: it takes no question", remedy=USAGE)
    return Asking.again(folder, wish.result)


def _wish_of(wish: argparse.Namespace) -> Wish:
    return Wish(
        text=words_of(wish.words),
        options=tuple(option_of(option) for option in wish.option),
        recommended=wish.recommend,
        default=wish.default,
        context=wish.context,
        blocking=not wish.not_blocking,
        deadline=duration_of(wish.deadline) if wish.deadline else None,
        on_timeout=wish.on_timeout,
        id=wish.id,
    )


def _seconds(text: str) -> float | None:
    span = duration_of(text)
    return None if span is None else span.total_seconds()


def _tell_asked(folder: SessionFolder, asking: Asking, *, as_json: bool) -> int:
    name = asking.question.id
    shape = {"session": folder.name, "question": name, "answered": False}
    say_to_worker(name, shape, as_json=as_json)
    return OK


def _tell(folder: SessionFolder, asking: Asking, limit: float | None, *, as_json: bool) -> int:
    answered = asking.wait(limit)
    name = asking.question.id
    if answered is None:
        shape = {"session": folder.name, "question": name, "answered": False}
        if as_json:
            say_to_worker("", shape, as_json=True)
        else:
            sys.stderr.write(f"no answer yet; the question stays open: wuhu ask --result {name}\n")
        return NO_ANSWER
    shape = {"session": folder.name, "answered": True, **msgspec.to_builtins(answered)}
    say_to_worker(answered.words, shape, as_json=as_json)
    if answered.expired and not answered.is_none:
        sys.stderr.write("nobody answered in time: this is the default you named\n")
    return NOBODY_ANSWERED if answered.is_none else OK


def _parser() -> WorkerParser:
    parser = WorkerParser(
        usage=USAGE,
        description="Ask the lead and wait for the answer, which is printed. The same question "
        "asked again is the same question: an answer given meanwhile is printed at once.",
    )
    parser.add_argument("words", nargs="*", metavar="QUESTION", help="the question; - reads stdin")
    parser.add_argument("-o", "--option", action="append", default=[], help="a way to answer")
    parser.add_argument("--recommend", default="", help="the option you would take: key or number")
    parser.add_argument("--default", default="", help="the option that counts at the deadline")
    parser.add_argument("--deadline", default="", help="how long the lead has: 90s, 10m, 1h")
    parser.add_argument("--on-timeout", default="", help="at the deadline: default, block or fail")
    parser.add_argument("--context", default="", help="what the lead must know to answer")
    parser.add_argument("--not-blocking", action="store_true", help="you can go on without it")
    parser.add_argument("--no-wait", action="store_true", help="print the question's id at once")
    parser.add_argument("--wait", default="none", help="how long to wait here; default: no limit")
    parser.add_argument("--result", default="", metavar="ID", help="what was answered to ID so far")
    parser.add_argument("--id", default="", help="a name that makes the same words a new question")
    return parser
