"""The hard gates of an approval: checks green, criteria answered, no word against it, scope kept."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.findings import unproven
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.review_policy import why_no_approval
from wuhu_tui.model.reviews import Check, CheckState, Review, Verdict
from wuhu_tui.model.waivers import unwaived_words


def check_green(checks: Sequence[ProjectCheck], review: Review, where: str) -> None:
    """Pass only if every check of the project is green on the review's commit.

    Raises:
        NotPossible: names the check that is red, still runs, has not run, or could not run.
    """
    known = {check.name: check for check in review.checks}
    for name in dict.fromkeys((*known, *(check.name for check in checks))):
        reason, remedy = _why_not_green(known.get(name))
        if reason:
            raise NotPossible(f"check {name} {reason}", where=where, remedy=remedy)


def _why_not_green(check: Check | None) -> tuple[str, str]:
    match check.state if check else None:
        case None:
            return "has not run on this commit", "wait for it; it runs by itself"
        case CheckState.RUNNING:
            return "still runs", "wait for it to end"
        case CheckState.FAILED:
            return "is red", "read its output, then request changes"
        case CheckState.BROKEN:
            return "could not run, which is not green", "mend its command in wuhu.toml"
        case _:
            return "", ""


def check_words(verdict: Verdict, where: str) -> None:
    """Pass only if nothing in an approval contradicts it.

    Raises:
        NotPossible: says what does.
    """
    reason = why_no_approval(verdict)
    if reason:
        remedy = "request changes; “fix after merge” is not a verdict"
        raise NotPossible(reason, where=where, remedy=remedy)


def check_criteria(verdict: Verdict, acceptance: Sequence[str], where: str) -> None:
    """Pass only if everybody but the lead shows that every acceptance criterion is met.

    Raises:
        NotPossible: names the first that is not.
    """
    reason = "" if verdict.by == LEAD else unproven(acceptance, verdict.criteria)
    if reason:
        remedy = "answer each by its number, as met with path:line; or leave it to the lead"
        raise NotPossible(reason, where=where, remedy=remedy)


def check_scope(verdict: Verdict, review: Review, where: str) -> None:
    """Pass only if the approval covers what lies outside the session's scope.

    Raises:
        NotPossible: it does not; names the files.
    """
    reason = unwaived_words(verdict, review)
    if reason:
        remedy = f"have it taken out, or let it pass yourself: wuhu approve {where}"
        raise NotPossible(reason, where=where, remedy=remedy)
