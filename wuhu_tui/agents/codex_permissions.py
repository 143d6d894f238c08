"""What codex wants leave for, as a permission question, and the answer as it wants it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from wuhu_tui.agents.codex_diff import changed_paths, edit_title, unified_diff
from wuhu_tui.agents.codex_messages import ApprovalAsked, Change, Elicitation
from wuhu_tui.agents.codex_text import as_json, bare_command, shown_path, title_of
from wuhu_tui.agents.codex_tools import COMMAND, EDIT, tool_name
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY, EXACTLY_THIS, PermissionRequest
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind
from wuhu_tui.model.value import Value

OPTIONS = (
    Option(key=ALLOW, label="Allow once"),
    Option(key=ALLOW_SESSION, label="Allow for this session", detail=EXACTLY_THIS),
    Option(key=DENY, label="Deny", detail="the agent goes on without it"),
)
TOOL_CALL = "mcp_tool_call"


class Wish(Value, frozen=True):
    """What is asked for, in words and for rules."""

    text: str
    request: PermissionRequest
    context: str = ""


def permission_question(name: str, at: datetime, wish: Wish) -> Question:
    """The wish as a question."""
    return Question(
        id=name,
        kind=QuestionKind.PERMISSION,
        text=wish.text,
        asked_at=at,
        options=OPTIONS,
        context=wish.context,
        request=wish.request,
    )


def command_wish(asked: ApprovalAsked, worktree: Path) -> Wish:
    """A command, words typed into one, or a way through the network."""
    command = bare_command(asked.command)
    network = asked.network_approval_context
    if network is not None:
        request = PermissionRequest(tool="network", kind="fetch", command=command)
        text = f"Reach {network.host} over {network.protocol or 'the network'}"
        return Wish(text=text, request=request, context=_lines(asked.reason, command))
    request = PermissionRequest(tool=COMMAND, kind="execute", command=command)
    folder = shown_path(asked.cwd, worktree) if asked.cwd else "."
    elsewhere = f"in {folder}" if folder != "." else ""
    details = command if title_of(command) != command else ""
    return Wish(
        text=f"{_verb(asked.kind)} {title_of(command)}".strip(),
        request=request,
        context=_lines(asked.reason, elsewhere, details),
    )


def edit_wish(asked: ApprovalAsked, changes: Sequence[Change], worktree: Path) -> Wish:
    """An edit; its diff is shown."""
    paths = changed_paths(changes, worktree)
    root = f"and to write below {asked.grant_root}" if asked.grant_root else ""
    return Wish(
        text=edit_title(changes, worktree),
        request=PermissionRequest(
            tool=EDIT, kind="edit", paths=(*paths, *filter(None, (asked.grant_root,)))
        ),
        context=_lines(asked.reason, root, unified_diff(changes, worktree)),
    )


def rights_wish(asked: ApprovalAsked) -> Wish:
    """More rights for a while: folders, the network."""
    files = asked.permissions.get("fileSystem")
    writes = files.get("write") if isinstance(files, dict) else None
    paths = tuple(path for path in writes or () if isinstance(path, str))
    network = bool(asked.permissions.get("network"))
    wanted = [f"write below {path}" for path in paths] + (["use the network"] if network else [])
    return Wish(
        text=f"More rights: {', '.join(wanted) or 'see below'}",
        request=PermissionRequest(
            tool="permissions", kind=_kind_of_rights(asked.permissions), paths=paths
        ),
        context=_lines(asked.reason, as_json(asked.permissions)),
    )


def _kind_of_rights(permissions: dict[str, Any]) -> str:
    """One kind only where they are of that kind alone: all are given, or none."""
    wanted, files = _named(permissions), permissions.get("fileSystem")
    if wanted == {"fileSystem"} and isinstance(files, dict) and _named(files) == {"write"}:
        return "edit"
    return "fetch" if wanted == {"network"} else "other"


def _named(rights: dict[str, Any]) -> set[str]:
    return {name for name, value in rights.items() if value}


def tool_wish(asked: Elicitation) -> Wish:
    """A call of an MCP server's tool."""
    tool = str(asked.meta.get("tool_name") or "")
    return Wish(
        text=asked.message or f"{asked.server_name}: {tool}",
        request=PermissionRequest(tool=tool_name(asked.server_name, tool)),
        context=as_json(asked.meta.get("tool_params")),
    )


def allows(answer: Answer) -> bool:
    """Whether an answer allows: only its option does, words alone never."""
    return answer.choice in (ALLOW, ALLOW_SESSION)


def words_beside(answer: Answer) -> str:
    """The lead's own words, which this protocol cannot carry with a permission."""
    return _lines(*dict.fromkeys((answer.text.strip(), answer.note.strip())))


def decision(answer: Answer | None) -> dict[str, Any]:
    """The answer to an approval: none is `cancel`, which ends the turn."""
    if answer is None:
        return {"decision": "cancel"}
    return {"decision": "accept" if allows(answer) else "decline"}


def granted(answer: Answer | None, asked: ApprovalAsked) -> dict[str, Any]:
    """The rights given, for this turn."""
    allowed = answer is not None and allows(answer)
    return {"permissions": asked.permissions if allowed else {}, "scope": "turn"}


def elicited(answer: Answer | None) -> dict[str, Any]:
    """The answer to a tool server's request."""
    if answer is None:
        return {"action": "cancel"}
    return {"action": "accept", "content": {}} if allows(answer) else {"action": "decline"}


def _verb(kind: str) -> str:
    return "Type into a running command:" if kind == "writeStdin" else ""


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))
