"""Reads a shell line as the shell does: the simple commands in it, word by word; runs nothing.

It never guesses. What it cannot follow (a command's name out of a variable, `case`, a function)
makes the line opaque; its words are told all the same, as far as they are known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wuhu_tui.model.command_expansions import (
    ansi_quoted,
    begins_braces,
    is_plain_end,
    is_plain_parameter,
    joins_lines,
    without_braces,
)
from wuhu_tui.model.value import Value

UNKNOWN = "\x00"
"""Stands in a word for what only the running shell knows."""

LONGEST = 200_000
"""Characters of a line that is read at all."""

DEEPEST = 30
"""How many commands may stand within one another."""

_ENDS_WORD = " \t\n;&|()<>"
_OPERATOR = re.compile(r";;&|;;|;&|\|\||&&|\|&|[|&;]")
_REDIRECT = re.compile(r"(?:\d+|\{\w+\})?(<<<|<<-?|>>|>\||>&|<&|<>|>|<)|(&>>?)")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\[[^]]*\])?\+?=")
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]")
_LOOPS = re.compile(r"([a-z]{1,2}|file|name|dir|item|line|test|branch|commit|package)\Z")
"""Variables of a loop that no program reads; any other is told as set."""
_LEADING = frozenset({"if", "then", "else", "elif", "while", "until", "do", "!", "{"})
_CLOSING = frozenset({"fi", "done", "esac", "}"})
_OPAQUE = frozenset({"for", "case", "select", "function", "coproc", "[[", "in"})


class SimpleCommand(Value, frozen=True):
    """One command of a line; `texts` are its here-documents and here-strings."""

    words: tuple[str, ...] = ()
    assignments: tuple[str, ...] = ()
    """Names of variables that are set for it, or by it."""
    redirects: tuple[str, ...] = ()
    """Files that it reads from or writes to, as written."""
    texts: tuple[str, ...] = ()


class CommandLine(Value, frozen=True):
    """All simple commands of a line, those inside substitutions too; `opaque`: perhaps not all."""

    commands: tuple[SimpleCommand, ...] = ()
    opaque: bool = False


def read_line(text: str) -> CommandLine:
    """The simple commands of a shell line."""
    if len(text) > LONGEST or UNKNOWN in text:
        return CommandLine(opaque=True)
    reader = _Reader(text)
    reader.read_list("")
    commands = [draft.command() for draft in reader.drafts]
    opaque = reader.opaque or any(draft.opaque for draft in reader.drafts)
    return CommandLine(commands=tuple(one for one in commands if one is not None), opaque=opaque)


def plain_words(text: str) -> tuple[str, ...] | None:
    """The words of a line that is one plain command with nothing to expand; None for any other."""
    line = read_line(text)
    if line.opaque or len(line.commands) != 1:
        return None
    command = line.commands[0]
    plain = not (command.assignments or command.redirects or command.texts)
    known = not any(UNKNOWN in word for word in command.words)
    return command.words if plain and known and command.words else None


@dataclass
class _Draft:
    """A simple command as it is read; a word is plain when nothing of it was quoted."""

    words: list[tuple[str, bool]] = field(default_factory=list)
    assignments: list[str] = field(default_factory=list)
    redirects: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    opaque: bool = False
    perhaps_over: bool = False  # a plain shell ends a command at `&>`

    @property
    def takes_assignments(self) -> bool:
        """Whether nothing but words of the grammar stands before the command's name."""
        return all(plain and text in _LEADING for text, plain in self.words)

    def command(self) -> SimpleCommand | None:
        """The command without the grammar's own words; None when there is none."""
        words = self._own_words()
        if words and (UNKNOWN in words[0] or not words[0]):
            self.opaque = True
        if not (words or self.assignments or self.redirects or self.texts):
            return None
        return SimpleCommand(
            words=tuple(words),
            assignments=tuple(self.assignments),
            redirects=tuple(self.redirects),
            texts=tuple(self.texts),
        )

    def _own_words(self) -> list[str]:
        words = list(self.words)
        while words and words[0][1] and words[0][0] in _LEADING:
            del words[0]
        texts = [text for text, _ in words]
        if not words or not words[0][1]:
            return texts
        if texts[0] == "time" and any(plain and word in _LEADING for word, plain in words[1:]):
            self.opaque = True
        if texts[0] == "for" and texts[2:3] in ([], ["in"]):
            self.assignments += [name for name in texts[1:2] if not _LOOPS.match(name)]
            return []
        if texts[0] in _OPAQUE or (texts[0] in _CLOSING and len(texts) > 1):
            self.opaque = True
        return [] if texts[0] in _CLOSING and len(texts) == 1 else texts


class _Reader:
    """One pass over one text; nested lists are read where they stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.drafts: list[_Draft] = []
        self.opaque = False
        self._pending: list[tuple[_Draft, str, bool, bool]] = []

    def read_list(self, closing: str) -> None:
        """Read commands up to the closing sign, or to the end."""
        self.depth += 1
        waiting = len(self._pending)
        if self.depth > DEEPEST:
            self.opaque, self.at = True, len(self.text)
        draft = self._begin()
        while self.at < len(self.text):
            character = self.text[self.at]
            if closing and character == closing:
                self.at += 1
                self.opaque = self.opaque or len(self._pending) > waiting
                break
            if character in " \t":
                self.at += 1
            elif character == "\n":
                self.at += 1
                self._read_here_documents()
                draft = self._begin()
            elif character == "#":
                self._skip_comment()
            else:
                draft = self._read_part(draft)
        else:
            self.opaque = self.opaque or bool(closing)
        self.depth -= 1

    def _begin(self) -> _Draft:
        self.drafts.append(_Draft())
        return self.drafts[-1]

    def _skip_comment(self) -> None:
        self.at += len(self.text[self.at :].partition("\n")[0])

    def _read_part(self, draft: _Draft) -> _Draft:
        character = self.text[self.at]
        redirect = _REDIRECT.match(self.text, self.at)
        if character in "<>" and self.text[self.at + 1 : self.at + 2] == "(":
            self._read_words(draft)
        elif redirect:
            self._read_redirect(draft, redirect)
        elif operator := _OPERATOR.match(self.text, self.at):
            self.at = operator.end()
            self.opaque = self.opaque or operator.group() in (";;", ";&", ";;&")
            return self._begin()
        elif character == "(":
            self._read_subshell(draft)
        elif character == ")":
            self.at += 1
            self.opaque = True
        else:
            self._read_words(draft)
        return draft

    def _read_subshell(self, draft: _Draft) -> None:
        arithmetic = self.text.startswith("((", self.at)
        self.opaque = self.opaque or arithmetic or not draft.takes_assignments
        self.at += 1
        self.read_list(")")

    def _read_redirect(self, draft: _Draft, match: re.Match[str]) -> None:
        sign = match.group(1) or match.group(2)
        draft.perhaps_over = draft.perhaps_over or bool(match.group(2))
        self.at = match.end()
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1
        start = self.at
        words = self._word()
        target = words[0][0] if words else ""
        self.opaque = self.opaque or len(words) != 1
        if sign in ("<<", "<<-"):
            quoted = any(mark in self.text[start : self.at] for mark in "'\"\\")
            self.opaque = self.opaque or not is_plain_end(self.text[start : self.at])
            self._pending.append((draft, target, quoted, sign == "<<-"))
        elif sign == "<<<":
            draft.texts.append(target)
        elif not (sign in (">&", "<&") and re.fullmatch(r"\d*-?", target)):
            draft.redirects.append(target)

    def _read_here_documents(self) -> None:
        pending, self._pending = self._pending, []
        for draft, delimiter, quoted, strips in pending:
            body = self._here_document(delimiter, strips=strips)
            draft.texts.append(body)
            if not quoted:
                self.opaque = self.opaque or joins_lines(body)
                self._read_expansions(body)

    def _here_document(self, delimiter: str, *, strips: bool) -> str:
        lines: list[str] = []
        while self.at < len(self.text):
            end = self.text.find("\n", self.at)
            end = len(self.text) if end < 0 else end
            line = self.text[self.at : end]
            self.at = min(end + 1, len(self.text))
            if (line.lstrip("\t") if strips else line) == delimiter:
                break
            lines.append(line)
        return "\n".join(lines)

    def _read_expansions(self, body: str) -> None:
        """A here-document whose end is not quoted runs the substitutions in it."""
        inner = _Reader(body)
        inner.depth = self.depth
        while inner.at < len(body):
            inner.expand_or_take(in_quotes=True)
        self._adopt(inner)

    def _adopt(self, inner: _Reader) -> None:
        self.drafts.extend(inner.drafts)
        self.opaque = self.opaque or inner.opaque

    def _read_words(self, draft: _Draft) -> None:
        start = self.at
        draft.opaque = draft.opaque or draft.perhaps_over
        if draft.takes_assignments and (match := _ASSIGNMENT.match(self.text, start)):
            draft.assignments.append(match.group(1))
            self.at = match.end()
            if match.group(2) or self.text[self.at : self.at + 1] == "(":
                self.opaque = True
            self._word()
            return
        first = draft.takes_assignments
        for text, plain in self._word():
            hidden = first and text not in {"[", "[["} and any(sign in text for sign in "*?[")
            draft.words.append((text + UNKNOWN * hidden, plain))
            first = False

    def _word(self) -> list[tuple[str, bool]]:
        """The next word; several, where the shell would split it."""
        start, pieces, quoted, braces = self.at, [""], False, False
        while self.at < len(self.text):
            character = self.text[self.at]
            substitution = character in "<>" and self.text[self.at + 1 : self.at + 2] == "("
            if character in _ENDS_WORD and not substitution:
                break
            quoted = quoted or character in "'\"\\"
            braces = braces or (character == "{" and begins_braces(self.text, self.at))
            if substitution:
                self.at += 2
                self.read_list(")")
                pieces[-1] += UNKNOWN
            elif character == "'":
                pieces[-1] += self._single_quoted()
            elif character == '"':
                pieces[-1] += self._double_quoted()
            else:
                taken = self.expand_or_take(in_quotes=False)
                pieces[-1] += taken if taken is not None else ""
                if taken is None:
                    pieces.append("")
        if self.at == start:
            self.at += 1  # a sign that begins no word: never stand still
            self.opaque = True
        if braces:
            self.opaque = True
            pieces = [part for piece in pieces for part in without_braces(piece)]
        return [(piece, not quoted) for piece in pieces if piece or quoted]

    def _single_quoted(self) -> str:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            self.opaque, end = True, len(self.text)
        found = self.text[self.at + 1 : end]
        self.at = min(end + 1, len(self.text))
        return found

    def _double_quoted(self) -> str:
        self.at += 1
        found = ""
        while self.at < len(self.text):
            if self.text[self.at] == '"':
                self.at += 1
                return found
            found += self.expand_or_take(in_quotes=True) or ""
        self.opaque = True
        return found

    def expand_or_take(self, *, in_quotes: bool) -> str | None:
        """One piece of a word at the current place; None where the shell splits the word."""
        character = self.text[self.at]
        if character == "\\":
            return self._escaped(in_quotes=in_quotes)
        if character == "`":
            return self._backticks(in_quotes=in_quotes)
        if character == "$":
            return self._dollar(in_quotes=in_quotes)
        self.at += 1
        return character

    def _escaped(self, *, in_quotes: bool) -> str:
        following = self.text[self.at + 1 : self.at + 2]
        self.at += 1 + len(following)
        if following == "\n":
            return ""
        return following if not in_quotes or following in '$`"\\' else f"\\{following}"

    def _backticks(self, *, in_quotes: bool) -> str:
        match = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL).match(self.text, self.at)
        if match is None:
            self.opaque, self.at = True, len(self.text)
            return UNKNOWN
        self.at = match.end()
        self.opaque = self.opaque or (in_quotes and '"' in match.group(1))
        inner = _Reader(re.sub(r"\\([`\\$])", r"\1", match.group(1)))
        inner.depth = self.depth
        inner.read_list("")
        self._adopt(inner)
        return UNKNOWN

    def _dollar(self, *, in_quotes: bool) -> str | None:
        following = self.text[self.at + 1 : self.at + 2]
        if following == "(":
            return self._substitution()
        if following == "{":
            return self._parameter(in_quotes=in_quotes)
        if following == "'" and not in_quotes:
            return self._ansi_quoted()
        if following == '"' and not in_quotes:
            self.at += 1
            return ""
        name = _NAME.match(self.text, self.at + 1)
        self.at += 1 + (len(name.group()) if name else 0)
        if name is None:
            self.opaque |= following in ("[", "\\")
            return "$"
        return self._value_of(name.group(), in_quotes=in_quotes)

    def _value_of(self, name: str, *, in_quotes: bool) -> str | None:
        if name != "IFS":
            return UNKNOWN
        self.opaque = True
        return UNKNOWN if in_quotes else None

    def _substitution(self) -> str:
        if self.text.startswith("$((", self.at):
            self.opaque = True
        self.at += 2
        self.read_list(")")
        return UNKNOWN

    def _parameter(self, *, in_quotes: bool) -> str | None:
        """`${…}`: whatever it is, its value is unknown; what it would run makes the line opaque."""
        start, level = self.at + 2, 0
        self.at += 1
        while self.at < len(self.text):
            level += {"{": 1, "}": -1}.get(self.text[self.at], 0)
            self.at += 1
            if not level:
                break
        inside = self.text[start : self.at - 1]
        if level or not is_plain_parameter(inside):
            self.opaque = True
        return self._value_of(re.split(r"\W", inside)[0], in_quotes=in_quotes)

    def _ansi_quoted(self) -> str:
        self.opaque = True
        text, self.at = ansi_quoted(self.text, self.at)
        return UNKNOWN if text is None else text
