"""In a real terminal: hostile text changes no title, fills no clipboard, sends no such bytes."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tui.hostile import HOSTILE, MARKUP, TITLE

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


class Terminal:
    """A tmux server of its own with one pane, whose every byte is written down."""

    def __init__(self, folder: Path) -> None:
        self.bytes_seen = folder / "output"
        self._name = f"wuhu-test-{os.getpid()}-{folder.name}"

    def tmux(self, *arguments: str) -> str:
        command = ["tmux", "-u", "-L", self._name, "-f", "/dev/null", *arguments]
        inherited = {k: v for k, v in os.environ.items() if k not in ("TMUX", "NO_COLOR")}
        environment = {**inherited, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, env=environment, check=False
        )
        return done.stdout.strip("\n")

    def start(self, *command: str) -> None:
        """Run a command in the pane, once its output is being written down."""
        line = f"read -r go; cd {shlex.quote(str(ROOT))}; exec {shlex.join(command)}"
        self.tmux("new-session", "-d", "-x", "140", "-y", "40", "sh", "-c", line)
        self.tmux("set-option", "-g", "set-clipboard", "on")
        self.tmux("set-option", "-g", "allow-passthrough", "on")
        self.tmux("set-option", "-g", "remain-on-exit", "on")
        self.tmux("pipe-pane", f"cat >> {shlex.quote(str(self.bytes_seen))}")
        self.keys("Enter")

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def press(self, key: str) -> None:
        """Press a key and wait until it has changed the screen and all of it is painted."""
        before = self.shown
        self.keys(key)
        self.wait(lambda: self.shown != before, f"an effect of {key}")
        pictures = [self.shown]
        self.wait(lambda: _still(pictures, self.shown), f"the end of the effect of {key}")

    @property
    def shown(self) -> str:
        return self.tmux("capture-pane", "-p", "-J")

    @property
    def title(self) -> str:
        return self.tmux("display-message", "-p", "#{pane_title}")

    @property
    def clipboard(self) -> str:
        return self.tmux("list-buffers")

    @property
    def sent(self) -> bytes:
        return self.bytes_seen.read_bytes() if self.bytes_seen.exists() else b""

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"{what} never came; the screen shows:\n{self.shown}"
            time.sleep(0.05)

    def close(self) -> None:
        self.tmux("kill-server")


def _still(pictures: list[str], now: str) -> bool:
    """Whether the last five looks saw the same."""
    pictures.append(now)
    return len(pictures) > 5 and len(set(pictures[-5:])) == 1


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    made.close()


def test_this_terminal_would_obey(terminal: Terminal) -> None:
    """Without the gate the same text does what it says: the next test can fail."""
    text = HOSTILE.partition("\x9d")[0].encode()
    script = f"import sys; sys.stdout.buffer.write({text!r}); sys.stdout.flush(); input()"
    terminal.start(sys.executable, "-c", script)
    terminal.wait(lambda: terminal.title == TITLE, "the title")
    terminal.wait(lambda: bool(terminal.clipboard), "the clipboard")


VISITS = ("Enter", "b", "a", "s", "l", "?", "J", "n")
"""Keys that open a screen or dialog over the dashboard; Escape closes it."""


def test_the_dashboard_sends_nothing_of_it(terminal: Terminal) -> None:
    terminal.start(sys.executable, "-m", "tests.tui.hostile_app")
    terminal.wait(lambda: MARKUP[:12] in terminal.shown, "the dashboard")
    for key in VISITS:
        terminal.press(key)
        if key == "Enter":
            terminal.press("PPage")
            terminal.press("O")
        terminal.press("Escape")
    assert terminal.title.startswith("wuhu · ")
    assert terminal.clipboard == ""
    sent_bytes = terminal.sent
    for forbidden in (
        f"\x1b]0;{TITLE}".encode(),
        f"\x1b]2;{TITLE}".encode(),
        b"\x1b]52",  # its words may be seen: a diff shows hidden bytes as pictures
        b"\x1bPtmux",
        "\u202e".encode(),
        "\x9d".encode(),
        b"\x1bc",
    ):
        assert forbidden not in sent_bytes
    assert MARKUP[:12].encode() in sent_bytes
