"""Commands that a shell runs where a plain reading of the line sees none."""

from __future__ import annotations

import pytest

from tests.model.ruled import allow, deny, word

SHELL = (*map(allow, ("echo", "cat", "[", "test", "ls", "find")),)
ANYTHING = (allow(""), deny("touch pwned"))

UNSEEN = (
    "echo ${ touch pwned; }",
    "echo ${| touch pwned; }",
    "for i in 'a[$(touch pwned)]'; do echo ${a[i]}; done",
    "for i in 'a[$(touch pwned)]'; do echo ${PATH:i}; done",
    "for i in 'a[$(touch pwned)]'; do echo ${PATH:0:$i}; done",
    "for i in 'a[$(touch pwned)]'; do echo $[i]; done",
    "for i in 'a[`touch pwned`]'; do echo ${!i}; done",
    "cat <<$x\n$x\ntouch pwned\n",
    'cat <<"$x"\n$x\ntouch pwned\n',
    "cat <<a`x`\na`x`\ntouch pwned\n",
    "cat <<'X\nY'\nX\nY\ntouch pwned\n",
    "cat <<EOF\nEO\\\nF\ntouch pwned\nEOF\n",
    "cat <<EOF\na\\\nEOF\necho '\nEOF\ntouch pwned #'\n",
    "cat <<EOF\n$\\\n(touch pwned)\nEOF",
    "echo $(cat <<EOF)\ntouch pwned\nEOF\n",
    "echo \"`echo \\\" ' \\\"; touch pwned #'`\"",
    "echo ${x:-{}; touch pwned; echo }",
    "echo ${x:-<(touch pwned)}",
    "echo \"$\\\n(touch pwned)\"",
    "echo &>f touch pwned",
    "LC_x[$(touch pwned)]=1 echo",
    "echo 'a; touch pwned' | xargs -I{} sh -c 'echo {}'",
    "find . -exec sh -c 'echo {}; touch pwned' ';'",
)  # fmt: skip

CALCULATED = (
    "[ -v 'a[$(touch pwned)]' ]",
    "test ! -v 'a[$(touch pwned)]'",
    "for i in -v; do [ $i 'a[$(touch pwned)]' ]; done",
    "find . -exec sh -c 'echo {}' ';'",
)

WRAPPED = (
    "time { touch pwned; }",
    "time ! touch pwned",
    "for x do touch pwned; done",
    "echo pwned | xargs touch",
    "echo touch pwned | xargs -I_ sh -c _",
    "bash -co pipefail 'touch pwned'",
    "bash /dev/stdin <<< 'touch pwned'",
    ". /dev/stdin <<< 'touch pwned'",
    "env - touch pwned",
    "trap 'touch pwned' EXIT",
    "ls | sed '1e touch pwned'",
    "tar cf x --checkpoint-action=exec='touch pwned' .",
)


@pytest.mark.parametrize("command", [*UNSEEN, *CALCULATED])
def test_no_hidden_command_slips_through_rules_that_allow(command: str) -> None:
    assert word(command, *SHELL) != "allow"


@pytest.mark.parametrize("command", [*UNSEEN, *WRAPPED])
def test_no_hidden_command_gets_around_a_rule_that_denies(command: str) -> None:
    assert word(command, *ANYTHING) != "allow"


@pytest.mark.parametrize(
    "command",
    [
        "$'r\\x6d' -rf /",
        "$'\\162m' -rf /",
        "r$'\\u6d' -rf /",
        "$'rm' -rf /",
        "rm -rf $'\\;\\8\\777'",
    ],
)
def test_a_word_in_escapes_is_the_word_it_stands_for(command: str) -> None:
    assert word(command, allow(""), deny("rm -rf")) == "deny"


@pytest.mark.parametrize("command", ["echo $'\\;'", "echo $'\\UFFFFFFFF'", "echo $'\\N'"])
def test_an_escape_that_means_nothing_is_no_trouble(command: str) -> None:
    assert word(command, allow("echo")) != "allow"


def test_an_alias_of_git_is_what_it_stands_for() -> None:
    assert word("git -c alias.p=push p origin", allow(""), deny("git push")) == "deny"


@pytest.mark.parametrize(
    "command",
    [
        "echo ${x} ${x:-a.b} ${#x} ${x%.py} ${x##*/} ${x/a/b} ${x^^} ${a[0]} ${a[@]} $x $@ $?",
        "bash -euo pipefail -c 'ls; echo x'",
        "[ \"$x\" = a ] && ls",
        "test -f x",
        "cat <<'EOF'\na\\\nEOF",
        "cat <<EOF\na $x\nEOF",
        "ls | xargs -I{} echo {}",
        "ls | xargs echo",
        "find . -name x -exec cat {} +",
        "ls &>x",
    ],
)  # fmt: skip
def test_plain_expansions_keep_what_a_rule_allows(command: str) -> None:
    assert word(command, *SHELL) == "allow"
