"""Channels at work: a real program, a real loopback service, a real crash."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.core.conftest import Desk, open_desk
from wuhu_tui.core import conductor as conductor_module
from wuhu_tui.core.channels import courier as courier_module
from wuhu_tui.core.channels import couriers as couriers_module
from wuhu_tui.core.channels import outlet, schedule
from wuhu_tui.core.channels.couriers import Couriers
from wuhu_tui.core.channels.plan import ChannelPlan
from wuhu_tui.core.channels.state import ChannelState, read_state, write_state
from wuhu_tui.core.channels.wording import Notice, notice
from wuhu_tui.model.entries import ContextEntry
from wuhu_tui.model.errors import ConfigError, NotPossible
from wuhu_tui.model.events import Noted
from wuhu_tui.model.value import EPOCH_START

PLAN = ChannelPlan(name="phone", origin="yours", command=("x",))
NOTICE = notice(
    "shop",
    [
        ContextEntry(
            id="a:question:1",
            project_id="shop",
            session_name="a",
            actor="a",
            kind="question",
            ts=EPOCH_START,
            text="How?",
            human_attention_needed=True,
        )
    ],
    {},
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "BURST", timedelta())
    monkeypatch.setattr(schedule, "FIRST_PAUSE", timedelta(milliseconds=50))
    monkeypatch.setattr(couriers_module, "LOOK", 0.05)
    monkeypatch.setattr(courier_module, "GRACE", 0.3)
    monkeypatch.setattr(courier_module, "BREATH", 0.01)
    monkeypatch.setattr(courier_module, "FIRST_RETRY", 0.05)


class Service:
    """Takes messages, or does what a test says."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.broken: dict[str, Exception] = {}
        self.hanging: set[str] = set()

    async def send(self, plan: ChannelPlan, message: Notice, root: Path) -> None:
        if plan.name in self.hanging:
            await asyncio.Event().wait()
        if plan.name in self.broken:
            raise self.broken[plan.name]
        self.notices.append(message)

    @property
    def told(self) -> list[str]:
        return [entry.id for message in self.notices for entry in message.entries]


def names(desk: Desk, *channels: str, **content: Any) -> None:
    """Name these channels in the project's settings."""
    lines = ["[notify]", "digest_minutes = 0", *(f"{k} = {v}" for k, v in content.items())]
    for channel in channels:
        lines += [f"[notify.channels.{channel}]", 'command = ["true"]']
    (desk.folder.root / "wuhu.toml").write_text("\n".join(lines) + "\n")
    desk.core.project.config_file.look()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def working(desk: Desk, service: Service) -> AsyncIterator[Couriers]:
    """The couriers of channel `phone`, at work."""
    names(desk, "phone")
    couriers = Couriers(desk.core.project, send=service.send)
    couriers.start()
    await desk.until(lambda: state_of(desk) is not None, "the channel began")
    yield couriers
    await couriers.aclose()


def state_of(desk: Desk, channel: str = "phone") -> ChannelState | None:
    return read_state(desk.folder.channels / f"{channel}.json")


async def test_a_question_reaches_the_channel_once(
    desk: Desk, working: Couriers, service: Service
) -> None:
    session = await desk.started()
    desk.host.workers[session].asks("q1")
    await desk.until(lambda: len(service.notices) == 1, "told")
    assert service.notices[0].title.endswith("· asks")
    assert service.told == [f"{session}:question:q1"]
    await working.aclose()
    again = Couriers(desk.core.project, send=service.send)
    await again.once()
    assert len(service.notices) == 1


async def test_what_came_while_nobody_conducted_is_told_by_the_next(
    desk: Desk, working: Couriers, service: Service
) -> None:
    await working.aclose()
    session = await desk.started()
    desk.host.workers[session].asks("q1")
    await desk.until(lambda: bool(desk.view(session).questions), "asked")
    await Couriers(desk.core.project, send=service.send).once()
    assert service.told == [f"{session}:question:q1"]


async def test_a_new_channel_begins_with_what_comes(desk: Desk, service: Service) -> None:
    session = await desk.started()
    desk.host.workers[session].asks("q1")
    await desk.until(lambda: bool(desk.view(session).questions), "asked")
    names(desk, "phone")
    await Couriers(desk.core.project, send=service.send).once()
    await Couriers(desk.core.project, send=service.send).once()
    assert service.told == []


async def test_one_that_fails_is_told_once_and_holds_up_no_other(
    desk: Desk, service: Service
) -> None:
    service.broken["bad"] = NotPossible("no such host")
    service.hanging.add("stuck")
    names(desk, "bad", "good", "stuck")
    couriers = Couriers(desk.core.project, send=service.send)
    couriers.start()
    await desk.until(
        lambda: all(state_of(desk, name) for name in ("bad", "good", "stuck")), "they began"
    )
    session = await desk.started()
    desk.host.workers[session].asks("q1")
    await desk.until(lambda: len(service.notices) == 1, "the good one told")

    def failures() -> int:
        known = state_of(desk, "bad")
        return known.failures if known else 0

    await desk.until(lambda: failures() >= 3, "it tries again")
    warnings = [words for words in desk.core.board.project.warnings if "channel bad" in words]
    assert len(warnings) == 1
    assert "no such host; next try at" in warnings[0]
    del service.broken["bad"]
    await desk.until(lambda: len(service.notices) == 2, "it works again")
    await desk.until(lambda: failures() == 0, "and knows it")
    assert set(service.told) == {f"{session}:question:q1"}
    async with asyncio.timeout(5):
        await couriers.aclose()
    stuck = state_of(desk, "stuck")
    assert stuck is not None
    assert stuck.sending == (f"{session}:question:q1",)


async def test_a_message_that_was_on_its_way_comes_again_and_says_so(
    desk: Desk, working: Couriers, service: Service
) -> None:
    service.hanging.add("phone")
    session = await desk.started()
    desk.host.workers[session].asks("q1")
    await desk.until(lambda: bool((state_of(desk) or ChannelState()).sending), "on its way")
    await working.aclose()
    service.hanging.clear()
    await Couriers(desk.core.project, send=service.send).once()
    assert [message.again for message in service.notices] == [True]


async def test_settings_that_cannot_be_looked_at_end_no_channel(
    desk: Desk, working: Couriers, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Couriers) -> None:
        raise RuntimeError("no zone data")

    with monkeypatch.context() as patched:
        patched.setattr(Couriers, "_plans", broken)
        await desk.until(lambda: "no zone data" in str(desk.core.board.project.warnings))
    names(desk, "phone", "second")
    await desk.until(lambda: state_of(desk, "second") is not None, "the second channel began")


async def test_a_burst_is_one_message(
    desk: Desk, working: Couriers, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "BURST", timedelta(seconds=1))
    for number in range(5):
        await desk.core.project.append(Noted(text=f"trouble {number}", level="error"))
    await desk.until(lambda: bool(service.notices), "told")
    assert len(service.told) == 5
    assert service.notices[0].title == "wuhu · shop: 5 need you"


async def test_the_memory_that_cannot_be_read_is_told_and_nothing_is_sent(
    desk: Desk, service: Service
) -> None:
    names(desk, "phone")
    desk.folder.channels.mkdir()
    (desk.folder.channels / "phone.json").write_text("{")
    couriers = Couriers(desk.core.project, send=service.send)
    couriers.start()
    await desk.until(
        lambda: any("memory cannot be read" in words for words in desk.core.board.project.warnings)
    )
    await couriers.aclose()
    assert service.notices == []


async def test_only_the_conductor_sends_and_the_next_one_goes_on(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conductor_module, "RETRY", 0.05)
    told = root.parent / "told"
    script = f"import sys; open({str(told)!r}, 'a').write(sys.stdin.read() + chr(10))"
    (root / "wuhu.toml").write_text(
        "[notify]\ndigest_minutes = 0\n[notify.channels.log]\n"
        f"command = {json.dumps([sys.executable, '-c', script])}\n"
    )

    def texts() -> list[str]:
        lines = told.read_text().splitlines() if told.exists() else []
        return [entry["text"] for line in lines for entry in json.loads(line)["entries"]]

    first = await open_desk(root, conduct=True)
    second = await open_desk(root, conduct=True)
    await first.until(lambda: state_of(first, "log") is not None, "the channel began")
    await first.core.project.append(Noted(text="one", level="error"))
    await first.until(lambda: texts() == ["one"], "told")
    await first.core.aclose()
    await second.core.project.append(Noted(text="two", level="error"))
    await second.until(lambda: texts() == ["one", "two"], "told by the second")
    await second.core.aclose()
    assert texts() == ["one", "two"]


# the way out


async def test_a_command_gets_the_message_as_json(tmp_path: Path) -> None:
    script = "import sys; open('got', 'w').write(sys.stdin.read())"
    plan = ChannelPlan(name="log", origin="x", command=(sys.executable, "-c", script))
    await outlet.send(plan, NOTICE, tmp_path)
    got = json.loads((tmp_path / "got").read_text())
    assert got["title"] == "wuhu · shop: a · asks"
    assert got["entries"][0]["id"] == "a:question:1"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("sh", "-c", "echo so; echo no room >&2; exit 3"), "no room"),
        (("sh", "-c", "exit 3"), "exit code 3"),
        (("/no/such/program",), "cannot be run"),
        (("a\0b",), "cannot be run: embedded null byte"),
        (("sh", "-c", "echo $0 is gone; exit 3", "https://example.org/t0ken"), "^[^t]*… is gone"),
        (("sh", "-c", "sleep 300 & wait"), "did not take the message within 0.2 s"),
    ],
)
async def test_a_command_that_does_not_take_it_says_why(
    tmp_path: Path, command: tuple[str, ...], why: str
) -> None:
    plan = ChannelPlan(name="log", origin="x", command=command)
    with pytest.raises(NotPossible, match=why):
        await outlet.send(plan, NOTICE, tmp_path, deadline=0.2 if "300" in command[-1] else 20)


class _Server(BaseHTTPRequestHandler):
    status = 200
    bodies: list[dict[str, Any]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.bodies.append(json.loads(self.rfile.read(length)))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[type[_Server]]:
    handler = type("Handler", (_Server,), {"bodies": [], "status": 200})
    with HTTPServer(("127.0.0.1", 0), handler) as listening:
        handler.port = listening.server_port  # type: ignore[attr-defined]
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield handler
        listening.shutdown()
        thread.join()


async def test_apprise_reaches_a_service(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("apprise")
    monkeypatch.setenv("PHONE", f"json://me:hunter22@127.0.0.1:{server.port}/s3cret")
    plan = ChannelPlan(name="phone", origin="x", service="$PHONE")
    await outlet.send(plan, NOTICE, tmp_path)
    assert server.bodies[0]["message"] == "How?"
    server.status = 500
    with pytest.raises(NotPossible) as refused:
        await outlet.send(plan, NOTICE, tmp_path)
    assert "500" in str(refused.value)
    assert not {"hunter22", "s3cret"} & set(str(refused.value).split("/"))
    assert "hunter22" not in str(refused.value)


async def test_an_address_that_is_none_is_refused_without_being_shown(tmp_path: Path) -> None:
    pytest.importorskip("apprise")
    plan = ChannelPlan(name="phone", origin="x", service="nothing://s3cret")
    with pytest.raises(NotPossible, match="no such service") as refused:
        await outlet.send(plan, NOTICE, tmp_path)
    assert "s3cret" not in str(refused.value)


async def test_no_module_of_the_project_sees_an_address(tmp_path: Path) -> None:
    """Whoever may write into the repository could else send the lead's address anywhere."""
    for name in ("apprise", "json", "importlib"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'seen')!r}, 'w')\n")
    plan = ChannelPlan(name="phone", origin="x", service="nothing://s3cret")
    with pytest.raises(NotPossible):
        await outlet.send(plan, NOTICE, tmp_path)
    assert not (tmp_path / "seen").exists()


async def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    plan = ChannelPlan(name="phone", origin="x", service="$NOT_SET_ANYWHERE")
    with pytest.raises(ConfigError, match="NOT_SET_ANYWHERE is not set"):
        await outlet.send(plan, NOTICE, tmp_path)


async def test_without_apprise_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apprise.py").write_text("raise ImportError\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    plan = ChannelPlan(name="phone", origin="x", service="json://127.0.0.1:9")
    with pytest.raises(NotPossible) as refused:
        await outlet.send(plan, NOTICE, tmp_path)
    assert refused.value.remedy == outlet.INSTALL


def test_no_part_of_an_address_stays_in_what_is_told() -> None:
    address = "slack://tok%3Den@host/AAAA/BBBB?key=longsecret"
    said = "POST host AAAA BBBB tok=en tok%3Den longsecret failed"
    assert outlet.without_secrets(said, address) == "POST … … … … … … failed"


def test_a_memory_is_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "channels" / "a.json"
    assert read_state(path) is None
    state = ChannelState(
        places={"": 3, "a": 4}, pending=NOTICE.entries, unanswered={"q": EPOCH_START}
    )
    write_state(path, state)
    assert read_state(path) == state
