"""Every kind of change lands in every manner as it was approved, and every kind of conflict is told."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import NAME_OF_FIRST as NAME
from tests.core.repositories import Project
from tests.core.test_manners import REBASE, SQUASH, approved, landed, made
from tests.repo.gitbox import Box
from tests.sampling import sampled
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.merges import MergeManner, MergeOutcome

EVERY = pytest.mark.parametrize("manner", sampled(MergeManner, {REBASE}))

POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
BINARY = bytes(range(256))
NFC, NFD = unicodedata.normalize("NFC", "é.txt"), unicodedata.normalize("NFD", "é.txt")


def seed(box: Box) -> None:
    """What every kind of change begins with."""
    box.write("image.bin", BINARY)
    box.write("run.sh", "#!/bin/sh\n")
    box.write("lower.txt", "case\n")
    box.write("moved.txt", "\n".join(map(str, range(30))))
    box.write("gone.txt", "gone\n")
    box.write("windows.txt", "one\r\ntwo\r\n")
    box.write("big.dat", POINTER)
    box.write(".gitattributes", "windows.txt text eol=crlf\n*.dat filter=lfs merge=lfs -text\n")
    box.write(NFC, "composed\n")
    (box.path / "link").symlink_to("run.sh")
    gitlink(box, "1" * 40)
    box.commit(message="Seed")


def gitlink(box: Box, commit: str) -> None:
    """A submodule as far as the index goes."""
    (box.path / "sub").mkdir(exist_ok=True)
    box.git("add", "--all")
    box.git("update-index", "--add", "--cacheinfo", f"160000,{commit},sub")


def binary(box: Box) -> None:
    box.write("image.bin", BINARY[::-1])


def mode(box: Box) -> None:
    (box.path / "run.sh").chmod(0o755)


def case_only(box: Box) -> None:
    box.git("mv", "lower.txt", "LOWER.txt")


def renamed(box: Box) -> None:
    box.git("mv", "moved.txt", "elsewhere.txt")


def deleted(box: Box) -> None:
    box.git("rm", "-q", "gone.txt")


def crlf(box: Box) -> None:
    box.write("windows.txt", "one\r\ntwo\r\nthree\r\n")


def pointer(box: Box) -> None:
    box.write("big.dat", POINTER.replace("12345", "54321"))


def unicode_names(box: Box) -> None:
    box.write(NFD, "decomposed\n")


def link(box: Box) -> None:
    (box.path / "link").unlink()
    (box.path / "link").symlink_to("elsewhere.txt")


def submodule(box: Box) -> None:
    gitlink(box, "2" * 40)


CHANGES: tuple[Callable[[Box], None], ...] = (
    *(binary, mode, case_only, renamed, deleted, crlf, pointer, unicode_names, link),
    submodule,
)


def listing(box: Box, commit: str) -> dict[str, str]:
    """Every path with its mode and content."""
    entries = (line.split("\t") for line in box.git("ls-tree", "-rz", commit).split("\0") if line)
    return {path: entry for entry, path in entries}


async def seeded(path: Path, manner: MergeManner) -> Project:
    project = await made(path, manner)
    seed(project.box)
    return project


async def committed(project: Project, *changes: Callable[[Box], None]) -> None:
    """A session that made each change, with a submodule as it is, and was approved."""

    def with_submodule(change: Callable[[Box], None]) -> Callable[[Box], None]:
        def made_change(box: Box) -> None:
            change(box)
            (box.path / "sub").mkdir(exist_ok=True)

        return made_change

    await approved(project, *map(with_submodule, changes))


@EVERY
async def test_every_kind_of_change_lands_as_it_was_approved(
    tmp_path: Path, manner: MergeManner
) -> None:
    project = await seeded(tmp_path, manner)
    box = project.box
    await committed(project, *CHANGES)
    tip = box.commit({"other.txt": "x"}, "Other")
    merge = await landed(project, project.port.view(NAME))
    assert merge.manner is manner
    assert listing(box, "main") == listing(box, merge.head) | {
        "other.txt": listing(box, tip)["other.txt"]
    }
    assert (box.path / "windows.txt").read_bytes() == b"one\r\ntwo\r\nthree\r\n"
    later = box.commit({"later.txt": "x"}, "Later")
    await undo_merge(project.port, project.port.view(NAME))
    assert listing(box, "main") == listing(box, tip) | {
        "later.txt": listing(box, later)["later.txt"]
    }


def ours(box: Box) -> None:
    box.write("image.bin", b"\0theirs")
    box.git("mv", "moved.txt", "there.txt")
    box.git("rm", "-q", "gone.txt")
    box.write("both.txt", "of the session\n")
    box.write("big.dat", POINTER.replace("12345", "1"))
    (box.path / "link").unlink()
    (box.path / "link").symlink_to("there.txt")
    gitlink(box, "3" * 40)


def theirs(box: Box) -> None:
    box.write("image.bin", b"\0mine")
    box.git("mv", "moved.txt", "here.txt")
    box.write("gone.txt", "changed\n")
    box.write("both.txt", "of base\n")
    box.write("big.dat", POINTER.replace("12345", "2"))
    (box.path / "link").unlink()
    (box.path / "link").symlink_to("here.txt")
    gitlink(box, "4" * 40)


@EVERY
async def test_every_kind_of_conflict_is_told(tmp_path: Path, manner: MergeManner) -> None:
    project = await seeded(tmp_path, manner)
    await committed(project, ours)
    theirs(project.box)
    tip = project.box.commit(message="Theirs")
    merge = await run_merge(project.port, project.port.view(NAME))
    assert merge.outcome is MergeOutcome.CONFLICT
    kinds = {one.path: one.kind for one in merge.conflicts}
    assert kinds["gone.txt"] == "modify/delete"
    assert kinds["moved.txt"] == "rename/rename"
    assert kinds["both.txt"] == "add/add"
    assert kinds["sub"].startswith("submodule")
    assert {"image.bin", "big.dat", "link", "here.txt", "there.txt"} <= set(kinds)
    assert project.box.head("main") == tip
    told = next(one for one in merge.conflicts if one.path == "gone.txt")
    assert [word.split(" ", 1)[1] for word in told.base_side] == ["Theirs"]
    assert [word.split(" ", 1)[1] for word in told.session_side] == ["Step 1"]


SETTINGS = {
    "merge.ff": "only",
    "merge.log": "true",
    "merge.conflictStyle": "diff3",
    "merge.renames": "false",
    "merge.directoryRenames": "true",
    "merge.renormalize": "true",
    "merge.verifySignatures": "false",
    "merge.lfs.driver": "echo wrong > %A",
    "merge.ours.driver": "true",
    "rebase.autosquash": "true",
    "rebase.autoStash": "true",
    "commit.cleanup": "strip",
    "commit.verbose": "true",
    "commit.template": "/nowhere",
    "trailer.ifexists": "replace",
    "trailer.separators": "=",
    "core.commentChar": "M",
    "core.autocrlf": "true",
    "core.editor": "false",
    "diff.noprefix": "true",
    "diff.renames": "false",
    "apply.whitespace": "fix",
    "format.signOff": "true",
    "pull.rebase": "true",
    "rerere.enabled": "true",
    "log.showSignature": "true",
}


@EVERY
async def test_the_lead_s_settings_do_not_change_what_lands(
    tmp_path: Path, manner: MergeManner
) -> None:
    found = []
    for name, lead in (("plain", {}), ("set", SETTINGS)):
        project = await made(tmp_path / name, manner)
        box = project.box
        box.write(".gitattributes", "*.dat merge=lfs\nnotes.txt merge=ours\n")
        lines = [f"{number}\n" for number in range(9)]
        box.commit({"a.dat": "".join(lines), "notes.txt": "".join(lines), "old.txt": "o\n" * 20})

        def change(box: Box, lines: list[str] = lines) -> None:
            box.write("a.dat", "".join(["session\n", *lines[1:]]))
            box.write("notes.txt", "".join(["session\n", *lines[1:]]))
            box.write("old.txt", "o\n" * 20 + "added\n")

        await approved(project, change)
        box.git("mv", "old.txt", "new.txt")
        box.commit(
            {
                "a.dat": "".join([*lines[:-1], "base\n"]),
                "notes.txt": "".join([*lines[:-1], "base\n"]),
            }
        )
        for key, value in lead.items():
            box.git("config", key, value)
        merge = await landed(project, project.port.view(NAME))
        message = box.git("log", "-1", "--format=%B", "main").replace(merge.head, "")
        found.append((box.head("main^{tree}"), message, box.git("rev-list", "--count", "main")))
    assert found[0] == found[1]


@pytest.mark.parametrize("manner", sampled(MergeManner, {SQUASH}))
async def test_a_key_that_would_prompt_refuses(tmp_path: Path, manner: MergeManner) -> None:
    project = await made(tmp_path, manner)
    await approved(project, binary)
    tip = project.box.commit({"other.txt": "x"})
    signer = project.box.path / ".git" / "signer"
    signer.write_text('#!/bin/sh\n[ -z "$DISPLAY$GPG_TTY" ] && echo no pinentry >&2\nexit 2\n')
    signer.chmod(0o755)
    project.box.git("config", "commit.gpgsign", "true")
    project.box.git("config", "gpg.program", str(signer))
    merge = await run_merge(project.port, project.port.view(NAME))
    assert merge.outcome is MergeOutcome.REFUSED
    assert "failed to sign the data" in merge.detail
    assert project.box.head("main") == tip
