"""`wuhu export --svg`, `--png`, `--asciicast`: what is drawn of what, and what cannot be."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Wuhu
from tests.search.journals import Journals
from wuhu_tui.cli.picturing import PictureKind, kind_wanted, size_of
from wuhu_tui.model import events
from wuhu_tui.model.errors import UsageError

AUTH = "shop-impl-01"


@pytest.fixture
def there(repository: Wuhu) -> Wuhu:
    """A project with one session's journal, without a core."""
    journals = Journals(repository.root)
    journals.begin(AUTH, title="Hash passwords")
    for number in range(3):
        journals.write(
            AUTH, events.AgentSaid(text=f"\x1b]0;owned\x07word {number}\n", message=f"m{number}")
        )
    return repository


def test_a_moment_is_drawn_and_nothing_is_replaced_unasked(there: Wuhu) -> None:
    there("export", "Hash passwords", "--svg", "--at", "1s", "--size", "90x20", "-o", "one.svg")
    svg = (there.root / "one.svg").read_text()
    assert svg.startswith("<svg")
    assert "word&#160;1" in svg
    assert "word&#160;2" not in svg
    assert "--force" in there("export", "--svg", "-o", "one.svg", code=4)
    assert "no theme nope" in there("export", "--svg", "--theme", "nope", "-o", "-", code=3)
    assert (there.root / "one.svg").read_text() == svg


def test_a_run_is_played_into_an_asciicast(there: Wuhu) -> None:
    told = there("export", "--asciicast", "--v2", "--idle", "1", "--size", "90x20", "-o", "-")
    header, *rest = (json.loads(line) for line in told.splitlines())
    assert (header["version"], header["width"], header["height"]) == (2, 90, 20)
    times = [event[0] for event in rest]
    assert times == sorted(times)
    assert 2 < times[-1] < 8
    assert {event[1] for event in rest} <= {"o", "m"}
    assert "owned" not in told


def test_sizes_and_kinds() -> None:
    assert size_of("80x24") == (80, 24)
    for wrong in ("", "80", "x", "80x", "9x9", "9000x24", "-80x24", "80x24x3"):
        with pytest.raises(UsageError):
            size_of(wrong)
    assert kind_wanted(svg=False, png=False, asciicast=False) is None
    assert kind_wanted(svg=False, png=True, asciicast=False) is PictureKind.PNG
    with pytest.raises(UsageError):
        kind_wanted(svg=True, png=True, asciicast=False)
