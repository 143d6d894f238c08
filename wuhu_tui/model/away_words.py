"""What each kind of entry means to a lead who was away, and the words that begin its line. Pure."""

from __future__ import annotations

from wuhu_tui.model.lookbacks import AwayGroup
from wuhu_tui.model.marks import MarkKind
from wuhu_tui.model.value import Value

_G = AwayGroup
_M = MarkKind


class Meaning(Value, frozen=True):
    """`words` begin the line; `group` is where it stands once nothing of it waits for the lead.

    No group: by who did it. `quiet`: it is told only while it waits for the lead.
    """

    words: str
    group: AwayGroup | None = None
    mark: MarkKind | None = None
    quiet: bool = False


def _by_whom(words: str, mark: MarkKind | None = None) -> Meaning:
    return Meaning(words=words, mark=mark)


def _told(words: str, group: AwayGroup, mark: MarkKind | None = None) -> Meaning:
    return Meaning(words=words, group=group, mark=mark)


def _quiet(words: str, mark: MarkKind | None = None) -> Meaning:
    return Meaning(words=words, group=_G.WENT_WRONG, mark=mark, quiet=True)


RULED = "ruled"
"""Leave that a rule gave or refused; no channel tells it, it is news after an absence only."""

TURN = "turn"

MEANINGS: dict[str, Meaning] = {
    "question": _told("asked", _G.DECIDED, _M.QUESTION),
    "permission": _told("asked leave", _G.DECIDED, _M.QUESTION),
    "plan": _told("asked about its plan", _G.DECIDED, _M.QUESTION),
    "budget": _told("asked for more budget", _G.DECIDED, _M.QUESTION),
    "answer": _by_whom("answered", _M.ANSWER),
    "default_applied": _told("default applied", _G.DECIDED, _M.ANSWER),
    "question_withdrawn": _told("withdrew its question", _G.DECIDED, _M.QUESTION),
    RULED: _told("answered by a rule", _G.DECIDED, _M.ANSWER),
    "seems_to_ask": _quiet("seems to ask", _M.QUESTION),
    "message_unsure": _told("message unsure", _G.WENT_WRONG, _M.FAULT),
    "steer": _by_whom("steered", _M.STEER),
    "follow_up": _by_whom("follow-up", _M.STEER),
    "report_done": _told("reported done", _G.DONE, _M.REPORT),
    "report_blocked": _told("reported blocked", _G.WENT_WRONG, _M.REPORT),
    "report_failed": _told("reported failed", _G.WENT_WRONG, _M.REPORT),
    "report_note": _told("noted", _G.WORKED, _M.REPORT),
    "commit": _told("commit", _G.WORKED),
    TURN: _told("turn", _G.WORKED),
    "instantiated": _by_whom("made"),
    "stopped": _told("stopped", _G.WORKED),
    "hibernated": _told("hibernated", _G.WORKED),
    "failed": _told("failed", _G.WENT_WRONG, _M.FAULT),
    "lost": _told("lost", _G.WENT_WRONG, _M.FAULT),
    "archived": _told("archived", _G.WORKED),
    "review_ready": _quiet("ready for review", _M.REPORT),
    "verdict_approved": _by_whom("approved", _M.VERDICT),
    "verdict_changes_requested": _by_whom("changes requested", _M.VERDICT),
    "verdict_blocked": _by_whom("blocked by verdict", _M.VERDICT),
    "verdict_void": _told("verdict void", _G.DECIDED, _M.VERDICT),
    "opinion": _told("judged", _G.DONE, _M.VERDICT),
    "opinion_refused": _told("judgement refused", _G.WENT_WRONG, _M.VERDICT),
    "conflict": _told("conflict", _G.WENT_WRONG, _M.CONFLICT),
    "merged": _told("on base", _G.LANDED, _M.MERGE),
    "merge_merged": _told("merged", _G.LANDED, _M.MERGE),
    "merge_undone": _told("merge undone", _G.LANDED, _M.MERGE),
    "merge_conflict": _told("merge conflict", _G.WENT_WRONG, _M.CONFLICT),
    "merge_refused": _told("merge refused", _G.WENT_WRONG, _M.MERGE),
    "merge_rolled_back": _told("merge rolled back", _G.WENT_WRONG, _M.MERGE),
    "merge_held": _by_whom("merge held", _M.MERGE),
    "merge_queued": _by_whom("merge queued", _M.MERGE),
    "merge_dropped": _by_whom("merge dropped", _M.MERGE),
    "merge_released": _by_whom("merge released", _M.MERGE),
    "merge_placed": _by_whom("merge moved", _M.MERGE),
    "merge_delayed": _quiet("merge delayed", _M.MERGE),
    "merge_waits": _quiet("merge waits", _M.MERGE),
    "queue_paused": _by_whom("queue paused", _M.MERGE),
    "queue_resumed": _by_whom("queue resumed", _M.MERGE),
    "queue_stands": _told("queue stood still", _G.WENT_WRONG, _M.MERGE),
    "base_moved": _told("base moved", _G.LANDED, _M.MERGE),
    "base_pushed": _told("base pushed", _G.LANDED, _M.MERGE),
    "push_refused": _told("push refused", _G.WENT_WRONG, _M.FAULT),
    "remote": _quiet("remote"),
    "join_woken": _told("wait over", _G.DONE),
    "letter_dead": _told("message dead", _G.WENT_WRONG, _M.FAULT),
    "letter_escalated": _told("message not taken", _G.WENT_WRONG, _M.FAULT),
    "job_ended": _told("command ended", _G.DONE),
    "rescued": _told("work kept", _G.DONE),
    "conductor": _quiet("conductor"),
    "warning": _told("warning", _G.WENT_WRONG, _M.FAULT),
    "error": _told("error", _G.WENT_WRONG, _M.FAULT),
    "no_report": _quiet("no report", _M.FAULT),
    "unreported_work": _told("unreported work", _G.DONE),
    "pull_request": _told("pull request", _G.DONE),
    "orphaned_question": _quiet("orphaned question", _M.QUESTION),
    "collision": _quiet("collision", _M.CONFLICT),
}
"""Every kind that channels tell, and two that only an absence makes worth telling."""

UNKNOWN = _told("news", _G.WORKED)


def meaning_of(kind: str) -> Meaning:
    """What a kind means; one from a newer version is told as work."""
    return MEANINGS.get(kind, UNKNOWN)
