"""The approval workflow against whoever talks to Temporal directly."""

import uuid

import pytest

from models.approval import ApprovalRequest
from models.ids import approval_workflow
from store.approvals import request_of
from tests.workflows.house import House
from tests.workflows.test_nobody_gets_around import rogue


@pytest.mark.behaviour("A8", "A11")
async def test_from_a_raw_client_no_activity_update_or_signal_gains_an_approval(house: House) -> None:
    request = await _asked(house)
    reference = {"tenant": house.tenant, "request": request.id}
    for name, argument in (
        ("keep_time", reference),
        ("settle_approval", reference),
        ("remind", {"approval": reference, "reminder": {"stage": 1, "person": "mara.voss", "number": 9}}),
        ("notify_stage", {"approval": reference, "stage": 99}),
    ):
        await rogue(house, name, argument, "flows")
    handle = house.client.get_workflow_handle(approval_workflow(house.tenant, request.id))
    for _ in range(20):
        await handle.execute_update("decide", {"decision": uuid.uuid4().hex})
    await house.settled(handle)
    assert (_state(house, request), house.orders(request.case)) == ("pending", ())


async def _asked(house: House) -> ApprovalRequest:
    case = house.file(category="it", quantity="10", price="800.00")
    return (await house.eventually(lambda: house.waiting_for("piotr.nowak", case))).request


def _state(house: House, request: ApprovalRequest) -> str:
    with house.installation.store.read() as view:
        return request_of(view, house.tenant, request.id).state
