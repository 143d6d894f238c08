"""Holds a replay to what was live: the board of every step that a witness wrote down, folded again."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from wuhu_tui.core.replay.journals import Journals
from wuhu_tui.core.replay.order import Order
from wuhu_tui.core.replay.reel import Reel
from wuhu_tui.core.witness import FILE, Sworn
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board
from wuhu_tui.model.board_hash import BoardHash, Digests, hash_of
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.quantities import counted
from wuhu_tui.model.records import Record
from wuhu_tui.model.value import Value

STILLS = 40
"""How many steps are sought in the replay itself: each may fold anew from its nearest frame."""

FOLDS = 64
"""Boards that are kept to fold on from."""

_SHOWN = 400
"""Characters of a differing value that are told."""


class Mismatch(Value, frozen=True):
    """A step at which the replayed board is not the one that was live.

    `part` and `field` name the first difference; `seen` how far each journal had come.
    """

    line: int
    part: str
    field: str
    seen: dict[str, int]
    value: str = ""
    """The replayed value."""

    def __str__(self) -> str:
        return (
            f"line {self.line} of {FILE}: {self.part}, {self.field} is not what was live; "
            f"replayed: {self.value}; journals at {self.seen}"
        )


class Proof(Value, frozen=True):
    """What a replay was held to: how many steps, of how many witnesses, and where it differs.

    `void` steps were taken before a journal was replaced; `beyond` ones rest on records that the
    journals do not hold.
    """

    steps: int = 0
    witnesses: int = 0
    void: int = 0
    beyond: int = 0
    stills: int = 0
    """Of the steps, how many the replay's own seeking was held to as well."""
    mismatches: tuple[Mismatch, ...] = ()

    def __str__(self) -> str:
        told = f"{self.steps} steps of {counted(self.witnesses, 'witness')}, {self.stills} sought"
        left = f", {self.void} void, {self.beyond} beyond" if self.void or self.beyond else ""
        differing = "".join(f"\n{mismatch}" for mismatch in self.mismatches)
        return f"{told}{left}: {len(self.mismatches)} differ{differing}"


async def prove_replay(
    folder: ProjectFolder, lines: Sequence[tuple[int, Sworn]] = (), *, stills: int = STILLS
) -> Proof:
    """Hold the replay of a project's journals to its witness, or to these lines of one.

    Of the steps that the replay shows as they are, so many are sought as a screen seeks them too;
    without any, the replay's order is read in this process alone.
    """
    lines = lines or await asyncio.to_thread(sworn, folder.path / FILE)
    if not stills:
        return prove(lines, await asyncio.to_thread(in_order, folder))
    reel = await Reel.open(folder)
    try:
        await reel.complete()
        trial = _Trial(await reel.records(0, reel.last.index))
        proof = trial.of(lines)
        points = trial.points[:: max(1, len(trial.points) // stills)]
        for point in points:
            mismatch = await _sought(reel, point, trial)
            if mismatch is not None:
                return replace(proof, mismatches=(*proof.mismatches, mismatch))
        return replace(proof, stills=len(points))
    finally:
        await reel.aclose()


def in_order(folder: ProjectFolder) -> list[Record]:
    """All records in the order in which a replay tells them."""
    journals = Journals(folder)
    journals.look()
    order, told = Order(journals, {}), list[Record]()
    while (found := order.next()) is not None:
        told.append(found[0].decoded())
    return told


async def _sought(reel: Reel, point: _Point, trial: _Trial) -> Mismatch | None:
    """Where the replay's own board of a step differs from the one that was live."""
    still = await reel.still(point.index)
    shown = hash_of(still.board)
    if shown.value == point.hash:
        return None
    live = hash_of(fold_all(Board(), trial.order[: point.index])).digests
    return _mismatch(point.line, still.seen, live, shown.digests, still.board)


def sworn(path: Path) -> Sequence[tuple[int, Sworn]]:
    """All whole lines with their numbers; a damaged one is left out."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return ()
    return tuple(_decoded(lines))


def _decoded(lines: Sequence[bytes]) -> Iterator[tuple[int, Sworn]]:
    decoder = msgspec.json.Decoder(Sworn)
    for number, line in enumerate(lines, start=1):
        try:
            yield number, decoder.decode(line)
        except msgspec.DecodeError:
            continue


def prove(lines: Sequence[tuple[int, Sworn]], order: Sequence[Record]) -> Proof:
    """Hold records in a replay's order to what was live: each step's records, folded in that order."""
    return _Trial(order).of(lines)


class _Point(Value, frozen=True):
    """A step whose records are the first `index` of the replay."""

    index: int
    line: int
    hash: str


class _Trial:
    """One order of all records, held to the steps of witnesses; remembers which steps it shows."""

    def __init__(self, order: Sequence[Record]) -> None:
        self.order = tuple(each_once(order))
        self.points: list[_Point] = []

    def of(self, lines: Sequence[tuple[int, Sworn]]) -> Proof:
        """What comes of all witnesses' steps."""
        proof = Proof()
        for by in dict.fromkeys(line.by for _, line in lines):
            own = [(number, line) for number, line in lines if line.by == by]
            began = max(place for place, (_, line) in enumerate(own) if line.anew or place == 0)
            proof = replace(proof, witnesses=proof.witnesses + 1, void=proof.void + began)
            proof = self._with_witness(proof, own[began:])
        return proof

    def _with_witness(self, proof: Proof, own: Sequence[tuple[int, Sworn]]) -> Proof:
        """With one witness's steps; only its first mismatch, as later ones may follow from it."""
        steps = _Steps(self.order)
        seen: dict[str, int] = {}
        live: Digests = {}
        for number, line in own:
            seen = {**seen, **line.seen}
            _take_over(live, line.digests)
            if not steps.holds(seen):
                proof = replace(proof, beyond=proof.beyond + 1)
                continue
            proof = replace(proof, steps=proof.steps + 1)
            board = steps.board(seen)
            if steps.hash.value != line.hash:
                mismatch = _mismatch(number, seen, live, steps.hash.digests, board)
                return replace(proof, mismatches=(*proof.mismatches, mismatch))
            if steps.shown:
                self.points.append(_Point(index=steps.shown, line=number, hash=line.hash))
        return proof


def each_once(records: Iterable[Record]) -> Iterator[Record]:
    """Without what a journal repeats: what is not newer than all before it in its journal."""
    newest: dict[str, int] = {}
    for record in records:
        if record.seq > newest.get(record.session, 0):
            newest[record.session] = record.seq
            yield record


class _Steps:
    """The boards of growing sets of records in one order.

    Each is folded on from the newest board that lacks nothing of it: what was seen of an order
    with gaps, such as journals that nobody reads, is not folded anew at every step.
    """

    def __init__(self, order: Sequence[Record]) -> None:
        self.hash = BoardHash()
        self.shown = 0
        """How many records the last board has, where it is one that the replay shows; else 0."""
        self._order = order
        self._seqs: dict[str, list[int]] = {}
        self._places: dict[str, list[int]] = {}
        for place, record in enumerate(order):
            self._seqs.setdefault(record.session, []).append(record.seq)
            self._places.setdefault(record.session, []).append(place)
        self._seen: Mapping[str, int] = {}
        self._count = 0
        self._folds = [(0, Board())]
        """Boards of all that was seen before a place in the order, growing."""

    def holds(self, seen: Mapping[str, int]) -> bool:
        """Whether the journals hold all that was seen."""
        return all(at <= (self._seqs.get(name) or [0])[-1] for name, at in seen.items())

    def board(self, seen: Mapping[str, int]) -> Board:
        """The board of exactly those records, hashed too."""
        new = self._new_places(seen)
        if new:
            stop = max(self._folds[-1][0], max(new) + 1)
            while self._folds[-1][0] > min(new):
                self._folds.pop()
            self._fold_on(seen, stop)
        self._seen, self._count = dict(seen), self._count + len(new)
        reach, board = self._folds[-1]
        self.shown = reach if reach == self._count else 0
        self.hash.take(board)
        return board

    def _new_places(self, seen: Mapping[str, int]) -> list[int]:
        """Where in the order stands what was not seen before."""
        new: list[int] = []
        for name, at in seen.items():
            seqs = self._seqs.get(name, ())
            begin = bisect_right(seqs, self._seen.get(name, 0))
            new += self._places.get(name, ())[begin : bisect_right(seqs, at)]
        return new

    def _fold_on(self, seen: Mapping[str, int], stop: int) -> None:
        start, board = self._folds[-1]
        between = (self._order[place] for place in range(start, stop))
        board = fold_all(board, (record for record in between if _is_seen(record, seen)))
        self._folds.append((stop, board))
        if len(self._folds) > FOLDS:
            del self._folds[1]


def _is_seen(record: Record, seen: Mapping[str, int]) -> bool:
    return record.seq <= seen.get(record.session, 0)


def _take_over(live: Digests, changes: Digests) -> None:
    for part, fields in changes.items():
        live.setdefault(part, {}).update(fields)


def _mismatch(
    number: int, seen: dict[str, int], live: Digests, replayed: Digests, board: Board
) -> Mismatch:
    part, field = min(
        (part, field)
        for part in live.keys() | replayed.keys()
        for field in live.get(part, {}).keys() | replayed.get(part, {}).keys()
        if live.get(part, {}).get(field, "") != replayed.get(part, {}).get(field, "")
    )
    return Mismatch(
        line=number, part=part, field=field, seen=seen, value=_shown(board, part, field)
    )


def _shown(board: Board, part: str, field: str) -> str:
    """A field's value as a human may read it, bounded."""
    table, _, session = part.partition("/")
    whole = board.session(session) if session else getattr(board, table, board)
    value = whole.get(field) if isinstance(whole, dict) else getattr(whole, field, None)
    return repr(value)[:_SHOWN]
