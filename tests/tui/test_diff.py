"""Diffs: rows on demand, everything hidden made visible, files and hunks found."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult

from tests.tui.diffs import file, hunk, long_diff, sample_diff
from tests.tui.pane_app import strips_text
from wuhu_tui.model.diff import Diff, DiffFile, DiffLine, FileChange, Hunk, LineKind
from wuhu_tui.tui import themes
from wuhu_tui.tui.presentation.diff import file_row, patch_counts, patch_rows, path_of
from wuhu_tui.tui.presentation.diff_lines import Pen, entry_row
from wuhu_tui.tui.presentation.diff_pages import LineAt, Page, Pages, fill, page_of
from wuhu_tui.tui.presentation.transcript_row import Row, plain
from wuhu_tui.tui.widgets.diff_view import OVERVIEW, DiffView


class DiffApp(App[None]):
    """A bare app around the diff view."""

    def __init__(self, diff: Diff) -> None:
        super().__init__()
        self.diff = diff
        self.reached: list[int] = []
        themes.register(self, themes.load_all())
        self.theme = themes.DEFAULT_THEME

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variable_defaults(self.current_theme.dark)

    def compose(self) -> ComposeResult:
        yield DiffView()

    def on_mount(self) -> None:
        self.view.show_diff(self.diff)

    def on_diff_view_file_reached(self, event: DiffView.FileReached) -> None:
        self.reached.append(event.file)

    @property
    def view(self) -> DiffView:
        return self.query_one(DiffView)


def line(kind: LineKind, text: str, old: int = 0, new: int = 0) -> DiffLine:
    return DiffLine(kind=kind, text=text, old_number=old, new_number=new)


def read_page(file: DiffFile, *, split: bool = False) -> Page:
    page = page_of(file)
    fill(page, file, split=split, notes={})
    return page


def drawn(line: DiffLine, width: int, digits: int, shift: int = 0) -> Row:
    """One line, as it is drawn."""
    one = DiffFile(path="a.txt", change=FileChange.MODIFIED, hunks=(Hunk("@@", (line,)),))
    page = read_page(one)
    return entry_row(page, LineAt(0, 0), Pen(width, digits, shift))


def read_all(diff: Diff) -> Pages:
    pages = Pages(diff)
    for page, one in zip(pages.pages, diff.files, strict=True):
        fill(page, one, split=False, notes={})
    pages.measure()
    return pages


def test_every_row_stands_for_something() -> None:
    pages = read_all(sample_diff())
    assert pages.page_at(-1) == OVERVIEW
    assert pages.page_at(pages.starts[2]) == 2
    assert pages.page_at(pages.starts[3] - 1) == 2
    assert pages.place(pages.starts[1]) == (1, -1)
    assert pages.place(pages.starts[1] + 1) == (1, 0)
    assert [len(page.hunks) for page in pages.pages] == [1, 1, 1, 0, 1]
    assert pages.count == 5 + 4 + sum(page.height for page in pages.pages)


def test_a_line_has_its_numbers_sign_and_style() -> None:
    added = drawn(line(LineKind.ADDED, "x = 1", 0, 12), 40, 3)
    removed = drawn(line(LineKind.REMOVED, "x = 0", 11), 40, 3)
    context = drawn(line(LineKind.CONTEXT, "y", 10, 11), 40, 3)
    assert added.text == "      12 + x = 1"
    assert removed.text == "  11     - x = 0"
    assert context.text == "  10  11   y"
    assert (added.fill, removed.fill, context.fill) == ("added", "removed", "text")


def test_a_narrow_line_keeps_the_number_that_counts() -> None:
    assert drawn(line(LineKind.ADDED, "x = 1", 0, 12), 28, 4).text == "   12 + x = 1"


def test_long_lines_can_be_moved_sideways() -> None:
    row = drawn(line(LineKind.ADDED, "0123456789" * 10, 0, 1), 40, 2)
    assert row.text.endswith("›")
    shifted = drawn(line(LineKind.ADDED, "0123456789" * 10, 0, 1), 40, 2, shift=16)
    assert shifted.text.split("+ ")[1].startswith("6789")


def test_nothing_in_a_diff_is_hidden() -> None:
    text = "if admin\u202e or\u200b true:\x1b[8m pass\ttab"
    shown = drawn(line(LineKind.ADDED, text, 0, 1), 90, 2).text
    assert "if admin⟨U+202E⟩ or⟨U+200B⟩ true:␛[8m pass" in shown
    assert "\t" not in shown
    path = DiffFile(path="src/\u202egpj.py\x1b]2;x\x07", change=FileChange.ADDED)
    assert file_row(path, 80).text.startswith(" + src/⟨U+202E⟩gpj.py␛]2;x␇")


def test_files_say_what_happened() -> None:
    renamed = DiffFile(path="b.py", old_path="a.py", change=FileChange.RENAMED, added=1)
    assert file_row(renamed, 60).text == " → a.py → b.py renamed +1 −0 "
    assert path_of(DiffFile(path="a", old_path="a", change=FileChange.MODIFIED)) == "a"
    binary = DiffFile(path="x.png", change=FileChange.ADDED, binary=True)
    odd = DiffFile(path="run", change=FileChange.MODE, note="mode 100644 → 100755")
    assert read_page(binary).entries == ["binary file: its content is not shown"]
    assert read_page(odd).entries == ["mode 100644 → 100755"]


def test_patches_of_edits_are_cut_with_a_word() -> None:
    patch = "@@ -0,0 +1,5000 @@\n" + "\n".join(f"+{number}" for number in range(5000))
    rows = patch_rows(patch, 40, 3)
    assert len(rows) < 450
    assert "more lines" in rows[-1].text
    assert patch_counts(patch) == (5000, 0)


@pytest.mark.parametrize("diff", [long_diff(1, 200_000), long_diff(5_000, 20)])
def test_thousands_of_lines_are_laid_out_at_once(diff: Diff) -> None:
    began = time.process_time()
    read_all(diff)
    assert time.process_time() - began < 1.5


def test_a_megabyte_line_takes_no_time() -> None:
    long = line(LineKind.ADDED, "\u202e" * 500_000 + "x" * 500_000, 0, 1)
    began = time.process_time()
    for _ in range(50):
        drawn(long, 120, 4)
    assert time.process_time() - began < 0.5


async def test_files_and_hunks_are_reached() -> None:
    app = DiffApp(sample_diff())
    async with app.run_test(size=(100, 12)) as pilot:
        await pilot.pause()
        view = app.view
        for number in range(5):
            view.to_file(number)
            assert view.file == number
        await pilot.pause()
        assert app.reached[-1] == 4
        assert "throttle.py deleted" in strips_text(app)[0]
        view.to_previous_file()
        assert view.file == 3
        view.to_top()
        view.to_hunk(+1)
        await pilot.pause()
        assert strips_text(app)[1].startswith("▌@@ -0,0 +1,25 @@")
        view.to_hunk(+1)
        await pilot.pause()
        assert strips_text(app)[1].startswith("▌@@ -12,6 +12,10 @@")
        view.to_hunk(-1)
        await pilot.pause()
        assert strips_text(app)[1].startswith("▌@@ -0,0 +1,25 @@")


async def test_inside_a_file_back_means_its_beginning() -> None:
    app = DiffApp(sample_diff())
    async with app.run_test(size=(100, 12)) as pilot:
        await pilot.pause()
        app.view.to_file(1)
        app.view.scroll_rows(4)
        app.view.to_previous_file()
        assert app.view.file == 1
        app.view.to_previous_file()
        assert app.view.file == 0


async def test_an_overview_that_grows_does_not_move_what_is_read() -> None:
    app = DiffApp(long_diff(3, 50))
    async with app.run_test(size=(100, 12)) as pilot:
        app.view.show_overview([plain("one"), plain("two")])
        app.view.to_file(1)
        await pilot.pause()
        before = strips_text(app)
        app.view.show_overview([plain(f"row {number}") for number in range(9)])
        await pilot.pause()
        assert strips_text(app)[1:] == before[1:]
        app.view.to_top()
        await pilot.pause()
        assert strips_text(app)[1].strip() == "▌ow 0"


Move = Callable[[DiffView], None]


@pytest.mark.parametrize(
    ("move", "first"),
    [
        (lambda view: view.scroll_rows(3), "3"),
        (lambda view: view.scroll_pages(1), "10"),
        (lambda view: view.to_end(), "189"),
        (lambda view: view.scroll_rows(10_000), "189"),
        (lambda view: view.scroll_rows(-5), "0"),
    ],
)
async def test_moving(move: Move, first: str) -> None:
    lines = hunk("\n".join(f"+{number}" for number in range(198)))
    app = DiffApp(Diff(base="", head="", files=(file("a.py", lines),)))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        move(app.view)
        await pilot.pause()
        rows = strips_text(app)
        if first == "0":
            assert rows[1].startswith("▌~ a.py")
        else:
            shown = int(rows[1].split("+")[1]) if "+" in rows[1] else -1
            assert shown == int(first) - 2


async def test_a_big_diff_opens_and_scrolls_at_once() -> None:
    app = DiffApp(long_diff(200, 500))
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        began = time.process_time()
        app.view.show_diff(app.diff)
        for _ in range(50):
            app.view.scroll_pages(3)
            app.view.render_lines(app.view.size.region)
        assert time.process_time() - began < 2
