"""Runs `wuhu` in processes of their own that need not import it first: each is forked from one that has.

What a test sees is what a shell sees: arguments, folder, environment, three streams, an exit code.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

MAX_REQUEST = 1 << 20


class Zygote:
    """The process that the others are forked from."""

    def __init__(self, place: Path) -> None:
        self._address = str(place / "zygote")
        server = socket.socket(socket.AF_UNIX)
        server.bind(self._address)
        server.listen()
        os.set_inheritable(server.fileno(), True)
        command = (sys.executable, "-m", "tests.cli.zygote", str(server.fileno()))
        root = Path(__file__).parents[2]
        self._process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.DEVNULL, pass_fds=(server.fileno(),)
        )
        server.close()

    def run(
        self, arguments: Sequence[str], *, folder: Path, stdin: str, patience: float
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        with (
            tempfile.TemporaryFile() as asked,
            tempfile.TemporaryFile() as said,
            tempfile.TemporaryFile() as failed,
        ):
            asked.write(stdin.encode())
            asked.seek(0)
            code = self._ask(arguments, folder, (asked, said, failed), patience)
            return subprocess.CompletedProcess(arguments, code, _text(said), _text(failed))

    def end(self) -> None:
        """Let it go."""
        self._process.kill()
        self._process.wait()

    def _ask(
        self, arguments: Sequence[str], folder: Path, streams: Sequence[IO[bytes]], patience: float
    ) -> int:
        request = {"arguments": arguments, "folder": str(folder), "environment": dict(os.environ)}
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(patience)
            line.connect(self._address)
            numbers = [stream.fileno() for stream in streams]
            socket.send_fds(line, [json.dumps(request).encode() + b"\n"], numbers)
            return int(line.makefile("rb").readline())


@contextmanager
def zygote() -> Iterator[Zygote]:
    """One for as long as this holds; its address is short, as those of sockets must be."""
    with tempfile.TemporaryDirectory(prefix="wuhu-") as place:
        made = Zygote(Path(place))
        try:
            yield made
        finally:
            made.end()


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode()


def _serve(server: socket.socket) -> None:
    """Fork once for each request; the fork waits for its own child, so that nobody waits for another."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        line, _ = server.accept()
        if os.fork() == 0:
            server.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _answer(line)
            os._exit(0)
        line.close()


def _answer(line: socket.socket) -> None:
    data, numbers, _, _ = socket.recv_fds(line, MAX_REQUEST, 3)
    while not data.endswith(b"\n"):
        data += line.recv(MAX_REQUEST)
    request = json.loads(data)
    child = os.fork()
    if child == 0:
        line.close()
        _become(request, numbers)
    _, status = os.waitpid(child, 0)
    line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(request: dict[str, object], numbers: Sequence[int]) -> None:
    """The command's own process from here on."""
    from wuhu_tui.cli.main import main

    for target, number in enumerate(numbers):
        os.dup2(number, target)
        os.close(number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    os.chdir(str(request["folder"]))
    sys.argv = ["wuhu", *request["arguments"]]  # type: ignore[misc]
    code: object = 1
    try:
        main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def _warm() -> None:
    """Load what nearly every command loads."""
    import git  # noqa: F401
    import watchfiles  # noqa: F401
    from typer.main import get_command

    import wuhu_tui.core.conductor
    import wuhu_tui.core.core  # noqa: F401
    from wuhu_tui.cli.application import application

    get_command(application())


if __name__ == "__main__":
    _warm()
    _serve(socket.socket(fileno=int(sys.argv[1])))
