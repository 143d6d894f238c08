"""What a replay refuses: every verb that would change something, with the way back to live."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Never

from wuhu_tui.model.errors import NotPossible

BACK = "go back to live: leave the replay, and do it there"

Refusal = Callable[..., Coroutine[Any, Any, Never]]


def refused(words: str) -> NotPossible:
    """What is told whoever wants to change what was."""
    return NotPossible(f"this is a replay: {words}", remedy=BACK)


def _refusal(words: str) -> Refusal:
    async def refuse(*_: object, **__: object) -> Never:
        raise refused(words)

    return refuse


_SESSIONS = _refusal("sessions are neither made, begun nor ended here")
_WORDS = _refusal("nobody hears what is said here")
_REVIEWS = _refusal("nothing is judged here")
_LOOKS = _refusal("looks and marks are not kept here")
_MERGES = _refusal("nothing lands from here")
_RUNS = _refusal("nothing runs here")
_REMOVED = _refusal("nothing is brought back or removed here")


class RefusedVerbs:
    """The verbs of `CoreDoor` that write; a test holds this table against the door."""

    instantiate = start = resume = stop = hibernate = archive = sync_environment = _SESSIONS
    assign_reviewer = fix_session = deliver_fix = _SESSIONS
    steer = follow_up = interrupt = answer = set_mode = set_model = type_keys = _WORDS
    resize_screen = cancel_message = edit_message = move_message = promote_message = _WORDS
    requeue_letter = edit_letter = discard_letter = acknowledge_letter = _WORDS
    comment = edit_comment = drop_comment = send_comments = resolve_comment = _WORDS
    tell_collision = _WORDS
    open_review = verdict = _REVIEWS
    record_look = mark_hunks = _LOOKS
    merge = queue_merge = hold_merge = release_merge = place_merge = drop_merge = _MERGES
    pause_queue = resume_queue = undo_merge = push_base = sync_base = _MERGES
    begin_settling = settle_conflict = leave_settling = _MERGES
    open_join = take_wake = cancel_join = run_in = begin_job = stop_job = take_over = _RUNS
    restore = forget_rescue = mend = at_stake = _REMOVED
