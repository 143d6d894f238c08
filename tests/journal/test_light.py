from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import json, sys
before = set(sys.modules)
import wuhu_tui.journal.clock, wuhu_tui.journal.index, wuhu_tui.journal.layout
import wuhu_tui.journal.lines, wuhu_tui.journal.lock, wuhu_tui.journal.reader
import wuhu_tui.journal.redact, wuhu_tui.journal.tail, wuhu_tui.journal.views
import wuhu_tui.journal.writer
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def test_the_journal_room_loads_only_the_standard_library_and_msgspec() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(json.loads(done.stdout))
    assert loaded - sys.stdlib_module_names <= {"wuhu_tui", "msgspec", "typing_extensions"}
