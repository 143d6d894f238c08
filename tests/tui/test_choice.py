from __future__ import annotations

import pytest

from wuhu_tui.tui.widgets.choice import words_row

AGENTS = ("project default", "claude", "claude-acp", "codex", "codex-acp", "gemini", "opencode")


def test_all_words_stand_in_a_row_that_is_wide_enough() -> None:
    assert words_row(("a", "b", "c"), 1, 40).plain == " a  ▸b   c"


@pytest.mark.parametrize("chosen", range(len(AGENTS)))
@pytest.mark.parametrize("width", [24, 40, 60])
def test_the_chosen_word_is_seen_however_narrow_it_is(chosen: int, width: int) -> None:
    row = words_row(AGENTS, chosen, width)
    assert f"▸{AGENTS[chosen]}" in row.plain
    assert row.cell_length <= width


def test_marks_say_that_there_are_more() -> None:
    assert words_row(AGENTS, 0, 40).plain.endswith(" ›")
    assert words_row(AGENTS, 6, 40).plain.startswith("‹ ")
    assert not words_row(AGENTS, 6, 40).plain.endswith(" ›")
