from __future__ import annotations

import threading
from pathlib import Path

import pytest

from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.errors import JournalError


def test_a_view_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_atomic(path, b"one")
    write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_sees_the_old_view_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    views = {bytes([65 + n]) * 100_000 for n in range(20)}
    write_atomic(path, min(views))
    seen: set[bytes] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for view in sorted(views):
        write_atomic(path, view)
    done.set()
    reader.join()
    assert seen <= views


def test_a_full_disk_leaves_the_old_view_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.json"
    write_atomic(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wuhu_tui.journal.views.os.fsync", full)
    with pytest.raises(JournalError) as caught:
        write_atomic(path, b"new")
    assert "No space left" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError) as caught:
        write_atomic(tmp_path / "nowhere" / "state.json", b"")
    assert "nowhere" in caught.value.where
