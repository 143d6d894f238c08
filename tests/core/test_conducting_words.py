"""What the conductor's log says of each duty."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wuhu_tui.core import duties
from wuhu_tui.core.conducting_words import UNTOLD, done_words


@pytest.mark.parametrize(
    ("duty", "words"),
    [
        ("nudge a-1", "reminded a-1 to report"),
        ("new commits a-1", "took in new commits of a-1"),
        ("joins", "woke the joins that were due"),
        ("queue", "worked the merge queue"),
        ("queue stands", "told you that the merge queue stands still"),
        ("settings", ""),
        ("something new", "did: something new"),
    ],
)
def test_what_was_done_is_said_in_plain_words(duty: str, words: str) -> None:
    assert done_words(duty) == words


def duties_in_source() -> set[str]:
    """The name of every duty, as the sources write it, without whom it is about."""
    written = r'(?:Duty\(|yield |name = )f?"([a-z][a-z ]*?)(?: \{[^"]*)?"'
    texts = [path.read_text() for path in Path(duties.__file__).parent.glob("*.py")]
    telling = [text for text in texts if "Duty(" in text or "tuple[str, Hashable, Work]" in text]
    return {name for text in telling for name in re.findall(written, text)} | {duties.QUEUE}


def test_every_duty_has_words() -> None:
    found = duties_in_source()
    assert {"nudge", "queue", "queue stands", "radar", "report back", "verdict"} <= found
    told = found - UNTOLD
    nameless = [name for name in told if done_words(f"{name} a-1").startswith("did:")]
    assert nameless == []
