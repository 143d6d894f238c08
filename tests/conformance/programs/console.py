"""The same agent with a screen: words are typed or pasted, Enter sends them, Ctrl+C interrupts.

What is typed while it works is read when the running tool ends. While it works the last line of
the screen says so and moves, as those of real programs do.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import termios
import threading
import time
import tty
import urllib.error

from tests.conformance.programs.mind import Mind

PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"
TURNS = "|/-\\"
MOMENT = 0.25


class Interrupted(Exception):
    """Ctrl+C was pressed."""


class Console:
    """Reads keys in a thread, works in the main one."""

    def __init__(self) -> None:
        self._words: queue.Queue[str] = queue.Queue()
        self._works = threading.Event()
        self._lock = threading.Lock()
        self._mind = Mind(self._say, self._meanwhile)

    def run(self) -> None:
        """Serve one turn after the other until the terminal is gone."""
        signal.signal(signal.SIGINT, self._interrupt)
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._move, daemon=True).start()
        self._say("\x1b[?2004hready\n> ")
        while True:
            words = self._words.get()
            if not words:
                return
            self._turn(words)

    def _turn(self, words: str) -> None:
        self._works.set()
        try:
            self._mind.turn(words)
        except Interrupted:
            self._say("\ninterrupted\n")
        except urllib.error.HTTPError as error:
            self._say(f"\nthe model answers {error.code}: {error.reason}\n")
        finally:
            self._works.clear()
            self._say("\n> ")

    def _interrupt(self, number: int, frame: object) -> None:
        running: subprocess.Popen[str] | None = self._mind.running
        if running is not None:
            running.terminate()
        if self._works.is_set():
            raise Interrupted

    def _say(self, text: str) -> None:
        with self._lock:
            sys.stdout.write(text.replace("\n", "\r\n"))
            sys.stdout.flush()

    def _move(self) -> None:
        """The line that shows that it works."""
        count = 0
        while True:
            time.sleep(MOMENT)
            if self._works.is_set():
                count += 1
                with self._lock:
                    sys.stdout.write(f"\x1b7\r\n{TURNS[count % 4]} working ({count})\x1b8")
                    sys.stdout.flush()

    def _meanwhile(self) -> list[str]:
        found = []
        while not self._words.empty():
            found.append(self._words.get())
        return found

    def _read(self) -> None:
        """Keys become words at Enter; what is pasted has its lines."""
        typed = ""
        while data := os.read(sys.stdin.fileno(), 65_536):
            typed += data.decode("utf-8", errors="replace")
            while (end := _enter_in(typed)) >= 0:
                words, typed = typed[:end], typed[end + 1 :]
                words = words.replace(PASTE, "").replace(PASTE_END, "").replace("\r", "\n")
                self._say(f"{words}\n")
                self._words.put(words)
        self._words.put("")


def _enter_in(typed: str) -> int:
    """Where the first Enter stands that was pressed and not pasted; -1: nowhere."""
    start = 0
    if (paste := typed.find(PASTE)) >= 0 and "\r" not in typed[:paste]:
        end = typed.find(PASTE_END)
        if end < 0:
            return -1
        start = end
    return typed.find("\r", start)


def main() -> None:
    """Keys come one by one, as they are; Ctrl+C stays a signal."""
    terminal = sys.stdin.fileno()
    tty.setcbreak(terminal)
    settings = termios.tcgetattr(terminal)
    settings[0] &= ~termios.ICRNL
    termios.tcsetattr(terminal, termios.TCSANOW, settings)
    Console().run()


if __name__ == "__main__":
    main()
