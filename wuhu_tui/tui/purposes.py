"""What a composer writes: who gets it, and when."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """One draft is kept for each session and purpose."""

    STEER = "steer"
    FOLLOW_UP = "follow_up"
    ANSWER = "answer"
    REQUEST_CHANGES = "request_changes"
    EDIT = "edit"


def draft_key(session: str, purpose: Purpose, about: str = "") -> str:
    """Under which name a draft is kept; `about` is an answer's question, an edited message."""
    return "/".join(filter(None, (session, purpose.value, about)))
