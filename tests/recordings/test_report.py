"""The report tells a colleague what happened; what agents wrote stays text."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from markdown_it import MarkdownIt

from tests.core.boards import Story
from tests.recordings.projects import make_journals
from wuhu_tui.core.recordings.markdown import escaped, quoted
from wuhu_tui.core.recordings.report import Report
from wuhu_tui.core.recordings.telling import json_lines, markdown_report
from wuhu_tui.core.recordings.wishes import ExportWish
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind
from wuhu_tui.model.reports import Exit, ExitReason, ReportKind, Usage
from wuhu_tui.model.reports import Report as Word
from wuhu_tui.model.reviews import Finding, Verdict, VerdictKind
from wuhu_tui.model.sessions import AgentLaunch, SessionSpec
from wuhu_tui.model.states import SessionState

HOSTILE = """# I am a heading
- [click](https://evil.example) ![](http://evil.example/x.png)
    code?
<script>alert(1)</script> <https://evil.example> www.evil.example a@b.example
| a | b |
1. list `code` **bold** _it_ ~~gone~~ &amp; \\* $x$
===
---
```sh
rm -rf /
"""


def told_story() -> Story:
    """A session that worked, asked, failed a merge, landed and was lost once."""
    story = Story()
    story.tell(
        "", project.ProjectOpened(project="shop", root="/r", base_branch="main", goal="Sell")
    )
    spec = SessionSpec(
        id="shop-impl-01",
        project="shop",
        title="Basket",
        task=HOSTILE,
        agent=AgentLaunch(name="claude"),
        branch="wuhu/basket",
        base_branch="main",
        base_commit="a" * 40,
        acceptance=("It works",),
    )
    story.tell("", project.SessionInstantiated(spec=spec))
    one = "shop-impl-01"
    story.working(one)
    story.tell(one, events.AgentSaid(text="First", message="m1"))
    story.tell(one, events.AgentSaid(text="Now ", message="m2"))
    story.tell(one, events.AgentSaid(text="[it](https://evil.example)", message="m2"))
    for number, ok in enumerate((True, False)):
        call = f"c{number}"
        story.tell(one, events.ToolStarted(call=call, title="E", kind="edit", paths=("a_b.py",)))
        story.tell(one, events.ToolEnded(call=call, ok=ok))
    story.tell(one, events.CommitSeen(sha="b" * 40, subject="Add *basket*"))
    asked = Question(
        id="q1",
        kind=QuestionKind.CHOICE,
        text="Which?",
        asked_at=story.now,
        options=(Option(key="r", label="Red"), Option(key="b", label="Blue")),
    )
    story.tell(one, events.QuestionAsked(question=asked))
    story.now += timedelta(minutes=3)
    answer = Answer(question="q1", by="lead", at=story.now, choice="b", note="of course")
    story.tell(one, events.QuestionAnswered(answer=answer))
    story.tell(one, events.UsageChanged(usage=Usage(cost=1.25, input_tokens=1000)))
    word = Word(kind=ReportKind.DONE, summary="It is done", evidence="basket.py")
    story.tell(one, events.ReportMade(report=word))
    story.turn_over(one, head="b" * 40)
    story.in_review(one, head="b" * 40)
    finding = Finding(path="a_b.py", line=3, text="<b>bad</b>")
    verdict = Verdict(
        kind=VerdictKind.APPROVED, head="b" * 40, by="lead", at=story.now, findings=(finding,)
    )
    story.tell("", project.VerdictGiven(session=one, verdict=verdict))
    story.moved(one, SessionState.APPROVED)
    story.moved(one, SessionState.MERGING)
    merge = Merge(id="m", head="b" * 40, base_branch="main")
    story.tell("", project.MergeStarted(session=one, merge=merge))
    conflict = project.MergeEnded(
        session=one, merge="m", outcome=MergeOutcome.CONFLICT, files=("a_b.py",)
    )
    story.tell("", conflict)
    failed = Exit(reason=ExitReason.FAILED, detail="out of memory")
    story.tell(one, events.RunnerEnded(exit=failed))
    return story


def report_of(story: Story) -> str:
    report = Report()
    for record in story.records:
        report.take(record)
    return report.markdown()


def test_a_report_tells_what_was_asked_done_answered_judged_and_what_went_wrong() -> None:
    told = report_of(told_story())
    for words in (
        "# Basket",
        "- Agent: claude",
        "- Cost: $1.25 (1,000 tokens in, 0 out)",
        "## What was asked",
        "It is done when:\n\n- It works",
        "- Tools: 2 × edit, 1 failed",
        "- Commit `bbbbbbbbbbbb`: Add \\*basket\\*",
        "- a\\_b.py",
        "it asked (choice):\n\n> Which?",
        "- Red\n- Blue",
        "After 3 min 01 s, lead answered:\n\n> Blue  \n> of course",
        "done:\n\n> It is done\n\nEvidence:\n\n> basket.py",
        "lead: **approved** (commit `bbbbbbbbbbbb`)",
        "a\\_b.py:3 (should) \\<b\\>bad\\</b\\>",
        "conflict: a\\_b.py",
        "## What went wrong",
        "out of memory",
        "- State at the end: merging",
    ):
        assert words in told, words
    assert "First" not in told


def test_what_agents_wrote_is_never_markup() -> None:
    shown = MarkdownIt("js-default", {"linkify": False, "html": True}).parse(
        report_of(told_story())
    )
    kinds = {token.type for token in shown}
    inline = {child.type for token in shown for child in token.children or []}
    assert not kinds & {"fence", "code_block", "html_block", "table_open", "ordered_list_open"}
    assert not inline & {"link_open", "image", "html_inline", "s_open", "em_open"}
    headings = [
        shown[place + 1].content for place, one in enumerate(shown) if one.type == "heading_open"
    ]
    assert "I am a heading" not in " ".join(headings)
    texts = "".join(
        child.content for token in shown for child in token.children or [] if child.type == "text"
    )
    assert "<script>alert(1)</script>" in texts


def test_a_text_shows_as_it_was_written() -> None:
    for line in HOSTILE.splitlines():
        shown = MarkdownIt("js-default").parse(quoted(line or "x"))
        texts = [child for token in shown for child in token.children or []]
        assert "".join(child.content for child in texts) == (line or "x").strip()


def test_addresses_and_terminals_are_left_nothing_to_obey() -> None:
    assert "://" not in escaped("see https://evil.example")
    assert "\x1b" not in quoted("\x1b[2J\u202egone")
    assert len(quoted("x" * 100_000)) < 5000


async def test_a_run_is_told_as_a_table_and_each_session(tmp_path: Path) -> None:
    written = make_journals(tmp_path / "shop")
    told = await markdown_report(written.folder, ExportWish())
    assert "# What happened in shop" in told
    assert "| shop-impl-01 | Work of shop-impl-01 | reported | 2 | 1 | 2 | $1.00 |" in told
    assert "## Work of shop-impl-02" in told
    alone = await markdown_report(written.folder, ExportWish(sessions=("shop-impl-02",)))
    assert alone.startswith("# Work of shop-impl-02\n")
    assert "impl-01" not in alone


async def test_json_lines_tell_every_record_with_its_session_in_one_order(tmp_path: Path) -> None:
    written = make_journals(tmp_path / "shop")
    secret = "ghp_" + "a1B2" * 9
    written.tell("shop-impl-02", events.AgentSaid(text=f"I saw {secret}"))
    lines = [json.loads(line) async for line in json_lines(written.folder, ExportWish())]
    assert [line["ts"] for line in lines] == sorted(line["ts"] for line in lines)
    assert {line["session"] for line in lines} == {"", "shop-impl-01", "shop-impl-02"}
    assert lines[0]["type"] == "project.opened"
    assert lines[-1]["text"] == "I saw [REDACTED]"
    wish = ExportWish(sessions=("shop-impl-01",), without_files=True)
    some = [json.loads(line) async for line in json_lines(written.folder, wish)]
    assert {line["session"] for line in some} == {"", "shop-impl-01"}
    assert {line["text"] for line in some if line["type"] == "tool.output"} == {"[cut]"}
    instantiated = [line for line in some if line["type"] == "session.instantiated"]
    assert [line["spec"]["id"] for line in instantiated] == ["shop-impl-01"]


async def test_json_lines_hold_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    written = make_journals(tmp_path / "shop")
    hostile = "a\x1b[2J\x7f\x9b2J\x85\u2028\u202e漢\U0001f3f3"
    written.tell("shop-impl-02", events.AgentSaid(text=hostile))
    lines = [line async for line in json_lines(written.folder, ExportWish())]
    assert all(set(line) <= {*range(0x20, 0x7F), 0x0A} for line in lines)
    assert json.loads(lines[-1])["text"] == hostile
