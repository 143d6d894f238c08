"""What a recording says of itself: its format, what is in it, and how to know it again."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from wuhu_tui.core.recordings.refusals import damaged

FORMAT = 2
"""The format that this version writes."""

MANIFEST = "manifest.json"
PROJECT = "project.jsonl"
SNAPSHOT = "snapshot.json"
OBJECTS = "objects.bundle"

MOST_SESSIONS = 100_000

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9_-])?")
_BRANCH = r"^(?:[^\x00-\x20\x7f-][^\x00-\x20\x7f]*)?$"
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10)}
)


def is_session_name(name: str) -> bool:
    """Whether a session may be called so: one plain folder name on every system."""
    return (
        _NAME.fullmatch(name) is not None and name.split(".", maxsplit=1)[0].lower() not in _DEVICES
    )


def _session_name(name: str) -> str:
    if not is_session_name(name):
        raise ValueError("is no session's name")
    return name


SessionName = Annotated[str, AfterValidator(_session_name)]
ObjectId = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
Size = Annotated[int, Field(ge=0, le=2**53)]
Count = Annotated[int, Field(ge=0, le=2**53)]
Words = Annotated[str, StringConstraints(max_length=2000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Member(_Part):
    """One file in the recording, as it is when it is unpacked."""

    name: Annotated[str, StringConstraints(max_length=300)]
    size: Size
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Scope(_Part):
    """What the export was asked for."""

    sessions: tuple[SessionName, ...] = ()
    """Empty: all."""
    since: datetime | None = None
    until: datetime | None = None
    files: bool = True
    """Whether contents of files are in it."""


class Objects(_Part):
    """The git objects in it: enough to show every diff within scope without the repository."""

    base: Annotated[str, StringConstraints(max_length=250, pattern=_BRANCH)] = ""
    shallow: tuple[ObjectId, ...] = ()
    """Commits whose parents were left out."""
    replaced: tuple[ObjectId, ...] = ()
    """Files that hold a secret or are very large: another content stands for them."""


class Manifest(_Part):
    """Everything in a recording, told before anything of it is read."""

    format: Annotated[int, Field(ge=1)]
    wuhu: Words = ""
    project: Words = ""
    sessions: tuple[SessionName, ...] = Field(default=(), max_length=MOST_SESSIONS)
    first: datetime | None = None
    """When the first record in it was written."""
    last: datetime | None = None
    records: Count = 0
    scope: Scope = Scope()
    redactions: Count = 0
    """Secrets taken out of journals by this export, beside those that never were in them."""
    cuts: Count = 0
    """Contents of files that were cut out of journals."""
    objects: Objects | None = None
    migrations: tuple[Words, ...] = ()
    """The steps that brought an older format to this one, when it was unpacked."""
    notes: tuple[Words, ...] = ()
    """What is not in it, and why."""
    members: tuple[Member, ...] = Field(default=(), max_length=4 * MOST_SESSIONS)

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        names = [member.name for member in self.members]
        if len(set(names)) != len(names):
            raise ValueError("a member is listed twice")
        if len({name.lower() for name in self.sessions}) != len(self.sessions):
            raise ValueError("two sessions have the same name but for capital letters")
        foreign = sorted(set(names) - allowed_members(self.sessions))
        if foreign:
            raise ValueError(f"the member {foreign[0][:80]!r} does not belong into a recording")
        required = {PROJECT, *map(journal_member, self.sessions), *map(spec_member, self.sessions)}
        missing = sorted(required - set(names))
        if missing:
            raise ValueError(f"the member {missing[0]!r} is missing")
        if (OBJECTS in names) != (self.objects is not None):
            raise ValueError("git objects and what is told of them do not match")
        return self


def journal_member(session: str) -> str:
    """Where a session's journal lies in a recording."""
    return f"sessions/{session}/events.jsonl"


def spec_member(session: str) -> str:
    """Where a session's spec lies in a recording."""
    return f"sessions/{session}/session.json"


def state_member(session: str) -> str:
    """Where a session's folded state lies in a recording."""
    return f"sessions/{session}/state.json"


def allowed_members(sessions: tuple[str, ...]) -> set[str]:
    """Every name that may stand in a recording of these sessions."""
    names = {PROJECT, SNAPSHOT, OBJECTS}
    for session in sessions:
        names |= {journal_member(session), spec_member(session), state_member(session)}
    return names


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as it stands in a recording."""
    return manifest.model_dump_json(indent=1).encode() + b"\n"


def decode_manifest(content: bytes, where: str) -> Manifest:
    """The manifest of this version's format.

    Raises:
        JournalError: it is not valid; says what.
    """
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise damaged(MANIFEST, f"{place}: {first['msg']}".strip(": "), where) from error
