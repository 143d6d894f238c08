"""Writes the list of modules in `docs/architecture.md` from the modules' own first sentences.

`python -m tests.architecture.module_list` after a module was added, moved or removed.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT

PAGE = ROOT / "docs" / "architecture.md"
HEADING = "## Modules, one line each\n"
NOTE = "Each in its own first sentence; `python -m tests.architecture.module_list` writes this list.\n\n"

ROOMS = {
    "model": "The words as frozen types and transition tables; pure, no I/O.",
    "journal": "Write, read, tail, seek, redact; and where everything lies. Standard library and "
    "msgspec only: the runner imports it.",
    "agents": "Adapters: one way of speaking to an agent program each. Agents themselves are data.",
    "repo": "The one room that talks to git.",
    "session": "Inside one session: the runner and what it is made of. Light: no Textual, "
    "GitPython, pydantic or typer; an adapter is imported when the agent starts.",
    "hosts": "Where sessions run: a transport for journals and mailboxes, nothing more.",
    "worker": "What a worker inside a session may say and ask. Light: its commands run between an "
    "agent's tool calls.",
    "core": "The embedded orchestrator behind one door.",
    "tui": "The dashboard: draws the board, sends the lead's keys to the core.",
    "mcp": "The worker's tools as a server that agents start, over stdio.",
    "cli": "The verbs without a screen, and the way into the dashboard.",
    "sample_agent": "A real ACP agent that follows a script: for the demo and the tests. It "
    "imports nothing of wuhu, and nothing of wuhu imports it.",
}


def module_list() -> str:
    """The page's part below its last heading."""
    parts = [NOTE + _lines(sorted(PACKAGE.glob("*.py")))]
    for room, purpose in ROOMS.items():
        parts.append(
            f"### {room}/\n\n{purpose}\n\n{_lines(sorted((PACKAGE / room).rglob('*.py')))}"
        )
    return "\n".join(parts)


def _lines(paths: list[Path]) -> str:
    return "".join(_line(path) for path in paths if path.name != "__init__.py")


def _line(path: Path) -> str:
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "…"
    first = " ".join(words.split("\n\n")[0].split()).removesuffix(".")
    return f"- `{path.relative_to(PACKAGE)}`: {first}\n"


def main() -> None:
    """Write the page anew."""
    text, heading, _ = PAGE.read_text(encoding="utf-8").partition(HEADING)
    PAGE.write_text(f"{text}{heading}\n{module_list()}", encoding="utf-8")


if __name__ == "__main__":
    main()
