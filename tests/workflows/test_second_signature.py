"""Four eyes at the bank: handed in by one login, signed by another, and only what its owner has released."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from audit.entry import Actor
from models.ids import payment_slice, signature_slice, signing_portal
from models.payment import AttemptState, SignatureIntent
from models.task import Resolution
from sandbox.bank.ledger import PaymentState
from sandbox.company import ENTITY
from store.evidence import steps_of_case
from store.intents import intent_of, last_attempt
from store.masters import vendor_of
from store.schema.people import credential, vendor
from tests.workflows.house import House
from tests.workflows.paper_portals import Conduct

pytestmark = pytest.mark.behaviour("R13")

_BANK = ENTITY.further_accounts[0].bank_portal
_SIGNING = signing_portal(_BANK)
_SETTLED = timedelta(seconds=55)
_LATER = timedelta(minutes=16)


@pytest.fixture
def house(house: House) -> House:
    """The company, which pays its cable vendor from its account at the second bank."""
    store, tenant = house.installation.store, house.tenant
    with store.change(tenant, Actor(system="test")) as work:
        known = vendor_of(work.connection, tenant, "KAB").model_copy(update={"house_bank": _BANK})
        work.execute(update(vendor).where(vendor.c.tenant == tenant, vendor.c.id == "KAB").values(data=known))
        work.record("vendor.changed", "vendor", "KAB")
    return house


def _own_signing(house: House, owner: str) -> None:
    store, tenant = house.installation.store, house.tenant
    with store.change(tenant, Actor(system="test")) as work:
        work.execute(
            update(credential).where(credential.c.tenant == tenant, credential.c.portal == _SIGNING).values(owner=owner)
        )
        work.record("credential.stored", "credential", _SIGNING)


def _signature_of(house: House, case: str) -> tuple[SignatureIntent, AttemptState]:
    with house.installation.store.read() as view:
        payment = last_attempt(view, house.tenant, payment_slice(house.invoices(case)[-1].id))
        assert payment is not None
        slice_id = signature_slice(payment.reference)
        content = intent_of(view, house.tenant, slice_id).content
        attempt = last_attempt(view, house.tenant, slice_id)
    assert isinstance(content, SignatureIntent)
    assert attempt is not None
    return content, attempt.state


async def test_given_its_owner_released_the_payment_the_second_login_signs_it_once(house: House) -> None:
    case = await house.released()
    await house.invoice(case, "paid")
    (paid,) = house.bank_b.payments()
    assert (house.bank_b.submissions, house.signer.submissions, house.bank.submissions) == (1, 1, 0)
    content, state = _signature_of(house, case)
    assert (content.payee.iban, content.amount.amount, state) == (*paid, AttemptState.EXECUTED)
    with house.installation.store.read() as view:
        portals = [step.portal for step in steps_of_case(view, house.tenant, case)]
    assert portals.index(_BANK) < portals.index(_SIGNING)
    assert house.tasks(case) == ()


async def test_the_statement_of_the_second_bank_closes_the_case(house: House) -> None:
    case = await house.released()
    await house.invoice(case, "paid")
    house.ask_for_statement()
    await house.closed(case, "completed")


async def test_given_its_owner_did_not_release_the_payment_it_is_not_signed_and_a_person_is_told(house: House) -> None:
    _own_signing(house, "marek.hansen")
    case = await house.released()
    task = await house.open_task(case, "payment_waiting")
    assert "belongs to marek.hansen, who has not released this payment" in task.content.message
    assert task.content.resolutions == (Resolution.LOOK_AGAIN,)
    assert (house.bank_b.submissions, house.signer.submissions) == (1, 0)

    house.bank_b.move_all(PaymentState.EXECUTED)
    house.settle(task, "marek.hansen", Resolution.LOOK_AGAIN)
    await house.invoice(case, "paid")
    assert house.signer.submissions == 0


async def test_given_both_logins_belong_to_one_person_nothing_is_signed(house: House) -> None:
    _own_signing(house, "oliver.stein")
    case = await house.released()
    task = await house.open_task(case, "payment_waiting")
    assert "both logins belong to oliver.stein" in task.content.message
    assert house.signer.submissions == 0


async def test_given_the_bank_signs_in_its_own_app_the_bot_looks_until_it_is_executed(house: House) -> None:
    store, tenant = house.installation.store, house.tenant
    with store.change(tenant, Actor(system="test")) as work:
        work.execute(credential.delete().where(credential.c.tenant == tenant, credential.c.portal == _SIGNING))
        work.record("credential.parked", "credential", _SIGNING)
    case = await house.released()
    task = await house.open_task(case, "payment_waiting")
    assert "signed in the bank's own way" in task.content.message
    assert "What is signed by 15:00 is executed today" in task.content.message
    house.bank_b.move_all(PaymentState.EXECUTED)
    await house.pass_time(house.paying(case), _LATER)
    await house.invoice(case, "paid")


async def test_given_the_signature_got_lost_it_is_given_again_only_once_that_is_proven(house: House) -> None:
    house.signer.conducts = [Conduct.LOSES_IT]
    case = await house.released()
    await house.eventually(lambda: house.signer.probes >= 1)
    with house.installation.store.read() as view:
        payment = last_attempt(view, house.tenant, payment_slice(house.invoices(case)[-1].id))
    assert payment is not None
    await house.pass_time(house.signing(payment.reference), _SETTLED)
    await house.invoice(case, "paid")
    assert (house.bank_b.submissions, house.signer.submissions, len(house.bank_b.payments())) == (1, 2, 1)


async def test_given_the_bank_rejects_after_the_upload_nothing_is_signed(house: House) -> None:
    house.bank_b.conducts = [Conduct.REJECTS]
    case = await house.released()
    await house.open_task(case, "payment_rejected")
    assert house.signer.submissions == 0
