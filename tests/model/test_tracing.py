"""From a line to the turn that wrote it, by a session's records; honest where it is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from wuhu_tui.model import events
from wuhu_tui.model.events import Event
from wuhu_tui.model.messages import Lane, Message
from wuhu_tui.model.origins import Origin, OriginKind
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.tracing import Wanted, names, shows, surest, trace

START = datetime(2026, 1, 1, tzinfo=UTC)
DIFF = "--- a/src/db.py\n+++ b/src/db.py\n@@ -1 +1 @@\n-x = 1\n+    x = 2\n"
WANTED = Wanted(path="src/db.py", line=7, text="    x = 2", commits=("c1", "c2"), task="the task")


def records(*told: Event) -> list[Record]:
    return [
        Record(session="s", epoch=1, seq=seq, ts=START + timedelta(seconds=seq), event=event)
        for seq, event in enumerate(told, start=1)
    ]


def queued(name: str, text: str) -> Event:
    message = Message(id=name, lane=Lane.STEER, text=text, by="lead", sequence=1, queued_at=START)
    return events.MessageQueued(message=message)


def turn(number: int, *messages: str) -> Event:
    return events.TurnStarted(turn=number, messages=messages)


def said(text: str, message: str = "m") -> Event:
    return events.AgentSaid(text=text, message=message)


def edit(call: str, path: str = "/work/s/src/db.py", kind: str = "edit") -> Event:
    return events.ToolStarted(
        call=call, title=f"Edit {call}", kind=kind, arguments="{}", paths=(path,)
    )


def ended(call: str, diff: str = "", *, ok: bool = True) -> Event:
    return events.ToolEnded(call=call, diff=diff, ok=ok)


def commit(sha: str) -> Event:
    return events.CommitSeen(sha=sha)


def found(*told: Event, wanted: Wanted = WANTED) -> Origin:
    return trace("s", records(*told), wanted)


def test_the_tool_call_that_shows_the_line() -> None:
    origin = found(
        queued("q1", "make it two"),
        turn(1),
        said("first"),
        turn(2, "q1"),
        said("I will "),
        said("change it."),
        edit("t1"),
        ended("t1", DIFF),
        commit("c1"),
    )
    assert origin.kind is OriginKind.WRITTEN
    assert (origin.turn, origin.prompt, origin.said) == (2, "make it two", "I will change it.")
    assert (origin.call, origin.tool, origin.diff) == ("t1", "Edit t1", DIFF)
    assert (origin.cursor, origin.at) == (Cursor(epoch=1, seq=7), START + timedelta(seconds=7))
    assert origin.session == "s"


def test_after_a_rebase_in_a_later_turn_the_writing_turn_counts() -> None:
    origin = found(turn(1), edit("t1"), ended("t1", DIFF), turn(2), edit("t2"), commit("c1"))
    assert (origin.kind, origin.turn, origin.prompt) == (OriginKind.WRITTEN, 1, "the task")


def test_a_call_that_touched_the_file_in_the_turn_of_the_commit() -> None:
    origin = found(turn(1), edit("t0"), ended("t0"), turn(2), edit("t1"), ended("t1"), commit("c2"))
    assert (origin.kind, origin.turn, origin.call) == (OriginKind.TOUCHED, 2, "t1")


def test_what_came_after_the_commit_did_not_write_it() -> None:
    origin = found(turn(1), edit("t1"), commit("c1"), turn(2), edit("t2"), ended("t2", DIFF))
    assert (origin.call, origin.turn) == ("t1", 1)


def test_the_commit_itself_counts_before_a_later_one() -> None:
    origin = found(turn(1), commit("c2"), turn(2), commit("c1"))
    assert (origin.kind, origin.turn, origin.cursor.seq) == (OriginKind.COMMITTED, 2, 4)
    assert "no tool call" in origin.why


def test_an_unseen_commit_leaves_the_newest_call() -> None:
    origin = found(turn(1), edit("t1"), turn(2), edit("t2"), commit("other"))
    assert (origin.kind, origin.call) == (OriginKind.TOUCHED, "t2")
    assert "nobody saw the commit" in origin.why


def test_nothing_known_is_said() -> None:
    origin = found(turn(1), said("hello"), edit("t1", "/work/s/other/db.py"))
    assert (origin.kind, origin.turn, origin.prompt, origin.session) == (
        OriginKind.UNKNOWN,
        0,
        "",
        "",
    )


def test_reading_and_failing_write_nothing() -> None:
    origin = found(
        turn(1), edit("t1", kind="read"), edit("t2"), ended("t2", DIFF, ok=False), commit("c1")
    )
    assert origin.kind is OriginKind.COMMITTED


def command(call: str, words: str) -> Event:
    return events.ToolStarted(call=call, title="Bash", kind="execute", arguments=words)


def test_a_command_that_holds_the_line_is_where_it_comes_from() -> None:
    wanted = replace(WANTED, text='    price = "dear"')
    origin = found(
        turn(1),
        command("t1", '{"command": "cat > src/db.py <<E\\n    price = \\"dear\\"\\nE"}'),
        turn(2),
        command("t2", "cat src/db.py"),
        command("t3", 'echo price = "dear" > other.py'),
        commit("c1"),
        wanted=wanted,
    )
    assert (origin.kind, origin.call, origin.turn) == (OriginKind.TOUCHED, "t1", 1)
    assert "command" in origin.why


def test_a_command_that_holds_a_line_of_few_letters_proves_nothing() -> None:
    origin = found(turn(1), command("t1", "echo x = 2 > src/db.py"), commit("c1"))
    assert origin.kind is OriginKind.COMMITTED


def test_what_a_sub_agent_said_is_not_what_the_agent_said() -> None:
    other = events.AgentSaid(text="deep", parent="t0")
    origin = found(turn(1), said("mine"), other, edit("t1"), ended("t1", DIFF))
    assert origin.said == "mine"


def test_what_is_said_after_a_tool_call_is_another_message() -> None:
    origin = found(
        turn(1),
        said("first", ""),
        edit("t0"),
        ended("t0"),
        said("second", ""),
        edit("t1"),
        commit("c1"),
    )
    assert (origin.call, origin.said) == ("t1", "second")


def test_an_edited_message_is_told_as_it_was_given() -> None:
    told = (queued("q", "old"), events.MessageEdited(id="q", text="new"), turn(1, "q"))
    assert found(*told, commit("c1")).prompt == "new"


def test_paths_however_they_are_written() -> None:
    assert names("src/db.py", ["/a/b/src/db.py"])
    assert names("src/db.py", ["src/db.py"])
    assert not names("src/db.py", ["/a/mysrc/db.py", "db.py", "src/db.py.bak"])
    assert not names("db.py", ["src/db.py", "/work/s/src/db.py"], "/work/s")
    assert names("db.py", ["./db.py"], "/work/s")
    assert names("db.py", ["/work/s/src/../db.py"], "/work/s")
    assert names("db.py", ["/link/to/s/db.py"], "/work/s")


def test_lines_that_say_nothing_prove_nothing() -> None:
    assert shows("+a\n", " a")
    assert not shows("+\n", "   ")
    assert not shows("-a\n a\n", "a")


def test_the_surest_of_several_journals() -> None:
    touched = found(turn(1), edit("t1"), commit("c1"))
    written = found(turn(1), edit("t1"), ended("t1", DIFF), commit("c1"))
    earlier = replace(touched, at=START)
    assert surest([touched, written]) is written
    assert surest([touched, earlier]) is earlier
