"""The complete environment of an agent: what it inherits, what it must not, and its markers."""

from __future__ import annotations

from collections.abc import Mapping

from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.sessions import SessionSpec

QUIET = {
    "CI": "1",
    "TERM": "dumb",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "GH_PROMPT_DISABLED": "1",
}
"""What keeps programs from waiting for a human who is not there."""

_OURS = "WUHU_"
_DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


def agent_environment(
    spec: SessionSpec, folder: SessionFolder, epoch: int, inherited: Mapping[str, str]
) -> dict[str, str]:
    """Everything the agent's process gets; its own definition has the last word, but for markers."""
    kept = {name: value for name, value in inherited.items() if _may_pass(name, value)}
    path = kept.get("PATH") or _DEFAULT_PATH
    commands = folder.path.parent.parent / "bin"
    environment = {**kept, **QUIET, "PWD": spec.worktree, **spec.agent.environment}
    path = spec.agent.environment.get("PATH", path)
    return {
        **environment,
        "PATH": f"{commands}:{path}",
        **markers(folder, epoch),
    }


def plain_environment(place: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """What a command gets that runs in a place of the project which is no session's."""
    kept = {name: value for name, value in inherited.items() if _may_pass(name, value)}
    return {"PATH": _DEFAULT_PATH, **kept, **QUIET, "PWD": place}


def markers(folder: SessionFolder, epoch: int) -> dict[str, str]:
    """What every process of one life carries; it is found by them wherever it hides."""
    return {
        "WUHU_SESSION": folder.name,
        "WUHU_SESSION_FOLDER": str(folder.path),
        "WUHU_LIFE": life_name(folder, epoch),
    }


def life_name(folder: SessionFolder, epoch: int) -> str:
    """One life of one session, as its processes carry it."""
    return f"{folder.name}:{epoch}"


def runner_environment(folder: SessionFolder, inherited: Mapping[str, str]) -> dict[str, str]:
    """A runner's own environment: it belongs to no life, whoever spawned it."""
    kept = {name: value for name, value in inherited.items() if not name.startswith(_OURS)}
    return {**kept, "WUHU_RUNNER": str(folder.path)}


def _may_pass(name: str, value: str) -> bool:
    if name == "IS_SANDBOX":
        return value == "1"
    return not name.startswith(("GIT_", _OURS))
