"""What a pane shows of each kind of item."""

from __future__ import annotations

from typing import Any

from tests.tui.boards import EDIT_DIFF, NOW
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.transcript import Item, ItemKind, ItemState
from wuhu_tui.session.briefing_first import first_prompt
from wuhu_tui.tui.presentation.transcript import folds, item_rows, said_rows, texts
from wuhu_tui.tui.presentation.transcript_row import Row


def item(kind: ItemKind, **fields: Any) -> Item:
    return Item(kind=kind, key="k", at=NOW, cursor=Cursor(epoch=1, seq=1), **fields)


def shown(kind: ItemKind, width: int = 50, *, unfolded: bool = False, **fields: Any) -> list[str]:
    return texts(item_rows(item(kind, **fields), width, unfolded=unfolded))


def styles(rows: list[Row]) -> set[str]:
    return {style for row in rows for style, text in row.spans if text.strip()}


def tool(**fields: Any) -> dict[str, Any]:
    return {"title": "Edit src/auth.py", "state": ItemState.OK, **fields}


def test_a_finished_tool_call_is_one_line() -> None:
    assert shown(ItemKind.TOOL, **tool(text="a\nb\nc", diff=EDIT_DIFF)) == [
        " ▸ Edit src/auth.py  +2 −1 ✔"
    ]


def test_a_running_tool_call_shows_its_newest_output() -> None:
    rows = shown(ItemKind.TOOL, **tool(state=ItemState.RUNNING, text="1\n2\n3\n4\n5\n"))
    assert rows == [" ▸ Edit src/auth.py ●", "   3", "   4", "   5"]


def test_a_failed_tool_call_says_so_in_a_word_and_shows_why() -> None:
    rows = shown(ItemKind.TOOL, **tool(state=ItemState.FAILED, text="no such file"))
    assert rows == [" ▸ Edit src/auth.py ✗ failed", "   no such file"]


def test_an_unfolded_tool_call_shows_arguments_diff_and_output() -> None:
    fields = tool(detail='{"path": "src/auth.py", "all": true}', text="done\n", diff=EDIT_DIFF)
    rows = item_rows(item(ItemKind.TOOL, **fields), 60, unfolded=True)
    assert texts(rows) == [
        " ▾ Edit src/auth.py  +2 −1 ✔",
        "   path: src/auth.py",
        "   all: true",
        "   @@ -1,2 +1,3 @@",
        "   -import hashlib",
        "    import secrets",
        "   +from argon2 import PasswordHasher",
        "   +HASHER = PasswordHasher()",
        "   done",
    ]
    assert {"added", "removed", "hunk"} <= styles(rows)


def test_arguments_need_not_be_json() -> None:
    assert shown(ItemKind.TOOL, unfolded=True, **tool(detail="{broken\nline"))[1:] == [
        "   {broken",
        "   line",
    ]


def test_long_output_shows_its_end_and_says_how_much_is_above() -> None:
    text = "".join(f"line {number}\n" for number in range(1000))
    rows = shown(ItemKind.TOOL, unfolded=True, **tool(text=text))
    assert rows[1] == "   … 800 lines above"
    assert rows[-1] == "   line 999"
    assert len(rows) == 202


def test_a_diff_that_counts_headers_would_be_wrong() -> None:
    (row,) = shown(ItemKind.TOOL, **tool(diff="--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n++c\n"))
    assert "+2 −1" in row


def test_thinking_is_folded_and_dim() -> None:
    rows = item_rows(item(ItemKind.THOUGHT, text="First this.\nThen that."), 40)
    assert texts(rows) == [" ▸ thought  First this. Then that."]
    assert styles(rows) == {"dim", "thought"}
    assert shown(ItemKind.THOUGHT, unfolded=True, text="First this.\nThen that.") == [
        " ▾ thought",
        "   First this.",
        "   Then that.",
    ]


def test_the_leads_message_is_told_apart() -> None:
    rows = item_rows(
        item(ItemKind.MESSAGE, title="tool_end", text="Keep the API.", detail="lead"), 40
    )
    assert texts(rows) == [" ▌ lead · landed after a tool", " ▌ Keep the API."]
    assert {row.fill for row in rows} == {"lead"}


def test_a_message_that_landed_at_once_says_only_who() -> None:
    rows = shown(ItemKind.MESSAGE, title="awaiting_input", text="Go on.", detail="lead")
    assert rows == [" ▌ lead", " ▌ Go on."]


def test_what_the_core_says_is_said_by_wuhu() -> None:
    assert shown(ItemKind.MESSAGE, title="tool_end", text="Report.", detail="core")[0] == (
        " ▌ wuhu · landed after a tool"
    )


def test_a_long_message_shows_its_first_lines() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 8))
    folded = shown(ItemKind.MESSAGE, title="awaiting_input", text=text, detail="lead")
    assert folded == [" ▌ lead", " ▌ line 1", " ▌ line 2", " ▌ line 3", " ▌ … 4 more lines"]
    rows = shown(ItemKind.MESSAGE, unfolded=True, title="awaiting_input", text=text, detail="lead")
    assert rows[-1] == " ▌ line 7"
    assert folds(item(ItemKind.MESSAGE, text=text), 50)


def test_a_message_is_not_folded_for_one_line() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 5))
    assert len(shown(ItemKind.MESSAGE, title="tool_end", text=text, detail="lead")) == 5
    assert not folds(item(ItemKind.MESSAGE, text=text), 50)


def test_how_to_report_does_not_fill_a_pane() -> None:
    text = first_prompt("Hash the passwords.")
    rows = shown(ItemKind.MESSAGE, 100, title="awaiting_input", text=text, detail="lead")
    assert rows == [" ▌ lead", " ▌ Hash the passwords.", " ▌ … 8 more lines"]


def test_a_settled_question_keeps_its_words_but_not_its_options() -> None:
    rows = shown(
        ItemKind.QUESTION,
        title="sha256 today",
        text="Which hash?",
        detail="argon2\nbcrypt",
        state=ItemState.OK,
    )
    assert rows == [" ? Which hash?", "   sha256 today"]


def test_a_question_shows_its_context_and_options() -> None:
    rows = shown(
        ItemKind.QUESTION, title="sha256 today", text="Which hash?", detail="argon2\nbcrypt"
    )
    assert rows == [
        " ? Which hash?",
        "   sha256 today",
        "   1 argon2",
        "   2 bcrypt",
    ]


def test_an_answer_names_who_gave_it() -> None:
    assert shown(ItemKind.ANSWER, title="lead", text="argon2") == [" ↳ lead: argon2"]


def test_a_report_is_a_word_with_its_evidence() -> None:
    rows = shown(ItemKind.REPORT, title="done", text="All is well.", detail="42 passed")
    assert rows == [" ✔ reported done", "   All is well.", "   42 passed"]


def test_marks() -> None:
    assert shown(ItemKind.TURN, 20, title="turn 3") == [" ── turn 3 ────────"]
    assert shown(ItemKind.NOTE, title="warning", text="slow") == [" ⚠ slow"]
    assert shown(ItemKind.NOTE, title="unknown", text="x.y") == [" · unknown event x.y"]
    assert shown(ItemKind.NOTE, title="failed", text="exit 1\nlast words")[0] == (
        " ■ failed exit 1"
    )


def test_what_an_agent_says_has_code_and_headings() -> None:
    (row,) = said_rows("use `x` and **y**", 40, fenced=False)
    assert row.text == " use `x` and **y**"
    assert styles([row]) == {"text", "code", "strong"}
    assert styles(said_rows("## Plan", 40, fenced=False)) == {"heading"}
    assert styles(said_rows("# no heading", 40, fenced=True)) == {"code"}


def test_no_row_is_wider_than_told() -> None:
    long = "word " * 40 + "x" * 100
    for kind in ItemKind:
        if kind is ItemKind.SAID:
            continue
        for width in (12, 30, 80):
            for unfolded in (False, True):
                rows = shown(
                    kind,
                    width,
                    unfolded=unfolded,
                    title=long,
                    text=long,
                    detail=long,
                    diff=EDIT_DIFF,
                )
                assert max(len(row) for row in rows) <= max(width, 30), (kind, width)
