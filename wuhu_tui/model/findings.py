"""Findings and answered criteria as people and agents write them, in one vocabulary. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.reviews import Finding, Severity

_WORDS: Mapping[str, Severity] = {
    **dict.fromkeys(("must", "high", "critical", "blocker"), Severity.MUST),
    **dict.fromkeys(("should", "normal", "medium"), Severity.SHOULD),
    **dict.fromkeys(("note", "low", "minor"), Severity.NOTE),
}
"""Each severity with the words that older journals have for it."""

FINDING_USAGE = 'write "must|should|note:path:line:what is wrong"'
CRITERION_USAGE = 'write "NUMBER met path:line" or "NUMBER unmet why or path:line"'

_FINDING = re.compile(r"(?P<path>[^:]+?):(?P<line>\d+):\s*(?P<text>\S.*)", re.DOTALL)
_CRITERION = re.compile(r"\s*(\d+)[.:)]?\s+(met|unmet)\b[:,]?\s*(.*)", re.DOTALL | re.IGNORECASE)
_PLACE = re.compile(r"[^\s:,;]+:[1-9]\d*(?:[-–]\d+)?")


def severity_of(word: str) -> Severity:
    """The severity that a word means; one that nobody knows is no reason to block."""
    return _WORDS.get(word.strip().lower(), Severity.SHOULD)


def is_grave(finding: Finding) -> bool:
    """Whether no approval can carry it."""
    return severity_of(finding.severity) is Severity.MUST


def finding_of(text: str) -> Finding:
    """A finding written as `severity:path:line:text`; the severity may be left out.

    Raises:
        UsageError: it is not one.
    """
    word, colon, rest = text.partition(":")
    severity = _WORDS.get(word.strip().lower()) if colon else None
    match = _FINDING.fullmatch(rest.strip()) if severity else None
    if match is None:
        severity, match = None, _FINDING.fullmatch(text.strip())
    if match is None:
        raise UsageError(f'"{text}" is not a finding', remedy=FINDING_USAGE)
    return Finding(
        path=match["path"].strip(),
        line=int(match["line"]),
        text=match["text"].strip(),
        severity=(severity or Severity.SHOULD).value,
    )


def criterion_of(text: str, acceptance: Sequence[str]) -> Criterion:
    """An answer written as `NUMBER met|unmet path:line`, to the criterion of that number.

    Raises:
        UsageError: it is none, or there is no such criterion.
    """
    match = _CRITERION.fullmatch(text)
    if match is None:
        raise UsageError(f'"{text}" does not answer a criterion', remedy=CRITERION_USAGE)
    number, is_met, words = int(match[1]), match[2].lower() == "met", match[3].strip()
    if not 1 <= number <= len(acceptance):
        raise UsageError(
            f"there is no criterion {number}; there are {len(acceptance)}",
            remedy="see them with: wuhu read-brief",
        )
    places = tuple(_PLACE.findall(words))
    evidence = places if places and is_met else (words,) if words else ()
    return Criterion(text=acceptance[number - 1], met=is_met, evidence=evidence)


def names_place(criterion: Criterion) -> bool:
    """Whether its evidence names a place as `path:line`."""
    return any(_PLACE.search(words) for words in criterion.evidence)


def unproven(acceptance: Sequence[str], criteria: Sequence[Criterion]) -> str:
    """Which criterion is not answered as met with a place that shows it; empty: all are."""
    answers = {criterion.text.strip(): criterion for criterion in criteria}
    for number, text in enumerate(acceptance, 1):
        answer = answers.get(text.strip())
        if answer is None:
            return f"criterion {number} is not answered: {text}"
        if not answer.met:
            return f"criterion {number} is not met: {text}"
        if not names_place(answer):
            return f"criterion {number} has no evidence as path:line: {text}"
    return ""


_MENDING = re.compile(
    r"\b(fix|mend|repair|correct|address|clean|resolve|handle|finish|add|remove|rename|change|do|"
    r"sort|improve|revisit|test)(e?s|ed|ing)?\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(after(wards)?\b.{0,12}\bmerg(e|ing)|after\b.{0,12}\blanding|post[- ]merge|"
    r"once\b.{0,12}\b(merged|landed)|follow[- ]?up (pr|pull request|ticket|issue|commit|change)|"
    r"(in a|as a) (later|separate|next) (pr|pull request|commit|change))\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\b(no need|nothing|none|not needed|no)\b", re.IGNORECASE)


def defers(text: str) -> bool:
    """Whether words put something off until after the merge: that is no approval."""
    return any(
        _LATER.search(sentence) and _MENDING.search(sentence) and not _NOTHING.search(sentence)
        for sentence in re.split(r"[.;!\n]", text)
    )
