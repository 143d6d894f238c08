"""Small translations: commands, diffs, permissions, and what an answer means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.agents.sink import NOW
from wuhu_tui.agents.codex_diff import changed_paths, edit_title, unified_diff
from wuhu_tui.agents.codex_errors import CodexTroubles
from wuhu_tui.agents.codex_messages import ApprovalAsked, Change, Item, TurnError
from wuhu_tui.agents.codex_permissions import (
    allows,
    command_wish,
    decision,
    edit_wish,
    granted,
    rights_wish,
    words_beside,
)
from wuhu_tui.agents.codex_text import bare_command
from wuhu_tui.agents.codex_tools import Tools
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.events import Event, ToolEnded
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY, PermissionRequest
from wuhu_tui.model.questions import Answer
from wuhu_tui.model.sessions import AgentLaunch

WORK = Path("/work/tree")


def _answer(**said: str) -> Answer:
    return Answer(question="q", by="lead", at=NOW, **said)


@pytest.mark.parametrize(
    ("command", "bare"),
    [
        ("/bin/bash -lc 'git push'", "git push"),
        ("bash -c \"rm -rf 'a b'\"", "rm -rf 'a b'"),
        ("/bin/zsh -lc ls", "ls"),
        ("git commit -m x", "git commit -m x"),
        ("python3 -c 'print(1)'", "python3 -c 'print(1)'"),
        ("bash -lc 'unclosed", "bash -lc 'unclosed"),
        ("bash -lc a b", "bash -lc a b"),
        ("", ""),
    ],
)
def test_rules_see_the_command_not_its_shell(command: str, bare: str) -> None:
    assert bare_command(command) == bare


def _change(kind: str, diff: str, **more: Any) -> Change:
    return Change(path=f"{WORK}/a.py", diff=diff, kind={"type": kind, **more})


@pytest.mark.parametrize(
    ("change", "diff"),
    [
        (_change("add", "x\n"), "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,1 @@\n+x\n"),
        (
            _change("add", "x\ny"),
            "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,2 @@\n+x\n+y\n\\ No newline at end of file\n",
        ),
        (_change("add", ""), "--- /dev/null\n+++ b/a.py\n"),
        (_change("delete", "x\n"), "--- a/a.py\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n"),
        (_change("update", "@@ -1 +1 @@\n-x\n+y"), "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n"),
        (
            _change("update", "@@ -1 +1 @@\n-x\n+y\n", move_path=f"{WORK}/b.py"),
            "--- a/a.py\n+++ b/b.py\n@@ -1 +1 @@\n-x\n+y\n",
        ),
    ],
)
def test_edits_as_unified_diffs(change: Change, diff: str) -> None:
    assert unified_diff([change], WORK) == diff


def test_paths_of_an_edit() -> None:
    changes = [
        _change("update", "", move_path=f"{WORK}/b.py"),
        Change(path="/etc/hosts", kind={"type": "add"}),
    ]
    assert changed_paths(changes, WORK) == ("a.py", "b.py", "/etc/hosts")
    assert edit_title(changes, WORK) == "Edit a.py, /etc/hosts"
    assert edit_title([_change("delete", "")], WORK) == "Delete a.py"
    assert edit_title([], WORK) == "Edit files"


@pytest.mark.parametrize(
    ("said", "allowed", "words"),
    [
        ({"choice": ALLOW}, True, ""),
        ({"choice": ALLOW_SESSION, "note": "but hurry"}, True, "but hurry"),
        ({"choice": DENY, "text": "use docs/", "note": "use docs/"}, False, "use docs/"),
        ({"choice": DENY, "text": "yes"}, False, "yes"),
        ({"text": " Yes "}, False, "Yes"),
        ({"text": "yes, but only the first"}, False, "yes, but only the first"),
        ({"choice": "unheard of"}, False, ""),
    ],
)
def test_what_an_answer_to_a_permission_means(
    said: dict[str, str], allowed: bool, words: str
) -> None:
    answer = _answer(**said)
    assert allows(answer) is allowed
    assert words_beside(answer) == words
    assert decision(answer) == {"decision": "accept" if allowed else "decline"}


def test_a_withdrawn_permission_is_cancelled() -> None:
    assert decision(None) == {"decision": "cancel"}


def test_a_long_command_is_shown_whole_below_its_title() -> None:
    asked = ApprovalAsked(command="/bin/bash -lc 'make\nmake test'", cwd="/elsewhere", reason="Why")
    wish = command_wish(asked, WORK)
    assert wish.text == "make"
    assert wish.context == "Why\nin /elsewhere\nmake\nmake test"
    assert wish.request.command == "make\nmake test"


def test_a_way_through_the_network() -> None:
    asked = ApprovalAsked.model_validate(
        {"command": "curl x", "networkApprovalContext": {"host": "x", "protocol": "https"}}
    )
    wish = command_wish(asked, WORK)
    assert wish.text == "Reach x over https"
    assert wish.request == PermissionRequest(tool="network", kind="fetch", command="curl x")


def test_an_edit_that_wants_a_folder() -> None:
    wish = edit_wish(
        ApprovalAsked.model_validate({"grantRoot": "/other"}), [_change("add", "x\n")], WORK
    )
    assert wish.request == PermissionRequest(
        tool="fileChange", kind="edit", paths=("a.py", "/other")
    )
    assert "write below /other" in wish.context


@pytest.mark.parametrize(
    ("permissions", "text", "kind"),
    [
        ({"fileSystem": {"write": ["/a"]}}, "More rights: write below /a", "edit"),
        ({"network": {"enabled": True}}, "More rights: use the network", "fetch"),
        ({"fileSystem": 5}, "More rights: see below", "other"),
        (
            {"fileSystem": {"write": ["/a"]}, "network": {"enabled": True}},
            "More rights: write below /a, use the network",
            "other",
        ),
        (
            {"fileSystem": {"write": ["/a"], "read": ["/b"]}},
            "More rights: write below /a",
            "other",
        ),
        (
            {"network": {"enabled": True}, "clock": {}, "camera": 1},
            "More rights: use the network",
            "other",
        ),
    ],
)
def test_more_rights(permissions: dict[str, Any], text: str, kind: str) -> None:
    asked = ApprovalAsked(permissions=permissions)
    wish = rights_wish(asked)
    assert (wish.text, wish.request.kind) == (text, kind)
    assert granted(_answer(choice=ALLOW), asked)["permissions"] == permissions
    assert granted(_answer(choice=DENY), asked)["permissions"] == {}
    assert granted(None, asked)["permissions"] == {}


def test_null_is_the_same_as_left_out() -> None:
    item = Item.model_validate({"id": None, "type": "x", "processId": 7, "aggregatedOutput": None})
    assert (item.id, item.process_id, item.aggregated_output) == ("", "7", "")


@pytest.mark.parametrize(
    ("item", "ok", "output"),
    [
        ({"type": "mcpToolCall", "result": {"content": [], "isError": True}}, False, ""),
        ({"type": "mcpToolCall", "error": {"message": "gone"}}, False, "gone"),
        ({"type": "mcpToolCall", "result": {"structuredContent": {"a": 1}}}, True, '{"a": 1}'),
        ({"type": "mcpToolCall", "result": {"content": ["x", {"type": "image"}]}}, True, None),
        (
            {"type": "dynamicToolCall", "success": False, "contentItems": [{"text": "t"}]},
            False,
            "t",
        ),
        ({"type": "commandExecution", "status": "declined"}, False, "(declined)"),
        ({"type": "imageView", "path": "/work/tree/i.png"}, True, ""),
        ({"type": "sleep"}, True, ""),
    ],
)
def test_what_came_of_a_tool(item: dict[str, Any], ok: bool, output: str | None) -> None:
    events: list[Event] = []
    Tools(events.append, WORK).end(Item.model_validate({"id": "c", **item}))
    ended = events[-1]
    assert isinstance(ended, ToolEnded)
    assert ended.ok is ok
    assert output is None or ended.output == output


@pytest.mark.parametrize(
    ("info", "remedy"),
    [
        ("unauthorized", "codex login"),
        ("usageLimitExceeded", "limit has passed"),
        ("contextWindowExceeded", "new session"),
        ({"httpConnectionFailed": {"httpStatusCode": 403}}, "codex login"),
        ({"httpConnectionFailed": {"httpStatusCode": None}}, "try again"),
        ({"strange": 5}, "try again"),
        ("", "try again"),
    ],
)
def test_the_remedy_fits_the_error(info: Any, remedy: str, tmp_path: Path) -> None:
    setting = AgentSetting(
        launch=AgentLaunch(name="codex"), worktree=tmp_path, environment={}, log=tmp_path / "log"
    )
    error = TurnError.model_validate({"message": "m", "codexErrorInfo": info})
    failed = CodexTroubles(setting).failed(error)
    assert failed.message == "codex gave up its turn: m"
    assert remedy in failed.remedy
