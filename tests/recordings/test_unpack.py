"""A damaged or hostile recording is refused with a clear word, and leaves nothing anywhere."""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from tests.recordings.projects import BEGINNING
from tests.recordings.stranger import MANIFEST, Parts, opened, refused, zipped
from tests.repo.gitbox import git
from tests.sampling import sampled
from wuhu_tui.core.recordings import unpacking
from wuhu_tui.core.recordings.limits import Limits
from wuhu_tui.core.recordings.listing import manifest_of
from wuhu_tui.core.recordings.manifest import OBJECTS, PROJECT, is_session_name
from wuhu_tui.core.recordings.unpacking import sweep, unpack
from wuhu_tui.model.errors import JournalError, NotFound, NotPossible

ONE = "sessions/shop-impl-01/events.jsonl"
SPEC = "sessions/shop-impl-01/session.json"


# --- what its members are called ---------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    sampled(
        [
            "../outside",
            "/tmp/wuhu-outside",
            "sessions/../../outside/events.jsonl",
            "sessions/shop-impl-01/../../../outside",
            "C:\\outside",
            "sessions\\shop-impl-01\\events.jsonl",
            "Project.jsonl",
            "project.jsonl/",
            "./project.jsonl",
            "sessions/shop-impl-01/mailbox/new/1",
            "sessions/con/events.jsonl",
            ".git/hooks/post-checkout",
            ".git/config",
            "recording.json",
            "wuhu.toml",
            "a\nb",
            "\u202eevil",
        ],
        always=("../outside", "/tmp/wuhu-outside", ".git/hooks/post-checkout", "Project.jsonl"),
    ),
)
@pytest.mark.parametrize("told", [True, False])
def test_a_foreign_member_is_refused(
    recording: Path,
    tmp_path: Path,
    name: str,
    told: bool,
) -> None:
    parts = Parts(recording)
    parts.members[name] = b"payload\n"
    if told:
        parts.told()
    file = parts.written(tmp_path / "x.wuhu")
    with refused(tmp_path, "damaged or was tampered with"):
        opened(file, tmp_path)
    assert not Path("/tmp/wuhu-outside").exists()


@pytest.mark.parametrize(
    "session",
    sampled(
        ["..", ".", "a/b", "a\\b", "", "-x", "nul", "COM1.txt", "a ", "a.", "ä", "x" * 201, "a\0b"],
        always=("..", "nul", "a/b"),
    ),
)
def test_a_session_that_is_no_name_is_refused(
    recording: Path, tmp_path: Path, session: str
) -> None:
    assert not is_session_name(session)
    parts = Parts(recording)
    parts.manifest["sessions"].append(session)
    with refused(tmp_path, "manifest.json"):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path)


def test_two_names_that_one_disk_takes_for_the_same_are_refused(
    recording: Path, tmp_path: Path
) -> None:
    parts = Parts(recording)
    for file in ("events.jsonl", "session.json"):
        parts.members[f"sessions/SHOP-impl-01/{file}"] = b"x"
    parts.manifest["sessions"].append("SHOP-impl-01")
    parts.told()
    with refused(tmp_path, "capital letters"):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path)


def test_a_member_that_is_there_twice_is_refused(recording: Path, tmp_path: Path) -> None:
    content = bytearray(recording.read_bytes())
    other = b"sessions/shop-impl-02/events.jsonl"
    assert len(other) == len(ONE)
    file = tmp_path / "x.wuhu"
    file.write_bytes(bytes(content).replace(other, ONE.encode()))
    with refused(tmp_path, "twice"):
        opened(file, tmp_path)


def test_a_link_is_refused(recording: Path, tmp_path: Path) -> None:
    parts = Parts(recording)
    file = io.BytesIO(parts.packed())
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo("sessions/shop-impl-01/state.json")
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "x.wuhu").write_bytes(file.getvalue())
    with refused(tmp_path, "no plain file"):
        opened(tmp_path / "x.wuhu", tmp_path)


# --- what its members hold ---------------------------------------------------------------------


@pytest.mark.parametrize("member", sampled([PROJECT, ONE, SPEC, OBJECTS], always=(ONE,)))
def test_a_wrong_checksum_names_the_member(recording: Path, tmp_path: Path, member: str) -> None:
    parts = Parts(recording)
    content = bytearray(parts.members[member])
    content[len(content) // 2] ^= 1
    parts.members[member] = bytes(content)
    with refused(tmp_path, f"{member}: its checksum is wrong"):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path)


def test_a_size_that_is_not_the_announced_one_is_refused(recording: Path, tmp_path: Path) -> None:
    parts = Parts(recording)
    parts.members[ONE] += b"more\n"
    with refused(tmp_path, "are announced"):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path)


def test_a_member_that_is_missing_is_named(recording: Path, tmp_path: Path) -> None:
    parts = Parts(recording)
    del parts.members[SPEC]
    with refused(tmp_path, "session.json': it is not in the file"):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path)
    parts.told()
    with refused(tmp_path, "is missing"):
        opened(parts.written(tmp_path / "y.wuhu"), tmp_path)


def test_journals_are_of_the_session_they_are_named_after(recording: Path, tmp_path: Path) -> None:
    parts = Parts(recording)
    other = ONE.replace("01", "02")
    parts.members[ONE], parts.members[other] = parts.members[other], parts.members[ONE]
    parts.told()
    with refused(tmp_path, "it is the journal of 'session' 'shop-impl-02'"):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path)
    parts = Parts(recording)
    parts.changed(SPEC, b'"id":"shop-impl-01"', b'"id":"shop-impl-02"')
    with refused(tmp_path, "it is the spec of 'shop-impl-02'"):
        opened(parts.written(tmp_path / "y.wuhu"), tmp_path)


def record(kind: str, **fields: object) -> bytes:
    place = {"epoch": 1, "seq": 999, "ts": BEGINNING.isoformat(), "type": kind}
    return json.dumps({**place, **fields}).encode()


@pytest.mark.parametrize(
    ("member", "line"),
    [
        (PROJECT, record("session.instantiated", spec={"id": "../../outside", "project": "x"})),
        (PROJECT, record("review.opened", session="a", review={"head": "--output=/tmp/owned"})),
        (ONE, record("commit.seen", sha="-x").replace(b'"sha": "-x"', b'"sh\\u0061": "\\u002dx"')),
        (ONE, record("turn.ended", turn=1, stop_reason="", head="\n--all")),
        (PROJECT, record("session.moved", session="../x")),
    ],
)
def test_a_record_that_names_something_outside_is_refused(
    recording: Path, tmp_path: Path, member: str, line: bytes
) -> None:
    parts = Parts(recording)
    parts.lines(member, line)
    with refused(tmp_path, f"{member}: it"):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path)


def test_a_line_without_end_is_refused(recording: Path, tmp_path: Path) -> None:
    parts = Parts(recording)
    parts.lines(ONE, b"x" * 5000)
    with refused(tmp_path, "longer than 4096"):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path, Limits(line=4096))


# --- how large it says and really is ----------------------------------------------------------


def test_a_bomb_is_refused_by_what_it_says(recording: Path, tmp_path: Path) -> None:
    parts = Parts(recording)
    parts.lines(ONE, b"0" * (1 << 21))
    file = parts.written(tmp_path / "x.wuhu")
    with refused(tmp_path, "looks like a bomb"):
        opened(file, tmp_path, Limits(small=1 << 20))
    with refused(tmp_path, "they unpack to"):
        opened(file, tmp_path, Limits(total=1 << 20))
    with refused(tmp_path, "it unpacks to"):
        opened(file, tmp_path, Limits(member=1 << 20))
    with refused(tmp_path, "there are"):
        opened(file, tmp_path, Limits(members=3))
    with refused(tmp_path, "bytes large"):
        opened(file, tmp_path, Limits(manifest=10))


def test_a_bomb_that_lies_about_its_size_is_refused(recording: Path, tmp_path: Path) -> None:
    """Both the list of members and the manifest say 100 bytes; two million come out."""
    parts = Parts(recording)
    parts.members[ONE] = b"0" * (1 << 21)
    parts.told()
    for one in parts.manifest["members"]:
        if one["name"] == ONE:
            one["size"] = 100
    packed = parts.packed().replace(struct.pack("<L", 1 << 21), struct.pack("<L", 100))
    (tmp_path / "x.wuhu").write_bytes(packed)
    with refused(tmp_path, ONE):
        opened(tmp_path / "x.wuhu", tmp_path)


def test_members_that_share_bytes_are_refused(recording: Path, tmp_path: Path) -> None:
    """One packed block that many members point to would unpack to any size."""
    content = bytearray(recording.read_bytes())
    with zipfile.ZipFile(recording) as archive:
        first, second = archive.infolist()[:2]
    entry = content.rindex(second.filename.encode())
    content[entry - 4 : entry] = struct.pack("<L", first.header_offset)
    (tmp_path / "x.wuhu").write_bytes(content)
    with refused(tmp_path, "overlaps"):
        opened(tmp_path / "x.wuhu", tmp_path)


def test_two_ends_that_say_different_things_are_refused(tmp_path: Path) -> None:
    """One list of members for who looks at the end, another for who looks before it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", b"b")
    content = file.getvalue()
    place, rest = len(content) - 22, 56 + 20
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 9, 9, 2**40, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1)
    end = bytearray(content[place:])
    struct.pack_into("<L", end, 12, struct.unpack_from("<L", end, 12)[0] + rest)
    (tmp_path / "x.wuhu").write_bytes(content[:place] + wide + locator + end)
    with refused(tmp_path, "damaged or was tampered with"):
        opened(tmp_path / "x.wuhu", tmp_path)
    with refused(tmp_path, "of them"):
        opened(tmp_path / "x.wuhu", tmp_path, Limits(members=5))


def test_more_than_the_disk_holds_is_refused_before_it_is_written(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = sum(len(content) for content in Parts(recording).members.values())
    for free in (10, once + 10):  # git objects are there twice for a while
        usage = shutil.disk_usage(tmp_path)._replace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda path, usage=usage: usage)
        with refused(tmp_path, f"{free} are free"):
            opened(recording, tmp_path)


# --- what it is at all --------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_refused(recording: Path, tmp_path: Path, share: float) -> None:
    content = recording.read_bytes()
    (tmp_path / "x.wuhu").write_bytes(content[: int(len(content) * share)])
    with refused(tmp_path, "this is no recording of wuhu"):
        opened(tmp_path / "x.wuhu", tmp_path)


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.wuhu").write_text("hello " * 100)
    with refused(tmp_path, "no recording"):
        opened(tmp_path / "text.wuhu", tmp_path)
    (tmp_path / "zip.wuhu").write_bytes(zipped({"a": b"b"}))
    with refused(tmp_path, "no manifest"):
        opened(tmp_path / "zip.wuhu", tmp_path)
    with pytest.raises(NotFound, match="no such file"):
        opened(tmp_path / "none.wuhu", tmp_path)
    os.mkfifo(tmp_path / "pipe.wuhu")
    with pytest.raises(JournalError, match="no plain file"):
        opened(tmp_path / "pipe.wuhu", tmp_path)


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (b"", "no manifest"),
        (b"[]", "no manifest"),
        (b"[" * 100_000, "no manifest"),
        (b'{"format": "2"}', "is no format"),
        (b'{"format": true}', "is no format"),
        (b'{"format": 2, "extra": 1}', "extra"),
        (b'{"format": 2, "records": -1}', "records"),
        (b'{"format": 1, "objects": 3}', "no manifest of format 1"),
        (b'{"format": 99}', "format 99, this wuhu reads up to 2"),
    ],
)
def test_a_manifest_that_is_not_valid_is_refused(
    tmp_path: Path, manifest: bytes, words: str
) -> None:
    (tmp_path / "x.wuhu").write_bytes(zipped({MANIFEST: manifest}))
    with refused(tmp_path, words):
        opened(tmp_path / "x.wuhu", tmp_path)


def test_a_newer_format_says_to_update(tmp_path: Path) -> None:
    (tmp_path / "x.wuhu").write_bytes(zipped({MANIFEST: b'{"format": 99}'}))
    with pytest.raises(JournalError) as told:
        unpack(tmp_path / "x.wuhu", into=tmp_path / "opened")
    assert "update wuhu" in told.value.remedy


# --- where it is unpacked ----------------------------------------------------------------------


def test_the_cache_is_private_and_used_again(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = unpack(recording)
    assert first.root.is_relative_to(tmp_path / "cache")
    assert first.root.stat().st_mode & 0o777 == 0o700
    (first.root / "mark").touch()
    again = unpack(recording)
    assert again == first
    assert (again.root / "mark").exists()
    (first.root / ".wuhu" / "recording.json").write_text('{"format": 1}')
    assert unpack(recording) == first
    assert not (first.root / "mark").exists()
    (first.root / ".wuhu" / ONE).unlink()  # as programs do that clear caches
    shutil.rmtree(first.root / ".git")
    assert unpack(recording) == first
    assert (first.root / ".wuhu" / ONE).is_file()
    assert (first.root / ".git").is_dir()


def test_killed_midway_nothing_half_is_opened(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process died here: nothing behind it ran."""

    def dies(*_: object) -> None:
        raise Killed

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(unpacking, "_take_objects", dies)
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(Killed):
        unpack(recording)
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    there = unpack(recording)
    assert (there.root / ".git").is_dir()
    drafts = [path for path in there.root.parent.iterdir() if path.name.startswith(".")]
    assert len(drafts) == 1
    sweep(there.root.parent, drafts[0].stat().st_mtime + 2 * 86_400)
    assert [path.name for path in there.root.parent.iterdir()] == [there.root.name]
    sweep(there.root.parent, drafts_at(there.root) + 31 * 86_400)
    assert not list(there.root.parent.iterdir())


def drafts_at(root: Path) -> float:
    return root.stat().st_mtime


def test_what_is_there_is_not_touched(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(NotPossible, match="there already"):
        unpack(recording, into=tmp_path / "mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(NotPossible, match="there already"):
        unpack(recording, into=tmp_path / "link")


def test_an_older_format_is_brought_on(tmp_path: Path) -> None:
    old = Path(__file__).with_name("format_1.wuhu")
    there = opened(old, tmp_path)
    assert there.manifest.format == 2
    assert there.manifest.migrations[0].startswith("1 to 2: The files that another content")
    assert there.manifest.objects is not None
    assert manifest_of(old) == there.manifest
    assert git(there.root, "log", "--format=%s", "-1", "refs/heads/main", check=False) == ""
    assert json.loads((there.root / ".wuhu" / "recording.json").read_text())["migrations"]
