from __future__ import annotations

import re

import pytest

from wuhu_tui.agents.terminal_emulator import Emulator
from wuhu_tui.agents.terminal_veil import Veil
from wuhu_tui.journal.redact import Redactor

SECRET = "topsecretvalue-1234567890abcdef"


def shown(*written: str, rows: int = 8) -> str:
    """All that is told of a screen of 40 columns, colours taken out."""
    emulator = Emulator(40, rows, lambda data: None, Veil(Redactor({"MY_API_KEY": SECRET})))
    told = ""
    for data in written:
        emulator.feed(data.encode())
        told += emulator.take_scrolled()
        if change := emulator.change():
            told += "".join(f"{line}\n" for _, line in sorted(change.lines.items()))
    told += emulator.rest()
    return re.sub(r"\x1b\[[0-9;]*m", "", told)


@pytest.mark.parametrize(
    "written",
    [
        (f"key {SECRET} end",),
        (f"{'y' * 30}{SECRET} end",),
        ("".join(f"\x1b[3{n % 8}m{letter}" for n, letter in enumerate(SECRET)) + " end",),
        (f"row {SECRET[:15]}\r\n    {SECRET[15:]} end",),
        (f"│ row {SECRET[:15]}   │\r\n│ {SECRET[15:]} end │",),
        (f"key {SECRET[:12]}", f"{SECRET[12:]} end"),
        (f"{SECRET[:15]}\r\n{SECRET[15:]}" + "\r\nend" * 20,),
    ],
)
def test_a_secret_is_told_of_no_screen_however_it_stands_there(written: tuple[str, ...]) -> None:
    told = shown(*written)
    assert "end" in told
    parts = {SECRET[at : at + 5] for at in range(len(SECRET) - 4)}
    assert not [part for part in parts if part in told]


def test_what_is_no_secret_is_told_as_it_stands() -> None:
    told = shown("日本語 top of the page\r\nvalue-1234\r\n" + "\r\n".join(map(str, range(12))))
    assert "日本語 top of the page" in told
    assert "value-1234" in told
    assert "*" not in told


def test_a_covered_row_keeps_its_width() -> None:
    emulator = Emulator(40, 2, lambda data: None, Veil(Redactor({"A_TOKEN": "日本語日本語日本語"})))
    emulator.feed("a 日本語日本語日本語 b".encode())
    assert emulator.lines()[0] == f"a {'*' * 18} b"
