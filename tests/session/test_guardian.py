"""The guardian's decision; its deeds are tried with real runners."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

GUARDED = """
import os, signal, sys
from pathlib import Path
from wuhu_tui.session.guardian import Guardian
post = Guardian.post(Path({folder!r}), {python!r})
{deeds}
"""


def run(folder: Path, deeds: str) -> str:
    """What the guardian was asked to end, once runner and guardian are gone; empty: nothing."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\necho "$@" > {folder}/ended\n')
    python.chmod(0o755)
    script = GUARDED.format(folder=str(folder), python=str(python), deeds=deeds)
    command = [sys.executable, "-c", script]
    # The guardian shares stderr, so this returns when it is gone too.
    subprocess.run(command, timeout=20, check=False, stderr=subprocess.PIPE)
    ended = folder / "ended"
    return ended.read_text().strip() if ended.exists() else ""


def test_a_runner_that_dies_leaves_its_life_to_the_guardian(tmp_path: Path) -> None:
    ended = run(tmp_path, "post.watch('shop:3'); os.kill(os.getpid(), 9)")
    assert ended == f"-m wuhu_tui.session.guardian {tmp_path} shop:3"


def test_the_newest_life_counts(tmp_path: Path) -> None:
    assert run(tmp_path, "post.watch('shop:3'); post.watch('shop:4'); os._exit(1)").endswith(":4")


def test_a_dismissed_guardian_ends_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "post.watch('shop:3'); post.dismiss()") == ""


def test_before_there_is_a_life_there_is_nothing_to_end(tmp_path: Path) -> None:
    assert run(tmp_path, "os.kill(os.getpid(), 9)") == ""


def test_what_ends_the_runner_politely_does_not_end_the_guardian(tmp_path: Path) -> None:
    numbers = [int(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)]
    deeds = (
        "post.watch('shop:3')\n"
        "import time\n"
        "while os.getsid(post.pid) != post.pid or b'sh' not in "
        "Path(f'/proc/{post.pid}/comm').read_bytes(): time.sleep(0.01)\n"
        f"for number in {numbers}: os.kill(post.pid, number)\n"
        "os.kill(os.getpid(), 9)"
    )
    assert run(tmp_path, deeds).endswith("shop:3")


def test_a_guardian_that_is_gone_does_not_stop_the_runner(tmp_path: Path) -> None:
    deeds = (
        "os.kill(post.pid, 9); os.waitpid(post.pid, 0)\n"
        "post.watch('shop:3'); post.dismiss()\n"
        f"Path({str(tmp_path)!r}, 'ended').write_text('in order')"
    )
    assert run(tmp_path, deeds) == "in order"
