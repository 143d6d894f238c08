"""Plays the agent's side of a recording on stdin and stdout: `player.py RECORDING [HABIT]`.

Where the recording has a frame of ours it waits for that frame, and complains on stderr and ends
with code 3 when another one comes. Names that we gave in the recording are translated to those
that we give now; `/worktree` to the folder it runs in.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

Frame = dict[str, Any]
COMPLAINT = 3


def names_in(frame: Frame) -> list[str]:
    """The names that we give: of a message, of a request."""
    if frame.get("type") == "user":
        return [frame["uuid"]]
    if frame.get("type") != "control_request":
        return []
    told = frame["request"].get("message_uuid")
    return [frame["request_id"], *([told] if told else [])]


class Player:
    """One recording, and how its names are translated."""

    def __init__(self, frames: list[dict[str, Any]]) -> None:
        self._frames = frames
        self._names = {"/worktree": str(Path.cwd())}

    def play(self) -> None:
        """Say and hear all of it, then wait for the end of input."""
        for entry in self._frames:
            if entry["from"] == "agent":
                sys.stdout.write(self._translated(json.dumps(entry["frame"])) + "\n")
                sys.stdout.flush()
            else:
                self._hear(entry["frame"])
        sys.stdin.read()

    def _hear(self, expected: Frame) -> None:
        line = sys.stdin.readline()
        if not line:
            self._complain("the input ended", expected)
        heard: Frame = json.loads(line)
        for recorded, given in zip(names_in(expected), names_in(heard), strict=False):
            self._names[recorded] = given
        wanted = json.loads(self._translated(json.dumps(expected)))
        if heard != wanted:
            self._complain(line.strip(), wanted)

    def _translated(self, text: str) -> str:
        for recorded, given in self._names.items():
            text = text.replace(f'"{recorded}"', f'"{given}"').replace(f"{recorded}/", f"{given}/")
        return text

    def _complain(self, heard: str, wanted: Frame) -> None:
        sys.stderr.write(f"expected {json.dumps(wanted)}\nheard    {heard}\n")
        sys.exit(COMPLAINT)


def main() -> None:
    """Play the recording that is named."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    Player([json.loads(line) for line in lines]).play()


if __name__ == "__main__":
    main()
