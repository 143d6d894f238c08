"""What a permission wants leave for, as the lead reads it before a key grants it."""

from __future__ import annotations

from wuhu_tui.model.questions import Question


def command_wanted(question: Question) -> str:
    """The command that would be run; empty where it is something else, an edit say."""
    request = question.request
    if request is None:
        return question.context
    return request.command if request.kind == "execute" else ""


def wanted(question: Question) -> str:
    """What is wanted, for a list: a command behind its `$`, else the agent's own title."""
    command = command_wanted(question)
    return f"$ {command}" if command else question.text


def beside(question: Question) -> str:
    """What the agent says beside the command: never part of it, so never shown behind a `$`."""
    return question.context.replace(command_wanted(question), "", 1).strip()
