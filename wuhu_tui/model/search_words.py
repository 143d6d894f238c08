"""The words of a search: how they are written, where they stand in a text, and what is shown of it.

Everything a lead types is data: only quotes around words and a star behind one mean anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from wuhu_tui.model.safe import safe_text
from wuhu_tui.model.value import Value

BEFORE = 50
"""Characters of a text that an excerpt shows before the first word found."""

SHOWN = 220
"""Characters of an excerpt."""

_SPACE = re.compile(r"\s+")
_QUOTED = re.compile(r'"(?P<inside>.+?)"(?=\s|$)|"(?P<open>.+)$')
_BARE = re.compile(r"\S+")


class Word(Value, frozen=True):
    """Something that must be found; `begins`: where nothing that is a letter or digit is before it."""

    text: str
    begins: bool = False


class Sight(Value, frozen=True):
    """Where all words of a search are in a text: the first is at `start`, all are told by `end`."""

    start: int
    end: int
    count: int
    """How often any of them stands there."""


def plain(text: str) -> str:
    """A text as it is searched: nothing hidden in it, every run of space one space."""
    return _SPACE.sub(" ", safe_text(text))


def folded(text: str) -> str:
    """The same for upper and lower case; a part of a text stays a part of it."""
    return text.casefold()


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a line: `"two words"` are one, `word*` is a beginning; each once."""
    line = plain(text).strip()
    found: list[Word] = []
    place = 0
    while place < len(line):
        if line[place] == " ":
            place += 1
            continue
        quoted = _QUOTED.match(line, place)
        inside = (quoted["inside"] or quoted["open"] or "").strip() if quoted else ""
        if quoted and inside:
            found.append(Word(text=inside))
            place = quoted.end()
            continue
        bare = _BARE.match(line, place)
        assert bare is not None  # a character that is no space stands there
        found.append(_word(bare.group()))
        place = bare.end()
    return tuple(dict.fromkeys(found))


def _word(text: str) -> Word:
    beginning = text[:-1]
    if text.endswith("*") and any(map(str.isalnum, beginning)):
        return Word(text=beginning, begins=True)
    return Word(text=text)


class Finder:
    """Finds words in texts, whatever their case."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._words = [(folded(word.text), word.begins) for word in words]
        self._pattern = re.compile("|".join(_pattern(word) for word in words) or r"(?!)", re.I)

    def sight(self, text: str, *, behind: int = 0) -> Sight | None:
        """Where all the words are; None: one is missing, or none ends behind `behind`."""
        known = folded(text)
        starts, ends, count, last = [], [], 0, 0
        for word, begins in self._words:
            places = list(_places(known, word, begins=begins))
            if not places:
                return None
            starts.append(places[0])
            ends.append(places[0] + len(word))
            last = max(last, places[-1] + len(word))
            count += len(places)
        if self._words and last <= behind:
            return None
        return Sight(start=min(starts, default=0), end=max(ends, default=0), count=count)

    def excerpt(self, text: str, start: int) -> tuple[str, tuple[tuple[int, int], ...]]:
        """What is shown of a text around `start`, and the places of the words in that."""
        begin = max(0, start - BEFORE)
        if begin:
            space = text.find(" ", begin, start)
            begin = space + 1 if space >= 0 else begin
        shown = text[begin : begin + SHOWN].strip()
        whole = ("…" if begin else "") + shown + ("…" if begin + SHOWN < len(text) else "")
        return whole, tuple(found.span() for found in self._pattern.finditer(whole))


def _pattern(word: Word) -> str:
    return (r"(?<![^\W_])" if _is_bound(word.text, word.begins) else "") + re.escape(word.text)


def _is_bound(word: str, begins: bool) -> bool:
    return begins and word[0].isalnum()


def _places(text: str, word: str, *, begins: bool) -> Iterable[int]:
    """Where a word begins in a text, both folded."""
    bound = _is_bound(word, begins)
    place = text.find(word)
    while place >= 0:
        if not bound or not place or not text[place - 1].isalnum():
            yield place
        place = text.find(word, place + max(1, len(word)))
