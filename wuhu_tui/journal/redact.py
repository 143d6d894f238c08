"""Take secrets out of a line before it is written; the one place where this is done."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from urllib.parse import quote

from wuhu_tui.journal.secrets import Span, certain_spans, likely_spans, may_hold_shape, merged
from wuhu_tui.model.value import Value

REPLACEMENT = "[REDACTED]"

MINIMUM = 8
"""Shorter values of secret variables are too common as ordinary words to be taken out."""

_SECRET_NAME = re.compile(
    r"(?:^|_)(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL\w*)S?$", re.IGNORECASE
)
_SECRET_FIELD = re.compile(
    rb'(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL[A-Z_]*)S?"\s*:'
)
_ENVELOPE = re.compile(rb'\{"epoch":\d+,"seq":\d+,"ts":"[^"\\]*","type":"(?:[^"\\]|\\.)*"')
_ENVELOPE_FIELDS = frozenset({"epoch", "seq", "ts", "type"})
_STRING = re.compile(r'"(?P<inner>[^"\\]*(?:\\.[^"\\]*)*)"(?P<colon>\s*:)?', re.DOTALL)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")

_IDENTITIES = frozenset(
    {"id", "session", "sessions", "project", "worktree", "branch", "base_branch", "root"}
)
"""Fields of names that wuhu itself made, which would be lost if they only looked like a secret."""


class Redactor:
    """Knows the secrets of one environment and the shapes of all others.

    All places are found in the text as it was, merged, and replaced at once; the line stays valid
    JSON with the same envelope. A string that is a name or fixed word of wuhu is left as it is.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        secrets = {
            value.strip()
            for name, value in environment.items()
            if is_secret_name(name) and len(value.strip()) >= MINIMUM
        } - {REPLACEMENT.strip("[]"), REPLACEMENT}
        self._words = _vocabulary()
        self._values = sorted({form for value in secrets for form in _forms(value)})
        self._needles = sorted(
            {
                _inner(value, ascii_only=ascii_only)
                for value in self._values
                for ascii_only in (0, 1)
            }
        )

    def line(self, line: bytes) -> tuple[bytes, int]:
        """The line without its secrets, and how many were taken out."""
        envelope = _ENVELOPE.match(line)
        start = envelope.end() if envelope else 0
        if not self.may_hold(line[start:]):
            return line, 0
        kept = frozenset() if envelope else _ENVELOPE_FIELDS
        text, count = self._redact(line[start:].decode("utf-8", "surrogateescape"), kept)
        if not count:
            return line, 0
        return line[:start] + _encoded(text), count

    def text(self, text: str) -> tuple[str, int]:
        """A plain text without its secrets, and how many were taken out."""
        return _replaced(text, self.spans(text))

    def output(self, data: bytes) -> bytes:
        """A piece of what a program printed, without its secrets; quick where there are none."""
        known = any(_encoded(value) in data for value in self._values)
        if not known and not may_hold_shape(data):
            return data
        return _encoded(self.text(data.decode("utf-8", "surrogateescape"))[0])

    def spans(self, text: str) -> list[Span]:
        """Where the secrets of a plain text stand."""
        return merged([*certain_spans(text), *likely_spans(text), *self.known(text)])

    def unsure(self, text: str) -> int:
        """How many characters at the end of a text may be the beginning of a known secret."""
        most = 0
        for value in self._values:
            lengths = range(min(len(value) - 1, len(text)), most, -1)
            most = next((n for n in lengths if text.endswith(value[:n])), most)
        return most

    def may_hold(self, line: bytes) -> bool:
        """Whether a line, or many, may hold a secret: quick, and never wrongly False."""
        return (
            may_hold_shape(line)
            or any(needle in line for needle in self._needles)
            or _SECRET_FIELD.search(line) is not None
        )

    def _redact(self, text: str, kept: frozenset[str]) -> tuple[str, int]:
        """The text of a line, its strings redacted one by one but for those of `kept` fields."""
        parts: list[str] = []
        place = total = 0
        field = ""
        for string in _STRING.finditer(text):
            is_field = string["colon"] is not None
            value = _decoded(string["inner"])
            clean, count = self._field(value) if is_field else self._string(value, field, kept)
            if is_field:
                field = value
            if count:
                parts += (
                    text[place : string.start("inner")],
                    json.dumps(clean, ensure_ascii=False)[1:-1],
                )
                place = string.end("inner")
                total += count
        return "".join((*parts, text[place:])), total

    def _field(self, name: str) -> tuple[str, int]:
        """The name of a field, which may be a session's too."""
        if name in self._words:
            return name, 0
        return _replaced(name, merged([*certain_spans(name), *self.known(name)]))

    def _string(self, value: str, field: str, kept: frozenset[str]) -> tuple[str, int]:
        """One string of the line, standing in this field."""
        if field in kept or value in self._words or _MOMENT.fullmatch(value):
            return value, 0
        if field.isupper() and is_secret_name(field) and len(value) >= MINIMUM:
            return (value, 0) if value == REPLACEMENT else (REPLACEMENT, 1)
        if field in _IDENTITIES:
            return _replaced(value, merged(certain_spans(value)))
        return self.text(value)

    def known(self, text: str) -> Iterator[Span]:
        """Where the environment's own secrets stand."""
        for value in self._values:
            place = text.find(value)
            while place >= 0:
                yield (place, place + len(value))
                place = text.find(value, place + 1)


def is_secret_name(name: str) -> bool:
    """Whether an environment variable of this name holds a secret."""
    return _SECRET_NAME.search(name) is not None


def _replaced(text: str, spans: list[Span]) -> tuple[str, int]:
    parts: list[str] = []
    place = 0
    for start, end in spans:
        parts += (text[place:start], REPLACEMENT)
        place = end
    return "".join((*parts, text[place:])), len(spans)


def _forms(value: str) -> set[str]:
    """How a value may stand in a text: plain, with other line ends, in a URL, in JSON of any depth."""
    forms = {value, value.replace("\n", "\r\n"), quote(value, safe="")}
    for _ in range(2):
        forms |= {
            json.dumps(form, ensure_ascii=ascii_only)[1:-1]
            for form in tuple(forms)
            for ascii_only in (False, True)
        }
    return forms


def _inner(value: str, *, ascii_only: bool | int) -> bytes:
    """A string as it stands between its quotes in a line."""
    return _encoded(json.dumps(value, ensure_ascii=bool(ascii_only))[1:-1])


def _decoded(inner: str) -> str:
    """What a JSON string says; a broken one says itself."""
    if "\\" not in inner:
        return inner
    try:
        value = json.loads(f'"{inner}"', strict=False)
    except ValueError:
        return inner
    return value if isinstance(value, str) else inner


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _vocabulary() -> frozenset[str]:
    """The fixed words of journals: names of fields and values of enumerations."""
    words: set[str] = set()
    kinds: list[type[Value]] = [Value]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        words |= {*kind.__struct_fields__}
    for enumeration in StrEnum.__subclasses__():
        if enumeration.__module__.startswith("wuhu_tui.model."):
            words |= {str(member.value) for member in enumeration}
    return frozenset(words)
