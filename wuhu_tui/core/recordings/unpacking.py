"""Opens a recording anywhere: into a private folder laid out as a project, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wuhu_tui.core.recordings.container import Container
from wuhu_tui.core.recordings.limits import Limits
from wuhu_tui.core.recordings.manifest import (
    FORMAT,
    OBJECTS,
    PROJECT,
    Manifest,
    decode_manifest,
    encode_manifest,
    journal_member,
    spec_member,
)
from wuhu_tui.core.recordings.migrations import migrated
from wuhu_tui.core.recordings.refusals import damaged
from wuhu_tui.core.recordings.screening import screen_journal, screen_spec
from wuhu_tui.journal.clock import new_id
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.model.errors import GitError, JournalError, NotFound, NotPossible
from wuhu_tui.repo.foreign_bundles import Bounds, Expected, take_bundle

_BLOCK = 1 << 20
_DAY = 86_400.0
_UNUSED = 30 * _DAY
_UNFINISHED = _DAY
_OURS = re.compile(r"[0-9a-f]{64}|\.[0-9a-f]{64}\..+")


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
        known = _known(root)
        if known is not None:
            return known
    else:
        root = into
        if os.path.lexists(root):
            raise NotPossible("this is there already", where=str(root), remedy="name another place")
    root.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if into is None:
        sweep(root.parent, time.time())
    return _made(Container(opened, str(file), limits), root, limits)


def _made(container: Container, root: Path, limits: Limits) -> Unpacked:
    """The folder under its own name once everything is in it."""
    draft = root.with_name(f".{root.name}.{new_id()}")
    try:
        draft.mkdir(mode=0o700)
        manifest = _fill(container, draft, limits)
        try:
            draft.rename(root)
        except OSError:
            known = _known(root)  # somebody else was quicker with the same
            if known is None:
                raise
            return known
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Unpacked(root=root, manifest=manifest)


def recordings_cache() -> Path:
    """Where recordings lie unpacked; each under the digest of its file."""
    from platformdirs import user_cache_path

    return user_cache_path("wuhu") / "recordings"


def sweep(cache: Path, now: float) -> None:
    """Remove what nobody opened for long, and what was never finished."""
    for one in cache.iterdir():
        limit = _UNFINISHED if one.name.startswith(".") else _UNUSED
        with suppress(OSError):
            if _OURS.fullmatch(one.name) and now - one.lstat().st_mtime > limit:
                shutil.rmtree(one, ignore_errors=True)


def _known(root: Path) -> Unpacked | None:
    """What lies in the cache already, if this version wrote it and nobody cleared parts of it."""
    mark = ProjectFolder(root).recording
    try:
        manifest = decode_manifest(mark.read_bytes(), str(mark))
    except OSError:
        return None
    except JournalError:
        shutil.rmtree(root, ignore_errors=True)
        return None
    if manifest.format != FORMAT or not _is_whole(manifest, ProjectFolder(root)):
        shutil.rmtree(root, ignore_errors=True)
        return None
    os.utime(root)
    return Unpacked(root=root, manifest=manifest)


def _is_whole(manifest: Manifest, folder: ProjectFolder) -> bool:
    """Whether all that was unpacked is there still; git's objects are known by their folder."""
    files = [member for member in manifest.members if member.name != OBJECTS]
    try:
        sizes = [(folder.path / member.name).stat().st_size for member in files]
    except OSError:
        return False
    has_objects = (folder.root / ".git").is_dir() or manifest.objects is None
    return has_objects and sizes == [member.size for member in files]


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _fill(container: Container, root: Path, limits: Limits) -> Manifest:
    """Put everything into this folder; whatever is wrong with it is said before it counts."""
    manifest = read_manifest(container)
    folder = ProjectFolder(root)
    folder.path.mkdir(mode=0o700)
    _check_room(manifest, root, container.where)
    for member in manifest.members:
        target = root / OBJECTS if member.name == OBJECTS else folder.path / member.name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        container.copy(member, target)
    _screen(manifest, folder, container.where, limits)
    _take_objects(manifest, root, container.where, limits)
    folder.recording.write_bytes(encode_manifest(manifest))
    return manifest


def read_manifest(container: Container) -> Manifest:
    """The manifest, with exactly the members that are there.

    Raises:
        JournalError: it is not valid, or of a newer wuhu.
    """
    content = migrated(container.manifest(), container.where)
    manifest = decode_manifest(content, container.where)
    told = {member.name for member in manifest.members}
    for name in sorted(told ^ container.names):
        words = "it is not in the file" if name in told else "the manifest does not name it"
        raise damaged(repr(name[:80]), words, container.where)
    return manifest


def _check_room(manifest: Manifest, root: Path, where: str) -> None:
    needed = sum(  # git objects are there twice while git takes them
        member.size * (1 + (member.name == OBJECTS)) for member in manifest.members
    )
    free = shutil.disk_usage(root).free
    if needed > free:
        raise JournalError(
            f"it unpacks to {needed} bytes, and {free} are free",
            where=where,
            remedy=f"free some space: {root.parent}",
        )


def _screen(manifest: Manifest, folder: ProjectFolder, where: str, limits: Limits) -> None:
    screen_journal(folder.journal, PROJECT, "", where, limits.line)
    for name in manifest.sessions:
        files = folder.session(name)
        screen_journal(files.journal, journal_member(name), name, where, limits.line)
        screen_spec(files.spec, spec_member(name), name, where)


def _take_objects(manifest: Manifest, root: Path, where: str, limits: Limits) -> None:
    objects = manifest.objects
    if objects is None:
        return
    expected = Expected(branch=objects.base, shallow=objects.shallow, replaced=objects.replaced)
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
    (root / OBJECTS).unlink()
