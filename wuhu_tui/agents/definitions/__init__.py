"""Agents are data: what a definition says, the built-in ones, and how a launch is made of one."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from wuhu_tui.agents.adapters import PROTOCOLS
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError, ConfigError
from wuhu_tui.model.sessions import AgentLaunch, Quirks

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class QuirkSettings(_Table):
    """Measured habits; see `Quirks` for what each means."""

    second_prompt: Literal["never", "folded"] = "never"
    folded_call_returns: bool = True
    hand_over_told: bool = False
    cancel_keeps_folded: bool = False
    steer_method: str = ""
    reject_ends_turn: bool = False
    cancel_answers_permission: bool = False
    cancel_stops_command: bool = True
    exits_on_eof: bool = True
    resumes: bool = True
    terminals: bool = True
    mode: str = ""
    start_seconds: Annotated[float, Field(gt=0)] = 60.0
    mcp: bool = True

    @field_validator("steer_method")
    @classmethod
    def _without_underscore(cls, method: str) -> str:
        if method.startswith("_"):
            raise ValueError("is written without its leading underscore")
        return method

    def as_quirks(self) -> Quirks:
        """The same, as sessions carry it."""
        return Quirks(**self.model_dump())


class AgentDefinition(_Table):
    """One agent program; `{python}` and `{project}` in its command are filled in at the start."""

    name: str
    title: str = ""
    protocol: str = "acp"
    command: tuple[str, ...]
    environment: dict[str, str] = {}
    quirks: QuirkSettings = QuirkSettings()
    install: str = ""
    """How to get the program."""
    version_arguments: tuple[str, ...] = ()
    """With which the program tells its version and nothing else; empty: it is never asked."""
    measured: tuple[Capability, ...] = ()
    """What this program was seen to do, besides what its protocol and quirks say."""
    extends: str = ""
    """The definition that this one changes."""

    @field_validator("command", mode="before")
    @classmethod
    def _words(cls, command: Any) -> Any:
        words = shlex.split(command) if isinstance(command, str) else command
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise ValueError("must be text, or a list of words")
        if not words or not words[0].strip():
            raise ValueError("must name a program")
        return tuple(words)

    @field_validator("version_arguments", mode="before")
    @classmethod
    def _arguments(cls, told: Any) -> Any:
        return tuple(told) if isinstance(told, list) else told

    @field_validator("measured", mode="before")
    @classmethod
    def _capabilities(cls, told: Any) -> Any:
        if not isinstance(told, list | tuple) or not set(told) <= set(Capability):
            raise ValueError(f"must be a list of these: {', '.join(Capability)}")
        return tuple(Capability(name) for name in told)

    @field_validator("protocol")
    @classmethod
    def _is_spoken(cls, protocol: str) -> str:
        if protocol not in PROTOCOLS:
            raise ValueError(f"nobody speaks “{protocol}”; known: {', '.join(PROTOCOLS)}")
        return protocol

    @property
    def shown_name(self) -> str:
        """What people call it."""
        return self.title or self.name


def load_definitions(
    overrides: Mapping[str, Mapping[str, Any]] | None = None, where: str = "wuhu.toml"
) -> dict[str, AgentDefinition]:
    """The built-in definitions, changed and added to by those of the file `where`.

    Raises:
        ConfigError: names file, key, what is wrong and the nearest valid key.
    """
    tables = _built_in()
    for name, table in (overrides or {}).items():
        _check_name(name, where)
        tables[name] = _merged(_parent(name, table, tables, where), table)
    return {name: _definition(name, table, where) for name, table in tables.items()}


def definition_named(
    definitions: Mapping[str, AgentDefinition], name: str, where: str = "wuhu.toml"
) -> AgentDefinition:
    """The definition of that name.

    Raises:
        ConfigError: there is none; names the nearest.
    """
    if name not in definitions:
        raise ConfigError(
            f"no agent is called “{name}”", where=where, remedy=_nearest(name, definitions)
        )
    return definitions[name]


def resolve(
    definition: AgentDefinition,
    *,
    project: Path | None = None,
    path: str | None = None,
    python: str = sys.executable,
) -> AgentLaunch:
    """What is needed to start the agent; its program is looked for now.

    Raises:
        AgentError: the program is not there; says how to get it.
    """
    folder = str(project or Path.cwd())
    words = tuple(_filled(word, python, folder) for word in definition.command)
    environment = {key: _filled(v, python, folder) for key, v in definition.environment.items()}
    program = _found(words[0], Path(folder), environment.get("PATH", path))
    if program is None:
        raise AgentError(
            f"{definition.shown_name} needs the program “{words[0]}”, which cannot be found",
            where=f"agents.{definition.name}.command",
            remedy=f"install it: {definition.install}"
            if definition.install
            else "correct the command, or install the program",
        )
    return AgentLaunch(
        name=definition.name,
        protocol=definition.protocol,
        command=(program, *words[1:]),
        environment=environment,
        quirks=definition.quirks.as_quirks(),
    )


def _built_in() -> dict[str, dict[str, Any]]:
    files = resources.files(__name__).iterdir()
    return {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(files, key=lambda file: file.name)
        if file.name.endswith(".toml")
    }


def _check_name(name: str, where: str) -> None:
    if not NAME.match(name):
        raise ConfigError(
            f"agents.{name}: must be lower-case letters, digits and single dashes",
            where=where,
            remedy="rename the agent",
        )


def _parent(
    name: str, table: Any, tables: Mapping[str, dict[str, Any]], where: str
) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise ConfigError(
            f"agents.{name}: must be a table", where=where, remedy=f"write [agents.{name}]"
        )
    extended = table.get("extends", name)
    if extended in tables:
        return dict(tables[extended])
    if "extends" in table:
        raise ConfigError(
            f"agents.{name}.extends: no agent is called “{extended}”",
            where=where,
            remedy=_nearest(str(extended), tables),
        )
    return {}


def _merged(parent: dict[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """The table laid over its parent; `environment` and `quirks` key by key."""
    merged = {**parent, **table}
    for key in ("environment", "quirks"):
        own, inherited = table.get(key), parent.get(key)
        if isinstance(own, Mapping) and isinstance(inherited, Mapping):
            merged[key] = {**inherited, **own}
    return merged


def _definition(name: str, table: dict[str, Any], where: str) -> AgentDefinition:
    try:
        return AgentDefinition.model_validate({**table, "name": name})
    except ValidationError as error:
        troubles = error.errors(include_url=False)
        first = troubles[0]
        raise ConfigError(
            "; ".join(_in_words(name, trouble) for trouble in troubles),
            where=where,
            remedy=_remedy(name, first),
        ) from None


def _in_words(name: str, trouble: Any) -> str:
    key = ".".join(("agents", name, *map(str, trouble["loc"])))
    if trouble["type"] == "extra_forbidden":
        return f"{key}: unknown key"
    return f"{key}: {str(trouble['msg']).removeprefix('Value error, ')}"


def _remedy(name: str, trouble: Any) -> str:
    place = trouble["loc"]
    if trouble["type"] == "extra_forbidden":
        model = QuirkSettings if place[0] == "quirks" else AgentDefinition
        return _nearest(str(place[-1]), set(model.model_fields) - {"name"})
    if trouble["type"] == "missing":
        return f'write: [agents.{name}] {place[-1]} = ["program", "argument"]'
    return "correct the file"


def _nearest(given: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(given, names, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"known: {', '.join(names)}"


def _filled(word: str, python: str, project: str) -> str:
    return word.replace("{python}", python).replace("{project}", project)


def _found(program: str, project: Path, path: str | None) -> str | None:
    """Where the program lies; a relative path with a slash counts from the project."""
    if os.sep in program:
        place = project / program
        return str(place) if os.access(place, os.X_OK) and place.is_file() else None
    return shutil.which(program, path=path)
