"""Whether a command does what a denying rule names: flags in any order, together or apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wuhu_tui.model.command_words import UNKNOWN
from wuhu_tui.model.command_wrappers import program_of
from wuhu_tui.model.value import Value

CLUSTER = 4
"""A single dash and at most so many letters are short flags; more are one long word (`-delete`)."""

_SAME: dict[str, dict[str, str]] = {
    "rm": {"--recursive": "r", "--force": "f", "--dir": "d", "R": "r"},
    "cp": {"--recursive": "r", "--force": "f", "R": "r"},
    "mv": {"--force": "f"},
    "chmod": {"--recursive": "R"},
    "chown": {"--recursive": "R"},
    "chgrp": {"--recursive": "R"},
    "git": {"--force": "f", "--delete": "d", "--all": "a"},
}
"""Flags with two names; the shorter one counts."""


class Arguments(Value, frozen=True):
    """A command's words by what they are; `after_flag` has, for each operand, whether a flag stands before it."""

    short: frozenset[str] = frozenset()
    long: frozenset[str] = frozenset()
    operands: tuple[str, ...] = ()
    after_flag: tuple[bool, ...] = ()
    unknown: bool = False


def arguments(program: str, words: Sequence[str], *, clusters: bool = False) -> Arguments:
    """A command's flags and operands; `clusters`: however many letters a single dash may have."""
    same = _SAME.get(program, {})
    short: set[str] = set()
    long: set[str] = set()
    operands: list[str] = []
    after_flag: list[bool] = []
    flag_before = only_operands = False
    for raw in words:
        word = raw.replace(UNKNOWN, "")
        is_flag = word.startswith("-") and len(word) > 1 and not only_operands
        if word == "--" and not only_operands:
            only_operands = True
        elif is_flag:
            _take_flag(word, same, short, long, clusters=clusters)
        elif program == "git" and word.startswith("+"):
            short.add("f")
            operands.append(word)
            after_flag.append(flag_before)
        elif word or not raw:
            operands.append(word)
            after_flag.append(flag_before)
        flag_before = is_flag and "=" not in word
    return Arguments(
        short=frozenset(short),
        long=frozenset(long),
        operands=tuple(operands),
        after_flag=tuple(after_flag),
        unknown=any(UNKNOWN in word for word in words),
    )


def _take_flag(
    word: str, same: dict[str, str], short: set[str], long: set[str], *, clusters: bool
) -> None:
    name = word.partition("=")[0]
    if name.startswith("--"):
        twins = {letter for whole, letter in same.items() if _is_flag(whole, name)}
        short.update(twins)
        if clusters or not twins:
            long.add(name)
        return
    if clusters or len(name) - 1 <= CLUSTER:
        short.update(same.get(letter, letter) for letter in name[1:])
    if clusters or len(name) - 1 > CLUSTER:
        long.add(name)


def does(rule: Sequence[str], words: Sequence[str], *, perhaps: bool = False) -> bool:
    """Whether the command is what the rule names; `perhaps`: its unknown words may be what is missing."""
    if not rule or not words or not _is_program(rule[0], words[0]):
        return False
    program = program_of(rule[0])
    wanted = arguments(program, rule[1:])
    given = arguments(program, words[1:], clusters=True)
    if perhaps and given.unknown:
        return True
    return _has_flags(wanted, given) and _has_operands(wanted.operands, given)


def _is_program(wanted: str, given: str) -> bool:
    return wanted == given if "/" in wanted else wanted == program_of(given)


def _has_flags(wanted: Arguments, given: Arguments) -> bool:
    if not wanted.short <= given.short:
        return False
    return all(any(_is_flag(name, one) for one in given.long) for name in wanted.long)


def _is_flag(wanted: str, given: str) -> bool:
    """A long flag may be cut short, as far as it is still that one."""
    if wanted == given:
        return True
    return given.startswith("--") and len(given) > 3 and wanted.startswith(given)


def _has_operands(wanted: Sequence[str], given: Arguments) -> bool:
    """Whether the rule's operands stand there in order, with nothing but flags and their values between.

    What looks like a path may stand anywhere behind: a command takes many.
    """
    at = 0
    for operand in wanted:
        anywhere = re.search(r"[/.~*]", operand) is not None
        while at < len(given.operands) and given.operands[at] != operand:
            if not anywhere and not given.after_flag[at]:
                return False
            at += 1
        if at == len(given.operands):
            return False
        at += 1
    return True


def occurs(rule: Sequence[str], text: str) -> bool:
    """Whether what the rule names stands somewhere in a text that cannot be read as a command."""
    return any(
        does(rule, tokens[place : place + 2 + 3 * len(rule)])
        for tokens in (_tokens(text), _tokens(re.sub(r"['\"\\]", "", text)))
        for place, token in enumerate(tokens)
        if token.endswith(program_of(rule[0]))
    )


def _tokens(text: str) -> list[str]:
    text = re.sub(r"\$\{?IFS\}?(\$\d)?", " ", text).replace(UNKNOWN, " ")
    return re.findall(r"[\w./~+*=:@-]+", text)
