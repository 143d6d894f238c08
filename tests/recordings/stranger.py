"""Recordings as a stranger would make them: any members, with or without a manifest that fits."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from wuhu_tui.core.recordings.limits import Limits
from wuhu_tui.core.recordings.unpacking import Unpacked, unpack
from wuhu_tui.model.errors import JournalError

MANIFEST = "manifest.json"


class Parts:
    """What a recording holds, to be changed and put together again."""

    def __init__(self, file: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            self.members = {name: archive.read(name) for name in archive.namelist()}
        self.manifest: dict[str, Any] = json.loads(self.members.pop(MANIFEST))

    def told(self) -> None:
        """Let the manifest tell of the members as they are."""
        self.manifest["members"] = [
            {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in self.members.items()
        ]

    def renamed(self, before: str, after: str) -> None:
        self.members[after] = self.members.pop(before)

    def changed(self, member: str, before: bytes, after: bytes) -> None:
        """Put other bytes into a member, and let the manifest tell of it."""
        assert before in self.members[member]
        self.members[member] = self.members[member].replace(before, after)
        self.told()

    def lines(self, member: str, *lines: bytes) -> None:
        """Add lines to a journal, and let the manifest tell of it."""
        self.members[member] += b"".join(line + b"\n" for line in lines)
        self.told()

    def packed(self) -> bytes:
        return zipped({**self.members, MANIFEST: json.dumps(self.manifest).encode()})

    def written(self, target: Path) -> Path:
        target.write_bytes(self.packed())
        return target


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of these, in their order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return file.getvalue()


@contextmanager
def refused(tmp_path: Path, words: str) -> Iterator[None]:
    """It is refused with these words, and nothing is left of it."""
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(JournalError) as told:
        yield
    assert words in str(told.value)
    left = [path for path in tmp_path.rglob("*") if path not in before]
    assert [path for path in left if path.name != "in" and path.suffix != ".wuhu"] == []


def opened(file: Path, tmp_path: Path, limits: Limits | None = None) -> Unpacked:
    """Unpack it into a folder of its own."""
    return unpack(file, into=tmp_path / "in" / "opened", limits=limits)
