"""Where the walk through what needs the lead goes next."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.model.board import Board
from wuhu_tui.model.questions import Question
from wuhu_tui.tui.presentation.attention import AnyNeed, Need


def next_need(order: Sequence[AnyNeed], current: str, step: int) -> str:
    """The stop `step` needs away from the current one, round and round; empty if none needs."""
    names = list(dict.fromkeys(need.stop for need in order))
    if not names:
        return ""
    if current not in names:
        return names[0 if step > 0 else -1]
    return names[(names.index(current) + step) % len(names)]


def question_of(board: Board, session: str, order: list[Need]) -> tuple[str, Question] | None:
    """The question to answer next: the session's own oldest, or else the most pressing one."""
    asked = [need for need in order if need.question]
    own = [need for need in asked if need.view.id == session]
    for need in (*own, *asked):
        assert need.question is not None
        return need.view.id, need.question
    return None
