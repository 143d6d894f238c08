"""A process that merges one session, and can be killed: `python -m tests.core.merging_child ROOT`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests.core.merging_alone import run_merge
from tests.core.repositories import NAME_OF_FIRST, MemoryPort
from wuhu_tui.core.merge_lock import is_interrupted
from wuhu_tui.core.merges import resume_merges
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.journal.lines import decode_line, encode_record
from wuhu_tui.model.events import Event
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.merges import MergeManner
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.repository import Repository, open_repository

CHECK = ProjectCheck(name="tests", command="sleep 0.02; test -f readme.txt")


class FilePort(MemoryPort):
    """A port whose project journal is a file: whole lines, on disk before `append` returns."""

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository, [CHECK])
        self.file = self.folder.path / "journal.test"
        if self.file.exists():
            lines = self.file.read_bytes().splitlines(keepends=True)
            self.records = [self._read(line) for line in lines if line.endswith(b"\n")]

    def _read(self, line: bytes) -> Record:
        session, _, rest = line.partition(b" ")
        return decode_line(rest, session.decode())

    def write(self, session: str, event: Event) -> Record:
        record = super().write(session, event)
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, session.encode() + b" " + encode_record(record))
        os.fsync(descriptor)
        os.close(descriptor)
        return record


async def main(root: Path, manner: str = "merge") -> None:
    """Merge what is approved, or go on with what was begun."""
    port = FilePort(await open_repository(root))
    port.merge_rules = MergeRules(manner=MergeManner(manner))
    view = port.view(NAME_OF_FIRST)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if is_interrupted(view):
        await resume_merges(port)
    elif view.state is SessionState.APPROVED:
        await run_merge(port, view, patience=20)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
