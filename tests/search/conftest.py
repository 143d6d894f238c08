"""A project of journals, and a search in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.search.journals import Journals
from wuhu_tui.core.search.searching import search_now
from wuhu_tui.model.searches import SearchQuery, SearchResult

Search = Callable[..., SearchResult]


@pytest.fixture
def journals(tmp_path: Path) -> Journals:
    """A project without sessions."""
    return Journals(tmp_path / "shop")


@pytest.fixture
def search(journals: Journals) -> Search:
    """Search it, with time enough."""

    def look(words: str, **fields: Any) -> SearchResult:
        return search_now(journals.folder, SearchQuery(words=words, **fields), catching_up=30)

    return look
