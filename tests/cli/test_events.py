from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PATIENCE, Wuhu
from wuhu_tui.cli.exits import BROKEN_PIPE, INTERRUPTED
from wuhu_tui.core.core import Core
from wuhu_tui.model.events import Noted


def note(root: Path, *texts: str, level: str = "error") -> None:
    """Somebody writes into the project's journal."""

    async def write() -> None:
        core = await Core.open(root, conduct=False)
        for text in texts:
            await core.project.append(Noted(text=text, level=level))
        await core.aclose()

    asyncio.run(write())


def line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    entry: dict[str, Any] = json.loads(process.stdout.readline())
    return entry


@pytest.fixture
def following(wuhu: Wuhu) -> Any:
    """`wuhu events --follow --json`, begun; it stands where the first entry says."""
    note(wuhu.root, "before")
    process = wuhu.begin("events", "--follow", "--json", "--since", "1h")
    for _ in range(10):
        if line(process)["text"] == "before":
            break
    yield process
    process.kill()
    process.communicate()


def test_entries_come_as_they_happen_and_a_cursor_takes_them_up(
    wuhu: Wuhu, following: subprocess.Popen[str]
) -> None:
    note(wuhu.root, "one", "two")
    one, two = line(following), line(following)
    assert (one["kind"], one["text"], one["human_attention_needed"]) == ("error", "one", True)
    assert two["id"] != one["id"]
    session = wuhu.json("instantiate", "do it", "--title", "later")["session"]
    made = line(following)
    assert (made["kind"], made["session_name"], made["text"]) == ("instantiated", session, "later")
    following.send_signal(signal.SIGINT)
    _, words = following.communicate(timeout=PATIENCE)
    assert following.returncode == INTERRUPTED
    assert words == ""
    left = wuhu("events", "--json", "--since", one["cursor"]).splitlines()
    assert [json.loads(entry)["id"] for entry in left] == [two["id"], made["id"]]


def test_it_ends_when_nobody_reads_any_more(following: subprocess.Popen[str]) -> None:
    assert following.stdout is not None
    following.stdout.close()
    assert following.wait(timeout=PATIENCE) == BROKEN_PIPE
    assert following.stderr is not None
    assert following.stderr.read() == ""


def test_a_look_back_tells_what_needs_the_lead(wuhu: Wuhu) -> None:
    note(wuhu.root, "look at this")
    note(wuhu.root, "only a warning", level="warning")
    told = wuhu("events", "--needs-you")
    assert "look at this" in told
    assert "only a warning" not in told
    assert "only a warning" in wuhu("events")
    refused = wuhu("events", "--since", "yesterday", code=2)
    assert "no time and no cursor" in refused


def test_channels_are_listed_and_tried(wuhu: Wuhu) -> None:
    assert "no channel is named" in wuhu("notify", "test", code=3)
    config = (wuhu.root / "wuhu.toml").read_text()
    wuhu.write(
        "wuhu.toml",
        config + "\n[notify.channels.log]\ncommand = ['sh', '-c', 'cat > got']\n"
        "[notify.channels.bad]\ncommand = ['sh', '-c', 'echo no room; exit 1']\n",
    )
    tried = wuhu("notify", "test", code=1)
    assert "log: sent" in tried
    assert "bad: failed  no room" in tried
    assert json.loads((wuhu.root / "got").read_text())["entries"][0]["kind"] == "test"
    assert "there are: bad, log" in wuhu("notify", "test", "phone", code=3)
    listed = wuhu("notify")
    assert "runs sh" in listed
    assert "told nothing yet" in listed
