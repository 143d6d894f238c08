"""A worker's question, from its words to what lies in the mailbox. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.questions import OnTimeout, Option, Question, QuestionKind
from wuhu_tui.model.value import Value

UNHURRIED = timedelta(minutes=5)
"""The deadline of a question that has a default and names no time."""

MOST_OPTIONS = 9
LONGEST = 20_000
"""Characters of a question or of its context."""

_NAMED = re.compile(r"([\w.-]{1,40}):\s+(\S.*)", re.DOTALL)
_DETAIL = re.compile(r"\s+(?:—|–|--)\s+")


class Wish(Value, frozen=True):
    """What a worker wants to know; `recommended` and `default` are an option's key or number."""

    text: str
    options: tuple[Option, ...] = ()
    recommended: str = ""
    default: str = ""
    context: str = ""
    blocking: bool = True
    """Whether it cannot go on without the answer."""
    deadline: timedelta | None = None
    on_timeout: str = ""
    """`default`, `block` or `fail`; empty: what follows from the rest."""
    id: str = ""
    """Empty: made of session and words, so that the same question again is the same question."""


def option_of(text: str) -> Option:
    """An option written `key: label — detail`; key and detail may be left out."""
    named = _NAMED.fullmatch(text.strip())
    key, rest = (named[1], named[2]) if named else ("", text.strip())
    label, *details = _DETAIL.split(rest, maxsplit=1)
    return Option(key=key, label=label.strip(), detail="".join(details).strip())


def question_of(wish: Wish, session: str, at: datetime) -> Question:
    """The question as it will be asked: the recommended option first, its deadline a moment.

    Raises:
        UsageError: it is not clear what is asked; says how to ask.
    """
    _check_texts(wish)
    options = _checked(_with_keys(wish.options))
    recommended = _key_of(wish.recommended, options, "recommended")
    default = _key_of(wish.default, options, "default")
    on_timeout = _on_timeout(wish)
    span = wish.deadline or (UNHURRIED if on_timeout is not OnTimeout.BLOCK else None)
    return Question(
        id=wish.id or question_id(session, wish.text, options),
        kind=QuestionKind.CHOICE if options else QuestionKind.OPEN,
        text=wish.text.strip(),
        asked_at=at,
        options=_recommended_first(options, recommended),
        context=wish.context.strip(),
        blocking=wish.blocking and on_timeout is OnTimeout.BLOCK,
        deadline=at + span if span else None,
        default=default,
        on_timeout=on_timeout,
        outlives_turn=True,
    )


def question_id(session: str, text: str, options: Sequence[Option]) -> str:
    """The id of these words, in whatever order their options stand."""
    words = [session, text.strip(), *sorted(f"{option.key}={option.label}" for option in options)]
    return "ask-" + hashlib.sha256(msgspec.json.encode(words)).hexdigest()[:16]


def _check_texts(wish: Wish) -> None:
    if not wish.text.strip():
        raise UsageError("a question needs words", remedy='wuhu ask "Which database?"')
    for name, text in (("question", wish.text), ("context", wish.context)):
        if len(text) > LONGEST:
            raise UsageError(
                f"the {name} has {len(text)} characters; {LONGEST} may be",
                remedy="put it into a file of the worktree and name the file",
            )


def _with_keys(options: Sequence[Option]) -> tuple[Option, ...]:
    """Every option with a key of its own: the one it has, its label's, or its number."""
    taken = {option.key for option in options if option.key}
    named = []
    for number, option in enumerate(options, start=1):
        key = option.key
        if not key:
            short = "-".join(re.findall(r"[a-z0-9]+", option.label.lower()))[:24].strip("-")
            key = short if short and short not in taken else str(number)
            taken.add(key)
        named.append(msgspec.structs.replace(option, key=key))
    return tuple(named)


def _checked(options: tuple[Option, ...]) -> tuple[Option, ...]:
    keys = [option.key for option in options]
    trouble = ""
    if len(options) == 1:
        trouble = "one option is no choice"
    elif len(options) > MOST_OPTIONS:
        trouble = f"{len(options)} options are too many to choose from; {MOST_OPTIONS} may be"
    elif not all(option.label for option in options):
        trouble = "an option needs a label"
    elif len(set(keys)) < len(keys):
        trouble = "two options have the same key"
    elif sum(option.recommended for option in options) > 1:
        trouble = "only one option can be recommended"
    if trouble:
        raise UsageError(
            trouble, remedy='two to four are best: --option "key: label — what follows"'
        )
    return options


def _key_of(given: str, options: Sequence[Option], what: str) -> str:
    """The key of an option named by key, label or number; the words themselves without options."""
    if not given or (not options and what == "default"):
        return given
    found = [option.key for option in options if given in {option.key, option.label}]
    if not found and given.isdecimal() and 1 <= int(given[:3]) <= len(options):
        found = [options[int(given[:3]) - 1].key]
    if not found:
        known = ", ".join(option.key for option in options) or "none"
        raise UsageError(
            f'the {what} option "{given}" is not one of the options', remedy=f"there are: {known}"
        )
    return found[0]


def _on_timeout(wish: Wish) -> OnTimeout:
    """What happens at the deadline: the default if there is one, else the asker is told."""
    if wish.on_timeout:
        return _said_on_timeout(wish)
    if wish.default:
        return OnTimeout.DEFAULT
    return OnTimeout.BLOCK if wish.blocking and wish.deadline is None else OnTimeout.FAIL


def _said_on_timeout(wish: Wish) -> OnTimeout:
    known = [kind.value for kind in OnTimeout]
    if wish.on_timeout not in known:
        raise UsageError(
            f'nothing is called "{wish.on_timeout}" that could happen at a deadline',
            remedy=f"one of: {', '.join(known)}",
        )
    if wish.on_timeout == OnTimeout.DEFAULT and not wish.default:
        raise UsageError("there is no default to apply", remedy="name one: --default KEY")
    return OnTimeout(wish.on_timeout)


def _recommended_first(options: tuple[Option, ...], recommended: str) -> tuple[Option, ...]:
    chosen = recommended or next((o.key for o in options if o.recommended), "")
    marked = [msgspec.structs.replace(o, recommended=o.key == chosen) for o in options]
    return tuple(sorted(marked, key=lambda option: not option.recommended))
