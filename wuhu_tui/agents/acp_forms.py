"""Elicitation forms as questions, one a field, and the answers as the form's content."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from acp.schema import (
    ElicitationBooleanPropertySchema,
    ElicitationMultiSelectPropertySchema,
    ElicitationSchema,
    EnumOption,
    TitledMultiSelectItems,
)

from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind
from wuhu_tui.model.value import Value

CUSTOM = "_custom"
RECOMMENDED = "(recommended)"
YES, NO = "yes", "no"
ACCEPT, DECLINE = "accept", "decline"
NUMBERS: dict[str, Callable[[str], float]] = {"integer": int, "number": float}


class Field(Value, frozen=True):
    """One thing a form wants to know; `custom` names the field for words of the human's own."""

    name: str
    kind: str
    title: str = ""
    description: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False
    custom: str = ""


class Unfit(ValueError):
    """An answer that the field cannot hold; says what it wants."""


def fields_of(schema: ElicitationSchema) -> tuple[Field, ...]:
    """The fields of a form; `x_custom` beside a choice `x` is no field of its own."""
    properties: dict[str, Any] = schema.properties or {}
    required = set(schema.required or ())
    return tuple(
        _field(name, found, required=name in required, custom=_custom_of(name, properties))
        for name, found in properties.items()
        if not _is_custom(name, properties)
    )


def _is_custom(name: str, properties: dict[str, Any]) -> bool:
    return name.endswith(CUSTOM) and name.removesuffix(CUSTOM) in properties


def _custom_of(name: str, properties: dict[str, Any]) -> str:
    return name + CUSTOM if name + CUSTOM in properties else ""


def _field(name: str, found: Any, *, required: bool, custom: str) -> Field:
    return Field(
        name=name,
        kind=str(found.type),
        title=getattr(found, "title", None) or "",
        description=getattr(found, "description", None) or "",
        options=_options(found),
        required=required,
        custom=custom,
    )


def _options(found: Any) -> tuple[Option, ...]:
    """The options, the recommended ones first."""
    chosen = _defaults(found)
    options = [
        Option(
            key=key,
            label=label,
            detail=detail,
            recommended=key in chosen or RECOMMENDED in label.lower(),
        )
        for key, label, detail in _choices(found)
    ]
    return tuple(sorted(options, key=lambda option: not option.recommended))


def _defaults(found: Any) -> list[Any]:
    default = getattr(found, "default", None)
    if isinstance(default, bool):
        return [YES if default else NO]
    return default if isinstance(default, list) else [default]


def _choices(found: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(found, ElicitationBooleanPropertySchema):
        yield from ((YES, "Yes", ""), (NO, "No", ""))
    elif isinstance(found, ElicitationMultiSelectPropertySchema):
        items = found.items
        if isinstance(items, TitledMultiSelectItems):
            yield from map(_titled, items.any_of)
        else:
            yield from ((key, key, "") for key in getattr(items, "enum", ()))
    else:
        yield from map(_titled, getattr(found, "one_of", None) or ())
        yield from ((key, key, "") for key in getattr(found, "enum", None) or ())


def _titled(option: EnumOption) -> tuple[str, str, str]:
    return option.const, option.title, option.description or ""


def form_question(
    name: str, at: datetime, message: str, field: Field, *, count: int = 1, complaint: str = ""
) -> Question:
    """The question that one field of a form puts."""
    alone = count == 1
    text = message if alone else field.description or field.title or field.name
    details = (field.title, field.description) if alone else (message, field.title)
    several = "several may be chosen: write their names with commas" * (field.kind == "array")
    context = [part for part in (complaint, *details, several) if part and part not in text]
    return Question(
        id=name,
        kind=QuestionKind.CHOICE if field.options else QuestionKind.OPEN,
        text=text,
        asked_at=at,
        options=field.options,
        context="\n".join(dict.fromkeys(context)),
    )


def consent_question(name: str, at: datetime, message: str) -> Question:
    """The question of a form without fields: go ahead or not."""
    options = (Option(key=ACCEPT, label="Go ahead"), Option(key=DECLINE, label="Decline"))
    return Question(id=name, kind=QuestionKind.CHOICE, text=message, asked_at=at, options=options)


def content_of(field: Field, answer: Answer) -> dict[str, Any]:
    """What the answer puts into the form; empty when it declines.

    Raises:
        Unfit: the field cannot hold this answer.
    """
    words = " ".join(filter(None, (answer.text.strip(), answer.note.strip())))
    if field.kind == "array":
        return _several(field, answer.choice, words)
    key = answer.choice or _key_named(field.options, words)
    if field.kind == "boolean":
        return _boolean(field, key, words)
    if key:
        own = words if answer.choice else ""
        return {field.name: key} | ({field.custom: own} if field.custom and own else {})
    if not words:
        return {}
    return {field.custom or field.name: _value(field, words)}


def _key_named(options: Sequence[Option], words: str) -> str:
    named = words.strip().lower()
    return next((o.key for o in options if named in {o.key.lower(), o.label.lower()}), "")


def _several(field: Field, choice: str, words: str) -> dict[str, Any]:
    parts = [part.strip() for part in (choice or words).split(",") if part.strip()]
    keys = [_key_named(field.options, part) for part in parts]
    if all(keys):
        return {field.name: keys} if keys else {}
    if field.custom:
        return {field.custom: words}
    raise Unfit(f"“{parts[keys.index('')]}” is none of the choices")


def _boolean(field: Field, key: str, words: str) -> dict[str, Any]:
    if key in {YES, NO}:
        return {field.name: key == YES}
    if not words:
        return {}
    if field.custom:
        return {field.custom: words}
    raise Unfit("please answer yes or no")


def _value(field: Field, words: str) -> Any:
    if field.custom or field.kind not in NUMBERS:
        return words
    try:
        return NUMBERS[field.kind](words)
    except ValueError:
        raise Unfit(f"please answer with a number ({field.kind})") from None
