from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wuhu_tui.journal.lock import FileLock, is_held
from wuhu_tui.model.errors import Conflict, JournalError

HOLD = """
import sys
from pathlib import Path
from wuhu_tui.journal.lock import FileLock
assert FileLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def _holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLD, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runner.lock"


def test_nobody_holds_a_lock_that_does_not_exist_or_was_released(path: Path) -> None:
    assert not is_held(path)
    lock = FileLock(path)
    assert lock.acquire()
    assert is_held(path)
    assert lock.held
    lock.release()
    lock.release()
    assert not is_held(path)
    assert path.exists()


def test_acquiring_twice_is_one_holding(path: Path) -> None:
    lock = FileLock(path)
    assert lock.acquire()
    assert lock.acquire()
    lock.release()
    assert not is_held(path)


def test_a_second_holder_is_refused_even_in_one_process(path: Path) -> None:
    with FileLock(path):
        assert not FileLock(path).acquire(timeout=0)
        with pytest.raises(Conflict), FileLock(path):
            pass
    assert FileLock(path).acquire(timeout=0)


def test_another_process_s_lock_dies_with_it_by_kill(path: Path) -> None:
    with _holder(path) as process:
        assert is_held(path)
        assert not FileLock(path).acquire(timeout=0.05)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert not is_held(path)
        assert FileLock(path).acquire()


def test_a_child_process_does_not_inherit_the_lock(path: Path) -> None:
    lock = FileLock(path)
    assert lock.acquire()
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        close_fds=False,
    )
    with child:
        lock.release()
        assert not is_held(path)
        child.kill()


def test_an_acquirer_outwaits_somebody_who_only_looks(path: Path) -> None:
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            is_held(path)

    FileLock(path).release()
    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(50):
            lock = FileLock(path)
            assert lock.acquire(timeout=10)
            lock.release()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_looking_at_the_lock_leaves_no_file_open(path: Path) -> None:
    with FileLock(path):
        before = _open_files()
        for _ in range(20):
            assert is_held(path)
            assert not FileLock(path).acquire(timeout=0)
        assert _open_files() == before


def test_a_lock_file_removed_under_its_holder_does_not_make_two_holders_of_one_name(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open
    opened: list[int] = []

    def open_then_remove(name: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = real(name, flags, mode)
        if not opened:
            path.unlink()
        opened.append(descriptor)
        return descriptor

    monkeypatch.setattr("wuhu_tui.journal.lock.os.open", open_then_remove)
    lock = FileLock(path)
    assert lock.acquire()
    assert len(opened) == 2
    assert is_held(path)


def test_a_lock_that_cannot_be_made_says_where_and_why(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "runner.lock"
    with pytest.raises(JournalError) as caught:
        FileLock(path).acquire()
    assert caught.value.where == str(path)
    assert "folder" in caught.value.message
    assert not is_held(path)
