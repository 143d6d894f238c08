"""OpenAI chat completions: `/v1/chat/completions`."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.model_server.conversation import Conversation, Said, Tool, Who, words_of
from tests.model_server.dialects.writing import USAGE, Frames, frame, new_name
from tests.model_server.vocabulary import Call

SPEAKERS = {"assistant": Who.MODEL, "tool": Who.TOOL, "user": Who.USER}

ERRORS = {
    401: ("invalid_request_error", "invalid_api_key"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}


class Chat:
    """Implements `Dialect`."""

    name = "chat"

    def speaks_at(self, path: str) -> bool:
        return path.split("?", maxsplit=1)[0].endswith("/chat/completions")

    def counts_at(self, path: str) -> bool:
        return False

    def counted(self, tokens: int) -> Any:
        return {"total_tokens": tokens}

    def read(self, path: str, body: dict[str, Any]) -> Conversation:
        said = tuple(
            Said(SPEAKERS[message["role"]], words_of(message.get("content")))
            for message in body.get("messages", [])
            if message.get("role") in SPEAKERS
        )
        tools = tuple(
            Tool(
                tool["function"]["name"],
                fields=tuple(tool["function"].get("parameters", {}).get("properties", {})),
            )
            for tool in body.get("tools") or ()
        )
        return Conversation(said, tools, str(body.get("model", "")), bool(body.get("stream")))

    def writer(self, model: str) -> ChatWriter:
        return ChatWriter(model)

    def error(self, status: int, message: str) -> Any:
        kind, code = ERRORS.get(status, ("server_error", str(status)))
        return {"error": {"message": message, "type": kind, "code": code}}


class ChatWriter:
    """Implements `Writer`."""

    def __init__(self, model: str) -> None:
        self._base = {"id": new_name("chatcmpl-"), "created": int(time.time()), "model": model}
        self._text = ""
        self._calls: list[dict[str, Any]] = []

    def begin(self) -> Frames:
        return [self._chunk({"role": "assistant", "content": ""})]

    def text(self, piece: str) -> Frames:
        self._text += piece
        return [self._chunk({"content": piece})]

    def thought(self, text: str) -> Frames:
        return [self._chunk({"reasoning_content": text})]

    def call(self, call: Call) -> Frames:
        function = {"name": call.tool.name, "arguments": json.dumps(dict(call.arguments))}
        one = {"id": new_name("call_"), "type": "function", "function": function}
        self._calls.append(one)
        return [self._chunk({"tool_calls": [{"index": len(self._calls) - 1, **one}]})]

    def end(self) -> Frames:
        usage = frame(
            {
                **self._base,
                "object": "chat.completion.chunk",
                "choices": [],
                "usage": _usage(),
            }
        )
        return [self._chunk({}, self._reason()), usage, "data: [DONE]\n\n"]

    def whole(self) -> Any:
        message = {"role": "assistant", "content": self._text, "tool_calls": self._calls or None}
        choice = {"index": 0, "message": message, "finish_reason": self._reason()}
        return {
            **self._base,
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(),
        }

    def _reason(self) -> str:
        return "tool_calls" if self._calls else "stop"

    def _chunk(self, delta: dict[str, Any], reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return frame({**self._base, "object": "chat.completion.chunk", "choices": [choice]})


def _usage() -> dict[str, int]:
    return {
        "prompt_tokens": USAGE[0],
        "completion_tokens": USAGE[1],
        "total_tokens": sum(USAGE),
    }
