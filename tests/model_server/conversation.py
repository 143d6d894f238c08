"""A request for a reply, the same whatever dialect it came in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """Whose words they are."""

    USER = "user"
    MODEL = "model"
    TOOL = "tool"


@dataclass(frozen=True)
class Said:
    """Some words of somebody."""

    who: Who
    text: str


@dataclass(frozen=True)
class Tool:
    """A tool that the agent offers; `space` is the namespace that some dialects keep apart."""

    name: str
    space: str = ""
    takes_text: bool = False
    """Its input is text instead of JSON."""
    fields: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Its name with its namespace."""
        return f"{self.space}__{self.name}" if self.space else self.name


@dataclass(frozen=True)
class Conversation:
    """All that was said so far, and the tools there are."""

    said: tuple[Said, ...]
    tools: tuple[Tool, ...] = ()
    model: str = ""
    streams: bool = True

    def newest(self, who: Who) -> str:
        """What was said by them since the model's last reply."""
        found: list[str] = []
        for one in reversed(self.said):
            if one.who is Who.MODEL:
                break
            if one.who is who:
                found.append(one.text)
        return "\n".join(reversed(found))

    def replies_after(self, index: int) -> int:
        """How often the model replied after that place."""
        after = self.said[index + 1 :]
        return sum(
            1
            for number, one in enumerate(after)
            if one.who is Who.MODEL and (number == 0 or after[number - 1].who is not Who.MODEL)
        )


def words_of(content: object) -> str:
    """The text in a piece of content, however deep it lies."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(filter(None, map(words_of, content)))
    if isinstance(content, dict):
        for key in ("text", "content", "output", "result", "error", "stdout"):
            if key in content:
                return words_of(content[key])
        return "\n".join(filter(None, map(words_of, content.values())))
    return "" if content is None else str(content)
