"""`[notify]`, in wuhu.toml and in the lead's own settings: what is told outside the dashboard."""

from __future__ import annotations

import re
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from wuhu_tui.core.config_base import Settings
from wuhu_tui.model.entries import KINDS

NEEDS_YOU = "needs_you"
"""The kind that means: whatever needs the lead."""

CHANNEL_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
"""What a channel may be called: it becomes part of a file's name."""

HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)\Z")
"""Hours of a day, as `22:00-07:00`; the second before the first means over midnight."""

MOST_MINUTES = 10_080
"""A week."""

Minutes = Annotated[float, Field(ge=0, le=MOST_MINUTES)]


def check_hours(hours: str) -> str:
    """The hours, if they are written as hours are.

    Raises:
        ValueError: says how they are written.
    """
    if hours and not HOURS.match(hours):
        raise ValueError('must be hours of the day, such as "22:00-07:00"; empty: none')
    return hours


def check_zone(zone: str) -> str:
    """The time zone, if this machine knows it.

    Raises:
        ValueError: it does not.
    """
    if zone:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError('is no time zone known here; write it as "Europe/Berlin"') from None
    return zone


def check_kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds, if there are such.

    Raises:
        ValueError: names the first that there is not, and those there are.
    """
    for kind in kinds:
        if kind != NEEDS_YOU and kind not in KINDS:
            known = ", ".join((NEEDS_YOU, *sorted(KINDS)))
            raise ValueError(f'there is no kind "{kind}"; there are: {known}')
    return kinds


class ChannelSettings(Settings):
    """`[notify.channels.NAME]`: one way out; what is left out is as `[notify]` says."""

    service: str = ""
    """An address as apprise reads it, or `$NAME` for the environment variable that holds it."""
    command: tuple[str, ...] = ()
    """A program and its arguments; it gets the message as JSON on stdin."""
    kinds: tuple[str, ...] | None = None
    quiet: str | None = None
    time_zone: str | None = None
    digest_minutes: Minutes | None = None
    remind_minutes: Minutes | None = None

    @field_validator("command", "kinds", mode="before")
    @classmethod
    def _as_tuple(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    @model_validator(mode="after")
    def _has_one_way(self) -> Self:
        """Checked as a whole, so that no message ever repeats an address, which may hold a secret."""
        if bool(self.service) == bool(self.command):
            raise ValueError("a channel has either a service or a command")
        if self.command and not self.command[0].strip():
            raise ValueError("command must begin with a program")
        if self.service and not self.service.startswith("$") and "://" not in self.service:
            raise ValueError(
                'service must be an address such as "ntfy://…", or "$NAME" for a variable'
            )
        check_hours(self.quiet or "")
        check_zone(self.time_zone or "")
        check_kinds(self.kinds or ())
        return self


class NotifySettings(Settings):
    """`[notify]`: the channels and what holds for all of them."""

    kinds: tuple[str, ...] = (NEEDS_YOU,)
    quiet: str = ""
    time_zone: str = ""
    """Empty: this machine's."""
    digest_minutes: Minutes = 5.0
    """After a message, how long further entries are gathered for the next one."""
    remind_minutes: Minutes = 10.0
    """After which a question that nobody answered is told once more; 0: never."""
    channels: dict[str, ChannelSettings] = {}

    @field_validator("kinds", mode="before")
    @classmethod
    def _as_tuple(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("kinds")
    @classmethod
    def _kinds_exist(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        return check_kinds(kinds)

    @field_validator("quiet")
    @classmethod
    def _quiet_is_hours(cls, hours: str) -> str:
        return check_hours(hours)

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        return check_zone(zone)

    @field_validator("channels")
    @classmethod
    def _names_are_fit(cls, channels: dict[str, ChannelSettings]) -> dict[str, ChannelSettings]:
        for name in channels:
            if not CHANNEL_NAME.match(name):
                raise ValueError(
                    f'"{name}" cannot be a channel\'s name: lower-case letters, digits, - and _'
                )
        return channels
