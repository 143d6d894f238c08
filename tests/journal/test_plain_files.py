from __future__ import annotations

import os
from pathlib import Path

import pytest

from wuhu_tui.journal.plain_files import read_plain


def test_a_plain_file_is_read_as_far_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345678")
    assert read_plain(path) == b"12345678"
    assert read_plain(path, most=3) == b"1234"


def test_a_pipe_a_device_and_a_folder_are_no_files_and_keep_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "endless", "folder", "missing"):
        with pytest.raises(OSError, match=r"plain file|directory|No such"):
            read_plain(tmp_path / name)
