"""An orchestrator: who it is, which sessions are its own, and what nobody may do to itself. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.entries import ContextEntry
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.value import Value

STANDALONE = "orchestrator"
"""What an orchestrator is called that is no session, unless it is told another name."""


PROGRESS = frozenset({"report_note", "commit", "steer", "follow_up", "answer"})
"""Kinds of entries that tell of work going on, and end or decide nothing."""


class Orchestrator(Value, frozen=True):
    """Who speaks: a session of the project by its id, or somebody outside by a name."""

    name: str
    folder: str = ""
    """The session's folder; empty: it is no session, so nobody can be asked for leave."""

    @property
    def is_session(self) -> bool:
        """Whether it works inside a session of this project."""
        return bool(self.folder)

    @property
    def parent(self) -> str:
        """The parent of what it makes."""
        return self.name if self.is_session else ""

    def key(self, given: str, *words: str) -> str:
        """The idempotency key of what it makes: its own name for it, or made of the words."""
        digest = hashlib.sha256(msgspec.json.encode(words)).hexdigest()[:16]
        return f"{self.name}/{given or digest}"

    def owns(self, board: Board, session: str) -> bool:
        """Whether it made the session, or one of those it made did."""
        view = board.session(session)
        line = (view, *ancestors(board, session)) if view is not None else ()
        return session != self.name and any(self._made(one) for one in line)

    def _made(self, view: SessionView) -> bool:
        if self.is_session:
            return view.spec.parent == self.name
        return not view.spec.parent and view.spec.key.startswith(f"{self.name}/")

    def own(self, board: Board) -> tuple[SessionView, ...]:
        """The sessions that are its own, in the order they were made."""
        return tuple(view for view in board.sessions.values() if self.owns(board, view.id))


def ancestors(board: Board, session: str) -> Iterator[SessionView]:
    """Its parent, the parent of that, and so on."""
    seen = {session}
    view = board.session(session)
    while view is not None and view.spec.parent and view.spec.parent not in seen:
        seen.add(view.spec.parent)
        view = board.session(view.spec.parent)
        if view is not None:
            yield view


def as_tree(views: Sequence[SessionView]) -> Iterator[tuple[int, SessionView]]:
    """The sessions, each below the one that made it, with how deep it lies; otherwise as they came."""
    there = {view.id for view in views}
    below: dict[str, list[SessionView]] = {}
    for view in views:
        below.setdefault(view.spec.parent if view.spec.parent in there else "", []).append(view)
    given: set[str] = set()
    roots = [(0, view) for view in below.get("", ())]
    # Parents that go round in a circle are nobody's roots: they come last, as if they had none.
    for depth, root in (*roots, *((0, view) for view in views)):
        yield from _branch(depth, root, below, given)


def _branch(
    depth: int, view: SessionView, below: Mapping[str, list[SessionView]], given: set[str]
) -> Iterator[tuple[int, SessionView]]:
    if view.id in given:
        return
    given.add(view.id)
    yield depth, view
    for child in below.get(view.id, ()):
        yield from _branch(depth + 1, child, below, given)


def lead_hears(board: Board, entry: ContextEntry, policy: str) -> bool:
    """Whether the lead's channels tell it: of a session that another directs, progress only if wanted."""
    view = board.session(entry.session_name)
    is_progress = entry.kind in PROGRESS and not entry.human_attention_needed
    directed = view is not None and bool(view.spec.parent)
    return policy == "all" or not (directed and is_progress)


def parent_in(board: Board, environment: Mapping[str, str]) -> str:
    """The session of this project that this process belongs to; empty: none."""
    name = environment.get("WUHU_SESSION", "")
    return name if board.session(name) is not None else ""


def refuse_own(speaker: str, view: SessionView, deed: str, board: Board | None = None) -> None:
    """A session decides neither about itself nor about those that direct it.

    Raises:
        NotPossible: it would; says what it can do instead.
    """
    if speaker == view.id:
        raise NotPossible(
            f"a session cannot {deed}",
            where=view.id,
            remedy='tell the lead instead: wuhu report, or wuhu ask "…"',
        )
    if board is not None and any(above.id == view.id for above in ancestors(board, speaker)):
        raise NotPossible(
            f"a session cannot do that for one that directs it: {deed}",
            where=view.id,
            remedy='tell the lead instead: wuhu report, or wuhu ask "…"',
        )
