"""Words and keys as programs want them."""

from __future__ import annotations

from wuhu_tui.agents.terminal_typing import as_keys, as_words, is_echoed


def test_words_hold_no_keys_but_their_line_ends() -> None:
    words = "first\nsec\x1b[201~ond\x03\r\n\tthird\n\n"
    assert as_words(words, takes_pastes=False) == "first\rsec[201~ond\r    third"
    assert as_words(words, takes_pastes=True) == ("\x1b[200~first\rsec[201~ond\r    third\x1b[201~")


def test_keys_follow_the_programs_modes() -> None:
    keys = "\x1b[A\x1b[H\x1b[1;5C\x1b[200~x\x1b[201~"
    assert as_keys(keys, takes_pastes=True, application_cursor=False) == keys
    assert as_keys(keys, takes_pastes=False, application_cursor=True) == "\x1bOA\x1bOH\x1b[1;5Cx"


def test_words_are_echoed_however_the_screen_breaks_them() -> None:
    shown = "│ > please run the te │\n│ sts now            │"
    assert is_echoed("Please run the tests now", shown.replace("please", "Please"))
    assert not is_echoed("Please run the builds now", shown)
    assert not is_echoed("…", shown)
