"""The model server itself, asked as agents ask it."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.model_server.script import ask, call, carried, fail, hang, named, run, say, think, write
from tests.model_server.server import ModelServer

ANTHROPIC = "/v1/messages?beta=true"
RESPONSES = "/v1/responses"
CHAT = "/v1/chat/completions"
GEMINI = "/v1beta/models/some-model:streamGenerateContent?alt=sse"
PATHS = (ANTHROPIC, RESPONSES, CHAT, GEMINI)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


def post(server: ModelServer, path: str, body: dict[str, Any]) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def request(path: str, *turns: tuple[str, str], tool: str = "Bash") -> dict[str, Any]:
    """A streaming request in the dialect of this path; turns are (user|model|tool, words)."""
    if path == ANTHROPIC:
        return {
            "stream": True,
            "messages": [_message(*t) for t in turns],
            "tools": [{"name": tool}],
        }
    if path == RESPONSES:
        tools = [{"type": "function", "name": tool}]
        return {"stream": True, "input": [_item(*turn) for turn in turns], "tools": tools}
    if path == CHAT:
        roles = {"user": "user", "model": "assistant", "tool": "tool"}
        messages = [{"role": roles[who], "content": words} for who, words in turns]
        return {
            "stream": True,
            "messages": messages,
            "tools": [{"type": "function", "function": {"name": tool}}],
        }
    return {
        "contents": [_content(*turn) for turn in turns],
        "tools": [{"functionDeclarations": [{"name": tool}]}],
    }


def _message(who: str, words: str) -> dict[str, Any]:
    if who == "tool":
        block = {"type": "tool_result", "tool_use_id": "t", "content": words}
        return {"role": "user", "content": [block]}
    role = "assistant" if who == "model" else "user"
    return {"role": role, "content": [{"type": "text", "text": words}]}


def _item(who: str, words: str) -> dict[str, Any]:
    if who == "tool":
        return {"type": "function_call_output", "call_id": "c", "output": words}
    if who == "model":
        return {"type": "function_call", "call_id": "c", "name": "x", "arguments": "{}"}
    return {"role": "user", "content": [{"type": "input_text", "text": words}]}


def _content(who: str, words: str) -> dict[str, Any]:
    if who == "tool":
        part = {"functionResponse": {"name": "x", "response": {"output": words}}}
        return {"role": "user", "parts": [part]}
    return {"role": "model" if who == "model" else "user", "parts": [{"text": words}]}


def data_of(stream: str) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in stream.splitlines()]
    return [json.loads(line) for line in lines if line.startswith("{")]


def text_of(stream: str) -> str:
    """The text in a stream, whatever its dialect."""
    return "".join(_text_in(data) for data in data_of(stream))


def _text_in(data: dict[str, Any]) -> str:
    if data.get("type") == "content_block_delta":
        return str(data["delta"].get("text", ""))
    if data.get("type") == "response.output_text.delta":
        return str(data["delta"])
    if data.get("choices"):
        return str(data["choices"][0]["delta"].get("content") or "")
    parts = data["candidates"][0]["content"]["parts"] if "candidates" in data else []
    return "".join(part.get("text", "") for part in parts)


@pytest.mark.parametrize("path", PATHS)
def test_it_plays_a_script_step_by_step(server: ModelServer, path: str) -> None:
    server.play("one", (say("first words"),), (say("tool said {tool}, user said {user}"),))
    prompt = ("user", f"please {named('one')}")
    status, first = post(server, path, request(path, prompt))
    assert (status, text_of(first)) == (200, "first words")
    turns = (prompt, ("model", "first words"), ("tool", "BLUE"), ("user", "and be quick"))
    _, second = post(server, path, request(path, *turns))
    assert text_of(second) == "tool said BLUE, user said and be quick"
    assert [(heard.index, heard.tool) for heard in server.heard_in("one")] == [(0, ""), (1, "BLUE")]


@pytest.mark.parametrize("path", PATHS)
def test_beyond_the_script_it_repeats_what_it_heard(server: ModelServer, path: str) -> None:
    server.play("short", (say("all"),))
    turns = (("user", named("short")), ("model", "all"), ("user", "are you there?"))
    _, stream = post(server, path, request(path, *turns))
    assert text_of(stream) == "heard: are you there?"


@pytest.mark.parametrize("path", PATHS)
def test_a_prompt_can_carry_its_script(server: ModelServer, path: str) -> None:
    prompt = f"do this: {carried([[say('carried words')]])} thank you"
    _, stream = post(server, path, request(path, ("user", prompt)))
    assert text_of(stream) == "carried words"
    _, stream = post(server, path, request(path, ("user", "begin-script [[7]] end-script")))
    assert "no script" in text_of(stream)


@pytest.mark.parametrize(
    ("path", "tool", "expected"),
    [
        (ANTHROPIC, "Bash", "ls -l"),
        (CHAT, "bash", "ls -l"),
        (GEMINI, "run_shell_command", "ls -l"),
        (RESPONSES, "exec_command", "ls -l"),
        (RESPONSES, "shell", '["sh", "-c", "ls -l"]'),
    ],
)
def test_a_command_is_run_with_the_tool_there_is(
    server: ModelServer, path: str, tool: str, expected: str
) -> None:
    server.play("run", (run("ls -l"),))
    _, stream = post(server, path, request(path, ("user", named("run")), tool=tool))
    assert tool in stream
    assert expected in stream.replace('\\"', '"')


def test_a_file_is_written_with_what_there_is(server: ModelServer) -> None:
    server.play("file", (write("/w/a.txt", "it's\n"),))
    _, stream = post(server, ANTHROPIC, request(ANTHROPIC, ("user", named("file")), tool="Write"))
    assert "/w/a.txt" in stream
    body = request(RESPONSES, ("user", named("file")))
    body["tools"] = [{"type": "custom", "name": "apply_patch"}]
    _, stream = post(server, RESPONSES, body)
    item = data_of(stream)[-1]["response"]["output"][0]
    assert item["type"] == "custom_tool_call"
    assert item["input"].splitlines()[1:3] == ["*** Add File: /w/a.txt", "+it's"]
    _, stream = post(server, CHAT, request(CHAT, ("user", named("file")), tool="bash"))
    assert "printf %s" in stream


def test_a_tool_that_is_not_offered_is_said(server: ModelServer) -> None:
    server.play("asks", (ask("which?", "one", "two"), call("wuhu.*ask", question="x")))
    _, stream = post(server, ANTHROPIC, request(ANTHROPIC, ("user", named("asks"))))
    assert text_of(stream).count("no-such-tool") == 2
    body = request(RESPONSES, ("user", named("asks")), tool="request_user_input")
    body["tools"].append({"type": "namespace", "name": "mcp__wuhu", "tools": [{"name": "ask"}]})
    _, stream = post(server, RESPONSES, body)
    names = [(i["name"], i.get("namespace")) for i in data_of(stream)[-1]["response"]["output"]]
    assert names == [("request_user_input", None), ("ask", "mcp__wuhu")]


@pytest.mark.parametrize("path", PATHS)
def test_failures_happen_so_often(server: ModelServer, path: str) -> None:
    server.play("fails", (fail(529, times=2), say("better")))
    body = request(path, ("user", named("fails")))
    assert [post(server, path, body)[0] for _ in range(3)] == [529, 529, 200]
    server.play("refuses", (fail(401),))
    body = request(path, ("user", named("refuses")))
    assert [post(server, path, body)[0] for _ in range(3)] == [401, 401, 401]
    assert [heard.status for heard in server.heard_in("refuses")] == [401] * 3


@pytest.mark.parametrize("path", PATHS[:3])
def test_without_streaming_it_answers_at_once(server: ModelServer, path: str) -> None:
    server.play("whole", (think("hm"), say("all of it"), run("ls")))
    body = {**request(path, ("user", named("whole")), tool="bash"), "stream": False}
    status, answer = post(server, path, body)
    assert status == 200
    assert "all of it" in answer
    assert "ls" in answer


def test_requests_beside_the_work_get_a_title(server: ModelServer) -> None:
    server.play("work", (say("work"),))
    body = {**request(CHAT, ("user", named("work"))), "tools": []}
    assert text_of(post(server, CHAT, body)[1]) == "A short title"
    assert post(server, "/v1/messages/count_tokens", {"messages": []})[0] == 200
    assert post(server, "/api/event_logging", {})[0] == 200


def test_long_texts_come_whole(server: ModelServer) -> None:
    words = "".join(f"line {number}\n" for number in range(5_000))
    server.play("long", (say(words),))
    assert text_of(post(server, ANTHROPIC, request(ANTHROPIC, ("user", named("long"))))[1]) == words


def test_closing_ends_what_hangs() -> None:
    begun = time.monotonic()
    with ModelServer() as server:
        server.play("hangs", (hang(600),))
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("POST", CHAT, json.dumps(request(CHAT, ("user", named("hangs")))))
        connection.getresponse()
        connection.close()
    assert time.monotonic() - begun < 8
