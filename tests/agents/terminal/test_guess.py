"""What a screen seems to say, and what it must not seem to say."""

from __future__ import annotations

import pytest

from wuhu_tui.agents.terminal_guess import guess


@pytest.mark.parametrize(
    ("screen", "state", "line"),
    [
        ("Overwrite it? [y/N] ", "asking", "Overwrite it? [y/N]"),
        ("done\nContinue (yes/no)?", "asking", "Continue (yes/no)?"),
        ("-- Press Enter to go on --", "asking", "-- Press Enter to go on --"),
        ("Password for lead@host: ", "asking", "Password for lead@host:"),
        (
            "Do you want to create a.txt?\n ❯ 1. Yes\n   2. No\n\n Esc to cancel",
            "asking",
            "❯ 1. Yes",
        ),
        ("✻ Thinking… (12s · esc to interrupt)\n\n❯ \n  ? for help", "working", ""),
        ("· Manifesting… (3s · ↓ 22 tokens)\n\n> \n  paste again", "working", ""),
        ("⠋ Installing packages...", "working", "⠋ Installing packages..."),
        ("tests passed\n$ ", "idle", "$"),
    ],
)
def test_a_screen_seems_to_say(screen: str, state: str, line: str) -> None:
    found = guess(screen.split("\n"))
    assert found is not None
    assert found.state == state
    if line:
        assert found.line == line
        assert screen.split("\n")[found.row].strip() == line


@pytest.mark.parametrize(
    "screen",
    [
        "❯ 1. read the code\n  2. write a test\n\n● I will do both.\n\n─────\n❯ \n─────\n  ? for help",
        "was it [y/n]?\nyes\nall is done\nreally\n$ ",
        "the password: kept in the vault\n$ ",
        "1. first\n2. second",
    ],
)
def test_a_screen_does_not_seem_to_ask(screen: str) -> None:
    found = guess(screen.split("\n"))
    assert found is not None
    assert found.state == "idle"


def test_an_empty_screen_says_nothing() -> None:
    assert guess(["", "  "]) is None
