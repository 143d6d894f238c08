"""Work outside its session's scope lands only by the lead's own word, which the verdict carries. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from wuhu_tui.model.globs import in_scope
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.quantities import few
from wuhu_tui.model.reviews import Review, Verdict, VerdictKind


def outside_scope(scope: Sequence[str], paths: Sequence[str]) -> tuple[str, ...]:
    """The changed paths that a scope does not mean; without a scope all are inside."""
    return tuple(path for path in paths if not in_scope(path, scope)) if scope else ()


def with_waiver(verdict: Verdict, review: Review) -> Verdict:
    """The verdict; an approval of the lead names what it lets pass."""
    by_lead = verdict.kind is VerdictKind.APPROVED and verdict.by == LEAD
    return replace(verdict, waived=review.outside if by_lead else ())


def unwaived(verdict: Verdict, review: Review) -> tuple[str, ...]:
    """What lies outside the scope and nobody let pass with this verdict."""
    return tuple(path for path in review.outside if path not in frozenset(verdict.waived))


def unwaived_words(verdict: Verdict, review: Review) -> str:
    """Why this approval is not enough; empty: it is."""
    left = unwaived(verdict, review) if verdict.kind is VerdictKind.APPROVED else ()
    return f"outside its scope: {few(left)}; only the lead lets that pass" if left else ""


def waiver_of(review: Review | None) -> str:
    """Who let all pass that lies outside the scope; empty: nobody did, or nothing does."""
    verdict = review.verdict if review else None
    if review is None or verdict is None or not review.outside:
        return ""
    return "" if unwaived(verdict, review) else verdict.by


def outside_words(outside: Sequence[str], waived_by: str, *, most: int = 5) -> str:
    """What lies outside the scope, and who let it pass; empty: nothing does."""
    if not outside:
        return ""
    passed = f"let pass by {waived_by}" if waived_by else "nobody let it pass"
    return f"{few(outside, most=most)} ({passed})"
