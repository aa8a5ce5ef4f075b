"""Real processes at one login: one is killed, one freezes and wakes. Nobody waits: the next asks with a later clock."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.payment import AttemptState
from models.work import Lease, NotYet, WaitReason, WorkItem
from store.intents import last_attempt
from store.portal_turns import give_back, renew, take_turn
from tests.console.company import TENANT, Company
from tests.store.login_holder import LASTS
from tests.store.steps import armed_payment

pytestmark = pytest.mark.behaviour("R4", "R1")
_ROOT = Path(__file__).parents[2]
_OTHER = WorkItem(reference="OTHER", portal="sandbox-bank", kind="statement", subject="s", case="", title="Statement")


@contextmanager
def holder(folder: Path, slice_id: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.store.login_holder", str(folder), slice_id]
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert heard(process) == "holding"
        yield process
        process.kill()


def heard(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def told_to_go_on(process: "subprocess.Popen[str]") -> str:
    assert process.stdin is not None
    process.stdin.write("go on\n")
    process.stdin.flush()
    return heard(process)


def asked(company: Company, later: timedelta = timedelta()) -> Lease | NotYet:
    return take_turn(company.store, TENANT, _OTHER, "another", datetime.now(UTC) + later, LASTS)


def state(company: Company, slice_id: str) -> AttemptState:
    with company.store.read() as connection:
        found = last_attempt(connection, TENANT, slice_id)
    assert found is not None
    return found.state


def test_while_the_holder_lives_it_claims_and_nobody_else_gets_the_login(company: Company, folder: Path) -> None:
    slice_id = armed_payment(company)
    with holder(folder, slice_id) as process:
        refused = asked(company)
        assert isinstance(refused, NotYet) and refused.reason is WaitReason.IN_USE
        assert told_to_go_on(process) == "claimed"


def test_the_login_of_a_killed_holder_comes_free_when_its_lease_runs_out(company: Company, folder: Path) -> None:
    slice_id = armed_payment(company)
    with holder(folder, slice_id) as process:
        process.kill()
        process.wait()
    assert isinstance(asked(company), NotYet)
    assert isinstance(asked(company, LASTS), Lease)
    assert state(company, slice_id) is AttemptState.ARMED


def test_who_froze_past_its_lease_claims_nothing_although_nobody_has_the_login_any_more(
    company: Company, folder: Path
) -> None:
    slice_id = armed_payment(company)
    with holder(folder, slice_id) as process:
        os.kill(process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        taken = asked(company, LASTS)
        assert isinstance(taken, Lease)
        assert renew(company.store, taken, datetime.now(UTC), LASTS) is not None
        give_back(company.store, taken, datetime.now(UTC))
        os.kill(process.pid, signal.SIGCONT)
        assert told_to_go_on(process) == "lost"
    assert state(company, slice_id) is AttemptState.ARMED
