"""Takes an agent's lines: frames are sorted by whoever knows the protocol, all else is told."""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.agents.frames import Flaw, Frame
from wuhu_tui.model.events import Event, Noted

MAX_FLAWS_NOTED = 20


class Intake:
    """Nothing that an agent writes can stop the reading."""

    def __init__(
        self,
        read: Callable[[bytes], Frame | Flaw | None],
        sort: Callable[[Frame], None],
        *,
        emit: Callable[[Event], None],
        log: Callable[[str], None],
    ) -> None:
        self._read = read
        self._sort = sort
        self._emit = emit
        self._log = log
        self._flaws = 0

    def line(self, line: bytes) -> None:
        """Take a line that the agent wrote."""
        frame = self._read(line)
        if isinstance(frame, Flaw):
            self.flaw(frame)
        elif frame is not None:
            self._take(frame, line)

    def flaw(self, flaw: Flaw) -> None:
        """Tell of something that is no frame; all of it goes to the agent's log."""
        self._log(f"[not of the protocol: {flaw.reason}] {flaw.line}\n")
        self._flaws += 1
        if self._flaws <= MAX_FLAWS_NOTED:
            text = f"the agent wrote a line that is {flaw.reason}: {flaw.excerpt}"
            self._emit(Noted(text=text, level="warning"))
        elif self._flaws == MAX_FLAWS_NOTED + 1:
            text = "the agent goes on writing such lines; they are in its log"
            self._emit(Noted(text=text, level="warning"))

    def _take(self, frame: Frame, line: bytes) -> None:
        try:
            self._sort(frame)
        except Exception as error:  # noqa: BLE001 - one frame must never end the reading; it is told
            reason = f"beyond understanding ({type(error).__name__}: {error})"
            self.flaw(Flaw(reason=reason, line=line.decode("utf-8", errors="replace")))
