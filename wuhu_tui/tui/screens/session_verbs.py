"""Everything that can be done to one session, from any screen that shows one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, NotPossible, WuhuError
from wuhu_tui.model.rescues import Stake
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.undoing import Act, ActKind
from wuhu_tui.tui import possible
from wuhu_tui.tui.acting import Acting
from wuhu_tui.tui.presentation import facts, review_facts
from wuhu_tui.tui.presentation.facts import Facts
from wuhu_tui.tui.presentation.trash import return_facts
from wuhu_tui.tui.purposes import Purpose

Verb = Callable[[], Coroutine[Any, Any, Any]]

_ARCHIVED = "archived · z brings it back"
_DISCARDED = "archived, its work kept in the trash · z brings it back"


class SessionVerbs(Acting[None]):
    """Handlers of the session's actions; the registry has already said that they are possible."""

    @property
    def chosen(self) -> SessionView:
        """The session, known to be there."""
        view = self.session
        assert view is not None
        return view

    # talking

    def do_answer(self) -> None:
        """Answer the session's question, or the most pressing one, then the next."""
        found = self.wuhu.question_for(self.subject())
        if found:
            session, question = found
            self.answer_question(f"{session}/{question.id}")

    def answer_question(self, key: str) -> None:
        """Answer one question, named as the inbox names it."""
        from wuhu_tui.tui.dialogs.answer import AnswerDialog

        if self.in_replay:  # where nothing can be answered, the words around it tell most
            self._show_session(key.partition("/")[0])
            return
        session, _, question = key.partition("/")
        self.wuhu.push_screen(AnswerDialog(session, question))

    def _show_session(self, session: str) -> None:
        from wuhu_tui.tui.screens.session import SessionScreen

        self.wuhu.push_screen(SessionScreen(session))

    def do_steer(self) -> None:
        """Write a steering message."""
        self._open_composer(Purpose.STEER)

    def do_follow_up(self) -> None:
        """Write a follow-up."""
        self._open_composer(Purpose.FOLLOW_UP)

    def do_request_changes(self) -> None:
        """Write what has to change."""
        self._open_composer(Purpose.REQUEST_CHANGES)

    def _open_composer(self, purpose: Purpose) -> None:
        from wuhu_tui.tui.dialogs.composer import ComposerDialog

        self.wuhu.push_screen(ComposerDialog(purpose, self.subject()))

    def do_waiting(self) -> None:
        """Show the session's messages."""
        from wuhu_tui.tui.screens.messages import MessagesScreen

        self.wuhu.push_screen(MessagesScreen(self.subject()))

    def do_why(self) -> None:
        """Say where its state comes from."""
        from wuhu_tui.tui.dialogs.why import WhyDialog

        self.wuhu.push_screen(WhyDialog(self.subject()))

    def do_peek(self) -> None:
        """Look at the session and reply in one line."""
        from wuhu_tui.tui.dialogs.peek import PeekDialog

        self.wuhu.push_screen(PeekDialog(self.subject()))

    def do_interrupt(self) -> None:
        """End the running turn."""
        view, core = self.chosen, self.core
        told = facts.interrupt_facts(view, self.wuhu.clock())
        self._confirmed(told, lambda: core.interrupt(view.id), "interrupted")

    # judging

    def do_review(self) -> None:
        """Open the review; put the commits up first if nobody did."""
        view = self.chosen
        if view.review or self.in_replay:
            self._show_review(view.id)
            return
        self.wuhu.verbs.run(
            self.core.open_review(view.id),
            then=lambda _: self._show_review(view.id),
            once=f"opening the review of {view.spec.shown_name}",
        )

    def _show_review(self, session: str) -> None:
        from wuhu_tui.tui.screens.review import ReviewScreen

        self.wuhu.push_screen(ReviewScreen(session))

    def do_approve(self) -> None:
        """Approve at once what is green and was looked at; otherwise show what is not."""
        view, core = self.chosen, self.core
        told = review_facts.unread_facts(view)
        assert view.review is not None
        head = view.review.head

        def verb() -> Coroutine[Any, Any, Any]:
            return core.verdict(view.id, VerdictKind.APPROVED, head=head)

        if told.warnings:
            self._confirmed(told, verb, f"approved {head[:7]}")
        else:
            self._run(view, verb, f"approved {head[:7]}")

    def do_merge(self) -> None:
        """Show what would land; Enter puts it in line."""
        from wuhu_tui.tui.dialogs.merge import MergeDialog

        self.wuhu.push_screen(MergeDialog(self.subject()))

    def do_settle(self) -> None:
        """Show a conflict's two sides and the ways to settle it."""
        from wuhu_tui.tui.dialogs.conflict import ConflictDialog

        self.wuhu.push_screen(ConflictDialog(self.subject()))

    def do_undo(self) -> None:
        """Take back what was done last: a merge that landed, or something removed."""
        act, core = possible.undoable(self.situation()), self.core
        assert act is not None
        if act.kind is not ActKind.MERGED:
            self._bring_back(act)
            return
        view = core.board.sessions[act.session]
        told = facts.undo_facts(view)
        self._confirmed(told, lambda: core.undo_merge(view.id), "merge undone", view=view)

    def _bring_back(self, act: Act) -> None:
        from wuhu_tui.tui.dialogs.confirm import ConfirmDialog

        core = self.core
        on_board = core.board.session(act.session) is not None
        ref = act.session if on_board or act.rescue is None else act.rescue.ref

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                once = f"bringing back {act.session}"
                self.wuhu.verbs.run(core.restore(ref), then=self._is_back, once=once)

        told = return_facts(act, core.board, self.wuhu.clock())
        self.wuhu.push_screen(ConfirmDialog(told), answered)

    def _is_back(self, where: str) -> None:
        view = self.core.board.session(where)
        name = view.spec.shown_name if view else where
        go_on = "R resumes it" if view else f"a session can begin from it: base {where}"
        self.wuhu.verbs.tell(f"{name} is back · {go_on}")

    # its life

    def do_resume(self) -> None:
        """Start, or begin a new life."""
        view, core = self.chosen, self.core
        if view.state is SessionState.INSTANTIATED:
            self._run(view, lambda: core.start(view.id), "started")
        else:
            self._run(view, lambda: core.resume(view.id), "resumed")

    def do_stop(self) -> None:
        """End agent and runner, after the facts."""
        view, core = self.chosen, self.core

        def ask(stake: Stake) -> None:
            told = facts.stop_facts(view, stake)
            self._confirmed(told, lambda: core.stop(view.id), "stopped", view=view)

        self._weigh(view, ask)

    def _weigh(self, view: SessionView, ask: Callable[[Stake], None]) -> None:
        """Look what is at stake, then ask."""
        once = f"looking at {view.spec.shown_name}"
        self.wuhu.verbs.run(self.core.at_stake(view.id), then=ask, once=once)

    def do_hibernate(self) -> None:
        """Release the processes."""
        view, core = self.chosen, self.core
        self._run(view, lambda: core.hibernate(view.id), "hibernates")

    def do_archive(self) -> None:
        """Take it off the board; what is not committed goes into a rescue, and only on `y`."""
        self._weigh(self.chosen, self._archive(self.chosen))

    def _archive(self, view: SessionView) -> Callable[[Stake], None]:
        core = self.core

        def discard() -> Coroutine[Any, Any, Any]:
            return core.archive(view.id, discard=True)

        def ask(stake: Stake) -> None:
            told = facts.archive_facts(view, stake)

            def refused(error: WuhuError) -> None:
                if isinstance(error, NotPossible | Conflict):
                    again = facts.archive_facts(view, stake, lost=error.message)
                    self._confirmed(again, discard, _DISCARDED, view=view)

            if told.danger:
                self._confirmed(told, discard, _DISCARDED, view=view)
            else:
                verb = lambda: core.archive(view.id)  # noqa: E731 - one of two verbs
                self._confirmed(told, verb, _ARCHIVED, refused, view=view)

        return ask

    def do_edit(self) -> None:
        """Open the worktree in the editor."""
        self.wuhu.open_editor(self.chosen.spec.worktree)

    def do_shell(self) -> None:
        """Run a shell command in the worktree."""
        from wuhu_tui.tui.dialogs.shell import ShellDialog

        self.wuhu.push_screen(ShellDialog(self.subject()))

    # how

    def _run(
        self,
        view: SessionView,
        verb: Verb,
        done: str,
        failed: Callable[[WuhuError], None] | None = None,
    ) -> None:
        name = view.spec.shown_name
        self.wuhu.verbs.run(verb(), done=f"{name}: {done}", once=f"{name}: {done}", failed=failed)

    def _confirmed(
        self,
        told: Facts,
        verb: Verb,
        done: str,
        failed: Callable[[WuhuError], None] | None = None,
        *,
        view: SessionView | None = None,
    ) -> None:
        from wuhu_tui.tui.dialogs.confirm import ConfirmDialog

        subject = view or self.chosen

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                self._run(subject, verb, done, failed)

        self.wuhu.push_screen(ConfirmDialog(told), answered)
