"""What speaks for or against a session's work, as rows; those that name a place lead there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wuhu_tui.model.board import Board
from wuhu_tui.model.collision_words import collisions_of, file_words, side_name
from wuhu_tui.model.evidence import (
    AskedQuestion,
    CriterionAnswer,
    CriterionEvidence,
    Evidence,
    JudgedFinding,
)
from wuhu_tui.model.findings import is_grave
from wuhu_tui.model.reviews import Verdict
from wuhu_tui.tui.presentation.sheet import (
    VERDICTS,
    Sheet,
    ago,
    head_row,
    path_rows,
    text_rows,
)
from wuhu_tui.tui.presentation.transcript_row import Row, Span
from wuhu_tui.tui.presentation.transcript_wrap import crop, width_of
from wuhu_tui.tui.presentation.usage import usage_words
from wuhu_tui.tui.safe import revealed_line, safe_line

_MOST = 40
"""Findings, criteria or questions of which there is a row each."""


def sections(evidence: Evidence, now: datetime, width: int, *, whole: bool) -> Iterator[Sheet]:
    """Everything beyond report, checks and verdict."""
    yield _findings(evidence, width)
    yield _criteria(evidence, width)
    yield _scope(evidence, width, whole=whole)
    yield _opinions(evidence, now, width)
    yield _refused(evidence, now, width)
    yield _questions(evidence, width)
    yield _cost(evidence)
    sheet = Sheet()
    for note in evidence.notes:
        sheet.put(text_rows(f"could not look: {note}", width, "failed", 1))
    yield sheet


def collisions(board: Board, session: str, width: int) -> Sheet:
    """Whose work this one's would not go together with."""
    sheet = Sheet()
    for collision in collisions_of(board, session):
        there = session == collision.second
        name = safe_line(side_name(board, collision.other(session)), 80)
        soft = " · not committed yet" if collision.uncommitted else ""
        sheet.put([head_row(("asking", f"╳ collides with {name}"), ("dim", soft))])
        for file in collision.files[:6]:
            sheet.put(text_rows(file_words(file, there=there), width, "text"))
        if len(collision.files) > 6:
            sheet.put(text_rows(f"and {len(collision.files) - 6} more files", width, "dim"))
    return sheet


def _findings(evidence: Evidence, width: int) -> Sheet:
    sheet = Sheet()
    count = len(evidence.findings)
    if count:
        grave = sum(is_grave(one.finding) for one in evidence.findings)
        told = f" · {grave} must be mended" if grave else ""
        word = f"⚑ {count} finding{'s' * (count != 1)}"
        sheet.put([head_row(("failed" if grave else "asking", word), ("dim", told))])
    for one in evidence.findings[:_MOST]:
        rows = list(_finding(one, evidence, width))
        sheet.put(rows, (one.finding.path, one.finding.line))
    return sheet


def _finding(one: JudgedFinding, evidence: Evidence, width: int) -> Iterator[Row]:
    finding = one.finding
    place = f"{revealed_line(finding.path[:400])}:{finding.line}"
    old = f" · of {one.head[:7]}" if one.head != evidence.head else ""
    by = f"  {safe_line(finding.severity, 24)} · {safe_line(one.by, 40)}{old}"
    room = max(8, width - width_of(by) - 4)
    yield Row((("text", "   "), ("code", crop(place, room)), ("dim", by)))
    yield from text_rows(finding.text, width, "text", 5)
    yield from text_rows(finding.evidence, width, "dim", 5)


def _criteria(evidence: Evidence, width: int) -> Sheet:
    sheet = Sheet()
    if evidence.criteria:
        proven = sum(one.is_proven for one in evidence.criteria)
        style = "ok" if proven == len(evidence.criteria) else "asking"
        sheet.put([head_row((style, f"criteria: {proven} of {len(evidence.criteria)} proven"))])
    for one in evidence.criteria[:_MOST]:
        _criterion(sheet, one, width)
    return sheet


def _criterion(sheet: Sheet, one: CriterionEvidence, width: int) -> None:
    places = [place for answer in one.answers for place in answer.places]
    target = (places[0].path, places[0].line) if places else None
    mark = _mark(one)
    rows = text_rows(one.text, width, "text", 5)
    first = Row((("text", "   "), mark, *rows[0].spans[1:])) if rows else Row((mark,))
    more = [] if one.asked else text_rows("nobody asked for this", width, "dim", 5)
    sheet.put([first, *rows[1:], *more], target)
    if not one.answers:
        sheet.put(text_rows("nobody answered it", width, "asking", 5))
    for answer in one.answers:
        _answer(sheet, answer, width)


def _mark(one: CriterionEvidence) -> Span:
    if one.is_proven:
        return ("ok", "✔ ")
    if any(not answer.met for answer in one.answers):
        return ("failed", "✗ ")
    return ("asking", "? ")


def _answer(sheet: Sheet, answer: CriterionAnswer, width: int) -> None:
    style, word = ("ok", "met") if answer.met else ("failed", "not met")
    by = safe_line(answer.by, 40)
    sheet.put([Row((("text", "     "), (style, word), ("dim", f", says {by}")))])
    for place in answer.places:
        there = "" if place.found is not False else " · there is no such line"
        text = f"{revealed_line(place.path[:400])}:{place.line}"
        shown = crop(text, max(8, width - 8 - len(there)))
        row = Row((("text", "       "), ("code", shown), ("failed", there)))
        sheet.put([row], (place.path, place.line))
    if not answer.places:
        told = " · ".join(answer.evidence) or "no place is named"
        sheet.put(text_rows(told, width, "dim", 7))


def _scope(evidence: Evidence, width: int, *, whole: bool) -> Sheet:
    sheet, scope = Sheet(), evidence.scope
    if not scope.scope:
        return sheet
    inside = f"{len(scope.inside)} file{'s' * (len(scope.inside) != 1)} inside"
    outside = ("failed", f"⚠ scope: {len(scope.outside)} outside")
    word = outside if scope.outside else ("ok", "✔ scope kept")
    sheet.put([head_row(word, ("dim", f" · {inside} · {len(scope.untouched)} untouched"))])
    for path in scope.outside[:12]:
        sheet.put(path_rows((path,), width), (path, 0))
    if len(scope.outside) > 12:
        sheet.put(text_rows(f"and {len(scope.outside) - 12} more outside", width, "dim"))
    if whole and scope.untouched:
        sheet.put(text_rows("untouched:", width, "dim"))
        sheet.put(path_rows(scope.untouched, width))
    return sheet


def _opinions(evidence: Evidence, now: datetime, width: int) -> Sheet:
    sheet = Sheet()
    for opinion in evidence.opinions:
        if opinion != evidence.verdict:
            sheet.put(_opinion(opinion, now, width))
    return sheet


def _opinion(opinion: Verdict, now: datetime, width: int, word_of: str = "") -> list[Row]:
    style, mark, word = VERDICTS[opinion.kind]
    by = f" says {safe_line(opinion.by, 60)} ({opinion.judge.value}) of {opinion.head[:7]}"
    head = head_row((style, f"{mark}{word}"), ("dim", f"{by}{ago(opinion.at, now)}{word_of}"))
    return [head, *text_rows(opinion.note, width, "text")]


def _refused(evidence: Evidence, now: datetime, width: int) -> Sheet:
    sheet = Sheet()
    for one in evidence.refused:
        sheet.put(_opinion(one.verdict, now, width, " · does not count"))
        sheet.put(text_rows(f"refused: {one.reason}", width, "failed"))
    return sheet


def _questions(evidence: Evidence, width: int) -> Sheet:
    sheet = Sheet()
    if evidence.questions:
        count = len(evidence.questions)
        word = f"? asked {count} question{'s' * (count != 1)}"
        part = "" if evidence.questions_whole else " · not all of its journal was read"
        sheet.put([head_row(("idle", word), ("dim", part))])
    for one in evidence.questions[-_MOST:]:
        sheet.put(list(_question(one, width)))
    return sheet


def _question(one: AskedQuestion, width: int) -> Iterator[Row]:
    yield from text_rows(one.question.text, width, "text")
    if one.answer:
        said = one.answer.choice
        label = next((option.label for option in one.question.options if option.key == said), said)
        words = " · ".join(filter(None, (label, one.answer.text, one.answer.note)))
        told = f"↳ {safe_line(one.answer.by, 40)}: {words or 'no words'}"
    else:
        told = "↳ its time was up" if one.expired else "↳ not answered"
    yield from text_rows(told, width, "dim", 5)


def _cost(evidence: Evidence) -> Sheet:
    sheet = Sheet()
    if told := usage_words(evidence.usage):
        sheet.put([head_row(("dim", f"cost {told}"))])
    return sheet


def summary(evidence: Evidence, width: int) -> list[Row]:
    """The panel beside the diff: one row for each kind of evidence there is."""
    rows: list[Row] = []
    if evidence.criteria:
        proven, count = sum(one.is_proven for one in evidence.criteria), len(evidence.criteria)
        rows.append(
            _line("ok" if proven == count else "asking", f"{proven}/{count} criteria proven")
        )
    if evidence.findings:
        grave = any(is_grave(one.finding) for one in evidence.findings)
        count = len(evidence.findings)
        rows.append(_line("failed" if grave else "asking", f"{count} finding{'s' * (count != 1)}"))
    if evidence.scope.scope:
        outside = len(evidence.scope.outside)
        rows.append(_line("failed" if outside else "ok", _scope_word(outside)))
    if evidence.refused:
        count = len(evidence.refused)
        rows.append(_line("failed", f"{count} opinion{'s' * (count != 1)} refused"))
    if evidence.questions:
        count = len(evidence.questions)
        rows.append(_line("idle", f"{count} question{'s' * (count != 1)} asked"))
    if told := usage_words(evidence.usage):
        rows.append(_line("dim", told))
    return [Row(tuple((style, crop(text, width)) for style, text in row.spans)) for row in rows]


_MARKS = {"ok": "✔", "failed": "✗", "asking": "!", "idle": "?", "dim": "$"}


def _scope_word(outside: int) -> str:
    return f"{outside} outside its scope" if outside else "scope kept"


def _line(style: str, text: str) -> Row:
    return Row((("text", " "), (style, f"{_MARKS[style]} "), ("text", text)))
