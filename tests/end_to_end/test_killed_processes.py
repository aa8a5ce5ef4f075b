"""Server, workflows' worker and portals die in the middle of a payment or posting. Afterwards it is there once."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.faults import Fault
from sandbox.submissions import submissions
from tests.end_to_end.play import Play

pytestmark = [pytest.mark.behaviour("P10", "R1", "D1"), pytest.mark.timeout(240)]


def is_whole(ledger: Path) -> bool:
    with closing(sqlite3.connect(ledger)) as connection:
        (found,) = connection.execute("PRAGMA integrity_check").fetchone()
    return str(found) == "ok"


@pytest.mark.parametrize("process", ["flows", "temporal"])
async def test_a_payment_is_made_once_when_server_or_workflows_die_while_the_bank_answers(
    play: Play, process: str
) -> None:
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    play.set_fault("bank", Fault.ANSWER_SLOWLY, bill, "2")
    running = await play.start(slice_id)
    await play.until(lambda: play.paid(bill))
    play.stage.restart(process)
    await play.carried_out(running, slice_id)
    assert (play.paid(bill), play.attempt(slice_id).number) == (1, 1)


async def test_a_bank_killed_after_it_accepted_keeps_the_payment_and_gets_no_second_one(play: Play) -> None:
    bill = play.office.bill()
    slice_id = play.office.payment_of(bill)
    play.set_fault("bank", Fault.ANSWER_SLOWLY, bill, "30")
    running = await play.start(slice_id)
    await play.until(lambda: play.paid(bill))
    play.stage.restart("bank")
    await play.carried_out(running, slice_id)
    assert (play.paid(bill), play.attempt(slice_id).number) == (1, 1)
    assert is_whole(play.stage.ledger("bank"))


async def test_an_erp_killed_before_it_posted_is_asked_again_once_that_is_proven(play: Play) -> None:
    bill = play.office.bill()
    slice_id = play.office.posting_of(bill)
    play.set_fault("erp", Fault.TIME_OUT_WITHOUT_ACCEPTING, bill)
    before = len(submissions(play.stage.ledger("erp")))
    running = await play.start(slice_id)
    await play.until(lambda: len(submissions(play.stage.ledger("erp"))) > before)
    play.stage.restart("erp")
    await play.carried_out(running, slice_id)
    assert (play.posted(bill), play.attempt(slice_id).number) == (1, 2)
    assert is_whole(play.stage.ledger("erp"))
