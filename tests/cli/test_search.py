"""`wuhu search`: what it prints, how it is filtered, and what it does where something is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cli.conftest import Wuhu
from tests.search.journals import BEGAN, Journals
from wuhu_tui.model import events

AUTH = "shop-impl-01"


@pytest.fixture
def there(repository: Wuhu) -> Wuhu:
    """A project with one session's journal, without a core."""
    journals = Journals(repository.root)
    journals.begin(AUTH, title="Hash passwords")
    journals.write(
        AUTH,
        events.AgentSaid(text="\x1b]0;owned\x07user = get_user(id)", message="a"),
        events.ToolStarted(call="c", title="pytest -q", kind="execute", paths=("src/auth.py",)),
        events.ToolEnded(call="c", ok=False, output="get_user failed"),
    )
    return repository


def test_a_hit_says_where_and_how_to_go_there(there: Wuhu) -> None:
    told = there("search", "user")
    assert "\x1b" not in told
    newest, other = (place for place in told.split("→ wuhu replay")[:2])
    assert "execute: pytest -q" in newest
    assert "get_user failed" in newest
    assert AUTH in other
    assert "user = get_user(id)" in other
    assert "owned" not in other
    at = (BEGAN + timedelta(seconds=3)).isoformat().replace("+00:00", "Z")
    assert f"→ wuhu replay {AUTH} --at {at}" in told


def test_json(there: Wuhu) -> None:
    told = there.json("search", "get_user", "--kind", "said")
    [hit] = told["hits"]
    assert (hit["session"], hit["kind"], hit["cursor"]) == (AUTH, "said", {"epoch": 1, "seq": 1})
    assert hit["excerpt"][slice(*hit["found"][0])] == "get_user"
    assert (told["more"], told["behind"]) == (False, "")


def test_options_filter_and_nothing_is_told(there: Wuhu) -> None:
    assert there("search", "user", "--path", "src/*.py", "--tool", "PYTEST").count("→") == 1
    assert there("search", "--session", "hash", "--since", "2026-01-01").count("→") == 4
    assert there("search", "user", "--until", "2025-12-31") == "nothing was found\n"
    assert there("search", "user", "-n", "1").count("→") == 1


def test_what_is_not_understood_is_told(there: Wuhu) -> None:
    assert "there is nothing to look for" in there("search", code=2)
    assert "there is no kind" in there("search", "x", "--kind", "nonsense", code=2)
    assert "is no time" in there("search", "x", "--since", "soon", code=2)
    assert "no session is called" in there("search", "x", "--session", "nobody", code=2)


def test_the_index_is_made_anew(there: Wuhu) -> None:
    there("search", "user")
    path = there.folder.path / "search.db"
    before = path.read_bytes()
    path.write_bytes(b"rubbish")
    assert "the index is made anew" in there("search", "--rebuild")
    assert path.read_bytes()[:100] == before[:100]
    assert there("search", "--rebuild", "get_user").count("→") == 2
