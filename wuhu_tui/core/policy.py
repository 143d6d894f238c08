"""Tells every runner of the project what `wuhu.toml` says of permissions, budgets and delivery."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from wuhu_tui.core.config import ProjectConfig
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.plain_files import read_plain
from wuhu_tui.journal.views import write_atomic


def write_policy(folder: ProjectFolder, config: ProjectConfig) -> bool:
    """Bring `.wuhu/policy.json` up to date; whether it was not.

    Raises:
        JournalError: it cannot be written.
    """
    content = msgspec.json.format(msgspec.json.encode(config.policy), indent=2) + b"\n"
    with suppress(OSError):  # it is not there, or must be mended
        if read_plain(folder.policy) == content:
            return False
    write_atomic(folder.policy, content)
    return True
