"""A job's keeper: real processes, each ended in every way there is."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.hosts.job_stage import LIMIT, JobStage, job_stage, wait_for_end
from wuhu_tui.hosts import job as host
from wuhu_tui.hosts.job import OutputReader
from wuhu_tui.hosts.shell import place_environment
from wuhu_tui.journal.layout import JobFolder, SessionFolder
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.jobs import JobOutcome, JobResult
from wuhu_tui.model.sessions import AgentLaunch, SessionSpec

ENDED = JobOutcome.ENDED


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[JobStage]:
    with job_stage(tmp_path) as made:
        yield made


def wait_until_said(folder: JobFolder, words: str) -> str:
    give_up = time.monotonic() + LIMIT
    while words not in (said := host.end_of_output(folder)):
        assert time.monotonic() < give_up, f"it said only {said!r}"
        time.sleep(0.01)
    return said


def wait_until_free(folder: JobFolder) -> None:
    """A dying process lets its files go one by one."""
    give_up = time.monotonic() + LIMIT
    while host.is_alive(folder):
        assert time.monotonic() < give_up, "somebody holds its lock"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_until_dead(pid: int) -> None:
    give_up = time.monotonic() + LIMIT
    while is_running(pid):
        assert time.monotonic() < give_up, f"{pid} lives on"
        time.sleep(0.01)


def test_it_runs_in_its_place_and_its_end_is_written_down(stage: JobStage) -> None:
    folder = stage.begin("pwd; echo trouble >&2; echo $CI $TERM $WUHU_SESSION.; exit 3")
    assert stage.result(folder) == JobResult(outcome=ENDED, exit_code=3)
    assert host.end_of_output(folder) == f"{stage.place}\ntrouble\n1 dumb .\n"
    wait_until_free(folder)


def test_it_is_alive_from_before_it_runs_until_after_its_end(stage: JobStage) -> None:
    folder = stage.begin("while [ ! -e go ]; do sleep 0.02; done")
    assert host.is_alive(folder)
    (stage.place / "go").touch()
    assert stage.result(folder) == JobResult(outcome=ENDED, exit_code=0)


def test_a_command_that_a_signal_ended_says_so_as_a_shell_does(stage: JobStage) -> None:
    assert stage.result(stage.begin("kill -KILL $$")) == JobResult(outcome=ENDED, exit_code=137)


def test_a_place_that_vanished_runs_nothing_anywhere_else(stage: JobStage) -> None:
    folder = stage.begin("touch here", place=stage.place / "gone")
    result = stage.result(folder)
    assert result is not None
    assert result.exit_code == 127
    assert "could not be started" in result.detail
    assert not list(stage.place.iterdir())


def test_a_late_one_is_ended_with_all_it_began(stage: JobStage) -> None:
    hidden = "setsid sh -c 'echo $$; sleep 600'"
    folder = stage.begin(f"{hidden} & sleep 600", deadline=1.5)
    result = stage.result(folder)
    assert result is not None
    assert result.outcome is JobOutcome.TIMED_OUT
    wait_until_dead(int(host.end_of_output(folder).split()[0]))


def test_a_stop_ends_also_what_hid_from_it(stage: JobStage) -> None:
    daemon = (
        "import os,time\nif os.fork(): os._exit(0)\nos.setsid()\nprint(os.getpid(),flush=True)\n"
    )
    script = stage.place / "daemon.py"
    script.write_text(f"{daemon}time.sleep(600)\n")
    folder = stage.begin(f"env -i {sys.executable} daemon.py; sleep 600")
    said = wait_until_said(folder, "\n")
    assert host.ring(folder, "shop-lead-01")
    assert stage.result(folder) == JobResult(
        outcome=JobOutcome.STOPPED, detail="stopped by shop-lead-01"
    )
    wait_until_dead(int(said))


def test_a_stop_that_comes_before_the_keeper_is_up_counts(stage: JobStage) -> None:
    folder = stage.begin("sleep 600")
    assert host.ring(folder, "lead")
    result = stage.result(folder)
    assert result is not None
    assert result.outcome is JobOutcome.STOPPED
    assert not host.ring(folder, "lead")


def test_a_command_gets_the_time_to_tidy_up(stage: JobStage) -> None:
    folder = stage.begin("trap 'echo tidied; exit 0' TERM; echo up; while :; do sleep 0.05; done")
    wait_until_said(folder, "up")
    host.ring(folder, "lead")
    result = stage.result(folder)
    assert result is not None
    assert result.outcome is JobOutcome.STOPPED
    assert host.end_of_output(folder).endswith("tidied\n")


def test_an_attended_one_ends_with_whoever_began_it(stage: JobStage) -> None:
    folder = stage.begin("echo up; sleep 600", attended=True)
    wait_until_said(folder, "up")
    stage.release(folder)
    assert stage.result(folder) == JobResult(
        outcome=JobOutcome.STOPPED, detail="whoever waited for it is gone"
    )


def test_a_daemon_that_holds_its_output_keeps_nobody_waiting(stage: JobStage) -> None:
    folder = stage.begin("setsid sleep 600 & echo $!; exit 0")
    assert stage.result(folder) == JobResult(outcome=ENDED, exit_code=0)
    assert int(host.end_of_output(folder).split()[0])
    host.end_processes(folder)


def test_a_killed_keeper_writes_no_result_and_its_processes_are_found(stage: JobStage) -> None:
    folder = stage.begin("echo $$; sleep 600")
    said = wait_until_said(folder, "\n")
    shell = psutil.Process(int(said))
    keeper = shell.parent()
    assert keeper is not None
    keeper.kill()
    assert stage.result(folder) is None
    wait_until_free(folder)
    assert host.end_processes(folder) == ()
    wait_until_dead(shell.pid)


def test_secrets_never_reach_the_disk(stage: JobStage) -> None:
    folder = stage.begin(
        "echo $MY_API_TOKEN; printf 'half a line ghp_'; sleep 0.05; echo 0123456789abcdef0123456789",
        environment={"MY_API_TOKEN": "whatever-it-is-called"},
    )
    stage.result(folder)
    assert host.end_of_output(folder) == "[REDACTED]\nhalf a line [REDACTED]\n"
    kept = b"".join(path.read_bytes() for path in folder.path.iterdir() if path.is_file())
    assert b"whatever-it-is" not in kept


def test_binary_output_is_data(stage: JobStage) -> None:
    folder = stage.begin(r"printf '\377\000\033[31mred\n'")
    stage.result(folder)
    assert host.end_of_output(folder) == "\ufffd\x00\x1b[31mred\n"


def test_a_huge_output_is_bounded_and_keeps_its_end(stage: JobStage) -> None:
    folder = stage.begin("head -c 9000000 /dev/zero | tr '\\0' x; echo; echo the end")
    assert stage.result(folder) == JobResult(outcome=ENDED, exit_code=0)
    assert host.end_of_output(folder).endswith("xxx\nthe end\n")
    assert sum(path.stat().st_size for path in folder.path.iterdir()) < 6_000_000


def test_an_unfinished_line_is_shown_while_it_waits(stage: JobStage) -> None:
    folder = stage.begin("printf 'Continue? '; sleep 600")
    assert wait_until_said(folder, "Continue?") == "Continue? "


def test_a_reader_gets_each_byte_once_over_a_change_of_files(stage: JobStage) -> None:
    folder = stage.project.job("by-hand")
    folder.path.mkdir(parents=True)
    reader = OutputReader(folder)
    assert reader.read() == b""
    folder.output.write_bytes(b"one ")
    assert reader.read() == b"one "
    with folder.output.open("ab") as file:
        file.write(b"two ")
    folder.output.replace(folder.older_output)
    folder.output.write_bytes(b"three ")
    assert reader.read() == b"two three "
    assert reader.read() == b""
    reader.close()
    assert OutputReader(folder).read() == b"one two three "


def test_a_job_is_no_part_of_the_life_that_began_it(
    stage: JobStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent runs `wuhu exec --background`; stopping the agent's life leaves the job alone."""
    monkeypatch.setenv("WUHU_LIFE", "shop-impl-01:1")
    monkeypatch.setenv("WUHU_SESSION_FOLDER", str(stage.place))
    folder = stage.begin("echo $$ life=$WUHU_LIFE; sleep 600")
    shell = psutil.Process(int(wait_until_said(folder, "\n").split()[0]))
    assert host.end_of_output(folder).endswith("life=\n")
    keeper = shell.parent()
    assert keeper is not None
    for process in (shell, keeper):
        assert "WUHU_LIFE" not in process.environ()
    assert keeper.ppid() != os.getpid()


def test_a_sessions_place_has_the_environment_of_its_agent(tmp_path: Path) -> None:
    agent = AgentLaunch(name="x", environment={"PORT": "8001"})
    spec = SessionSpec(id="shop-impl-01", project="shop", agent=agent, worktree="/w")
    session = SessionFolder(tmp_path / ".wuhu" / "sessions" / spec.id)
    folder = JobFolder(tmp_path / "job")
    inherited = {"GIT_DIR": "/elsewhere", "WUHU_LIFE": "x:1", "HOME": "/h", "PATH": "/bin"}
    environment = place_environment(folder, "/w/sub", inherited, session=(spec, session))
    assert environment["PORT"] == "8001"
    assert environment["PWD"] == "/w/sub"
    assert environment["WUHU_SESSION"] == spec.id
    assert environment["GIT_TERMINAL_PROMPT"] == "0"
    assert environment.keys().isdisjoint({"GIT_DIR", "WUHU_LIFE"})
    plain = place_environment(folder, "/w", inherited)
    assert plain["PAGER"] == "cat"
    assert plain.keys().isdisjoint({"GIT_DIR", "WUHU_LIFE", "WUHU_SESSION"})


def test_only_so_many_folders_are_kept_and_none_that_runs(stage: JobStage) -> None:
    running = stage.begin("sleep 600")
    for number in range(5):
        stage.project.job(f"old-{number}").path.mkdir(parents=True)
    host.prune(stage.project, {"old-0"}, most=3)
    names = {path.name for path in stage.project.jobs.iterdir()}
    assert names == {running.name, "old-0", "old-2", "old-3", "old-4"}


def test_a_folder_is_no_job_twice(stage: JobStage) -> None:
    folder = stage.begin("true")
    wait_for_end(folder)
    with pytest.raises(JournalError, match="cannot be made"):
        host.take_hold(folder)


def test_a_job_whose_folder_cannot_be_made_whole_is_held_by_nobody(
    stage: JobStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = JobFolder(stage.place / "half")

    def refuse(path: Path) -> int:
        raise OSError(errno.ENOSPC, "no space left on device", str(path))

    monkeypatch.setattr(host, "hold_pulse", refuse)
    with pytest.raises(JournalError, match="cannot be made"):
        host.take_hold(folder)
    assert not host.is_alive(folder)


def test_a_keeper_starts_without_anything_heavy() -> None:
    code = (
        "import sys, wuhu_tui.hosts.job_keeper as k; "
        "heavy = {'pydantic', 'textual', 'typer', 'git', 'mcp', 'psutil', 'asyncio', 'acp'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
