"""What the radar says is what really merging the two says; and a look that is killed leaves nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.radar.field import Field, make_field, numbered
from tests.repo.gitbox import Box
from tests.sampling import LONG

NAMES = ("a.txt", "b.txt", "dir/a.txt", "dir/b.txt", "a.txt/inner", "other/a.txt")

EDIT = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.integers(1, 30)),
    st.tuples(st.just("remove"), st.sampled_from(NAMES), st.just(0)),
    st.tuples(st.just("move"), st.sampled_from(NAMES), st.integers(0, 9)),
    st.tuples(st.just("move folder"), st.just("dir"), st.integers(0, 2)),
)
EDITS = st.lists(EDIT, max_size=4)


def apply(box: Box, name: str, edits: list[tuple[str, str, int]]) -> None:
    """Do what can be done of it; a name that is taken is left."""
    for what, path, number in edits:
        file = box.path / path
        with contextlib.suppress(OSError):
            if what == "write":
                lines = (file.read_text() if file.exists() else numbered(30)).splitlines()
                lines[number % len(lines)] = f"{name} {number}"
                box.write(path, "\n".join(lines) + "\n")
            elif what == "remove":
                file.unlink()
            else:
                target = box.path / f"{'moved' if number % 2 else name}-{path.replace('/', '-')}"
                if not target.exists():
                    file.rename(target)


def really(box: Box, into: str, other: str) -> bool:
    """Whether git merges the one into the other, in a worktree of its own."""
    with tempfile.TemporaryDirectory() as place:
        tree = box.at(Path(place) / "tree")
        box.git("worktree", "add", "-q", "--detach", str(tree.path), into)
        tree.git("merge", "-q", "--no-edit", other, check=False)
        clean = not tree.git("ls-files", "-u") and not tree.git("status", "--porcelain")
        box.git("worktree", "remove", "--force", str(tree.path))
        return clean


@settings(
    max_examples=60 if LONG else 6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.tuples(EDITS, EDITS, EDITS), st.booleans())
def test_the_radar_says_what_merging_says(
    tmp_path_factory: pytest.TempPathFactory,
    edits: tuple[list[tuple[str, str, int]], ...],
    committed: bool,
) -> None:
    asyncio.run(_check(tmp_path_factory.mktemp("field"), edits, committed=committed))


async def _check(
    folder: Path, edits: tuple[list[tuple[str, str, int]], ...], *, committed: bool
) -> None:
    field = await make_field(folder)
    field.box.commit({name: numbered(30) for name in NAMES if not name.startswith("a.txt/")})
    boxes = {name: field.branch(name) for name in ("one", "two")}
    apply(field.box, "main", edits[2])
    field.box.commit()
    for (name, box), own in zip(boxes.items(), edits, strict=False):
        apply(box, name, own)
        if committed:
            box.commit()
    found = await field.look("one", "two", uncommitted=not committed)
    for name, box in boxes.items():
        if not committed:
            box.commit()
        assert ("one base" in found if name == "one" else "two base" in found) != really(
            field.box, "main", name
        )
    assert ("one two" in found) != really(field.box, "one", "two")


KILLED = """
import asyncio, sys
from pathlib import Path
from wuhu_tui.repo import merge_trees
from wuhu_tui.repo.radar import Eye, Line
from wuhu_tui.repo.radar_room import Room
from wuhu_tui.repo.repository import open_repository
from wuhu_tui.repo.working_tree import working_tree

async def main(root, folder):
    room = Room(await open_repository(Path(root)), Path(folder))
    eye = Eye(room)
    lines = []
    for name in ("one", "two"):
        seen = await working_tree(room, name, Path(root).parent / name, name)
        base = (await room.repository.git.read("rev-parse", "main"))
        lines.append(Line(name=name, tip=seen.head, commit=seen.commit, tree=seen.tree, base=base))
    inner = merge_trees._contents
    async def stop_here(git, tried):
        print("merged", flush=True)
        await asyncio.sleep(60)
        return await inner(git, tried)
    merge_trees._contents = stop_here
    await eye.look(lines)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_killed_in_the_middle_it_leaves_nothing_that_stays(
    field: Field, tmp_path: Path
) -> None:
    field.box.commit({"f.txt": numbered(20)})
    for name in ("one", "two"):
        field.branch(name).write("f.txt", numbered(20, l3=name))
    before = _inside(field.box.path / ".git")
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(field.box.path), str(field.room.folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "merged\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    assert _inside(field.box.path / ".git") == before
    assert list(field.room.folder.glob("merging-*"))
    field.room.clear()
    assert not field.room.folder.exists()
    assert set(await field.look("one", "two", uncommitted=True)) == {"one two"}


def _inside(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}
