"""The search's price: building the index, asking it beside `grep -r` of the journals, keeping it up.

All figures are of one run on one set of journals: compare them with each other.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measuring import percentile, table
from wuhu_tui.core.search.searching import fill_now, search_now
from wuhu_tui.core.search.store import index_file
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import encode_header, encode_record
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model import events
from wuhu_tui.model.events import Event
from wuhu_tui.model.project_events import ProjectOpened
from wuhu_tui.model.records import Header, Record
from wuhu_tui.model.searches import SearchQuery

SESSIONS = 100
RECORDS = 10_000
"""Records of each session."""

BUSY = 20
"""Sessions that write while the index is kept up, twenty records a second each."""

LOOKS = 20
"""Looks at what they wrote, three seconds of it each."""

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

QUERIES = {
    "a word in every session": "function",
    "a part of an identifier": "user_17",
    "a word that stands once": "needle_in_the_hay",
    "a phrase": '"return the function"',
    "two words": "argument needle_in_the_hay",
    "a word that is nowhere": "xyzzyplugh",
    "two letters": "qz",
}


def measure(folder: Path) -> None:
    """Print what the index costs, and what it saves."""
    root = folder / "project"
    size = _make(root)
    project = ProjectFolder(root)
    reading = _seconds(lambda: _read_all(project))
    building = _seconds(lambda: fill_now(project, lambda: False))
    kept = sum(path.stat().st_size for path in project.path.glob("search.db*"))
    table(
        f"search: {SESSIONS} sessions, {SESSIONS * RECORDS:,} records, {size / 1e6:.0f} MB",
        ("", "cpu s", "to reading", "MB/s"),
        [
            ("read every record", f"{reading:.1f}", "1.0", f"{size / 1e6 / reading:.0f}"),
            (
                "build the index",
                f"{building:.1f}",
                f"{building / reading:.1f}",
                f"{size / 1e6 / building:.0f}",
            ),
        ],
    )
    print(f"  the index takes {kept / size:.2f} of the journals' bytes")
    _ask(project)
    _keep_up(project)


def _ask(project: ProjectFolder) -> None:
    rows = []
    for name, words in QUERIES.items():
        hits, ours = _timed(project, words)
        theirs = _grep(project, words.strip('"').split()[-1])
        rows.append(
            (name, f"{hits}", f"{ours * 1e3:.1f}", f"{theirs * 1e3:.0f}", f"{theirs / ours:.1f}")
        )
    header = ("", "hits shown", "ms", "grep -r ms", "grep / ours")
    table("the newest hundred hits, median of five", header, rows)


def _timed(project: ProjectFolder, words: str) -> tuple[int, float]:
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        found = search_now(project, SearchQuery(words=words), 60)
        taken.append(time.perf_counter() - begun)
    return len(found.hits), percentile(taken, 0.5)


def _grep(project: ProjectFolder, word: str) -> float:
    """What it takes to find the lines of one word; phrases across records grep cannot find at all."""
    command = ("grep", "-r", "-i", "-F", "--", word, str(project.sessions))
    with tempfile.TemporaryFile() as shown:  # where nobody reads, it would stop at the first
        begun = time.perf_counter()
        subprocess.run(command, check=False, stdout=shown)
        return time.perf_counter() - begun


def _keep_up(project: ProjectFolder) -> None:
    """The processor's share of a minute in which many sessions write."""
    chance = random.Random(2)
    used = looks = 0.0
    for look in range(LOOKS):
        for number in range(BUSY):
            _append(project, number, 60, chance, RECORDS + look * 60)
        used += _seconds(lambda: fill_now(project, lambda: False))
        looks += 3.0
    nothing = _seconds(lambda: fill_now(project, lambda: False))
    print(
        f"  kept up with {BUSY} sessions of 20 records a second: {used / looks:.1%} of a core; "
        f"a look that finds nothing: {nothing * 1e3:.1f} ms"
    )


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _read_all(project: ProjectFolder) -> None:
    for path in project.sessions.glob("*/events.jsonl"):
        read_from(path, path.parent.name)


def _make(root: Path) -> int:
    """Journals as busy sessions leave them; gives their size."""
    project = ProjectFolder(root)
    project.sessions.mkdir(parents=True)
    opened = ProjectOpened(project="bench", root=str(root), base_branch="main")
    _write(project.journal, "", [opened], 1)
    chance = random.Random(1)
    for number in range(SESSIONS):
        _append(project, number, RECORDS, chance, 1)
    where = project.session(f"bench-{SESSIONS // 2:03}").journal
    seq = RECORDS + 1
    _write(where, where.parent.name, [events.AgentSaid(text="argument needle_in_the_hay")], seq)
    assert index_file(project.path).parent == project.path
    return sum(path.stat().st_size for path in project.sessions.glob("*/events.jsonl"))


def _append(
    project: ProjectFolder, number: int, count: int, chance: random.Random, seq: int
) -> None:
    folder = project.session(f"bench-{number:03}")
    folder.path.mkdir(exist_ok=True)
    told = list(_work(chance, count, seq))
    _write(folder.journal, folder.name, told[:count], seq)


def _work(chance: random.Random, count: int, seq: int) -> Iterator[Event]:
    """What a session writes: it says something in pieces, then a tool runs and prints."""
    made = 0
    while made < count:
        message = f"m{seq}-{made}"
        for _ in range(40):
            yield events.AgentSaid(text=_words(chance, 4), message=message)
        call = f"c{seq}-{made}"
        yield events.ToolStarted(call=call, title=f"pytest tests/test_{chance.randrange(90)}.py")
        for _ in range(20):
            yield events.ToolOutput(call=call, text=_words(chance, 10) + "\n")
        yield events.ToolEnded(call=call)
        made += 62


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choice(_VOCABULARY) for _ in range(count)) + " "


def _vocabulary() -> Sequence[str]:
    chance = random.Random(0)
    letters = "etaoinshrdlcumwfgypbvk"
    made = [
        "".join(chance.choice(letters) for _ in range(chance.randint(2, 11))) for _ in range(4_000)
    ]
    names = [f"get_user_{number}(id)" for number in range(400)]
    return (*made, *names, *(["return", "the", "function", "argument"] * 40))


_VOCABULARY = _vocabulary()


def _write(path: Path, session: str, told: Sequence[Event], seq: int) -> None:
    lines = []
    if not path.exists():
        kind = "session" if session else "project"
        lines.append(
            encode_header(Header(format=1, kind=kind, name=session or "bench", created_at=BEGAN))
        )
    for place, event in enumerate(told):
        at = BEGAN + timedelta(seconds=(seq + place) * 0.05)
        record = Record(session=session, epoch=1, seq=seq + place, ts=at, event=event)
        lines.append(encode_record(record))
    with path.open("ab") as file:
        file.write(b"".join(lines))
