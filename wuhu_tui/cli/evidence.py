"""What lies beside a diff: `wuhu evidence`, and `wuhu origin` of one of its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import to_builtins

from wuhu_tui.cli.commenting import place_of
from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import Json, Session
from wuhu_tui.cli.output import Painted, say, say_json
from wuhu_tui.cli.place import with_core
from wuhu_tui.model.evidence import CriterionAnswer, Evidence, Place
from wuhu_tui.model.origins import Origin
from wuhu_tui.model.questions import spoken
from wuhu_tui.model.reviews import Check, CheckState, Verdict
from wuhu_tui.model.spending import short_usage

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

_RED = frozenset({CheckState.FAILED, CheckState.BROKEN})


def evidence(session: Session, json: Json = False) -> None:
    """Show what speaks for or against a session's work: checks, criteria, scope, findings, cost."""

    async def work(core: CoreDoor) -> Evidence:
        return await core.evidence(find_session(core.board, session).id)

    found = with_core(work)
    say_json(_shape(found)) if json else _say(found)


def _shape(found: Evidence) -> dict[str, Any]:
    told: dict[str, Any] = to_builtins(found)
    for criterion, shape in zip(found.criteria, told["criteria"], strict=True):
        shape["proven"] = criterion.is_proven
    return told


def _say(found: Evidence) -> None:
    say(Painted(found.session, "bold"), f"  {found.merge_base[:12]}..{found.head[:12]}")
    _say_report(found)
    for check in found.checks:
        _say_check(check)
    _say_criteria(found)
    _say_scope(found)
    for name in found.conflicts:
        _row("conflict", name, colour="red")
    for name in found.uncommitted:
        _row("left", f"{name} (not committed)", colour="yellow")
    _say_verdicts(found)
    _say_questions(found)
    if short_usage(found.usage):
        _row("used", short_usage(found.usage))
    for note in found.notes:
        _row("unseen", note, colour="red")


def _row(title: str, text: str, *, colour: str = "") -> None:
    say(Painted(f"{title:<10}", "dim"), Painted(text, colour) if colour else text)


def _say_verdicts(found: Evidence) -> None:
    for verdict in found.earlier:
        _row("earlier", f"{_verdict_words(verdict)} (on {verdict.head[:12]})")
    for verdict in found.opinions:
        _row("opinion", _verdict_words(verdict))
    if found.verdict:
        _row("verdict", _verdict_words(found.verdict))
    for refused in found.refused:
        _row("refused", f"{_verdict_words(refused.verdict)}: {refused.reason}", colour="yellow")
    for judged in found.findings:
        one = judged.finding
        _row("finding", f"{one.path}:{one.line} [{one.severity}] {one.text} ({judged.by})")


def _say_report(found: Evidence) -> None:
    if found.report is None:
        _row("report", "none", colour="yellow")
        return
    _row("report", f"{found.report.kind.value}: {found.report.summary}")
    if not found.report_is_of_head:
        _row("", f"it was made on {found.report.head[:12] or 'another commit'}", colour="yellow")


def _say_check(check: Check) -> None:
    colour = "red" if check.state in _RED else ""
    _row("check", f"{check.name}: {check.state.value}", colour=colour)
    if colour and check.output:
        say(check.output)


def _say_criteria(found: Evidence) -> None:
    for criterion in found.criteria:
        mark = "✓" if criterion.is_proven else "✗"
        asked = "" if criterion.asked else " (nobody asked for it)"
        colour = "green" if criterion.is_proven else "yellow"
        _row("criterion", f"{mark} {criterion.text}{asked}", colour=colour)
        for answer in criterion.answers:
            say(f"             {_answer_words(answer)}")
        if not criterion.answers:
            say("             nobody answered it")


def _answer_words(answer: CriterionAnswer) -> str:
    places = ", ".join(map(_place_words, answer.places)) or ", ".join(answer.evidence)
    return f"{answer.by}: {'met' if answer.met else 'not met'}{f' · {places}' if places else ''}"


def _place_words(place: Place) -> str:
    gone = " (not there)" if place.found is False else ""
    return f"{place.path}:{place.line}{gone}"


def _say_scope(found: Evidence) -> None:
    scope = found.scope
    if not scope.scope:
        _row("scope", f"none was given; {len(scope.inside)} changed")
        return
    _row("scope", f"{len(scope.inside)} inside, {len(scope.outside)} outside")
    for name in scope.outside:
        _row("outside", name, colour="red")
    for name in scope.untouched:
        _row("untouched", name)


def _verdict_words(verdict: Verdict) -> str:
    note = f": {verdict.note}" if verdict.note else ""
    return f"{verdict.kind.value.replace('_', ' ')} by {verdict.by} ({verdict.judge.value}){note}"


def _say_questions(found: Evidence) -> None:
    for asked in found.questions:
        _row("question", asked.question.text)
        if asked.answer is None:
            say(f"             {asked.withdrawn or 'not answered'}")
        else:
            late = " (its deadline passed)" if asked.expired else ""
            say(f"             {spoken(asked.question, asked.answer)}{late}")
    if not found.questions_whole:
        _row("", "older questions were not read", colour="yellow")


def origin(
    session: Session,
    place: Annotated[str, typer.Argument(metavar="PATH:LINE", help="A line of the work.")],
    json: Json = False,
) -> None:
    """Say which turn, prompt and tool call wrote a line of the work under review, and how surely."""

    async def work(core: CoreDoor) -> Origin:
        path, line, _ = place_of(place)
        return await core.hunk_origin(find_session(core.board, session).id, path, line)

    found = with_core(work)
    say_json(found) if json else _say_origin(found)


def _say_origin(found: Origin) -> None:
    say(Painted(f"{found.path}:{found.line}", "bold"), f"  {found.kind.value}: {found.why}")
    if found.commit:
        _row("commit", f"{found.commit[:12]} {found.subject}")
    if found.session:
        record = f"{found.cursor.epoch}.{found.cursor.seq}"
        when = found.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        _row("turn", f"{found.turn} of {found.session}, {when}, record {record}")
    for title, text in (("prompt", found.prompt), ("said", found.said), ("tool", found.tool)):
        if text:
            _row(title, text)
    if found.diff:
        say(found.diff)
