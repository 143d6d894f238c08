"""The guardian's decision; its deeds are tried with real runners."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

GUARDED = """
import os, sys, time
from pathlib import Path
from wuhu_tui.session import guardian
guardian._end_life = lambda folder, life: Path(folder, "ended").write_text(life)
post = guardian.Guardian.post()
{deeds}
"""


def run(tmp_path: Path, deeds: str) -> Path:
    script = GUARDED.format(deeds=deeds.format(folder=str(tmp_path)))
    subprocess.run(
        [sys.executable, "-c", script], timeout=20, check=False, stderr=subprocess.PIPE
    )  # the guardian shares stderr: this returns when it is gone
    return tmp_path / "ended"


def test_a_runner_that_dies_leaves_its_life_to_the_guardian(tmp_path: Path) -> None:
    ended = run(tmp_path, "post.watch('{folder}', 'shop:3'); os.kill(os.getpid(), 9)")
    assert ended.read_text() == "shop:3"


def test_the_newest_life_counts(tmp_path: Path) -> None:
    deeds = "post.watch('{folder}', 'shop:3'); post.watch('{folder}', 'shop:4'); os._exit(1)"
    assert run(tmp_path, deeds).read_text() == "shop:4"


def test_a_dismissed_guardian_ends_nothing(tmp_path: Path) -> None:
    assert not run(tmp_path, "post.watch('{folder}', 'shop:3'); post.dismiss()").exists()


def test_before_there_is_a_life_there_is_nothing_to_end(tmp_path: Path) -> None:
    assert not run(tmp_path, "os.kill(os.getpid(), 9)").exists()


def test_a_guardian_that_is_gone_does_not_stop_the_runner(tmp_path: Path) -> None:
    deeds = (
        "os.kill(post.pid, 9); os.waitpid(post.pid, 0)\n"
        "post.watch('{folder}', 'shop:3'); post.dismiss()\n"
        "Path('{folder}', 'ended').write_text('in order')"
    )
    assert run(tmp_path, deeds).read_text() == "in order"
