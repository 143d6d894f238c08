"""Comments on a session's work: made one by one, sent all together, found again by content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

from msgspec.structs import replace

from wuhu_tui.core import letters
from wuhu_tui.core.comment_places import placed
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.project import Project
from wuhu_tui.core.reading import review_of, view_of
from wuhu_tui.model.anchors import anchor_at
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.comment_words import comments_letter
from wuhu_tui.model.comments import (
    Anchor,
    Comment,
    CommentKind,
    CommentState,
    PlacedComment,
    Reply,
    Side,
)
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError
from wuhu_tui.model.events import Event
from wuhu_tui.model.letters import LEAD, Letter, LetterKind, LetterState
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.review_events import (
    CommentDropped,
    CommentEdited,
    CommentMade,
    CommentResolved,
    CommentsSent,
)
from wuhu_tui.repo.contents import file_at, text_lines

_TAKEN_BACK = frozenset({LetterState.CANCELLED, LetterState.DISCARDED})


async def anchor_in_review(
    port: ProjectPort, session: str, path: str, line: int, *, last: int = 0, side: Side = Side.NEW
) -> Anchor:
    """The anchor of lines of a file as it is proposed, or as it was.

    Raises:
        NotFound: there is no such file.
        UsageError: it has no such line, or is no text.
    """
    review = review_of(view_of(port, session))
    commit = review.head if side is Side.NEW else review.merge_base
    content = await file_at(port.repository.git, commit, path)
    if content is None:
        raise NotFound(
            f"there is no file {path} in {commit[:12]}",
            where=session,
            remedy=f"see the changed files: wuhu review {session} --files",
        )
    if b"\0" in content:
        raise UsageError(f"{path} is binary: it has no lines", where=session)
    return anchor_at(path, text_lines(content), line, last, side=side)


async def make_comment(
    port: ProjectPort,
    session: str,
    anchor: Anchor,
    text: str,
    *,
    kind: CommentKind = CommentKind.REMARK,
    head: str = "",
    by: str = LEAD,
) -> Comment:
    """Say something to lines of the diff: a draft that nobody else knows of.

    Raises:
        UsageError: it says nothing, or names no lines.
        NotPossible: there is no review.
    """
    _check_words(text)
    if not anchor.lines or anchor.line < 1 or not anchor.path:
        raise UsageError("that names no lines", where=session, remedy="comment on a line")
    review = review_of(view_of(port, session))
    of = review.head if not head or review.head.startswith(head) else head
    made: list[Comment] = []

    def decide(board: Board) -> Sequence[Event]:
        name = _next_id(board.session(session))
        made[:] = [Comment(id=name, anchor=anchor, text=text.strip(), head=of, by=by, kind=kind)]
        return (CommentMade(session=session, comment=made[0]),)

    await port.decide(decide)
    return replace(made[0], at=port.clock())


def _check_words(text: str) -> None:
    if not text.strip():
        raise UsageError("an empty comment says nothing", remedy="write what you want to say")


def _next_id(view: SessionView | None) -> str:
    """The next of `c1`, `c2`, …: short, because agents write them by hand."""
    names = [one.id for one in view.comments] if view else []
    numbers = [int(name[1:]) for name in names if name[:1] == "c" and name[1:].isdecimal()]
    return f"c{max(numbers, default=0) + 1}"


async def edit_comment(port: ProjectPort, session: str, comment: str, text: str) -> None:
    """Change the words of a draft.

    Raises:
        NotFound: there is no such comment.
        NotPossible: it was sent already.
    """
    _check_words(text)
    event = CommentEdited(session=session, comment=comment, text=text.strip())
    await _change_draft(port, session, comment, event)


async def drop_comment(port: ProjectPort, session: str, comment: str) -> None:
    """Give a draft up.

    Raises:
        NotFound: there is no such comment.
        NotPossible: it was sent already.
    """
    event = CommentDropped(session=session, comment=comment)
    await _change_draft(port, session, comment, event)


async def _change_draft(port: ProjectPort, session: str, comment: str, event: Event) -> None:
    def decide(board: Board) -> Sequence[Event]:
        known = _known(board.session(session), session, comment)
        if known.state is not CommentState.DRAFT:
            raise NotPossible(
                f"{comment} was sent already",
                where=session,
                remedy="make another comment, or resolve this one",
            )
        return (event,)

    view_of(port, session)
    await port.decide(decide)


def _known(view: SessionView | None, session: str, comment: str) -> Comment:
    found = next((one for one in view.comments if one.id == comment), None) if view else None
    if found is None:
        raise NotFound(
            f"there is no comment {comment}",
            where=session,
            remedy=f"see them all: wuhu comments {session}",
        )
    return found


async def resolve_comment(
    port: ProjectPort, session: str, comment: str, *, again: bool = False, by: str = LEAD
) -> None:
    """Say that what a comment wanted is settled; `again`: that it is not after all.

    Raises:
        NotFound: there is no such comment.
        NotPossible: it was never sent.
    """

    def decide(board: Board) -> Sequence[Event]:
        known = _known(board.session(session), session, comment)
        if known.state is CommentState.DRAFT:
            raise NotPossible(
                f"{comment} was not sent yet", where=session, remedy="send it, or drop it"
            )
        wanted = CommentState.SENT if again else CommentState.RESOLVED
        if known.state is wanted:
            return ()
        return (CommentResolved(session=session, comment=comment, by=by, again=again),)

    view_of(port, session)
    await port.decide(decide)


async def place_comments(port: ProjectPort, session: str) -> tuple[PlacedComment, ...]:
    """Every comment with its line in the work as it is now, and what was replied to it."""
    view = view_of(port, session)
    replies = _replies(port.board, view)
    found = await placed(port.repository.git, view.review, view.comments)
    return tuple(replace(one, replies=replies.get(one.comment.id, ())) for one in found)


def _replies(board: Board, view: SessionView) -> dict[str, tuple[Reply, ...]]:
    """What the session, and whoever fixes its work, said to each comment, oldest first."""
    fixers = (other for other in board.sessions.values() if other.spec.fixes == view.id)
    said = sorted(
        (reply for one in (view, *fixers) for reply in one.replies), key=lambda reply: reply.at
    )
    by_comment: dict[str, tuple[Reply, ...]] = {}
    for reply in said:
        name = reply.comment.strip().lstrip("#").casefold()
        by_comment[name] = (*by_comment.get(name, ()), reply)
    return by_comment


async def send_comments(project: Project, session: str, *, note: str = "", by: str = LEAD) -> str:
    """Send all drafts as one message; sent again after a crash, it is still one message.

    The lead sends everybody's drafts, others only their own.

    Raises:
        NotPossible: there are no drafts, or the session is closed.
    """
    await project.catch_up()
    view = view_of(project, session)
    drafts = [
        one for one in view.comments if one.state is CommentState.DRAFT and by in {LEAD, one.by}
    ]
    if not drafts:
        raise NotPossible(
            "there are no comments to send", where=session, remedy="comment on a line first"
        )
    found = await placed(project.repository.git, view.review, drafts)
    letter = Letter(
        id=_letter_id(project.board, session, drafts, note),
        kind=LetterKind.FOLLOW_UP,
        sender=by,
        recipient=session,
        text=comments_letter(found, head=review_of(view).head, by=by, note=note),
        posted_at=project.clock(),
        lane=Lane.FOLLOW_UP,
    )
    try:
        await letters.send(project, letter)
    finally:
        await project.decide(_sent(session, drafts, letter.id))
    return letter.id


def _letter_id(board: Board, session: str, drafts: Iterable[Comment], note: str) -> str:
    """The same words to the same session are the same letter, unless that was taken back."""
    told = "\0".join([note, *(f"{one.id}\0{one.text}" for one in drafts)])
    mark = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    name, number = f"comments-{session}-{mark}", 1
    while (known := board.letters.get(name)) and known.state in _TAKEN_BACK:
        number += 1
        name = f"comments-{session}-{mark}-{number}"
    return name


def _sent(
    session: str, drafts: Iterable[Comment], letter: str
) -> Callable[[Board], Sequence[Event]]:
    """They are sent if the letter is on its way, even to a session that could not be woken."""
    names = tuple(one.id for one in drafts)

    def decide(board: Board) -> Sequence[Event]:
        view, posted = board.session(session), board.letters.get(letter)
        if posted is None or posted.state in _TAKEN_BACK:
            return ()
        still = {one.id for one in view.comments if one.state is CommentState.DRAFT} if view else ()
        left = tuple(name for name in names if name in still)
        return (CommentsSent(session=session, comments=left, letter=letter),) if left else ()

    return decide
