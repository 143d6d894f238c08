"""Marks of viewed hunks: they expire when the hunk changes, and only then."""

from __future__ import annotations

from msgspec.structs import replace

from wuhu_tui.model.diff import DiffFile, DiffLine, FileChange, Hunk, LineKind
from wuhu_tui.model.hunk_digest import (
    digest,
    digests,
    file_digest,
    is_file_viewed,
    is_viewed,
    marks_of,
)


def hunk(*lines: str, start: int = 1) -> Hunk:
    """Lines as `+new`, `-old` or ` kept`, numbered from `start`."""
    return Hunk(
        header=f"@@ -{start} +{start} @@",
        lines=tuple(
            DiffLine(kind=LineKind(line[0]), text=line[1:], new_number=start + place)
            for place, line in enumerate(lines)
        ),
    )


BODY = (" a", " b", " c", "-old", "+new", " d", " e", " f")


def test_numbers_do_not_matter() -> None:
    assert digest("x", hunk(*BODY)) == digest("x", hunk(*BODY, start=90))


def test_a_changed_line_expires_the_mark() -> None:
    before, after = hunk(*BODY), hunk(*BODY[:4], "+newer", *BODY[5:])
    assert digest("x", before) != digest("x", after)
    assert not is_viewed("x", after, digests("x", before))


def test_the_same_change_elsewhere_is_another() -> None:
    assert digest("x", hunk(*BODY)) != digest("y", hunk(*BODY))
    elsewhere = hunk(" a", " b", " q", *BODY[3:])
    assert not is_viewed("x", elsewhere, digests("x", hunk(*BODY)))


def test_a_removed_line_is_not_an_added_one() -> None:
    assert digest("x", hunk("+a")) != digest("x", hunk("-a"))


def test_more_and_fewer_lines_of_context_are_the_same_marks() -> None:
    narrow = hunk(*BODY[2:6])
    wide = hunk(" 0", *BODY, " g", "+other", " h")
    marks = digests("x", hunk(*BODY)) + digests("x", hunk(" g", "+other", " h"))
    assert digests("x", narrow) == digests("x", hunk(*BODY))
    assert digests("x", wide) == marks
    assert is_viewed("x", wide, frozenset(marks))
    assert not is_viewed("x", wide, frozenset(marks[:1]))


def test_one_digest_marks_a_hunk_of_several_runs() -> None:
    wide = hunk(*BODY, "+other", " h")
    assert len(digests("x", wide)) == 2
    assert is_viewed("x", wide, {digest("x", wide)})


def test_a_file_is_viewed_when_all_its_hunks_are() -> None:
    file = DiffFile(
        path="x", change=FileChange.MODIFIED, hunks=(hunk(*BODY), hunk(" z", "+y", start=40))
    )
    marks = marks_of(file)
    assert is_file_viewed(file, frozenset(marks))
    assert not is_file_viewed(file, frozenset(marks[1:]))


def test_a_file_without_hunks_has_a_mark_of_its_content() -> None:
    file = DiffFile(
        path="x.png", change=FileChange.MODIFIED, binary=True, old_blob="1" * 40, new_blob="2" * 40
    )
    assert marks_of(file) == (file_digest(file),)
    assert is_file_viewed(file, {file_digest(file)})
    assert not is_file_viewed(replace(file, new_blob="3" * 40), {file_digest(file)})
