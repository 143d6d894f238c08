"""A program with a screen, as they come: colours, a question, the other screen, and bad manners."""

from __future__ import annotations

import os
import signal
import sys
import tty


def write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def report_size(number: int, frame: object) -> None:
    size = os.get_terminal_size()
    write(f"size {size.columns}x{size.lines}\r\n")


def read_reply(end: str) -> str:
    """What the terminal answers to a query, read key by key."""
    reply = ""
    while not reply.endswith(end):
        reply += os.read(0, 1).decode()
    return reply


def main() -> None:
    signal.signal(signal.SIGWINCH, report_size)
    write("\x1b]2;my title\x07\x1b[1;31mready\x1b[0m\r\n> ")
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        match word:
            case "say":
                write(f"\x1b[32m{rest}\x1b[0m\r\n")
            case "ask":
                write(f"{rest} [y/n] ")
                write(f"got {sys.stdin.readline().strip()}\r\n")
            case "count":
                write("".join(f"line {number}\r\n" for number in range(int(rest))))
            case "query":
                tty.setcbreak(0)  # before it asks: it drops what has come already
                write("\x1b[c\x1b[6n")
                reply = read_reply("R")
                write(f"told {reply!r}\r\n")
            case "alternate":
                write("\x1b[?1049h\x1b[2J\x1b[Hother screen")
                sys.stdin.readline()
                write("\x1b[?1049l")
            case "environment":
                write(f"{os.environ.get(rest)!r}\r\n")
            case "terminal":
                write(f"{os.getsid(0) == os.getpid()} {os.tcgetpgrp(0) == os.getpgrp()}\r\n")
            case "hostile":
                sys.stdout.buffer.write(bytes.fromhex(rest))
                write("\r\nsurvived\r\n")
            case "stubborn":
                for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, signal.SIG_IGN)
                write("stubborn now\r\n")
            case "exit":
                sys.exit(int(rest))
        write("> ")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        write("interrupted\r\n")
        sys.exit(130)
