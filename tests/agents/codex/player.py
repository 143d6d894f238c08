"""Plays the agent's side of a recorded conversation on stdin and stdout; any other word ends it.

The place of the recorded worktree is taken by the folder it runs in. Where the recording says
`wait`, it waits until somebody writes to the pipe `gate` there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

RECORDED = "/worktree"
LEFT_OUT = {"input", "sandboxPolicy", "clientInfo", "clientUserMessageId"}
"""What the recording keeps no words of, unless it is a message into a running turn."""


def main() -> None:
    frames = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    numbers: dict[Any, Any] = {}
    for line in frames:
        if line["way"] == "wait":
            Path("gate").read_text("utf-8")
        elif line["way"] == "<":
            _tell(line["frame"], numbers)
        else:
            _expect(line["frame"], numbers)
    sys.stdin.read()


def _tell(frame: dict[str, Any], numbers: dict[Any, Any]) -> None:
    if "method" not in frame:
        frame = {**frame, "id": numbers[frame["id"]]}
    sys.stdout.write(json.dumps(frame).replace(RECORDED, str(Path.cwd())) + "\n")
    sys.stdout.flush()


def _expect(frame: dict[str, Any], numbers: dict[Any, Any]) -> None:
    line = sys.stdin.readline()
    if not line:
        sys.exit("the client hung up early")
    heard = json.loads(line.replace(str(Path.cwd()), RECORDED))
    if "method" in frame and "id" in frame:
        numbers[frame["id"]] = heard.get("id")
        frame = {**frame, "id": heard.get("id")}
    if _essence(heard) != _essence(frame):
        sys.exit(f"heard {json.dumps(heard)} instead of {json.dumps(frame)}")


def _essence(frame: dict[str, Any]) -> dict[str, Any]:
    if frame.get("method") == "turn/steer" or "params" not in frame:
        return frame
    kept = {key: value for key, value in frame["params"].items() if key not in LEFT_OUT}
    return {**frame, "params": kept}


if __name__ == "__main__":
    main()
