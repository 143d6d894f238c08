"""The server: one loopback port, a thread for each request, a note of everything that was heard."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.model_server.conversation import Conversation, Who
from tests.model_server.dialects import dialect_of
from tests.model_server.dialects.writing import Dialect, Writer
from tests.model_server.script import Op, Script, Step
from tests.model_server.stage import Cue, Stage
from tests.model_server.vocabulary import WORDS, call_for

PIECES = 12
"""In how many pieces a text is streamed at least, when it has that many words."""

ECHO = 4_000
"""Characters of the newest words that an echo repeats, the last ones."""

MODELS = {"object": "list", "data": [{"id": "scripted", "object": "model", "owned_by": "tests"}]}


@dataclass(frozen=True)
class Heard:
    """One request, as far as tests want to know of it."""

    at: float
    path: str
    script: str = ""
    index: int = -1
    user: str = ""
    tool: str = ""
    tools: tuple[str, ...] = ()
    status: int = 200


class ModelServer:
    """Serves from `with` on; `heard` is the note of all requests so far."""

    def __init__(self, port: int = 0, log: Path | None = None) -> None:
        self.stage = Stage()
        self.heard: list[Heard] = []
        self._log = log
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def play(self, name: str, *steps: Step) -> None:
        """Register a script."""
        self.stage.register(name, steps)

    def play_script(self, name: str, script: Script) -> None:
        """Register a script that is at hand as one value."""
        self.stage.register(name, script)

    def heard_in(self, script: str) -> list[Heard]:
        """The requests that played this script."""
        with self._lock:
            return [heard for heard in self.heard if heard.script == script]

    def note(self, heard: Heard) -> None:
        """Remember a request."""
        with self._lock:
            self.heard.append(heard)
            if self._log is not None:
                with self._log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(heard)) + "\n")

    def pause(self, seconds: float) -> bool:
        """Wait that long, or until the server closes; whether it closes."""
        return self._closing.wait(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: ModelServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """An agent that hangs up in the middle is no error."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing to the terminal: `ModelServer.heard` knows it all."""

    def do_HEAD(self) -> None:
        self._json(200, None)

    def do_GET(self) -> None:
        self._json(200, MODELS if self.path.split("?")[0].endswith("/models") else {})

    def do_POST(self) -> None:
        body = self._body()
        dialect = dialect_of(self.path)
        if dialect is None:
            self._other()
        elif dialect.counts_at(self.path):
            self._json(200, dialect.counted(len(json.dumps(body)) // 4))
        else:
            self._answer(dialect, dialect.read(self.path, body))

    def _answer(self, dialect: Dialect, conversation: Conversation) -> None:
        owner = self.server.owner
        cue = owner.stage.cue(conversation)
        status = self._failure(cue)
        owner.note(_heard(self.path, cue, conversation, status or 200))
        if status:
            self._json(status, dialect.error(status, f"scripted failure {status}"))
            return
        writer = dialect.writer(conversation.model or "scripted")
        if conversation.streams:
            self._stream(writer, cue.step, conversation)
        else:
            for _ in self._frames(writer, cue.step, conversation):
                pass
            self._json(200, writer.whole())

    def _failure(self, cue: Cue) -> int:
        for op in cue.step:
            if op.op == "fail" and self.server.owner.stage.fails(cue, op):
                return op.status
        return 0

    def _stream(self, writer: Writer, step: Step, conversation: Conversation) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        for frame in self._frames(writer, step, conversation):
            self.wfile.write(frame.encode())
            self.wfile.flush()

    def _frames(self, writer: Writer, step: Step, conversation: Conversation) -> Iterator[str]:
        """The frames of the reply, each when its time has come."""
        yield from writer.begin()
        for op in step:
            yield from self._op(writer, op, conversation)
        yield from writer.end()

    def _op(self, writer: Writer, op: Op, conversation: Conversation) -> Iterator[str]:
        if op.op == "say":
            pieces = _pieces(_filled(op.text, conversation))
            for piece in pieces:
                yield from writer.text(piece)
                self.server.owner.pause(op.seconds / len(pieces) if op.seconds else 0)
        elif op.op == "think":
            yield from writer.thought(op.text)
        elif op.op in ("wait", "hang"):
            self.server.owner.pause(op.seconds)
        elif op.op != "fail":
            made = call_for(op, conversation.tools)
            yield from writer.call(made) if made else writer.text(_no_tool(op))

    def _other(self) -> None:
        """Whatever else an agent reports to its maker: taken and forgotten."""
        self.server.owner.note(Heard(time.time(), self.path))
        self._json(200, {})

    def _body(self) -> dict[str, Any]:
        if "chunked" in self.headers.get("transfer-encoding", ""):
            raw = b"".join(self._chunks())
        else:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            found = json.loads(raw or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0].strip() or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _json(self, status: int, value: Any) -> None:
        content = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        if status == 429:
            self.send_header("retry-after", "1")
        self.end_headers()
        self.wfile.write(content)


def _heard(path: str, cue: Cue, conversation: Conversation, status: int) -> Heard:
    return Heard(
        at=time.time(),
        path=path,
        script=cue.script,
        index=cue.index,
        user=conversation.newest(Who.USER)[-ECHO:],
        tool=conversation.newest(Who.TOOL)[-ECHO:],
        tools=tuple(tool.full_name for tool in conversation.tools),
        status=status,
    )


def _filled(text: str, conversation: Conversation) -> str:
    for name, who in (("{user}", Who.USER), ("{tool}", Who.TOOL)):
        if name in text:
            text = text.replace(name, conversation.newest(who)[-ECHO:])
    return text


def _pieces(text: str) -> list[str]:
    """The text in some pieces, cut anywhere: also in the middle of a word."""
    size = max(1, min(2_000, -(-len(text) // PIECES)))
    return [text[start : start + size] for start in range(0, len(text), size)] or [""]


def _no_tool(op: Op) -> str:
    wanted = op.name if op.op == "call" else "/".join(name for name, _ in WORDS[op.op])
    return f"no-such-tool: {wanted}"
