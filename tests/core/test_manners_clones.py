"""Work lands where the repository has not everything: shallow and partial clones, hooks elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import MemoryPort, Project
from tests.core.test_manners import SQUASH, approved, landed, writes
from tests.repo.gitbox import Box, make_box
from tests.sampling import sampled
from wuhu_tui.core.outlook import merge_outlook
from wuhu_tui.core.undo import undo_merge
from wuhu_tui.model.merge_rules import MergeRules
from wuhu_tui.model.merges import MergeManner, MergeOutcome
from wuhu_tui.repo.repository import open_repository

SHALLOW, PARTIAL = ("--depth=1",), ("--filter=blob:none",)
CASES = [(words, manner) for words in (SHALLOW, PARTIAL) for manner in MergeManner]


async def cloned(path: Path, words: tuple[str, ...], manner: MergeManner) -> Project:
    """A project in a clone that lacks history, or contents, of where it came from."""
    origin = make_box(path / "origin")
    origin.git("config", "uploadpack.allowFilter", "true")
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    for number in range(3):
        origin.commit({"readme.txt": "".join(f"{number} {line}\n" for line in range(9))})
    origin.git("clone", "-q", *words, f"file://{origin.path}", str(path / "shop"))
    box = Box(path / "shop")
    box.git("config", "user.name", "Lead")
    box.git("config", "user.email", "lead@example.org")
    (box.path / ".git/info/exclude").write_text("/.wuhu/\n")
    port = MemoryPort(await open_repository(box.path))
    port.merge_rules = MergeRules(manner=manner)
    port.folder.path.mkdir()
    return Project(box, port)


def first_line(text: str) -> str:
    return "".join([text, *(f"2 {line}\n" for line in range(1, 9))])


def last_line(text: str) -> str:
    return "".join([*(f"2 {line}\n" for line in range(8)), text])


@pytest.mark.parametrize("case", sampled(CASES, [(PARTIAL, SQUASH)]))
async def test_a_clone_that_lacks_something(
    tmp_path: Path, case: tuple[tuple[str, ...], MergeManner]
) -> None:
    project = await cloned(tmp_path, *case)
    box = project.box
    view = await approved(project, writes(readme_txt=first_line("session\n")))
    tip = box.commit({"readme.txt": last_line("base\n")})
    outlook = await merge_outlook(project.port, view)
    assert outlook.possible
    assert [file.path for file in outlook.files] == ["readme.txt"]
    await landed(project, view)
    text = box.git("show", "main:readme.txt").splitlines()
    assert (text[0], text[-1]) == ("session", "base")
    await undo_merge(project.port, project.port.view(view.id))
    assert box.head("main") == tip


@pytest.mark.long
async def test_a_partial_clone_in_conflict(tmp_path: Path) -> None:
    project = await cloned(tmp_path, PARTIAL, SQUASH)
    view = await approved(project, writes(readme_txt=first_line("session\n")))
    project.box.commit({"readme.txt": first_line("base\n")})
    merge = await run_merge(project.port, view)
    assert [one.path for one in merge.conflicts] == ["readme.txt"]


@pytest.mark.parametrize("where", sampled(["hooks-of-the-team", "/absolute"], {"/absolute"}))
async def test_hooks_that_lie_elsewhere_are_the_project_s_too(tmp_path: Path, where: str) -> None:
    project = await cloned(tmp_path, (), SQUASH)
    folder = tmp_path / "absolute" if where == "/absolute" else Path(where)
    box = project.box
    hook = (box.path / folder) / "commit-msg"
    hook.parent.mkdir(parents=True)
    hook.write_text("#!/bin/sh\necho no ticket named >&2\nexit 1\n")
    hook.chmod(0o755)
    if where != "/absolute":
        box.commit(message="Hooks of the team")
    view = await approved(project, writes(a_txt="a\n"))
    box.git("config", "core.hooksPath", str(folder))
    tip = box.head("main")
    merge = await run_merge(project.port, view)
    assert merge.outcome is MergeOutcome.REFUSED
    assert "hook commit-msg did not let it pass: no ticket named" in merge.detail
    assert box.head("main") == tip
