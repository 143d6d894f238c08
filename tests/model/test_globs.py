from __future__ import annotations

import pytest

from wuhu_tui.model.globs import in_scope, path_matches


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("src/auth.py", "src/auth.py"),
        ("src/auth.py", "src/"),
        ("src/a/b/c.py", "src/"),
        ("src/auth.py", "src/*.py"),
        ("src/auth.py", "src/**"),
        ("src/a/b/c.py", "src/**"),
        ("auth.py", "**/auth.py"),
        ("a/b/auth.py", "**/auth.py"),
        ("src/a/test_x.py", "src/**/test_*.py"),
        ("src/test_x.py", "src/**/test_*.py"),
        ("v1.py", "v?.py"),
        ("a+b(1).py", "a+b(1).py"),
    ],
)
def test_a_pattern_means_a_path(path: str, pattern: str) -> None:
    assert path_matches(path, pattern)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("src/auth.py", "src"),
        ("srcs/auth.py", "src/"),
        ("src", "src/"),
        ("src/a/b.py", "src/*.py"),
        ("SRC/auth.py", "src/"),
        ("docs/src/auth.py", "src/"),
        ("src/authXpy", "src/auth.py"),
        ("a/b.py", "a?b.py"),
        ("myauth.py", "**/auth.py"),
    ],
)
def test_a_pattern_does_not_mean_a_path(path: str, pattern: str) -> None:
    assert not path_matches(path, pattern)


def test_a_scope_means_what_any_of_its_patterns_means() -> None:
    assert in_scope("docs/a.md", ("src/", "docs/*.md"))
    assert not in_scope("docs/a/b.md", ("src/", "docs/*.md"))
    assert not in_scope("a.py", ())
