"""The gate: nothing a terminal obeys gets through, nothing a reader needs gets lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuhu_tui.tui.safe import (
    hides_something,
    revealed_line,
    safe_content,
    safe_line,
    safe_text,
)

FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("\x1b\x9b\x9d\x90\x07\x9c\\[]P0;mab\n\r\t\u202e\u200b\ud800"),
        st.characters(),
    ),
    max_size=200,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b]0;OWNED\x07title", "title"),
        ("\x1b]2;OWNED\x1b\\title", "title"),
        ("\x9d2;OWNED\x9ctitle", "title"),
        ("\x1b]52;c;aGk=\x07clip", "clip"),
        ("\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x9b31mred", "red"),
        ("\x1bP1$r0m\x1b\\dcs", "dcs"),
        ("\x1bXsos\x1b\\a\x1b^pm\x1b\\b\x1b_apc\x1b\\c", "abc"),
        ("\x1bcreset\x1b(Bset", "resetset"),
        ("nul\x00bell\x07back\x08", "nulbellback"),
        ("\u202eevil\u202c and \u2066so\u2069 on\u200f", "evil and so on"),
        ("ze\u200bro\ufeff w\u200did\u00adth", "zero width"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("a\tb", "a   b"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("broken \udcff\ud83d", "broken \ufffd\ufffd"),
        ("[/b] [INFO] list[int] [@click=app.quit]", "[/b] [INFO] list[int] [@click=app.quit]"),
        ("日本語 é \N{COMBINING ACUTE ACCENT}", "日本語 é \N{COMBINING ACUTE ACCENT}"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@pytest.mark.parametrize("start", ["\x1b]2;", "\x9d", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x90"])
def test_an_endless_sequence_swallows_nothing(start: str) -> None:
    shown = safe_text(f"before {start}it never ends\nand the next line")
    assert shown.startswith("before ")
    assert "it never ends\nand the next line" in shown


def test_a_sequence_does_not_reach_into_the_next_line() -> None:
    assert safe_text("a\x1b]2;x\nb\x07c") == "a2;x\nbc"


def test_a_tmux_passthrough_is_disarmed() -> None:
    assert not FORBIDDEN.search(safe_text("\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\"))


@given(HOSTILE)
def test_nothing_forbidden_comes_out(text: str) -> None:
    assert not FORBIDDEN.search(safe_text(text))
    assert not FORBIDDEN.search(revealed_line(text.replace("\n", "")))


@given(HOSTILE)
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = safe_text(text)
    assert safe_text(once) == once


@given(st.lists(HOSTILE.map(lambda text: re.sub("[\r\n]", "", text)), max_size=5))
def test_lines_can_be_cleaned_one_by_one(lines: list[str]) -> None:
    assert safe_text("\n".join(lines)) == "\n".join(safe_text(line) for line in lines)


MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "a" * MEGABYTE,
        "\x1b]" * (MEGABYTE // 2),
        "\x9d" * MEGABYTE,
        ("\x1b]" + "a" * 8190) * 120,
        "\x1b]2;" + "a" * MEGABYTE,
        "\x1b[" + "1" * MEGABYTE,
        "\x1b[1" * (MEGABYTE // 3),
        "\x1b" + " " * MEGABYTE,
        "\x1b " * (MEGABYTE // 2),
        "\r" * MEGABYTE + "x",
        "\u202e" * MEGABYTE,
        "\t" * MEGABYTE,
    ],
    ids=lambda text: repr(text[:6]),
)
@pytest.mark.parametrize("gate", [safe_text, safe_line])
def test_a_megabyte_takes_no_time(gate: Callable[[str], str], text: str) -> None:
    began = time.process_time()
    gate(text)
    assert time.process_time() - began < 2, "the gate must be linear"


def test_one_line_is_one_line() -> None:
    assert safe_line("a\nb\r\nc") == "a b c"
    assert safe_line("x" * 50, 10) == "xxxxxxxxx…"
    assert safe_line("x" * 10, 10) == "x" * 10


def test_content_is_never_markup() -> None:
    content = safe_content("[@click=app.quit]x[/] [b]\x1b[31m")
    assert content.plain == "[@click=app.quit]x[/] [b]"
    assert not content.spans


def test_a_reviewer_sees_what_is_hidden() -> None:
    assert revealed_line("if a\u202e b\x1b[31m\x07\x7f\x9b:") == "if a⟨U+202E⟩ b␛[31m␇␡⟨U+009B⟩:"
    assert hides_something("pass\u200bword")
    assert not hides_something("password\tplain é")
