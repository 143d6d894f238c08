"""The first prompt of a session: its task and all that belongs to it. Only what there is, is said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.messages import BLOCKED_EXAMPLE, DONE_EXAMPLE, FAILED_EXAMPLE, HOW_TO_REPORT
from wuhu_tui.model.sessions import SessionSpec

REPORTING = f"""\
{HOW_TO_REPORT} by the tools `report`, `progress`, `ask` of the server `wuhu` if you have them, else
by shell commands. When the work is done and committed on this branch, run
    wuhu report done --summary "{DONE_EXAMPLE}"
If you cannot go on: `wuhu report blocked --summary "{BLOCKED_EXAMPLE}"`; if it cannot be done:
`wuhu report failed --summary "{FAILED_EXAMPLE}"`; progress: `wuhu progress "…"`; a question: `wuhu ask "…"`.
Ending your turn without a report does not count as done."""

JUDGING = f"""\
{HOW_TO_REPORT} you change nothing here; what you write is undone and your verdict then does not count.
Say your verdict once, at the end, by the tool `judge` of the server `wuhu` if you have it, else run
    wuhu judge approved|changes_requested|blocked --head {{head}} --note "…" \\
        --finding "must|should|note:path:line:what is wrong" --criterion "N met|unmet path:line"
`--finding` and `--criterion` as often as needed. An approval answers every criterion as met with
path:line and carries no `must`; “fix after merge” is no verdict. `blocked`: you could not judge, and why.
A question: `wuhu ask "…"`. Ending your turn without a verdict counts as none; `wuhu report` is none either."""

FOCUS = "**Priority Focus (from the lead)**"


def brief_files(folder: Path) -> tuple[Path, ...]:
    """The files of a folder and of those in it, in order of their names."""
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def opening(folder: SessionFolder, spec: SessionSpec, task: str) -> str:
    """The first prompt of the session in this folder."""
    return first_prompt(task, brief_files(folder.brief), spec=spec, skills=skill_files(folder))


def skill_files(folder: SessionFolder) -> tuple[Path, ...]:
    """The files that say how the session's role works."""
    return brief_files(folder.skills)


def first_prompt(
    task: str,
    files: Iterable[Path] = (),
    *,
    spec: SessionSpec | None = None,
    skills: Iterable[Path] = (),
) -> str:
    """The task, what belongs to it, the brief's files by path, and how to work and report."""
    return paragraphs(
        task.strip(),
        assignment(spec) if spec else "",
        _listed("Read these files first; they belong to the task:", files),
        reporting(skills, spec),
    )


def assignment(spec: SessionSpec) -> str:
    """What belongs to the task of a session besides its words; empty when nothing was said."""
    return paragraphs(
        f"{FOCUS}\n{spec.focus}" if spec.focus.strip() else "",
        _listed("Scope: work only on this task; do not change files outside:", spec.scope),
        _criteria(spec),
        _listed(_CHECKS_OF_PROJECT if spec.judges else _CHECKS_OF_WORK, spec.checks),
        _listed("Rules that apply:", spec.rules),
        _turns(spec.turn_limit),
    )


_CHECKS_OF_WORK = "Checks that must be green on your last commit:"
_CHECKS_OF_PROJECT = "The project's checks:"


def _criteria(spec: SessionSpec) -> str:
    """The acceptance criteria; a judge answers them by their numbers."""
    if not spec.judges:
        return _listed("It is done when all of this is true:", spec.acceptance)
    lines = (f"{number}. {text}" for number, text in enumerate(spec.acceptance, 1))
    return "\n".join(("Acceptance criteria to answer:", *lines)) if spec.acceptance else ""


def reporting(skills: Iterable[Path] = (), spec: SessionSpec | None = None) -> str:
    """How to report, and where it is written how to work."""
    where = ", ".join(str(path) for path in skills)
    judges = spec.judges if spec else None
    words = JUDGING.format(head=judges.head) if judges else REPORTING
    if not where:
        return words
    return f"{words} How your role works here: read {where} before you begin."


def paragraphs(*parts: str) -> str:
    """Those of the parts that say something, an empty line between them."""
    return "\n\n".join(part for part in parts if part)


def _listed(title: str, lines: Iterable[object]) -> str:
    listed = "\n".join(f"- {line}" for line in lines)
    return f"{title}\n{listed}" if listed else ""


def _turns(limit: int) -> str:
    if not limit:
        return ""
    return f"You have {limit} turns. If they will not suffice, report blocked and say what is left."
