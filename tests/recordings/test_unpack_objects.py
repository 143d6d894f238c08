"""Git objects from a stranger: only whole ones, under the refs that belong there."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.recordings.stranger import Parts, opened, refused
from tests.repo.gitbox import Box, make_box
from wuhu_tui.core.recordings.limits import Limits
from wuhu_tui.core.recordings.manifest import OBJECTS


def other_head(bundle: bytes, change: Callable[[bytes], bytes]) -> bytes:
    head, end, pack = bundle.partition(b"\n\n")
    return change(head) + end + pack


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda head: head + b"\n" + b"a" * 40 + b" refs/heads/evil", "does not belong there"),
        (lambda head: head + b"\n" + b"a" * 40 + b" refs/replace/" + b"b" * 40, "not belong"),
        (lambda head: head + b"\n-" + b"a" * 40, "its list of refs is damaged"),
        (lambda head: head + b"\n" + b"a" * 40 + b" refs/wuhu/recorded/" + b"a" * 40, "not there"),
        (lambda head: head + b"\n" + b"a" * 40 + b" refs/heads/../../config", "not belong"),
        (lambda head: b"# v9 git bundle\n", "no bundle of git"),
        (lambda head: head + b"\n" + b"x" * 9000, "damaged"),
    ],
)
def test_refs_that_do_not_belong_there_are_refused(
    recording: Path, tmp_path: Path, change: Callable[[bytes], bytes], words: str
) -> None:
    parts = Parts(recording)
    parts.members[OBJECTS] = other_head(parts.members[OBJECTS], change)
    parts.told()
    with refused(tmp_path, words):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path)


@pytest.mark.parametrize("branch", ["--template=/tmp", "a\0b", "a\nb", "-", "../../x", "a b"])
def test_a_branch_that_is_none_is_refused(recording: Path, tmp_path: Path, branch: str) -> None:
    """Also where no ref is of that name: the repository is made with it."""
    parts = Parts(recording)
    parts.manifest["objects"]["base"] = branch
    parts.members[OBJECTS] = other_head(
        parts.members[OBJECTS],
        lambda head: b"\n".join(line for line in head.split(b"\n") if b"refs/heads/" not in line),
    )
    parts.told()
    with refused(tmp_path, "damaged or was tampered with"):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path)


def test_objects_that_are_damaged_are_refused(recording: Path, tmp_path: Path) -> None:
    parts = Parts(recording)
    content = bytearray(parts.members[OBJECTS])
    content[content.index(b"PACK") + 40] ^= 0xFF
    parts.members[OBJECTS] = bytes(content)
    parts.told()
    with refused(tmp_path, "git does not take its objects"):
        opened(parts.written(tmp_path / "x.wuhu"), tmp_path)


def foreign(recording: Path, tmp_path: Path, make: Callable[[Box], list[str]]) -> Path:
    """The recording with git objects that a stranger made: the first of them is what is kept."""
    box = make_box(tmp_path / "x.wuhu-box")
    names = make(box)
    given = "".join(f"{name}\n" for name in names)
    done = subprocess.run(
        ["git", "-C", box.path, "pack-objects", "--stdout", "-q"],
        input=given.encode(),
        capture_output=True,
        check=True,
    )
    head = f"# v2 git bundle\n{names[0]} refs/wuhu/recorded/{names[0]}\n\n".encode()
    parts = Parts(recording)
    parts.members[OBJECTS] = head + done.stdout
    parts.manifest["objects"] = {}
    parts.told()
    shutil.rmtree(box.path)
    return parts.written(tmp_path / "x.wuhu")


def hashed(box: Box, kind: str, content: bytes) -> str:
    return (
        subprocess.run(
            ["git", "-C", box.path, "hash-object", "-w", "-t", kind, "--literally", "--stdin"],
            input=content,
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .strip()
    )


def test_objects_that_are_not_whole_are_refused(recording: Path, tmp_path: Path) -> None:
    def without_a_file(box: Box) -> list[str]:
        return [box.head(), box.git("rev-parse", "HEAD^{tree}")]

    with refused(tmp_path, "its history is not whole"):
        opened(foreign(recording, tmp_path, without_a_file), tmp_path)


def test_objects_that_no_checkout_would_survive_are_refused(
    recording: Path, tmp_path: Path
) -> None:
    def with_a_git_folder(box: Box) -> list[str]:
        blob = hashed(box, "blob", b"#!/bin/sh\n")
        entry = b"100755 .git\0" + bytes.fromhex(blob)
        tree = hashed(box, "tree", entry)
        return [tree, blob]

    with refused(tmp_path, "git does not take its objects"):
        opened(foreign(recording, tmp_path, with_a_git_folder), tmp_path)


def test_tags_do_not_belong_into_a_recording(recording: Path, tmp_path: Path) -> None:
    def with_a_tag(box: Box) -> list[str]:
        box.git("tag", "-a", "v1", "-m", "x")
        commit = [
            box.head(),
            *box.git("rev-list", "--objects", "--no-object-names", "HEAD").split(),
        ]
        return [*commit, box.git("rev-parse", "v1")]

    with refused(tmp_path, "is a tag"):
        opened(foreign(recording, tmp_path, with_a_tag), tmp_path)


def test_objects_that_are_too_large_are_refused(recording: Path, tmp_path: Path) -> None:
    with refused(tmp_path, "bytes"):
        opened(recording, tmp_path, Limits(content=10))
    with refused(tmp_path, "objects in it"):
        opened(recording, tmp_path, Limits(objects=3))
