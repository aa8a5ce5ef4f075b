"""A supplier's invoice in Tryton 7.0, an ERP that others wrote; its own database is the judge. `make test-portals`."""

import asyncio
import json
import socket
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bots.browser import Browser
from bots.by_name import portal_named
from bots.otp import OneTimePasswords
from bots.portal import ActingPortal, PortalAccess
from bots.portals.tryton import NAME
from models.errors import BusinessError
from models.portal import Credential, LedgerPosting, PortalState, PostingLine, SubmissionOutcome
from tests.bots.fakes import FakeClaims, FakeCredentials, FakeEvidence, wall_clock

ROOT = Path(__file__).parents[3]
_COMPANY = ROOT / ".tryton" / "company" / "credentials.json"
_CREATE = b'"model.account.invoice.create"'
_PATIENCE = 120

pytestmark = [
    pytest.mark.skipif(not _COMPANY.exists(), reason="`make test-portals` installs Tryton"),
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("tryton"),
]


class Cut(StrEnum):
    BEFORE = "before it is saved"
    AFTER = "right after it is saved"


@dataclass
class Wire:
    """The connection to Tryton. With `cut` it breaks at the next invoice that is saved; `creates` came by in all."""

    port: int
    url: str = ""
    cut: Cut | None = None
    creates: int = 0
    _broken: set[asyncio.StreamWriter] = field(default_factory=set)

    async def carry(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            server, forth = await asyncio.open_connection("127.0.0.1", self.port)
            with closing(forth), closing(back):
                ways = [
                    asyncio.ensure_future(self._forward(client, forth, back)),
                    asyncio.ensure_future(self._back(server, back)),
                ]
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)

    async def _forward(
        self, client: asyncio.StreamReader, forth: asyncio.StreamWriter, back: asyncio.StreamWriter
    ) -> None:
        while data := await client.read(65536):
            if _CREATE in data:
                self.creates += 1
                if self.cut is Cut.BEFORE:
                    return
                if self.cut is Cut.AFTER:
                    self._broken.add(back)
            forth.write(data)
            await forth.drain()

    async def _back(self, server: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """What Tryton answers; to an invoice that is cut off its answer says that it has been saved."""
        while (data := await server.read(65536)) and back not in self._broken:
            back.write(data)
            await back.drain()


@dataclass(frozen=True)
class Tryton:
    port: int
    database: Path

    def entered(self, reference: str) -> list[tuple[str, int]]:
        """Supplier's number and count of lines of each invoice that carries our reference."""
        query = """SELECT reference, (SELECT COUNT(*) FROM account_invoice_line WHERE invoice = account_invoice.id)
                   FROM account_invoice WHERE description = ?"""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query, [reference]).fetchall()


@pytest.fixture(scope="module")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tryton]:
    folder = tmp_path_factory.mktemp("tryton")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [str(ROOT / "scripts" / "tryton.sh"), "serve", str(port), str(folder)]
    log = (folder / "log").open("w")
    with log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/", server)
            yield Tryton(port, folder / "tryton.sqlite")
        finally:
            server.terminate()


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        with suppress(URLError, ConnectionError), urlopen(url, timeout=_PATIENCE):  # noqa: S310 - our own address
            return
        with suppress(subprocess.TimeoutExpired):
            server.wait(0.2)
    raise RuntimeError("Tryton did not start; its log says why")


@pytest_asyncio.fixture(loop_scope="session")
async def wire(tryton: Tryton) -> AsyncIterator[Wire]:
    carried = Wire(tryton.port)
    listener = await asyncio.start_server(carried.carry, "127.0.0.1", 0)
    carried.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield carried
    finally:
        listener.close()


def opened(browser: Browser, wire: Wire, password: str = "") -> ActingPortal[Any]:
    known = json.loads(_COMPANY.read_text())
    credentials = FakeCredentials(Credential(login=known["login"], password=SecretStr(password or known["password"])))
    access = PortalAccess(NAME, browser, credentials, wire.url, wall_clock, OneTimePasswords(wall_clock))
    return portal_named(access, known["known_row"])


def posting(number: int, **changed: Any) -> LedgerPosting:
    lines = (
        PostingLine(account="4100", text="Shafts", net=Decimal("1000.00"), tax_rate=Decimal(19), tax=Decimal("190.00")),
        PostingLine(account="4100", text="Bearings", net=Decimal("234.50"), tax_rate=Decimal(19), tax=Decimal("44.56")),
    )
    fields: dict[str, Any] = {
        "reference": f"TWE1B2C3D4E5F6{number:02}",
        "vendor": "Bergström Präzisionsteile GmbH & Co. KG",
        "invoice_number": f"RE-2026-04{number:02}",
        "invoice_date": date(2026, 11, 2),
        "due_date": date(2026, 12, 2),
        "cost_centre": "",
        "currency": "EUR",
        "lines": lines,
        "gross": Decimal("1469.06"),
    }
    return LedgerPosting(**fields | changed)


@pytest.mark.behaviour("R1", "R2", "R8", "R11")
async def test_an_invoice_of_two_lines_is_entered_once_and_found_by_our_reference(
    browser: Browser, tryton: Tryton, wire: Wire
) -> None:
    portal, content, evidence = opened(browser, wire), posting(1), FakeEvidence()
    submission = await portal.submit(content, FakeClaims(), evidence)
    assert (submission.outcome, submission.portal_text) == (SubmissionOutcome.ANSWERED, "Record saved.")
    assert (wire.creates, tryton.entered(content.reference)) == (1, [("RE-2026-0401", 2)])
    assert evidence.actions[-2:] == ["read back", "submitted: answered"]
    probe = await portal.probe(content, FakeEvidence())
    assert (probe.state, probe.matches, probe.portal_text) == (PortalState.EXECUTED, 1, "RE-2026-0401 Draft")
    assert probe.known_row_seen and probe.read_to_last_page


@pytest.mark.behaviour("R1", "R3")
@pytest.mark.parametrize("cut", Cut)
async def test_when_the_connection_is_cut_it_is_sent_once_and_the_probe_tells_the_truth(
    browser: Browser, tryton: Tryton, wire: Wire, cut: Cut
) -> None:
    portal, content = opened(browser, wire), posting(2 if cut is Cut.AFTER else 3)
    wire.cut = cut
    submission = await portal.submit(content, FakeClaims(), FakeEvidence())
    assert (submission.outcome, wire.creates) == (SubmissionOutcome.UNKNOWN, 1)
    assert len(tryton.entered(content.reference)) == (cut is Cut.AFTER)
    probe = await portal.probe(content, FakeEvidence())
    assert probe.state is (PortalState.EXECUTED if cut is Cut.AFTER else PortalState.ABSENT)
    assert not probe.old_login_dead, "a login may have several sessions, so that a person says what is absent"
    assert wire.creates == 1


@pytest.mark.behaviour("R2")
async def test_when_tryton_reckons_another_total_nothing_is_claimed(
    browser: Browser, tryton: Tryton, wire: Wire
) -> None:
    claims, content = FakeClaims(), posting(4, gross=Decimal("1469.05"))
    submission = await opened(browser, wire).submit(content, claims, FakeEvidence())
    (difference,) = submission.differences
    assert (submission.outcome, difference.field, difference.shown) == (
        SubmissionOutcome.MISMATCH,
        "Total",
        "1,469.06",
    )
    assert (claims.claimed, wire.creates, tryton.entered(content.reference)) == (0, 0, [])


@pytest.mark.behaviour("R3")
@pytest.mark.parametrize(
    ("changed", "told"), [({"vendor": "Nobody AG"}, "Search Party: 0 records"), ({"cost_centre": "4100"}, "cost cent")]
)
async def test_what_cannot_be_entered_is_refused_before_the_claim(
    browser: Browser, wire: Wire, changed: dict[str, str], told: str
) -> None:
    claims = FakeClaims()
    submission = await opened(browser, wire).submit(posting(5, **changed), claims, FakeEvidence())
    assert (submission.outcome, claims.claimed, wire.creates) == (SubmissionOutcome.REFUSED, 0, 0)
    assert told in submission.portal_text


@pytest.mark.behaviour("R3")
async def test_a_wrong_password_is_tried_once(browser: Browser, wire: Wire) -> None:
    with pytest.raises(BusinessError) as refused:
        await opened(browser, wire, "wrong").submit(posting(6), FakeClaims(), FakeEvidence())
    assert refused.value.code == "portal.login_refused"


@pytest.mark.behaviour("R7")
async def test_the_canary_walks_through_the_list(browser: Browser, wire: Wire) -> None:
    await opened(browser, wire).walk(FakeEvidence())
