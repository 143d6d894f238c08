"""What dialogs of a review tell before something goes out: how much of what, and where to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.comments import Comment, CommentKind
from wuhu_tui.model.evidence import Evidence
from wuhu_tui.model.findings import is_grave
from wuhu_tui.model.messages import Lane
from wuhu_tui.tui.presentation import facts
from wuhu_tui.tui.presentation.diff_notes import drafts
from wuhu_tui.tui.presentation.facts import Facts, checks_fact, lands
from wuhu_tui.tui.presentation.rows import line

_MOST = 6


def approve_facts(view: SessionView, evidence: Evidence | None) -> Facts:
    """What an approval rests on, and what speaks against it."""
    told = facts.approve_facts(view)
    return replace(told, warnings=(*told.warnings, *_against(view, evidence)))


def unread_facts(view: SessionView) -> Facts:
    """The same from a list, where the lead may never have seen what would be approved."""
    told = approve_facts(view, None)
    return replace(told, warnings=(*_unread(view), *told.warnings, *_opinions(view)))


def _unread(view: SessionView) -> Iterator[str]:
    review, looked = view.review, view.looked
    assert review is not None
    if looked is None:
        yield "You have not looked at it: d shows what would land."
    elif looked.head != review.head:
        yield f"New since you looked at {looked.head[:7]}: d shows it, L there only what is new."


def _opinions(view: SessionView) -> Iterator[str]:
    review = view.review
    said = [one for one in review.opinions if one.head == review.head] if review else []
    grave = sum(is_grave(finding) for one in said for finding in one.findings)
    if grave:
        yield _must_be_mended(grave)


def _must_be_mended(grave: int) -> str:
    return f"{grave} finding{'s' * (grave != 1)} must be mended, says a reviewer."


def _against(view: SessionView, evidence: Evidence | None) -> Iterator[str]:
    if waiting := len(drafts(view.comments)):
        yield f"{_counted(waiting, 0)} not sent: nobody will read what is a draft."
    if evidence is None:
        return
    grave = sum(is_grave(one.finding) for one in evidence.findings if one.head == evidence.head)
    if grave:
        yield _must_be_mended(grave)
    unmet = [one for one in evidence.criteria if any(not said.met for said in one.answers)]
    if unmet:
        yield f"{len(unmet)} acceptance criteria said not to be met."


def send_facts(view: SessionView, comments: Sequence[Comment]) -> Facts:
    """What goes out with a review of comments."""
    remarks = sum(one.kind is CommentKind.REMARK for one in comments)
    questions = len(comments) - remarks
    told = [f"{line(one.anchor.path)}:{one.anchor.line}  {line(one.text)}" for one in comments]
    more = len(told) - _MOST
    head = view.review.head[:10] if view.review else ""
    return Facts(
        title=f"Send to {line(view.spec.shown_name)} as one review",
        facts=(
            ("sends", _counted(remarks, questions)),
            ("about", head),
            *(("" if number else "words", one) for number, one in enumerate(told[:_MOST])),
            *((("", f"and {more} more"),) if more > 0 else ()),
            ("lands", f"as one message in its follow-up lane; {lands(view, Lane.FOLLOW_UP)}"),
        ),
        act="send",
    )


def _counted(remarks: int, questions: int) -> str:
    parts = []
    if remarks:
        parts.append(f"{remarks} comment{'s' * (remarks != 1)}")
    if questions:
        parts.append(f"{questions} question{'s' * (questions != 1)}")
    return ", ".join(parts)


def assign_facts(view: SessionView) -> Facts:
    """What a reviewer session gets."""
    review = view.review
    assert review is not None
    return Facts(
        title=f"Assign a reviewer to {line(view.spec.shown_name)}",
        facts=(
            ("judges", f"exactly {review.merge_base[:7]}..{review.head[:10]}"),
            ("checks", checks_fact(review)),
            ("how", "a session of its own, in a place where it writes nothing"),
            ("then", "its verdict and findings stand here; the policy says what they bind"),
        ),
        act="assign",
    )


def fix_facts(view: SessionView) -> Facts:
    """What a fix session gets."""
    review = view.review
    assert review is not None
    findings = sum(len(one.findings) for one in review.opinions)
    findings += len(review.verdict.findings) if review.verdict else 0
    waiting = len(drafts(view.comments))
    warning = f"{waiting} comments are not sent: a fix session gets what was sent"
    return Facts(
        title=f"Start a fix session for {line(view.spec.shown_name)}",
        facts=(
            ("begins at", review.head[:10]),
            ("gets", f"{findings} finding{'s' * (findings != 1)}, conflicts if there are any"),
            ("then", f"what it commits goes onto {line(view.spec.branch)}; a new review opens"),
        ),
        warnings=(warning,) if waiting else (),
        act="start",
    )
