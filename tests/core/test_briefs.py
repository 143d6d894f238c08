"""What a session's folder holds before it starts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.core.conftest import Desk
from wuhu_tui.core.briefs import check_brief, check_lines
from wuhu_tui.core.config import load_config
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.errors import ConfigError, NotFound, UsageError

CHECKS = '[[checks]]\nname = "tests"\ncommand = ["make", "test all"]\n'
OURS = "---\nname: worker\ndescription: Ours.\n---\n\n# Ours\n"


async def test_everything_that_was_said_stands_in_the_spec(desk: Desk, root: Path) -> None:
    (root / "wuhu.toml").write_text(CHECKS, encoding="utf-8")
    spec = await desk.core.instantiate(
        NewSession(
            task="t",
            acceptance=("it works",),
            rules=("no new packages",),
            focus="soon",
            turn_limit=15,
        )
    )
    assert (spec.acceptance, spec.rules) == (("it works",), ("no new packages",))
    assert (spec.focus, spec.turn_limit) == ("soon", 15)
    assert spec.checks == ("tests: make 'test all'",)


async def test_brief_and_skill_lie_in_its_folder(
    desk: Desk, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("brief")
    (place / "fixtures" / "deep").mkdir(parents=True)
    (place / "fixtures" / "deep" / "a.json").write_text("{}")
    (place / "DESIGN.md").write_text("the design")
    wish = NewSession(brief=(str(place / "DESIGN.md"), str(place / "fixtures")), key="k")
    folder = ProjectFolder(root).session((await desk.core.instantiate(wish)).id)
    assert (folder.brief / "DESIGN.md").read_text() == "the design"
    assert (folder.brief / "fixtures" / "deep" / "a.json").read_text() == "{}"
    assert [path.name for path in folder.skills.iterdir()] == ["worker.md"]


async def test_the_projects_own_skill_is_given_to_new_sessions(desk: Desk, root: Path) -> None:
    own = root / "wuhu" / "skills"
    own.mkdir(parents=True)
    (own / "worker.md").write_text(OURS, encoding="utf-8")
    spec = await desk.core.instantiate(NewSession())
    assert (ProjectFolder(root).session(spec.id).skills / "worker.md").read_text() == OURS
    reviewer = await desk.core.instantiate(NewSession(role="review"))
    names = {path.name for path in ProjectFolder(root).session(reviewer.id).skills.iterdir()}
    assert names == {"reviewer.md", "code-review.md"}


async def test_a_broken_skill_makes_no_session(desk: Desk, root: Path) -> None:
    own = root / "wuhu" / "skills"
    own.mkdir(parents=True)
    (own / "worker.md").write_text(OURS.replace("name: worker", "name: woker"), encoding="utf-8")
    with pytest.raises(ConfigError, match="woker"):
        await desk.core.instantiate(NewSession())
    assert list(ProjectFolder(root).sessions.iterdir()) == []


async def test_a_brief_that_is_not_there_makes_no_session(desk: Desk, root: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.md"):
        await desk.core.instantiate(NewSession(brief=(str(root / "nowhere.md"),)))
    assert list(ProjectFolder(root).sessions.iterdir()) == []


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.md").touch()
    with pytest.raises(UsageError, match=r"x\.md"):
        check_brief(NewSession(brief=(str(tmp_path / "a/x.md"), str(tmp_path / "b/x.md"))))
    check_brief(NewSession(brief=(str(tmp_path / "a"), str(tmp_path / "b"))))


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="plain file"):
        check_brief(NewSession(brief=(str(tmp_path / "pipe"),)))


@pytest.mark.parametrize(
    ("command", "line"), [("make test", "c: make test"), (("a b",), "c: 'a b'")]
)
def test_a_check_as_a_worker_runs_it(command: str | tuple[str, ...], line: str) -> None:
    assert check_lines([ProjectCheck(name="c", command=command)]) == (line,)


@pytest.mark.parametrize("folder", ["/abs", "../out", "", "~/x"])
def test_a_folder_of_skills_lies_in_the_repository(tmp_path: Path, folder: str) -> None:
    (tmp_path / "wuhu.toml").write_text(f'[skills]\nfolder = "{folder}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"skills\.folder"):
        load_config(tmp_path)


async def test_a_turn_limit_is_a_number_of_turns(desk: Desk) -> None:
    with pytest.raises(UsageError, match="no limit"):
        await desk.core.instantiate(NewSession(turn_limit=-1))
