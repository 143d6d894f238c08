"""Messages on base: the project's first line, trailers, and nothing that agents write breaks them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.repositories import START
from wuhu_tui.core.config import load_config
from wuhu_tui.core.merge_messages import (
    LONGEST,
    check_subject,
    merge_message,
    merge_subject,
    trailers,
)
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.reviews import Judge, Review, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec

HEAD = "a" * 40


def view(
    title: str = "Add a basket",
    summary: str = "It works\nand more",
    by: str = "lead",
    judge: Judge = Judge.LEAD,
) -> SessionView:
    verdict = Verdict(kind=VerdictKind.APPROVED, head=HEAD, by=by, at=START, judge=judge)
    return SessionView(
        spec=SessionSpec(id="shop-impl-01", project="shop", title=title, branch="wuhu/one"),
        report=Report(kind=ReportKind.DONE, summary=summary) if summary else None,
        review=Review(head=HEAD, merge_base="", verdict=verdict),
    )


@pytest.mark.parametrize(
    ("template", "summary", "subject"),
    [
        ("Merge {title}: {summary}", "It works\nand more", "Merge Add a basket: It works"),
        ("Merge {title}: {summary}", "", "Merge Add a basket"),
        ("{role}({session}): {title}", "x", "impl(shop-impl-01): Add a basket"),
        ("{title} [{branch}]", "x", "Add a basket [wuhu/one]"),
        ("{{literal}} {title}", "x", "{literal} Add a basket"),
        ("{summary}", "", "Merge shop-impl-01"),
        ("# {title}", "x", "Merge # Add a basket"),
    ],
)
def test_the_first_line(template: str, summary: str, subject: str) -> None:
    assert merge_subject(view(summary=summary), template) == subject


@pytest.mark.parametrize(
    ("by", "judge", "told"),
    [
        ("lead", Judge.LEAD, "lead"),
        ("ada", Judge.LEAD, "ada (lead)"),
        ("shop-review-01", Judge.REVIEWER, "shop-review-01 (reviewer)"),
        ("shop-review-02", Judge.ARBITER, "shop-review-02 (arbiter)"),
    ],
)
def test_who_judged_in_which_part(by: str, judge: Judge, told: str) -> None:
    assert trailers(view(by=by, judge=judge)) == (
        ("Wuhu-Session", "shop-impl-01"),
        ("Wuhu-Reviewed-By", told),
        ("Wuhu-Verdict", f"approved {HEAD}"),
    )


@given(title=st.text(min_size=1), summary=st.text(), by=st.text())
def test_whatever_is_written_stays_where_it_belongs(title: str, summary: str, by: str) -> None:
    message = merge_message(view(title, summary, by))
    subject, empty, *rest = message.splitlines()
    assert len(subject) <= LONGEST
    assert not subject.startswith("#")
    assert subject.strip()
    assert empty == ""
    assert [line.partition(": ")[0] for line in rest] == [
        "Wuhu-Session",
        "Wuhu-Reviewed-By",
        "Wuhu-Verdict",
    ]
    assert rest[-1] == f"Wuhu-Verdict: approved {HEAD}"


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("Merge {titel}", "{titel}"),
        ("Merge {title", "is not a template"),
        ("Merge }", "is not a template"),
        ("{title!r}", "{title}"),
        ("{title:>900000000}", "{title}"),
        ("{0}", "{0}"),
        ("{title.__class__}", "title.__class__"),
        ("a\nb", "one line"),
        ("  ", "one line"),
    ],
)
def test_a_wrong_template_is_told_when_it_is_read(tmp_path: Path, template: str, word: str) -> None:
    with pytest.raises(ValueError, match=r"must be one line|may name only|is not a template"):
        check_subject(template)
    (tmp_path / "wuhu.toml").write_text(f"[merge]\nsubject = '''{template}'''\n")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert "merge.subject" in caught.value.message
    assert word in caught.value.message
