"""Finds out about agent programs without a session: what they can do, and which version is there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping

from wuhu_tui.agents.definitions import AgentDefinition
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.sessions import AgentLaunch

VERSION_SECONDS = 6.0
MAX_VERSION = 60
READ_BYTES = 1 << 14

OF_PROTOCOL: dict[str, frozenset[Capability]] = {
    "acp": frozenset({Capability.INTERRUPT, Capability.PERMISSION}),
    "terminal": frozenset({Capability.ATTACH, Capability.INTERRUPT}),
    "command": frozenset({Capability.INTERRUPT}),
}
"""What every agent of a protocol can do."""


def known_capabilities(definition: AgentDefinition) -> tuple[Capability, ...]:
    """What it is known to do by its protocol, its quirks and what was measured; nothing is run."""
    quirks = definition.quirks
    known = {*OF_PROTOCOL.get(definition.protocol, ()), *definition.measured}
    if definition.protocol == "acp":
        steers = bool(quirks.steer_method) or quirks.second_prompt == "folded"
        told = steers and (quirks.hand_over_told or bool(quirks.steer_method))
        known |= {Capability.STEER} if steers else set()
        known |= {Capability.RECEIPTS} if told else set()
        known |= {Capability.MCP} if quirks.mcp else set()
    if not quirks.resumes:
        known -= {Capability.RESUME}
    return tuple(capability for capability in Capability if capability in known)


async def versions(
    asked: Mapping[str, tuple[AgentLaunch, tuple[str, ...]]],
    environment: Mapping[str, str],
    seconds: float = VERSION_SECONDS,
) -> dict[str, str]:
    """The versions that programs tell, all asked at once; empty: it told none in time."""
    told = (
        _version(launch, arguments, environment, seconds) for launch, arguments in asked.values()
    )
    return dict(zip(asked, await asyncio.gather(*told), strict=True))


async def _version(
    launch: AgentLaunch, arguments: tuple[str, ...], environment: Mapping[str, str], seconds: float
) -> str:
    try:
        process = await asyncio.create_subprocess_exec(
            launch.command[0],
            *arguments,
            env={**environment, **launch.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return ""
    try:
        async with asyncio.timeout(seconds):
            assert process.stdout is not None
            output = await process.stdout.read(READ_BYTES)
            return _first_line(output) if await process.wait() == 0 else ""
    except TimeoutError:
        return ""
    finally:
        await _end(process)


def _first_line(output: bytes) -> str:
    lines = output.decode("utf-8", errors="replace").splitlines()
    told = (line.strip() for line in lines if any(letter.isdigit() for letter in line))
    return next(told, "")[:MAX_VERSION]


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
