"""Anthropic Messages: `/v1/messages`, with and without `?beta=true`, and `count_tokens`."""

from __future__ import annotations

import json
from typing import Any

from tests.model_server.conversation import Conversation, Said, Tool, Who, words_of
from tests.model_server.dialects.writing import USAGE, Frames, frame, new_name
from tests.model_server.vocabulary import Call

ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class Anthropic:
    """Implements `Dialect`."""

    name = "anthropic"

    def speaks_at(self, path: str) -> bool:
        return path.split("?", maxsplit=1)[0] in ("/v1/messages", "/v1/messages/count_tokens")

    def counts_at(self, path: str) -> bool:
        return path.split("?", maxsplit=1)[0].endswith("/count_tokens")

    def counted(self, tokens: int) -> Any:
        return {"input_tokens": tokens}

    def read(self, path: str, body: dict[str, Any]) -> Conversation:
        said = [one for message in body.get("messages", []) for one in _said(message)]
        tools = tuple(
            Tool(tool["name"], fields=tuple(tool.get("input_schema", {}).get("properties", {})))
            for tool in body.get("tools") or ()
            if "name" in tool
        )
        streams = bool(body.get("stream"))
        return Conversation(tuple(said), tools, str(body.get("model", "")), streams)

    def writer(self, model: str) -> AnthropicWriter:
        return AnthropicWriter(model)

    def error(self, status: int, message: str) -> Any:
        kind = ERRORS.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": message}}


def _said(message: dict[str, Any]) -> list[Said]:
    content = message.get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    if message.get("role") == "assistant":
        return [Said(Who.MODEL, words_of(blocks))]
    return [
        Said(Who.TOOL, words_of(block.get("content")))
        if block.get("type") == "tool_result"
        else Said(Who.USER, words_of(block))
        for block in blocks
    ]


class AnthropicWriter:
    """Implements `Writer`."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._name = new_name("msg_")
        self._blocks: list[dict[str, Any]] = []
        self._in_text = False

    def begin(self) -> Frames:
        message = {**self._message([], None), "usage": _usage(0)}
        return [_event("message_start", message=message)]

    def text(self, piece: str) -> Frames:
        frames = [] if self._in_text else self._open({"type": "text", "text": ""})
        self._in_text = True
        self._blocks[-1]["text"] += piece
        return [*frames, self._delta(type="text_delta", text=piece)]

    def thought(self, text: str) -> Frames:
        frames = self._open({"type": "thinking", "thinking": "", "signature": ""})
        self._blocks[-1]["thinking"] = text
        signature = self._delta(type="signature_delta", signature="c2ln")
        return [
            *frames,
            self._delta(type="thinking_delta", thinking=text),
            signature,
            *self._close(),
        ]

    def call(self, call: Call) -> Frames:
        block = {"type": "tool_use", "id": new_name("toolu_"), "name": call.tool.name, "input": {}}
        frames = self._open(block)
        self._blocks[-1]["input"] = dict(call.arguments)
        arguments = json.dumps(dict(call.arguments))
        delta = self._delta(type="input_json_delta", partial_json=arguments)
        return [*frames, delta, *self._close()]

    def end(self) -> Frames:
        stop = {"stop_reason": self._reason(), "stop_sequence": None}
        return [
            *(self._close() if self._in_text else []),
            _event("message_delta", delta=stop, usage={"output_tokens": USAGE[1]}),
            _event("message_stop"),
        ]

    def whole(self) -> Any:
        return {**self._message(self._blocks, self._reason()), "usage": _usage(USAGE[1])}

    def _message(self, blocks: list[dict[str, Any]], reason: str | None) -> dict[str, Any]:
        return {
            "id": self._name,
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": blocks,
            "stop_reason": reason,
            "stop_sequence": None,
        }

    def _reason(self) -> str:
        return (
            "tool_use" if any(block["type"] == "tool_use" for block in self._blocks) else "end_turn"
        )

    def _open(self, block: dict[str, Any]) -> Frames:
        frames = self._close() if self._in_text else []
        self._in_text = False
        self._blocks.append(dict(block))
        index = len(self._blocks) - 1
        return [*frames, _event("content_block_start", index=index, content_block=block)]

    def _close(self) -> Frames:
        self._in_text = False
        return [_event("content_block_stop", index=len(self._blocks) - 1)]

    def _delta(self, **delta: str) -> str:
        return _event("content_block_delta", index=len(self._blocks) - 1, delta=delta)


def _usage(output: int) -> dict[str, int]:
    return {
        "input_tokens": USAGE[0],
        "output_tokens": output,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
    }


def _event(kind: str, **fields: Any) -> str:
    return frame({"type": kind, **fields}, kind)
