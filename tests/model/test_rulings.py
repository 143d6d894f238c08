from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.ruled import TOP, WordedPlace, allow, ask, bash, deny, ruled, word
from wuhu_tui.model.permissions import Decision, PermissionRequest
from wuhu_tui.model.rulings import BUILT_IN, SESSION, rule_for_session

STATUS = allow("git status")
SHELL = (*map(allow, ("git status", "ls", "pytest", "echo", "printf")),)


@pytest.mark.parametrize(
    "command",
    [
        "git status",
        "git status -s",
        "git 'status'",
        "git status && ls -l | ls; pytest -q",
        "cd src && pytest -q tests",
        f"cd {TOP}/src && pytest",
        "timeout 5 pytest -x",
        "timeout -k 1 --signal=KILL 5m pytest",
        "env CI=1 pytest",
        "CI=1 NO_COLOR=1 pytest",
        "nice -n 5 nohup time -p pytest",
        "bash -c 'git status && ls'",
        "bash -lc 'pytest -q'",
        "/bin/bash -lc 'pytest -q'",
        "/usr/bin/env CI=1 /usr/bin/timeout 5 pytest",
        "sh -ec \"timeout 5 ls\"",
        "xargs -0 -n1 ls",
        "echo hello > notes.txt",
        f"echo hello >> {TOP}/notes.txt 2>/dev/null",
        "pytest 2>&1 | ls",
        "(git status; ls)",
        "if git status; then ls; fi",
        "for f in a b; do ls $f; done",
        "echo $(git status)",
        "echo \"$(ls)\" `git status`",
        "command ls",
        "eval ls -l",
        "bash <<'EOF'\ngit status\nls\nEOF",
    ],
)  # fmt: skip
def test_commands_that_rules_allow(command: str) -> None:
    assert word(command, *SHELL) == "allow"


@pytest.mark.parametrize(
    "command",
    [
        "git push",
        "gitstatus",
        "git",
        "./git status",
        "/tmp/git status",
        "git -C /elsewhere status",
        "git status && rm -rf /",
        "git status; rm x",
        "git status & rm x",
        "git status | sh",
        "git status || rm x",
        "git status\nrm x",
        "git status $(rm x)",
        "git status `rm x`",
        'git status "$(rm x)"',
        "git status <(rm x)",
        "git status > /etc/passwd",
        "git status > ../x",
        "git status > ~/.bashrc",
        "git status > out/x",
        'git status > "$HOME/.bashrc"',
        "git status > $X",
        "git status &> /etc/x",
        "git status 2>/etc/x",
        "git status >| /etc/x",
        "git status < /etc/shadow",
        "cd .. && ls",
        "cd / && ls",
        "cd - && ls",
        "cd && ls",
        "cd out && ls",
        "cd $X && ls",
        "cd src && echo x > ../../y",
        "cd a b && ls",
        "PATH=. git status",
        "LD_PRELOAD=./x.so ls",
        "GIT_EXTERNAL_DIFF=./x git status",
        "PATH=/evil; git status",
        "export PATH=.; ls",
        "env PATH=. git status",
        "env -S 'rm -rf /' ls",
        "env --split-string='rm x'",
        "env -C / ls",
        "sudo git status",
        "sudo -u root ls",
        "doas ls",
        "timeout 5 rm x",
        "timeout --unknown ls 5 rm",
        "xargs rm",
        "xargs",
        "echo rm | xargs -I ls ls -rf",
        "xargs -Ils ls x",
        "xargs sh",
        "xargs sh -c",
        "nice rm",
        "nohup rm",
        "bash -c 'ls; rm x'",
        "bash -c \"$X\"",
        "bash -c '$0 x' rm",
        "bash -c '\"$@\"' _ rm x",
        "bash",
        "bash x.sh",
        "bash -s < x",
        "echo rm | bash",
        "echo rm | bash -s",
        "bash <<EOF\nrm x\nEOF",
        "bash <<< 'rm x'",
        "eval rm x",
        "eval \"$X\"",
        "exec rm",
        ". ./x",
        "source x",
        "find . -exec rm {} +",
        "for PATH in .; do ls; done",
        "for path in .; do ls; done",
        "printf -v PATH .; ls",
        "echo x; printf -vPATH .; ls",
        "./bash -c ls",
        "./timeout 5 ls",
        "/tmp/env ls",
        "src/eval ls",
        "bash -c './sh -c ls'",
        "bash --rcfile x -ic ls",
        "bash --init-file=x -i -c ls",
        "l's'* x",
        "time -o /etc/x ls",
        "command -v rm",
        "$LS",
        "l$X",
        "l? x",
        "ls() { rm x; }; ls",
        "function ls { rm x; }; ls",
        "alias ls=rm; ls",
        "ls; case a in a) rm x;; esac",
        "{ls,-l}",
        "ls$IFS-l",
        "$'ls'",
        "ls 'unfinished",
        "ls $(",
        "ls \x00",
        "ssh host ls",
        "git\u00a0status",
        "git status\r\nrm x",
        "cat <<EOF\n$(rm x)\nEOF",
        "trap 'rm x' EXIT; ls",
        "",
        "#",
        "> notes.txt",
        "CI=1",
    ],
)  # fmt: skip
def test_commands_that_those_rules_do_not_allow(command: str) -> None:
    assert word(command, *SHELL) == ""


def test_finding_runs_more_than_find() -> None:
    assert word("find . -name '*.py'", allow("find")) == "allow"
    for command in (
        "find . -exec rm {} ;",
        "find . -delete",
        "find . -fprint /etc/x",
        "find . -ok",
    ):
        assert word(command, allow("find")) == ""
    assert word("find . -exec wc -l {} +", allow("find"), allow("wc")) == "allow"
    assert word("find . -exec {} ;", allow("find"), allow("{}")) == ""


def test_a_wrapper_s_rule_must_name_what_it_wraps() -> None:
    assert word("timeout 5 rm x", allow("timeout")) == ""
    assert word("timeout 5 rm x", allow("timeout 5")) == ""
    assert word("timeout 5 make x", allow("timeout 5 make")) == "allow"
    assert word("sudo apt install x", allow("sudo")) == ""
    assert word("sudo apt install x", allow("sudo apt install")) == "allow"
    assert word("sudo bash -c 'rm x'", allow("sudo bash"), allow("rm")) == ""
    assert word("timeout 5 sudo rm x", allow("timeout 5 sudo"), allow("rm")) == ""
    assert word("sudo timeout 5 rm x", allow("sudo timeout 5"), allow("rm")) == ""
    assert word("sudo timeout 5 make x", allow("sudo timeout 5 make")) == "allow"
    assert word("sudo make", allow(tool="Bash")) == ""
    assert word("bash -c 'rm x'", allow("bash")) == ""
    assert word("bash tools/x.sh -c", allow("bash tools/x.sh")) == "allow"


def test_a_rule_for_a_whole_tool_covers_what_can_be_read() -> None:
    rule = allow(tool="Bash")
    assert word("make -j4 && rm -rf build", rule) == "allow"
    assert word("$X", rule) == ""
    assert word("make > /etc/x", rule) == ""
    assert word(PermissionRequest(tool="bash", command="make"), rule) == ""


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /",
        "rm -fr build",
        "rm -r -f build",
        "rm -r build -f",
        "rm --recursive --force x",
        "rm --recurs -f x",
        "rm -Rfv x",
        "/bin/rm -rf x",
        "\\rm -rf x",
        "r''m '-rf' x",
        "ls && rm -rf x",
        "ls; (cd x; rm -rf y)",
        "ls | xargs rm -rf",
        "find . -exec rm -rf {} +",
        "find . -execdir rm -rf {} \\;",
        "./sudo ./bash -c 'rm -rf x'",
        "sudo rm -rf x",
        "sudo -u root -- rm -rf x",
        "sudo -Q rm -rf x",
        "env A=b rm -rf x",
        "env -S 'rm -rf x'",
        "A=b rm -rf x",
        "timeout 5 rm -rf x",
        "timeout --odd 5 rm -rf x",
        "nice nohup time rm -rf x",
        "bash -c 'rm -rf x'",
        "bash -lc \"cd x && rm -rf y\"",
        "sh -c 'sh -c \"rm -rf x\"'",
        "eval 'rm -rf x'",
        "echo $(rm -rf x)",
        "echo `rm -rf x`",
        "echo \"`rm -rf x`\"",
        "rm$IFS-rf${IFS}x",
        "rm$IFS$9-rf$IFS/",
        "{rm,-rf,x}",
        "bash --rcfile x -c 'rm -rf x'",
        "$'rm' -rf x",
        "bash <<EOF\nrm -rf x\nEOF",
        "bash <<< 'rm -rf x'",
        "echo 'rm -rf x' | sh",
        "cat <<EOF | bash\nrm -rf x\nEOF",
        "cat <<EOF\n$(rm -rf x)\nEOF",
        "f() { rm -rf x; }; f",
        "if true; then rm -rf x; fi",
        "case a in a) rm -rf x;; esac",
        "while rm -rf x; do y; done",
        "! rm -rf x",
        "{ rm -rf x; }",
        "command rm -rf x",
        "exec rm -rf x",
        "ssh host rm -rf x",
        "ssh host 'rm -rf x'",
        "wuhu exec . -- rm -rf x",
        "wuhu -C .. exec shop-impl-01 --background 'cd src && rm -rf x'",
        "docker run -v a:b image rm -rf x",
        "su -c 'rm -rf x'",
        "busybox rm -rf x",
        "parallel rm -rf ::: x",
        "watch 'rm -rf x'",
        "python -c \"import os; os.system('rm -rf x')\"",
        "python3 -c \"subprocess.run(['rm', '-rf', 'x'])\"",
        "python3 - <<'EOF'\nimport os\nos.system('rm -rf x')\nEOF",
        "perl -e 'system(\"rm -rf x\")'",
        "awk 'BEGIN{system(\"rm -rf x\")}'",
        "git -c alias.x='!rm -rf x' x",
        "X=1 $Y; rm -rf x 'unfinished",
        "rm -rf x &",
        "rm -rf x > /dev/null 2>&1",
        "rm\t-rf\tx",
        "true\nrm -rf x",
        "rm \\\n -rf x",
        "$(echo) rm -rf x",
    ],
)  # fmt: skip
def test_a_denied_command_is_found_however_it_is_hidden(command: str) -> None:
    rules = (allow(tool="Bash"), deny("rm -rf", reason="use git clean"))
    found = ruled(command, *rules)
    assert found is not None
    assert (found.decision, found.rule.reason) == (Decision.DENY, "use git clean")


@pytest.mark.parametrize(
    "command",
    [
        "rm x",
        "rm -r x",
        "rm -f x",
        "echo 'rm -rf x'",
        "git commit -m 'never rm -rf x'",
        "git commit -m \"$(cat <<'EOF'\nrm -rf is gone\nEOF\n)\"",
        "grep -rn 'rm -rf' .",
        "rmdir -rf x",
        "ls rm -rf",
        "wuhu steer shop-impl-01 'never rm -rf x'",
        "git rm -rf x",
        "ls # rm -rf x",
        "cat > x.md <<'EOF'\nrm -rf x\nEOF",
    ],
)  # fmt: skip
def test_only_a_denied_command_is_denied(command: str) -> None:
    assert word(command, deny("rm -rf")) == ""


@pytest.mark.parametrize(
    ("rule", "denied", "other"),
    [
        ("git push --force", "git push origin main -f", "git push --force-with-lease"),
        ("git push --force", "git -C x push --force", "git commit -m push --force"),
        ("git push --force", "git push origin +main", "git push origin main"),
        ("git push", "git -c a.b=c push", "git stash push"),
        ("git reset --hard", "git reset HEAD~1 --hard", "git reset --soft"),
        ("find -delete", "find . -name x -delete", "find . -name delete"),
        ("rm -rf /", "rm -rf a b /", "rm -rf a b"),
        ("npm publish", "npm --tag x publish", "npm run publish"),
        ("curl", "cd x && curl -s y | sh", "echo curl"),
        ("/usr/bin/make", "/usr/bin/make x", "make x"),
    ],
)
def test_denied_flags_stand_anywhere_and_words_in_order(rule: str, denied: str, other: str) -> None:
    assert word(denied, deny(rule)) == "deny"
    assert word(other, deny(rule)) == ""


def test_what_may_be_denied_is_not_allowed() -> None:
    rules = (allow("git"), deny("git push --force"))
    assert word("git push", *rules) == "allow"
    assert word("git push $FLAGS", *rules) == ""
    assert word("git push $(cat x)", *rules, allow("cat")) == ""


def test_a_command_that_is_only_shown_is_not_allowed_by_a_rule_but_may_be_denied() -> None:
    shown = PermissionRequest(tool="Bash", command="git status", sure=False)
    rule = rule_for_session(shown, WordedPlace())
    assert rule is not None
    assert word(shown, STATUS) == ""
    assert word(shown, deny("git status")) == "deny"
    assert word(shown, session=(rule,)) == "allow"
    own = PermissionRequest(tool="Bash", command="wuhu report done --summary x", sure=False)
    assert word(own) == ""


def test_denying_outweighs_asking_and_that_allowing_in_any_order() -> None:
    rules = [allow("git"), ask("git push"), deny("git push --force", reason="no")]
    for order in (rules, rules[::-1]):
        assert word("git push --force", *order) == "deny"
        assert word("git push", *order) == "ask"
        assert word("git log", *order) == "allow"
        assert word("ls", *order) == ""
    assert word("git log && git push", *rules) == "ask"


def _edit(*paths: str) -> PermissionRequest:
    return PermissionRequest(tool="Edit", kind="edit", paths=paths)


@pytest.mark.parametrize(
    ("path", "decision"),
    [
        ("docs/a.md", "allow"),
        (f"{TOP}/docs/b/c.md", "allow"),
        ("./docs/../docs/a.md", "allow"),
        ("docs/../src/a.py", ""),
        ("../docs/a.md", ""),
        ("/docs/a.md", ""),
        (f"{TOP}-other/docs/a.md", ""),
        ("docs", ""),
        ("Docs/a.md", ""),
        ("out/a.md", ""),
        ("src/a.py", ""),
    ],
)
def test_paths_are_where_they_lead(path: str, decision: str) -> None:
    assert word(_edit(path), allow(path="docs/**")) == decision


def test_every_path_must_be_allowed_and_one_suffices_to_deny() -> None:
    docs = allow(path="docs/**")
    assert word(_edit("docs/a", "docs/b"), docs) == "allow"
    assert word(_edit("docs/a", "src/b"), docs) == ""
    assert word(_edit(), docs) == ""
    assert word(_edit("docs/a", "secrets/b"), docs, deny(path="secrets/")) == "deny"
    assert word(_edit("docs/../secrets/b"), deny(path="secrets/")) == "deny"


def test_an_allowed_kind_stays_inside_the_worktree() -> None:
    reading = allow(kind="read")
    assert word(PermissionRequest(tool="Read", kind="read", paths=("a.py",)), reading) == "allow"
    assert word(PermissionRequest(tool="Read", kind="read", paths=("/etc/x",)), reading) == ""
    assert word(PermissionRequest(tool="Read", kind="read", paths=("out/x",)), reading) == ""
    assert word(_edit("a.py"), reading) == ""
    assert word(PermissionRequest(tool="Grep", kind="read"), reading) == "allow"


@pytest.mark.parametrize("command", ["cat secrets/key", "ls > secrets/x", f"cp {TOP}/secrets/a b"])
def test_a_denied_path_is_found_in_a_command(command: str) -> None:
    assert word(command, allow(tool="Bash"), deny(path="secrets/**")) == "deny"


def test_a_worker_s_own_words_are_always_allowed() -> None:
    rules = (deny(tool="Bash"), deny(kind="other"), deny("wuhu"))
    for command in ("wuhu report done --summary 'x; y'", "wuhu ask 'a?'", "wuhu progress x"):
        found = ruled(command, *rules)
        assert found is not None
        assert (found.decision, found.origin) == (Decision.ALLOW, BUILT_IN)
    for tool in ("mcp__wuhu__ask", "wuhu.report", "wuhu/progress", "read_brief (wuhu MCP Server)"):
        assert word(PermissionRequest(tool=tool), *rules) == "allow"
    for command in (
        "wuhu merge x",
        "wuhu report done && rm x",
        "wuhu report done --summary \"$(rm x)\"",
        "./wuhu report done",
        "PATH=. wuhu report done",
        "sudo wuhu report done",
        "wuhu report done > /etc/x",
    ):  # fmt: skip
        assert word(command, *rules) == "deny"
    for tool in ("mcp__other__ask", "mcp__wuhu__merge", "mcp__wuhu__", "x_wuhu_ask"):
        assert word(PermissionRequest(tool=tool), *rules) == "deny"


@pytest.mark.parametrize(
    ("request_", "same", "others"),
    [
        (
            bash("make x && $Y"),
            PermissionRequest(tool="shell", command=" make x && $Y "),
            [bash("make x"), _edit("make")],
        ),
        (_edit("a.py"), _edit(f"{TOP}/a.py"), [_edit("b.py"), _edit("a.py", "b.py")]),
        (_edit("/etc/a"), _edit("../../etc/a"), [_edit("a"), bash("a")]),
        (
            PermissionRequest(tool="WebFetch", kind="fetch"),
            PermissionRequest(tool="WebFetch", kind="fetch"),
            [PermissionRequest(tool="WebFetch"), PermissionRequest(tool="Other", kind="fetch")],
        ),
    ],
)
def test_what_the_lead_allowed_for_the_session_is_that_alone(
    request_: PermissionRequest, same: PermissionRequest, others: list[PermissionRequest]
) -> None:
    rule = rule_for_session(request_, WordedPlace())
    assert rule is not None
    found = ruled(same, ask(tool=same.tool), session=(rule,))
    assert found is not None
    assert (found.decision, found.origin) == (Decision.ALLOW, SESSION)
    assert [word(other, session=(rule,)) for other in others] == [""] * len(others)


def test_a_denying_rule_outweighs_what_was_allowed_for_the_session() -> None:
    rule = rule_for_session(bash("rm -rf x"), WordedPlace())
    assert rule is not None
    assert word("rm -rf x", session=(rule,)) == "allow"
    assert word("rm -rf x", deny("rm -rf"), session=(rule,)) == "deny"


def test_what_nothing_names_cannot_be_allowed_for_the_session() -> None:
    assert rule_for_session(PermissionRequest(), WordedPlace()) is None
    assert rule_for_session(_edit("a", "b"), WordedPlace()) is None


ALLOWED = st.sampled_from(["git status", "ls -l", "echo 'rm; x'", "timeout 5 ls", "bash -c ls"])
FOREIGN = st.sampled_from(["evil", "evil -x", "sudo ls", "/bin/evil", "ev''il x", "bash evil.sh"])
JOINTS = st.sampled_from([" && ", " || ", "; ", " | ", " & ", "\n", " |& ", "&&", ";"])
AROUND = st.sampled_from(
    [
        "{}", "({})", "{{ {}; }}", "if {}; then ls; fi", "ls $({})", "ls `{}`", "ls <({})",
        "bash -c '{}'", "ls \"$({})\"", "! {}", "while {}; do ls; done", "for f in a; do {}; done",
        "ls <<EOF\n$({})\nEOF", "bash <<'EOF'\n{}\nEOF",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(ALLOWED, max_size=3), FOREIGN, st.lists(ALLOWED, max_size=3), JOINTS, AROUND)
def test_no_line_with_a_command_that_no_rule_allows_is_allowed(
    before: list[str], foreign: str, after: list[str], joint: str, around: str
) -> None:
    inner = joint.join([*before, foreign, *after])
    if "bash -c" in around:
        inner = inner.replace("'", '"')
    assert word(around.format(inner), *SHELL) != "allow"


@settings(max_examples=300, deadline=None)
@given(st.lists(ALLOWED, min_size=1, max_size=4), st.sampled_from([" && ", "; ", " | ", "\n"]))
def test_a_line_of_allowed_commands_is_allowed(commands: list[str], joint: str) -> None:
    assert word(joint.join(commands), *SHELL) == "allow"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ls evi$(){}`'\"\\;|&<>#\n=-", max_size=24))
def test_whatever_is_allowed_names_only_what_is_allowed(text: str) -> None:
    if word(text, allow("ls")) == "allow":
        assert "ls" in text.replace("\\\n", "").replace("'", "").replace('"', "").replace("\\", "")
        assert not text.lstrip(" ({!\n").startswith("evil")
