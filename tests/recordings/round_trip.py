"""Export and unpack again, and what is there then."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.recordings.projects import (
    Written,
)
from wuhu_tui.core.recordings.exporting import export
from wuhu_tui.core.recordings.unpacking import Unpacked, unpack
from wuhu_tui.core.recordings.wishes import ExportWish
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.board import Board
from wuhu_tui.model.fold import fold
from wuhu_tui.model.records import Record

TOKEN = "ghp_" + "a1B2" * 9
ONE, TWO = "shop-impl-01", "shop-impl-02"


async def opened(written: Written, tmp_path: Path, **wish: Any) -> Unpacked:
    """Export and unpack."""
    await export(written.folder, ExportWish(force=True, **wish), tmp_path / "run.wuhu")
    number = sum(1 for _ in tmp_path.glob("opened*"))
    return unpack(tmp_path / "run.wuhu", into=tmp_path / f"opened{number}")


def records(folder: ProjectFolder, session: str = "") -> tuple[Record, ...]:
    path = folder.session(session).journal if session else folder.journal
    return read_from(path, session).records


def board_of(folder: ProjectFolder, sessions: Sequence[str] = (ONE, TWO)) -> Board:
    told = [record for name in ("", *sessions) for record in records(folder, name)]
    board = Board()
    for record in sorted(told, key=lambda record: record.ts):
        board = fold(board, record)
    return board
