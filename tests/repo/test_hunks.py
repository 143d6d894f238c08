"""Our own reading of patches, beside that of a library that is known to be right."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unidiff.patch import PatchSet

from wuhu_tui.model.diff import Hunk
from wuhu_tui.repo.hunks import parse_hunks

_lines = st.lists(
    st.sampled_from(["a", "b", "", "--- x", "+++ y", "@@ -1 +1 @@", "-z", " q", "\\ No", "é\t\r"]),
    max_size=14,
)


def patch(old: list[str], new: list[str], context: int) -> str:
    lines = difflib.unified_diff(old, new, "old", "new", lineterm="", n=context)
    return "".join(f"{line}\n" for line in list(lines)[2:])


def plain(hunk: Hunk) -> list[tuple[str, str, int, int]]:
    return [(line.kind.value, line.text, line.old_number, line.new_number) for line in hunk.lines]


@settings(max_examples=60, deadline=None)
@given(_lines, _lines, st.integers(0, 3))
def test_it_reads_what_a_library_reads(old: list[str], new: list[str], context: int) -> None:
    text = patch(old, new, context)
    found, note = parse_hunks(text)
    whole = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
    files = PatchSet(["--- old\n", "+++ new\n", *whole]) if text else []
    wanted = [
        [
            (
                line.line_type,
                line.value[:-1],
                line.source_line_no or 0,
                line.target_line_no or 0,
            )
            for line in hunk
        ]
        for file in files
        for hunk in file
    ]
    assert [plain(hunk) for hunk in found] == wanted
    assert note == ""


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ("@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n", "no newline at the old end"),
        ("@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n", "no newline at the new end"),
        (
            "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
            "no newline at the end",
        ),
        ("@@ -1,2 +1 @@\n-a\n b\n\\ No newline at end of file\n", "no newline at the end"),
        ("@@ -1 +1 @@\n-a\n+b\n", ""),
    ],
)
def test_how_the_file_ends(body: str, note: str) -> None:
    hunks, found = parse_hunks(body)
    assert (len(hunks), found) == (1, note)


def test_headers_with_their_section_and_their_counts() -> None:
    hunks, _ = parse_hunks("@@ -5 +7,0 @@ def top(): \n-a\n@@ -9,0 +9 @@\n+b")
    assert [hunk.header for hunk in hunks] == ["@@ -5,1 +7,0 @@ def top():", "@@ -9,0 +9,1 @@"]
    assert plain(hunks[0]) == [("-", "a", 5, 0)]
    assert plain(hunks[1]) == [("+", "b", 0, 9)]


def test_a_patch_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    hunks, _ = parse_hunks("@@ -1,3 +1,3 @@\n a\n-b")
    assert plain(hunks[0]) == [(" ", "a", 1, 1), ("-", "b", 2, 0)]
