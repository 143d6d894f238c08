"""Loads modules full of pydantic models quickly: only those that are used are ever built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

_DESCRIBING = ("pydantic._internal._fields", "extract_docstrings_from_cls")
"""What reads a class's source for the words below its fields; no schema is ever shown here."""


@contextmanager
def lean_models() -> Iterator[None]:
    """While this holds, a new model is built when it is first used, and its fields need no words.

    The protocol's own module has some three hundred; an agent and its session use a few dozen.
    """
    from pydantic import BaseModel

    module, name = import_module(_DESCRIBING[0]), _DESCRIBING[1]
    describe, config = getattr(module, name, None), BaseModel.model_config
    before = config.get("defer_build", False)
    config["defer_build"] = True
    if describe is not None:  # another pydantic may do it elsewhere: slower, and as good
        setattr(module, name, _no_descriptions)
    try:
        yield
    finally:
        config["defer_build"] = before
        if describe is not None:
            setattr(module, name, describe)


def _no_descriptions(*_: object, **__: object) -> dict[str, str]:
    return {}
