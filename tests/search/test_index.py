"""The index against real journals: what is found, as they grow, are replaced, damaged and shared."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.search.conftest import Search
from tests.search.journals import BEGAN, Journals
from wuhu_tui.core.search.searching import search_now
from wuhu_tui.core.search.store import index_file, open_index
from wuhu_tui.journal.clock import new_id
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.errors import NotPossible, UsageError
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reports import Exit, ExitReason
from wuhu_tui.model.search_words import plain
from wuhu_tui.model.searches import SearchQuery, SearchResult, Told
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.telling import LONGEST

AUTH, CART = "shop-impl-01", "shop-impl-02"


def said(text: str, message: str = "m1") -> events.AgentSaid:
    return events.AgentSaid(text=text, message=message)


def places(result: SearchResult) -> list[tuple[str, int]]:
    return [(hit.session, hit.cursor.seq) for hit in result.hits]


def marked(result: SearchResult) -> list[list[str]]:
    return [[hit.excerpt[start:end] for start, end in hit.found] for hit in result.hits]


def test_a_phrase_across_pieces_is_found_where_it_ends(journals: Journals, search: Search) -> None:
    pieces = ("The ha", "sh is now ar", "gon2, and that is all that is to be said ", "of it")
    journals.write(AUTH, *map(said, pieces))
    result = search('"hash is now argon2"')
    assert places(result) == [(AUTH, 3)]
    assert places(search('"said of it"')) == [(AUTH, 4)]
    assert marked(result) == [["hash is now argon2"]]
    assert result.hits[0].kind is Told.SAID
    assert result.behind == ""


def test_two_messages_are_two_texts(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("first", "a"), said("second", "b"))
    assert search('"firstsecond"').hits == ()
    assert places(search("second")) == [(AUTH, 2)]


def test_output_belongs_to_its_tool_and_names_its_files(journals: Journals, search: Search) -> None:
    journals.write(
        AUTH,
        events.ToolStarted(call="c1", title="pytest -q", kind="execute", paths=("src/auth.py",)),
        events.ToolStarted(call="c2", title="ls", kind="execute"),
        events.ToolOutput(call="c1", text="FAILED test_lo"),
        events.ToolOutput(call="c2", text="README.md\n"),
        events.ToolOutput(call="c1", text="gin - boom"),
        events.ToolEnded(call="c1", ok=False, output="FAILED test_login - boom"),
    )
    [hit] = search("test_login").hits
    assert (hit.kind, hit.tool, hit.paths) == (Told.OUTPUT, "execute: pytest -q", ("src/auth.py",))
    assert hit.cursor.seq == 5
    assert places(search("README")) == [(AUTH, 4)]


def test_long_output_is_found_wherever_it_is_cut(journals: Journals, search: Search) -> None:
    words = [f"word{number:05}" for number in range(3_000)]
    text = " ".join(words)
    journals.write(AUTH, events.ToolEnded(call="c", output=text))
    for number in (0, 799, 800, 801, LONGEST // 10, 2_999):
        phrase = " ".join(words[number : number + 2])
        assert len(search(f'"{phrase}"').hits) == 1, phrase


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ('call foo"(bar', 'foo"(bar'),
        ("if a AND NOT b", "a AND NOT"),
        ("a * b", "*"),
        ("user = get_user(id)", "get_user(id)"),
        ("user = get_user(id)", "t_use"),
        ("user = get_user(id)", "GET_User"),
        ("in src/auth.py:14", "src/auth.py"),
        ("größe STRASSE", "GRÖSSE straße"),
        ("登录失败，请重试", "失败"),
        ("登录失败，请重试", "重试"),
        ("the very en", "EN"),
        ("登录失败，请重试", "登录失败"),
        ("works 🎉 now", "🎉"),
        ("x = y", "x"),
        ("a-b:c^d NEAR(e)", "b:c^d NEAR(e)"),
        ("kind:of thing", "kind:of"),
        ("50%_done'; DROP TABLE passages", "%_done'; drop"),
    ],
)
def test_what_is_typed_is_data(journals: Journals, search: Search, text: str, query: str) -> None:
    journals.write(AUTH, said(text), said("nothing here", "m2"))
    assert places(search(query)) == [(AUTH, 1)]


_LINES = st.text(min_size=1, max_size=30) | st.text(
    alphabet="\"*()-:^ ANDORNET_%ßİſ登🎉'", min_size=1, max_size=12
)


@given(st.lists(_LINES.filter(lambda line: plain(line).strip()), min_size=1, max_size=6))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_string_is_found_in_what_holds_it(tmp_path: Path, lines: list[str]) -> None:
    folder = tmp_path / new_id()
    journals = Journals(folder)
    journals.write(AUTH, *(said(f"before {plain(line)} after", new_id()) for line in lines))
    for seq, line in enumerate(lines, 1):
        found = search_now(journals.folder, SearchQuery(words=line), catching_up=30)
        assert (AUTH, seq) in places(found), line


def test_all_words_a_phrase_and_a_beginning(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("blue green", "a"), said("green blue", "b"), said("evergreen", "c"))
    assert places(search("green blue")) == [(AUTH, 2), (AUTH, 1)]
    assert places(search('"green blue"')) == [(AUTH, 2)]
    assert places(search("gree*")) == [(AUTH, 2), (AUTH, 1)]
    assert len(search("green").hits) == 3


def test_filters(journals: Journals, search: Search) -> None:
    journals.begin(AUTH, title="Auth api")
    journals.write(AUTH, said("needle"))
    journals.write(
        CART,
        events.ToolStarted(call="c", title="Edit needle", kind="edit", paths=("/w/src/cart.py",)),
        events.QuestionAsked(
            question=Question(id="q", kind=QuestionKind.OPEN, text="needle?", asked_at=BEGAN)
        ),
    )
    assert {hit.session for hit in search("needle").hits} == {AUTH, CART}
    assert places(search("needle", sessions=("auth",))) == [(AUTH, 1)]
    assert places(search("needle", kinds=(Told.QUESTION,))) == [(CART, 2)]
    assert places(search("needle", tool="EDIT")) == [(CART, 1)]
    for path in ("src/*.py", "src", "cart.py", "/w/src/cart.py", "**/cart.*"):
        assert places(search("needle", path=path)) == [(CART, 1)], path
    assert search("needle", path="src/*.js").hits == ()
    first = search("needle", sessions=(AUTH,)).hits[0].at
    assert places(search("needle", until=first)) == [(AUTH, 1)]
    assert len(search("needle", since=first + timedelta(seconds=1)).hits) == 2
    always = {"since": datetime.min.replace(tzinfo=UTC), "until": datetime.max.replace(tzinfo=UTC)}
    assert len(search("needle", **always).hits) == 3
    with pytest.raises(UsageError, match="no session is called"):
        search("needle", sessions=("nobody",))


def test_a_part_of_more_names_than_a_question_may_hold(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("needle"))
    search("needle")
    with closing(open_index(index_file(journals.folder.path))) as connection:
        rows = ((f"shop-old-{number}", "", 0) for number in range(20_000))
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO sessions VALUES(?, ?, ?)", rows)
        connection.execute("COMMIT")
    assert len(search("needle", sessions=("shop",)).hits) == 1


def test_the_projects_own_journal(journals: Journals, search: Search) -> None:
    journals.begin(AUTH, title="Hash passwords", task="use argon2")
    [hit] = search("argon2").hits
    assert (hit.session, hit.about, hit.kind) == ("", AUTH, Told.PROMPT)
    assert search("argon2", sessions=(AUTH,)).hits == (hit,)
    assert not hit.archived
    journals.write(
        "",
        SessionMoved(
            session=AUTH,
            before=SessionState.INSTANTIATED,
            after=SessionState.ARCHIVED,
            cause="done",
            after_record=Cursor(),
        ),
    )
    assert search("argon2").hits[0].archived


def test_a_screens_rows_once_each(journals: Journals, search: Search) -> None:
    for number in range(3):
        journals.write(
            AUTH,
            ScreenChanged(columns=80, rows=2, lines={0: "\x1b[1mLogin\x1b[0m ok", 1: f"n{number}"}),
            events.TurnEnded(turn=number, stop_reason="end"),
            events.RunnerEnded(exit=Exit(reason=ExitReason.STOPPED)),
        )
        assert len(search("login ok").hits) == 1
    result = search("login ok")
    assert (places(result), result.hits[0].kind) == ([(AUTH, 1)], Told.SCREEN)


def test_the_newest_first_and_more(journals: Journals, search: Search) -> None:
    for number in range(5):
        journals.write((AUTH, CART)[number % 2], said(f"needle {number}", f"m{number}"))
    result = search("needle", limit=3)
    assert [hit.excerpt for hit in result.hits] == ["needle 4", "needle 3", "needle 2"]
    assert result.more
    assert not search("needle", limit=5).more


def test_the_best_first(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("red house", "a"), said("red " + "x " * 400 + "house", "b"))
    assert places(search("red house")) == [(AUTH, 2), (AUTH, 1)]
    assert places(search("red house", best=True)) == [(AUTH, 1), (AUTH, 2)]


def test_nothing_to_look_for_gives_the_newest(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("one", "a"), said("two", "b"))
    assert places(search("", kinds=(Told.SAID,))) == [(AUTH, 2), (AUTH, 1)]


def test_growth_is_found_and_a_growing_message_stays_one(
    journals: Journals, search: Search
) -> None:
    journals.write(AUTH, said("The hash "))
    assert len(search("hash").hits) == 1
    journals.write(AUTH, said("is argon2"))
    assert places(search('"hash is argon2"')) == [(AUTH, 2)]
    assert len(search("hash").hits) == 1
    journals.write(AUTH, said(" now"), events.TurnEnded(turn=1, stop_reason="end"))
    assert places(search('"hash is argon2 now"')) == [(AUTH, 3)]
    assert len(search("hash").hits) == 1


def test_a_torn_line_waits_for_its_end(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("whole"))
    [record] = journals.write(CART, said("needle"))
    path = journals.path(CART)
    content = path.read_bytes()
    path.write_bytes(content[:-5])
    assert search("needle").hits == ()
    path.write_bytes(content)
    assert places(search("needle")) == [(CART, record.seq)]


def test_a_replaced_journal_is_read_anew(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("old needle"), said("more", "m2"))
    assert len(search("needle").hits) == 1
    journals.replace(AUTH, said("new thread"), said("and more", "m2"), said("and more", "m3"))
    assert search("needle").hits == ()
    assert places(search("thread")) == [(AUTH, 1)]


def test_a_journal_that_is_gone_has_nothing_to_find(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("needle"))
    assert len(search("needle").hits) == 1
    journals.path(AUTH).unlink()
    assert search("needle").hits == ()


def test_secrets_that_come_together_are_taken_out(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("key ghp_abcdef"), said("ghijklmnopqrstuvwxyz0123456789 end"))
    assert search("ghijklmnop").hits == ()
    assert "[REDACTED]" in search("key").hits[0].excerpt
    assert b"ghijklmnop" not in index_file(journals.folder.path).read_bytes()


def test_a_secret_of_this_environment_that_comes_together_is_taken_out(
    journals: Journals, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "correcthorse")
    journals.write(AUTH, said("it is correct"), said("horse, he said"))
    assert search("correcthorse").hits == ()
    assert search("said").hits[0].excerpt == "it is [REDACTED], he said"


def test_hostile_text_is_shown_as_text(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("\x1b]0;owned\x07ne\x1b[31medle\u202e here\x9b2J"))
    [hit] = search("needle").hits
    assert hit.excerpt == "needle here"


def test_only_the_owner_may_read_it(journals: Journals, search: Search) -> None:
    journals.write(AUTH, said("needle"))
    search("needle")
    for path in journals.folder.path.glob("search.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


SQL = {
    "version": "PRAGMA user_version=99",
    "memory": "UPDATE journals SET seen='', memory=x'c1'",
    "places": "UPDATE passages SET places=x'c1'",
}


@pytest.mark.parametrize("damage", ["rubbish", "holes", "stranger", "folder", "link", *SQL])
def test_a_database_that_is_not_right_is_made_anew(
    journals: Journals, search: Search, damage: str
) -> None:
    journals.write(AUTH, *(said(f"needle {number}", f"m{number}") for number in range(50)))
    assert len(search("needle").hits) == 50
    path = index_file(journals.folder.path)
    with open_index(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if damage in SQL:
            connection.execute(SQL[damage])
    connection.close()
    elsewhere = journals.folder.root / "elsewhere"
    if damage == "rubbish":
        path.write_bytes(os.urandom(8_192))
    elif damage == "holes":
        content = bytearray(path.read_bytes())
        content[4_096:] = b"\xff" * (len(content) - 4_096)
        path.write_bytes(content)
    elif damage == "stranger":
        path.unlink()
        with sqlite3.connect(path) as stranger:
            stranger.execute("CREATE TABLE words(a)")
        stranger.close()
    elif damage == "folder":
        path.unlink()
        path.mkdir()
    elif damage == "link":
        path.unlink()
        elsewhere.write_bytes(b"mine")
        path.symlink_to(elsewhere)
    result = search("needle")
    assert len(result.hits) == 50
    assert ("no index can be kept" in result.behind) == (damage == "folder")
    if damage == "link":
        assert elsewhere.read_bytes() == b"mine"


def test_where_nothing_can_be_written_the_journals_are_read(
    journals: Journals, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr("wuhu_tui.core.search.searching.open_index", refuse)
    journals.write(AUTH, said("needle"))
    result = search("needle")
    assert places(result) == [(AUTH, 1)]
    assert "unable to open" in result.behind


def test_a_full_disk_is_told_and_searched_without(
    journals: Journals, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(path: Path) -> sqlite3.Connection:
        connection = open_index(path)
        connection.execute("PRAGMA max_page_count=12")
        return connection

    monkeypatch.setattr("wuhu_tui.core.search.searching.open_index", small)
    journals.write(AUTH, *(said(f"needle {n} " + "wörd " * 500, f"m{n}") for n in range(60)))
    result = search("needle")
    assert len(result.hits) == 60
    assert "full" in result.behind


def test_when_the_time_is_up_the_rest_is_told(journals: Journals) -> None:
    journals.write(AUTH, said("needle"))
    result = search_now(journals.folder, SearchQuery(words="needle"), catching_up=-1)
    assert result.hits == ()
    assert "2 journals are not wholly indexed yet" in result.behind


def test_a_python_without_the_index_says_so(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhu_tui.core.search.store.PROBE", "CREATE VIRTUAL TABLE t USING fts99(a)")
    with pytest.raises(NotPossible, match="no full-text index"):
        search("needle")
