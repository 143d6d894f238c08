"""A worker's report, before it is laid into the mailbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.messages import BLOCKED_EXAMPLE, DONE_EXAMPLE
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.worker.reporting import make_report


@pytest.mark.parametrize("said", [DONE_EXAMPLE, f" {BLOCKED_EXAMPLE}\n", "…"])
def test_the_example_of_the_prompt_is_no_report(tmp_path: Path, said: str) -> None:
    with pytest.raises(UsageError, match="is the example of the prompt"):
        make_report(SessionFolder(tmp_path), ReportKind.DONE, said)
    assert not list(tmp_path.iterdir())
