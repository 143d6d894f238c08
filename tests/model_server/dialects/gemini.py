"""Gemini: `…:generateContent`, `…:streamGenerateContent` and `…:countTokens`."""

from __future__ import annotations

import re
from typing import Any

from tests.model_server.conversation import Conversation, Said, Tool, Who, words_of
from tests.model_server.dialects.writing import USAGE, Frames, frame
from tests.model_server.vocabulary import Call

PATH = re.compile(r"/models/([^:/]+):(generateContent|streamGenerateContent|countTokens)")

STATUS = {401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED", 529: "UNAVAILABLE"}


class Gemini:
    """Implements `Dialect`."""

    name = "gemini"

    def speaks_at(self, path: str) -> bool:
        return PATH.search(path) is not None

    def counts_at(self, path: str) -> bool:
        return ":countTokens" in path

    def counted(self, tokens: int) -> Any:
        return {"totalTokens": tokens}

    def read(self, path: str, body: dict[str, Any]) -> Conversation:
        said = tuple(one for content in body.get("contents", []) for one in _said(content))
        tools = tuple(
            Tool(
                declared["name"],
                fields=tuple(declared.get("parametersJsonSchema", {}).get("properties", {})),
            )
            for group in body.get("tools") or ()
            for declared in group.get("functionDeclarations", [])
        )
        found = PATH.search(path)
        model = found[1] if found else ""
        return Conversation(said, tools, model, ":streamGenerateContent" in path)

    def writer(self, model: str) -> GeminiWriter:
        return GeminiWriter(model)

    def error(self, status: int, message: str) -> Any:
        kind = STATUS.get(status, "INTERNAL")
        return {"error": {"code": status, "message": message, "status": kind}}


def _said(content: dict[str, Any]) -> list[Said]:
    parts = content.get("parts", [])
    if content.get("role") == "model":
        return [Said(Who.MODEL, words_of([part.get("text") for part in parts]))]
    return [
        Said(Who.TOOL, words_of(part["functionResponse"].get("response")))
        if "functionResponse" in part
        else Said(Who.USER, words_of(part))
        for part in parts
    ]


class GeminiWriter:
    """Implements `Writer`."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._parts: list[dict[str, Any]] = []

    def begin(self) -> Frames:
        return []

    def text(self, piece: str) -> Frames:
        return self._part({"text": piece})

    def thought(self, text: str) -> Frames:
        return self._part({"text": text, "thought": True})

    def call(self, call: Call) -> Frames:
        return self._part({"functionCall": {"name": call.tool.name, "args": dict(call.arguments)}})

    def end(self) -> Frames:
        return [frame(self._answer([{"text": ""}], "STOP"))]

    def whole(self) -> Any:
        return self._answer(self._parts, "STOP")

    def _part(self, part: dict[str, Any]) -> Frames:
        self._parts.append(part)
        return [frame(self._answer([part], None))]

    def _answer(self, parts: list[dict[str, Any]], reason: str | None) -> dict[str, Any]:
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
        if reason:
            candidate["finishReason"] = reason
        used = {
            "promptTokenCount": USAGE[0],
            "candidatesTokenCount": USAGE[1],
            "totalTokenCount": sum(USAGE),
        }
        return {"candidates": [candidate], "usageMetadata": used, "modelVersion": self._model}
