"""A small real repository with scripted agents, and `wuhu` as a script runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.zygote import Zygote, zygote
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import is_held

PATIENCE = 30.0

CONFIG = """\
[project]
name = "shop"
base = "main"
agent = "clean"

[policies]
nudge = false

[[checks]]
name = "tests"
command = ["{python}", "-c", "import shop"]
"""

AGENT = """
[agents.NAME]
extends = "sample"
command = ["{python}", "-m", "wuhu_tui.sample_agent", "--script", "{project}/scripts/NAME.toml", "--delay", "0"]
"""

SCRIPTS = {
    "clean": """
[[turns]]
steps = [
  { say = "Working." },
  { write = "place.py", content = "PLACE = 1\\n" },
  { commit = "Add place" },
  { report = "done", summary = "place is there", evidence = "place.py" },
]
""",
    "asking": """
[[turns]]
steps = [
  { ask = "Which colour?", options = [
    { key = "r", label = "red", recommended = true, steps = [
      { write = "colour.py", content = "COLOUR = 'red'\\n" } ] },
    { key = "b", label = "blue" },
  ] },
  { commit = "Choose a colour" },
  { report = "done", summary = "{last_answer} it is" },
]
[[follow_ups]]
steps = [ { say = "Heard: {last_prompt}" }, { report = "done", summary = "again" } ]
""",
    "silent": """
[[turns]]
steps = [ { say = "I have nothing to say." } ]
""",
    "crashing": """
[[turns]]
steps = [ { say = "Soon." }, { crash = 70, words = "out of memory" }, { report = "blocked", summary = "back" } ]
""",
    "hostile": """
[[turns]]
steps = [
  { say = "\\u001b]0;owned\\u0007\\u001b[2J\\u202egone\\u009b31m" },
  { ask = "\\u001b[31mred?\\u0007", options = [
    { key = "y", label = "\\u001b[2Jyes", detail = "\\u202e" }, { key = "n", label = "no" } ] },
  { report = "blocked", summary = "\\u001b[2Jcannot" },
]
""",
    "breaking": """
[[turns]]
steps = [
  { write = "shop.py", content = "1 / 0\\n" },
  { commit = "Break it" },
  { report = "done", summary = "should be fine" },
]
""",
}


class Wuhu:
    """Runs `wuhu` in the repository as a process of its own; says what it printed when it fails."""

    def __init__(self, root: Path, zygote: Zygote | None = None) -> None:
        self.root = root
        self.folder = ProjectFolder(root)
        self._zygote = zygote

    def __call__(self, *arguments: str, code: int = 0, stdin: str = "") -> str:
        """What it printed to stdout; for a failure, to stderr."""
        done = self._run(arguments, stdin)
        assert done.returncode == code, (
            f"wuhu {' '.join(arguments)} ended with {done.returncode}, not {code}\n"
            f"{done.stdout}\n{done.stderr}"
        )
        assert "Traceback" not in done.stderr
        return done.stdout or done.stderr

    def json(self, *arguments: str, code: int = 0) -> Any:
        """What it printed with --json."""
        return json.loads(self(*arguments, "--json", code=code))

    def _run(self, arguments: Sequence[str], stdin: str) -> subprocess.CompletedProcess[str]:
        if self._zygote is not None:
            return self._zygote.run(arguments, folder=self.root, stdin=stdin, patience=PATIENCE)
        return subprocess.run(
            [sys.executable, "-m", "wuhu_tui", *arguments],
            check=False,
            cwd=self.root,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start it and do not wait; it hears ctrl+c even where these tests run in the background."""
        return subprocess.Popen(
            [sys.executable, "-m", "wuhu_tui", *arguments],
            cwd=self.root,
            preexec_fn=_hear_ctrl_c,  # noqa: PLW1509 (no threads here)
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def git(self, *arguments: str) -> str:
        """Run git in the repository."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        """Write a file of the repository."""
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def wait_for(self, session: str, state: str) -> dict[str, Any]:
        """The session's status once it is in that state."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            status: dict[str, Any] = self.json("status", session)
            if status["state"] == state:
                return status
        raise AssertionError(f"{session} is {status['state']}, not {state}: {status['reason']}")

    def end(self) -> None:
        """Stop everything that runs, and see it gone."""
        if not self.folder.journal.exists():
            return
        self._run(("stop", "--all"), "")
        locks = [folder / "runner.lock" for folder in self.folder.sessions.iterdir()]
        give_up = time.monotonic() + PATIENCE
        while any(lock.exists() and is_held(lock) for lock in locks):
            assert time.monotonic() < give_up, "a runner would not stop"
            time.sleep(0.05)


@pytest.fixture(scope="session", name="zygote")
def _zygote() -> Iterator[Zygote]:
    with zygote() as made:
        yield made


@pytest.fixture
def repository(tmp_path: Path, zygote: Zygote) -> Iterator[Wuhu]:
    """A repository with scripted agents that is no wuhu project yet."""
    root = tmp_path / "shop"
    root.mkdir()
    wuhu = Wuhu(root, zygote)
    agents = "".join(AGENT.replace("NAME", name) for name in SCRIPTS)
    wuhu.write("wuhu.toml", CONFIG + agents)
    wuhu.write("shop.py", "PRICE = 1\n")
    for name, script in SCRIPTS.items():
        wuhu.write(f"scripts/{name}.toml", f'name = "{name}"\n{script}')
    wuhu.git("init", "-q", "-b", "main")
    wuhu.git("add", ".")
    wuhu.git("commit", "-q", "-m", "Begin")
    yield wuhu
    wuhu.end()


@pytest.fixture
def wuhu(repository: Wuhu) -> Wuhu:
    """The same, initialised."""
    repository("init")
    return repository


def _hear_ctrl_c() -> None:
    """A shell starts what it puts into the background deaf to SIGINT, and children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
