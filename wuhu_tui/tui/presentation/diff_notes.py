"""What was said to places of a diff, as rows beneath them: comments, replies, findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from wuhu_tui.model.comments import Comment, CommentKind, CommentState, PlacedComment, Reply, Side
from wuhu_tui.model.diff import DiffFile
from wuhu_tui.model.evidence import JudgedFinding
from wuhu_tui.model.findings import is_grave
from wuhu_tui.model.value import Value
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.diff_pages import NoteAt, Spot
from wuhu_tui.tui.presentation.sheet import Sheet, head_row
from wuhu_tui.tui.presentation.transcript_row import BLANK, Row, plain
from wuhu_tui.tui.presentation.transcript_wrap import crop, wrap
from wuhu_tui.tui.safe import revealed_line, safe_line, safe_text

_MARGIN = 4
_MOST_ROWS = 24
_CHARACTERS = 8_000
COMMENT = "comment:"
FINDING = "finding:"

_STATES = {
    CommentState.DRAFT: ("asking_strong", "✎", "not sent"),
    CommentState.SENT: ("answer_strong", "➤", "sent"),
    CommentState.RESOLVED: ("ok", "✔", "resolved"),
}
_KINDS = {CommentKind.REMARK: "comment", CommentKind.QUESTION: "question"}


class Remark(Value, frozen=True):
    """Something that was said, with the place it was said to."""

    key: str
    path: str
    spot: Spot
    comment: PlacedComment | None = None
    finding: JudgedFinding | None = None


def remarks(
    comments: Sequence[PlacedComment], findings: Sequence[JudgedFinding]
) -> tuple[Remark, ...]:
    """Everything that was said, each once."""
    said = [
        Remark(
            key=f"{FINDING}{number}",
            path=one.finding.path,
            spot=(True, max(0, one.finding.line)),
            finding=one,
        )
        for number, one in enumerate(findings)
    ]
    return (*said, *map(_comment_remark, comments))


def _comment_remark(placed: PlacedComment) -> Remark:
    anchor = placed.comment.anchor
    is_new = anchor.side is Side.NEW
    last = placed.line + len(anchor.lines) - 1 if placed.line else 0
    return Remark(
        key=f"{COMMENT}{placed.comment.id}",
        path=placed.path or anchor.path,
        spot=(is_new, last) if last else (True, 0),
        comment=placed,
    )


def by_page(files: Sequence[DiffFile], said: Iterable[Remark]) -> dict[int, list[Remark]]:
    """What was said to each file of a diff, by the file's number; -1: to none of them."""
    numbers = {file.path: number for number, file in enumerate(files)}
    old = {file.old_path: number for number, file in enumerate(files) if file.old_path}
    found: dict[int, list[Remark]] = {}
    for remark in said:
        number = numbers.get(remark.path, old.get(remark.path, -1))
        found.setdefault(number, []).append(remark)
    return found


def notes_of(said: Sequence[Remark], width: int, now: datetime) -> Mapping[Spot, Sequence[NoteAt]]:
    """The rows of what was said to one file, by the line they stand beneath."""
    found: dict[Spot, list[NoteAt]] = {}
    for remark in said:
        rows = remark_rows(remark, width, now)
        found.setdefault(remark.spot, []).extend(NoteAt(remark.key, row) for row in rows)
    return found


def put_elsewhere(
    sheet: Sheet, said: Sequence[Remark], now: datetime, width: int
) -> dict[int, str]:
    """Comments on files that the diff does not show, at the sheet's end; whose row is whose."""
    comments = [one for one in said if one.comment]
    found: dict[int, str] = {}
    if comments:
        sheet.put([head_row(("asking", "comments on what is not in this diff"))])
    for remark in comments:
        rows = [plain(f"   {crop(revealed_line(remark.path[:400]), width - 4)}", "code")]
        rows += remark_rows(remark, width, now)
        found |= dict.fromkeys(range(len(sheet.rows), len(sheet.rows) + len(rows)), remark.key)
        sheet.put(rows)
    if comments:
        sheet.put([BLANK])
    return found


def remark_rows(remark: Remark, width: int, now: datetime) -> list[Row]:
    """One remark with everything that belongs to it."""
    if remark.comment:
        return list(_comment_rows(remark.comment, width, now))
    assert remark.finding is not None
    return list(_finding_rows(remark.finding, width))


def _comment_rows(placed: PlacedComment, width: int, now: datetime) -> Iterator[Row]:
    comment = placed.comment
    style, mark, word = _STATES[comment.state]
    told = [f"{mark} {_KINDS[comment.kind]}", word]
    if comment.by != "lead":
        told.insert(1, f"by {safe_line(comment.by, 40)}")
    if when := age(comment.at, now):
        told.append(f"{when} ago")
    yield _head(style, " · ".join(told), width, _stale(placed))
    yield from _body(comment.text, width, "text")
    for reply in placed.replies:
        yield from _reply_rows(reply, width, now)


def _stale(placed: PlacedComment) -> str:
    if not placed.is_stale:
        return ""
    lines = placed.comment.anchor.lines
    was = f": {revealed_line(lines[0].strip()[:200])}" if lines and lines[0].strip() else ""
    return f"stale · {safe_line(placed.why or 'its lines are gone', 120)}{was}"


def _reply_rows(reply: Reply, width: int, now: datetime) -> Iterator[Row]:
    when = age(reply.at, now)
    yield _head("tool", f"↳ it replied{f' · {when} ago' if when else ''}", width)
    yield from _body(reply.text, width, "tool")


def _finding_rows(found: JudgedFinding, width: int) -> Iterator[Row]:
    finding = found.finding
    style = "failed" if is_grave(finding) else "asking_strong"
    word = f"⚑ finding · {safe_line(finding.severity, 24)} · {safe_line(found.by, 40)}"
    yield _head(style, word, width)
    yield from _body(finding.text, width, "text")
    if finding.evidence:
        yield from _body(finding.evidence, width, "dim")


def _head(style: str, text: str, width: int, warning: str = "") -> Row:
    shown = crop(f"   ┃ {text}", width)
    room = width - len(shown) - 3
    spans = [(style, shown)]
    if warning and room > 8:
        spans.append(("failed", f" · {crop(warning, room)}"))
    return Row(tuple(spans))


def _body(text: str, width: int, style: str) -> Iterator[Row]:
    room = max(8, width - _MARGIN - 3)
    lines = safe_text(text[:_CHARACTERS]).strip("\n").split("\n")
    rows = [row for line in lines for row in wrap(line, room)]
    for row in rows[:_MOST_ROWS]:
        yield Row((("dim", "   ┃ "), (style, row)))
    if len(rows) > _MOST_ROWS:
        yield Row((("dim", f"   ┃ … {len(rows) - _MOST_ROWS} more rows"),))


def key_of(comment: Comment) -> str:
    """How a comment's rows are called."""
    return f"{COMMENT}{comment.id}"


def drafts(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """Comments that nobody but the lead knows of yet."""
    return tuple(one for one in comments if one.state is CommentState.DRAFT)


def open_comments(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """Comments that are with the session, and settled by nobody."""
    return tuple(one for one in comments if one.state is CommentState.SENT)
