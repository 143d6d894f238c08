"""A new session: its task first; everything else has a default."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Label, Static

from wuhu_tui.core.door import CoreDoor, NewSession
from wuhu_tui.journal.clock import new_id
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.tui.action import Context
from wuhu_tui.tui.dialogs.base import WuhuDialog
from wuhu_tui.tui.keymap import bindings_for
from wuhu_tui.tui.presentation.rows import MUTED, line
from wuhu_tui.tui.widgets.choice import Choice
from wuhu_tui.tui.widgets.footer import ActionFooter
from wuhu_tui.tui.widgets.message_field import LineField, MessageField
from wuhu_tui.worker.lint import Assignment, lint, lint_summary

DRAFT = "new session"
DEFAULT_AGENT = "project default"


class NewSessionDialog(WuhuDialog[str]):
    """Returns the id of the session it made."""

    CONTEXT = Context.NEW_SESSION
    BINDINGS = bindings_for(CONTEXT)
    FIELD = MessageField
    AUTO_FOCUS = "MessageField"

    def __init__(self) -> None:
        super().__init__()
        self._key = new_id()
        self._making = False

    def compose(self) -> ComposeResult:
        """Task, title, role, agent."""
        with Vertical(classes="box -wide") as box:
            box.border_title = Content("New session")
            box.border_subtitle = Content("its own branch and worktree, from the tip of base")
            yield Label("task: what to do, what not to touch, how to know it is done")
            yield MessageField(self.wuhu.drafts.get(DRAFT))
            with Horizontal(classes="fields"):
                with Vertical():
                    yield Label("title")
                    yield LineField(id="title", placeholder="the task's first words", compact=True)
                with Vertical():
                    yield Label("role")
                    yield LineField("impl", id="role", compact=True)
            with Horizontal(classes="fields"):
                with Vertical():
                    yield Label("only these paths")
                    yield LineField(id="scope", placeholder="src/auth tests/auth", compact=True)
                with Vertical():
                    yield Label("done when (; between)")
                    yield LineField(id="acceptance", placeholder="pytest passes", compact=True)
            yield Label("agent")
            yield Choice((DEFAULT_AGENT, *self.wuhu.settings.agents), name="agent")
            yield Static("", id="hint")
            yield ActionFooter()

    def on_mount(self) -> None:
        """A draft may be there already."""
        super().on_mount()
        self._hint()

    def on_text_area_changed(self) -> None:
        """Every key keeps the draft."""
        self._keep_draft()
        self._hint()

    def on_input_changed(self) -> None:
        """What a field says may be what the task lacked."""
        self._hint()

    def _hint(self) -> None:
        """Say what the task lacks, once there is one; it blocks nothing."""
        wish = self.wish()
        assignment = Assignment(task=wish.task, scope=wish.scope, acceptance=wish.acceptance)
        told = lint_summary(lint(assignment)) if wish.task else ""
        self.query_one("#hint", Static).update(Content.styled(line(told), MUTED))

    def _keep_draft(self) -> None:
        if not self._making:
            self.wuhu.drafts.put(DRAFT, self.query_one(MessageField).text)
            self.wuhu.save_drafts_soon()

    def do_close(self) -> None:
        """Close; the task stays a draft."""
        self._keep_draft()
        self.dismiss()

    def wish(self) -> NewSession:
        """What the fields say."""
        task = self.query_one(MessageField).text.strip()
        title = self.query_one("#title", LineField).value.strip()
        agent = self.query_one(Choice).value
        return NewSession(
            task=task,
            title=title or title_of(task),
            role=self.query_one("#role", LineField).value.strip() or "impl",
            agent="" if agent == DEFAULT_AGENT else agent,
            scope=tuple(self.query_one("#scope", LineField).value.split()),
            acceptance=parts_of(self.query_one("#acceptance", LineField).value),
            key=self._key,
        )

    def do_newline(self) -> None:
        """Begin a new line in the task."""
        field = self.query_one(MessageField)
        field.focus()
        field.break_line()

    def do_make_and_start(self) -> None:
        """Make the session and start it."""
        self._make(start=True)

    def do_make_only(self) -> None:
        """Make it; it starts when it is told to."""
        self._make(start=False)

    def _make(self, *, start: bool) -> None:
        wish = self.wish()
        if not wish.task:
            self.wuhu.verbs.tell("write the task first")
            return
        if self._making:
            return
        self._making = True
        done = f"{line(wish.title)}: {'started' if start else 'made; R starts it'}"
        verb = make(self.core, wish, start=start)
        self.wuhu.verbs.run(
            verb, done=done, then=self._made, failed=self._refused, once="new session"
        )

    def _made(self, session: str) -> None:
        self.wuhu.drafts.put(DRAFT, "")
        self.wuhu.save_drafts_soon()
        if self.is_current:
            self.dismiss(session)

    def _refused(self, error: WuhuError) -> None:
        """The same key adopts what was made before it failed."""
        self._making = False


async def make(core: CoreDoor, wish: NewSession, *, start: bool) -> str:
    """Make a session, and start it if wished; returns its id."""
    spec = await core.instantiate(wish)
    if start:
        await core.start(spec.id)
    return spec.id


def parts_of(text: str) -> tuple[str, ...]:
    """Criteria, parted by semicolons."""
    return tuple(part for part in map(str.strip, text.split(";")) if part)


def title_of(task: str, most: int = 32) -> str:
    """A title from a task's first words."""
    words = line(task).split()
    title = ""
    for word in words:
        if len(title) + 1 + len(word) > most:
            break
        title = f"{title} {word}".strip()
    return title or line(task)[:most]
