"""Which folder a place means; what is not clearly there is refused, and nothing else taken for it."""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value


class Place(Value, frozen=True):
    """A folder that exists, and the session it belongs to, if it is one's."""

    path: str
    session: SessionSpec | None = None


def find_place(folder: ProjectFolder, board: Board, name: str) -> Place:
    """The place called `name`: a session's id or title, or a path inside the project.

    Looks at the disk. A relative path begins at the project's top folder.

    Raises:
        UsageError: nothing was named, or several sessions could be meant.
        NotFound: nothing is called so, or the folder is missing.
        NotPossible: it is outside the project, or no place to run commands in.
    """
    if not name.strip():
        raise UsageError("no place was named", remedy="name a session or a folder of the project")
    view = _session_called(board, name)
    if view is not None:
        return _worktree_of(view)
    return _folder_at(folder, board, name)


def _session_called(board: Board, name: str) -> SessionView | None:
    known = {view.id: view for view in board.sessions.values() if view.spec.project}
    if name in known:
        return known[name]
    titled = [
        view
        for view in known.values()
        if view.spec.title == name and view.state is not SessionState.ARCHIVED
    ]
    if len(titled) > 1:
        raise UsageError(
            f'"{name}" could be {" or ".join(view.id for view in titled)}',
            remedy="say the whole id",
        )
    return titled[0] if titled else None


def _worktree_of(view: SessionView, path: Path | None = None) -> Place:
    """A folder of the session's worktree, by default its top.

    An empty folder of that name is no worktree: git would take the main checkout's for it.
    """
    if view.state is SessionState.ARCHIVED:
        raise NotPossible(
            "the session is archived, and its worktree was removed",
            where=view.id,
            remedy="run it in another place",
        )
    worktree = view.spec.worktree
    if not worktree or not (Path(worktree) / ".git").exists():
        raise NotPossible(
            "the session's worktree is not there",
            where=worktree or view.id,
            remedy=f"bring it back: wuhu resume {view.id}",
        )
    return Place(path=str(path or worktree), session=view.spec)


def _folder_at(folder: ProjectFolder, board: Board, name: str) -> Place:
    try:
        path = (folder.root / name).resolve()
        is_folder = path.is_dir()
    except (OSError, ValueError) as error:
        raise _not_found(name, str(error)) from error
    owner = _owner_of(board, path)
    if owner is not None and is_folder:
        return _worktree_of(owner, path)
    root = folder.root.resolve()
    if not path.is_relative_to(root):
        raise NotPossible(
            "this place is outside the project",
            where=str(path),
            remedy=f"name a session, or a folder below {root}",
        )
    if not is_folder:
        raise _not_found(name, str(path))
    for private in (folder.path.resolve(), root / ".git"):
        if path.is_relative_to(private):
            raise NotPossible(
                "no commands are run in here: it is no session's worktree",
                where=str(path),
                remedy=f"name a session, or {root} for the main checkout",
            )
    return Place(path=str(path))


def _not_found(name: str, where: str) -> NotFound:
    return NotFound(
        f'no session and no folder is called "{name[:200]}"',
        where=where[:500],
        remedy="the sessions there are: wuhu sessions",
    )


def _owner_of(board: Board, path: Path) -> SessionView | None:
    """The session in whose worktree this path lies."""
    for view in board.sessions.values():
        worktree = view.spec.worktree
        if worktree and path.is_relative_to(Path(worktree).resolve()):
            return view
    return None
