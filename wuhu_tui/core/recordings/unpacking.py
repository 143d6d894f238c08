"""Opens a recording anywhere: into a private folder laid out as a project, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wuhu_tui.core.recordings.container import Container
from wuhu_tui.core.recordings.limits import Limits
from wuhu_tui.core.recordings.manifest import (
    OBJECTS,
    PROJECT,
    Manifest,
    decode_manifest,
    journal_member,
)
from wuhu_tui.core.recordings.refusals import damaged
from wuhu_tui.journal.clock import new_id
from wuhu_tui.journal.layout import FOLDER
from wuhu_tui.journal.lines import BadLine, decode_header
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.model.errors import GitError, JournalError, NotFound, NotPossible
from wuhu_tui.repo.foreign_bundles import Bounds, Expected, take_bundle

MARK = "recording.json"
"""Beside the journals of an unpacked recording: what it is; nothing but replay opens it."""


@dataclass(frozen=True)
class Unpacked:
    """A recording as a folder: `root` is laid out as a project's."""

    root: Path
    manifest: Manifest


def unpack(file: Path, *, into: Path | None = None, limits: Limits | None = None) -> Unpacked:
    """Unpack a recording; without `into`, into the cache, where it is found again the next time.

    Raises:
        NotFound: there is no such file.
        JournalError: it is no recording, is damaged, hostile, or of a newer wuhu; nothing is left.
        NotPossible: `into` is there already.
    """
    try:
        with os.fdopen(open_plain(file), "rb") as opened:
            return _unpacked(opened, file, into, limits or Limits())
    except FileNotFoundError as error:
        raise NotFound("there is no such file", where=str(file)) from error
    except OSError as error:
        raise JournalError(
            f"the recording cannot be unpacked: {error.strerror or error}", where=str(file)
        ) from error


def _unpacked(opened: BinaryIO, file: Path, into: Path | None, limits: Limits) -> Unpacked:
    if into is None:
        root = recordings_cache() / _digest(opened)
        if (root / FOLDER / MARK).is_file():
            return _known(root)
    else:
        root = into
        if root.exists():
            raise NotPossible("this is there already", where=str(root))
    root.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = root.with_name(f".{root.name}.{new_id()}")
    try:
        draft.mkdir(mode=0o700)
        manifest = _fill(Container(opened, str(file), limits), draft, limits)
        draft.rename(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Unpacked(root=root, manifest=manifest)


def recordings_cache() -> Path:
    """Where recordings lie unpacked; each under the digest of its file."""
    from platformdirs import user_cache_path

    return user_cache_path("wuhu") / "recordings"


def _known(root: Path) -> Unpacked:
    mark = root / FOLDER / MARK
    os.utime(root)
    return Unpacked(root=root, manifest=decode_manifest(mark.read_bytes(), str(mark)))


def _digest(file: BinaryIO) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def _fill(container: Container, root: Path, limits: Limits) -> Manifest:
    """Put everything into this folder; whatever is wrong with it is said before it counts."""
    manifest = read_manifest(container)
    place = root / FOLDER
    place.mkdir(mode=0o700)
    for member in manifest.members:
        target = root / OBJECTS if member.name == OBJECTS else place / member.name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        container.copy(member, target)
    _check_journal(place / PROJECT, PROJECT, "project", "", container.where)
    for session in manifest.sessions:
        member_name = journal_member(session)
        _check_journal(place / member_name, member_name, "session", session, container.where)
    _take_objects(manifest, root, container.where, limits)
    (place / MARK).write_bytes(manifest.model_dump_json(indent=1).encode())
    return manifest


def read_manifest(container: Container) -> Manifest:
    """The manifest, with exactly the members that are there.

    Raises:
        JournalError: it is not valid, or of a newer wuhu.
    """
    from wuhu_tui.core.recordings.migrations import migrated

    content = migrated(container.manifest(), container.where)
    manifest = decode_manifest(content, container.where)
    told = {member.name for member in manifest.members}
    for name in sorted(told ^ container.names):
        words = "it is not in the file" if name in told else "the manifest does not name it"
        raise damaged(repr(name[:80]), words, container.where)
    return manifest


def _check_journal(path: Path, member: str, kind: str, name: str, where: str) -> None:
    with path.open("rb") as file:
        line = file.readline(4096)
    try:
        header = decode_header(line, where)
    except BadLine as error:
        raise damaged(member, "it is no journal", where) from error
    if header.kind != kind or (name and header.name != name):
        words = f"it is the journal of {header.kind} {header.name[:80]!r}"
        raise damaged(member, words, where)


def _take_objects(manifest: Manifest, root: Path, where: str, limits: Limits) -> None:
    objects = manifest.objects
    if objects is None:
        return
    expected = Expected(branch=objects.base, shallow=objects.shallow, replaced=objects.redacted)
    bounds = Bounds(
        memory=limits.memory,
        seconds=limits.seconds,
        objects=limits.objects,
        content=limits.content,
    )
    try:
        with ThreadPoolExecutor(1) as aside:  # whoever calls may be inside a loop of its own
            taking = take_bundle(root / OBJECTS, root, expected, bounds)
            aside.submit(asyncio.run, taking).result()
    except GitError as error:
        raise damaged(OBJECTS, error.message, where) from error
    (root / OBJECTS).unlink(missing_ok=True)
