"""Where an agent is in its script, kept on disk so that its next process goes on from there."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from wuhu_tui.sample_agent.steps import Steps


class Place(BaseModel):
    """How far a session has come."""

    model_config = ConfigDict(extra="forbid")

    session: str
    turn: int = 0
    """Turns of the script begun so far."""
    agenda: Steps = ()
    """Steps of the running turn that are still to do."""
    running: bool = False
    """Whether a turn is running, or was when the process ended."""
    asking: str = ""
    """The question that is open, or was when the process ended."""
    last_answer: str = ""
    last_steer: str = ""
    last_prompt: str = ""
    calls: int = 0
    cost: float = 0.0


class Memory:
    """The files of one session: its place, and what it told the client so far."""

    def __init__(self, folder: Path, session: str) -> None:
        self._place = folder / f"{session}.json"
        self._history = folder / f"{session}.history"

    def exists(self) -> bool:
        """Whether this session is remembered."""
        return self._place.is_file()

    def save(self, place: Place) -> None:
        """Keep the place, atomically."""
        self._place.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._place.with_suffix(".new")
        fresh.write_text(place.model_dump_json(by_alias=True), encoding="utf-8")
        fresh.replace(self._place)

    def load(self) -> Place:
        """The place as it was kept last."""
        return Place.model_validate_json(self._place.read_text(encoding="utf-8"))

    def remember(self, update: Mapping[str, Any]) -> None:
        """Keep one more update, to be told again when the session is loaded."""
        self._history.parent.mkdir(parents=True, exist_ok=True)
        with self._history.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(update))

    def history(self) -> list[dict[str, Any]]:
        """All updates that were kept; a line cut by a kill is left out."""
        if not self._history.is_file():
            return []
        lines = self._history.read_text(encoding="utf-8").splitlines()
        return [update for line in lines if (update := _decoded(line)) is not None]


class Bookmark:
    """A place that moves, and is kept with every move."""

    def __init__(self, place: Place, memory: Memory) -> None:
        self.place = place
        self._memory = memory

    def keep(self, **changes: object) -> None:
        """Change the place and keep it on disk."""
        self.place = self.place.model_copy(update=changes)
        self._memory.save(self.place)

    def next_call(self) -> str:
        """A name for one more tool call."""
        self.keep(calls=self.place.calls + 1)
        return f"{self.place.session}-call-{self.place.calls}"

    def fill(self, text: str, quote: Callable[[str], str] = str) -> str:
        """The text with `{last_answer}`, `{last_steer}` and `{last_prompt}` filled in."""
        for name in ("last_answer", "last_steer", "last_prompt"):
            text = text.replace(f"{{{name}}}", quote(getattr(self.place, name)))
        return text

    def fill_command(self, command: str | tuple[str, ...]) -> str | tuple[str, ...]:
        """The command with the same filled in, quoted where a shell reads it."""
        if isinstance(command, str):
            return self.fill(command, shlex.quote)
        return tuple(self.fill(word) for word in command)


def _decoded(line: str) -> dict[str, Any] | None:
    try:
        update = json.loads(line)
    except ValueError:
        return None
    return update if isinstance(update, dict) else None


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where places are kept: in the session's folder, else with the user's program state."""
    session = environment.get("WUHU_SESSION_FOLDER")
    if session:
        return Path(session) / "sample-agent"
    state = environment.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "sample-agent"
