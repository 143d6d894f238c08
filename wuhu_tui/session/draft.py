"""What the lead has begun to write on an agent's screen and not sent: nothing is typed into that."""

from __future__ import annotations

import re

_KEYS = re.compile(
    r"\x1b\[200~(?P<paste>.*?)(?:\x1b\[201~|\Z)"
    r"|\x1b\[(?P<code>[0-9;?]*[ -/]*[@-~])|\x1bO(?P<cursor>.)|\x1b(?P<meta>[\r\n])|\x1b"
    r"|(?P<key>.)",
    re.DOTALL,
)
_SENT_OR_CLEARED = frozenset("\r\n\x03\x04\x15")
"""Enter, Ctrl+C, Ctrl+D and Ctrl+U: none of them leaves a draft."""

_ERASES = frozenset("\x7f\x08")
_RECALLS = frozenset("AB")
"""Up and down bring back an earlier line: words that nobody typed now stand there."""


class Draft:
    """Counts what stands in the line; where that cannot be told, it stands until sent or cleared."""

    def __init__(self) -> None:
        self._letters = 0
        self._recalled = False

    @property
    def stands(self) -> bool:
        """Whether words of the lead stand there that were not sent."""
        return self._letters > 0 or self._recalled

    def typed(self, keys: str, *, answers: bool) -> None:
        """Take keys of the lead; what answers a question on the screen is no draft."""
        for key in _KEYS.finditer(keys):
            if key["key"] and key["key"] in _SENT_OR_CLEARED:
                self._letters, self._recalled = 0, False
            elif not answers:
                self._take(key)

    def _take(self, key: re.Match[str]) -> None:
        if key["paste"]:
            self._letters += len(key["paste"])
        elif (key["code"] or key["cursor"] or "") in _RECALLS:
            self._recalled = True
        elif key["meta"] or key["key"] == "\t" or ((key["key"] or "").isprintable() and key["key"]):
            self._letters += 1
        elif key["key"] in _ERASES:
            self._letters = max(0, self._letters - 1)
