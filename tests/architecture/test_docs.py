"""What the documents name exists, and what exists is named."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT, files, modules
from wuhu_tui.cli.application import COMMANDS, WORKER_COMMANDS
from wuhu_tui.cli.exits import NO_REPORT, WOKE_EARLY
from wuhu_tui.model import errors
from wuhu_tui.tui.actions import ACTIONS
from wuhu_tui.tui.keymap import key_name

DOCS = ROOT / "docs"
VERBS = {name for _, name, _ in COMMANDS} | set(WORKER_COMMANDS)


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_architecture_names_every_module_once() -> None:
    lines = _read("docs/architecture.md").splitlines()
    named = [match[1] for line in lines if (match := re.match(r"- `([\w/]+\.py)`: \S", line))]
    there = [
        str(path.relative_to(ROOT / "wuhu_tui")) for path in files() if path.name != "__init__.py"
    ]
    assert sorted(named) == sorted(there), "run: python -m tests.architecture.module_list"
    assert len(modules()) == len(files())


def test_the_command_line_document_has_every_verb() -> None:
    told = set(re.findall(r"^### `wuhu ([\w-]+)", _read("docs/cli.md"), re.MULTILINE))
    assert told == VERBS


def test_the_readme_table_has_every_verb() -> None:
    told = set(re.findall(r"^\| `wuhu ([\w-]+)", _read("README.md"), re.MULTILINE))
    assert told == VERBS


def test_every_command_in_the_documents_exists() -> None:
    for name in ("README.md", "docs/cli.md", "docs/config.md", "docs/architecture.md"):
        blocks = re.findall(
            r"^```(?:sh|console)?\n(.*?)^```", _read(name), re.DOTALL | re.MULTILINE
        )
        lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
        inline = re.findall(r"`(wuhu [^`]*)`", _read(name))
        for line in [*lines, *inline]:
            match = re.match(r"(?:\.venv/bin/)?wuhu ([a-z][\w-]*)", line)
            if match:
                assert match[1] in VERBS, f"{name}: {line}"


def test_the_keys_in_the_readme_do_what_it_says() -> None:
    section = _read("README.md").partition("## Keys")[2].partition("\n## ")[0]
    told = re.findall(r"`([^`\s]+)`", section.partition("All of them")[0])
    bound = {key for action in ACTIONS for key in action.keys}
    assert len(told) > 20
    assert [key for key in told if key_name(key) not in bound] == []


def test_the_make_targets_in_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", _read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)\b", _read("README.md"), re.MULTILINE))
    assert named
    assert named <= targets


def test_every_exit_code_is_told() -> None:
    text = _read("docs/cli.md")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    by_error = {error.exit_code for error in vars(errors).values() if _is_error(error)}
    assert {0, 130, NO_REPORT, *WOKE_EARLY.values(), *by_error} <= told


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, errors.WuhuError)


def test_links_between_documents_lead_somewhere() -> None:
    for path in [ROOT / "README.md", *DOCS.glob("*.md")]:
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
