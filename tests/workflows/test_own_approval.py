"""A requester cannot approve their own purchase, whichever way they try: store, API, page, command line, Temporal."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, select

from audit.entry import Actor
from console.app import create_app
from console.context import ConsoleContext
from installation import session_lasts
from models.approval import Outcome
from models.errors import BusinessError
from models.ids import approval_workflow
from notifications.services import CheckedAddresses
from sandbox.company import SANDBOX_PASSWORD
from sandbox.serving import serve_in_thread
from store.approval_answers import record_decision
from store.approvals import StoredRequest, decisions_of
from store.schema.approvals import decision
from store.schema.audit import audit_entry
from tests.console.browsing import Api, Page
from tests.workflows.house import House

_ROOT = Path(__file__).parents[2]
_REQUESTER = "mara.voss"


@pytest.mark.behaviour("A10", "A11")
async def test_the_store_refuses_the_requester_and_keeps_the_attempt_on_record(house: House) -> None:
    request = (await _pending(house)).request
    store = house.installation.store
    with pytest.raises(BusinessError, match="not yours"):
        record_decision(store, house.signed_in(_REQUESTER), request.id, Outcome.APPROVE, "", request.digest)
    assert "approval.refused_attempt" in _actions(house)
    _assert_untouched(house, request.id)


@pytest.mark.behaviour("A10")
async def test_the_api_refuses_the_requester(house: House) -> None:
    request = (await _pending(house)).request
    with _console(house) as client:
        api = Api(client).signed_in(_REQUESTER)
        answer = {"outcome": "approve", "comment": "", "digest": request.digest}
        refused = api.post(f"/approvals/{request.id}/decisions", answer)
    assert refused.is_client_error
    _assert_untouched(house, request.id)


@pytest.mark.behaviour("A10", "N2")
async def test_the_page_refuses_the_requester_and_opening_it_decides_nothing(house: House) -> None:
    request = (await _pending(house)).request
    with _console(house) as client:
        page = Page(client)
        page.sign_in(_REQUESTER)
        assert page.open(f"/approvals/{request.id}").is_success
        form = {"outcome": "approve", "comment": "", "digest": request.digest}
        refused = page.send(f"/approvals/{request.id}", form)
    assert refused.is_client_error
    _assert_untouched(house, request.id)


@pytest.mark.behaviour("A10")
async def test_the_command_line_refuses_the_requester(house: House) -> None:
    request = (await _pending(house)).request
    settings = house.installation.settings
    refused = subprocess.run(  # noqa: ASYNC221 - one short command
        [sys.executable, "-m", "cli", "approval", "decide", request.id, "approve", "--login", _REQUESTER],
        cwd=_ROOT,
        env=os.environ
        | {
            "TALLYWRIGHT_HOME": str(settings.home),
            "TALLYWRIGHT_DATABASE_URL": settings.database,
            "TALLYWRIGHT_PASSWORD": SANDBOX_PASSWORD,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, "not yours to give" in refused.stderr) == (2, True)
    _assert_untouched(house, request.id)


@pytest.mark.behaviour("A10", "A6")
async def test_an_answer_of_the_requester_slipped_into_the_database_is_not_counted(house: House) -> None:
    request = (await _pending(house)).request
    forged = {"id": "forged", "request": request.id, "stage": 1, "login": _REQUESTER, "outcome": "approve"}
    for person in (_REQUESTER, "oliver.stein"):
        with house.installation.store.change(house.tenant, Actor(system="whoever has the database")) as work:
            values = forged | {"person": person, "comment": "", "digest": request.digest, "decided_at": work.now}
            values |= {"seat": 1, "on_behalf_of": "", "inputs": request.stages[0].inputs}
            work.execute(decision.delete())
            work.execute(insert(decision).values(tenant=house.tenant, **values))
            work.record("decision.forged", "approval", request.id)
        asking = house.client.get_workflow_handle(approval_workflow(house.tenant, request.id))
        await house.started(asking)
        await asking.execute_update("decide", {"decision": "forged"})
        await house.settled(asking)
        assert house.orders(request.case) == ()
        assert [each.state for each in [house.request(request.case)] if each] == ["pending"]


async def _pending(house: House) -> StoredRequest:
    case = house.file(_REQUESTER)
    return await house.eventually(lambda: house.waiting_for("ayse.kaya", case))


def _assert_untouched(house: House, request: str) -> None:
    with house.installation.store.read() as view:
        assert decisions_of(view, house.tenant, request) == ()


@contextmanager
def _console(house: House) -> Iterator[httpx.Client]:
    installation = house.installation

    async def deliver() -> None:
        """The sweeper of the house does it."""

    context = ConsoleContext(
        store=installation.store,
        files=installation.files,
        tenant=house.tenant,
        address="https://tallywright.example",
        session_lasts=session_lasts(installation.settings),
        secure_cookies=False,
        deliver=deliver,
        moment=house.moment,
        vault=installation.vault,
        services=CheckedAddresses(),
        portal_names={},
    )
    with serve_in_thread(create_app(context)) as url, httpx.Client(base_url=url, follow_redirects=True) as client:
        yield client


def _actions(house: House) -> list[str]:
    with house.installation.store.read() as view:
        return list(view.execute(select(audit_entry.c.action)).scalars())
