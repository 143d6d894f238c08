"""What a review needs and what follows from what its judges said, by its policy. Pure.

`human`: the lead judges, whatever others say. `reviewer`: what the reviewer says binds. `council`:
a peer may send the work back so often as the rounds say; then an arbiter judges, and that binds.
The lead's own verdict ends every course; work outside its scope nobody else approves.
"""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.model.findings import defers, is_grave, unproven
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.reviews import Judge, Review, ReviewPolicy, Verdict, VerdictKind
from wuhu_tui.model.waivers import unwaived_words

MOST_ROUNDS = 6
"""After so many rounds that sessions judged it is the lead's: no two agents go on for ever."""

MOST_TRIES = 2
"""How many sessions are made for one part of one round, the first one included."""

KEPT = 8
"""How many verdicts of earlier rounds a review keeps."""


def policy_of(own: str, of_project: ReviewPolicy) -> ReviewPolicy:
    """The policy of a session: its own, or the project's where it has none."""
    return ReviewPolicy(own) if own in set(ReviewPolicy) else of_project


def wanted_judge(policy: ReviewPolicy, review: Review, rounds: int) -> Judge | None:
    """In which part somebody has to judge next; None: nobody, or only the lead can."""
    if review.verdict is not None or review.round > MOST_ROUNDS or _is_the_leads(review):
        return None
    if _last_word(policy, review, rounds) is not None:
        return None
    match policy:
        case ReviewPolicy.REVIEWER:
            return Judge.REVIEWER
        case ReviewPolicy.COUNCIL:
            return _of_council(review, rounds)
        case _:
            return None


def lead_said(review: Review) -> Verdict | None:
    """The lead's own newest verdict on exactly this commit, also where it was put up again since."""
    every = (*review.earlier, *((review.verdict,) if review.verdict else ()))
    said = (one for one in reversed(every) if one.by == LEAD and one.head == review.head)
    return next(said, None)


def _is_the_leads(review: Review) -> bool:
    """Whether the lead found this commit wanting: nobody else approves it then."""
    said = lead_said(review)
    return said is not None and said.kind is not VerdictKind.APPROVED


def _of_council(review: Review, rounds: int) -> Judge:
    if review.round > rounds or opinion_of(review, Judge.PEER) is not None:
        return Judge.ARBITER
    return Judge.PEER


def binding(policy: ReviewPolicy, review: Review, rounds: int) -> Verdict | None:
    """The opinion that becomes the verdict on this commit; None: there is none, or one stands."""
    said = _last_word(policy, review, rounds)
    return None if said is None or unwaived_words(said, review) else said


def left_to_lead(policy: ReviewPolicy, review: Review, rounds: int) -> Verdict | None:
    """The opinion that would bind, and cannot: it approves what only the lead lets pass."""
    said = _last_word(policy, review, rounds)
    return said if said is not None and unwaived_words(said, review) else None


def _last_word(policy: ReviewPolicy, review: Review, rounds: int) -> Verdict | None:
    if review.verdict is not None or _is_the_leads(review):
        return None
    match policy:
        case ReviewPolicy.REVIEWER:
            return opinion_of(review, Judge.REVIEWER)
        case ReviewPolicy.COUNCIL:
            return opinion_of(review, Judge.ARBITER) or _peer_binds(review, rounds)
        case _:
            return None


def _peer_binds(review: Review, rounds: int) -> Verdict | None:
    """A peer's word counts while there are rounds left; one that could not judge leaves it open."""
    said = opinion_of(review, Judge.PEER)
    if said is None or said.kind is VerdictKind.BLOCKED or review.round > rounds:
        return None
    return said


def opinion_of(review: Review, judge: Judge) -> Verdict | None:
    """The newest opinion on exactly this commit and round, of whoever judges in this part."""
    return next(
        (
            said
            for said in reversed(review.opinions)
            if said.judge is judge and said.head == review.head and said.round == review.round
        ),
        None,
    )


def why_it_does_not_count(verdict: Verdict, acceptance: Sequence[str]) -> str:
    """Why a session's judgement is no verdict; empty: it is one."""
    if verdict.kind is VerdictKind.APPROVED:
        return why_no_approval(verdict) or unproven(acceptance, verdict.criteria)
    if not verdict.note.strip() and not verdict.findings:
        return f"{verdict.kind.value} without a note or a finding says nothing"
    return ""


def why_no_approval(verdict: Verdict) -> str:
    """What in an approval contradicts it, whoever gives it; empty: nothing."""
    grave = next((one for one in verdict.findings if is_grave(one)), None)
    if grave is not None:
        place = f"{grave.path}:{grave.line}"
        return f"an approval cannot carry a {grave.severity} finding ({place})"
    said = next((one for one in _words(verdict) if defers(one)), None)
    return f"“{said.strip()}”: “fix after merge” is not a verdict" if said is not None else ""


def _words(verdict: Verdict) -> tuple[str, ...]:
    return (verdict.note, *(finding.text for finding in verdict.findings))


def round_after(review: Review) -> int:
    """The round in which the next commit of this work is judged."""
    said = review.verdict
    sent_back = said is not None and said.kind is VerdictKind.CHANGES_REQUESTED
    by_session = said is not None and said.judge is not Judge.LEAD
    return review.round + 1 if sent_back and by_session else review.round


def said_so_far(review: Review) -> tuple[Verdict, ...]:
    """What was said of this work up to now, oldest first, for whoever judges its next commit."""
    said = list(review.earlier)
    for verdict in (*review.opinions, review.verdict):
        if verdict is not None and not any(_is_same(verdict, one) for one in said):
            said.append(verdict)
    return tuple(said[-KEPT:])


def _is_same(one: Verdict, other: Verdict) -> bool:
    """An opinion that became the verdict was said once."""
    return (one.by, one.head, one.kind, one.note) == (other.by, other.head, other.kind, other.note)
