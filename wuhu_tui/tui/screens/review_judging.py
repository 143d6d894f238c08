"""Judging in a review: exactly the commit on the screen, then on to the next that waits."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.tui.actions import BY_ID
from wuhu_tui.tui.presentation import facts, review_facts
from wuhu_tui.tui.presentation.diff_notes import drafts
from wuhu_tui.tui.presentation.reviews import to_judge
from wuhu_tui.tui.purposes import Purpose
from wuhu_tui.tui.screens.review_comments import ReviewComments


class ReviewJudging(ReviewComments):
    """Handlers of verdicts and of what may follow from them."""

    def __init__(self, session: str, *, after_verdict: bool = False) -> None:
        super().__init__(session)
        self._after_verdict = after_verdict
        self._came_at = monotonic()

    def do_approve(self) -> None:
        """Approve the commit on the screen, never one that was not seen."""
        if self._seen("approve"):
            view, core = self.chosen, self.core
            told = review_facts.approve_facts(view, self._evidence)
            head = self._looked.at
            verb = lambda: core.verdict(view.id, VerdictKind.APPROVED, head=head)  # noqa: E731
            self._judged(f"approved {head[:7]}", told if told.warnings else None, verb)

    def _judged(self, done: str, told: facts.Facts | None, verb: Callable[[], object]) -> None:
        from wuhu_tui.tui.dialogs.confirm import ConfirmDialog

        view = self.chosen
        name = view.spec.shown_name

        def judge(confirmed: bool | None) -> None:
            if confirmed:
                self.wuhu.verbs.run(
                    verb(),  # type: ignore[arg-type]
                    then=lambda _: self._go_on(f"{name}: {done}"),
                    once=f"{name}: {done}",
                )

        if told:
            self.wuhu.push_screen(ConfirmDialog(told), judge)
        else:
            judge(True)

    def do_request_changes(self) -> None:
        """Request changes of the commit on the screen; what was commented goes along."""
        from wuhu_tui.tui.dialogs.composer import ComposerDialog

        if not self._seen("request changes"):
            return
        view = self.chosen
        name = view.spec.shown_name

        def sent(done: bool | None) -> None:
            if done:
                self._go_on(f"{name}: changes requested", more=self._offers())

        comments = len(drafts(view.comments))
        dialog = ComposerDialog(Purpose.REQUEST_CHANGES, view.id, comments=comments)
        self.wuhu.push_screen(dialog, sent)

    def _offers(self) -> str:
        key = self.wuhu.keys.label(BY_ID["review.fix_session"])
        return f"it goes on with them itself; {key} in its review starts a fix session instead"

    def _seen(self, verb: str) -> bool:
        why = self._looked.why_not(self.chosen, self._reload_key)
        early = monotonic() - self._came_at < self.wuhu.settings.arming
        if not why and self._after_verdict and early:
            why = "this review has just come before you: press again if you mean it"
        if why:
            self.wuhu.verbs.tell(why, title=f"{verb}: not now")
        return not why

    def _go_on(self, done: str, more: str = "") -> None:
        """Say what was done and what remains, and show the next that waits for a verdict."""
        board = self.core.board
        waiting = [view for view in to_judge(board) if view.id != self._session]
        count = len(waiting)
        left = f"{count} more to review" if count else "nothing else waits for a verdict"
        self.wuhu.verbs.tell("\n".join(filter(None, (f"{done} · {left}", more))))
        if not waiting or not self.is_current:
            return
        after = [view for view in waiting if view.since >= self.chosen.since] or waiting
        self.wuhu.selected = after[0].id
        self.wuhu.switch_screen(type(self)(after[0].id, after_verdict=True))

    # what others may do with it

    def do_assign_reviewer(self) -> None:
        """Let another session judge exactly the commit on the screen."""
        from wuhu_tui.tui.dialogs.confirm import ConfirmDialog

        view, core = self.chosen, self.core
        told = review_facts.assign_facts(view)

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                verb = core.assign_reviewer(view.id)
                self.wuhu.verbs.run(
                    verb, then=self._begun("judges it"), once="assigning a reviewer"
                )

        self.wuhu.push_screen(ConfirmDialog(told), answered)

    def do_fix_session(self) -> None:
        """Let a session of its own mend what was found, on this branch."""
        from wuhu_tui.tui.dialogs.note import NoteDialog

        view, core = self.chosen, self.core
        told = review_facts.fix_facts(view)

        def noted(note: str | None) -> None:
            if note is not None:
                verb = core.fix_session(view.id, note=note)
                self.wuhu.verbs.run(
                    verb, then=self._begun("mends it"), once="starting a fix session"
                )

        hint = "what it should mend above all, if anything"
        self.wuhu.push_screen(NoteDialog(told, hint=hint), noted)

    def _begun(self, does: str) -> Callable[[SessionSpec], None]:
        name = self.chosen.spec.shown_name
        return lambda spec: self.wuhu.verbs.tell(f"{spec.shown_name} {does} · {name}")

    def do_evidence(self) -> None:
        """Everything that speaks for or against the work, whole."""
        from wuhu_tui.tui.dialogs.evidence import EvidenceDialog

        dialog = EvidenceDialog(self._session, self._evidence)
        self.wuhu.push_screen(dialog, self._to_evidence)

    def _to_evidence(self, target: tuple[str, int] | None) -> None:
        if target:
            self.go_to_place(*target)
