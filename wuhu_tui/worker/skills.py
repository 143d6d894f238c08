"""Skills: how a role works, in Markdown; built in, and a project's own where it has them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

from wuhu_tui.journal.plain_files import read_plain
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.model.value import Value

NAMES = ("worker", "reviewer", "pr-fix", "code-review", "orchestrator", "multi-session-delivery")
"""Every skill there is; a project may replace each, not add others."""

OF_ROLES: Mapping[str, str] = {
    "review": "reviewer",
    "reviewer": "reviewer",
    "fix": "pr-fix",
    "pr-fix": "pr-fix",
    "conflict": "pr-fix",
    "code-review": "code-review",
    "orchestrator": "orchestrator",
    "lead": "orchestrator",
    "multi-session-delivery": "multi-session-delivery",
}
"""The skill of a role; every other role's is `worker`."""

BESIDE: Mapping[str, tuple[str, ...]] = {"reviewer": ("code-review",)}
"""Skills that a session gets beside that of its role."""

LARGEST = 64 << 10
"""Bytes of a skill: a model reads it whole."""

FENCE = "---"
KEYS = ("name", "description")


class Skill(Value, frozen=True):
    """One skill; `text` is the whole file, `origin` its path when the project wrote it."""

    name: str
    description: str
    text: str
    origin: str = ""


def skill_of_role(role: str) -> str:
    """The name of the skill a session of this role works by."""
    return OF_ROLES.get(role, "worker")


def load_skills(folder: Path | None = None) -> dict[str, Skill]:
    """All skills, those of the project's folder in place of the built-in ones.

    Raises:
        ConfigError: a file there is not a skill; names file, fault and remedy.
    """
    skills = {name: _built_in(name) for name in NAMES}
    for path in _files(folder):
        skills[path.stem] = parse_skill(_read(path), str(path), path.stem)
    return skills


def parse_skill(text: str, where: str, stem: str) -> Skill:
    """The skill in a Markdown file that must be called `stem`.

    Raises:
        ConfigError: its front matter is not complete, or it is called otherwise.
    """
    front, body = _parted(text, where)
    name, description = (front.get(key, "") for key in KEYS)
    if not name or not description:
        missing = "name" if not name else "description"
        raise ConfigError(
            f"its front matter has no {missing}", where=where, remedy=f"write: {missing}: …"
        )
    _check_name(name, where, stem)
    if not body.strip():
        raise ConfigError(
            "it says nothing below its front matter",
            where=where,
            remedy=f"begin with the built-in one: wuhu skills {name} --write",
        )
    return Skill(name=name, description=description, text=text, origin=where)


def _check_name(name: str, where: str, stem: str) -> None:
    for given, what in ((name, "its front matter says"), (stem, "the file is called")):
        if given not in NAMES:
            raise ConfigError(
                f'{what} "{given}", and there is no such skill', where=where, remedy=_nearest(given)
            )
    if name != stem:
        raise ConfigError(
            f'its front matter says "{name}", the file is called "{stem}"',
            where=where,
            remedy=f"call both the same: {stem}",
        )


def _parted(text: str, where: str) -> tuple[dict[str, str], str]:
    lines = text.splitlines()
    ends = [number for number, line in enumerate(lines) if line.strip() == FENCE]
    if len(ends) < 2 or ends[0] != 0:
        raise ConfigError(
            "it does not begin with front matter",
            where=where,
            remedy="begin with three lines: ---, name: …, description: …, and another ---",
        )
    front = dict(_pair(line, where) for line in lines[1 : ends[1]] if line.strip())
    return front, "\n".join(lines[ends[1] + 1 :])


def _pair(line: str, where: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    key = key.strip()
    if not colon or key not in KEYS:
        raise ConfigError(
            f'its front matter has a line that is not known: "{line.strip()[:60]}"',
            where=where,
            remedy="only name: and description: stand there",
        )
    return key, value.strip().strip("\"'")


def _built_in(name: str) -> Skill:
    text = (resources.files("wuhu_tui") / "skills" / f"{name}.md").read_text(encoding="utf-8")
    skill = parse_skill(text, f"{name}.md", name)
    return Skill(name=name, description=skill.description, text=text)


def _files(folder: Path | None) -> Iterable[Path]:
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.glob("*.md") if path.name != "README.md")


def _read(path: Path) -> str:
    try:
        content = read_plain(path, LARGEST)
        if len(content) > LARGEST:
            raise ConfigError(
                f"it is larger than the {LARGEST} bytes that a model reads whole",
                where=str(path),
                remedy="say less, and name files to read where they are needed",
            )
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"it cannot be read: {error}", where=str(path), remedy="save it as UTF-8 text"
        ) from error


def _nearest(given: str) -> str:
    near = difflib.get_close_matches(given, NAMES, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"known: {', '.join(NAMES)}"
