"""Checks: green, red, broken, late; nothing of them is left running."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from wuhu_tui.core.checks import TAIL, check_environment, run_checks, shown_command
from wuhu_tui.core.leftovers import end_leftovers
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.model.reviews import Check, CheckState


class Ear:
    """Hears what a run of checks tells."""

    def __init__(self) -> None:
        self.told: list[Check] = []
        self.text = ""

    async def emit(self, check: Check) -> None:
        self.told.append(check)

    def output(self, check: str, text: str) -> None:
        self.text += text


@pytest.fixture
def ear() -> Ear:
    return Ear()


def runs(pid: int) -> bool:
    return bool(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


async def gone(*pids: int) -> bool:
    """Whether all of these end within a moment: a kill takes effect later than it is sent."""
    async with asyncio.timeout(30):
        while any(runs(pid) for pid in pids):
            await asyncio.sleep(0.01)
    return True


async def run_one(
    folder: Path, ear: Ear, command: str | tuple[str, ...], timeout: float = 20
) -> Check:
    check = ProjectCheck(name="tests", command=command, timeout=timeout)
    (ended,) = await run_checks(folder, [check], ear.emit, ear.output)
    return ended


async def test_green_is_told_twice_with_its_output(tmp_path: Path, ear: Ear) -> None:
    ended = await run_one(tmp_path, ear, "echo fine; pwd; echo trouble >&2")
    assert [check.state for check in ear.told] == [CheckState.RUNNING, CheckState.PASSED]
    assert ear.told[-1] == ended
    assert ended.exit_code == 0
    assert ended.output == f"fine\n{tmp_path}\ntrouble\n" == ear.text


async def test_red_keeps_the_tail_and_the_others_run(tmp_path: Path, ear: Ear) -> None:
    checks = [
        ProjectCheck(name="a", command="seq 100000; exit 3"),
        ProjectCheck(name="b", command=("echo", "b; $HOME")),
    ]
    red, green = await run_checks(tmp_path, checks, ear.emit, ear.output)
    assert (red.state, red.exit_code) == (CheckState.FAILED, 3)
    assert red.output.endswith("99999\n100000\n")
    assert len(red.output) == TAIL
    assert len(ear.text) > 500_000
    assert (green.state, green.output) == (CheckState.PASSED, "b; $HOME\n")


@pytest.mark.parametrize("command", [("no-such-program", "x"), "no-such-program x"])
async def test_a_program_that_is_missing_is_neither_green_nor_red(
    tmp_path: Path, ear: Ear, command: str | tuple[str, ...]
) -> None:
    ended = await run_one(tmp_path, ear, command)
    assert ended.state is CheckState.BROKEN
    assert "no-such-program" in ended.output


async def test_a_missing_folder_is_broken(tmp_path: Path, ear: Ear) -> None:
    assert (await run_one(tmp_path / "nowhere", ear, "true")).state is CheckState.BROKEN


@pytest.mark.parametrize(
    "command",
    [
        "{python} -c 'import sys; print(sys.executable)'",
        ("{python}", "-c", "import sys; print(sys.executable)"),
    ],
)
async def test_python_is_the_one_that_runs_wuhu(
    tmp_path: Path, ear: Ear, command: str | tuple[str, ...]
) -> None:
    assert (await run_one(tmp_path, ear, command)).output.strip() == sys.executable


async def test_late_is_red_and_ends_everything(tmp_path: Path, ear: Ear) -> None:
    script = "sleep 600 & echo $!; setsid sleep 600 & echo $!; echo $$; sleep 600"
    ended = await run_one(tmp_path, ear, script, timeout=2)
    assert (ended.state, ended.exit_code) == (CheckState.FAILED, None)
    assert "did not end within 2 s" in ended.output
    pids = [int(line) for line in ended.output.split()[:3]]
    assert await gone(*pids)


async def test_what_a_check_leaves_behind_is_ended_and_not_waited_for(
    tmp_path: Path, ear: Ear
) -> None:
    async with asyncio.timeout(30):
        ended = await run_one(tmp_path, ear, "sleep 600 & echo $!")
    assert ended.state is CheckState.PASSED
    assert await gone(int(ended.output))


async def test_a_daemon_that_keeps_the_pipe_is_not_waited_for(tmp_path: Path, ear: Ear) -> None:
    script = (
        "import os, sys, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        print(os.getpid(), flush=True)\n"
        "        time.sleep(600)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )
    async with asyncio.timeout(30):
        ended = await run_one(tmp_path, ear, (sys.executable, "-c", script))
    assert ended.state is CheckState.PASSED
    pid = int(ended.output)
    assert runs(pid)
    assert end_leftovers(tmp_path) == 1
    assert await gone(pid)
    assert end_leftovers(tmp_path) == 0


async def test_cancelling_ends_everything(tmp_path: Path, ear: Ear) -> None:
    task = asyncio.create_task(run_one(tmp_path, ear, "sleep 600 & echo $!; echo $$; wait"))
    async with asyncio.timeout(30):
        while ear.text.count("\n") < 2:
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(*map(int, ear.text.split()))
    assert [check.state for check in ear.told] == [CheckState.RUNNING]


async def test_nothing_can_be_asked(tmp_path: Path, ear: Ear) -> None:
    ended = await run_one(tmp_path, ear, "read answer; echo got:$answer; echo $CI $TERM $PAGER")
    assert ended.output == "got:\n1 dumb cat\n"


async def test_output_that_is_no_text(tmp_path: Path, ear: Ear) -> None:
    script = (
        "import sys, time\n"
        "sys.stdout.buffer.write(b'a\\xff\\xc3')\n"
        "sys.stdout.flush()\n"
        "time.sleep(0.1)\n"
        "sys.stdout.buffer.write(b'\\xa4b')\n"
    )
    assert (await run_one(tmp_path, ear, (sys.executable, "-c", script))).output == "a\ufffdäb"


def test_the_environment_is_the_leads_without_our_own_words(tmp_path: Path) -> None:
    given = {
        "GIT_DIR": "/x",
        "WUHU_SESSION": "a",
        "IS_SANDBOX": "yes",
        "HOME": "/home/lead",
        "LC_ALL": "de_DE.UTF-8",
    }
    environment = check_environment(tmp_path, given)
    assert environment["HOME"] == "/home/lead"
    assert environment["LC_ALL"] == "de_DE.UTF-8"
    assert environment["CI"] == "1"
    assert not {"GIT_DIR", "WUHU_SESSION", "IS_SANDBOX"} & set(environment)
    assert check_environment(tmp_path, {"IS_SANDBOX": "1"})["IS_SANDBOX"] == "1"


def test_commands_as_one_line() -> None:
    assert shown_command(ProjectCheck(name="x", command=("a", "b c"))) == "a 'b c'"
    assert shown_command(ProjectCheck(name="x", command="a | b")) == "a | b"
