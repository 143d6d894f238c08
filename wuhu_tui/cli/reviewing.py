"""The review queue and verdicts, each bound to one commit: review, approve, request-changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.diffs import Wish, read_diff, say_diff, say_files
from wuhu_tui.cli.naming import find_session
from wuhu_tui.cli.options import By, Json, Session, Text, text_of
from wuhu_tui.cli.output import Painted, Part, say, say_columns, say_json, say_result
from wuhu_tui.cli.place import settle, with_core
from wuhu_tui.cli.speaker import check_leave, speaker
from wuhu_tui.model.attention import Need, next_action
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import NotPossible, UsageError
from wuhu_tui.model.findings import criterion_of, finding_of, severity_of
from wuhu_tui.model.judges import judge_at_work
from wuhu_tui.model.quantities import few
from wuhu_tui.model.reviews import CheckState, Finding, Review, Verdict, VerdictKind
from wuhu_tui.model.safe import revealed_line
from wuhu_tui.model.states import REVIEW_STATES
from wuhu_tui.model.waivers import outside_words, waiver_of

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

Head = Annotated[
    str, typer.Option("--head", metavar="SHA", help="The commit you judged; default: the newest.")
]

_CHECK_COLOURS = {
    CheckState.PASSED: "green",
    CheckState.FAILED: "red",
    CheckState.BROKEN: "red",
    CheckState.RUNNING: "yellow",
}


def review(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="Whose diff.")] = "",
    *,
    files: Annotated[bool, typer.Option("--files", help="Only the changed files.")] = False,
    opened: Annotated[
        bool, typer.Option("--open", help="Put its commits up although it did not report.")
    ] = False,
    since_look: Annotated[
        bool, typer.Option("--since-look", help="Only what changed since you looked last.")
    ] = False,
    whitespace: Annotated[
        bool,
        typer.Option("--whitespace/--no-whitespace", help="Whether changes of it alone count."),
    ] = True,
    path: Annotated[
        list[str] | None,
        typer.Option("--path", metavar="PATH", help="Only the lines of this file."),
    ] = None,
    context: Annotated[
        int, typer.Option("--context", metavar="N", min=0, help="Lines around a change.")
    ] = 3,
    looked: Annotated[
        bool, typer.Option("--looked", help="Write down that you have seen all of it.")
    ] = False,
    json: Json = False,
) -> None:
    """Show what waits for a verdict; or one session's checks and diff."""
    if session:
        wish = Wish(
            since_look=since_look,
            whitespace=whitespace,
            context=context,
            only_files=files,
            paths=tuple(path or ()),
        )
        board, view, diff = with_core(
            lambda core: _one(core, session, wish, opened=opened, looked=looked), conduct=True
        )
        say_json(_shape(board, view, diff)) if json else _say_review(view, diff, only_files=files)
        return
    board = with_core(_settled, conduct=True)
    queue = [
        view for view in board.sessions.values() if view.review and view.state in REVIEW_STATES
    ]
    if json:
        say_json([_shape(board, view) for view in queue])
    else:
        say_columns([_row(board, view) for view in queue] or [("nothing waits for a verdict",)])


def approve(
    session: Session,
    *,
    head: Head = "",
    note: Annotated[str, typer.Option("--note", help="A word for the record.")] = "",
    criterion: Annotated[
        list[str] | None,
        typer.Option(
            "--criterion",
            "-c",
            metavar="N MET PATH:LINE",
            help="An answered acceptance criterion; who is not the lead answers each.",
        ),
    ] = None,
    by: By = "lead",
    json: Json = False,
) -> None:
    """Approve exactly one commit; a newer commit voids it."""
    name, verdict = _judge(
        session, VerdictKind.APPROVED, head=head, note=note, answers=criterion or (), by=by
    )
    waived = verdict.waived
    say_result(
        {"session": name, "verdict": verdict},
        f"{name}  approved {verdict.head[:12]}; merge with: wuhu merge {name}",
        f"\n  let pass outside its scope: {revealed_line(few(waived))}" if waived else "",
        as_json=json,
    )


def request_changes(
    session: Session,
    note: Text,
    *,
    finding: Annotated[
        list[str] | None,
        typer.Option(
            "--finding",
            metavar="SEVERITY:PATH:LINE:TEXT",
            help="A remark on one line; severity: must, should, note, or left out.",
        ),
    ] = None,
    head: Head = "",
    by: By = "lead",
    json: Json = False,
) -> None:
    """Send the work back with a note and findings; the session gets them as a follow-up."""
    findings = tuple(finding_of(text) for text in finding or ())
    name, verdict = _judge(
        session,
        VerdictKind.CHANGES_REQUESTED,
        head=head,
        note=text_of(note),
        findings=findings,
        by=by,
    )
    say_result(
        {"session": name, "verdict": verdict},
        f"{name}  changes requested on {verdict.head[:12]}",
        as_json=json,
    )


_DEEDS = {
    VerdictKind.APPROVED: "approve",
    VerdictKind.CHANGES_REQUESTED: "request_changes",
    VerdictKind.BLOCKED: "request_changes",
}


def _judge(
    session: str,
    kind: VerdictKind,
    *,
    head: str,
    note: str,
    by: str,
    findings: tuple[Finding, ...] = (),
    answers: Sequence[str] = (),
) -> tuple[str, Verdict]:
    async def work(core: CoreDoor) -> tuple[str, Verdict]:
        view = find_session(core.board, session)
        check_leave(core.board, view, "judge its own work", _DEEDS[kind])
        judged = _whole_head(_review_of(view), head)
        given = await core.verdict(
            view.id,
            kind,
            head=judged,
            note=note,
            findings=findings,
            criteria=[criterion_of(text, view.spec.acceptance) for text in answers],
            by=speaker(by),
        )
        return view.id, given

    return with_core(work)


def _whole_head(found: Review, head: str) -> str:
    """A shortened commit as its whole name, if it is the one under review."""
    return found.head if not head or found.head.startswith(head) else head


def _review_of(view: SessionView) -> Review:
    if view.review is None:
        raise NotPossible(
            f"{view.id} has nothing to review yet",
            remedy=f"wait for its report: wuhu join {view.id}; or: wuhu review {view.id} --open",
        )
    return view.review


async def _settled(core: CoreDoor) -> Board:
    await settle(core)
    return core.board


async def _one(
    core: CoreDoor, session: str, wish: Wish, *, opened: bool, looked: bool
) -> tuple[Board, SessionView, Diff]:
    name = find_session(core.board, session).id
    if opened:
        await core.open_review(name)
    await core.idle()
    view = core.board.sessions[name]
    if looked:
        _check_all_shown(name, wish)
    diff = await read_diff(core, name, wish)
    if looked:
        await core.record_look(name, head=diff.head, by=speaker("lead"))
    return core.board, view, diff


def _check_all_shown(session: str, wish: Wish) -> None:
    """A look is of the whole work: what was left out would count as seen."""
    if wish.only_files or wish.paths:
        raise UsageError(
            "--looked is of all of the work, and --files and --path leave some of it out",
            where=session,
            remedy=f"wuhu review {session} --looked",
        )


def _shape(board: Board, view: SessionView, diff: Diff | None = None) -> dict[str, Any]:
    found = _review_of(view)
    shape = {
        "session": view.id,
        "title": view.spec.title,
        "state": view.state.value,
        "needs": next_action(view, board).need.value,
        "next": next_action(view, board).text,
        "checks_green": found.checks_green,
        "review": found,
    }
    return shape if diff is None else {**shape, "diff": diff}


def _row(board: Board, view: SessionView) -> list[Part]:
    found = _review_of(view)
    judge = judge_at_work(view)
    conflicts = f"conflicts: {', '.join(found.conflicts)}" if found.conflicts else ""
    return [
        _symbol(board, view, found),
        view.id,
        f"{judge.name} judges it" if judge else view.state.value.replace("_", " "),
        found.head[:12],
        Painted(f"+{found.added}", "green"),
        Painted(f"−{found.removed}", "red"),
        _checks_word(found),
        conflicts or (view.report.summary if view.report else ""),
    ]


def _symbol(board: Board, view: SessionView, found: Review) -> Part:
    if found.conflicts:
        return Painted("⚠", "red")
    if judge_at_work(view):
        return Painted("◐", "cyan")
    is_ready = next_action(view, board).need is Need.MERGE
    return Painted("⇡" if is_ready else "✓", "green")


def _checks_word(found: Review) -> Part:
    if not found.checks:
        return Painted("no checks", "dim")
    worst = [check.state for check in found.checks if check.state is not CheckState.PASSED]
    state = worst[0] if worst else CheckState.PASSED
    return Painted(f"checks {state.value}", _CHECK_COLOURS[state])


def _say_review(view: SessionView, diff: Diff, *, only_files: bool) -> None:
    found = _review_of(view)
    say(
        Painted(view.spec.shown_name, "bold"),
        f"  {view.state.value.replace('_', ' ')}  {found.merge_base[:12]}..{found.head[:12]}  ",
        Painted(f"+{diff.added}", "green"),
        " ",
        Painted(f"−{diff.removed}", "red"),
    )
    if view.report:
        say(Painted("report  ", "dim"), view.report.summary)
    _say_found(found)
    if judge := judge_at_work(view):
        say(Painted("judging ", "dim"), f"{judge.name} judges it")
    _say_judged(found)
    if diff.since:
        say(Painted("since   ", "dim"), f"your look at {diff.since[:12]}")
    if diff.note:
        say(Painted(diff.note, "yellow"))
    say_files(diff)
    if not only_files:
        say_diff(diff)


def _say_found(found: Review) -> None:
    """How its checks stand, and what lies in its way."""
    for check in found.checks:
        say(
            Painted("check   ", "dim"),
            f"{check.name}: ",
            Painted(check.state.value, _CHECK_COLOURS[check.state]),
        )
        if check.state in (CheckState.FAILED, CheckState.BROKEN) and check.output:
            say(check.output)
    if found.conflicts:
        say(Painted(f"conflicts with base: {', '.join(found.conflicts)}", "red"))
    if found.outside:
        told = outside_words(found.outside, waiver_of(found))
        say(Painted(f"outside its scope: {revealed_line(told)}", "red"))


def _say_judged(found: Review) -> None:
    """What others said of exactly this commit, what of it does not count, and what binds."""
    for said in found.opinions:
        _say_verdict(said.judge.value.ljust(8), said)
    for refused in found.refused:
        by = f"{refused.verdict.by} does not count: {refused.reason}"
        say(Painted("refused ", "yellow"), by)
    if found.verdict:
        say(Painted("verdict ", "dim"), f"{_word(found.verdict)} by {found.verdict.by}")
        shown = any(_is_same(found.verdict, said) for said in found.opinions)
        for line in () if shown else _finding_lines(found.verdict):
            say(line)


def _say_verdict(part: str, said: Verdict) -> None:
    note = f": {said.note.strip()}" if said.note.strip() else ""
    say(Painted(part, "dim"), f"{_word(said)} by {said.by}{note}")
    for line in _finding_lines(said):
        say(line)
    for answer in said.criteria:
        sign = Painted("met", "green") if answer.met else Painted("not met", "red")
        say("  ", sign, f": {answer.text} ({', '.join(answer.evidence)})")


def _word(said: Verdict) -> str:
    return said.kind.value.replace("_", " ")


def _is_same(verdict: Verdict, said: Verdict) -> bool:
    return (verdict.by, verdict.kind) == (said.by, said.kind)


def _finding_lines(said: Verdict) -> list[str]:
    return [
        f"  {severity_of(one.severity).value} {one.path}:{one.line} {one.text}"
        for one in said.findings
    ]
