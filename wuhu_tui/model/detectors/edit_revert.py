"""One file edited again and again, and put back as it was: a spiral."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuhu_tui.model.command_words import read_line
from wuhu_tui.model.detectors.calls import Call, fingerprint
from wuhu_tui.model.detectors.detections import Concern, Detection, DetectorKind, Thresholds
from wuhu_tui.model.detectors.detector import Detector
from wuhu_tui.model.detectors.sights import Sight
from wuhu_tui.model.records import Cursor

Change = tuple[tuple[str, ...], tuple[str, ...]]
"""Lines that an edit took away, and lines that it put there."""

_ALL = ""
_FILE = re.compile(r"^(?=--- .*\n\+\+\+ )", re.MULTILINE)
_BESIDE = re.compile(r"^[ab]/|\t.*$")


class EditRevert(Detector):
    """Counts each file's edits and looks for one that undoes an earlier one; says so once a file.

    A file is also put back by `git checkout`, `git restore`, `git reset --hard` and `git stash`.
    """

    kind = DetectorKind.EDIT_REVERT

    def __init__(self, thresholds: Thresholds) -> None:
        super().__init__(thresholds)
        self._edits: dict[str, list[Cursor]] = {}
        self._changes: dict[str, set[bytes]] = {}
        self._reverts: dict[str, Cursor] = {}
        self._told: set[str] = set()

    def sees(self, sight: Sight) -> Iterator[Detection]:
        """Edits, and commands that take them back."""
        call = sight.call
        if call is None or not call.ended.ok:
            return
        for path, change in _changes(call):
            self._edited(path, change, call.at)
            yield from self._judged(sight, path)
        if call.started.kind == "execute":
            for path in self._put_back(call.started.arguments or call.started.title):
                self._reverts.setdefault(path, call.at)
                yield from self._judged(sight, path)

    def _edited(self, path: str, change: Change, at: Cursor) -> None:
        earlier = self._changes.setdefault(path, set())
        taken, put = ("".join(f"{line}\n" for line in lines) for lines in change)
        if fingerprint(put, taken) in earlier:
            self._reverts.setdefault(path, at)
        earlier.add(fingerprint(taken, put))
        self._edits.setdefault(path, []).append(at)

    def _put_back(self, line: str) -> list[str]:
        """Edited files that a command line puts back."""
        named = [path for command in read_line(line).commands for path in _restored(command.words)]
        if _ALL in named:
            return list(self._edits)
        return [path for path in self._edits if path in named]

    def _judged(self, sight: Sight, path: str) -> Iterator[Detection]:
        limit, edits = self.thresholds.edits_of_one_file, self._edits.get(path, [])
        if not limit or len(edits) < limit or path not in self._reverts or path in self._told:
            return
        self._told.add(path)
        text = f"{path} was edited {len(edits)} times and put back"
        evidence = sorted({*edits, self._reverts[path]})
        yield self.fired(sight, Concern.SPIRAL, text, evidence=evidence)


def _changes(call: Call) -> Iterator[tuple[str, Change]]:
    """What a call's diff takes away and puts into each file."""
    for part in _FILE.split(call.ended.diff)[1:]:
        before, after, *lines = part.splitlines()
        path = (before if after.endswith("/dev/null") else after)[4:]
        taken = tuple(line[1:] for line in lines if line.startswith("-"))
        put = tuple(line[1:] for line in lines if line.startswith("+"))
        if taken or put:
            yield _BESIDE.sub("", path), (taken, put)


def _restored(words: tuple[str, ...]) -> list[str]:
    """Files that a git command puts back; an empty name: all of them."""
    if len(words) < 2 or words[0] != "git":
        return []
    named = [word.removeprefix("./") for word in words[2:] if not word.startswith("-")]
    match words[1]:
        case "reset" if "--hard" in words:
            return [_ALL]
        case "stash" if not named or named[0] == "push":
            return [_ALL]
        case "checkout" | "restore" if "--staged" not in words:
            return [_ALL if name == "." else name for name in named]
        case _:
            return []
