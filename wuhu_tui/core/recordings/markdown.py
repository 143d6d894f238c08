"""Markdown in which what agents wrote stays text: nothing of it is a heading, a link or an image. Pure."""

from __future__ import annotations

import re

from wuhu_tui.model.safe import safe_line, safe_text

LONGEST = 4000
"""Characters of one text; the journal keeps all."""

_ALWAYS = re.compile(r"([\\`*_{}\[\]<>|~&$])")
_AT_START = re.compile(r"^(\s*)([#+=-]|\d+[.)])")
_LINKED = re.compile(r"(?i)(://|www\.|mailto:|@)")
_INDENT = re.compile(r"^ +")


def escaped(text: str) -> str:
    """One line of a stranger's text as Markdown that shows just that."""
    line = _ALWAYS.sub(r"\\\1", safe_line(text, LONGEST))
    line = _LINKED.sub(_unlinked, line)
    return _AT_START.sub(_not_at_start, line)


def _unlinked(found: re.Match[str]) -> str:
    """The same signs; no reader makes an address of them."""
    text = found[0]
    if text == "@":
        return "&#64;"
    return text.replace(":", "&#58;").replace(".", "&#46;")


def _not_at_start(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark[:-1]}\\{mark[-1]}"


def quoted(text: str) -> str:
    """A stranger's text as a quotation, line by line."""
    shown = safe_text(text[: LONGEST * 2])
    cut = len(text) > LONGEST * 2 or len(shown) > LONGEST
    lines = shown[:LONGEST].strip("\n").split("\n")
    told = [f"> {_indented(escaped(line))}".rstrip() for line in lines]
    if cut:
        told.append("> \\[…\\]")
    return "  \n".join(told)


def _indented(line: str) -> str:
    """Leading spaces would make code of a line."""
    return _INDENT.sub(lambda found: "\u00a0" * len(found[0]), line)


def bullet(text: str, detail: str = "") -> str:
    """One point of a list; `text` is ours, `detail` a stranger's."""
    return f"- {text}{escaped(detail)}"


def row(*cells: str) -> str:
    """A row of a table; cells are Markdown already."""
    return "| " + " | ".join(cells) + " |"
