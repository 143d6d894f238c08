"""One piece of work that is judged, by events through the real fold, and what must hold of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import Board
from wuhu_tui.model.events import Event
from wuhu_tui.model.fold import fold
from wuhu_tui.model.records import Record
from wuhu_tui.model.review_events import OpinionGiven
from wuhu_tui.model.review_policy import binding, round_after, said_so_far
from wuhu_tui.model.reviews import Judge, Review, ReviewPolicy, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec

NAME = "shop-impl-01"
START = datetime(2026, 1, 1, tzinfo=UTC)


class Judged:
    """A session's work under a policy; `move` is what judges, author and lead do."""

    def __init__(self, policy: ReviewPolicy, rounds: int) -> None:
        self.policy, self.rounds = policy, rounds
        self.board = Board()
        self.heads = ["h0"]
        self.spoken: list[Verdict] = []
        self.sent_back: Counter[Judge] = Counter()
        self._seq = 0
        spec = SessionSpec(id=NAME, project="shop")
        self._tell(project.SessionInstantiated(spec=spec))
        self._open()

    @property
    def review(self) -> Review:
        review = self.board.sessions[NAME].review
        assert review is not None
        return review

    def move(self, what: str, kind: VerdictKind, judge: Judge, back: int) -> None:
        """Go on by one step; `back` makes an opinion one on an older commit."""
        match what:
            case "opinion":
                self._says(kind, judge, back)
            case "commit":
                self._commits()
            case "bind":
                self._binds()
            case _:
                verdict = Verdict(kind=kind, head=self.review.head, by="lead", at=self._now())
                self._tell(project.VerdictGiven(session=NAME, verdict=verdict))

    def check(self) -> None:
        """An approval stands only on words of exactly this commit, and rounds have an end."""
        verdict = self.review.verdict
        if verdict is None or verdict.kind is not VerdictKind.APPROVED or verdict.by == "lead":
            assert self.sent_back[Judge.PEER] <= self.rounds
            return
        assert verdict.head == self.heads[-1]
        assert any(
            (said.kind, said.head, said.by) == (verdict.kind, verdict.head, verdict.by)
            for said in self.spoken
        )

    def _says(self, kind: VerdictKind, judge: Judge, back: int) -> None:
        head = self.heads[max(0, len(self.heads) - 1 - back)]
        number = self.review.round if back == 0 else max(1, self.review.round - back)
        by = f"{judge.value}-{len(self.spoken)}"
        said = Verdict(kind=kind, head=head, by=by, at=self._now(), judge=judge, round=number)
        self.spoken.append(said)
        self._tell(OpinionGiven(session=NAME, verdict=said))

    def _commits(self) -> None:
        self.heads.append(f"h{len(self.heads)}")
        head = self.review.head
        if self.review.verdict is not None:
            new = self.heads[-1]
            self._tell(project.ReviewVoided(session=NAME, head=head, new_head=new))
        self._open(self.review)

    def _open(self, before: Review | None = None) -> None:
        review = Review(head=self.heads[-1], merge_base="b")
        if before is not None:
            said, number = said_so_far(before), round_after(before)
            review = replace(review, round=number, earlier=said)
        self._tell(project.ReviewOpened(session=NAME, review=review))

    def _binds(self) -> None:
        said = binding(self.policy, self.review, self.rounds)
        if said is None:
            return
        if said.kind is VerdictKind.CHANGES_REQUESTED:
            self.sent_back[said.judge] += 1
        verdict = replace(said, at=self._now())
        self._tell(project.VerdictGiven(session=NAME, verdict=verdict))

    def _tell(self, event: Event) -> None:
        self._seq += 1
        record = Record(session="", epoch=1, seq=self._seq, ts=self._now(), event=event)
        self.board = fold(self.board, record)

    def _now(self) -> datetime:
        return START + timedelta(seconds=self._seq)
