"""What a person's own service may reach: the internet and what is allowed, at saving and again at sending."""

import asyncio
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from models.errors import BusinessError
from models.message import DeliveryFailed, NotDeliverable, Notice
from notifications import egress
from notifications.egress import NotReachable, guarded, is_allowed, networks
from notifications.notifier import AppriseNotifier
from notifications.services import CheckedAddresses
from tests.bots.tiny_server import Answer, serving
from tests.notifications.mail_server import MailServer
from tests.notifications.samples import TEST_MESSAGE

pytestmark = [
    pytest.mark.behaviour("N1"),
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
]
LOOPBACK = networks("127.0.0.1")


def notice(address: str) -> Notice:
    values = {name: value for name, value in TEST_MESSAGE.items() if name != "recipient_name"}
    return Notice("test_message", "Mei Chen", "mei@lindqvist.example", "en", values, address=SecretStr(address))


async def send(address: str, inside: tuple[egress.Network, ...] = LOOPBACK) -> None:
    await asyncio.to_thread(AppriseNotifier(None, inside).send, notice(address))


@contextmanager
def leading(monkeypatch: pytest.MonkeyPatch, *answers: str) -> Iterator[list[str]]:
    """Every name leads to the next of `answers` each time it is looked up, the last of them for ever."""
    asked: list[str] = []

    def looked_up(host: str, port: Any, *rest: Any, **more: Any) -> list[Any]:
        asked.append(host)
        address = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(port or 0)))]

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", looked_up)
        yield asked


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.9", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - refused
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_internet_are_allowed(address: str, allowed: bool) -> None:
    assert is_allowed(address, ()) is allowed


def test_a_network_of_the_house_is_allowed_where_it_is_named() -> None:
    inside = networks("10.3.4.0/28, fd00:7::/64")
    assert [is_allowed(each, inside) for each in ("10.3.4.9", "10.3.4.99", "fd00:7::5", "::ffff:10.3.4.9")] == [
        True,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    "address",
    [
        "json://127.0.0.1:8300/canary-77x",
        "ntfy://10.0.0.7/canary-77x",
        "jsons://[::1]/canary-77x",
        "json://169.254.169.254/latest/canary-77x",
        "mailto://robot:canary-77x@192.168.1.5?from=a@b.example&to=c@d.example",
        "mailto://robot:canary-77x@mail.example?smtp=10.0.0.1&from=a@b.example&to=c@d.example",
    ],
)
def test_an_address_that_leads_inside_is_refused_when_it_is_saved_and_its_secret_not_repeated(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(BusinessError) as refused:
        CheckedAddresses().check(SecretStr(address))
    assert refused.value.code == "target.address"
    assert "which is inside" in refused.value.message
    assert "canary" not in refused.value.message + repr(refused.value.__context__) + caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense canary-77x",
        "https://",
        "mqtt://broker.example/canary-77x",
        "syslog://canary-77x",
        "json://" + "a" * 3000,
    ],
)
def test_what_is_no_address_of_a_service_is_refused(address: str) -> None:
    with pytest.raises(BusinessError) as refused:
        CheckedAddresses().check(SecretStr(address))
    assert refused.value.code == "target.address"
    assert "canary" not in refused.value.message


def test_a_service_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with leading(monkeypatch, "93.184.215.14"):
        names = [
            CheckedAddresses().check(SecretStr(address))
            for address in (
                "ntfys://ntfy.sh/topic",
                "tgram://123456789:abcdefg_hijklmnop/12315544/",
                "json://web.example",
            )
        ]
    assert names == ["ntfy", "Telegram", "JSON"]


async def test_a_message_reaches_a_service_that_is_allowed_inside() -> None:
    async with serving({"POST /": Answer("{}")}) as site:
        await send(f"{site.url.replace('http', 'ntfy')}/approvals")
        assert len(site.arrived) == 1


async def test_a_message_reaches_another_mailbox_of_the_person(mail_server: MailServer) -> None:
    await send(f"mailto://127.0.0.1:{mail_server.port}?from=a@b.example&to=mei@home.example")
    assert [envelope.rcpt_tos for envelope in mail_server.envelopes] == [["mei@home.example"]]


async def test_the_name_is_looked_up_again_when_a_message_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving({"POST /hook": Answer("{}")}) as site:
        address = site.url.replace("http://127.0.0.1", "json://web.example") + "/hook"
        with leading(monkeypatch, "93.184.215.14"):
            CheckedAddresses().check(SecretStr(address))
        with (
            leading(monkeypatch, "127.0.0.1"),
            pytest.raises(NotDeliverable, match=r"web\.example leads to 127\.0\.0\.1"),
        ):
            await send(address, ())
        assert site.arrived == []


async def test_a_name_that_leads_inside_only_at_the_connection_gets_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving({"POST /hook": Answer("{}")}) as site:
        address = site.url.replace("http://127.0.0.1", "json://web.example") + "/hook"
        with leading(monkeypatch, "93.184.215.14", "127.0.0.1") as asked, pytest.raises(DeliveryFailed):
            await send(address, ())
        assert (len(asked) > 1, site.arrived) == (True, [])


async def test_a_redirect_to_the_inside_is_not_followed() -> None:
    moved = Answer(status=307, headers=(("Location", "/inside"),))
    async with serving({"POST /hook": moved, "POST /inside": Answer("{}")}) as site:
        with pytest.raises(DeliveryFailed):
            await send(f"{site.url.replace('http', 'json')}/hook")
        assert [request.path for request in site.arrived] == ["/hook"]


def _connect() -> None:
    with socket.create_connection(("127.0.0.1", 9), timeout=1):
        pass


def _send_to() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", 9))


def _talk_locally() -> None:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect("/dev/log")


def _read() -> None:
    Path("/etc/passwd").read_text()


def _climb() -> None:
    (Path(sys.prefix) / ".." / ".." / ".." / ".." / "etc" / "hostname").read_text()


def _start() -> None:
    subprocess.run(["true"], check=True)


@pytest.mark.parametrize("tries", [_connect, _send_to, _talk_locally, _read, _climb, _start])
def test_under_guard_nothing_inside_is_reached_read_or_started(tries: Callable[[], None]) -> None:
    with guarded(), pytest.raises(NotReachable):
        tries()


def test_the_guard_ends_with_its_block_and_leaves_other_threads_alone() -> None:
    read: list[str] = []
    with guarded():
        other = Thread(target=lambda: read.append(Path("/etc/passwd").read_text()))
        other.start()
        other.join()
    assert read == [Path("/etc/passwd").read_text()]
