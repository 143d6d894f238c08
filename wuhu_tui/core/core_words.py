"""The verbs of words: what is said to sessions, and what is done with a message on its way."""

from __future__ import annotations

from wuhu_tui.core import letters, talk, terminals
from wuhu_tui.core.project import Project
from wuhu_tui.model.messages import Lane


class WordVerbs:
    """A part of `Core`; see `CoreDoor` for what each verb promises."""

    _project: Project

    async def steer(self, session: str, text: str, *, by: str = "lead") -> str:
        """Queue a steering message; returns its id."""
        return await talk.steer(self._project, session, text, by=by)

    async def follow_up(self, session: str, text: str, *, by: str = "lead") -> str:
        """Queue a message for the turn's end; returns its id."""
        return await talk.follow_up(self._project, session, text, by=by)

    async def type_keys(self, session: str, text: str, *, by: str = "lead") -> None:
        """Type into the session's screen."""
        await terminals.type_keys(self._project, session, text, by=by)

    async def resize_screen(self, session: str, columns: int, rows: int) -> None:
        """Give the session's screen another size."""
        await terminals.resize_screen(self._project, session, columns, rows)

    async def interrupt(self, session: str, *, by: str = "lead") -> None:
        """End the running turn and its tools."""
        await talk.interrupt(self._project, session, by=by)

    async def set_mode(self, session: str, mode: str, *, by: str = "lead") -> None:
        """Give the living agent another mode."""
        await talk.set_mode(self._project, session, mode, by=by)

    async def set_model(self, session: str, model: str, *, by: str = "lead") -> None:
        """Give the living agent another model."""
        await talk.set_model(self._project, session, model, by=by)

    async def answer(
        self,
        session: str,
        question: str,
        *,
        choice: str = "",
        text: str = "",
        note: str = "",
        by: str = "lead",
    ) -> None:
        """Answer a question; first wins."""
        await talk.answer(
            self._project, session, question, choice=choice, text=text, note=note, by=by
        )

    async def cancel_message(self, session: str, message: str, *, by: str = "lead") -> None:
        """Take a waiting message back."""
        await talk.cancel_message(self._project, session, message, by=by)

    async def edit_message(
        self, session: str, message: str, text: str, *, by: str = "lead"
    ) -> None:
        """Change a waiting message."""
        await talk.edit_message(self._project, session, message, text, by=by)

    async def move_message(
        self, session: str, message: str, lane: Lane, *, before: str = "", by: str = "lead"
    ) -> None:
        """Put a waiting message into a lane."""
        await talk.move_message(self._project, session, message, lane, before=before, by=by)

    async def promote_message(self, session: str, message: str, *, by: str = "lead") -> None:
        """Make a waiting message the first of the steer lane."""
        await talk.promote_message(self._project, session, message, by=by)

    async def requeue_letter(self, letter: str, *, by: str = "lead", note: str = "") -> str:
        """Send a letter again; returns the id under which it goes now."""
        return await letters.requeue_letter(self._project, letter, by=by, note=note)

    async def edit_letter(self, letter: str, text: str, *, by: str = "lead") -> None:
        """Change the words of a letter that no agent has yet."""
        await letters.edit_letter(self._project, letter, text, by=by)

    async def discard_letter(self, letter: str, *, note: str = "", by: str = "lead") -> None:
        """Let a letter go for good."""
        await letters.discard_letter(self._project, letter, note=note, by=by)

    async def acknowledge_letter(self, letter: str, *, by: str = "lead") -> None:
        """Say that the lead has seen a letter."""
        await letters.acknowledge_letter(self._project, letter, by=by)
