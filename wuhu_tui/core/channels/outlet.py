"""Sends one message on its way: a program that gets it on stdin and must end in time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import msgspec

from wuhu_tui.core.channels.plan import ChannelPlan
from wuhu_tui.core.channels.wording import Notice
from wuhu_tui.model.errors import ConfigError, NotPossible

DEADLINE = 30.0
"""Seconds in which a service or a program must have taken a message."""

LONGEST_WHY = 300

INSTALL = "install it: pip install 'wuhu-tui[notify]'"

_HERE = "wuhu_tui.core.channels.apprise_call"
_PARTS = re.compile(r"[/@:?&=,;]+")
_SHORTEST_SECRET = 4


async def send(
    plan: ChannelPlan, message: Notice, root: Path, *, deadline: float = DEADLINE
) -> None:
    """Give a message to the channel's program or service; returns once it is accepted.

    Raises:
        NotPossible: it was not; says why, without any address.
        ConfigError: the channel names nothing that can be used here.
    """
    address = address_of(plan)
    if plan.command:
        command, content = list(plan.command), msgspec.json.encode(message)
    else:
        # -P: in the project's folder may lie modules of any name, and they must not see an address.
        command = [sys.executable, "-P", "-m", _HERE]
        call = {"address": address, "title": message.title, "text": message.text}
        content = msgspec.json.encode(call)
    code, said = await _run(plan, command, content, root, deadline)
    if code != 0:
        addresses = (address, *(word for word in plan.command if "://" in word))
        why = without_secrets(_last_line(said), *addresses) or f"exit code {code}"
        raise NotPossible(why, where=f"channel {plan.name}", remedy=_remedy(plan, why))


def why_unusable(plan: ChannelPlan, root: Path) -> str:
    """Why nothing can be sent there from this process, as far as that shows without sending."""
    if plan.command:
        program = plan.command[0]
        place = str(root / program) if "/" in program else program
        return "" if shutil.which(place) else f"its program is not there: {program}"
    try:
        address_of(plan)
    except ConfigError as error:
        return error.message
    return "" if find_spec("apprise") else f"apprise is not installed; {INSTALL}"


def address_of(plan: ChannelPlan) -> str:
    """The service's address, looked up in the environment where the settings only name it.

    Raises:
        ConfigError: the variable is not set.
    """
    if not plan.service.startswith("$"):
        return plan.service
    address = os.environ.get(plan.service[1:], "")
    if not address:
        raise ConfigError(
            f"the environment variable {plan.service[1:]} is not set where wuhu conducts",
            where=f"channel {plan.name}",
            remedy="set it and start that process again",
        )
    return address


def without_secrets(text: str, *addresses: str) -> str:
    """The text without the addresses and without any part of them that could be a secret."""
    parts: set[str] = set()
    for address in addresses:
        rest = address.partition("://")[2]
        parts |= {address, rest, *_PARTS.split(rest)}
    parts |= {unquote(part) for part in parts}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= _SHORTEST_SECRET:
            text = text.replace(part, "…")
    return text


def _remedy(plan: ChannelPlan, why: str) -> str:
    return INSTALL if "apprise is not installed" in why else f"try it: wuhu notify test {plan.name}"


async def _run(
    plan: ChannelPlan, command: list[str], content: bytes, root: Path, deadline: float
) -> tuple[int, str]:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=root,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise NotPossible(
            f"{command[0]!r} cannot be run: {reason}",
            where=f"channel {plan.name}",
            remedy="check the command in the settings",
        ) from error
    try:
        async with asyncio.timeout(deadline):
            said, _ = await process.communicate(content)
    except TimeoutError:
        await _end(process)
        raise NotPossible(
            f"it did not take the message within {deadline:g} s",
            where=f"channel {plan.name}",
            remedy=f"try it: wuhu notify test {plan.name}",
        ) from None
    except asyncio.CancelledError:
        await _end(process)
        raise
    return process.returncode or 0, said.decode(errors="replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the program with everything it began and that holds its output open."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:LONGEST_WHY] if lines else ""
