"""What one channel is to do, put together from the project's settings and the lead's own. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from wuhu_tui.core.config_channels import HOURS, NEEDS_YOU, ChannelSettings, NotifySettings
from wuhu_tui.model.entries import ContextEntry


@dataclass(frozen=True)
class Hours:
    """Hours of the day; `end` before `begin` means over midnight."""

    begin: time
    end: time

    def holds(self, moment: time) -> bool:
        """Whether a time of the day lies in them; the end does not."""
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


@dataclass(frozen=True)
class ChannelPlan:
    """One channel: where to, what, and when."""

    name: str
    origin: str
    """Whose settings name it: `wuhu.toml` or `yours`."""
    service: str = ""
    command: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset({NEEDS_YOU})
    quiet: Hours | None = None
    zone: tzinfo | None = None
    """None: this machine's."""
    digest: timedelta = timedelta()
    remind: timedelta = timedelta()

    @property
    def shown(self) -> str:
        """Where it leads, for people: never an address, which may hold a secret."""
        if self.command:
            return f"runs {self.command[0]}"
        if self.service.startswith("$"):
            return f"the service in {self.service}"
        return f"{self.service.partition('://')[0]}://…"

    def wants(self, entry: ContextEntry) -> bool:
        """Whether this entry is to be told here."""
        needed = entry.human_attention_needed and NEEDS_YOU in self.kinds
        return needed or entry.kind in self.kinds

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the quiet hours end that hold now; None: none do."""
        local = now.astimezone(self.zone)
        if self.quiet is None or not self.quiet.holds(local.time()):
            return None
        day = local.date()
        if local.time() >= self.quiet.end:
            day += timedelta(days=1)
        end = datetime.combine(day, self.quiet.end)
        return (end.replace(tzinfo=self.zone) if self.zone else end).astimezone(now.tzinfo)


def plans_of(project: NotifySettings, own: NotifySettings) -> dict[str, ChannelPlan]:
    """Every channel by its name; the lead's own stands for the project's of the same name."""
    plans = {plan.name: plan for plan in _plans(project, "wuhu.toml")}
    return plans | {plan.name: plan for plan in _plans(own, "yours")}


def _plans(settings: NotifySettings, origin: str) -> Iterator[ChannelPlan]:
    for name, channel in settings.channels.items():
        yield _plan(name, channel, settings, origin)


def _plan(
    name: str, channel: ChannelSettings, settings: NotifySettings, origin: str
) -> ChannelPlan:
    zone = settings.time_zone if channel.time_zone is None else channel.time_zone
    digest = settings.digest_minutes if channel.digest_minutes is None else channel.digest_minutes
    remind = settings.remind_minutes if channel.remind_minutes is None else channel.remind_minutes
    return ChannelPlan(
        name=name,
        origin=origin,
        service=channel.service,
        command=channel.command,
        kinds=frozenset(settings.kinds if channel.kinds is None else channel.kinds),
        quiet=hours_of(settings.quiet if channel.quiet is None else channel.quiet),
        zone=ZoneInfo(zone) if zone else None,
        digest=timedelta(minutes=digest),
        remind=timedelta(minutes=remind),
    )


def hours_of(text: str) -> Hours | None:
    """The hours that a checked text names; none for an empty one, or for hours without length."""
    found = HOURS.match(text)
    if found is None:
        return None
    first, begun, last, ended = (int(part) for part in found.groups())
    hours = Hours(begin=time(first, begun), end=time(last, ended))
    return None if hours.begin == hours.end else hours
