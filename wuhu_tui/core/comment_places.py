"""Where comments stand in a session's work as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wuhu_tui.model.anchors import Placing, place
from wuhu_tui.model.comments import Comment, PlacedComment, Side
from wuhu_tui.model.reviews import Review
from wuhu_tui.repo.contents import place_in, read_contents, text_lines
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.listing import renamed

_NO_REVIEW = "its work is not under review"
_NO_FILE = "the file is gone"

_FileAt = tuple[str, str]
"""A commit, and a file's name as diffs show it."""


async def placed(
    git: Git, review: Review | None, comments: Sequence[Comment]
) -> tuple[PlacedComment, ...]:
    """Each comment with its line, found by content; stale where its lines are gone or unclear."""
    if review is None:
        return tuple(
            PlacedComment(comment=one, path=one.anchor.path, why=_NO_REVIEW) for one in comments
        )
    paths = await _paths(git, review, comments)
    wanted = {_now(review, one, paths) for one in comments}
    wanted |= {_then(one) for one in comments if one.head != review.head}
    names = {place: await place_in(git, *place) for place in sorted(wanted)}
    contents = await read_contents(git, [name for name in names.values() if name])
    found = {place: contents.get(name) for place, name in names.items()}
    return tuple(_placed(one, review, paths, found) for one in comments)


def _placed(
    comment: Comment,
    review: Review,
    paths: Mapping[str, str],
    contents: Mapping[_FileAt, bytes | None],
) -> PlacedComment:
    content = contents.get(_now(review, comment, paths))
    placing = _placing(comment, review, content, contents.get(_then(comment)))
    return PlacedComment(
        comment=comment, path=_path(comment, paths), line=placing.line, why=placing.why
    )


def _placing(
    comment: Comment, review: Review, content: bytes | None, then: bytes | None
) -> Placing:
    if content is None:
        return Placing(why=_NO_FILE)
    lines = text_lines(content)
    before = then if comment.anchor.side is Side.NEW else None
    is_same = comment.head == review.head or content == before
    if is_same and _stands_there(comment, lines):
        return Placing(line=comment.anchor.line)
    return place(comment.anchor, lines, text_lines(before or b""))


def _stands_there(comment: Comment, lines: Sequence[str]) -> bool:
    start = comment.anchor.line - 1
    return tuple(lines[start : start + len(comment.anchor.lines)]) == comment.anchor.lines


def _now(review: Review, comment: Comment, paths: Mapping[str, str]) -> _FileAt:
    commit = review.head if comment.anchor.side is Side.NEW else review.merge_base
    return commit, _path(comment, paths)


def _then(comment: Comment) -> _FileAt:
    return comment.head, comment.anchor.path


def _path(comment: Comment, paths: Mapping[str, str]) -> str:
    return paths.get(comment.id, comment.anchor.path)


async def _paths(git: Git, review: Review, comments: Sequence[Comment]) -> dict[str, str]:
    """The new path of each comment whose file was renamed since it was made."""
    moved: dict[str, str] = {}
    for head in {one.head for one in comments} - {review.head}:
        names = await renamed(git, head, review.head)
        for comment in comments:
            if comment.head == head and comment.anchor.side is Side.NEW:
                moved[comment.id] = names.get(comment.anchor.path, comment.anchor.path)
    return moved
