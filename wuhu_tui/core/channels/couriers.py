"""All channels of a project at work, each in a task of its own, as the settings say now."""

from __future__ import annotations

import asyncio
from pathlib import Path

from wuhu_tui.core.channels import outlet
from wuhu_tui.core.channels.courier import Courier, Send
from wuhu_tui.core.channels.plan import ChannelPlan, plans_of
from wuhu_tui.core.config_channels import NotifySettings
from wuhu_tui.core.project import Project
from wuhu_tui.core.user_settings import FILE, load_user_settings, user_folder
from wuhu_tui.model.errors import ConfigError

LOOK = 2.0
"""Seconds between looks at the settings."""


def plans_now(project: NotifySettings, own_file: Path | None = None) -> dict[str, ChannelPlan]:
    """Every channel as the settings on disk say now.

    Raises:
        ConfigError: the lead's own settings are not valid.
    """
    return plans_of(project, load_user_settings(own_file).notify)


class Couriers:
    """Begins a channel's work, ends it, and begins it anew when its settings change."""

    def __init__(
        self, project: Project, *, send: Send = outlet.send, own_file: Path | None = None
    ) -> None:
        self._project = project
        self._send = send
        self._own_file = own_file
        self._own = NotifySettings()
        self._own_read: tuple[int, int] | None = None
        self._working: dict[str, tuple[Courier, asyncio.Task[None]]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; a second time changes nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="channels")

    async def aclose(self) -> None:
        """End every channel; what is on its way is remembered as such."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await asyncio.gather(*(self._end(name) for name in list(self._working)))

    async def once(self) -> None:
        """Tell what is due on every channel now, all at the same time."""
        plans = await asyncio.to_thread(self._plans)
        couriers = [Courier(self._project, plan, self._send) for plan in plans.values()]
        found = await asyncio.gather(*(one.once() for one in couriers), return_exceptions=True)
        for courier, error in zip(couriers, found, strict=True):
            if isinstance(error, Exception):
                self._project.ledger.warn(f"channel {courier.plan.name}: {error}")

    async def _run(self) -> None:
        while True:
            try:
                await self._follow_settings()
            except Exception as error:  # noqa: BLE001 - told, and tried again
                words = f"channels: {type(error).__name__}: {error}"
                self._project.ledger.warn(words)
            await asyncio.sleep(LOOK)

    async def _follow_settings(self) -> None:
        plans = await asyncio.to_thread(self._plans)
        for name, (courier, _) in list(self._working.items()):
            if plans.get(name) != courier.plan:
                await self._end(name)
        for name, plan in plans.items():
            if name not in self._working:
                self._begin(plan)

    def _plans(self) -> dict[str, ChannelPlan]:
        """The channels there are to be; settings of the lead that are not valid stay as they were."""
        path = self._own_file or user_folder() / FILE
        signature = _signature(path)
        if signature != self._own_read:
            self._own_read = signature
            try:
                self._own = load_user_settings(path).notify
            except ConfigError as error:
                self._project.ledger.warn(str(error))
        return plans_of(self._project.config.notify, self._own)

    def _begin(self, plan: ChannelPlan) -> None:
        courier = Courier(self._project, plan, self._send)
        task = asyncio.create_task(courier.run(), name=f"channel {plan.name}")
        self._working[plan.name] = (courier, task)

    async def _end(self, name: str) -> None:
        courier, task = self._working.pop(name)
        await courier.at_rest()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await courier.close()


def _signature(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size)
