"""Whatever is done to a recording, it is refused in words or opens whole, and stays in its place."""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.recordings.stranger import Parts
from tests.sampling import LONG
from wuhu_tui.core.recordings.manifest import OBJECTS
from wuhu_tui.core.recordings.unpacking import unpack
from wuhu_tui.model.errors import JournalError

SOME = settings(
    max_examples=2000 if LONG else 25,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["../x", "/x", "a/../../x", "sessions/../x", "con", "C:x", ".git/config"]),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), NAMES),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=10,
)


def tried(content: bytes) -> None:
    """Unpack; only `opened` may be there afterwards, and only if it is whole."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "in").mkdir()
        (place / "x.wuhu").write_bytes(content)
        try:
            there = unpack(place / "x.wuhu", into=place / "in" / "opened")
        except JournalError:
            assert not list((place / "in").iterdir())
        else:
            assert (there.root / ".wuhu" / "recording.json").is_file()
            assert [path.name for path in (place / "in").iterdir()] == ["opened"]
        assert {path.name for path in place.iterdir()} == {"in", "x.wuhu"}


@pytest.fixture(scope="module")
def small(recording: Path) -> Path:
    """The recording without git objects: nothing but Python is tried then."""
    parts = Parts(recording)
    del parts.members[OBJECTS]
    parts.manifest["objects"] = None
    parts.told()
    return parts.written(recording.with_name("small.wuhu"))


@SOME
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=4))
def test_flipped_bytes(small: Path, flips: list[tuple[float, int]]) -> None:
    content = bytearray(small.read_bytes())
    for share, mask in flips:
        content[int(share * len(content))] ^= mask
    tried(bytes(content))


@SOME
@given(
    st.floats(0, 1), st.floats(0, 1), st.binary(max_size=30), st.sampled_from(["cut", "put", "end"])
)
def test_cuts_and_insertions(small: Path, one: float, two: float, more: bytes, how: str) -> None:
    content = small.read_bytes()
    first, second = sorted(int(share * len(content)) for share in (one, two))
    match how:
        case "cut":
            tried(content[:first] + content[second:])
        case "put":
            tried(content[:first] + more + content[first:])
        case _:
            tried(content[:second])


@SOME
@given(NAMES, st.integers(0, 10), st.booleans())
def test_crafted_names(small: Path, name: str, place: int, told: bool) -> None:
    parts = Parts(small)
    old = sorted(parts.members)[place % len(parts.members)]
    name = name.encode("utf-8", "replace").decode()
    parts.renamed(old, name)
    if told:
        parts.told()
    tried(parts.packed())


@SOME
@given(st.integers(0, 2**32))
def test_swapped_members(small: Path, seed: int) -> None:
    parts = Parts(small)
    contents = list(parts.members.values())
    random.Random(seed).shuffle(contents)
    parts.members = dict(zip(parts.members, contents, strict=True))
    parts.told()
    tried(parts.packed())


@SOME
@given(st.sampled_from(["sessions", "members", "objects", "scope", "first", "format"]), JSON)
def test_crafted_manifests(small: Path, field: str, value: object) -> None:
    parts = Parts(small)
    parts.manifest[field] = value
    tried(parts.packed())


@SOME
@given(st.dictionaries(st.sampled_from(["type", "spec", "session", "head", "x"]), JSON))
def test_crafted_records(small: Path, fields: dict[str, object]) -> None:
    parts = Parts(small)
    place = {"epoch": 1, "seq": 1, "ts": "2026-01-01T00:00:00Z", "type": "noted"}
    line = json.dumps({**place, **fields}).encode()
    parts.lines("sessions/shop-impl-01/events.jsonl", line)
    tried(parts.packed())


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_flipped_bytes_of_objects(recording: Path, share: float, mask: int) -> None:
    parts = Parts(recording)
    content = bytearray(parts.members[OBJECTS])
    content[int(share * len(content))] ^= mask
    parts.members[OBJECTS] = bytes(content)
    parts.told()
    tried(parts.packed())
