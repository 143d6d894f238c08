"""The composer: writes to a session; what is not sent stays a draft."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.reviews import Finding, VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.attention import all_needs
from wuhu_tui.tui.presentation.behind import behind_words
from wuhu_tui.tui.presentation.facts import conflict_brief, lands
from wuhu_tui.tui.presentation.mail import Mail, Stage
from wuhu_tui.tui.presentation.mail_words import name_of
from wuhu_tui.tui.purposes import Purpose, draft_key, stranded
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.lists import MessageList
from wuhu_tui.tui.widgets.message_field import MessageField
from wuhu_tui.tui.widgets.strip import TextStrip

_TITLES = {
    Purpose.STEER: "Steer",
    Purpose.FOLLOW_UP: "Follow-up to",
    Purpose.REQUEST_CHANGES: "Request changes from",
    Purpose.EDIT: "Change the message to",
}


class ComposerDialog(WuhuDialog[bool]):
    """Several lines to one session; returns whether it was sent."""

    CONTEXT = Context.COMPOSER
    BINDINGS = bindings_for(CONTEXT)
    FIELD = MessageField
    AUTO_FOCUS = "MessageField"

    def __init__(
        self,
        purpose: Purpose,
        session: str,
        *,
        mail: Mail | None = None,
        findings: Sequence[Finding] = (),
        comments: int = 0,
    ) -> None:
        super().__init__()
        self.purpose = purpose
        self._session = session
        self._mail = mail
        self._findings = tuple(findings)
        self._comments = comments
        """Drafts of comments that go out before the request does."""
        self._head = ""
        self._sending = False

    def subject(self) -> str:
        """The session written to."""
        return self._session

    def situation(self) -> Situation:
        """Judged by the drafts too that nothing leads to."""
        return replace(super().situation(), stranded=len(self._stranded()))

    def _stranded(self) -> list[tuple[str, str]]:
        found = stranded(self.wuhu.drafts.keys, self.core.board)
        return [(key, session) for key, session in found if key != self._key]

    @property
    def _key(self) -> str:
        return draft_key(self._session, self.purpose, self._mail.id if self._mail else "")

    def compose(self) -> ComposeResult:
        """The field, and beside it what waits."""
        text = self.wuhu.drafts.get(self._key) or self._first_draft()
        with Vertical(classes="bottom"):
            with Horizontal():
                yield MessageField(text)
                yield MessageList(empty="nothing waits in its lanes")
            yield TextStrip(id="behind")
            yield ActionFooter()

    def _first_draft(self) -> str:
        if self._mail:
            return self._mail.text
        view = self.session
        asks_changes = self.purpose is Purpose.REQUEST_CHANGES
        return conflict_brief(view) if view and asks_changes else ""

    def on_mount(self) -> None:
        """Changes are requested of the commit that was before the lead, not of a later one."""
        view = self.session
        self._head = view.review.head if view and view.review else ""
        self.query_one(MessageList).can_focus = False

    def paint(self, board: Board, now: datetime) -> None:
        """Say when it would land, what waits there already, and what waits for the lead behind it."""
        self._paint_behind(board, now)
        view = board.session(self._session)
        box = self.query_one(".bottom", Vertical)
        box.border_title = Content(f"{_TITLES[self.purpose]} {name_of(board, self._session)}")
        if view is None or view.state is SessionState.ARCHIVED:
            box.border_subtitle = Content(_GONE)
            return
        box.border_subtitle = Content(self._when(board))
        self.query_one(MessageList).show(view, now)

    def _paint_behind(self, board: Board, now: datetime) -> None:
        told = behind_words(all_needs(board, self.core.runner_alive, now))
        told = " · ".join(filter(None, (self._left_words(board), told)))
        strip = Content.styled(f" {told}", "$text-warning") if told else None
        self.query_one("#behind", TextStrip).show(strip)

    def _left_words(self, board: Board) -> str:
        found = self._stranded()
        if not found:
            return ""
        key, name = self.wuhu.keys.label(BY_ID["composer.take_draft"]), name_of(board, found[0][1])
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        return f"{key} brings unsent words to {name}{more} here"

    def _when(self, board: Board) -> str:
        view = board.session(self._session)
        if view is None or self.purpose is Purpose.EDIT:
            return ""
        if self.purpose is Purpose.REQUEST_CHANGES:
            findings = f", with {len(self._findings)} findings" if self._findings else ""
            if self._comments:
                findings += f", with {self._comments} comment{'s' * (self._comments != 1)}"
            return f"about {self._head[:7]}{findings}; goes to the session as a follow-up"
        return lands(view, Lane.STEER if self.purpose is Purpose.STEER else Lane.FOLLOW_UP)

    def on_text_area_changed(self) -> None:
        """Every key keeps the draft."""
        self._keep_draft()

    def _keep_draft(self) -> None:
        if not self._sending:
            self.wuhu.drafts.put(self._key, self.query_one(MessageField).text)
            self.wuhu.save_drafts_soon()

    # keys

    def do_newline(self) -> None:
        """Begin a new line."""
        self.query_one(MessageField).break_line()

    def do_keep(self) -> None:
        """Close; the draft stays."""
        self._keep_draft()
        self.dismiss(False)

    def do_cancel_waiting(self) -> None:
        """Take back the newest message that waits."""
        view = self.session
        if view and view.waiting:
            newest = max(view.waiting, key=lambda message: message.queued_at)
            verb = self.core.cancel_message(self._session, newest.id)
            self.wuhu.verbs.run(verb, done="taken back", once=f"cancel {newest.id}")
        else:
            self.wuhu.verbs.tell("nothing waits in its lanes")

    def do_take_draft(self) -> None:
        """Put the oldest draft that lost its place behind what is written here."""
        key, _ = self._stranded()[0]
        field = self.query_one(MessageField)
        words = self.wuhu.drafts.get(key)
        field.insert("\n" + words if field.text else words, field.document.end)
        field.move_cursor(field.document.end)
        self._keep_draft()
        self.wuhu.drafts.put(key, "")

    def do_send(self) -> None:
        """Send; the text stays until the core has taken it."""
        text = self.query_one(MessageField).text.strip()
        if why := self._nobody_there():
            self.wuhu.verbs.tell(why, title="Not sent: your words stay", severe=True)
        elif not text and not self._findings and not self._comments:
            self.wuhu.verbs.tell("nothing is written yet")
        elif not self._sending:
            self._sending = True
            name = self._session
            self.wuhu.verbs.run(
                self._verb(text), then=lambda _: self._sent(), failed=self._refused, once=name
            )

    def _nobody_there(self) -> str:
        """Why nothing can be sent to that session any more; empty when it can."""
        if self._mail and self._mail.stage is Stage.LOUD:
            return ""
        view, name = self.session, name_of(self.core.board, self._session)
        if view is None:
            return f"{name} has left the board"
        if view.state is SessionState.ARCHIVED:
            return f"{name} was archived {age(view.since, self.wuhu.clock())} ago"
        return ""

    def _verb(self, text: str) -> Coroutine[Any, Any, Any]:
        core, session = self.core, self._session
        match self.purpose:
            case Purpose.STEER:
                return core.steer(session, text)
            case Purpose.FOLLOW_UP:
                return core.follow_up(session, text)
            case Purpose.EDIT:
                return self._edit(text)
        return self._request(text)

    async def _request(self, text: str) -> None:
        """What was commented goes first: the session has all of it when it goes on."""
        core, session = self.core, self._session
        if self._comments:
            await core.send_comments(session)
            self._comments = 0
            text = text or _SEE_COMMENTS
        await core.verdict(
            session,
            VerdictKind.CHANGES_REQUESTED,
            head=self._head,
            note=text,
            findings=self._findings,
        )

    def _edit(self, text: str) -> Coroutine[Any, Any, Any]:
        mail, core = self._mail, self.core
        assert mail is not None
        if mail.stage is Stage.LOUD:
            return core.edit_letter(mail.id, text)
        return core.edit_message(self._session, mail.id, text)

    def _sent(self) -> None:
        self.wuhu.drafts.put(self._key, "")
        self.wuhu.save_drafts_soon()
        board = self.core.board
        self.wuhu.verbs.tell(f"{name_of(board, self._session)}: {_DONE[self.purpose]}")
        if self.is_current:
            self.dismiss(True)

    def _refused(self, error: WuhuError) -> None:
        self._sending = False


_GONE = "its session has left the board: nothing can be sent there; the words stay here"

_SEE_COMMENTS = "Do what the comments on your work ask for."

_DONE = {
    Purpose.STEER: "steer queued",
    Purpose.FOLLOW_UP: "follow-up queued",
    Purpose.REQUEST_CHANGES: "changes requested",
    Purpose.EDIT: "message changed",
}
