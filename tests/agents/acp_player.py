"""Plays the agent's side of a recorded ACP conversation: `acp_player.py FILE SCENARIO WORKTREE`.

It tells what the recorded agent told, and waits wherever that one heard something first. It ends
with code 9 when it hears something else than the recorded agent did.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

STRAYED = 9
EARLY: list[dict[str, Any]] = []
"""What was heard before its turn: two things said at once may come in either order."""

COMPARED = ("outcome", "sessionId", "modeId")


def lines_of(file: Path, scenario: str, worktree: str) -> list[dict[str, Any]]:
    """The lines of one scenario, in the worktree of this run."""
    text = file.read_text(encoding="utf-8").replace("{worktree}", worktree)
    lines = [json.loads(line) for line in text.splitlines()]
    return [line for line in lines if line["scenario"] == scenario]


def main() -> int:
    """Play to the end, then wait for the end of the input."""
    ids: dict[Any, Any] = {}
    for line in lines_of(Path(sys.argv[1]), sys.argv[2], sys.argv[3]):
        frame = line["frame"]
        if line["to"] == "client":
            tell(frame, ids)
        elif not hear(frame, ids):
            return STRAYED
    while sys.stdin.readline():
        pass
    return STRAYED if EARLY else 0


def tell(frame: dict[str, Any], ids: dict[Any, Any]) -> None:
    """Say what was said; an answer goes to the request of this run."""
    if "method" not in frame:
        frame = {**frame, "id": ids[frame["id"]]}
    sys.stdout.write(json.dumps(frame) + "\n")
    sys.stdout.flush()


def hear(expected: dict[str, Any], ids: dict[Any, Any]) -> bool:
    """Whether what is heard is what was heard."""
    heard = next_of(expected.get("method"))
    if "method" in expected and "id" in expected:
        ids[expected["id"]] = heard["id"]
    for part in ("params", "result"):
        told, wanted = heard.get(part) or {}, expected.get(part) or {}
        if any(told.get(key) != wanted.get(key) for key in COMPARED):
            return strayed(expected, heard)
    return True


def next_of(method: str | None) -> dict[str, Any]:
    """The next frame of a method, of those heard too early or of those to come; None: an answer."""
    early = [frame for frame in EARLY if frame.get("method") == method]
    if early:
        EARLY.remove(early[0])
        return early[0]
    while line := sys.stdin.readline():
        heard: dict[str, Any] = json.loads(line)
        if heard.get("method") == method:
            return heard
        EARLY.append(heard)
    sys.exit(STRAYED if EARLY else 0)


def strayed(expected: dict[str, Any], heard: dict[str, Any]) -> bool:
    """Say on stderr what was expected."""
    sys.stderr.write(f"expected {json.dumps(expected)}\nheard    {json.dumps(heard)}\n")
    return False


if __name__ == "__main__":
    sys.exit(main())
