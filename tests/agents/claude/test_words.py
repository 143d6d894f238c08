"""Questions, answers, tool calls and command lines, as the agent and the lead see them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.agents.claude.conftest import House
from tests.agents.claude.scenarios import Given
from tests.agents.sink import NOW
from wuhu_tui.agents.claude_command import (
    OWN_TOOLS,
    initialize_request,
    model_asked_for,
    started_setting,
)
from wuhu_tui.agents.claude_errors import ClaudeTroubles, stop_reason
from wuhu_tui.agents.claude_frames import Asked, HookCall, Result, ToolRequest
from wuhu_tui.agents.claude_hooks import Hooks, is_own, is_report
from wuhu_tui.agents.claude_questions import (
    answer_words,
    choice_question,
    decision,
    permission_question,
    plan_question,
    wanted,
)
from wuhu_tui.agents.claude_tools import (
    arguments_text,
    result_diff,
    result_text,
    title_of,
    wanted_diff,
)
from wuhu_tui.agents.frames import Frame
from wuhu_tui.agents.protocol import McpServer
from wuhu_tui.model.permissions import PermissionRequest
from wuhu_tui.model.questions import Answer, QuestionKind

TREE = Path("/work/tree")
WUHU = McpServer(name="wuhu", command=("wuhu-mcp", "--stdio"), environment={"A": "1"})


def answer(choice: str = "", text: str = "", note: str = "") -> Answer:
    return Answer(question="q", by="lead", at=NOW, choice=choice, text=text, note=note)


def request(tool: str, **arguments: Any) -> ToolRequest:
    told = {"tool_name": tool, "input": arguments, "description": "why", "decision_reason": "rule"}
    return ToolRequest.model_validate(told)


@pytest.mark.parametrize(
    ("given", "told", "unsaid"),
    [
        (answer("allow"), "allow", ""),
        (answer("allow_session"), "allow", ""),
        (answer("allow", note="be quick"), "allow", "be quick"),
        (answer(text="Allow once"), "Allow once", ""),
        (answer("deny", text="use docs/"), "use docs/", ""),
        (answer("deny", note="use docs/"), "use docs/", ""),
        (answer(text="no, ask Ann"), "no, ask Ann", ""),
        (answer("deny"), "The lead denied this.", ""),
        (answer("maybe"), "The lead denied this.", ""),
    ],
)
def test_an_answer_to_a_request_for_leave(given: Answer, told: str, unsaid: str) -> None:
    asked = request("Bash", command="make")
    reply, words = decision(given, asked)
    assert words == unsaid
    if told == "allow":
        assert reply == {"behavior": "allow", "updatedInput": {"command": "make"}}
    else:
        assert reply["behavior"] == "deny"
        assert reply["message"].startswith(told)


def test_a_request_for_leave_shows_what_is_wanted() -> None:
    question = permission_question("q", NOW, request("Bash", command="make\nmake all"), TREE)
    assert question.kind is QuestionKind.PERMISSION
    assert question.text == "Bash make …"
    assert question.context == "make\nmake all\nwhy\nrule"
    assert question.request == PermissionRequest(
        tool="Bash", kind="execute", command="make\nmake all"
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "kind", "paths"),
    [
        ("Read", {"file_path": "/work/tree/a/b.py"}, "read", ("a/b.py",)),
        ("Grep", {"pattern": "x", "path": "src"}, "read", ("src",)),
        ("Write", {"file_path": "/elsewhere/b.py"}, "edit", ("/elsewhere/b.py",)),
        ("Write", {"file_path": "/work/tree/../b.py"}, "edit", ("/work/tree/../b.py",)),
        ("WebFetch", {"url": "http://x"}, "fetch", ()),
        ("Task", {"description": "x"}, "other", ()),
        ("mcp__db__query", {"sql": "x"}, "other", ()),
    ],
)
def test_what_leave_is_wanted_for(
    tool: str, arguments: dict[str, Any], kind: str, paths: tuple[str, ...]
) -> None:
    found = wanted(request(tool, **arguments), TREE)
    assert (found.tool, found.kind, found.paths) == (tool, kind, paths)


def test_a_plan_is_shown_as_it_is() -> None:
    question = plan_question("q", NOW, request("ExitPlanMode", plan="1. Go"))
    assert (question.kind, question.context) == (QuestionKind.PLAN, "1. Go")
    assert question.request is None
    reply, _ = decision(answer("deny"), request("ExitPlanMode", plan="1. Go"))
    assert "Keep planning" in reply["message"]


HASH = Asked.model_validate(
    {"question": "Which?", "options": [{"label": "argon2"}, {"label": "bcrypt"}]}
)
SEVERAL = Asked.model_validate({**HASH.model_dump(), "multiSelect": True})


@pytest.mark.parametrize(
    ("asked", "given", "told"),
    [
        (HASH, answer("argon2"), "argon2"),
        (HASH, answer("argon2", note="for now"), "argon2 (for now)"),
        (HASH, answer(text="ARGON2"), "argon2"),
        (HASH, answer(text="neither, use scrypt"), "neither, use scrypt"),
        (SEVERAL, answer(text="bcrypt,Argon2"), "bcrypt, argon2"),
        (SEVERAL, answer(text="bcrypt, and more"), "bcrypt, and more"),
    ],
)
def test_an_answer_to_a_choice(asked: Asked, given: Answer, told: str) -> None:
    assert answer_words(asked, given) == told


def test_a_question_without_options_is_open() -> None:
    asked = Asked.model_validate({"question": "Why?", "options": "none"})
    assert choice_question("q", NOW, asked).kind is QuestionKind.OPEN


@pytest.mark.parametrize(
    ("tool", "arguments", "title"),
    [
        ("Bash", {"command": "make all"}, "Bash make all"),
        ("Read", {"file_path": "/work/tree/a.py"}, "Read a.py"),
        ("Grep", {"pattern": "def x"}, "Grep def x"),
        ("mcp__wuhu__report", {"kind": "done"}, "wuhu report"),
        ("Agent", {"description": "Look around"}, "Agent Look around"),
        ("Bash", {"command": "x" * 300}, f"Bash {'x' * 94}…"),
        ("TodoRead", {}, "TodoRead"),
    ],
)
def test_a_call_has_a_short_title(tool: str, arguments: dict[str, Any], title: str) -> None:
    assert title_of(tool, arguments, TREE) == title


def test_arguments_are_readable() -> None:
    assert arguments_text({"command": "make", "description": "x", "timeout": 5}) == "make"
    assert arguments_text({"a": "ü"}) == '{"a": "ü"}'
    assert len(arguments_text({"content": "x" * 10_000})) == 4001


def test_results_are_readable() -> None:
    image = {"type": "image", "source": {"media_type": "image/png"}}
    assert result_text([{"type": "text", "text": "a"}, image]) == "a\n[image image/png]"
    assert result_text(None) == ""


def test_the_diff_of_a_result() -> None:
    hunk = {"oldStart": 3, "oldLines": 1, "newStart": 3, "newLines": 2, "lines": ["-a", "+b", "+c"]}
    told = {"filePath": "/work/tree/a.py", "structuredPatch": [hunk]}
    expected = "--- a/a.py\n+++ b/a.py\n@@ -3,1 +3,2 @@\n-a\n+b\n+c\n"
    assert result_diff(told, TREE) == expected
    made = {"filePath": "/work/tree/a.py", "type": "create", "content": "a\nb"}
    ending = "@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n"
    assert result_diff(made, TREE) == f"--- /dev/null\n+++ b/a.py\n{ending}"
    assert result_diff({"stdout": "x"}, TREE) == ""


def test_the_diff_that_is_wanted() -> None:
    edits = [{"old_string": "a", "new_string": "b"}, {"old_string": "c", "new_string": ""}]
    found = wanted_diff("MultiEdit", {"file_path": "/work/tree/a.py", "edits": edits}, TREE)
    assert found == ("--- a/a.py\n+++ b/a.py\n@@ -1,1 +1,1 @@\n-a\n+b\n@@ -1,1 +1,0 @@\n-c\n")
    assert wanted_diff("Bash", {"command": "x"}, TREE) == ""


def test_the_command_line(house: House) -> None:
    given = Given(mode="acceptEdits", servers=(WUHU,), environment={"DISABLE_AUTOUPDATER": "0"})
    setting = house.setting("claude", "--model", "opus", given=given)
    made = started_setting(setting, session="s1", resumed="")
    words = made.launch.command
    assert words[:4] == ("claude", "--model", "opus", "-p")
    assert words[words.index("--session-id") + 1] == "s1"
    assert words[words.index("--permission-mode") + 1] == "acceptEdits"
    assert words[words.index("--permission-prompt-tool") + 1] == "stdio"
    servers = json.loads(words[words.index("--mcp-config") + 1])["mcpServers"]
    wuhu = {"command": "wuhu-mcp", "args": ["--stdio"], "env": {"A": "1"}, "alwaysLoad": True}
    assert servers == {"wuhu": wuhu}
    assert words[-2:] == ("--allowedTools", ",".join(OWN_TOOLS))
    assert made.environment["DISABLE_AUTOUPDATER"] == "0"
    assert model_asked_for(setting.launch.command) == "opus"
    assert model_asked_for(("claude", "--model=haiku")) == "haiku"
    assert model_asked_for(("claude",)) == ""


def test_updates_are_off_unless_the_lead_says_otherwise(house: House) -> None:
    made = started_setting(house.setting("claude"), session="s1", resumed="")
    assert made.environment["DISABLE_AUTOUPDATER"] == "1"


def test_a_conversation_goes_on_under_its_name_or_forks(house: House) -> None:
    words = started_setting(house.setting("claude"), session="s2", resumed="s1").launch.command
    assert words[words.index("--resume") + 1] == "s1"
    assert "--session-id" not in words
    forking = house.setting("claude", "--fork-session")
    words = started_setting(forking, session="s2", resumed="s1").launch.command
    assert words[words.index("--resume") + 1] == "s1"
    assert words[words.index("--session-id") + 1] == "s2"


def test_hooks_are_asked_for_only_where_they_decide_something(house: House) -> None:
    assert "hooks" not in initialize_request(house.setting("claude"))
    given = Given(scope=("src/",), servers=(WUHU,))
    hooks = initialize_request(house.setting("claude", given=given))["hooks"]
    assert set(hooks) == {"PreToolUse", "Stop"}


def hook(callback: str, **told: Any) -> HookCall:
    return HookCall.model_validate({"callback_id": callback, "input": told})


def scope_reply(hooks: Hooks, path: str) -> Frame:
    return hooks.answer(hook("scope", tool_name="Write", tool_input={"file_path": path}))


def test_an_edit_outside_the_scope_is_denied(house: House) -> None:
    (house.worktree / "link").symlink_to(house.worktree / "docs")
    hooks = Hooks(house.setting("claude", given=Given(scope=("src/", "*.md"))), resumed=False)
    for allowed in ("src/a.py", "a.md", str(house.worktree / "src/b/c.py"), "/tmp/scratch.txt"):
        assert scope_reply(hooks, allowed) == {}
    for denied in ("docs/a.py", "src/../docs/a.py", str(house.worktree / "link/a.py")):
        told = scope_reply(hooks, denied)["hookSpecificOutput"]
        assert told["permissionDecision"] == "deny"
        assert "docs/a.py lies outside the scope" in told["permissionDecisionReason"]


def test_a_folder_in_the_scope_means_all_of_it(house: House) -> None:
    (house.worktree / "src").mkdir()
    hooks = Hooks(house.setting("claude", given=Given(scope=("src", "made"))), resumed=False)
    assert scope_reply(hooks, "src/a/b.py") == {}
    assert scope_reply(hooks, "srcs/a.py") != {}
    assert scope_reply(hooks, "made/a.py") != {}


def blocks(hooks: Hooks, **told: Any) -> bool:
    return hooks.answer(hook("stop", **told)).get("decision") == "block"


def test_a_turn_without_a_report_is_held_up_once(house: House) -> None:
    hooks = Hooks(house.setting("claude"), resumed=False)
    assert not blocks(hooks, stop_hook_active=True)
    assert not blocks(hooks, background_tasks=[{"id": "t"}]), "it waits for its own work"
    assert blocks(hooks)
    assert not blocks(hooks)
    hooks.turn_begins()
    assert blocks(hooks)


def test_work_wants_a_report_and_a_report_is_enough(house: House) -> None:
    hooks = Hooks(house.setting("claude"), resumed=True)
    assert not blocks(hooks), "what was before this life is not known"
    hooks.tool_called("Read", {"file_path": "a"})
    assert not blocks(hooks)
    hooks.tool_called("Bash", {"command": "make"})
    hooks.tool_called("Bash", {"command": "wuhu report done --summary 'all is well'"})
    assert not blocks(hooks)
    hooks.tool_called("Edit", {"file_path": "a"})
    hooks.tool_called("mcp__wuhu__progress", {})
    assert blocks(hooks)
    hooks.tool_called("mcp__wuhu__report", {})
    hooks.turn_begins()
    assert not blocks(hooks)


@pytest.mark.parametrize(
    ("command", "own"),
    [
        ("wuhu report done --summary 'a b'", True),
        ("wuhu ask 'Which?'", True),
        ("wuhu progress half", True),
        ("wuhu", False),
        ("wuhu merge x", False),
        ("wuhu report done && rm -rf x", False),
        ("wuhu report done > ../x", False),
        ("wuhu report $(rm -rf x)", False),
        ("PATH=. wuhu report done", False),
        ("wuhu report done\nrm x", False),
        ("./wuhu report done", False),
    ],
)
def test_only_words_to_the_lead_need_no_leave(command: str, own: bool) -> None:
    assert is_own("Bash", {"command": command}) is own
    assert is_report("Bash", {"command": command}) is (own and "report" in command)


def test_own_tools_need_no_leave() -> None:
    assert is_own("mcp__wuhu__ask", {})
    assert not is_own("mcp__wuhuu__ask", {})
    assert not is_own("Write", {"command": "wuhu report done"})


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"subtype": "success", "stop_reason": "end_turn"}, "end_turn"),
        ({"subtype": "success", "stop_reason": "tool_use"}, "end_turn"),
        ({"subtype": "success", "stop_reason": "refusal"}, "refusal"),
        ({"subtype": "success", "terminal_reason": "aborted_streaming"}, "cancelled"),
        ({"subtype": "error_max_turns", "is_error": True}, "max_turn_requests"),
        ({"subtype": "success", "is_error": True}, ""),
        ({"subtype": "error_during_execution"}, ""),
    ],
)
def test_why_a_turn_ended(told: dict[str, Any], reason: str) -> None:
    assert stop_reason(Result.model_validate(told)) == reason


@pytest.mark.parametrize(
    ("told", "message", "remedy"),
    [
        ({"result": "Not logged in · Please run /login"}, "Not logged in", "run claude once"),
        ({"result": "No", "api_error_status": 401}, "No", "run claude once"),
        ({"result": "Busy", "api_error_status": 529}, "Busy", "wait a while"),
        ({"subtype": "error_max_budget_usd"}, "error max budget usd", "raise the limit"),
        ({"errors": ["a", "b"]}, "a; b", "send a message"),
        ({}, "the turn failed", "send a message"),
    ],
)
def test_what_to_do_about_a_failed_turn(
    house: House, told: dict[str, Any], message: str, remedy: str
) -> None:
    error = ClaudeTroubles(house.setting("claude")).failed(Result.model_validate(told))
    assert error.message.startswith(f"claude: {message}")
    assert error.remedy.startswith(remedy)
