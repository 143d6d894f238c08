"""Forms and permissions as pure functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from acp.schema import AllowedOutcome, ElicitationSchema, PermissionOption, ToolCallUpdate

from tests.agents.sink import NOW
from wuhu_tui.agents.acp_forms import (
    Unfit,
    consent_question,
    content_of,
    fields_of,
    form_question,
)
from wuhu_tui.agents.acp_permissions import (
    permission_question,
    permission_reply,
    unsaid_words,
)
from wuhu_tui.agents.acp_requests import tool_name
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY, PermissionRequest
from wuhu_tui.model.questions import Answer, Question, QuestionKind

CHOICE = {
    "type": "string",
    "title": "Store",
    "oneOf": [
        {"const": "Memory", "title": "Memory", "description": "fast"},
        {"const": "SQLite", "title": "SQLite (Recommended)"},
    ],
}
CUSTOM = {"type": "string", "title": "Other"}
SEVERAL = {
    "type": "array",
    "title": "Also make",
    "items": {"anyOf": [{"const": "t", "title": "Tests"}, {"const": "d", "title": "Docs"}]},
}


def _fields(**properties: Any) -> Any:
    return fields_of(ElicitationSchema.model_validate({"properties": properties}))


def _answer(**fields: str) -> Answer:
    return Answer(question="q", by="lead", at=NOW, **fields)


def test_a_choice_with_a_field_for_own_words_is_one_field() -> None:
    fields = _fields(question_0=CHOICE, question_0_custom=CUSTOM)
    assert len(fields) == 1
    question = form_question("q", NOW, "Which store?", fields[0])
    assert question.kind is QuestionKind.CHOICE
    assert (question.text, question.context) == ("Which store?", "Store")
    assert [(o.key, o.detail, o.recommended) for o in question.options] == [
        ("SQLite", "", True),
        ("Memory", "fast", False),
    ]


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (_answer(choice="Memory"), {"question_0": "Memory"}),
        (_answer(text="memory"), {"question_0": "Memory"}),
        (_answer(text="Redis"), {"question_0_custom": "Redis"}),
        (
            _answer(choice="Memory", note="for now"),
            {"question_0": "Memory", "question_0_custom": "for now"},
        ),
        (_answer(), {}),
    ],
)
def test_answers_to_a_choice(answer: Answer, content: dict[str, Any]) -> None:
    field = _fields(question_0=CHOICE, question_0_custom=CUSTOM)[0]
    assert content_of(field, answer) == content


def test_a_form_of_several_fields_is_several_questions() -> None:
    fields = _fields(question_0=CHOICE, question_0_custom=CUSTOM, question_1=SEVERAL)
    assert [field.name for field in fields] == ["question_0", "question_1"]
    question = form_question("q", NOW, "Some choices", fields[1], count=2)
    assert question.text == "Also make"
    assert question.context.startswith("Some choices\nseveral may be chosen")


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (_answer(text="Tests, docs"), ["t", "d"]),
        (_answer(choice="t"), ["t"]),
        (_answer(choice="t,d"), ["t", "d"]),
    ],
)
def test_several_choices(answer: Answer, content: list[str]) -> None:
    assert content_of(_fields(x=SEVERAL)[0], answer) == {"x": content}


@pytest.mark.parametrize(
    ("field", "answer", "content"),
    [
        ({"type": "boolean", "default": True}, _answer(choice="no"), False),
        ({"type": "boolean"}, _answer(text="Yes"), True),
        ({"type": "integer"}, _answer(text=" 42 "), 42),
        ({"type": "number"}, _answer(text="1.5"), 1.5),
        ({"type": "string"}, _answer(text="Ada"), "Ada"),
        ({"type": "string", "enum": ["a", "b"]}, _answer(choice="b"), "b"),
    ],
)
def test_other_kinds(field: dict[str, Any], answer: Answer, content: Any) -> None:
    assert content_of(_fields(x=field)[0], answer) == {"x": content}


@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        ({"type": "integer"}, r"answer with a number \(integer\)"),
        ({"type": "boolean"}, "yes or no"),
        (SEVERAL, "“maybe” is none of the choices"),
    ],
)
def test_an_answer_that_does_not_fit_is_asked_for_again(
    field: dict[str, Any], complaint: str
) -> None:
    asked = _fields(x=field)[0]
    with pytest.raises(Unfit, match=complaint):
        content_of(asked, _answer(text="maybe"))
    question = form_question("q", NOW, "How many?", asked, complaint="please answer with a number")
    assert question.context.startswith("please answer with a number")


def test_a_form_without_fields_asks_for_consent() -> None:
    assert _fields() == ()
    question = consent_question("q", NOW, "Go?")
    assert [option.key for option in question.options] == ["accept", "decline"]


def test_a_boolean_recommends_its_default() -> None:
    options = _fields(x={"type": "boolean", "default": False})[0].options
    assert [(option.key, option.recommended) for option in options] == [
        ("no", True), ("yes", False),
    ]  # fmt: skip


OPTIONS = [
    PermissionOption(option_id="always", name="Always", kind="allow_always"),
    PermissionOption(option_id="once", name="Yes", kind="allow_once"),
    PermissionOption(option_id="never", name="Never", kind="reject_always"),
    PermissionOption(option_id="no", name="No", kind="reject_once"),
]


RUN = ToolCallUpdate.model_validate(
    {
        "toolCallId": "1",
        "title": "rm -rf build",
        "kind": "execute",
        "rawInput": {"command": ["/bin/bash", "-lc", "rm -rf build"], "call_id": "1"},
    }
)


def _asked(call: ToolCallUpdate, options: list[PermissionOption] = OPTIONS) -> Question:
    return permission_question(
        "q", NOW, call, options, tool="shell", worktree=Path("/work"), reject_ends_turn=True
    )


def _chosen(answer: Answer | None, call: ToolCallUpdate, options: list[PermissionOption]) -> str:
    outcome = permission_reply(answer, _asked(call, options), options).outcome
    return outcome.option_id if isinstance(outcome, AllowedOutcome) else ""


@pytest.mark.parametrize(
    ("answer", "chosen"),
    [
        (_answer(choice="allow"), "once"),
        (_answer(choice="allow_session"), "once"),
        (_answer(choice="deny"), "no"),
        (_answer(text="YES"), "no"),
        (_answer(choice="deny", text="Yes"), "no"),
        (_answer(choice="whatever"), "no"),
        (_answer(text="please do not"), "no"),
        (None, ""),
    ],
)
def test_answers_to_a_permission(answer: Answer | None, chosen: str) -> None:
    assert _chosen(answer, RUN, OPTIONS) == chosen


def test_an_answer_takes_what_the_agent_offers() -> None:
    always, _, never, _ = OPTIONS
    assert _chosen(_answer(choice="allow"), RUN, [always, never]) == "always"
    assert _chosen(_answer(choice="deny"), RUN, [always, never]) == "never"
    assert _chosen(_answer(choice="allow"), RUN, [never]) == ""
    assert _chosen(_answer(choice="deny"), RUN, [always]) == ""


def test_a_permission_says_what_is_wanted_and_has_the_same_options_for_every_agent() -> None:
    question = _asked(RUN, OPTIONS[:1])
    assert [option.key for option in question.options] == [ALLOW, ALLOW_SESSION, DENY]
    assert [option.label for option in question.options] == [
        "Allow once", "Allow for this session", "Deny",
    ]  # fmt: skip
    assert "the agent ends its turn then" in question.options[2].detail
    assert question.request == PermissionRequest(
        tool="shell", kind="execute", command="rm -rf build"
    )
    assert question.context == "rm -rf build"


@pytest.mark.parametrize(
    ("call", "request_for", "text"),
    [
        (
            {"kind": "edit", "title": "/work/b.py", "rawInput": {"filepath": "/work/b.py"}},
            PermissionRequest(tool="shell", kind="edit", paths=("/work/b.py",)),
            "edit b.py",
        ),
        (
            {
                "kind": "edit",
                "title": "Write b.py",
                "locations": [{"path": "/work/b.py"}],
                "rawInput": {"file_path": "/work/b.py", "changes": {"/work/c.py": {}}},
                "content": [{"type": "diff", "path": "/work/d.py", "newText": "x"}],
            },
            PermissionRequest(
                tool="shell", kind="edit", paths=("/work/b.py", "/work/c.py", "/work/d.py")
            ),
            "Write b.py",
        ),
        (
            {"kind": "execute", "title": "git push", "locations": [{"path": "/work"}]},
            PermissionRequest(tool="shell", kind="execute", command="git push", sure=False),
            "git push",
        ),
        (
            {"kind": "search", "title": "Find it", "rawInput": {"path": "src"}},
            PermissionRequest(tool="shell", kind="read", paths=("src",)),
            "Find it",
        ),
        ({"title": None}, PermissionRequest(tool="shell"), "The agent asks for permission."),
    ],
)
def test_what_a_permission_is_wanted_for(
    call: dict[str, Any], request_for: PermissionRequest, text: str
) -> None:
    question = _asked(ToolCallUpdate.model_validate({"toolCallId": "1", **call}))
    assert (question.request, question.text) == (request_for, text)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ({"toolCallId": "1", "_meta": {"claudeCode": {"toolName": "Bash"}}}, "Bash"),
        ({"toolCallId": "run_shell_command__fc2d997f16"}, "run_shell_command"),
        ({"toolCallId": "toolu_3bb18dfa4da74bb197fd"}, ""),
        ({"toolCallId": "call_4f7acc57ff4d4f7b"}, ""),
    ],
)
def test_the_name_of_a_tool_is_read_where_it_is_told(call: dict[str, Any], name: str) -> None:
    assert tool_name(ToolCallUpdate.model_validate(call)) == name


def test_words_beside_an_answer_are_those_its_option_does_not_say() -> None:
    question = _asked(RUN)
    assert unsaid_words(_answer(choice="deny", note="use git rm"), question) == "use git rm"
    assert unsaid_words(_answer(text="no"), question) == "no"
    assert (
        unsaid_words(_answer(text="rather not", note="ask Ada"), question) == "rather not ask Ada"
    )


def test_leaving_plan_mode_is_a_plan() -> None:
    call = ToolCallUpdate.model_validate(
        {
            "toolCallId": "1",
            "title": "Ready to code?",
            "kind": "switch_mode",
            "content": [
                {"type": "content", "content": {"type": "text", "text": "1. Do it"}},
                {"type": "diff", "path": "/work/a", "oldText": None, "newText": "x\n"},
            ],
        }
    )
    question = permission_question(
        "q", NOW, call, OPTIONS, worktree=Path("/work"), reject_ends_turn=False
    )
    assert question.kind is QuestionKind.PLAN
    assert question.request is None
    assert question.context == "1. Do it\n--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n"
    assert [option.key for option in question.options] == ["once", "always", "no", "never"]
    assert [option.recommended for option in question.options] == [False] * 4
    assert _chosen(_answer(choice="always"), call, OPTIONS) == "always"
    assert _chosen(_answer(text="never"), call, OPTIONS) == "never"
    assert _chosen(_answer(text="first say more"), call, OPTIONS) == "no"
