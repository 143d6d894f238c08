"""`wuhu search`: find words in everything sessions wrote, live and archived, and how to go there."""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, Part, hint, say, say_json
from wuhu_tui.cli.place import project_here
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.errors import JournalError, UsageError
from wuhu_tui.model.search_line import kinds_of, moment_of
from wuhu_tui.model.searches import SearchHit, SearchQuery, SearchResult

if TYPE_CHECKING:
    from wuhu_tui.core.search.filling import Lag

CATCHING_UP = 20.0
"""Seconds a command waits for the index; nobody keeps one where no dashboard was open."""

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="WORDS", help='All must be found; "two words" are a phrase, word* a beginning.'
    ),
]
Of = Annotated[
    list[str] | None,
    typer.Option("--session", "-s", metavar="NAME", help="Only these: id, title or a part."),
]
Kind = Annotated[
    list[str] | None,
    typer.Option("--kind", "-k", metavar="KIND", help="said, tool, output, report, question, …"),
]
Tool = Annotated[str, typer.Option("--tool", metavar="TEXT", help="Only tool calls named so.")]
Glob = Annotated[str, typer.Option("--path", metavar="GLOB", help="Only what names such a file.")]
Since = Annotated[
    str, typer.Option("--since", metavar="TIME", help="-2h, yesterday, 14:30, 2026-01-31, …")
]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="The same; a day to its end.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")]
Best = Annotated[bool, typer.Option("--best", help="The best first, instead of the newest.")]
Rebuild = Annotated[
    bool, typer.Option("--rebuild", help="Make the index anew from the journals first.")
]


def search(
    words: Words = None,
    *,
    session: Of = None,
    kind: Kind = None,
    tool: Tool = "",
    path: Glob = "",
    since: Since = "",
    until: Until = "",
    limit: Limit = 20,
    best: Best = False,
    rebuild: Rebuild = False,
    json: Json = False,
) -> int:
    """Find words in everything sessions wrote, live and archived, the newest first.

    Words are found within others: `user` finds get_user(id). Nothing but quotes around words and a
    star behind one means anything. Each hit says how to see that moment again.
    """
    query = SearchQuery(
        words=" ".join(words or ()),
        sessions=tuple(session or ()),
        kinds=kinds_of(",".join(kind or ())),
        tool=tool,
        path=path,
        since=moment_of(since, now()) if since else None,
        until=moment_of(until, now(), ends=True) if until else None,
        limit=limit,
        best=best,
    )
    folder = project_here()
    if rebuild:
        _rebuild(folder, quiet=json)
    if query != SearchQuery(words="", limit=limit, best=best):
        _say(_search(folder, query), as_json=json)
    elif not rebuild:
        raise UsageError("there is nothing to look for", remedy="wuhu search WORDS; or a filter")
    return OK


def _search(folder: ProjectFolder, query: SearchQuery) -> SearchResult:
    from wuhu_tui.core.search.searching import search_folder

    return asyncio.run(search_folder(folder, query, catching_up=CATCHING_UP))


def _rebuild(folder: ProjectFolder, *, quiet: bool) -> None:
    """Make the index anew.

    Raises:
        JournalError: it cannot be written.
    """
    import sqlite3

    from wuhu_tui.core.search.searching import rebuild
    from wuhu_tui.core.search.store import index_file

    path = index_file(folder.path)
    try:
        lag = asyncio.run(rebuild(folder))
    except (OSError, sqlite3.Error) as error:
        raise JournalError(
            f"the index cannot be made: {error}",
            where=str(path),
            remedy="a search works without it, more slowly; look at the disk and the folder's rights",
        ) from error
    _say_made(lag, path, quiet=quiet)


def _say_made(lag: Lag, path: Path, *, quiet: bool) -> None:
    from wuhu_tui.model.quantities import size

    if not quiet:
        hint(f"the index is made anew: {path}, {size(path.stat().st_size)}")
    for words in lag.unreadable:
        hint(f"not in it: {words}")


def _say(result: SearchResult, *, as_json: bool) -> None:
    if as_json:
        say_json(shape(result))
        return
    for hit in result.hits:
        _say_hit(hit)
    if not result.hits:
        say("nothing was found")
    if result.more:
        hint(f"there is more: these are {len(result.hits)}; --limit shows more of it")
    if result.behind:
        hint(f"note: {result.behind}")


def shape(result: SearchResult) -> dict[str, Any]:
    """What `--json` prints."""
    from msgspec import to_builtins

    hits = [{**to_builtins(hit), "jump": jump(hit)} for hit in result.hits]
    return {"hits": hits, "more": result.more, "behind": result.behind}


def jump(hit: SearchHit) -> str:
    """The command that shows the moment of a hit again."""
    whose = [hit.of] if hit.of else []
    at = hit.at.isoformat().replace("+00:00", "Z")
    return shlex.join(["wuhu", "replay", *whose, "--at", at])


def _say_hit(hit: SearchHit) -> None:
    archived = " (archived)" if hit.archived else ""
    tool = f"  {hit.tool}" if hit.tool else ""
    say(
        Painted(f"{hit.at.astimezone():%Y-%m-%d %H:%M:%S}", "dim"),
        "  ",
        Painted(hit.of or "the project", "bold"),
        archived,
        "  ",
        Painted(hit.kind, "cyan"),
        Painted(" ".join(tool.split("\n")), "dim"),
    )
    say("  ", *_marked(hit))
    say(Painted(f"  → {jump(hit)}", "dim"))


def _marked(hit: SearchHit) -> list[Part]:
    """The excerpt with the words in colour."""
    parts: list[Part] = []
    place = 0
    for start, end in hit.found:
        if start >= place:
            parts += [hit.excerpt[place:start], Painted(hit.excerpt[start:end], "yellow")]
            place = end
    return [*parts, hit.excerpt[place:]]
