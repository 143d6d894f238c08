"""Why a repository cannot be used: reads it with GitPython, which needs no healthy refs."""

from __future__ import annotations

from pathlib import Path

from git import Repo
from git.exc import InvalidGitRepositoryError, NoSuchPathError
from git.refs import Reference

from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.refusals import refused


def explain(path: Path, words: str) -> GitError:
    """The error for a repository that git would not open; `words` is what git said."""
    try:
        repo = Repo(path, search_parent_directories=True)
    except NoSuchPathError:
        return GitError("this folder does not exist", where=str(path), remedy="check the path")
    except InvalidGitRepositoryError:
        return _no_repository(path, words)
    with repo:
        return _unfit(repo, path, words)


def _no_repository(path: Path, words: str) -> GitError:
    remains = next(filter(_was_repository, (at / ".git" for at in (path, *path.parents))), None)
    if remains is None or "dubious ownership" in words:
        return refused(("rev-parse",), words or "not a git repository", path)
    return GitError(
        f"{remains} is there but is not a git repository any more",
        where=str(path),
        remedy="look at its HEAD, refs and objects; or clone it again",
    )


def _was_repository(place: Path) -> bool:
    """An empty folder of that name never was one: sandboxes leave such behind."""
    return place.is_file() or (place.is_dir() and any(place.iterdir()))


def _unfit(repo: Repo, path: Path, words: str) -> GitError:
    if repo.bare:
        return GitError(
            "this repository is bare: it has no working tree",
            where=str(repo.git_dir),
            remedy="go into a clone or a worktree of it: git worktree add ../work <branch>",
        )
    if repo.working_tree_dir is None or _inside(path, Path(repo.git_dir)):
        return GitError(
            "this is the inside of a git folder, not a working tree",
            where=str(path),
            remedy="go into the repository's own folder",
        )
    damaged = damaged_refs(repo)
    if damaged:
        return GitError(
            f"damaged refs: {', '.join(damaged)}",
            where=str(repo.working_tree_dir),
            remedy="see git reflog for the last good commit, then: git update-ref <ref> <commit>",
        )
    if not repo.head.is_valid() and not words:
        return refused(("rev-parse",), "does not have any commits yet", path)
    return refused(("rev-parse",), words or "bad object HEAD", path)


def damaged_refs(repo: Repo) -> tuple[str, ...]:
    """Refs that name no commit."""
    heads = Path(repo.common_dir) / "refs"
    loose = (file for file in sorted(heads.rglob("*")) if file.is_file())
    names = (file.relative_to(heads.parent).as_posix() for file in loose)
    return tuple(name for name in names if not _leads_somewhere(repo, name))


def _leads_somewhere(repo: Repo, name: str) -> bool:
    """Whether a ref names a commit; one that only points at another ref may lead nowhere."""
    try:
        if (Path(repo.common_dir) / name).read_bytes().startswith(b"ref:"):
            return True
        return bool(Reference(repo, name, check_path=False).is_valid())
    except (ValueError, TypeError, OSError):
        return False


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
