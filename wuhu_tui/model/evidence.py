"""Evidence: everything that speaks for or against a session's work, beside its diff. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.globs import path_matches
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.model.reports import Criterion, Report, Usage
from wuhu_tui.model.reviews import Check, Finding, RefusedVerdict, Verdict
from wuhu_tui.model.value import Value
from wuhu_tui.model.waivers import outside_scope

_WHOLE = re.compile(r"(?P<path>[^\s:]+(?: [^\s:]+)*):(?P<line>[1-9]\d{0,8})(?:-\d+)?")
_PART = re.compile(r"(?P<path>[^\s:()`]+):(?P<line>[1-9]\d{0,8})")


class Place(Value, frozen=True):
    """A place that somebody names as evidence; `found` is None where nobody looked."""

    path: str
    line: int
    found: bool | None = None
    """Whether the commit under review has this file and this line."""


class CriterionAnswer(Value, frozen=True):
    """How one voice answers one criterion."""

    by: str
    met: bool
    evidence: tuple[str, ...] = ()
    """As it was said."""
    places: tuple[Place, ...] = ()
    """The `path:line` in it."""


class CriterionEvidence(Value, frozen=True):
    """One acceptance criterion with everything that was said of it; no answers: nobody did."""

    text: str
    answers: tuple[CriterionAnswer, ...] = ()
    asked: bool = True
    """Whether it is one of the session's criteria; else somebody answered what nobody asked."""

    @property
    def is_proven(self) -> bool:
        """Whether all who answered say that it is met, and somebody names a place that is there."""
        says_so = bool(self.answers) and all(answer.met for answer in self.answers)
        places = (place for answer in self.answers for place in answer.places)
        return says_so and any(place.found is not False for place in places)


class ScopeReport(Value, frozen=True):
    """The real diff beside the scope; without a scope everything is inside."""

    scope: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()
    """Patterns of the scope that no changed path matches."""


class JudgedFinding(Value, frozen=True):
    """A finding with who found it, and the commit it was found in."""

    by: str
    head: str
    finding: Finding


class AskedQuestion(Value, frozen=True):
    """A question with the answer that counts; None: there is none."""

    question: Question
    answer: Answer | None = None
    expired: bool = False
    withdrawn: str = ""
    """Why its agent did not want to know any more; empty: it did."""


class Evidence(Value, frozen=True):
    """What lies beside the diff `merge_base..head`."""

    session: str
    head: str
    merge_base: str
    report: Report | None = None
    report_is_of_head: bool = False
    """Whether the report was made on the very commit under review."""
    checks: tuple[Check, ...] = ()
    criteria: tuple[CriterionEvidence, ...] = ()
    scope: ScopeReport = ScopeReport()
    uncommitted: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    verdict: Verdict | None = None
    opinions: tuple[Verdict, ...] = ()
    refused: tuple[RefusedVerdict, ...] = ()
    earlier: tuple[Verdict, ...] = ()
    """What was said of earlier rounds of this work."""
    findings: tuple[JudgedFinding, ...] = ()
    questions: tuple[AskedQuestion, ...] = ()
    questions_whole: bool = True
    """Whether all of its journal was read for them."""
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()
    """What could not be looked at, and why."""


def evidence_of(view: SessionView, paths: Sequence[str], *, usage: Usage) -> Evidence:
    """What the board tells of the review that is open; `paths` is what the diff really changes."""
    review = view.review
    report = view.report
    head = review.head if review else ""
    return Evidence(
        session=view.id,
        head=head,
        merge_base=review.merge_base if review else "",
        report=report,
        report_is_of_head=bool(report and head and report.head == head),
        checks=review.checks if review else (),
        criteria=criteria_evidence(view.spec.acceptance, _voices(view)),
        scope=scope_report(view.spec.scope, paths),
        uncommitted=review.uncommitted if review else (),
        conflicts=review.conflicts if review else (),
        verdict=review.verdict if review else None,
        opinions=review.opinions if review else (),
        refused=review.refused if review else (),
        earlier=review.earlier if review else (),
        findings=_findings(view),
        usage=usage,
    )


def _verdicts(view: SessionView) -> tuple[Verdict, ...]:
    """Everybody's newest word on this commit; an opinion that became the verdict counts once."""
    review = view.review
    if review is None:
        return ()
    own = review.verdict
    known = {(one.by, one.head, one.kind) for one in review.opinions}
    if own is None or (own.by, own.head, own.kind) in known:
        return review.opinions
    return (*review.opinions, own)


def _voices(view: SessionView) -> tuple[tuple[str, tuple[Criterion, ...]], ...]:
    """Who answered which criteria: the session itself first, then its judges."""
    own = ((view.id, view.report.criteria),) if view.report else ()
    return (*own, *((verdict.by, verdict.criteria) for verdict in _verdicts(view)))


def _findings(view: SessionView) -> tuple[JudgedFinding, ...]:
    return tuple(
        JudgedFinding(by=verdict.by, head=verdict.head, finding=finding)
        for verdict in _verdicts(view)
        for finding in verdict.findings
    )


def criteria_evidence(
    asked: Sequence[str], voices: Iterable[tuple[str, Sequence[Criterion]]]
) -> tuple[CriterionEvidence, ...]:
    """Each criterion with its answers, the asked ones first; they are matched by their words."""
    found: dict[str, CriterionEvidence] = {
        _plain(text): CriterionEvidence(text=text) for text in asked
    }
    for by, criteria in voices:
        for criterion in criteria:
            key = _plain(criterion.text)
            known = found.get(key) or CriterionEvidence(text=criterion.text, asked=False)
            answer = _answer(by, criterion)
            if answer not in known.answers:
                found[key] = replace(known, answers=(*known.answers, answer))
    return tuple(found.values())


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip("-*•. ")


def _answer(by: str, criterion: Criterion) -> CriterionAnswer:
    return CriterionAnswer(
        by=by,
        met=criterion.met,
        evidence=criterion.evidence,
        places=tuple(place for text in criterion.evidence for place in places_in(text)),
    )


def places_in(text: str) -> tuple[Place, ...]:
    """Every `path:line` that a text names."""
    whole = _WHOLE.fullmatch(text.strip())
    found = [whole] if whole else _PART.finditer(text)
    places = (Place(path=one["path"], line=int(one["line"])) for one in found)
    return tuple(dict.fromkeys(place for place in places if not _is_time(place.path)))


def _is_time(path: str) -> bool:
    """Whether what stands before the colon is a number, as in 12:30."""
    return path.rpartition(" ")[2].isdigit()


def with_places_found(found: Evidence, lengths: Mapping[str, int | None]) -> Evidence:
    """The same, saying of each place whether it is there; `lengths` are lines, None: no such file."""

    def looked(place: Place) -> Place:
        if place.path not in lengths:
            return place
        length = lengths[place.path]
        return replace(place, found=length is not None and place.line <= length)

    criteria = tuple(
        replace(
            one,
            answers=tuple(
                replace(answer, places=tuple(map(looked, answer.places))) for answer in one.answers
            ),
        )
        for one in found.criteria
    )
    return replace(found, criteria=criteria)


def named_paths(found: Evidence) -> tuple[str, ...]:
    """The paths that the answers name."""
    places = (place for one in found.criteria for said in one.answers for place in said.places)
    return tuple(dict.fromkeys(place.path for place in places))


def scope_report(scope: Sequence[str], paths: Sequence[str]) -> ScopeReport:
    """Which changed paths the scope means, which it does not, and what of it nothing touched."""
    if not scope:
        return ScopeReport(inside=tuple(paths))
    outside = outside_scope(scope, paths)
    return ScopeReport(
        scope=tuple(scope),
        inside=tuple(path for path in paths if path not in frozenset(outside)),
        outside=outside,
        untouched=tuple(one for one in scope if not any(path_matches(path, one) for path in paths)),
    )
