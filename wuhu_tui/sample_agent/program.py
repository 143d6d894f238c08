"""The sample agent as a program: its arguments, its standard streams, its end."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import acp

from wuhu_tui.sample_agent.agent import SampleAgent
from wuhu_tui.sample_agent.place import state_folder
from wuhu_tui.sample_agent.script import Script, ScriptError, load_script
from wuhu_tui.sample_agent.voice import Pace

DEFAULT = Path(__file__).with_name("default.toml")
LINE_LIMIT = 64 << 20
TERMINATED = 143
WRONG_SCRIPT = 2


def main() -> int:
    """Read the arguments and speak until the client goes away."""
    parser = argparse.ArgumentParser(
        prog="sample_agent", description="A coding agent that follows a script."
    )
    parser.add_argument("--script", type=Path, default=DEFAULT, help="a TOML or JSON file")
    parser.add_argument(
        "--delay", type=float, default=1.0, help="pace: 0 as fast as it can, 1 as people read"
    )
    arguments = parser.parse_args()
    try:
        script = load_script(arguments.script)
    except ScriptError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_SCRIPT
    return asyncio.run(serve(script, arguments.delay))


async def serve(script: Script, delay: float) -> int:
    """Speak with the client on stdin and stdout until it closes them or TERM arrives."""
    reader, writer = await acp.stdio_streams(limit=LINE_LIMIT)
    for line in script.behaviour.says_at_start:
        writer.write(line.encode() + b"\n")
    agent = SampleAgent(script, Pace(delay), state_folder(), writer.write)
    speaking = asyncio.create_task(acp.run_agent(agent, writer, reader, use_unstable_protocol=True))
    terminated = _on_term(speaking, ignored=script.behaviour.ignores_term)
    await asyncio.wait({speaking})
    await agent.end()
    if not terminated.is_set() and not script.behaviour.exits_on_eof:
        await terminated.wait()
    return TERMINATED if terminated.is_set() else 0


def _on_term(speaking: asyncio.Task[None], *, ignored: bool) -> asyncio.Event:
    terminated = asyncio.Event()

    def end() -> None:
        if not ignored:
            terminated.set()
            speaking.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    return terminated
