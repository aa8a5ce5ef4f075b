"""What was approved is what is done: whatever is changed behind the approvals' back is noticed at the claim.

The changes are made directly in the database, past the store. Nothing is paid, and a person hears of it.
"""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from operator import getitem

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


def rewrite(play: Play, table: str, column: str, place: str, field: str, value: str, **values: str) -> None:
    """Sets `field` (dotted) of the JSON in one row's column."""
    where = f"WHERE tenant = :tenant AND {place}"
    with play.stage.house.store.read() as view:
        query = text(f"SELECT {column} FROM {table} {where}")  # noqa: S608
        content = json.loads(view.execute(query, {"tenant": play.office.tenant, **values}).scalar_one())
    *outer, last = field.split(".")
    reduce(getitem, outer, content)[last] = value
    execute(play, f"UPDATE {table} SET {column} = :content {where}", **values, content=json.dumps(content))  # noqa: S608


def change_intent(field: str, value: str) -> Change:
    return lambda play, slice_id: rewrite(play, "intent", "content", "slice = :slice", field, value, slice=slice_id)


def change_request(field: str, value: str) -> Change:
    place = f"id = {APPROVAL}"
    return lambda play, slice_id: rewrite(play, "approval_request", "data", place, field, value, slice=slice_id)


def change_rows(start: str, place: str) -> Change:
    statement = f"{start} WHERE tenant = :tenant AND {place}"
    return lambda play, slice_id: execute(play, statement, slice=slice_id)


APPROVAL = "(SELECT approval FROM intent WHERE tenant = :tenant AND slice = :slice)"
OF_APPROVAL = f"request = {APPROVAL}"
CHANGED, NOT_APPROVED = "content: it was changed after it was opened", "does not approve exactly this"
CHANGES = {
    "amount": (change_intent("amount.amount", "9.99"), CHANGED),
    "account": (change_intent("payee.iban", OTHER_ACCOUNT), CHANGED),
    "approved digest": (change_rows("UPDATE intent SET approved_digest = 'other'", "slice = :slice"), NOT_APPROVED),
    "digest of the request": (change_request("digest", "other"), NOT_APPROVED),
    "digest of the decision": (change_rows("UPDATE decision SET digest = 'other'", OF_APPROVAL), NOT_APPROVED),
    "no decision": (change_rows("DELETE FROM decision", OF_APPROVAL), NOT_APPROVED),
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
    change_intent("payee.iban", OTHER_ACCOUNT)(play, slice_id)
    play.stage.replace_bots(Point.BEFORE_CLAIM)
    await play.start(slice_id)
    await asyncio.to_thread(play.stage.wait_until_stopped)
    change_intent("payee.iban", bill.payee_iban)(play, slice_id)
    os.kill(play.stage.pid("stopping bots"), signal.SIGCONT)
    assert "changed while the bot entered it" in await refusal(play, slice_id)
    assert play.payments() == paid_before


@contextmanager
def moved_account(play: Play) -> Iterator[None]:
    """The vendor's account as somebody changed it past the dual control."""
    bill = play.office.bill()
    rewrite(play, "vendor", "data", "id = 'KAB'", "account.iban", OTHER_ACCOUNT)
    try:
        yield
    finally:
        rewrite(play, "vendor", "data", "id = 'KAB'", "account.iban", bill.payee_iban)


async def test_a_payment_whose_payee_got_another_account_after_the_release_goes_to_a_person_unpaid(play: Play) -> None:
    paid_before = play.payments()
    slice_id = play.office.payment_of(play.office.bill())
    with moved_account(play):
        await play.start(slice_id)
        message = await refusal(play, slice_id)
    assert "the account of Kabelwerk Ostsee AG changed after the release" in message
    assert play.payments() == paid_before
