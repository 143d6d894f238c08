"""Diffs for tests: small ones to look at, long ones to be quick with."""

from __future__ import annotations

from wuhu_tui.model.diff import Diff, DiffFile, DiffLine, FileChange, Hunk, LineKind

HEAD = "9ab8c7d" + "0" * 33
BASE = "3f2c1d" + "0" * 34

_BUCKET = '''"""Limits how often a key may call."""

from __future__ import annotations

import time


class TokenBucket:
    """Refills `rate` tokens a second, up to `size`."""

    def __init__(self, rate: float, size: int) -> None:
        self.rate = rate
        self.size = size
        self.tokens = float(size)
        self.at = time.monotonic()

    def take(self) -> bool:
        """Whether one more call is allowed now."""
        now = time.monotonic()
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True
'''


def hunk(text: str, old: int = 1, new: int = 1, section: str = "") -> Hunk:
    """A hunk from lines that begin with ` `, `+` or `-`."""
    lines: list[DiffLine] = []
    before, after = old, new
    for raw in text.split("\n"):
        kind = LineKind(raw[:1] or " ")
        is_old, is_new = kind is not LineKind.ADDED, kind is not LineKind.REMOVED
        numbers = {"old_number": before * is_old, "new_number": after * is_new}
        lines.append(DiffLine(kind=kind, text=raw[1:], **numbers))
        before, after = before + is_old, after + is_new
    header = f"@@ -{old},{before - old} +{new},{after - new} @@ {section}".rstrip()
    return Hunk(header=header, lines=tuple(lines))


def file(
    path: str, *hunks: Hunk, change: FileChange = FileChange.MODIFIED, old_path: str = ""
) -> DiffFile:
    """A file whose counts are those of its hunks."""
    lines = [line for part in hunks for line in part.lines]
    return DiffFile(
        path=path,
        change=change,
        hunks=hunks,
        added=sum(line.kind is LineKind.ADDED for line in lines),
        removed=sum(line.kind is LineKind.REMOVED for line in lines),
        old_path=old_path,
    )


def sample_diff(head: str = HEAD) -> Diff:
    """A rate limiter: one new file, two changed, one renamed, one gone."""
    routes = hunk(
        " from shop.auth import key_of\n"
        "+from shop.limits import TokenBucket\n"
        " \n"
        "-BUCKETS = {}\n"
        "+BUCKETS: dict[str, TokenBucket] = {}\n"
        " \n"
        " def checkout(request):\n"
        "-    return pay(request)\n"
        "+    bucket = BUCKETS.setdefault(key_of(request), TokenBucket(rate=5, size=20))\n"
        "+    if not bucket.take():\n"
        "+        raise TooManyRequests(retry_after=1)\n"
        "+    return pay(request)",
        old=12,
        new=12,
        section="def checkout(request):",
    )
    errors = hunk(
        " class ShopError(Exception):\n-    pass\n+    status = 500\n \n"
        "+class TooManyRequests(ShopError):\n+    status = 429",
        old=3,
        new=3,
    )
    new = hunk("\n".join(f"+{line}" for line in _BUCKET.rstrip().split("\n")), old=0, new=1)
    old = hunk("-LIMIT = 100\n-WINDOW = 60", old=1, new=0)
    files = (
        file("src/shop/limits.py", new, change=FileChange.ADDED),
        file("src/shop/routes/checkout.py", routes),
        file("src/shop/errors.py", errors),
        file(
            "tests/limits/test_bucket.py",
            change=FileChange.RENAMED,
            old_path="tests/test_limits.py",
        ),
        file("src/shop/throttle.py", old, change=FileChange.DELETED),
    )
    return Diff(base=BASE, head=head, files=files)


def long_diff(files: int, lines: int) -> Diff:
    """Many files of many lines."""
    text = "\n".join(
        f"+    value_{number} = compute({number})" if number % 3 else f" # line {number}"
        for number in range(lines)
    )
    part = hunk(text)
    made = tuple(file(f"src/module_{number:04}.py", part) for number in range(files))
    return Diff(base=BASE, head=HEAD, files=made)
