"""The project that faults are let loose on: a parent with children, and one that is nobody's."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

from wuhu_tui.core.core import Core
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.initialise import initialise

CONFIG = """\
[project]
name = "storm"
base = "main"
agent = "worker"

[policies]
nudge = false
predict_conflicts = false

[limits]
sessions = 40
memory_percent = 1
memory_gigabytes = 0.2

[agents.worker]
extends = "sample"
command = ["{python}", "-m", "wuhu_tui.sample_agent", "--script", "{project}/worker.toml", "--delay", "0.05"]
"""

SCRIPT = """\
on_steer = [ { say = "I heard it." } ]

[[turns]]
steps = [
  { say = "I begin." },
  { run = "true" },
  { ask = "Which way?", options = [ { key = "l", label = "left" }, { key = "r", label = "right" } ] },
  { run = "sleep 0.1" },
  { report = "done", summary = "the first part" },
]

[[follow_ups]]
when = ["please-ask"]
steps = [ { run = "true" }, { ask = "And now?" }, { say = "Good." } ]

[[follow_ups]]
when = ["please-report"]
steps = [ { run = "true" }, { report = "done", summary = "more is done" } ]

[[follow_ups]]
when = ["please-note"]
steps = [ { report = "note", summary = "half of it" }, { say = "On with it." } ]

[[follow_ups]]
when = ["please-block"]
steps = [ { report = "blocked", summary = "I need a word" } ]

[[follow_ups]]
when = ["please-work"]
steps = [ { run = "sleep 0.1" }, { run = "sleep 0.2" }, { run = "true" }, { say = "Worked." } ]

[[follow_ups]]
steps = [ { say = "Heard." } ]
"""


def prepare(root: Path, *, children: int) -> list[str]:
    """Make the project and its sessions; nothing runs. Returns their ids, the parent's first."""
    root.mkdir(exist_ok=True)
    (root / "wuhu.toml").write_text(CONFIG, encoding="utf-8")
    (root / "worker.toml").write_text(SCRIPT, encoding="utf-8")
    (root / ".gitignore").write_text(".wuhu/\n", encoding="utf-8")
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "Start")):
        subprocess.run(["git", "-C", str(root), *command], check=True, env=dict(os.environ))
    return asyncio.run(_instantiate(root, children))


async def _instantiate(root: Path, children: int) -> list[str]:
    await initialise(root)
    core = await Core.open(root, conduct=False)
    try:
        parent = (await core.instantiate(NewSession(task="Lead them.", role="lead"))).id
        wishes = [NewSession(task="Do your part.", parent=parent) for _ in range(children)]
        wishes.append(NewSession(task="Do it alone."))
        made = [(await core.instantiate(wish)).id for wish in wishes]
    finally:
        await core.aclose()
    return [parent, *made]
