"""Looks, marks, comments, origins and evidence of a session's work, on a real repository."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.repositories import NAME_OF_FIRST as NAME
from tests.core.repositories import START, MemoryPort, Project, make_project
from tests.repo.gitbox import Box
from wuhu_tui.core import comments, looks, reading
from wuhu_tui.core.origins import hunk_origin
from wuhu_tui.core.review_evidence import review_evidence
from wuhu_tui.core.reviews import open_review
from wuhu_tui.journal.lines import encode_record
from wuhu_tui.model import events
from wuhu_tui.model.comments import CommentKind, CommentState, PlacedComment, Side
from wuhu_tui.model.errors import Conflict, NotFound, NotPossible, UsageError
from wuhu_tui.model.events import Event
from wuhu_tui.model.hunk_digest import is_file_viewed, marks_of
from wuhu_tui.model.origins import OriginKind
from wuhu_tui.model.project_events import SessionInstantiated
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Criterion, Report, ReportKind
from wuhu_tui.model.review_events import CommentsSent, HunksMarked, ReviewLooked
from wuhu_tui.model.states import SessionState

CODE = [f"line {number}" for number in range(1, 21)]


def text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    project = await make_project(tmp_path / "shop")
    project.box.commit({"code.py": text(CODE)})
    return project


@pytest.fixture
def port(project: Project) -> MemoryPort:
    return project.port


@pytest.fixture
async def worktree(project: Project) -> Box:
    """Of a session whose work is under review: line 5 of code.py is `five`."""
    worktree = await project.session()
    worktree.commit({"code.py": text([*CODE[:4], "five", *CODE[5:]])}, "Say five")
    project.reports()
    await open_review(project.port, project.port.view(NAME))
    return worktree


async def works_on(project: Project, worktree: Box, files: dict[str, str], *rest: str) -> None:
    """The session commits more, and its work is put up again."""
    for command in rest:
        worktree.git(*command.split())
    worktree.commit(dict(files), "Work on")
    await open_review(project.port, project.port.view(NAME))


def head(port: MemoryPort) -> str:
    review = port.view(NAME).review
    assert review is not None
    return review.head


async def test_the_files_first_and_their_lines_on_demand(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    listing = await reading.diff_listing(port, NAME)
    (file,) = listing.files
    assert (file.path, file.added, file.removed, file.hunks) == ("code.py", 1, 1, ())
    (read,) = (await reading.diff_of(port, NAME, ["code.py"], context=1)).files
    assert len(read.hunks[0].lines) == 4


async def test_without_a_review_there_is_nothing_to_read(
    project: Project, port: MemoryPort
) -> None:
    await project.session()
    for reads in (reading.diff_listing(port, NAME), review_evidence(port, NAME)):
        with pytest.raises(NotPossible, match="nothing to review"):
            await reads
    with pytest.raises(NotFound):
        await reading.diff_listing(port, "nobody")


async def test_what_was_never_looked_at_is_all_new(port: MemoryPort, worktree: Box) -> None:
    for found in (
        await reading.diff_listing(port, NAME, since_look=True),
        await reading.diff_of(port, NAME, ["code.py"], since_look=True),
    ):
        assert (len(found.files), found.since) == (1, "")
        assert "not looked at it before" in found.note


async def test_since_the_last_look_across_a_rebase(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    seen = head(port)
    await looks.record_look(port, NAME, head=seen)
    project.box.commit({"base.txt": "x\n"})
    await works_on(project, worktree, {"new.py": "new\n"}, "rebase --quiet main")
    found = await reading.diff_listing(port, NAME, since_look=True)
    assert ([file.path for file in found.files], found.since) == (["new.py"], seen)
    read = await reading.diff_of(port, NAME, ["code.py", "new.py"], since_look=True)
    assert [file.path for file in read.files] == ["new.py"]
    assert project.box.head(f"refs/wuhu/looked/{NAME}") == seen


async def test_a_look_is_written_once_and_only_the_lead_s(port: MemoryPort, worktree: Box) -> None:
    for by in ("lead", "lead", "shop-review-01"):
        await looks.record_look(port, NAME, head=head(port)[:12], by=by)
    assert len(port.told(ReviewLooked)) == 1
    looked = port.view(NAME).looked
    assert looked is not None
    assert looked.head == head(port)


async def test_a_look_at_something_else_is_refused(port: MemoryPort, worktree: Box) -> None:
    for other in ("", "0000000"):
        with pytest.raises(Conflict, match="not under review"):
            await looks.record_look(port, NAME, head=other)
    assert port.told(ReviewLooked) == []


async def test_what_was_seen_is_let_go_when_the_session_is_archived(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    await looks.record_look(port, NAME, head=head(port))
    assert await looks.forget_looks(port) == ""
    assert project.box.git("for-each-ref", "refs/wuhu/looked") != ""
    from wuhu_tui.core.scribe import Scribe

    await Scribe(port, port.view(NAME)).move(SessionState.ARCHIVED, "test")
    assert await looks.forget_looks(port) == ""
    assert project.box.git("for-each-ref", "refs/wuhu/looked") == ""


async def test_marks_survive_a_rebase_and_expire_with_their_hunk(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    (file,) = (await reading.diff_of(port, NAME, ["code.py"])).files
    await looks.mark_hunks(port, NAME, viewed=marks_of(file))
    await looks.mark_hunks(port, NAME, viewed=marks_of(file))
    assert len(port.told(HunksMarked)) == 1
    project.box.commit({"code.py": text(["begin", *CODE])})
    await works_on(project, worktree, {}, "rebase --quiet main")
    (rebased,) = (await reading.diff_of(port, NAME, ["code.py"])).files
    assert rebased.hunks != file.hunks
    assert is_file_viewed(rebased, port.view(NAME).viewed)
    await works_on(project, worktree, {"code.py": text(["begin", *CODE[:4], "5", *CODE[5:]])})
    (changed,) = (await reading.diff_of(port, NAME, ["code.py"])).files
    assert not is_file_viewed(changed, port.view(NAME).viewed)
    await looks.mark_hunks(port, NAME, unviewed=marks_of(rebased))
    assert port.view(NAME).viewed == frozenset()


async def test_only_digests_are_marks(port: MemoryPort, worktree: Box) -> None:
    for odd in ("", "a b", "x" * 65):
        with pytest.raises(UsageError):
            await looks.mark_hunks(port, NAME, viewed=[odd])
    await looks.mark_hunks(port, NAME, viewed=["abc"], by="shop-review-01")
    assert port.told(HunksMarked) == []


async def commented(port: MemoryPort, line: int = 5, words: str = "why five?") -> str:
    anchor = await comments.anchor_in_review(port, NAME, "code.py", line)
    made = await comments.make_comment(port, NAME, anchor, words, kind=CommentKind.QUESTION)
    return made.id


async def placed(port: MemoryPort) -> PlacedComment:
    (found,) = await comments.place_comments(port, NAME)
    return found


async def test_comments_are_numbered_and_can_be_changed_while_they_are_drafts(
    port: MemoryPort, worktree: Box
) -> None:
    assert [await commented(port), await commented(port, 6)] == ["c1", "c2"]
    await comments.edit_comment(port, NAME, "c2", " better ")
    await comments.drop_comment(port, NAME, "c1")
    assert [(one.id, one.text, one.head) for one in port.view(NAME).comments] == [
        ("c2", "better", head(port))
    ]
    assert await commented(port) == "c3"
    with pytest.raises(NotFound):
        await comments.edit_comment(port, NAME, "c1", "x")


async def test_what_was_sent_is_resolved_and_not_changed(port: MemoryPort, worktree: Box) -> None:
    await commented(port)
    with pytest.raises(NotPossible, match="not sent yet"):
        await comments.resolve_comment(port, NAME, "c1")
    await port.append(CommentsSent(session=NAME, comments=("c1",), letter="l"))
    for change in (
        comments.edit_comment(port, NAME, "c1", "x"),
        comments.drop_comment(port, NAME, "c1"),
    ):
        with pytest.raises(NotPossible, match="was sent already"):
            await change
    await comments.resolve_comment(port, NAME, "c1")
    await comments.resolve_comment(port, NAME, "c1")
    assert port.view(NAME).comments[0].state is CommentState.RESOLVED
    await comments.resolve_comment(port, NAME, "c1", again=True)
    assert port.view(NAME).comments[0].state is CommentState.SENT


async def test_comments_that_say_or_name_nothing_are_refused(
    port: MemoryPort, worktree: Box
) -> None:
    anchor = await comments.anchor_in_review(port, NAME, "code.py", 5)
    with pytest.raises(UsageError, match="says nothing"):
        await comments.make_comment(port, NAME, anchor, "  ")
    with pytest.raises(UsageError, match="names no lines"):
        await comments.make_comment(port, NAME, replace(anchor, lines=()), "x")
    with pytest.raises(UsageError, match="has no line 99"):
        await comments.anchor_in_review(port, NAME, "code.py", 99)
    for path in ("nothing.py", "../code.py", "/etc/passwd"):
        with pytest.raises(NotFound, match=f"no file {path}"):
            await comments.anchor_in_review(port, NAME, path, 1)


async def test_a_comment_follows_its_lines(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    await commented(port)
    assert (await placed(port)).line == 5
    moved = text(["new", *CODE[:4], "five", *CODE[5:]])
    await works_on(project, worktree, {"code.py": moved})
    assert (await placed(port)).line == 6
    await works_on(project, worktree, {"core.py": moved}, "rm --quiet code.py")
    found = await placed(port)
    assert (found.path, found.line) == ("core.py", 6)
    await works_on(project, worktree, {"core.py": moved.replace("five", "5")})
    found = await placed(port)
    assert (found.is_stale, found.why) == (True, "its lines were changed or removed")
    await works_on(project, worktree, {}, "rm --quiet core.py")
    assert (await placed(port)).why == "the file is gone"


async def test_lines_that_stand_twice_are_placed_while_the_file_is_the_same(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    await works_on(project, worktree, {"code.py": text(CODE * 2)})
    await commented(port, 30)
    assert (await placed(port)).line == 30
    await works_on(project, worktree, {"other.py": "x\n"})
    assert (await placed(port)).line == 30


async def test_a_file_whose_name_is_no_utf_8(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    await works_on(project, worktree, {os.fsdecode(b"caf\xe9.txt"): "one\n"})
    shown = "caf\\xe9.txt"
    assert shown in {file.path for file in (await reading.diff_listing(port, NAME)).files}
    anchor = await comments.anchor_in_review(port, NAME, shown, 1)
    await comments.make_comment(port, NAME, anchor, "why?")
    assert ((await placed(port)).path, (await placed(port)).line) == (shown, 1)
    assert (await hunk_origin(port, NAME, shown, 1)).commit == head(port)


async def test_a_comment_on_a_line_as_it_was(port: MemoryPort, worktree: Box) -> None:
    anchor = await comments.anchor_in_review(port, NAME, "code.py", 5, side=Side.OLD)
    assert anchor.lines == ("line 5",)
    await comments.make_comment(port, NAME, anchor, "keep it")
    assert (await placed(port)).line == 5


async def test_replies_stand_beside_their_comment_whoever_gave_them(
    port: MemoryPort, worktree: Box
) -> None:
    await commented(port)
    spec = replace(port.view(NAME).spec, id="shop-fix-01", fixes=NAME, branch="wuhu/fix")
    port.write("", SessionInstantiated(spec=spec))
    port.write(NAME, events.CommentReplied(comment="c1", text="because"))
    port.write("shop-fix-01", events.CommentReplied(comment=" #C1", text="mended"))
    port.write(NAME, events.CommentReplied(comment="c9", text="lost"))
    assert [reply.text for reply in (await placed(port)).replies] == ["because", "mended"]


def journal(port: MemoryPort, *told: Event, name: str = NAME) -> Path:
    """The session's journal on disk."""
    path = port.folder.session(name).journal
    path.parent.mkdir(parents=True, exist_ok=True)
    records = (
        Record(session=name, epoch=1, seq=seq, ts=START, event=event)
        for seq, event in enumerate(told, start=1)
    )
    path.write_bytes(b"".join(encode_record(record) for record in records))
    return path


def edited(path: Path) -> Event:
    return events.ToolStarted(call="t1", title="Edit", kind="edit", paths=(str(path / "code.py"),))


async def test_where_a_line_comes_from(port: MemoryPort, worktree: Box) -> None:
    journal(
        port,
        events.TurnStarted(turn=1),
        events.AgentSaid(text="five it is"),
        edited(worktree.path),
        events.ToolEnded(call="t1", diff="-line 5\n+five\n"),
        events.CommitSeen(sha=head(port)),
    )
    found = await hunk_origin(port, NAME, "code.py", 5)
    assert (found.kind, found.turn, found.call) == (OriginKind.WRITTEN, 1, "t1")
    assert (found.commit, found.subject, found.said) == (head(port), "Say five", "five it is")
    older = await hunk_origin(port, NAME, "code.py", 6)
    assert (older.kind, older.session) == (OriginKind.BASE, "")


async def test_a_commit_seen_only_with_a_later_one(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    await works_on(project, worktree, {"new.py": "x\n"})
    journal(port, events.TurnStarted(turn=3), events.CommitSeen(sha=head(port)))
    found = await hunk_origin(port, NAME, "code.py", 5)
    assert (found.kind, found.turn) == (OriginKind.COMMITTED, 3)
    assert found.commit == worktree.head("HEAD~1")


async def test_who_fixed_the_work_may_have_written_it(port: MemoryPort, worktree: Box) -> None:
    spec = replace(port.view(NAME).spec, id="shop-fix-01", fixes=NAME, branch="wuhu/fix")
    port.write("", SessionInstantiated(spec=spec))
    journal(port, events.TurnStarted(turn=1), events.CommitSeen(sha=head(port)))
    told = (events.TurnStarted(turn=2), edited(worktree.path), events.CommitSeen(sha=head(port)))
    journal(port, *told, name="shop-fix-01")
    found = await hunk_origin(port, NAME, "code.py", 5)
    assert (found.session, found.turn, found.kind) == ("shop-fix-01", 2, OriginKind.TOUCHED)


async def test_what_no_journal_tells_is_unknown(port: MemoryPort, worktree: Box) -> None:
    found = await hunk_origin(port, NAME, "code.py", 5)
    assert (found.kind, found.commit) == (OriginKind.UNKNOWN, head(port))
    with pytest.raises(NotFound):
        await hunk_origin(port, NAME, "nothing.py", 1)
    with pytest.raises(UsageError):
        await hunk_origin(port, NAME, "code.py", 21)


async def test_evidence_beside_the_diff(port: MemoryPort, worktree: Box) -> None:
    criteria = (
        Criterion(text="It says five", met=True, evidence=("code.py:5",)),
        Criterion(text="It is told", met=True, evidence=(f"{worktree.path}/docs.md:1",)),
        Criterion(text="Elsewhere", met=True, evidence=("../code.py:5", "./code.py:5")),
    )
    report = Report(kind=ReportKind.DONE, summary="five", head=head(port), criteria=criteria)
    port.write(NAME, events.ReportMade(report=report))
    question = Question(id="q1", kind=QuestionKind.OPEN, text="why?", asked_at=START)
    other = replace(question, id="q2", text="how?")
    answer = Answer(question="q1", by="lead", at=START, text="so")
    journal(
        port,
        events.QuestionAsked(question=question),
        events.QuestionAsked(question=other),
        events.QuestionAnswered(answer=answer),
        events.QuestionAnswered(answer=replace(answer, text="late")),
        events.QuestionWithdrawn(id="q2", reason="its turn ended"),
    )
    found = await review_evidence(port, NAME)
    assert (found.head, found.scope.inside, found.notes) == (head(port), ("code.py",), ())
    assert [place.found for one in found.criteria for a in one.answers for place in a.places] == [
        True,
        False,
        False,
        True,
    ]
    assert [
        (one.question.text, one.answer and one.answer.text, one.withdrawn)
        for one in found.questions
    ] == [("why?", "so", ""), ("how?", None, "its turn ended")]


async def test_what_could_not_be_looked_at_is_said(port: MemoryPort, worktree: Box) -> None:
    port.folder.session(NAME).journal.mkdir(parents=True)
    found = await review_evidence(port, NAME)
    assert not found.questions_whole
    assert "questions could not be looked at" in found.notes[0]
