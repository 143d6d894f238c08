"""Words for a log that a full disk loses must not end whoever says them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys, traceback
from wuhu_tui.journal.forensics import forgive_stderr
{forgive}
sys.stderr.write("there is no room for this: \\udcff" * 1000)
try:
    1 / 0
except ZeroDivisionError as error:
    traceback.print_exception(error)
print("went on")
"""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("forgives", [True, False])
def test_a_log_without_room_ends_nobody(forgives: bool) -> None:
    program = PROGRAM.format(forgive="forgive_stderr()" if forgives else "")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            (sys.executable, "-c", program), stdout=subprocess.PIPE, stderr=full, check=False
        )
    assert (done.stdout == b"went on\n") is forgives


def test_where_there_is_room_it_is_said_at_once() -> None:
    program = PROGRAM.format(forgive="forgive_stderr()") + "import os; os._exit(0)"
    done = subprocess.run((sys.executable, "-c", program), capture_output=True, check=False)
    assert b"there is no room for this: \\udcff" in done.stderr
    assert b"ZeroDivisionError" in done.stderr
