from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.journal.conftest import Clock
from tests.model.strategies import START, TEXTS, journals
from wuhu_tui.journal.lines import decode_envelope, decode_line, encode_record
from wuhu_tui.journal.redact import REPLACEMENT, Redactor, is_secret_name
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.events import Event, Noted, ToolStarted, UnknownEvent
from wuhu_tui.model.project_events import SessionInstantiated, VerdictGiven
from wuhu_tui.model.records import Record
from wuhu_tui.model.reviews import Finding, Verdict, VerdictKind
from wuhu_tui.model.sessions import AgentLaunch, SessionSpec

NOTHING = Redactor({})

# Put together at run time, so that no scanner takes this file for a leak.
SHAPES = [
    "sk-" + "abcdefghijklmnopqrstuvwx",
    "sk-" + "ant-api03-Ab1_Cd2-Ef3Gh4Ij5Kl6",
    "sk-" + "proj-A1b2C3d4E5f6G7h8",
    "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc",
    "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "gho_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "ghs_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_" + "11ABCDEFG0abcdefghij_klmnopqrstuvwxyz0123456789",
    "glpat-" + "abcdefghij0123456789",
    "xoxb-" + "123456789012-abcdefABCDEF",
    "xapp-" + "1-A0123456789-abcdef0123",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "ASIA" + "IOSFODNN7EXAMPLE",
    "AIza" + "SyA-1234567890abcdefghijklmnopqrstu",
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9",
    "hf_" + "abcdefghijklmnopqrstuvwxyz01",
    "npm_" + "abcdefghijklmnopqrstuvwxyz0123456789",
    "SG." + "abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/IBAAK=\nabc\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\r\nb3BlbnNz\r\n-----END OPENSSH PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIEow",
]

AROUND = [
    "{}",
    "a {} b",
    "\n{}\n",
    "\t{}\r\n",
    "'{}'",
    "KEY={}",
    "-{}\n+x",
    "\x1b[31m{}\x1b[0m",
    "\x1b[1;32m{}",
]


def _line(event: Event | UnknownEvent) -> bytes:
    return encode_record(Record(session="s", epoch=1, seq=17, ts=START, event=event))


def _clean(redactor: Redactor, text: str) -> tuple[str, int]:
    """A text after its way through a line."""
    line, count = redactor.line(_line(Noted(text=text)))
    event = decode_line(line, "s").event
    return event.text, count


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("secret", SHAPES)
def test_a_token_is_known_by_its_shape_wherever_it_stands(secret: str, around: str) -> None:
    text, count = _clean(NOTHING, around.format(secret))
    assert secret not in text
    assert count == 1
    if "-----BEGIN" not in secret:
        assert text == around.format(REPLACEMENT)


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("secret", SHAPES)
def test_a_token_is_found_in_json_within_json(secret: str, depth: int) -> None:
    text = f"\n{secret}"
    for _ in range(depth):
        text = json.dumps({"arguments": text})
    clean, count = _clean(NOTHING, text)
    assert count == 1
    for _ in range(depth):
        if "END" not in secret and "BEGIN" in secret:
            return
        clean = json.loads(clean)["arguments"]
    assert clean == f"\n{REPLACEMENT}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorization: Bearer abc123def456", "Authorization: Bearer [REDACTED]"),
        ("BEARER   abcdefghijklmnopqrstuvw", "BEARER   [REDACTED]"),
        ('{"Authorization": "Basic dXNlcjpwYXNz"}', '{"Authorization": "Basic [REDACTED]"}'),
        ("postgres://shop:geheim@db/shop", "postgres://shop:[REDACTED]@db/shop"),
        ("https://x-access-token:abc@h.invalid/r", "https://x-access-token:[REDACTED]@h.invalid/r"),
    ],
)
def test_what_is_announced_as_a_secret_is_taken_out(text: str, expected: str) -> None:
    assert _clean(NOTHING, text) == (expected, 1)


@pytest.mark.parametrize(
    "text",
    [
        "a task-management-and-planning-system-for-everyone",
        "the disk-based-cache-implementation1234",
        "branch wuhu/sk-learn-experiments-impl-01",
        "nudge-sk-shop2026extra-impl-01-1-2",
        "the bearer of this letter",
        "a bearer token is needed",
        "basic authorization",
        "see https://example.invalid/a:b@c and mailto:a@example.invalid",
        "-----BEGIN CERTIFICATE-----\nMIIEow\n-----END CERTIFICATE-----",
        "AKIA is how they begin, eyJ too, xoxb- as well",
        "ghp_short",
        "3f2c1d8e9a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d",
        "2026-01-01T00:00:00.123456Z",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert _clean(NOTHING, text) == (text, 0)
    line = _line(Noted(text=text))
    assert NOTHING.line(line)[0] is line


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("GITHUB_TOKEN", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("DB_PASSWORD", True),
        ("MY_SECRET", True),
        ("GOOGLE_CREDENTIALS", True),
        ("GOOGLE_CREDENTIAL_JSON", True),
        ("shop_api_key", True),
        ("PATH", False),
        ("KEYBOARD", False),
        ("TOKENIZER_PATH", False),
        ("MONKEY", False),
    ],
)
def test_secret_variables_are_known_by_their_names(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret
    clean, count = _clean(Redactor({name: "correct horse"}), "it is correct horse.")
    assert count == secret
    assert ("correct horse" in clean) is not secret


def test_short_values_are_ordinary_words() -> None:
    assert _clean(Redactor({"A_TOKEN": "1234567"}), "1234567") == ("1234567", 0)
    assert _clean(Redactor({"A_TOKEN": "12345678"}), "12345678") == (REPLACEMENT, 1)


def test_overlapping_secrets_are_found_on_the_original_and_merged() -> None:
    redactor = Redactor({"A_KEY": "aaaabbbb", "B_KEY": "bbbbcccc", "C_KEY": "ccccdddd"})
    assert _clean(redactor, "x aaaabbbbccccdddd y bbbbcccc") == ("x [REDACTED] y [REDACTED]", 2)
    token = SHAPES[4]
    inside = Redactor({"A_KEY": token[4:14]})
    assert _clean(inside, f"x {token} y") == ("x [REDACTED] y", 1)
    repeated = Redactor({"A_KEY": "abababab"})
    assert _clean(repeated, "ababababab!") == ("[REDACTED]!", 1)


def test_what_every_line_carries_is_never_touched() -> None:
    moment = "2026-01-01T00:00:00Z"
    redactor = Redactor(
        {"A_KEY": '"seq":17', "B_KEY": moment, "C_KEY": "17171717", "D_KEY": 'noted","text'}
    )
    event = UnknownEvent(type="x17171717", body={"a": "17171717", "n": 17171717})
    line, count = redactor.line(
        encode_record(Record(session="s", epoch=17171717, seq=17171717, ts=START, event=event))
    )
    record = decode_line(line, "s")
    assert (record.epoch, record.seq, record.ts) == (17171717, 17171717, START)
    assert record.event == UnknownEvent(type="x17171717", body={"a": REPLACEMENT, "n": 17171717})
    assert count == 1


def test_the_fixed_words_of_a_record_are_no_secrets() -> None:
    redactor = Redactor({"A_KEY": "changes_requested", "B_KEY": "evidence", "C_KEY": "REDACTED"})
    verdict = Verdict(
        kind=VerdictKind.CHANGES_REQUESTED,
        head="abc",
        by="lead",
        at=START,
        note="as changes_requested [REDACTED]",
        findings=(Finding(path="a.py", line=1, text="x", evidence="a.py:1"),),
    )
    line, count = redactor.line(_line(VerdictGiven(session="s", verdict=verdict)))
    expected = replace(verdict, note="as [REDACTED] [REDACTED]")
    assert decode_line(line, "").event.verdict == expected
    assert count == 1


def test_a_name_that_looks_like_a_token_stays_a_name() -> None:
    name = "sk-" + "shop2026-impl-01"
    spec = SessionSpec(
        id=name,
        project="sk-" + "shop20261234",
        worktree=f"/work/.wuhu/worktrees/{name}",
        branch=f"wuhu/{name}",
        task=f"use sk-{'abcdefghijklmnopqrstuvwx'}",
    )
    line, count = NOTHING.line(_line(SessionInstantiated(spec=spec)))
    kept = decode_line(line, "").event.spec
    assert (kept.id, kept.project, kept.worktree, kept.branch) == (
        spec.id,
        spec.project,
        spec.worktree,
        spec.branch,
    )
    assert kept.task == f"use {REPLACEMENT}"
    assert count == 1


def test_an_agent_s_own_environment_is_told_without_its_secrets() -> None:
    agent = AgentLaunch(name="x", environment={"SHOP_API_KEY": "not in ours", "LANG": "C.UTF-8 is"})
    spec = SessionSpec(id="s", project="p", agent=agent)
    line, count = NOTHING.line(_line(SessionInstantiated(spec=spec)))
    kept = decode_line(line, "").event.spec.agent.environment
    assert kept == {"SHOP_API_KEY": REPLACEMENT, "LANG": "C.UTF-8 is"}
    assert count == 1


def test_a_value_is_found_url_encoded_and_with_other_line_ends() -> None:
    redactor = Redactor({"A_PASSWORD": "p@ss w/rd", "B_KEY": "line one\nline two"})
    assert _clean(redactor, "x?p=p%40ss%20w%2Frd") == ("x?p=[REDACTED]", 1)
    assert _clean(redactor, "line one\r\nline two") == (REPLACEMENT, 1)


def test_every_string_of_a_line_is_looked_at_keys_too() -> None:
    redactor = Redactor({"A_KEY": "correct horse"})
    body = {"correct horse": ["correct horse", {"x": "a correct horse"}]}
    line, count = redactor.line(_line(UnknownEvent(type="x", body=body)))
    assert decode_line(line, "s").event.body == {
        REPLACEMENT: [REPLACEMENT, {"x": f"a {REPLACEMENT}"}]
    }
    assert count == 3
    tool = ToolStarted(
        call="1", title="correct horse", arguments="correct horse", paths=("correct horse",)
    )
    line, count = redactor.line(_line(tool))
    assert b"correct" not in line
    assert count == 3


def test_a_key_block_cut_into_pieces_is_taken_out_of_each() -> None:
    first, _ = _clean(NOTHING, "see:\n-----BEGIN RSA PRIVATE KEY-----\nMIIEow")
    assert first == "see:\n[REDACTED]"
    second, _ = _clean(NOTHING, "IBAAK/+=\nabc\n-----END RSA PRIVATE KEY-----\nthat was it")
    assert second == "[REDACTED]\nthat was it"


def test_a_line_s_foreign_bytes_stay() -> None:
    line = b'{"text":"\xff\xfe correct horse \\ud83e\\udd80"}\n'
    clean, count = Redactor({"A_KEY": "correct horse"}).line(line)
    assert count == 1
    assert b"correct" not in clean
    assert clean.startswith(b'{"text":"\xff\xfe ')


SECRETS = st.text(min_size=8, max_size=20).map(str.strip).filter(lambda text: len(text) >= 8)


@given(SECRETS, TEXTS, TEXTS, st.integers(0, 2))
def test_no_value_survives_whatever_it_is_made_of(
    secret: str, before: str, after: str, depth: int
) -> None:
    redactor = Redactor({"SOME_TOKEN": secret})
    assume(secret not in REPLACEMENT and secret not in redactor._words)
    text, standing = before + secret + after, secret
    for _ in range(depth):
        text = json.dumps(text, ensure_ascii=len(before) % 2 == 0)
        standing = json.dumps(standing, ensure_ascii=len(before) % 2 == 0)[1:-1]
    clean, count = _clean(redactor, text)
    assert count >= 1
    assert not any(standing in piece for piece in clean.split(REPLACEMENT))


@given(journals("s", max_size=4) | journals("", max_size=4), st.lists(SECRETS, max_size=3))
def test_redaction_never_breaks_a_line(records: list[Record], secrets: list[str]) -> None:
    environment = {f"N{number}_TOKEN": secret for number, secret in enumerate(secrets)}
    redactor = Redactor({**environment, "M_KEY": "nudge-shop-impl"})
    for record in records:
        line = encode_record(record)
        clean, count = redactor.line(line)
        again = decode_line(clean, record.session)
        assert again.cursor == record.cursor
        assert decode_envelope(clean) == decode_envelope(line)
        assert (again == record) or count
        assert (count == 0) == (clean == line)


def test_no_secret_reaches_the_disk(path: Path) -> None:
    secrets = [*SHAPES, 'pa"ss\\wörd\n🦀']
    redactor = Redactor({"SHOP_PASSWORD": secrets[-1]})
    writer = JournalWriter.open(path, kind="session", name="s", clock=Clock(), redact=redactor.line)
    with writer:
        for secret in secrets:
            writer.append(Noted(text=f"it is {secret}"))
            writer.append(ToolStarted(call="1", title="x", arguments=json.dumps({"k": secret})))
    assert writer.redacted == 2 * len(secrets)
    written = path.read_text(encoding="utf-8")
    for secret in secrets:
        for form in (
            secret,
            json.dumps(secret)[1:-1],
            json.dumps(secret, ensure_ascii=False)[1:-1],
        ):
            assert form not in written


def test_a_text_may_end_with_the_beginning_of_a_secret() -> None:
    redactor = Redactor({"CANARY_TOKEN": "canary-bird", "OTHER_KEY": "bird-of-prey"})
    assert redactor.unsure("here is a cana") == 4
    assert redactor.unsure("here is a c") == 1
    assert redactor.unsure("here it is") == 0
    assert redactor.unsure("canary-bird") == 4
    assert redactor.unsure("canary-bird-of-pre") == 11
    assert redactor.unsure("") == 0
