"""Runs `wuhu` in processes of their own that need not import it first: each is forked from one that has.

What a test sees is what a shell sees: arguments, folder, environment, three streams, an exit code.
"""

from __future__ import annotations

import io
import json
import os
import select
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
    """The process that the others are forked from; nobody's child, and gone when its maker is."""

    def __init__(self, place: Path) -> None:
        self._address = str(place / "zygote")
        server = socket.socket(socket.AF_UNIX)
        server.bind(self._address)
        server.listen()
        os.set_inheritable(server.fileno(), True)
        command = (sys.executable, "-m", "tests.cli.zygote", str(server.fileno()))
        root = Path(__file__).parents[2]
        listening, self._alive = os.pipe()
        subprocess.run(command, cwd=root, stdin=listening, pass_fds=(server.fileno(),), check=True)
        os.close(listening)
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
        os.close(self._alive)

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
    """What was written, with line ends as `subprocess` reads them."""
    stream.seek(0)
    return io.TextIOWrapper(io.BytesIO(stream.read()), encoding="utf-8").read()


def _serve(server: socket.socket) -> None:
    """Fork once for each request; the fork waits for its own child, so that nobody waits for another.

    The other end of stdin is with whoever made us: its end is ours.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while server.fileno() in select.select([server.fileno(), 0], [], [])[0]:
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
    if os.fork() == 0:
        os.setsid()
        _serve(socket.socket(fileno=int(sys.argv[1])))
