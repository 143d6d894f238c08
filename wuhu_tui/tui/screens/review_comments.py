"""Comments of a review: made at a line or a hunk, kept as drafts, sent as one, settled one by one."""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.model.anchors import anchor_of
from wuhu_tui.model.comments import Anchor, Comment, CommentKind, CommentState, Side
from wuhu_tui.model.diff import DiffFile, Hunk, LineKind
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.origins import Origin
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.presentation.diff_notes import COMMENT, drafts
from wuhu_tui.tui.presentation.review_facts import send_facts
from wuhu_tui.tui.purposes import Purpose, draft_key
from wuhu_tui.tui.screens.review_marking import ReviewMarking

_LONGEST = 12
"""Lines of a hunk that a comment on it is tied to."""


class ReviewComments(ReviewMarking):
    """Handlers of comments, and of where a line comes from."""

    def do_review_comment(self) -> None:
        """Say something to the line or hunk under the cursor, or change the draft there."""
        self._write(CommentKind.REMARK)

    def do_review_question(self) -> None:
        """Ask something about the line or hunk under the cursor."""
        self._write(CommentKind.QUESTION)

    def _write(self, kind: CommentKind) -> None:
        known = self.comment_here()
        if known and known.state is CommentState.DRAFT:
            self._edit(known)
        elif anchor := (known.anchor if known else self._anchor()):
            self._say(anchor, kind)

    def _say(self, anchor: Anchor, kind: CommentKind) -> None:
        from wuhu_tui.tui.dialogs.comment import CommentDialog

        core, session, head = self.core, self._session, self._looked.at
        about = f"{anchor.path}:{anchor.line}:{anchor.side.value}"
        key = draft_key(session, Purpose.COMMENT, about)

        def written(text: str | None) -> None:
            if text:
                verb = core.comment(session, anchor, text, kind=kind, head=head)
                self.wuhu.verbs.run(verb, then=lambda _: self.wuhu.drafts.put(key, ""))

        self.wuhu.push_screen(CommentDialog(session, kind, anchor, key), written)

    def _edit(self, comment: Comment) -> None:
        from wuhu_tui.tui.dialogs.comment import CommentDialog

        core, session = self.core, self._session
        key = draft_key(session, Purpose.COMMENT, comment.id)

        def written(text: str | None) -> None:
            if text and text != comment.text:
                verb = core.edit_comment(session, comment.id, text)
                self.wuhu.verbs.run(verb, then=lambda _: self.wuhu.drafts.put(key, ""))

        dialog = CommentDialog(session, comment.kind, comment.anchor, key, text=comment.text)
        self.wuhu.push_screen(dialog, written)

    # which one

    def comment_here(self) -> Comment | None:
        """The comment whose rows the cursor is on, as the board has it now."""
        view = self.session
        key = self._diff.note or self._elsewhere.get(self._diff.cursor, "")
        if view is None or not key.startswith(COMMENT):
            return None
        wanted = key.removeprefix(COMMENT)
        return next((one for one in view.comments if one.id == wanted), None)

    def _anchor(self) -> Anchor | None:
        """What the cursor is on, as something that can be spoken of; says why it cannot."""
        page, line = self._diff.page, self._diff.line
        why = "go to a line or a hunk first"
        if page is not None and page.is_read:
            why = "this file shows no lines to speak of: s steers the session"
            hunk = self._diff.hunk
            try:
                if line is not None:
                    is_old = line.kind is LineKind.REMOVED
                    side = Side.OLD if is_old else Side.NEW
                    number = line.old_number if is_old else line.new_number
                    return anchor_of(page.file, number, side=side)
                if 0 <= hunk < len(page.file.hunks):
                    return hunk_anchor(page.file, page.file.hunks[hunk])
            except UsageError as error:
                why = error.message
        self.wuhu.verbs.tell(why)
        return None

    # sending and settling

    def do_review_send(self) -> None:
        """Send all drafts as one review, after saying what goes where."""
        from wuhu_tui.tui.dialogs.note import NoteDialog

        view = self.chosen
        told = send_facts(view, drafts(view.comments))

        def noted(note: str | None) -> None:
            if note is not None:
                verb = self._send(view.id, note)
                count = len(drafts(view.comments))
                done = f"{count} comment{'s' * (count != 1)} sent to {view.spec.shown_name}"
                self.wuhu.verbs.run(verb, done=done, once=f"sending to {view.spec.shown_name}")

        self.wuhu.push_screen(NoteDialog(told, hint="words that go before them, if any"), noted)

    async def _send(self, session: str, note: str) -> None:
        """What the lead speaks of was seen: the session may go on before the lead leaves."""
        await self.record_look()
        await self.core.send_comments(session, note=note)

    def do_review_drop(self) -> None:
        """Give up the draft under the cursor; its words are there when one is written there again."""
        comment = self.comment_here()
        if comment is None or comment.state is not CommentState.DRAFT:
            self.wuhu.verbs.tell("no draft is under the cursor")
            return
        anchor = comment.anchor
        about = f"{anchor.path}:{anchor.line}:{anchor.side.value}"
        self.wuhu.drafts.put(draft_key(self._session, Purpose.COMMENT, about), comment.text)
        self.wuhu.save_drafts_soon()
        key = self._comment_key
        done = f"dropped · {key} there brings its words back"
        self.wuhu.verbs.run(self.core.drop_comment(self._session, comment.id), done=done)

    @property
    def _comment_key(self) -> str:
        return self.wuhu.keys.label(BY_ID["review.comment"])

    def do_review_resolve(self) -> None:
        """Say that what was sent is settled, or open it again."""
        comment = self.comment_here()
        if comment is None or comment.state is CommentState.DRAFT:
            self.wuhu.verbs.tell("no sent comment is under the cursor")
            return
        again = comment.state is CommentState.RESOLVED
        verb = self.core.resolve_comment(self._session, comment.id, again=again)
        self.wuhu.verbs.run(verb, done="open again" if again else "resolved")

    # where a line comes from

    def do_review_origin(self) -> None:
        """Ask which turn wrote the line or hunk under the cursor."""
        page, line = self._diff.page, self._diff.line
        number = line.new_number if line else 0
        hunk = self._diff.hunk
        if page is not None and page.is_read and 0 <= hunk < len(page.file.hunks) and not number:
            number = first_new_line(page.file.hunks[hunk])
        if page is None or not number:
            self.wuhu.verbs.tell("go to a line that is there in the new file first")
            return
        verb = self.core.hunk_origin(self._session, page.file.path, number)
        self.wuhu.verbs.run(verb, then=self._show_origin, once="looking who wrote this")

    def _show_origin(self, origin: Origin) -> None:
        from wuhu_tui.tui.dialogs.origin import OriginDialog

        if self.is_attached:
            self.wuhu.push_screen(OriginDialog(origin), self._went_to(origin))

    def _went_to(self, origin: Origin) -> Callable[[bool | None], None]:
        def answered(go: bool | None) -> None:
            if go:
                self._open_transcript(origin)

        return answered

    def _open_transcript(self, origin: Origin) -> None:
        from wuhu_tui.tui.screens.session import SessionScreen

        session = origin.session or self._session
        if self.core.board.session(session) is None:
            self.wuhu.verbs.tell(f"{session} has left the board")
            return
        self.wuhu.push_screen(SessionScreen(session, at=origin.cursor))


def hunk_anchor(file: DiffFile, hunk: Hunk) -> Anchor:
    """An anchor at what a hunk changes: what is new, or else what is gone."""
    new = [line.new_number for line in hunk.lines if line.kind is LineKind.ADDED]
    if new:
        first = new[0]
        last = max(number for number in new if number - first < _LONGEST)
        return anchor_of(file, first, last)
    old = [line.old_number for line in hunk.lines if line.kind is LineKind.REMOVED]
    first = old[0] if old else 0
    last = max((number for number in old if number - first < _LONGEST), default=0)
    return anchor_of(file, first, last, side=Side.OLD)


def first_new_line(hunk: Hunk) -> int:
    """The first line of a hunk that its work added, or else the first that is there."""
    added = (line.new_number for line in hunk.lines if line.kind is LineKind.ADDED)
    there = (line.new_number for line in hunk.lines if line.new_number)
    return next(added, 0) or next(there, 0)
