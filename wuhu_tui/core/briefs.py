"""What a session's agent finds in its folder before it starts: the lead's files, and its skill."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from wuhu_tui.core.config import ProjectConfig
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.errors import JournalError, NotFound, UsageError
from wuhu_tui.worker.skills import BESIDE, Skill, load_skills, skill_of_role


def check_brief(wish: NewSession) -> None:
    """Refuse files that cannot be copied, before anything is made.

    Raises:
        NotFound: one is not there.
        UsageError: two would have the same name, or one is no file.
    """
    names: set[str] = set()
    for source, name in _copies(wish.brief):
        if name in names:
            raise UsageError(
                f'two files of the brief would be called "{name}"',
                where=str(source),
                remedy="give the folder that holds them, or rename one",
            )
        names.add(name)


def skills_of(config: ProjectConfig, root: Path, role: str) -> tuple[Skill, ...]:
    """All that a session of this role works by, its own skill first.

    Raises:
        ConfigError: a skill of the project is not valid.
    """
    known, own = load_skills(root / config.skills.folder), skill_of_role(role)
    return tuple(known[name] for name in (own, *BESIDE.get(own, ())))


def fill_folder(folder: SessionFolder, wish: NewSession, *skills: Skill) -> None:
    """Copy brief and skills into the session's folder; doing it again changes nothing.

    Raises:
        NotFound, UsageError: a file of the brief cannot be copied.
        JournalError: the disk refused.
    """
    try:
        for source, name in _copies(wish.brief):
            target = folder.brief / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        folder.skills.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JournalError(
            f"the brief cannot be copied: {error}",
            where=str(folder.brief),
            remedy="free some space or repair the folder's permissions",
        ) from error
    for skill in skills:
        write_atomic(folder.skills / f"{skill.name}.md", skill.text.encode())


def check_lines(checks: Sequence[ProjectCheck]) -> tuple[str, ...]:
    """The project's checks as a worker runs them: `name: command`."""
    return tuple(f"{check.name}: {_command_line(check)}" for check in checks)


def _command_line(check: ProjectCheck) -> str:
    if isinstance(check.command, str):
        return check.command.replace("{python}", shlex.quote(sys.executable))
    return shlex.join(word.replace("{python}", sys.executable) for word in check.command)


def _copies(paths: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Every file to copy, and its name in the brief: its own, below its folder's."""
    for path in map(Path, paths):
        if path.is_dir():
            for folder, _, files in os.walk(path):
                for name in sorted(files):
                    source = Path(folder, name)
                    yield _plain(source), str(path.name / source.relative_to(path))
        else:
            yield _plain(path), path.name


def _plain(path: Path) -> Path:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise NotFound(
            f"a file of the brief cannot be read: {error.strerror or error}",
            where=str(path),
            remedy="name files that are there",
        ) from error
    if not stat.S_ISREG(mode):
        raise UsageError("this is no plain file", where=str(path), remedy="name files and folders")
    return path
