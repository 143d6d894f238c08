"""A small agent program: it does what the lines of its prompt that begin with `! ` say.

    ! say WORDS        ! tool NAME [KIND]     ! done NAME      ! ask ID WORDS
    ! run COMMAND …    ! commit SUBJECT       ! stubborn       ! die CODE
    ! hang

Every prompt is kept, word for word, in `prompts.log` of the folder it works in.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
os.setsid()
if os.fork():
    time.sleep(3600)
os.setsid()
if os.fork():
    os._exit(0)
open(sys.argv[1], "w").write(str(os.getpid()))
time.sleep(3600)
"""
"""A tool in its own process group that ignores SIGTERM and leaves a daemon behind."""


def tell(**fields: object) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def obey(word: str, rest: str) -> None:
    match word:
        case "say":
            tell(said=rest)
        case "tool":
            name, _, kind = rest.partition(" ")
            tell(tool=name, kind=kind or "other")
        case "done":
            tell(done=rest)
        case "ask":
            name, _, words = rest.partition(" ")
            tell(ask=name, words=words)
            tell(said=f"the answer is {json.loads(sys.stdin.readline())['answer']}")
        case "run":
            subprocess.run(rest, shell=True, check=False)
        case "commit":
            subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", rest], check=True)
        case "stubborn":
            daemon = Path("daemon.pid")
            subprocess.Popen([sys.executable, "-c", STUBBORN, str(daemon)])
            while not (daemon.exists() and daemon.read_text()):
                time.sleep(0.005)
        case "die":
            sys.stderr.write("I cannot go on\n")
            sys.stderr.flush()
            os._exit(int(rest))
        case "hang":
            while True:
                time.sleep(3600)


class Interrupted(BaseException):
    """SIGUSR1: the turn is over."""


def interrupt(number: int, frame: object) -> None:
    raise Interrupted


def main() -> None:
    while line := sys.stdin.readline():
        text = json.loads(line)["prompt"]
        with Path("prompts.log").open("a") as log:
            log.write(json.dumps(text) + "\n")
        try:
            signal.signal(signal.SIGUSR1, interrupt)
            for order in text.splitlines():
                if order.startswith("! "):
                    word, _, rest = order[2:].partition(" ")
                    obey(word, rest)
            signal.signal(signal.SIGUSR1, signal.SIG_IGN)
            tell(end="end_turn")
        except Interrupted:
            tell(end="cancelled")


if __name__ == "__main__":
    main()
