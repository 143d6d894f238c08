"""Finds the step that a request is to be answered with: in its script, as far as it was played."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass

from tests.model_server.conversation import Conversation, Who
from tests.model_server.script import CARRIED, NAMED, Op, Script, Step, parse, say

ASIDE = say("A short title")
"""What a request without tools is answered: agents ask for titles and summaries beside the work."""

BEYOND = say("heard: {user}")
"""What is said beyond the end of a script, and where there is none."""


@dataclass(frozen=True)
class Cue:
    """Which step it is: `script` is its name, `index` its number; -1: none."""

    step: Step
    script: str = ""
    index: int = -1


class Stage:
    """Keeps the registered scripts, and counts the failures that are to happen only so often."""

    def __init__(self) -> None:
        self._scripts: dict[str, Script] = {}
        self._failures: dict[tuple[str, int], int] = {}
        self._lock = threading.Lock()

    def register(self, name: str, script: Script) -> None:
        """Let prompts name this script."""
        self._scripts[name] = script

    def cue(self, conversation: Conversation) -> Cue:
        """The step for this request; counts nothing."""
        place, name, script = self._script_in(conversation)
        if place < 0:
            return Cue((BEYOND,) if conversation.tools else (ASIDE,))
        if not conversation.tools:
            return Cue((ASIDE,), name)
        index = conversation.replies_after(place)
        step = script[index] if index < len(script) else (BEYOND,)
        return Cue(step, name, index)

    def fails(self, cue: Cue, op: Op) -> bool:
        """Whether a step that fails so often fails this time too."""
        with self._lock:
            key = (cue.script, cue.index)
            self._failures[key] = self._failures.get(key, 0) + 1
            return not op.times or self._failures[key] <= op.times

    def _script_in(self, conversation: Conversation) -> tuple[int, str, Script]:
        """The newest script, where it stands, and its name."""
        for place in range(len(conversation.said) - 1, -1, -1):
            said = conversation.said[place]
            if said.who is Who.USER and (found := self._in_words(said.text)):
                return place, *found
        return -1, "", ()

    def _in_words(self, text: str) -> tuple[str, Script] | None:
        names = [name for name in NAMED.findall(text) if name in self._scripts]
        if names:
            return names[-1], self._scripts[names[-1]]
        found = CARRIED.findall(text)
        if not found:
            return None
        name = hashlib.sha256(found[-1].encode()).hexdigest()[:12]
        try:
            return name, parse(found[-1])
        except (ValueError, TypeError) as error:
            return name, ((say(f"no script: {error}"),),)
