"""The agents that the suite knows: where each comes from, and how wuhu is told to start it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROGRAMS = "tests.conformance.programs"


class Mind(Enum):
    """What an agent follows: a model, that is our server; or a script of its own."""

    MODEL = "model"
    SCRIPT = "script"


@dataclass(frozen=True)
class Candidate:
    """One agent as the suite runs it; `folder` is its package's below `node_modules`."""

    name: str
    title: str
    extends: str
    command: tuple[str, ...]
    package: str = ""
    version: str = ""
    folder: str = ""
    check: tuple[str, ...] = ()
    """What prints its version."""
    settings: dict[str, Any] = field(default_factory=dict)
    """More keys of its table in `wuhu.toml`."""
    environment: dict[str, str] = field(default_factory=dict)
    asking: tuple[str, ...] = ()
    """Words added to the command where it has to ask for leave."""
    asking_mode: str = ""
    """The mode in which it does."""
    mind: Mind = Mind.MODEL

    @property
    def has_screen(self) -> bool:
        """Whether nothing but its screen tells what it says."""
        return self.settings.get("protocol") == "terminal"

    @property
    def requirement(self) -> str:
        """What npm is asked for; empty for what comes with wuhu."""
        alias = f"{self.folder}@npm:" if self.folder != self.package else ""
        return f"{alias}{self.package}@{self.version}" if self.package else ""

    def is_in(self, cache: Path) -> bool:
        """Whether its package lies in the cache."""
        return not self.package or (cache / "node_modules" / self.folder / "package.json").is_file()


def _npm(name: str, package: str, version: str, folder: str = "", **more: Any) -> Candidate:
    return Candidate(name=name, package=package, version=version, folder=folder or package, **more)


CANDIDATES: tuple[Candidate, ...] = (
    _npm(
        "claude",
        "@anthropic-ai/claude-code",
        "2.1.197",
        title="Claude Code",
        extends="claude",
        command=("claude",),
        check=("claude", "--version"),
    ),
    _npm(
        "claude-next",
        "@anthropic-ai/claude-code",
        "2.1.329",
        "claude-code-new",
        title="Claude Code, newer",
        extends="claude",
        command=("{modules}/claude-code-new/bin/claude.exe",),
        check=("{modules}/claude-code-new/bin/claude.exe", "--version"),
    ),
    _npm(
        "claude-acp",
        "@agentclientprotocol/claude-agent-acp",
        "0.49.0",
        title="Claude Code by ACP",
        extends="claude-acp",
        command=("claude-agent-acp",),
    ),
    _npm(
        "codex",
        "@openai/codex",
        "0.169.0",
        title="Codex",
        extends="codex",
        command=("codex", "app-server"),
        asking_mode="untrusted",
        check=("codex", "--version"),
    ),
    _npm(
        "codex-acp",
        "@zed-industries/codex-acp",
        "0.16.0",
        title="Codex by ACP",
        extends="codex-acp",
        command=(
            "codex-acp-linux-x64",
            "-c",
            "allow_login_shell=false",
            "-c",
            'sandbox_mode="danger-full-access"',
        ),
        asking=("-c", 'approval_policy="untrusted"'),
    ),
    _npm(
        "opencode",
        "opencode-ai",
        "1.18.33",
        title="opencode",
        extends="opencode",
        command=("opencode", "acp"),
        check=("opencode", "--version"),
    ),
    _npm(
        "gemini",
        "@google/gemini-cli",
        "0.61.0",
        title="Gemini",
        extends="gemini",
        command=("gemini", "--acp"),
        check=("gemini", "--version"),
    ),
    Candidate(
        name="terminal",
        title="a program in a terminal",
        extends="",
        command=(sys.executable, "-m", f"{PROGRAMS}.console"),
        settings={"protocol": "terminal"},
        environment={"PYTHONPATH": str(ROOT)},
    ),
    Candidate(
        name="command",
        title="a command for each turn",
        extends="",
        command=(sys.executable, "-m", f"{PROGRAMS}.once"),
        settings={"protocol": "command"},
        environment={"PYTHONPATH": str(ROOT)},
    ),
    Candidate(
        name="sample",
        title="the bundled sample",
        extends="sample",
        command=("{python}", "-m", "wuhu_tui.sample_agent", "--delay", "0", "--script", "{script}"),
        mind=Mind.SCRIPT,
    ),
)

PACKAGES: tuple[tuple[str, str], ...] = (("@zed-industries/codex-acp-linux-x64", "0.16.0"),)
"""Native programs that a package starts and that are started directly here."""


def candidate(name: str) -> Candidate:
    """The one of that name."""
    return next(one for one in CANDIDATES if one.name == name)
