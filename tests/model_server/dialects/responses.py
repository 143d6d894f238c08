"""OpenAI Responses: `/v1/responses`."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.model_server.conversation import Conversation, Said, Tool, Who, words_of
from tests.model_server.dialects.writing import USAGE, Frames, frame, new_name
from tests.model_server.vocabulary import Call

CALLS = ("function_call", "custom_tool_call", "local_shell_call")


class Responses:
    """Implements `Dialect`."""

    name = "responses"

    def speaks_at(self, path: str) -> bool:
        return path.split("?", maxsplit=1)[0].endswith("/responses")

    def counts_at(self, path: str) -> bool:
        return False

    def counted(self, tokens: int) -> Any:
        return {"input_tokens": tokens}

    def read(self, path: str, body: dict[str, Any]) -> Conversation:
        given = body.get("input", [])
        items = [{"role": "user", "content": given}] if isinstance(given, str) else given
        said = tuple(one for item in items if (one := _said(item)) is not None)
        tools = tuple(tool for entry in body.get("tools") or () for tool in _tools(entry))
        return Conversation(said, tools, str(body.get("model", "")), bool(body.get("stream")))

    def writer(self, model: str) -> ResponsesWriter:
        return ResponsesWriter(model)

    def error(self, status: int, message: str) -> Any:
        code = {401: "invalid_api_key", 429: "rate_limit_exceeded"}.get(status, "server_error")
        return {"error": {"message": message, "type": code, "code": code}}


def _said(item: dict[str, Any]) -> Said | None:
    kind = item.get("type", "message")
    if kind in CALLS or (kind == "message" and item.get("role") == "assistant"):
        return Said(Who.MODEL, words_of(item.get("content")))
    if kind.endswith("_call_output"):
        return Said(Who.TOOL, words_of(item.get("output")))
    if kind == "message" and item.get("role") == "user":
        return Said(Who.USER, words_of(item.get("content")))
    return None


def _tools(entry: dict[str, Any]) -> list[Tool]:
    if entry.get("type") == "namespace":
        return [
            Tool(inner["name"], space=str(entry.get("name", "")))
            for inner in entry.get("tools", [])
            if "name" in inner
        ]
    if entry.get("type") == "tool_search":
        return [Tool("tool_search")]
    if "name" not in entry:
        return []
    fields = tuple(entry.get("parameters", {}).get("properties", {}))
    return [Tool(entry["name"], takes_text=entry.get("type") == "custom", fields=fields)]


class ResponsesWriter:
    """Implements `Writer`."""

    def __init__(self, model: str) -> None:
        self._response = {
            "id": new_name("resp_"),
            "object": "response",
            "created_at": int(time.time()),
            "model": model,
        }
        self._items: list[dict[str, Any]] = []
        self._open = False
        self._sequence = 0

    def begin(self) -> Frames:
        return [
            self._event("response.created", response={**self._response, "status": "in_progress"})
        ]

    def text(self, piece: str) -> Frames:
        frames = [] if self._open else self._open_message()
        self._items[-1]["content"][0]["text"] += piece
        return [*frames, self._event("response.output_text.delta", **self._place(), delta=piece)]

    def thought(self, text: str) -> Frames:
        return []

    def call(self, call: Call) -> Frames:
        frames = self._close_message()
        item = _call_item(call)
        self._items.append(item)
        index = len(self._items) - 1
        added = self._event("response.output_item.added", output_index=index, item=item)
        done = self._event("response.output_item.done", output_index=index, item=item)
        return [*frames, added, done]

    def end(self) -> Frames:
        return [*self._close_message(), self._event("response.completed", response=self.whole())]

    def whole(self) -> Any:
        usage = {
            "input_tokens": USAGE[0],
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": USAGE[1],
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": sum(USAGE),
        }
        return {**self._response, "status": "completed", "output": self._items, "usage": usage}

    def _open_message(self) -> Frames:
        self._open = True
        item = {"type": "message", "id": new_name("item_"), "role": "assistant"}
        part = {"type": "output_text", "text": "", "annotations": []}
        self._items.append({**item, "status": "completed", "content": [dict(part)]})
        index = len(self._items) - 1
        opened = {**item, "status": "in_progress", "content": []}
        return [
            self._event("response.output_item.added", output_index=index, item=opened),
            self._event("response.content_part.added", **self._place(), part=part),
        ]

    def _close_message(self) -> Frames:
        if not self._open:
            return []
        self._open = False
        item = self._items[-1]
        text = item["content"][0]["text"]
        index = len(self._items) - 1
        return [
            self._event("response.output_text.done", **self._place(), text=text),
            self._event("response.output_item.done", output_index=index, item=item),
        ]

    def _place(self) -> dict[str, Any]:
        index = len(self._items) - 1
        return {"item_id": self._items[-1]["id"], "output_index": index, "content_index": 0}

    def _event(self, kind: str, **fields: Any) -> str:
        self._sequence += 1
        return frame({"type": kind, "sequence_number": self._sequence, **fields}, kind)


def _call_item(call: Call) -> dict[str, Any]:
    common: dict[str, Any] = {
        "id": new_name("item_"),
        "call_id": new_name("call_"),
        "name": call.tool.name,
        "status": "completed",
    }
    if call.tool.space:
        common["namespace"] = call.tool.space
    if call.tool.takes_text:
        return {**common, "type": "custom_tool_call", "input": call.text}
    return {**common, "type": "function_call", "arguments": json.dumps(dict(call.arguments))}
