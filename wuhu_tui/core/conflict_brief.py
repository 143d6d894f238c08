"""What somebody must know to settle a session's conflict with base: both diffs, both intents."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.core.merge_messages import one_line
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.scribe import base_of, newest
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.merges import FileConflict, Merge
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.safe import safe_text
from wuhu_tui.repo.conflict_sides import name_sides
from wuhu_tui.repo.diffs import PLAIN
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.plain_merges import plain_options, try_merge
from wuhu_tui.repo.quarantine import quarantine
from wuhu_tui.repo.refs import merge_base, required_tip

MOST_FILES = 30
"""Files whose diffs are told; of more, only the names."""

MOST_LINES = 150
"""Lines of one side's diff of one file."""

_MOST_WORDS = 4_000


async def conflict_brief(port: ProjectPort, view: SessionView) -> str:
    """Each file in conflict with both diffs, and what each side meant by it.

    Raises:
        NotPossible: nothing collides with base as it is now.
    """
    view = await newest(port, view)
    git, base = port.repository.git, base_of(port, view)
    tip, head = await required_tip(git, base), await required_tip(git, view.spec.branch)
    conflicts = await conflicts_now(port, tip, head)
    if not conflicts and view.merge and view.merge.replays:
        return _taken_back(view, view.merge, base)
    if not conflicts:
        raise NotPossible(
            f"nothing of it collides with {base} as it is now",
            where=view.id,
            remedy="approve it again, then merge it",
        )
    start = await merge_base(git, tip, head)
    files = [await _file(git, one, start, tip, head) for one in conflicts[:MOST_FILES]]
    rest = [f"- {one.path} ({one.kind})" for one in conflicts[MOST_FILES:]]
    return "\n".join((*_opening(port, view, conflicts, base), *files, *rest)).rstrip() + "\n"


async def conflicts_now(port: ProjectPort, tip: str, head: str) -> tuple[FileConflict, ...]:
    """What would clash if `head` were merged onto `tip`; leaves no objects behind."""
    async with quarantine(port.repository) as aside:
        git = Git(port.repository.root, environment=aside.environment)
        tried = await try_merge(git, tip, head, await plain_options(git))
        return await name_sides(git, tried.clashes, tip, head)


def _opening(
    port: ProjectPort, view: SessionView, conflicts: tuple[FileConflict, ...], base: str
) -> Iterator[str]:
    branch = view.spec.branch
    yield f"# {branch} collides with {base} in {len(conflicts)} file(s)"
    yield ""
    yield f"Settle it on {branch}: `git merge {base}`, then bring both sides together in each file."
    yield "Keep what both sides meant. Where that is not possible, ask; do not drop one in silence."
    yield f"Then run the checks{_checks(port)}, commit, and report done."
    yield ""
    yield f"## What {branch} is for"
    yield ""
    yield from _intent(view)


def _taken_back(view: SessionView, merge: Merge, base: str) -> str:
    """Its commits are in base and were reverted there: they come back by a revert of that."""
    steps = "\n".join(f"- `git revert --no-edit {commit}`" for commit in merge.replays)
    return (
        f"# {view.spec.branch} was merged and taken back, and what landed since clashes with it\n\n"
        f"On {view.spec.branch}: `git merge {base}`, then bring the work back:\n{steps}\n\n"
        "Settle what clashes, run the checks, commit, and report done.\n"
    )


def _checks(port: ProjectPort) -> str:
    names = ", ".join(check.name for check in port.checks)
    return f" ({names})" if names else ""


def _intent(view: SessionView) -> Iterator[str]:
    yield one_line(view.spec.shown_name)
    report = view.report
    for text in (view.spec.task, report.summary if report else ""):
        if text.strip():
            yield _quoted(text)
    if report and report.kind is ReportKind.DONE and report.evidence:
        yield _quoted(report.evidence)
    yield ""


def _quoted(text: str) -> str:
    """Somebody's words, told as theirs."""
    return "\n".join(f"> {line}" for line in safe_text(text[:_MOST_WORDS]).strip().splitlines())


async def _file(git: Git, conflict: FileConflict, start: str, tip: str, head: str) -> str:
    lines = [f"## {one_line(conflict.path)} ({conflict.kind})", ""]
    for side, commits, end in (
        ("base", conflict.base_side, tip),
        ("this branch", conflict.session_side, head),
    ):
        lines.append(f"What {side} did:")
        lines += [f"- {one_line(commit)}" for commit in commits]
        lines += ["", *await _diff(git, start, end, conflict.path), ""]
    return "\n".join(lines)


async def _diff(git: Git, start: str, end: str, path: str) -> list[str]:
    """One side's diff of one file, indented so that it is data, shortened where it is long."""
    if not start:
        return ["    (both sides have no commit in common)"]
    words = ("diff", *PLAIN, "--submodule=short", start, end, "--", f":(top,literal){path}")
    answer = await git.look(*words, deadline=LONG)
    lines = safe_text(answer.text[: MOST_LINES * 400]).splitlines()
    shown = [f"    {line}" for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(f"    … and {len(lines) - MOST_LINES} more lines")
    return shown or ["    (no change under this name)"]
