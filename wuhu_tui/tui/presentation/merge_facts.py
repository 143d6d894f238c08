"""What the merge dialog tells: what would land, how, and what stands in the way. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import collides_words
from wuhu_tui.model.merge_outlook import MergeOutlook
from wuhu_tui.model.merges import FileConflict, MergeManner
from wuhu_tui.model.queue_order import in_order, place_of
from wuhu_tui.model.reviews import Review
from wuhu_tui.model.waivers import outside_words, waiver_of
from wuhu_tui.tui.presentation.facts import checks_fact
from wuhu_tui.tui.presentation.mail_words import name_of
from wuhu_tui.tui.presentation.queue import queue_line
from wuhu_tui.tui.presentation.rows import MUTED, line, wrapped
from wuhu_tui.tui.safe import safe_text

_FILES = 10
_MESSAGE = 12
_WIDE = 9

_HOW = {
    MergeManner.MERGE: "one merge commit, the branch's commits behind it",
    MergeManner.SQUASH: "squashed into one commit",
    MergeManner.REBASE: "its commits anew on the tip, one after the other",
}

Fact = tuple[str, str, str]
"""Name, value, style."""


def merge_content(
    board: Board, view: SessionView, outlook: MergeOutlook | None, trouble: str, width: int
) -> Content:
    """The whole dialog; what has to be looked up comes when it is there."""
    rows = list(_rows(_board_facts(board, view), width))
    if outlook is not None:
        rows += _rows(_outlook_facts(outlook), width)
        rows += [part for block in _blocks(outlook, width) for part in block]
    elif trouble:
        rows += [Content(""), *_warned(f"could not look: {trouble}", width)]
    else:
        rows += [Content(""), Content.styled("looking at base …", MUTED)]
    for text in warnings(board, view, outlook):
        rows += [Content(""), *_warned(text, width)]
    return Content("\n").join(rows)


def _rows(facts: Iterator[Fact], width: int) -> Iterator[Content]:
    for name, value, style in facts:
        for place, part in enumerate(wrapped(value, width - _WIDE - 2, 4, style)):
            yield Content.assemble((f"{'' if place else name:>{_WIDE}}  ", MUTED), part)


def _board_facts(board: Board, view: SessionView) -> Iterator[Fact]:
    review = view.review
    if review is not None:
        verdict = review.verdict
        by = f", approved by {name_of(board, verdict.by)}" if verdict else ""
        yield "lands", f"{review.head[:10]}{by}", "bold"
        files = f"{review.files} file{'s' * (review.files != 1)}"
        yield "change", f"{files}, +{review.added} −{review.removed}", ""
        yield "checks", f"on its commit: {checks_fact(review)}", ""
    yield "in line", place_words(board, view.id), ""


def place_words(board: Board, session: str) -> str:
    """Which place it has in line, or would have, and behind whom."""
    ahead = [entry for entry in in_order(board) if entry.session != session]
    place = place_of(board, session)
    if place:
        return f"place {place} of {len(ahead) + 1} already"
    running = any(item.part.value == "RUNNING" for item in queue_line(board).items)
    if not ahead:
        return "next, when the running merge is over" if running else "first: it begins at once"
    names = ", ".join(name_of(board, entry.session) for entry in ahead[-3:])
    return (
        f"behind {len(ahead)}: {names}" if len(ahead) <= 3 else f"behind {len(ahead)}, last {names}"
    )


def _outlook_facts(outlook: MergeOutlook) -> Iterator[Fact]:
    tip = outlook.base_tip[:10]
    moved = f", {outlook.behind} newer than its branch" if outlook.behind else ""
    yield "onto", f"{outlook.base_branch} at {tip}{moved}", ""
    yield "how", _HOW[outlook.manner], ""
    runs = ", ".join(outlook.to_check)
    yield "proof", f"on the merged tree: {runs}" if runs else "no checks are configured", ""
    if outlook.checkout:
        yield "checkout", f"{outlook.checkout} moves along, by a fast-forward only", ""
    if outlook.removes:
        yield "removes", ", ".join(outlook.removes), ""
    if outlook.keeps:
        yield "keeps", ", ".join(outlook.keeps), ""


def _blocks(outlook: MergeOutlook, width: int) -> Iterator[list[Content]]:
    if outlook.conflicts:
        yield [Content(""), *_conflicts(outlook, width)]
    if outlook.files:
        yield [Content(""), *_files(outlook, width)]
    if outlook.message:
        lines = safe_text(outlook.message).strip().splitlines()
        heading = Content.styled("MESSAGE", f"bold {MUTED}")
        shown = [Content(f"  {part}").truncate(width, ellipsis=True) for part in lines[:_MESSAGE]]
        yield [Content(""), heading, *shown]


def _files(outlook: MergeOutlook, width: int) -> Iterator[Content]:
    count = len(outlook.files)
    yield Content.styled(
        f"{count} FILE{'S' * (count != 1)}, +{outlook.added} −{outlook.removed}", f"bold {MUTED}"
    )
    for file in outlook.files[:_FILES]:
        told = f"  {line(file.path)}  +{file.added} −{file.removed}"
        yield Content(told).truncate(width, ellipsis=True)
    if count > _FILES:
        yield Content.styled(f"  and {count - _FILES} more", MUTED)


def _conflicts(outlook: MergeOutlook, width: int) -> Iterator[Content]:
    base = line(outlook.base_branch)
    yield Content.styled(f"CONFLICTS WITH {base} NOW", "bold $state-failed")
    for one in outlook.conflicts:
        settled = " · settled as once before" if one.path in outlook.remembered else ""
        yield from conflict_rows(one, (base, "its branch"), width, settled)
    yield Content.styled("S shows the ways to settle it", MUTED)


def conflict_rows(
    one: FileConflict, names: tuple[str, str], width: int, settled: str = ""
) -> Iterator[Content]:
    """One file in conflict: its path, and each side's commits that touch it, base's first."""
    kind = f" ({line(one.kind)})" if one.kind != "content" else ""
    head = Content.assemble(
        ("⚠ ", "$state-failed"), (line(one.path), "bold"), (f"{kind}{settled}", MUTED)
    )
    yield head.truncate(width, ellipsis=True)
    for who, commits in zip(names, (one.base_side, one.session_side), strict=True):
        for commit in commits[:2]:
            for part in wrapped(f"{who}: {commit}", width - 2, 2, MUTED):
                yield Content.assemble("  ", part)
        if len(commits) > 2:
            yield Content.styled(f"  {who}: and {len(commits) - 2} more", MUTED)


def warnings(board: Board, view: SessionView, outlook: MergeOutlook | None) -> Iterator[str]:
    """What the lead should know before Enter."""
    if board.queue.paused_by:
        yield f"The queue is paused by {name_of(board, board.queue.paused_by)}: it waits there."
    if review := view.review:
        if not review.checks_green:
            yield "Not every check is green: the line keeps it waiting until they are."
        if review.uncommitted:
            yield f"Not committed, so no part of it: {', '.join(review.uncommitted)}"
        if told := _outside(board, review):
            yield f"Outside its scope: {told}"
    if told := collides_words(board, view.id):
        yield f"It {told}"
    if outlook is None:
        return
    if outlook.nothing:
        yield f"{outlook.base_branch} has all of it already: nothing would land."
    yield from outlook.blocks
    if outlook.settling:
        yield f"Its conflict is half settled in {outlook.settling}"
    if outlook.resolution:
        yield f"The conflict settled by hand is used: {outlook.resolution[:10]}"


def _outside(board: Board, review: Review) -> str:
    by = waiver_of(review)
    return outside_words([line(path) for path in review.outside], name_of(board, by) if by else "")


def _warned(text: str, width: int) -> Iterator[Content]:
    for place, part in enumerate(wrapped(text, width - 2, 5, "$text-warning")):
        yield Content.assemble(("  " if place else "⚠ ", "$text-warning"), part)
