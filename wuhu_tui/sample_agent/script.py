"""A script file: what the sample agent does in each turn, and which habits it has."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from wuhu_tui.sample_agent.steps import VERBS, Steps, Strict


class ScriptError(Exception):
    """A script that cannot be followed; says which file, which place, what is wrong."""


class Turn(Strict):
    """What is done for one prompt."""

    steps: Steps


class FollowUp(Strict):
    """What is done for a prompt beyond the script that contains one of these words (or any)."""

    when: tuple[str, ...] = ()
    steps: Steps = ()

    def fits(self, prompt: str) -> bool:
        """Whether the prompt is of this kind."""
        lowered = prompt.lower()
        return not self.when or any(word.lower() in lowered for word in self.when)


Start = Literal["initialize", "new_session", "load_session"]


class Behaviour(Strict):
    """Habits in which real agents differ."""

    second_prompt: Literal["together", "early", "never", "cancels", "refuse"] = "together"
    """What a second prompt while busy does: it is folded into the turn, and both calls return
    `together`, the first `early` at the hand-over, or the second `never`; or it `cancels` the
    first turn; or it is refused."""
    tells_folded: bool = False
    """Whether it tells `_sample/folded` when it has heard a prompt while busy."""
    steering: bool = True
    """Whether `_session/steering` exists."""
    load: bool = True
    exits_on_eof: bool = True
    ignores_term: bool = False
    deaf: bool = False
    """Ignores cancel."""
    cancel_waits_for_permission: bool = False
    ends_open_tools: bool = True
    """Whether a cancelled tool call is told as failed."""
    modes: tuple[str, ...] = ()
    protocol_version: int = 1
    hangs_at: Start | None = None
    dies_at: Start | None = None
    says_at_start: tuple[str, ...] = ()
    """Lines that are no protocol at all, written to stdout before anything else."""


class Script(Strict):
    """All a script file says."""

    name: str = "sample"
    turns: tuple[Turn, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    on_steer: Steps = ()
    behaviour: Behaviour = Behaviour()

    def follow_up(self, prompt: str) -> Steps:
        """The steps for a prompt beyond the script; the first kind that fits."""
        return next((kind.steps for kind in self.follow_ups if kind.fits(prompt)), ())


def load_script(path: Path) -> Script:
    """The script in a TOML or JSON file.

    Raises:
        ScriptError: names file, place and what is wrong.
    """
    try:
        return Script.model_validate(_read(path))
    except ValidationError as error:
        troubles = "; ".join(_in_words(entry) for entry in error.errors(include_url=False))
        raise ScriptError(f"{path}: {troubles}") from None


def _read(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        return json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise ScriptError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ScriptError(f"{path}: cannot be understood: {error}") from None


def _in_words(entry: Any) -> str:
    match entry["type"]:
        case "extra_forbidden":
            message = "unknown key"
        case "union_tag_invalid":
            message = _unknown_verb(entry["ctx"]["tag"])
        case "union_tag_not_found":
            message = 'a step is a table such as { say = "Hello" }'
        case _:
            message = str(entry["msg"]).removeprefix("Value error, ")
    return f"{_dotted(entry['loc'])}: {message}"


def _unknown_verb(verb: str) -> str:
    near = difflib.get_close_matches(verb, VERBS, n=1)
    guess = f'; did you mean "{near[0]}"?' if near else f"; known: {', '.join(VERBS)}"
    return f'unknown step "{verb}"{guess}'


def _dotted(place: Iterable[int | str]) -> str:
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text
