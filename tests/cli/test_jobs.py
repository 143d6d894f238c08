"""`wuhu exec` and `wuhu jobs` as a script uses them."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import psutil

from tests.cli.conftest import PATIENCE, Wuhu
from wuhu_tui.hosts.job import is_alive

ID = "shop-impl-01"


def test_a_command_in_a_place(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Do it")
    assert wuhu("exec", ID, 'basename "$PWD"; cd /; echo $WUHU_SESSION').split() == [ID, ID]
    done = wuhu.json("exec", "impl-01", "echo 'a b'; exit 3", code=3)
    assert (done["exit_code"], done["output"]) == (3, "a b\n")
    assert wuhu("exec", ".", "--", "printf", "%s.", "a b", "*") == "a b.*."
    assert wuhu("exec", "nobody", "true", code=3).startswith("Not found")
    assert "outside the project" in wuhu("exec", "..", "touch oops", code=4)
    assert not (wuhu.root.parent / "oops").exists()
    listed = wuhu.json("jobs")
    assert [job["exit_code"] for job in listed] == [0, 3, 0]
    assert [job["session"] for job in listed] == [ID, ID, ""]


def test_a_command_in_the_background(wuhu: Wuhu) -> None:
    wuhu("instantiate", "Do it")
    name = wuhu(
        "exec",
        ID,
        "--background",
        "--",
        "echo one; while [ ! -e go ]; do sleep 0.05; done; echo two; exit 7",
    ).strip()
    follower = wuhu.begin("jobs", name[-6:], "--follow")
    assert follower.stdout is not None
    assert follower.stdout.readline() == "one\n"
    assert wuhu.json("jobs", name)["state"] == "running"
    worktree = wuhu.folder.worktrees / ID
    (worktree / "go").touch()
    out, _ = follower.communicate(timeout=PATIENCE)
    assert (out, follower.returncode) == ("two\n", 7)
    shown = wuhu.json("jobs", name)
    assert (shown["state"], shown["exit_code"], shown["output"]) == ("ended", 7, "one\ntwo\n")
    told = [line for line in wuhu.folder.journal.read_text().splitlines() if f"job-{name}" in line]
    assert "letter.posted" in told[0]
    assert '"after":"acked"' in told[-1]
    name = wuhu.json("exec", ".", "--background", "sleep 600")["job"]
    assert "stopped by lead" in wuhu("jobs", name, "--stop")
    assert "was stopped (stopped by lead)" in wuhu("jobs", name)


def test_ctrl_c_and_kill_end_the_command(wuhu: Wuhu) -> None:
    for number, code in ((signal.SIGINT, 130), (signal.SIGKILL, -9)):
        running = wuhu.begin("exec", ".", "echo $$; sleep 600")
        assert running.stdout is not None
        shell = int(running.stdout.readline())
        running.send_signal(number)
        running.communicate(timeout=PATIENCE)
        assert running.returncode == code
        give_up = time.monotonic() + PATIENCE
        while psutil.pid_exists(shell) and psutil.Process(shell).status() != "zombie":
            assert time.monotonic() < give_up, "the command goes on"
            time.sleep(0.02)
    wait_until_free(wuhu)
    assert [job["state"] for job in wuhu.json("jobs")] == ["stopped", "stopped"]


def wait_until_free(wuhu: Wuhu) -> None:
    give_up = time.monotonic() + PATIENCE
    folders = [wuhu.folder.job(path.name) for path in wuhu.folder.jobs.iterdir()]
    while any(map(is_alive, folders)):
        assert time.monotonic() < give_up, "a keeper goes on"
        time.sleep(0.02)


def test_output_into_a_pipe_is_as_it_was(wuhu: Wuhu) -> None:
    Path(wuhu.root / "colours").write_bytes(b"\x1b[31mred\x1b[0m\tand\rmore")
    assert wuhu("exec", ".", "cat colours").encode() == b"\x1b[31mred\x1b[0m\tand\nmore"
