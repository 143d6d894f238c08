"""Takes a stranger's bundle into a repository made for it alone; nothing of it is ever run.

What the bundle says is read here, line by line, before git sees any of it; git gets the pack only,
with its memory and time bounded, checks every object, and the refs are made by us.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.bundles import KEPT_REFS, REPLACE_REFS
from wuhu_tui.repo.git import Git

_HEADS = "refs/heads/"
_ALONE = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
_SETTINGS = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.symlinks", "false"),
    ("protocol.allow", "never"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("transfer.fsckObjects", "true"),
    ("submodule.recurse", "false"),
)
_LINE = 4096
_BLOCK = 1 << 20
_BOUNDED = (
    "import os, resource, sys\n"
    "for kind, most in ((resource.RLIMIT_AS, sys.argv[1]), (resource.RLIMIT_CPU, sys.argv[2])):\n"
    "    try:\n"
    "        resource.setrlimit(kind, (int(most), int(most)))\n"
    "    except (ValueError, OSError):\n"
    "        pass\n"
    "os.execvp(sys.argv[3], sys.argv[3:])\n"
)


class Bounds(Value, frozen=True):
    """What git may use while it reads foreign objects."""

    memory: int
    seconds: int
    objects: int
    content: int
    """Bytes of the largest object."""


class Expected(Value, frozen=True):
    """What may be in the bundle."""

    branch: str = ""
    shallow: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


async def take_bundle(bundle: Path, root: Path, expected: Expected, bounds: Bounds) -> None:
    """Make the repository `root` with what is in the bundle; the bundle file is used up.

    Raises:
        GitError: it holds something else than it should; says what.
    """
    git = _bounded(root, bounds)
    refs, long = await asyncio.to_thread(
        _open, bundle, root / "taken.pack", expected, bounds.objects
    )
    try:
        await _take(git, refs, long, expected, bounds)
    finally:
        await asyncio.to_thread((root / "taken.pack").unlink, missing_ok=True)


async def _take(
    git: Git, refs: dict[str, str], long: bool, expected: Expected, bounds: Bounds
) -> None:
    branch = expected.branch or "main"
    kind = "sha256" if long else "sha1"
    words = ("init", "-q", "--template=", f"--initial-branch={branch}", f"--object-format={kind}")
    await git.run(*words)
    for name, value in _SETTINGS:
        await git.run("config", name, value)
    shallow = "".join(f"{one}\n" for one in expected.shallow)
    if shallow:
        await asyncio.to_thread((git.folder / ".git" / "shallow").write_text, shallow)
    await _index(git, bounds)
    await _check_kinds(git, refs, expected, bounds)
    given = "".join(f"create {name} {commit}\n" for name, commit in sorted(refs.items()))
    await git.run("update-ref", "--stdin", given=given.encode())
    await _check_whole(git, expected)


def _bounded(root: Path, bounds: Bounds) -> Git:
    limited = (sys.executable, "-S", "-E", "-c", _BOUNDED, str(bounds.memory), str(bounds.seconds))
    alone = {**_ALONE, "GIT_CEILING_DIRECTORIES": str(root.parent)}
    git = Git(root, deadline=float(bounds.seconds), environment=alone)
    return replace(git, program=(*limited, "git"))


async def _index(git: Git, bounds: Bounds) -> None:
    """Let git check every object of the pack."""
    folder = git.folder / ".git" / "objects" / "pack"
    place = folder / "pack-recorded.pack"
    await asyncio.to_thread((git.folder / "taken.pack").replace, place)
    words = ("index-pack", "--fsck-objects", "--threads=1", str(place))
    answer = await git.attempt("-c", "core.bigFileThreshold=16m", *words)
    if answer.code:
        raise _refused(f"git does not take its objects: {_last(answer.words)}", git)


async def _check_kinds(git: Git, refs: dict[str, str], expected: Expected, bounds: Bounds) -> None:
    form = "--batch-check=%(objectname) %(objecttype) %(objectsize)"
    listing = await git.read("cat-file", "--batch-all-objects", "--unordered", form)
    kinds: dict[str, str] = {}
    for line in listing.splitlines():
        name, kind, size = line.split(" ")
        kinds[name] = kind
        if int(size) > bounds.content or kind == "tag":
            raise _refused(f"the object {name} is a {kind} of {size} bytes", git)
    for ref, target in refs.items():
        kind = kinds.get(target, "")
        wanted = ("blob",) if ref.startswith(REPLACE_REFS) else ("commit", "tree")
        if kind not in wanted or (ref.startswith(_HEADS) and kind != "commit"):
            raise _refused(f"{ref[:200]} names {kind or 'an object that is not there'}", git)
    for name in expected.replaced:
        if name in kinds:
            raise _refused(f"{name} is there, and something stands for it", git)


async def _check_whole(git: Git, expected: Expected) -> None:
    """Everything that is named is there, but for what was left out on purpose."""
    answer = await git.look("rev-list", "--objects", "--all", "--quiet", "--missing=print")
    missing = {line[1:] for line in answer.text.splitlines() if line.startswith("?")}
    if answer.code or missing - set(expected.replaced):
        words = _last(answer.words) or f"{len(missing)} objects are missing"
        raise _refused(f"its history is not whole: {words}", git)


def _open(bundle: Path, pack: Path, expected: Expected, most: int) -> tuple[dict[str, str], bool]:
    """Read the head of a bundle and put its pack beside it."""
    with bundle.open("rb") as file:
        long = _read_signature(file, bundle)
        refs = _read_refs(file, bundle, expected, 64 if long else 40)
        with pack.open("xb") as target:
            while block := file.read(_BLOCK):
                target.write(block)
    with pack.open("rb") as file:
        head = file.read(12)
    if head[:4] != b"PACK" or head[4:8] not in (b"\0\0\0\2", b"\0\0\0\3"):
        raise _bad("there is no pack in it", bundle)
    count = int.from_bytes(head[8:12], "big")
    if count > most:
        raise _bad(f"there are {count} objects in it", bundle)
    return refs, long


def _read_signature(file: BinaryIO, bundle: Path) -> bool:
    first = file.readline(_LINE)
    if first == b"# v2 git bundle\n":
        return False
    if first == b"# v3 git bundle\n" and file.readline(_LINE) == b"@object-format=sha256\n":
        return True
    raise _bad("it is no bundle of git", bundle)


def _read_refs(file: BinaryIO, bundle: Path, expected: Expected, digits: int) -> dict[str, str]:
    form = re.compile(rf"([0-9a-f]{{{digits}}}) (refs/[!-~]{{1,250}})")
    refs: dict[str, str] = {}
    while (line := file.readline(_LINE)) != b"\n":
        found = form.fullmatch(line.decode("utf-8", "backslashreplace").rstrip("\n"))
        if found is None or not line.endswith(b"\n"):
            raise _bad(f"its list of refs is damaged: {line[:80]!r}", bundle)
        commit, name = found.groups()
        if name in refs or not _is_expected(name, commit, expected):
            raise _bad(f"it has a ref that does not belong there: {name[:120]!r}", bundle)
        refs[name] = commit
    if {name for name in refs if name.startswith(REPLACE_REFS)} != {
        REPLACE_REFS + name for name in expected.replaced
    }:
        raise _bad("what stands for other contents is not what the manifest says", bundle)
    return refs


def _is_expected(name: str, commit: str, expected: Expected) -> bool:
    if name.startswith(_HEADS):
        return name == _HEADS + expected.branch
    if name.startswith(REPLACE_REFS):
        return name.removeprefix(REPLACE_REFS) in expected.replaced
    return name == KEPT_REFS + commit


def _last(words: str) -> str:
    lines = [line for line in words.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it ended without a word"


def _bad(words: str, bundle: Path) -> GitError:
    return GitError(words, where=bundle.name)


def _refused(words: str, git: Git) -> GitError:
    return GitError(words, where=str(git.folder))
