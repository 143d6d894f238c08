"""What an agent asks the lead, and what the lead answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.permissions import PermissionRequest
from wuhu_tui.model.value import Value


class QuestionKind(StrEnum):
    """A permission or a plan is a question too."""

    CHOICE = "choice"
    OPEN = "open"
    PERMISSION = "permission"
    PLAN = "plan"
    BUDGET = "budget"


class OnTimeout(StrEnum):
    """What happens at a question's deadline."""

    DEFAULT = "default"
    BLOCK = "block"
    FAIL = "fail"


class Option(Value, frozen=True):
    """One way to answer; `key` is the agent's own name for it, `detail` its reason and consequence."""

    key: str
    label: str
    detail: str = ""
    recommended: bool = False


class Question(Value, frozen=True):
    """A question as it was asked; `default` is an option's key."""

    id: str
    kind: QuestionKind
    text: str
    asked_at: datetime
    options: tuple[Option, ...] = ()
    context: str = ""
    blocking: bool = True
    deadline: datetime | None = None
    default: str = ""
    on_timeout: OnTimeout = OnTimeout.BLOCK
    request: PermissionRequest | None = None
    """What a permission is wanted for."""
    outlives_turn: bool = False
    """Asked with wuhu's own tool: it stays open when the turn ends or the asker restarts."""
    detached: bool = False
    """Its agent is gone; the answer will reach the next one as a message."""


class Answer(Value, frozen=True):
    """An answer: an option's key, or text, or both (`note` is read by the model where it can be)."""

    question: str
    by: str
    at: datetime
    choice: str = ""
    text: str = ""
    note: str = ""


def spoken(question: Question, answer: Answer) -> str:
    """An answer in words: the option's label rather than its key."""
    labels = {option.key: option.label for option in question.options}
    choice = labels.get(answer.choice, answer.choice)
    return " — ".join(filter(None, (choice, answer.text, answer.note)))
