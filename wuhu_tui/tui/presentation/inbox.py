"""The inbox: every question with its options and its deadline, and everything that went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.permissions import DENY
from wuhu_tui.model.questions import OnTimeout, Option, Question, QuestionKind
from wuhu_tui.model.queue_needs import was_rolled_back
from wuhu_tui.tui.presentation.ages import age, countdown
from wuhu_tui.tui.presentation.attention import AnyNeed, LetterNeed, Need, NoticeNeed, merge_refused
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.inbox_letters import letter_rows, notice_rows
from wuhu_tui.tui.presentation.kinds import SYMBOLS, Kind
from wuhu_tui.tui.presentation.leave import beside, command_wanted, wanted
from wuhu_tui.tui.presentation.mail_words import name_of
from wuhu_tui.tui.presentation.rows import MUTED, line, row, wrapped

_INDENT = 3


def needs_reading(question: Question, most: int) -> bool:
    """Whether a permission's command is longer than what a list shows of it.

    A key must not grant what the lead could not see.
    """
    judged = command_wanted(question) or question.context
    return question.kind is QuestionKind.PERMISSION and (
        len(judged) > most or len(question.context) > most or "\n" in judged.strip()
    )


def denies_with_words(question: Question) -> bool:
    """Whether the lead's own words are the reason of a denial, which the model reads."""
    keys = {option.key for option in question.options}
    return question.kind is QuestionKind.PERMISSION and DENY in keys


def inbox_entries(
    needs: Iterable[AnyNeed], board: Board, now: datetime, width: int, *, whole: bool = False
) -> tuple[Entry, ...]:
    """One entry a need; `whole` shows text that the narrow panel cuts."""
    entries: list[Entry] = []
    for need in needs:
        if isinstance(need, LetterNeed):
            rows = letter_rows(need, board, now, width, whole=whole)
        elif isinstance(need, NoticeNeed):
            rows = notice_rows(need, now, width, whole=whole)
        elif need.question:
            rows = _question_rows(need, now, width, whole)
        else:
            rows = _rows(need, board, now, width)
        parent = need.view.spec.parent if isinstance(need, Need) else ""
        if parent:
            told = Content.styled(f"made by {name_of(board, parent)}", MUTED)
            rows[1:1] = _indented([told], width)
        between = () if not entries else (Content(""),)
        entries.append(Entry(need.key, (*between, *rows)))
    return tuple(entries)


def _head(need: Need, now: datetime, width: int) -> Content:
    style = "$state-asking" if need.question else need.look.style
    symbol = SYMBOLS[Kind.ASKING] if need.question else need.look.symbol
    name = line(need.view.spec.shown_name)
    left = Content.assemble(" ", (symbol, f"bold {style}"), " ", (name, "bold"))
    since = f"{age(need.since, now):>5}"
    return row(width, left, Content.assemble((_word(need), style), (since, MUTED)))


def _word(need: Need) -> str:
    if need.question is None:
        return need.look.word
    return _WORDS.get(need.question.kind, "asks")


_WORDS = {
    QuestionKind.PERMISSION: "permission",
    QuestionKind.PLAN: "plan",
    QuestionKind.BUDGET: "budget",
}


def _indented(rows: Iterable[Content], width: int) -> list[Content]:
    return [row(width, Content.assemble(" " * _INDENT, text)) for text in rows]


def _question_rows(need: Need, now: datetime, width: int, whole: bool) -> list[Content]:
    question = need.question
    assert question is not None
    room = width - _INDENT
    body: list[Content] = []
    permission = question.kind is QuestionKind.PERMISSION
    if permission:
        body += wrapped(wanted(question), room, 6 if whole else 2, "bold $text-warning")
    else:
        body += wrapped(question.text, room, 8 if whole else 3)
    if whole:
        body += wrapped(beside(question) if permission else question.context, room, 6, MUTED)
    body += option_rows(question, room, whole=whole)
    note = deadline_note(question, now)
    return [
        _head(need, now, width),
        *_indented(body, width),
        *_indented(wrapped(note, room, 2, "$text-warning") if note else [], width),
    ]


def option_rows(question: Question, width: int, *, whole: bool = False) -> list[Content]:
    """The options, numbered as the keys that pick them; permissions in one row if they fit."""
    rows = [_option(number, option) for number, option in enumerate(question.options, 1)]
    together = Content("  ").join(rows)
    if question.kind is QuestionKind.PERMISSION and together.cell_length <= width:
        return [together]
    found: list[Content] = []
    for text, option in zip(rows, question.options, strict=True):
        found.append(text.truncate(width, ellipsis=True))
        if whole and option.detail:
            found += [
                Content.assemble("  ", part) for part in wrapped(option.detail, width - 2, 3, MUTED)
            ]
    return found


def option_entries(question: Question, width: int) -> tuple[Entry, ...]:
    """Each option as an entry of a list: its number, its label, what follows from it."""
    entries: list[Entry] = []
    for number, option in enumerate(question.options, 1):
        rows = [row(width, Content.assemble(" ", _option(number, option)))]
        rows += [
            row(width, Content.assemble("   ", part))
            for part in wrapped(option.detail, width - 3, 3, MUTED)
        ]
        entries.append(Entry(option.key, tuple(rows)))
    return tuple(entries)


def _option(number: int, option: Option) -> Content:
    hint = (" (recommended)", MUTED) if option.recommended else ("", "")
    key = str(number) if number < 10 else "·"
    return Content.assemble((key, "bold $accent"), " ", line(option.label), hint)


def deadline_note(question: Question, now: datetime) -> str:
    """What happens at the deadline, and when."""
    if question.detached:
        return "its agent is gone; the answer goes to the next"
    if question.deadline is None:
        return ""
    left = countdown(question.deadline, now)
    match question.on_timeout:
        case OnTimeout.DEFAULT:
            labels = [option.label for option in question.options if option.key == question.default]
            return f"goes with {line(labels[0] if labels else question.default)} in {left}"
        case OnTimeout.FAIL:
            return f"fails in {left}"
    return f"overdue: waits on ({left})" if left == "0:00" else f"due in {left}, then waits on"


def _rows(need: Need, board: Board, now: datetime, width: int) -> list[Content]:
    room = width - _INDENT
    body = wrapped(_reason(need, board.queue.entry(need.view.id)), room, 3)
    todo = Content.styled(_todo(need), MUTED)
    return [_head(need, now, width), *_indented([*body, todo], width)]


def _reason(need: Need, entry: QueuedMerge | None) -> str:
    if need.look.kind is Kind.ASKING and need.view.guess and need.view.seems_to_ask:
        return f"read off its screen, a guess: {need.view.guess.line}"
    merge = need.view.merge
    if need.look.word == "held back":
        return (
            entry.held_note if entry and entry.held_note else "it is held back in the merge queue"
        )
    if merge and was_rolled_back(need.view):
        return merge.detail
    if merge and merge_refused(need.view):
        return f"{merge.base_branch} is untouched: {merge.detail}"
    report = need.view.report
    if need.look.kind is Kind.NO_COMMITS and report:
        return f"says that it is done, and committed nothing: {report.summary}"
    return why(need.view, need.look.kind)


def _todo(need: Need) -> str:
    if need.look.kind is Kind.ASKING and need.view.seems_to_ask:
        return "Enter looks · Enter there gives it your keys"
    if need.look.word in ("held back", "rolled back"):
        return "Q shows what is red · r sends it back"
    if merge_refused(need.view):
        return "m tries again · d shows it"
    return _TODO[need.look.kind]


def why(view: SessionView, kind: Kind) -> str:
    """What happened, in the session's own last words where there are any."""
    match kind:
        case Kind.LOST:
            return "the runner is gone; nothing of the work is lost"
        case Kind.FAILED if view.exit:
            return view.exit.detail or view.exit.last_words or "ended without a word"
        case Kind.FAILED | Kind.ASKING if view.report:
            return view.report.summary
        case Kind.CONFLICT:
            files = view.merge.files if view.merge else ()
            return "conflicts with base: " + ", ".join(files or ("see the review",))
        case Kind.NO_REPORT:
            return f"turn {view.turn} is over and nothing was reported"
    return view.standing.cause


_TODO: dict[Kind, str] = dict.fromkeys(Kind, "Enter looks at it") | {
    Kind.LOST: "R resumes it",
    Kind.FAILED: "R restarts it · Enter looks",
    Kind.CONFLICT: "S settles it · d shows it",
    Kind.NO_REPORT: "s asks it · Enter looks",
    Kind.NO_COMMITS: "s asks it · D archives it",
    Kind.ASKING: "s helps it on",
}
