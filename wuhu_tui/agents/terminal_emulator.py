"""A terminal without a window: takes what a program writes, gives the screen it would show.

What a program writes is hostile until proven otherwise: nothing of it may crash the runner, grow
without bounds, resize the screen or leave it as anything but text with colours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bittty import XTERM, Board  # type: ignore[import-untyped]
from bittty.present import RowsScrolledOff  # type: ignore[import-untyped]

from wuhu_tui.agents.terminal_rows import Cell, plain_row, styled_row
from wuhu_tui.agents.terminal_veil import Veil
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.agent_events import ScreenChanged

SLICE = 4096
"""Bytes that are taken in at once; an unfinished sequence is measured after each."""

LONGEST_SEQUENCE = 128 << 10
"""Characters of a sequence that does not end after which the terminal is begun anew."""

KEPT_SCROLLED = 1 << 20
"""Characters of scrolled-off lines that wait to be taken; older ones go, and are counted."""

WHOLE_AFTER = 200
"""Changes after which the whole screen is told again: whoever seeks in a record finds one near."""

_DEAF_TO = (
    *("DECDMAC", "DECINVM"),  # macros: a few bytes that may stand for any number
    *("MC", "DECMC"),  # printing: it would swallow what follows
    *("DECSCPP", "XTWINOPS"),  # its size is the lead's, not the program's
    *("LINUX_SETTERM", "DECUDK", "OSC_CLIPBOARD", "OSC_NOTIFY"),
)


class _Line:
    """The emulator's line to the program: what it answers to queries goes there."""

    closed = False

    def __init__(self, reply: Callable[[bytes], None]) -> None:
        self._reply = reply

    def write(self, data: str) -> int:
        self._reply(data.encode("utf-8", errors="replace"))
        return len(data)

    def write_bytes(self, data: bytes) -> int:
        self._reply(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    async def read_bytes_async(self, size: int) -> bytes:
        """Never asked for: the program's output is fed."""
        return b""

    def configure_line(self, line: Any) -> None:
        """A pty has no modem."""

    def resize(self, rows: int, cols: int) -> None:
        """The program does not choose its size."""

    def close(self) -> None:
        """The pty is closed by whoever opened it."""


class Emulator:
    """The screen of one program; `reply` gets what a terminal answers to its queries."""

    keeps_scrollback = True

    def __init__(
        self, columns: int, rows: int, reply: Callable[[bytes], None], veil: Veil | None = None
    ) -> None:
        self._veil = veil or Veil(Redactor({}))
        self.columns = columns
        self.rows = rows
        self.trouble = ""
        """Why the terminal was begun anew the last time."""
        self._line = _Line(reply)
        self._scrolled: list[str] = []
        self._scrolled_size = 0
        self._lost_lines = 0
        self._told: list[str] = []
        self._told_cursor = (-1, -1, False)
        self._changes = 0
        self._board = self._new_board()

    @property
    def takes_pastes(self) -> bool:
        """Whether the program wants to be told what is pasted and what is typed."""
        return bool(self._board.modes.bracketed_paste)

    @property
    def application_cursor(self) -> bool:
        """Whether the program wants the other form of cursor keys."""
        return bool(self._board.modes.cursor_application_mode)

    @property
    def drawing(self) -> bool:
        """Whether the program said that it is in the midst of a picture."""
        return bool(self._board.modes.synchronized_output)

    @property
    def cursor(self) -> tuple[int, int, bool]:
        """Row and column from 0, and whether it is shown."""
        place = self._board.display.cursor
        column, row = place or (self._board.cursor.x, self._board.cursor.y)
        column, row = min(max(column, 0), self.columns - 1), min(max(row, 0), self.rows - 1)
        return (row, column, place is not None)

    def feed(self, data: bytes) -> None:
        """Take what the program wrote; whatever it is, the terminal is usable afterwards."""
        for start in range(0, len(data), SLICE):
            try:
                self._board.feed_host_data(data[start : start + SLICE])
                self._stay_in_bounds()
            except Exception as error:  # noqa: BLE001 - a program's bytes may not end the session
                self._begin_anew(f"{type(error).__name__}: {error}")

    def resize(self, columns: int, rows: int) -> None:
        """Give the screen another size."""
        self.columns, self.rows = columns, rows
        self._told = []
        try:
            self._make_room(rows)
            self._board.resize(columns, rows)
        except Exception as error:  # noqa: BLE001 - the same
            self._begin_anew(f"{type(error).__name__}: {error}")

    def _make_room(self, rows: int) -> None:
        """Before the main screen gets lower: its top goes, not the line that is written on."""
        cursor, blitter = self._board.cursor, self._board.blitter
        too_many = cursor.y - rows + 1
        if too_many > 0 and not blitter.in_alt_screen:
            blitter.scroll(too_many)
            cursor.set_position(cursor.x, cursor.y - too_many)

    def lines(self) -> list[str]:
        """The words on the screen, row by row."""
        return [plain_row(cells) for cells in self._cells()]

    def change(self) -> ScreenChanged | None:
        """What differs from what was told before; None when nothing does."""
        rows = [styled_row(cells) for cells in self._cells()]
        whole = len(self._told) != len(rows) or self._changes >= WHOLE_AFTER
        before = [""] * len(rows) if whole else self._told
        changed = {row: text for row, text in enumerate(rows) if text != before[row]}
        cursor = self.cursor
        if not whole and not changed and cursor == self._told_cursor:
            return None
        self._told, self._told_cursor = rows, cursor
        self._changes = 0 if whole else self._changes + 1
        return ScreenChanged(
            columns=self.columns,
            rows=self.rows,
            lines=changed,
            whole=whole,
            cursor_row=cursor[0],
            cursor_column=cursor[1],
            cursor_shown=cursor[2],
        )

    def take_scrolled(self) -> str:
        """The lines that left the top of the main screen since the last time, as plain text."""
        text, self._scrolled, self._scrolled_size = "".join(self._scrolled), [], 0
        text = self._veil.text(text)
        lost, self._lost_lines = self._lost_lines, 0
        return f"… {lost} lines came too fast to be kept …\n{text}" if lost else text

    def rest(self) -> str:
        """What still stands on the main screen, as plain text: what a closed window would lose."""
        page = self._board.blitter.primary_page
        rows = [(page.grid[y], page.wrapped_lines[y]) for y in range(page.height)]
        return self._veil.text(_joined(rows).strip("\n"))

    def present(self, event: object) -> None:
        """The emulator's word on what would otherwise be lost; titles and the like are not ours."""
        if isinstance(event, RowsScrolledOff):
            self._keep(_joined((line.cells, line.wrapped) for line in event.lines))

    def _keep(self, text: str) -> None:
        self._scrolled.append(text)
        self._scrolled_size += len(text)
        while self._scrolled_size > KEPT_SCROLLED:
            oldest = self._scrolled.pop(0)
            self._scrolled_size -= len(oldest)
            self._lost_lines += oldest.count("\n")

    def _cells(self) -> Sequence[Sequence[Cell]]:
        page = self._board.blitter.main_page
        rows = [row[: self.columns] for row in page.grid[: self.rows]]
        return self._veil.rows(rows, page.wrapped_lines[: self.rows])

    def _stay_in_bounds(self) -> None:
        if (self._board.width, self._board.height) != (self.columns, self.rows):
            self._board.resize(self.columns, self.rows)
        if len(self._board.parser.buffer) > LONGEST_SEQUENCE:
            self._begin_anew("a control sequence that does not end")

    def _begin_anew(self, why: str) -> None:
        self.trouble = why
        self._told = []
        self._board = self._new_board()

    def _new_board(self) -> Board:
        board = Board(width=self.columns, height=self.rows, model=XTERM)
        for name in _DEAF_TO:
            board.registry.pop(name, None)
        board.host.attach(self._line)
        board.attach_display(self)
        return board


def _joined(rows: Iterable[tuple[Sequence[Cell], bool]]) -> str:
    """Rows as lines: one that was only wrapped goes on without a line end."""
    return "".join(
        plain_row(cells) if wrapped else f"{plain_row(cells)}\n" for cells, wrapped in rows
    )
