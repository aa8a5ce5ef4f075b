"""A press counts although nothing hears of it: recorded in the store, delivered when the workflows are there again."""

from collections.abc import Awaitable, Callable

import pytest
from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from models.ids import approval_workflow
from store.outbox import Message, undelivered
from tests.workflows.house import House
from tests.workflows.paper_portals import Conduct
from workflows.delivery import Deliverer, deliver_pending, start_missing


@pytest.mark.behaviour("A11", "P1")
async def test_given_all_workers_are_down_decisions_count_when_they_are_back_and_it_is_paid_once(
    idle_house: House,
) -> None:
    house = idle_house
    async with house.working():
        case = house.file()
        await house.eventually(lambda: house.waiting_for("ayse.kaya", case))
    await house.decide(case, "ayse.kaya")
    assert house.orders(case) == ()
    async with house.working():
        order = await house.order(case)
        house.receive(order)
        house.send_invoice(order)
        await house.eventually(lambda: house.waiting_for("sofia.brandt", case))
    await house.decide(case, "sofia.brandt")
    assert house.bank.submissions == 0
    async with house.working():
        await house.invoice(case, "paid")
    assert (len(house.bank.payments()), len(house.orders(case))) == (1, 1)


@pytest.mark.behaviour("A11")
async def test_given_the_server_cannot_be_reached_nothing_is_lost_and_the_press_does_not_fail(
    idle_house: House,
) -> None:
    house = idle_house
    async with house.working():
        case = house.file()
        await house.eventually(lambda: house.waiting_for("ayse.kaya", case))
    await house.decide(case, "ayse.kaya")

    async def connect() -> Client:
        return await Client.connect("127.0.0.1:1")

    await Deliverer(connect, house.installation.store)()
    assert [message.kind for message in _waiting(house)] == ["decide"]
    async with house.working():
        await house.order(case)


@pytest.mark.behaviour("A11")
async def test_given_the_server_fails_at_first_the_message_stays_and_arrives_later(idle_house: House) -> None:
    house = idle_house
    house.file()
    config = house.client.config()
    config["interceptors"] = [_FailsOnce()]
    failing = Client(**config)
    assert (await deliver_pending(failing, house.installation.store), len(_waiting(house))) == (0, 1)
    assert (await deliver_pending(failing, house.installation.store), len(_waiting(house))) == (1, 0)


@pytest.mark.behaviour("A11")
async def test_a_decision_made_before_its_workflow_started_counts(idle_house: House) -> None:
    house = idle_house
    async with house.working(with_sweeper=False):
        case = house.file()
        await deliver_pending(house.client, house.installation.store)
        await house.decide(case, "ayse.kaya")
        await deliver_pending(house.client, house.installation.store)
        await deliver_pending(house.client, house.installation.store)
        await house.order(case)


@pytest.mark.behaviour("A11")
async def test_the_same_message_many_times_changes_nothing(house: House) -> None:
    case = house.file(quantity="6", price="1480.00")
    first = await house.decide(case, "ayse.kaya")
    request = await house.eventually(lambda: house.waiting_for("ines.lindqvist", case))
    asking = house.client.get_workflow_handle(approval_workflow(house.tenant, request.request.id))
    await house.started(asking)
    for _ in range(5):
        await asking.execute_update("decide", {"decision": first.id})
    await house.settled(asking)
    stored = house.request(case)
    assert stored is not None
    assert (stored.state, stored.stage, house.orders(case)) == ("pending", 2, ())
    await house.decide(case, "ines.lindqvist")
    await house.order(case)
    assert len(house.orders(case)) == 1


@pytest.mark.behaviour("A11")
async def test_a_message_for_a_workflow_that_is_over_is_put_aside_with_the_reason(house: House) -> None:
    case = await house.completed()
    await house.eventually(lambda: not _waiting(house))
    assert house.orders(case)[0].state == "completed"


@pytest.mark.behaviour("P10")
@pytest.mark.parametrize("end", [WorkflowHandle.terminate, WorkflowHandle.cancel], ids=["terminated", "cancelled"])
async def test_given_workflows_were_ended_by_hand_they_are_started_anew_and_it_is_paid_once(
    house: House, end: Callable[[WorkflowHandle[object, object]], Awaitable[None]]
) -> None:
    house.bank.conducts = [Conduct.SHOWS_ANOTHER_ACCOUNT]
    case = await house.released()
    await house.open_task(case, "payment_stopped")
    ended = [house.paying(case), house.invoicing(case), house.purchasing(case)]
    for handle in ended:
        await end(handle)
    for handle in ended:
        await house.ended(handle)
    await start_missing(house.client, house.installation.store)
    await house.invoice(case, "paid")
    house.ask_for_statement()
    await house.closed(case, "completed")
    assert len(house.bank.payments()) == 1


class _FailsOnce(Interceptor):
    """The server of a client answers the first start with an error of its own."""

    def __init__(self) -> None:
        self.failures = 1

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002
        return _Failing(next, self)


class _Failing(OutboundInterceptor):
    def __init__(self, following: OutboundInterceptor, fails: _FailsOnce) -> None:
        super().__init__(following)
        self._fails = fails

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[object, object]:  # noqa: A002
        if self._fails.failures:
            self._fails.failures -= 1
            raise RPCError("the history service is busy", RPCStatusCode.UNAVAILABLE, b"")
        return await super().start_workflow(input)


def _waiting(house: House) -> tuple[Message, ...]:
    with house.installation.store.read() as view:
        return undelivered(view)
