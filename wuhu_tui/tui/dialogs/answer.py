"""Answers questions one after the other: an option by its number, or the lead's own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.messages import answer_message
from wuhu_tui.model.permissions import DENY
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.receipts import ReceiptKind
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.attention import Need, needs
from wuhu_tui.tui.presentation.inbox import deadline_note, denies_with_words, option_entries
from wuhu_tui.tui.presentation.leave import beside, command_wanted
from wuhu_tui.tui.presentation.rows import MUTED, line
from wuhu_tui.tui.purposes import Purpose, draft_key
from wuhu_tui.tui.safe import safe_text
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.lists import OptionList
from wuhu_tui.tui.widgets.message_field import MessageField

_MOST_SHOWN = 50_000
"""Characters of a question's text or context that the dialog shows, and says so if there are more."""


class AnswerDialog(WuhuDialog[None]):
    """One question at a time; after an answer the next comes by itself."""

    CONTEXT = Context.ANSWER
    BINDINGS = bindings_for(CONTEXT)
    AUTO_FOCUS = ""

    def __init__(self, session: str, question: str) -> None:
        super().__init__()
        self._session = session
        self._question = question
        self._skipped: set[str] = set()
        self._sending = False
        self._armed = False
        self._shown = ""

    # which question

    def subject(self) -> str:
        """The session that asks."""
        return self._session

    def situation(self) -> Situation:
        """Judged by the question before the lead, not by the most pressing one."""
        return replace(super().situation(), question=self._found())

    def _found(self) -> Question | None:
        view = self.core.board.session(self._session)
        asked = view.questions if view else ()
        return next((question for question in asked if question.id == self._question), None)

    def _order(self) -> list[Need]:
        core = self.core
        return [
            need
            for need in needs(core.board, core.runner_alive, self.wuhu.clock())
            if need.question
        ]

    # drawing

    def compose(self) -> ComposeResult:
        """The question, its options, and a field for own words."""
        with Vertical(classes="bottom"):
            with VerticalScroll(id="question", can_focus=False):
                yield Static("", id="question-text")
            yield OptionList()
            yield Static(Content.styled("own words", MUTED), id="own")
            yield MessageField()
            yield ActionFooter()

    def on_mount(self) -> None:
        """A key that came with the one that opened the dialog was pressed unseen: it counts not."""
        self._disarm()

    def paint(self, board: Board, now: datetime) -> None:
        """Show the question as it stands; one that is gone makes room for the next."""
        question = self._found()
        if question is None:
            if not self._sending:
                self.wuhu.verbs.tell(closed_words(self.session, self._question, now))
                self._go_on()
            return
        if self._shown != self._question:
            self._show(question)
        self._paint_title(question, now)

    def _paint_title(self, question: Question, now: datetime) -> None:
        view = self.session
        box = self.query_one(".bottom", Vertical)
        order = [need.key for need in self._order()]
        key = f"{self._session}/{self._question}"
        place = f"{order.index(key) + 1} of {len(order)} · " if key in order else ""
        name = line(view.spec.shown_name) if view else self._session
        word = _ASKS.get(question.kind, "asks")
        box.border_title = Content.assemble(("? ", "bold $state-asking"), f"{name} {word}")
        note = deadline_note(question, now)
        box.border_subtitle = Content(
            f"{place}{age(question.asked_at, now)} ago" + (note and f" · {note}")
        )

    def _show(self, question: Question) -> None:
        self._shown = self._question
        self.query_one("#question-text", Static).update(question_content(question))
        options = self.query_one(OptionList)
        options.display = bool(question.options)
        rows = option_entries(question, self.app.size.width - 4)
        options.styles.height = sum(len(entry.rows) for entry in rows)
        options.show(question)
        if question.options:
            options.select(first_choice(question))
        self.query_one("#own", Static).update(Content.styled(own_words_hint(question), MUTED))
        field = self.query_one(MessageField)
        field.text = self.wuhu.drafts.get(self._draft)
        field.move_cursor(field.document.end)
        (field if not question.options or field.text else options).focus()

    @property
    def _draft(self) -> str:
        return draft_key(self._session, Purpose.ANSWER, self._question)

    def on_text_area_changed(self) -> None:
        """Every key keeps the draft."""
        self._keep_draft()

    def _keep_draft(self) -> None:
        """Only while the field shows this question: late news of the last one are not its draft."""
        if not self._sending and self._shown == self._question:
            self.wuhu.drafts.put(self._draft, self.query_one(MessageField).text)
            self.wuhu.save_drafts_soon()

    # keys

    def do_write(self) -> None:
        """Go between the options and the field."""
        question = self._found()
        field, options = self.query_one(MessageField), self.query_one(OptionList)
        to_options = field.has_focus and question is not None and bool(question.options)
        (options if to_options else field).focus()

    def do_down(self) -> None:
        """Next option."""
        self.query_one(OptionList).move(+1)

    def do_up(self) -> None:
        """Option before."""
        self.query_one(OptionList).move(-1)

    def do_scroll_on(self) -> None:
        """Read on in a long question."""
        self.query_one("#question", VerticalScroll).scroll_page_down(animate=False)

    def do_scroll_back(self) -> None:
        """Read back in a long question."""
        self.query_one("#question", VerticalScroll).scroll_page_up(animate=False)

    def do_newline(self) -> None:
        """Begin a new line in the field."""
        field = self.query_one(MessageField)
        field.focus()
        field.break_line()

    def do_keep(self) -> None:
        """Close; the draft stays."""
        self._keep_draft()
        self.dismiss()

    def do_skip(self) -> None:
        """Leave this question open and go to the next."""
        self._skipped.add(self._question)
        self._go_on()

    def do_pick(self, number: str) -> None:
        """Answer with an option, if the lead can see which one that is."""
        if not self.query_one(OptionList).content_region.intersection(self.region).area:
            self.wuhu.verbs.tell("the options do not fit here: make the terminal larger")
            return
        question = self._found()
        options = question.options if question else ()
        if int(number) > len(options):
            self.wuhu.verbs.tell(f"there are only {len(options)} options")
        else:
            self._answer(choice=options[int(number) - 1].key)

    def do_send(self) -> None:
        """Send the option under the cursor, or the own words if the lead is writing."""
        question = self._found()
        if question is None:
            return
        writing = self.query_one(MessageField).has_focus
        if question.options and not writing:
            self._answer(choice=self.query_one(OptionList).selected)
        elif not self.query_one(MessageField).text.strip():
            self.wuhu.verbs.tell("nothing is written yet")
        elif denies_with_words(question):
            self._answer(choice=DENY)
        elif question.kind is QuestionKind.PERMISSION and question.options:
            self.wuhu.verbs.tell(
                "a permission needs an option: Tab, then pick; your words go with it"
            )
        else:
            self._answer(choice="")

    def _answer(self, *, choice: str) -> None:
        """Send; a key that was meant for the question before is not taken."""
        if self._sending or not self._armed:
            return
        self._sending = True
        text = self.query_one(MessageField).text.strip()
        core = self.core
        verb = core.answer(self._session, self._question, choice=choice, text=text)
        question = self._found()
        labels = {option.key: option.label for option in question.options} if question else {}
        told = labels.get(choice, choice) or "in your own words"
        self.wuhu.verbs.run(
            verb,
            then=lambda _: self._answered(told),
            failed=self._refused,
            once=f"answer {self._question}",
        )

    def _answered(self, told: str) -> None:
        view = self.session
        name = line(view.spec.shown_name) if view else self._session
        self.wuhu.drafts.put(self._draft, "")
        self.wuhu.save_drafts_soon()
        self.wuhu.verbs.tell(f"{name}: answered {line(told)}")
        self._skipped.add(self._question)
        self._sending = False
        self._go_on()

    def _refused(self, error: WuhuError) -> None:
        self._sending = False
        self.wuhu.repaint()

    def _go_on(self) -> None:
        """On to the next question; without one, back."""
        for need in self._order():
            if need.question and need.question.id not in self._skipped:
                self._session, self._question = need.view.id, need.question.id
                self._disarm()
                self.call_later(self.wuhu.repaint)
                return
        if self.is_current:
            self.dismiss()

    def _disarm(self) -> None:
        wait = self.wuhu.settings.arming
        self._armed = not wait
        if wait:
            self.set_timer(wait, self._arm)

    def _arm(self) -> None:
        self._armed = True


def closed_words(view: SessionView | None, question: str, now: datetime) -> str:
    """How a question was closed that the lead still had before them: by whom, and when."""
    names = (question, answer_message(question))
    for receipt in view.receipts if view else ():
        if receipt.id in names and receipt.kind is ReceiptKind.ANSWER:
            when = age(receipt.queued_at, now)
            who = "you answered elsewhere" if receipt.by == LEAD else f"{line(receipt.by)} answered"
            return f"{who} {when} ago: {line(receipt.text)}"
    return "that question is closed: somebody answered, or it was withdrawn"


def own_words_hint(question: Question) -> str:
    """What the lead's own words would mean here."""
    if denies_with_words(question):
        return "why not: Enter here denies, and the model reads these words"
    if question.kind is QuestionKind.BUDGET:
        return "or another limit, in dollars"
    return "own words"


_ASKS = {
    QuestionKind.PERMISSION: "asks permission",
    QuestionKind.PLAN: "shows its plan",
    QuestionKind.BUDGET: "has used up its budget",
}


def first_choice(question: Question) -> str:
    """The option under the cursor at first."""
    recommended = [option.key for option in question.options if option.recommended]
    return next(filter(None, (*recommended, question.default, question.options[0].key)))


def question_content(question: Question) -> Content:
    """A question's text and context; a permission's command stands by itself."""
    if question.kind is QuestionKind.PERMISSION:
        return _leave_content(question)
    parts = [(question.text, "bold"), (question.context, MUTED)]
    return Content("\n").join(Content.styled(_shown(text), how) for text, how in parts if text)


def _leave_content(question: Question) -> Content:
    """What is wanted, and what the agent says of it; of an edit that is its diff."""
    command = command_wanted(question)
    title = "" if question.text == command else question.text
    parts = [
        (title, "bold"),
        (f"$ {command}" if command else "", "bold $text-warning"),
        (beside(question), MUTED if command else ""),
    ]
    return Content("\n").join(Content.styled(_shown(text), how) for text, how in parts if text)


def _shown(text: str) -> str:
    more = len(text) - _MOST_SHOWN
    cut = f"\n… and {more} more characters" if more > 0 else ""
    return safe_text(text[:_MOST_SHOWN]) + cut
