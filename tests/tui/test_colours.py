"""Words that only change their colour are drawn anew: Textual compares content by its words."""

from __future__ import annotations

from textual.content import Content

from wuhu_tui.tui.presentation.entries import Drawn, Entry
from wuhu_tui.tui.presentation.footer import FooterLine

PLAIN, RED = Content("asks"), Content.styled("asks", "red")


def test_a_row_differs_by_colour() -> None:
    assert Drawn(PLAIN) != Drawn(RED)
    assert Drawn(RED) == Drawn(Content.styled("asks", "red"))


def test_an_entry_differs_by_colour() -> None:
    assert Entry("a", (PLAIN,)) != Entry("a", (RED,))
    assert Entry("a", (RED,)) == Entry("a", (Content.styled("asks", "red"),))
    assert Entry("a", (RED,)) != Entry("b", (RED,))


def test_a_footer_differs_by_what_is_dim() -> None:
    assert FooterLine(Drawn(PLAIN), ()) != FooterLine(Drawn(RED), ())
