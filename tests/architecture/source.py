"""The source tree as these tests see it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "wuhu_tui"
ROOMS = (
    "model",
    "journal",
    "agents",
    "repo",
    "session",
    "hosts",
    "worker",
    "core",
    "mcp",
    "tui",
    "cli",
)
BELOW_THE_DASHBOARD = (*ROOMS[:-2], "sample_agent")


def files() -> list[Path]:
    """Every Python file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    """A file's dotted module name; a package's is its folder's."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules() -> list[str]:
    """Every module of the package."""
    return [module_of(path) for path in files()]


def room(name: str) -> list[str]:
    """Every module of one room, programs that run when imported left out."""
    prefix = f"wuhu_tui.{name}"
    return [
        module
        for module in modules()
        if (module == prefix or module.startswith(f"{prefix}.")) and not module.endswith("__main__")
    ]


def loaded_by(*imported: str) -> set[str]:
    """Top-level names and wuhu's own modules that a fresh Python has after these imports."""
    code = "\n".join(
        [*(f"import {module}" for module in imported), "import sys", "print(*sys.modules)"]
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    names = set(done.stdout.split())
    return {name.split(".")[0] for name in names} | {n for n in names if n.startswith("wuhu_tui")}
