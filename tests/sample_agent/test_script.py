"""Scripts are read strictly, and their errors say where and what."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuhu_tui.sample_agent.place import Bookmark, Memory, Place, state_folder
from wuhu_tui.sample_agent.program import DEFAULT
from wuhu_tui.sample_agent.script import ScriptError, load_script
from wuhu_tui.sample_agent.steps import Repeat, Say
from wuhu_tui.sample_agent.voice import pieces


def _written(folder: Path, text: str, name: str = "script.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[turns]]\nsteps = [{ sayy = "x" }]', 'turns[0].steps[0]: unknown step "sayy"; did you'),
        ("[[turns]]\nsteps = [{}]", "turns[0].steps[0]: a step is a table"),
        ("[[turns]]\nsteps = [3]", "turns[0].steps[0]: a step is a table"),
        ('[[turns]]\nsteps = [{ say = "x", tone = 1 }]', "turns[0].steps[0].say.tone: unknown key"),
        ('[[turns]]\nsteps = [{ crash = "NOPE" }]', 'no signal is called "NOPE"'),
        ('[[turns]]\nsteps = [{ edit = "a", find = "b" }]', "edit.replace: Field required"),
        (
            '[[turns]]\nsteps = [{ run = "x", on_failure = [{ slep = 1 }] }]',
            'turns[0].steps[0].run.on_failure[0]: unknown step "slep"; did you mean "sleep"?',
        ),
        ("turns = 3", "turns: "),
        ("[behaviour]\nbrave = true", "behaviour.brave: unknown key"),
        ("[[turns", "cannot be understood"),
    ],
)
def test_errors_name_the_place(tmp_path: Path, text: str, complaint: str) -> None:
    path = _written(tmp_path, text)
    with pytest.raises(ScriptError) as error:
        load_script(path)
    assert str(error.value).startswith(f"{path}: ")
    assert complaint in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"none\.toml: cannot be read: No such file"):
        load_script(tmp_path / "none.toml")


def test_the_program_says_what_is_wrong_with_its_script(tmp_path: Path) -> None:
    path = _written(tmp_path, "turns = 3")
    done = subprocess.run(
        (sys.executable, "-m", "wuhu_tui.sample_agent", "--script", str(path)),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"{path}: turns: ")
    assert "Traceback" not in done.stderr


def test_json_and_toml_mean_the_same(tmp_path: Path) -> None:
    toml = _written(tmp_path, '[[turns]]\nsteps = [{ run = ["ls", "-l"] }]')
    json = _written(tmp_path, '{"turns": [{"steps": [{"run": ["ls", "-l"]}]}]}', "s.json")
    assert load_script(toml) == load_script(json)


def test_the_place_is_kept_and_found_again(tmp_path: Path) -> None:
    memory = Memory(tmp_path, "one")
    assert not memory.exists()
    bookmark = Bookmark(Place(session="one"), memory)
    bookmark.keep(agenda=(Say(say="x"), Repeat(repeat=2, steps=(Say(say="y"),))), last_answer="42")
    assert memory.load() == bookmark.place
    assert bookmark.fill("is {last_answer} {other}") == "is 42 {other}"


def test_a_command_of_a_shell_gets_words_quoted(tmp_path: Path) -> None:
    bookmark = Bookmark(Place(session="a", last_prompt="it's; rm -rf /"), Memory(tmp_path, "a"))
    assert bookmark.fill_command("echo {last_prompt}") == "echo 'it'\"'\"'s; rm -rf /'"
    assert bookmark.fill_command(("echo", "{last_prompt}")) == ("echo", "it's; rm -rf /")


def test_history_survives_a_cut_line(tmp_path: Path) -> None:
    memory = Memory(tmp_path, "one")
    memory.remember({"n": 1})
    with (tmp_path / "one.history").open("a") as file:
        file.write('\n{"n": ')
    memory.remember({"n": 3})
    assert memory.history() == [{"n": 1}, {"n": 3}]


def test_where_state_is_kept() -> None:
    assert state_folder({"WUHU_SESSION_FOLDER": "/s"}) == Path("/s/sample-agent")
    assert state_folder({"XDG_STATE_HOME": "/x"}) == Path("/x/sample-agent")


@given(st.text())
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_it_knows_nothing_of_wuhu() -> None:
    program = (
        "import sys; import wuhu_tui.sample_agent.program; "
        "print(*sorted({name.split('.')[1] for name in sys.modules if name.startswith('wuhu_tui.')}))"
    )
    done = subprocess.run(
        (sys.executable, "-c", program), capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.split() == ["sample_agent"]


def test_the_default_script_is_valid() -> None:
    assert load_script(DEFAULT).turns
