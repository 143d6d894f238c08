"""Find words in everything sessions wrote."""

from __future__ import annotations

from wuhu_tui.core.project import Project
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.searches import SearchQuery, SearchResult


async def search(project: Project, query: SearchQuery) -> SearchResult:
    """The hits of a query."""
    raise NotPossible("search is not built into this version", where=query.words)
