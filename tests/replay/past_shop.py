"""A recorded shop with real commits: one session works, asks, reports, is judged and lands."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.replay.journals import Recording, at
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model import review_events as reviewing
from wuhu_tui.model.comments import Anchor, Comment
from wuhu_tui.model.events import Event
from wuhu_tui.model.history_events import LeadLooked, WorktreeSeen
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reports import Exit, ExitReason, Report, ReportKind
from wuhu_tui.model.rescues import Rescue
from wuhu_tui.model.reviews import Review, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

ONE = "shop-impl-01"
BRANCH = f"wuhu/{ONE}"

IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A"), ("EMAIL", "a@b"), ("DATE", "2026-03-01T09:00:00Z"))
}


def git(root: Path, *words: str, given: bytes = b"") -> str:
    """Run git there, the same on every machine."""
    done = subprocess.run(
        ("git", "-C", str(root), *words),
        input=given,
        capture_output=True,
        check=True,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(root), **IDENTITY},
    )
    return done.stdout.decode().strip()


def tree_of(root: Path, files: dict[str, str]) -> str:
    """A tree of files in the top folder."""
    listing = ""
    for name, text in sorted(files.items()):
        blob = git(root, "hash-object", "-w", "--stdin", given=text.encode())
        listing += f"100644 blob {blob}\t{name}\n"
    return git(root, "mktree", given=listing.encode())


@dataclass
class PastShop:
    """The recording, and what its commits are called."""

    recording: Recording
    base: str
    head: str
    dirty: str
    """The tree with a file that is not committed yet."""
    landed: str
    indexes: dict[str, int] = field(default_factory=dict)
    """How many records there were when something had just happened."""
    newest: dict[str, Cursor] = field(default_factory=dict)
    told: int = 1

    @property
    def root(self) -> Path:
        return self.recording.folder.root

    def tell(self, session: str, event: Event, name: str = "") -> None:
        """One more record, a second later; `name` is remembered as this moment."""
        self.newest[session] = self.recording.tell(session, self.told, event).cursor
        self.told += 1
        if name:
            self.indexes[name] = self.told

    def state(self, after: SessionState, name: str = "") -> None:
        before = SessionState.WORKING
        self.tell(ONE, events.StateChanged(before=before, after=after, cause="told"), name)


def past_shop(root: Path) -> PastShop:
    """Everything, from its first commit to a landed merge."""
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    first = tree_of(root, {"a.py": "one\ntwo\n"})
    base = git(root, "commit-tree", first, "-m", "begin")
    git(root, "update-ref", "refs/heads/main", base)
    dirty = tree_of(root, {"a.py": "one\n2\n", "notes": "to do\n"})
    work = tree_of(root, {"a.py": "one\n2\n", "b.py": "new\n"})
    head = git(root, "commit-tree", work, "-p", base, "-m", "Count in digits")
    landed = git(root, "commit-tree", work, "-p", base, "-p", head, "-m", "Merge it")
    git(root, "update-ref", "refs/heads/main", landed)
    git(root, "update-ref", "refs/wuhu/history/kept", git(root, "commit-tree", dirty, "-m", "seen"))
    shop = PastShop(Recording(root), base=base, head=head, dirty=dirty, landed=landed)
    _works(shop)
    _lands(shop)
    return shop


def _works(shop: PastShop) -> None:
    spec = SessionSpec(
        id=ONE,
        project="shop",
        title="digits",
        task="Count in digits",
        branch=BRANCH,
        base_branch="main",
        base_commit=shop.base,
        worktree=str(shop.root / "elsewhere"),
        created_at=at(1),
    )
    shop.tell("", project.SessionInstantiated(spec=spec), "made")
    shop.tell(ONE, events.RunnerStarted(pid=7))
    shop.state(SessionState.WORKING)
    shop.tell(ONE, events.TurnStarted(turn=1), "turn")
    shop.tell(ONE, events.AgentSaid(text="I look. ", message="m"))
    shop.tell(ONE, events.AgentSaid(text="I write.", message="m"), "said")
    shop.tell(ONE, events.ToolStarted(call="c", title="Edit a.py", kind="edit", paths=("a.py",)))
    patch = "--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
    shop.tell(ONE, events.ToolEnded(call="c", diff=patch), "edited")
    seen = WorktreeSeen(tree=shop.dirty, commit=shop.dirty, head=shop.base, call="c")
    shop.tell(ONE, seen, "seen")
    question = Question(id="q", kind=QuestionKind.OPEN, text="Digits?", asked_at=at(shop.told))
    shop.tell(ONE, events.QuestionAsked(question=question))
    shop.state(SessionState.ASKING, "asked")
    shop.tell("", LeadLooked(since=at(3), until=at(shop.told)), "looked")
    answer = Answer(question="q", by="lead", at=at(shop.told), text="yes")
    shop.tell(ONE, events.QuestionAnswered(answer=answer))
    shop.state(SessionState.WORKING, "answered")
    shop.tell(ONE, events.ToolStarted(call="d", title="git commit", kind="execute"), "committing")
    shop.tell(ONE, events.ToolEnded(call="d"))
    shop.tell(ONE, events.CommitSeen(sha=shop.head, subject="Count in digits"), "committed")


def _lands(shop: PastShop) -> None:
    report = Report(kind=ReportKind.DONE, summary="it counts in digits")
    shop.tell(ONE, events.ReportMade(report=report))
    shop.state(SessionState.REPORTED, "reported")
    review = Review(head=shop.head, merge_base=shop.base, files=2, added=2, removed=1)
    shop.tell("", project.ReviewOpened(session=ONE, review=review), "in review")
    anchor = Anchor(path="a.py", line=2, lines=("2",), before=("one",), after=())
    comment = Comment(id="k", anchor=anchor, text="why?", head=shop.head, by="lead")
    shop.tell("", reviewing.CommentMade(session=ONE, comment=comment), "commented")
    verdict = Verdict(
        kind=VerdictKind.APPROVED, head=shop.head, by="lead", at=at(shop.told), note="good"
    )
    shop.tell("", project.VerdictGiven(session=ONE, verdict=verdict))
    moved = project.SessionMoved(
        session=ONE,
        before=SessionState.IN_REVIEW,
        after=SessionState.APPROVED,
        cause="approved",
        after_record=shop.newest[ONE],
    )
    shop.tell("", moved, "approved")
    rescue = Rescue(
        ref=f"refs/wuhu/rescue/{ONE}/x",
        session=ONE,
        commit=shop.head,
        branch=BRANCH,
        head=shop.base,
        reason="removed",
        by="lead",
        at=at(shop.told),
    )
    shop.tell("", project.WorkRescued(rescue=rescue), "rescued")
    merge = Merge(id="g", head=shop.head, base_branch="main", base_tip=shop.base, at=at(shop.told))
    shop.tell("", project.MergeStarted(session=ONE, merge=merge))
    for step in (MergeStep.PREFLIGHT, MergeStep.LAND):
        stepped = project.MergeStepped(
            session=ONE, merge="g", step=step, result=shop.landed, tip=shop.base
        )
        shop.tell("", stepped)
    ended = project.MergeEnded(session=ONE, merge="g", outcome=MergeOutcome.MERGED)
    shop.tell("", ended, "merged")
    work = git(shop.root, "rev-parse", f"{shop.head}^{{tree}}")
    shop.tell(ONE, WorktreeSeen(tree=work, commit=work, head=shop.head))
    ended_run = events.RunnerEnded(exit=Exit(reason=ExitReason.STOPPED, at=at(shop.told)))
    shop.tell(ONE, ended_run, "ended")
