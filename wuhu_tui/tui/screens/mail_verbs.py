"""What can be done to the message under the cursor."""

from __future__ import annotations

from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.messages import Lane
from wuhu_tui.tui.presentation.facts import discard_facts
from wuhu_tui.tui.presentation.mail import Mail, Post, Stage
from wuhu_tui.tui.presentation.mail_words import LANE_WORDS, loud_reason, name_of
from wuhu_tui.tui.screens.list_screen import ListScreen


class MailVerbs(ListScreen):
    """Handlers of the messages view's own actions; the registry has said that they are possible."""

    @property
    def mail(self) -> Mail | None:
        """The message under the cursor."""
        raise NotImplementedError

    @property
    def post(self) -> Post:
        """All messages shown."""
        raise NotImplementedError

    @property
    def _chosen_mail(self) -> Mail:
        mail = self.mail
        assert mail is not None
        return mail

    def do_mail_cancel(self) -> None:
        """Take it back."""
        mail = self._chosen_mail
        verb = self.core.cancel_message(mail.recipient, mail.id)
        self.wuhu.verbs.run(verb, done="taken back", once=f"cancel {mail.key}")

    def do_mail_edit(self) -> None:
        """Change its words."""
        from wuhu_tui.tui.dialogs.composer import ComposerDialog
        from wuhu_tui.tui.purposes import Purpose

        mail = self._chosen_mail
        self.wuhu.push_screen(ComposerDialog(Purpose.EDIT, mail.recipient, mail=mail))

    def do_mail_move(self) -> None:
        """Into the other lane, behind what waits there."""
        mail = self._chosen_mail
        self._move(mail, Lane.STEER if mail.lane is Lane.FOLLOW_UP else Lane.FOLLOW_UP)

    def _move(self, mail: Mail, lane: Lane, before: str = "", done: str = "") -> None:
        verb = self.core.move_message(mail.recipient, mail.id, lane, before=before)
        told = done or f"moved to {LANE_WORDS[lane]}"
        self.wuhu.verbs.run(verb, done=told, once=f"move {mail.key}")

    def _lane_of(self, mail: Mail) -> list[Mail]:
        boxes = [box for box in self.post.boxes if box.recipient == mail.recipient]
        return [other for box in boxes for other in box.waiting if other.lane is mail.lane]

    def do_mail_earlier(self) -> None:
        """One place earlier."""
        mail = self._chosen_mail
        self._move(mail, mail.lane, self._lane_of(mail)[mail.place - 2].id, "moved up")

    def do_mail_later(self) -> None:
        """One place later."""
        mail = self._chosen_mail
        behind = self._lane_of(mail)[mail.place + 1 : mail.place + 2]
        self._move(mail, mail.lane, behind[0].id if behind else "", "moved down")

    def do_mail_promote(self) -> None:
        """Let it land first."""
        mail = self._chosen_mail
        verb = self.core.promote_message(mail.recipient, mail.id)
        self.wuhu.verbs.run(verb, done="it lands first now", once=f"promote {mail.key}")

    def do_mail_send_again(self) -> None:
        """Queue again what did not arrive, or may not have."""
        mail, core = self._chosen_mail, self.core
        if mail.letter and mail.stage is Stage.LOUD:
            verb = core.requeue_letter(mail.letter.id)
        elif mail.lane is Lane.FOLLOW_UP:
            verb = core.follow_up(mail.recipient, mail.text)
        else:
            verb = core.steer(mail.recipient, mail.text)
        self.wuhu.verbs.run(verb, done="sent again", once=f"again {mail.key}")

    def do_mail_discard(self) -> None:
        """Let it go, with a note."""
        from wuhu_tui.tui.dialogs.note import NoteDialog

        mail, board = self._chosen_mail, self.core.board
        letter = mail.letter
        assert letter is not None

        def discard(note: str | None) -> None:
            if note is not None:
                verb = self.core.discard_letter(letter.id, note=note)
                self.wuhu.verbs.run(verb, done="discarded", once=f"discard {letter.id}")

        who = f"{name_of(board, mail.sender)} to {name_of(board, mail.recipient)}"
        told = discard_facts(mail.kind, who, loud_reason(letter), mail.text)
        self.wuhu.push_screen(NoteDialog(told), discard)

    def do_mail_seen(self) -> None:
        """Say that the lead has seen it."""
        mail = self._chosen_mail
        assert mail.letter is not None
        verb = self.core.acknowledge_letter(mail.letter.id)
        self.wuhu.verbs.run(verb, done="seen", once=f"seen {mail.letter.id}")

    def do_mail_open(self) -> None:
        """Open its session."""
        from wuhu_tui.tui.screens.session import SessionScreen

        session = self.subject()
        if session and session != LEAD:
            self.wuhu.selected = session
            self.wuhu.push_screen(SessionScreen(session))
        else:
            self.wuhu.verbs.tell("its session is not on the board any more")
