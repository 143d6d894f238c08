"""Nothing is asked of git that its oldest supported release has not; the newest part of it is listed.

What is newer than the git that runs these tests fails by itself; this finds what lies between.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import PACKAGE, ROOT, files
from wuhu_tui.repo.repository import OLDEST_GIT

SINCE: dict[tuple[str, str], tuple[int, int]] = {
    ("merge-tree", "--stdin"): (2, 39),
    ("patch-id", "--include-whitespace"): (2, 39),
    ("symbolic-ref", "--no-recurse"): (2, 39),
    ("repack", "--expire-to"): (2, 39),
    ("merge-tree", "--merge-base"): (2, 40),
    ("check-attr", "--source"): (2, 40),
    ("cat-file", "-Z"): (2, 42),
    ("fetch", "--porcelain"): (2, 41),
    ("for-each-ref", "--stdin"): (2, 41),
    ("worktree", "--orphan"): (2, 42),
    ("for-each-ref", "--omit-empty"): (2, 42),
    ("rev-list", "--missing=print-info"): (2, 48),
    ("show-ref", "--exists"): (2, 43),
    ("merge-file", "--object-id"): (2, 43),
    ("for-each-ref", "--include-root-refs"): (2, 45),
    ("init", "--ref-format"): (2, 45),
    ("clone", "--revision"): (2, 49),
    ("merge-tree", "--quiet"): (2, 50),
}
"""Options of later releases, and the release that brought each, by the release notes."""

LATER_FORMATS = ("%(ahead-behind:", "%(is-base:", "%(describe")
"""Placeholders of `for-each-ref` that came with 2.41 and later."""

GATED = {"wuhu_tui/repo/merge_trees.py": {("merge-tree", "--stdin")}}
"""What is used only once git said that it is new enough."""


def _words(node: ast.AST) -> list[str]:
    """The plain words of a call or a tuple."""
    if isinstance(node, ast.Call):
        parts = node.args
    elif isinstance(node, ast.Tuple | ast.List):
        parts = node.elts
    else:
        return []
    return [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def asked(source: str) -> Iterator[tuple[str, str]]:
    """Each git command in this source with each of its options."""
    for node in ast.walk(ast.parse(source)):
        words = _words(node)
        for at, verb in enumerate(words):
            yield from ((verb, option) for option in words[at + 1 :] if option[:1] == "-")


def too_new(source: str) -> set[tuple[str, str]]:
    """What of it the oldest git does not know."""
    return {pair for pair in asked(source) if SINCE.get(pair, OLDEST_GIT) > OLDEST_GIT}


def test_only_what_the_oldest_git_knows_is_asked() -> None:
    found = {}
    for path in files():
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        late = too_new(source) - GATED.get(name, set())
        late |= {("for-each-ref", word) for word in LATER_FORMATS if word in source}
        if late:
            found[name] = late
    assert found == {}


def test_what_is_gated_is_still_there() -> None:
    for name, pairs in GATED.items():
        assert too_new((PACKAGE.parent / name).read_text(encoding="utf-8")) == pairs


@pytest.mark.parametrize(
    "source",
    [
        'git.read("symbolic-ref", "--no-recurse", "HEAD")',
        'words = ("merge-tree", "--write-tree", "--merge-base", base)',
        'git.run(*PLAIN, "worktree", "add", "--orphan", path)',
    ],
)
def test_it_would_be_noticed(source: str) -> None:
    assert too_new(source)
