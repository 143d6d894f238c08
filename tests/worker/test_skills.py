"""Skills: the built-in ones are fit, a project's own replace them or are refused in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from wuhu_tui.cli.application import COMMANDS, WORKER_COMMANDS
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.worker.skills import LARGEST, NAMES, OF_ROLES, load_skills, skill_of_role

WORKER = "---\nname: worker\ndescription: Ours.\n---\n\n# Ours\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_skill_is_short_and_whole(name: str) -> None:
    skill = load_skills()[name]
    assert skill.name == name
    assert 20 < len(skill.description) < 120
    assert len(skill.text) < 6000
    assert skill.origin == ""
    assert "## Never" in skill.text or name == "code-review"


def test_every_skill_file_is_known() -> None:
    files = {path.stem for path in (ROOT / "wuhu_tui" / "skills").glob("*.md")}
    assert files == set(NAMES)


def test_every_command_in_a_skill_exists() -> None:
    verbs = {name for _, name, _ in COMMANDS} | set(WORKER_COMMANDS)
    options = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for skill in load_skills().values():
        for line in re.findall(r"(?:`|^    )(wuhu [^`\n]*)", skill.text, re.MULTILINE):
            assert line.split()[1] in verbs, f"{skill.name}: {line}"
        for option in re.findall(r"(?<=[ `])--[a-z-]+", skill.text):
            assert option in {*re.findall(r"--[a-z-]+", options), "--oneline"}, option


@pytest.mark.parametrize(
    ("role", "skill"),
    [("impl", "worker"), ("discovery", "worker"), ("review", "reviewer"), ("pr-fix", "pr-fix")],
)
def test_a_role_has_its_skill(role: str, skill: str) -> None:
    assert skill_of_role(role) == skill


def test_every_role_leads_to_a_skill() -> None:
    assert set(OF_ROLES.values()) <= set(NAMES)


def test_a_projects_own_skill_counts(tmp_path: Path) -> None:
    (tmp_path / "worker.md").write_text(WORKER, encoding="utf-8")
    (tmp_path / "README.md").write_text("What these are.", encoding="utf-8")
    skills = load_skills(tmp_path)
    assert (skills["worker"].description, skills["worker"].text) == ("Ours.", WORKER)
    assert skills["worker"].origin == str(tmp_path / "worker.md")
    assert skills["reviewer"].origin == ""


def test_no_folder_is_no_skills_of_its_own(tmp_path: Path) -> None:
    assert load_skills(tmp_path / "nowhere") == load_skills()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("worker", "# No front matter\n", "does not begin with front matter"),
        ("worker", "---\nname: worker\n", "does not begin with front matter"),
        ("worker", "---\nname: worker\n---\n\nx", "has no description"),
        ("worker", "---\ndescription: x\n---\n\nx", "has no name"),
        ("worker", WORKER.replace("name:", "title:"), 'not known: "title: worker"'),
        ("worker", WORKER.replace("worker", "worler"), 'did you mean "worker"?'),
        ("worler", WORKER, 'the file is called "worler"'),
        ("worker", WORKER.replace("worker", "reviewer"), "call both the same: worker"),
        ("worker", "---\nname: worker\ndescription: x\n---\n\n", "says nothing below"),
        ("worker", WORKER + "x" * LARGEST, "that a model reads"),
        ("worker", "\udcff", "save it as UTF-8"),
    ],
)
def test_what_is_wrong_with_one_is_told(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / f"{name}.md"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError) as refused:
        load_skills(tmp_path)
    assert words in str(refused.value)
    assert refused.value.where == str(path)
    assert refused.value.remedy
