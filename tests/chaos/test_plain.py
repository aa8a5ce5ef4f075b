"""Paying unguarded is for the sandbox alone, and there it pays twice."""

import asyncio

import pytest

from chaos.plain import require_sandbox
from chaos.plan import Harm
from chaos.points import Blow, Point
from chaos.unguarded import run_unguarded_leg
from models.errors import BusinessError
from sandbox.faults import Fault


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://bank.example", "Nordhafen Bank"),
        ("http://127.0.0.1.bank.example:8311", "Nordhafen Bank"),
        ("http://127.0.0.1:8311", "Some other bank"),
    ],
)
def test_any_portal_but_the_sandboxs_bank_is_refused(url: str, shown: str) -> None:
    with pytest.raises(BusinessError, match="is not the sandbox's bank"):
        require_sandbox(url, shown)


@pytest.mark.timeout(600)
def test_a_click_that_is_retried_pays_twice_where_the_answer_or_the_worker_is_lost() -> None:
    harms = [Harm(fault=Fault.ERROR_AFTER_ACCEPTING), Harm(Point.ACTIVITY_DONE, Blow.KILL_WORKER)]
    found = asyncio.run(run_unguarded_leg(harms))
    assert (found.runs, found.duplicated, found.paid_once) == (2, 2, 0)
