"""A portal that asks for everything by JSON-RPC: what only looks, what leads there, and the one call that counts."""

import json

import pytest

from bots.boundary import Boundary, calls, origin_of
from bots.browser import Browser
from tests.bots.fakes import FakeClaims, FakeEvidence, wall_clock
from tests.bots.tiny_server import Answer, serving

_URL = "https://erp.example/db/"
_BOUNDARY = Boundary(
    frozenset({"https://erp.example"}),
    final=calls("/db/", r"invoice\.create"),
    steps=calls("/db/", r"login"),
    reads=calls("/db/", r"invoice\.(read|search)"),
)


def body(procedure: object) -> bytes:
    return json.dumps({"id": 1, "method": procedure, "params": []}).encode()


@pytest.mark.behaviour("R1")
@pytest.mark.parametrize(
    ("sent", "changes", "is_step", "is_final"),
    [
        (body("invoice.read"), False, False, False),
        (body("login"), True, True, False),
        (body("invoice.create"), True, False, True),
        (body("invoice.create.more"), True, False, False),
        (body("xinvoice.read"), True, False, False),
        (body("invoice.delete"), True, False, False),
        (body(["invoice.read"]), True, False, False),
        (b'[{"method": "invoice.read"}, {"method": "invoice.delete"}]', True, False, False),
        (b"method=invoice.read", True, False, False),
        (b"\xff", True, False, False),
        (b"", True, False, False),
    ],
)
def test_what_no_pattern_names_counts_as_changing(sent: bytes, changes: bool, is_step: bool, is_final: bool) -> None:
    found = (each("POST", _URL, sent) for each in (_BOUNDARY.changes, _BOUNDARY.is_step, _BOUNDARY.is_final))
    assert tuple(found) == (changes, is_step, is_final)
    assert _BOUNDARY.changes("POST", "https://erp.example/other/", sent)


@pytest.mark.behaviour("R1")
async def test_looking_passes_at_any_time_and_the_final_call_once_and_only_with_a_claim(browser: Browser) -> None:
    async with serving({"GET /": Answer("<h1>ERP</h1>"), "POST /db/": Answer("{}")}) as site:
        boundary = Boundary(
            frozenset({origin_of(site.url)}),
            final=calls("/db/", r"invoice\.create"),
            reads=calls("/db/", r"invoice\.read"),
        )
        async with browser.open_session(boundary, FakeEvidence(), wall_clock) as session:
            await session.page.goto(f"{site.url}/")

            async def call(procedure: str) -> bool:
                sending = "body => fetch('/db/', {method: 'POST', body}).then(() => true, () => false)"
                return bool(await session.page.evaluate(sending, body(procedure).decode()))

            assert [await call("invoice.read"), await call("invoice.create")] == [True, False]
            assert session.gate.breaches == ("POST /db/",)
            claims = FakeClaims()
            claim = await claims.claim()
            assert claim is not None
            session.gate.open(claim, claims)
            sent = [await call(each) for each in ("invoice.read", "invoice.create", "invoice.create", "invoice.read")]
            assert sent == [True, True, False, True]
        arrived = [json.loads(each.body)["method"] for each in site.arrived if each.method == "POST"]
        assert arrived == ["invoice.read", "invoice.read", "invoice.create", "invoice.read"]
