"""Each irreversible step goes wrong in both ways: not carried out, and carried out without saying so.

Payments and postings under every fault run side by side; afterwards the portals' ledgers must hold each exactly once.
"""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

import pytest

from models.payment import AttemptState
from sandbox.faults import Fault
from tests.end_to_end.play import Play

pytestmark = [pytest.mark.behaviour("P10", "R1", "R3"), pytest.mark.timeout(300)]

CARRIED_OUT = (Fault.DROP_AFTER_ACCEPTING, Fault.TIME_OUT_AFTER_ACCEPTING, Fault.ERROR_AFTER_ACCEPTING)
NOT_CARRIED_OUT = (Fault.DROP_WITHOUT_ACCEPTING, Fault.TIME_OUT_WITHOUT_ACCEPTING, Fault.ERROR_WITHOUT_ACCEPTING)
TRIES_BEFORE_A_PERSON_IS_ASKED = 5


class Ending(NamedTuple):
    rows: int
    """In the portal's ledger."""
    attempts: int


async def endings(play: Play, faults: Iterable[Fault]) -> dict[tuple[str, Fault], Ending]:
    """How a payment and a posting end under each of `faults`, all carried out at the same time."""
    ended = {}
    for fault in faults:
        ended["bank", fault] = _pay(play, fault)
        ended["erp", fault] = _post(play, fault)
    return dict(zip(ended, await asyncio.gather(*ended.values()), strict=True))


async def _pay(play: Play, fault: Fault) -> Ending:
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    play.set_fault("bank", fault, bill)
    await play.carried_out(await play.start(slice_id), slice_id)
    return Ending(play.paid(bill), play.attempt(slice_id).number)


async def _post(play: Play, fault: Fault) -> Ending:
    bill = play.office.bill()
    slice_id = play.office.posting_of(bill)
    play.set_fault("erp", fault, bill)
    await play.carried_out(await play.start(slice_id), slice_id)
    return Ending(play.posted(bill), play.attempt(slice_id).number)


async def test_what_a_portal_did_without_saying_so_is_not_repeated(play: Play) -> None:
    ended = await endings(play, CARRIED_OUT)
    assert ended == dict.fromkeys(ended, Ending(rows=1, attempts=1))


async def test_what_a_portal_did_not_do_is_repeated_once_that_is_proven(play: Play) -> None:
    ended = await endings(play, NOT_CARRIED_OUT)
    assert ended == dict.fromkeys(ended, Ending(rows=1, attempts=2))


async def test_a_login_that_ends_between_review_and_submit_leads_to_one_payment_and_one_posting(play: Play) -> None:
    ended = await endings(play, [Fault.DROP_LOGIN_BEFORE_SUBMIT])
    assert ended == dict.fromkeys(ended, Ending(rows=1, attempts=2))


async def test_short_maintenance_is_waited_for_and_claims_nothing(play: Play) -> None:
    ended = await endings(play, [Fault.MAINTENANCE])
    assert ended == dict.fromkeys(ended, Ending(rows=1, attempts=1))


async def test_lasting_maintenance_leaves_an_unpaid_payment_with_a_person(play: Play) -> None:
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    for _ in range(TRIES_BEFORE_A_PERSON_IS_ASKED):
        play.set_fault("bank", Fault.MAINTENANCE, bill)
    await play.start(slice_id)
    await play.until(lambda: play.tasks(slice_id))
    (task,) = play.tasks(slice_id)
    assert (task.kind, task.state) == ("payment_stopped", "open")
    assert (play.paid(bill), play.attempt(slice_id).state) == (0, AttemptState.ARMED)
