"""What was approved is what is done: whatever is changed behind the approvals' back is noticed at the claim.

The changes are made directly in the database, past the store. Nothing is paid, and a person hears of it.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from models.payment import AttemptState
from sandbox import iban
from tests.end_to_end.play import Play
from tests.end_to_end.stopping_bots import Point

pytestmark = [pytest.mark.behaviour("P8", "P9", "P10"), pytest.mark.timeout(240)]

Change = Callable[[Play, str], None]

OTHER_ACCOUNT = iban.from_bban("DE", "219998099990999999")


def execute(play: Play, statement: str, **values: str) -> None:
    with play.stage.house.store.engines.writer.begin() as connection:
        changed = connection.execute(text(statement), {"tenant": play.office.tenant, **values})
    assert changed.rowcount == 1


def change_intent(column: str, value: str) -> Change:
    statement = f"UPDATE intent SET {column} = {value} WHERE tenant = :tenant AND slice = :slice"  # noqa: S608
    return lambda play, slice_id: execute(play, statement, slice=slice_id)


def change_approval(start: str, key: str) -> Change:
    own = "(SELECT approval FROM intent WHERE tenant = :tenant AND slice = :slice)"
    statement = f"{start} WHERE tenant = :tenant AND {key} = {own}"
    return lambda play, slice_id: execute(play, statement, slice=slice_id)


def set_account(payee_iban: str) -> Change:
    return change_intent("content", f"json_set(content, '$.payee.iban', '{payee_iban}')")


CHANGED, NOT_APPROVED = "content: it was changed after it was opened", "does not approve exactly this"
CHANGES = {
    "amount": (change_intent("content", "json_set(content, '$.amount.amount', '9.99')"), CHANGED),
    "account": (set_account(OTHER_ACCOUNT), CHANGED),
    "approved digest": (change_intent("approved_digest", f"'{'0' * 64}'"), NOT_APPROVED),
    "digest of the request": (
        change_approval("UPDATE approval_request SET data = json_set(data, '$.digest', 'other')", "id"),
        NOT_APPROVED,
    ),
    "digest of the decision": (change_approval("UPDATE decision SET digest = 'other'", "request"), NOT_APPROVED),
    "no decision": (change_approval("DELETE FROM decision", "request"), NOT_APPROVED),
}
"""What somebody changes, and what the person is told who gets the payment."""


async def refusal(play: Play, slice_id: str) -> str:
    """What the person is told who gets the payment."""
    await play.until(lambda: play.tasks(slice_id))
    (task,) = play.tasks(slice_id)
    assert (task.kind, task.state) == ("payment_stopped", "open")
    assert play.attempt(slice_id).state is AttemptState.ARMED
    return task.content.message


async def test_a_payment_whose_content_or_approval_was_changed_in_the_database_goes_to_a_person_unpaid(
    play: Play,
) -> None:
    paid_before = play.payments()
    slices = {name: play.office.payment_of(play.office.bill()) for name in CHANGES}
    for name, (change, _) in CHANGES.items():
        change(play, slices[name])
        await play.start(slices[name])
    for name, (_, reason) in CHANGES.items():
        assert reason in await refusal(play, slices[name])
    assert play.payments() == paid_before


async def test_an_account_that_is_put_back_after_the_bot_has_entered_another_goes_to_a_person_unpaid(
    play: Play,
) -> None:
    paid_before = play.payments()
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    set_account(OTHER_ACCOUNT)(play, slice_id)
    play.stage.replace_bots(Point.BEFORE_CLAIM)
    await play.start(slice_id)
    await asyncio.to_thread(play.stage.wait_until_stopped)
    set_account(bill.payee_iban)(play, slice_id)
    os.kill(play.stage.pid("stopping bots"), signal.SIGCONT)
    assert "changed while the bot entered it" in await refusal(play, slice_id)
    assert play.payments() == paid_before


@contextmanager
def moved_account(play: Play) -> Iterator[None]:
    """The vendor's account as somebody changed it past the dual control."""
    statement = "UPDATE vendor SET data = json_set(data, '$.account.iban', :iban) WHERE tenant = :tenant AND id = 'KAB'"
    bill = play.office.bill()
    execute(play, statement, iban=OTHER_ACCOUNT)
    try:
        yield
    finally:
        execute(play, statement, iban=bill.payee_iban)


async def test_a_payment_whose_payee_got_another_account_after_the_release_goes_to_a_person_unpaid(play: Play) -> None:
    paid_before = play.payments()
    slice_id = play.office.payment_of(play.office.bill())
    with moved_account(play):
        await play.start(slice_id)
        message = await refusal(play, slice_id)
    assert "the account of Kabelwerk Ostsee AG changed after the release" in message
    assert play.payments() == paid_before
