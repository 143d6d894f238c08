"""Imports point down only, and heavy libraries stay where they belong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import BELOW_THE_DASHBOARD, ROOMS, ROOT, loaded_by, room


def test_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], check=False, cwd=ROOT, capture_output=True, text=True, timeout=55
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("name", BELOW_THE_DASHBOARD)
def test_a_room_below_the_dashboard_does_not_load_textual(name: str) -> None:
    modules = room(name)
    assert modules
    assert "textual" not in loaded_by(*modules)


def test_there_are_no_rooms_but_the_known_ones() -> None:
    found = {path.name for path in (ROOT / "wuhu_tui").iterdir() if (path / "__init__.py").exists()}
    assert found == {*ROOMS, "sample_agent"}


HEAVY = {"textual", "git", "pydantic", "typer", "rich", "watchfiles", "acp", "mcp"}


def test_the_runner_starts_light() -> None:
    loaded = loaded_by("wuhu_tui.session.runner")
    assert loaded & HEAVY == set()
    assert {name for name in loaded if name.startswith(("wuhu_tui.core", "wuhu_tui.tui"))} == set()


def test_the_workers_commands_start_light() -> None:
    commands = [f"wuhu_tui.cli.{name}" for name in ("ask", "brief", "judge", "report")]
    loaded = loaded_by("wuhu_tui.cli.main", *commands, "wuhu_tui.session.mailbox")
    assert loaded & (HEAVY | {"psutil", "asyncio"}) == set()


def test_the_command_line_does_not_load_the_dashboard_before_it_opens() -> None:
    loaded = loaded_by("wuhu_tui.cli.main", "wuhu_tui.cli.application")
    assert loaded & {"textual", "git", "pydantic", "watchfiles", "acp"} == set()


def test_the_check_would_notice_textual() -> None:
    assert "textual" in loaded_by("textual.content")
