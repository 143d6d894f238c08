"""The witness: writes down what the live board was at every step, so that a replay can be held to it.

A process whose environment has `WUHU_WITNESS` set appends a line to `.wuhu/witness.jsonl` for every
batch of records it took: how far each journal had come, and the hash of the board it then showed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from wuhu_tui.core.ledger import Ledger
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board
from wuhu_tui.model.board_hash import BoardHash, Digests
from wuhu_tui.model.records import Record
from wuhu_tui.model.value import Value

WANTED = "WUHU_WITNESS"
"""The environment variable that asks for a witness."""

FILE = "witness.jsonl"

_encoder = msgspec.json.Encoder(order="deterministic")


class Sworn(Value, frozen=True):
    """One line of the witness `by`: what changed since its line before, and the hash of all.

    `anew`: it begins from nothing, because a journal was replaced or because it is the first.
    """

    by: str
    hash: str
    seen: dict[str, int] = {}
    digests: Digests = {}
    anew: bool = False


class Witness:
    """Listens to a ledger and writes; a disk that takes nothing ends it, with one warning."""

    def __init__(self, path: Path, ledger: Ledger, *, by: str) -> None:
        self._path = path
        self._ledger = ledger
        self._by = by
        self._hash = BoardHash()
        self._seen: dict[str, int] = {}
        self._broken = False

    def __call__(self, board: Board, records: Sequence[Record]) -> None:
        """One more batch was taken."""
        if self._broken:
            return
        try:
            self._append(_encoder.encode(self._sworn(board)) + b"\n")
        except OSError as error:
            self._broken = True
            self._ledger.warn(f"{self._path}: the witness writes no more: {error}")

    def _sworn(self, board: Board) -> Sworn:
        seen = self._ledger.seen()
        anew = not self._seen or any(seen.get(name, 0) < at for name, at in self._seen.items())
        if anew:
            self._hash, self._seen = BoardHash(), {}
        changes = self._hash.take(board)
        news = {name: at for name, at in seen.items() if self._seen.get(name) != at}
        self._seen = seen
        return Sworn(by=self._by, hash=self._hash.value, seen=news, digests=changes, anew=anew)

    def _append(self, line: bytes) -> None:
        """In one piece, beside whoever else looks at the project."""
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(file, line)
        finally:
            os.close(file)


def listen_if_wanted(
    folder: ProjectFolder,
    ledger: Ledger,
    name: Callable[[], str],
    *,
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Put a witness beside a fresh ledger, if the environment asks for one."""
    if environment.get(WANTED):
        ledger.listeners.append(Witness(folder.path / FILE, ledger, by=name()))
