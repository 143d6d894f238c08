"""What is said of work on base: the first line from the project's template, and who answers for it.

Pure. Titles, summaries and names are written by agents: whatever they hold stays one line.
"""

from __future__ import annotations

import re
from string import Formatter

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.merge_rules import SUBJECT, SUBJECT_WORDS
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import Judge, Verdict, VerdictKind

LONGEST = 120
"""Characters of a first line."""

_WORD = 200
_EDGES = ":-–—,;.| "


def check_subject(template: str) -> str:
    """The template, if every word it names can be filled in.

    Raises:
        ValueError: says what is wrong with it.
    """
    if "\n" in template or not one_line(template):
        raise ValueError("must be one line")
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"is not a template: {error}; a brace itself is written twice") from None
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if name not in SUBJECT_WORDS or form or conversion:
            known = ", ".join(f"{{{word}}}" for word in SUBJECT_WORDS)
            raise ValueError(f"may name only {known}, not {{{name}}}")
    return template


def one_line(text: str) -> str:
    """The text without line breaks, control characters and runs of space."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return re.sub(r"\s+", " ", printable).strip()


def merge_subject(view: SessionView, template: str = SUBJECT) -> str:
    """The first line; a word that is empty takes the marks around it along."""
    words = {
        "title": one_line(view.spec.shown_name),
        "summary": _summary(view),
        "session": one_line(view.id),
        "branch": one_line(view.spec.branch),
        "role": one_line(view.spec.role),
    }
    text = one_line(_filled(template, words)) or f"Merge {words['session']}"
    if text.startswith("#"):
        text = f"Merge {text}"
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _filled(template: str, words: dict[str, str]) -> str:
    text = ""
    for literal, name, _, _ in Formatter().parse(template):
        text += literal
        if name is None:
            continue
        text = text + words[name] if words[name] else text.rstrip(_EDGES)
    return text


def _summary(view: SessionView) -> str:
    report = view.report if view.report and view.report.kind is ReportKind.DONE else None
    lines = report.summary.strip().splitlines() if report else []
    return one_line(lines[0]) if lines else ""


def trailers(view: SessionView) -> tuple[tuple[str, str], ...]:
    """Who made it, who judged it in which part, and on which commit."""
    found = [("Wuhu-Session", one_line(view.id))]
    verdict = view.review.verdict if view.review else None
    if verdict is not None and verdict.kind is VerdictKind.APPROVED:
        found.append(("Wuhu-Reviewed-By", _judge(verdict)))
        found.append(("Wuhu-Verdict", f"{verdict.kind.value} {one_line(verdict.head)}"))
    return tuple((name, value[:_WORD]) for name, value in found if value)


def _judge(verdict: Verdict) -> str:
    by = one_line(verdict.by) or verdict.judge.value
    alone = verdict.judge is Judge.LEAD and by == Judge.LEAD.value
    return by if alone else f"{by} ({verdict.judge.value})"


def merge_message(view: SessionView, template: str = SUBJECT) -> str:
    """The whole message: first line and trailers."""
    lines = "\n".join(f"{name}: {value}" for name, value in trailers(view))
    return f"{merge_subject(view, template)}\n\n{lines}\n"
