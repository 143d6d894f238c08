from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuhu_tui.model.command_words import UNKNOWN, plain_words, read_line

U = UNKNOWN


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("git status", [("git", "status")]),
        ("a;b\nc|d&e && f || g |& h", [("a",), ("b",), ("c",), ("d",), ("e",), ("f",), ("g",), ("h",)]),
        ("echo 'a;b' \"c && d\" e\\;f", [("echo", "a;b", "c && d", "e;f")]),
        ("r''m -\\rf \"/\"", [("rm", "-rf", "/")]),
        ("echo $(rm -rf /) `ls -l`", [("echo", U, U), ("rm", "-rf", "/"), ("ls", "-l")]),
        ('echo "$(git log "$(ls)")"', [("echo", U), ("git", "log", U), ("ls",)]),
        ("echo '$(ls)' \\$(", [("echo", "$(ls)", "$")]),
        ("diff <(ls a) >(cat)", [("diff", U, U), ("ls", "a"), ("cat",)]),
        ("if a; then b; else c; fi", [("a",), ("b",), ("c",)]),
        ("for f in *.py; do git add $f; done", [("git", "add", U)]),
        ("while ! a; do b; done", [("a",), ("b",)]),
        ("{ a; b; }", [("a",), ("b",)]),
        ("(cd x && ls)", [("cd", "x"), ("ls",)]),
        ("git log # ; rm -rf /", [("git", "log")]),
        ("echo a#b", [("echo", "a#b")]),
        ("git \\\nstatus", [("git", "status")]),
        ("echo 'it'\"'\"'s'", [("echo", "it's")]),
        ("[ -f x ] && a", [("[", "-f", "x", "]"), ("a",)]),
        ("", []),
    ],
)  # fmt: skip
def test_every_command_of_a_line_is_read(text: str, commands: list[tuple[str, ...]]) -> None:
    line = read_line(text)
    assert [command.words for command in line.commands if command.words] == commands
    assert line.opaque == (text == "echo '$(ls)' \\$(")


@pytest.mark.parametrize(
    "text",
    [
        "$RM -rf /",
        "${RM} x",
        "/bin/r? x",
        "r$X x",
        "$(which rm) -rf /",
        "{rm,-rf,/}",
        "rm$IFS-rf$IFS/",
        "rm${IFS}-rf",
        "$'\\x72m' -rf /",
        "f() { rm -rf /; }",
        "function f { rm; }",
        "case x in x) rm;; esac",
        "[[ -f x ]]",
        "coproc rm",
        "x ${y:-$(rm)}",
        "x `rm",
        "x 'y",
        'x "y',
        "x $(y",
        "(x",
        "x)",
        "((x=1))",
        "A=(b c) d",
        "x >",
        "'' x",
        "x\x00y",
        "(" * 50 + ")" * 50,
        "x" * 200_001,
    ],
)
def test_what_cannot_be_followed_is_opaque(text: str) -> None:
    assert read_line(text).opaque


def test_hidden_words_are_told_as_far_as_they_are_known() -> None:
    for text in ("rm$IFS-rf$IFS/", "{rm,-rf,/}", "$'rm' -rf /", "rm${IFS}-rf ${IFS}/"):
        assert ("rm", "-rf", "/") in [command.words for command in read_line(text).commands]


def test_variables_and_files_are_told_apart_from_words() -> None:
    line = read_line("A=b C+=d cmd >out 2>&1 <in 2>/dev/null <<<text y=z &>>x")
    assert not line.opaque
    command = line.commands[0]
    assert command.words == ("cmd", "y=z")
    assert command.assignments == ("A", "C")
    assert command.redirects == ("out", "in", "/dev/null", "x")
    assert command.texts == ("text",)


def test_here_documents_are_texts_and_run_only_what_the_shell_runs() -> None:
    line = read_line("cat <<EOF | sh && b\nrm $(ls x) 'y\nEOF\nc <<-'END'\n\t$(no)\n\tEND\nd")
    assert not line.opaque
    words = [command.words for command in line.commands]
    assert words == [("cat",), ("sh",), ("b",), ("ls", "x"), ("c",), ("d",)]
    assert line.commands[0].texts == ("rm $(ls x) 'y",)


def test_a_rule_s_words_are_one_plain_command() -> None:
    assert plain_words("git 'status' -s") == ("git", "status", "-s")
    for text in ("a; b", "A=b c", "a > b", "$x", "a $b", "", "   ", "(a)\n(b)", "a <<< b"):
        assert plain_words(text) is None


BASH = shutil.which("bash")


@pytest.mark.skipif(BASH is None, reason="there is no bash to compare with")
@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(alphabet="ab '\"\\;|&#\t>(~=-{,}", min_size=1, max_size=6), min_size=1, max_size=4
    )
)
def test_quoted_words_are_read_as_the_shell_reads_them(words: list[str]) -> None:
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    output = subprocess.run(
        [str(BASH), "-c", f"printf '%s\\n' {quoted}"], capture_output=True, text=True, check=True
    ).stdout
    command = read_line(f"printf {quoted}").commands[0]
    assert list(command.words[1:]) == output.split("\n")[:-1]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab $(){}`'\"\\;|&<>#\n\t=*!-", max_size=40))
def test_whatever_is_written_it_comes_to_an_end(text: str) -> None:
    read_line(text)
