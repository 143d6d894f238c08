"""What changed since a look, between any states: nothing is invented, and nothing left out."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.repo.gitbox import Box, make_box
from tests.repo.interdiff_steps import changed, opened, text, told
from tests.sampling import LONG
from wuhu_tui.repo.interdiff import Way, changed_since
from wuhu_tui.repo.listing import Reading
from wuhu_tui.repo.repository import Repository


def fast_import(box: Box, commits: list[tuple[str, str, dict[str, str]]]) -> None:
    """Commits made by one process: (branch, parent, files)."""
    said: list[str] = []
    for number, (branch, parent, files) in enumerate(commits, start=1):
        said.append(f"commit refs/heads/{branch}\nmark :{number}\n")
        said.append("committer A <a@b> 1000000000 +0000\ndata 1\nx\n")
        said.append(f"from {parent}\n" if parent else "")
        said += [
            f"M 100644 inline {name}\ndata {len(content)}\n{content}\n"
            for name, content in files.items()
        ]
    subprocess.run(
        ["git", "fast-import", "--quiet", "--force"],
        cwd=box.path,
        input="".join(said).encode(),
        check=True,
        timeout=30,
    )


@pytest.fixture(scope="module")
def pen(tmp_path_factory: pytest.TempPathFactory) -> Box:
    return make_box(tmp_path_factory.mktemp("pen") / "project")


_numbers = st.integers(1, 20)


@settings(
    max_examples=60 if LONG else 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    own=st.sets(_numbers, min_size=1, max_size=4),
    base=st.sets(_numbers, max_size=3),
    data=st.data(),
)
async def test_an_untouched_rebase_is_empty_and_a_changed_hunk_is_all_there_is(
    pen: Box, own: set[int], base: set[int], data: st.DataObject
) -> None:
    """Base changes the even tens of the file, the session the odd ones: nothing conflicts."""
    lines = [f"line {number}" for number in range(1, 401)]
    mine = [(20 * number - 15, f"mine {number}") for number in sorted(own)]
    theirs = [(20 * number - 5, f"base {number}") for number in sorted(base)]
    again = data.draw(st.sampled_from(sorted(own)))
    newer = [(20 * again - 15, "newer")]
    everything = [*mine, *theirs]
    fast_import(
        pen,
        [
            ("old", "", {"f": changed(of=lines)}),
            ("seen", ":1", {"f": changed(*mine, of=lines)}),
            ("base", ":1", {"f": changed(*theirs, of=lines), "base": "x"}),
            ("now", ":3", {"f": changed(*everything, of=lines)}),
            ("next", ":4", {"f": changed(*everything, *newer, of=lines)}),
        ],
    )
    repository = opened(pen)
    way = Way(
        old_base=pen.head("old"),
        old_head=pen.head("seen"),
        new_base=pen.head("base"),
        new_head=pen.head("now"),
    )
    assert (await changed_since(repository, way, Reading())).files == ()
    assert await _next(repository, way, pen) == [f"f -mine {again}", "f +newer"]


async def _next(repository: Repository, way: Way, pen: Box) -> list[str]:
    from msgspec.structs import replace

    later = replace(way, new_head=pen.head("next"))
    found = await changed_since(repository, later, Reading(), paths=["f"])
    return [line for file in found.files for line in told(file)]


_NAMES = ("a", "b", "c")
_content = st.lists(st.sampled_from(["1", "2", "3", "4"]), min_size=1, max_size=6)
_tree = st.tuples(_content, _content, _content)


@settings(
    max_examples=60 if LONG else 6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(trees=st.tuples(_tree, _tree, _tree, _tree))
async def test_nothing_that_changed_is_left_out(
    pen: Box, trees: tuple[tuple[list[str], ...], ...]
) -> None:
    """Any four states, conflicts and all: what is not shown is what was seen, or base's own."""
    old_base, old_head, new_base, new_head = (
        {name: text([name * 9, *lines]) for name, lines in zip(_NAMES, tree, strict=True)}
        for tree in trees
    )
    fast_import(
        pen,
        [
            ("old", "", old_base),
            ("seen", ":1", old_head),
            ("base", ":1", new_base),
            ("now", ":3", new_head),
        ],
    )
    repository = opened(pen)
    names = [pen.head(name) for name in ("old", "seen", "base", "now")]
    way = Way(old_base=names[0], old_head=names[1], new_base=names[2], new_head=names[3])
    listing = await changed_since(repository, way, Reading())
    read = await changed_since(repository, way, Reading(), paths=_NAMES)
    assert [(one.path, one.added, one.removed, one.note) for one in read.files] == [
        (one.path, one.added, one.removed, one.note) for one in listing.files
    ]
    shown = {file.path: file for file in listing.files}
    for name in _NAMES:
        seen, was, now = old_head[name] != old_base[name], new_base[name], new_head[name]
        if name not in shown:
            assert now == (old_head[name] if was == old_base[name] else now if seen else was)
        elif shown[name].whole:
            assert seen
        else:
            assert (now != was) or seen
