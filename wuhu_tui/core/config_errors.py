"""Turns what pydantic and the TOML reader say into one error a person can act on."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from wuhu_tui.journal.plain_files import read_plain
from wuhu_tui.model.errors import ConfigError

LARGEST = 4 << 20
"""Bytes of a settings file that are read."""

MOST_WORDS = 500
"""Characters of one problem that are told."""

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]


def read_settings(path: Path, model: type[Model]) -> Model:
    """The file's settings, checked; a missing file gives the defaults.

    Raises:
        ConfigError: names file, key, what is wrong and the nearest valid key.
    """
    return check_settings(_read_toml(path), model, path)


def check_settings(content: dict[str, Any], model: type[Model], path: Path) -> Model:
    """The content of a settings file as its model.

    Raises:
        ConfigError: names file, key, what is wrong and the nearest valid key.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = [_problem(entry, model) for entry in error.errors(include_url=False)]
        raise ConfigError(
            "; ".join(dict.fromkeys(_shortened(problem) for problem, _ in problems)),
            where=str(path),
            remedy=next((remedy for _, remedy in problems if remedy), "correct the file"),
        ) from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_plain(path, LARGEST).decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}", where=str(path), remedy="check its permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"is not UTF-8 text (byte {error.start})", where=str(path), remedy="save it as UTF-8"
        ) from None
    except RecursionError:
        raise ConfigError(
            "is nested too deeply to be read", where=str(path), remedy="write it plainer"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"is not valid TOML: {error}", where=str(path), remedy="correct that line"
        ) from None


def _problem(entry: Any, model: type[BaseModel]) -> tuple[str, str]:
    """One trouble in words, and its remedy."""
    place: Place = entry["loc"]
    key = dotted(place)
    if entry["type"] != "extra_forbidden":
        return f"{key}: {_in_words(entry)}", ""
    valid = _keys_at(model, place[:-1])
    near = difflib.get_close_matches(str(place[-1]), valid, n=1, cutoff=0.5)
    if near:
        return f"{key}: unknown key", f'did you mean "{dotted((*place[:-1], near[0]))}"?'
    return f"{key}: unknown key", f"valid keys there: {', '.join(sorted(valid))}"


def _in_words(entry: Any) -> str:
    if entry["type"] == "tuple_type":
        return f"must be a list (it is {entry['input']!r})"
    message = str(entry["msg"]).removeprefix("Value error, ")
    given = entry["input"]
    if entry["type"] == "missing" or isinstance(given, dict | list):
        return message
    return f"{message} (it is {given!r})"


def _shortened(words: str) -> str:
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…"


def dotted(place: Iterable[int | str]) -> str:
    """A place in a file as a person writes it: `checks[0].command`."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def _keys_at(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that are valid at a place of the model."""
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as `tuple[CheckSetting, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
