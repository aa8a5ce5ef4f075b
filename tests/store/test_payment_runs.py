"""Payments that wait for a payment run: what waits, what lets it go, and that nothing is stranded."""

from datetime import time, timedelta

import pytest

from audit.entry import Actor
from models.errors import BusinessError
from models.payment import AttemptState, SignatureIntent
from models.schedule import RunState, Schedule
from models.work import Lease, NotYet, WaitReason, WorkItem, WorkState
from sandbox.company import ENTITY
from store.cut_offs import payment_cut_off, warn_of_cut_offs
from store.intents import arm, cancel_intent, close_attempt, intent_of, last_attempt, work_item_of
from store.log import history
from store.masters import add_entity
from store.outbox import undelivered
from store.payment_runs import number_waiting, put_off
from store.payments import payment_of
from store.portal_queue import StoredItem, defer_item, pause_portal, queues
from store.portal_turns import give_back, take_turn
from store.schedule_jobs import start_job
from store.schedule_runs import begin_asked, run_now, runs_of
from store.schedules import pause_schedule, resume_schedule, schedule_of, set_schedule
from store.tasks import Task, open_tasks
from store.unit_of_work import Store
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, moment, signed_in, verified
from tests.store.schedules import PAYMENT_RUN, at, begun, keep, looked_after, payments, runs, statements
from tests.store.steps import armed_payment, intent, invoice, released

pytestmark = [pytest.mark.behaviour("S1"), pytest.mark.usefixtures("bank_login")]
_PLANNED = "2026-12-18T13:00"
_NEXT = "2026-12-21T13:00"


@pytest.fixture
def payable(company: Company) -> list[str]:
    """Two payments that are released and not ready for the bank yet."""
    return [released(company)[1], released(company, "DLT-90500", "3")[1]]


@pytest.fixture
def planned(company: Company, payable: list[str]) -> Company:
    """A company that pays every bank day at two in Berlin; it is Friday at seven."""
    at(company, "2026-12-18T06:00")
    keep(company, payments())
    return company


def armed(company: Company, slice_id: str) -> str:
    """The payment, ready for the bank from now on."""
    with company.store.change(TENANT, SYSTEM, intent(company, slice_id).case) as work:
        arm(work, slice_id)
    return slice_id


def waiting(company: Company) -> list[StoredItem]:
    """The payments in the queue, in the order in which they will come."""
    with company.store.read() as view:
        found = queues(view, TENANT, moment().wall)
    return [item for queue in found for item in queue.waiting if item.kind == "payment"]


def planned_times(company: Company) -> list[str]:
    return [f"{item.defer_until:%Y-%m-%dT%H:%M}" if item.defer_until else "" for item in waiting(company)]


def ask(company: Company, slice_id: str, store: Store | None = None) -> Lease | NotYet:
    """A bot comes for the payment's turn."""
    with company.store.read() as view:
        attempt = last_attempt(view, TENANT, slice_id)
        assert attempt is not None
        item = work_item_of(view, TENANT, intent_of(view, TENANT, slice_id), attempt.reference)
    return take_turn(store or company.store, TENANT, item, "host/1", moment().wall, timedelta(seconds=15))


def reason(company: Company, slice_id: str) -> WaitReason | None:
    found = ask(company, slice_id)
    return found.reason if isinstance(found, NotYet) else None


def by_hand(company: Company) -> None:
    run_id = run_now(company.store, signed_in(company.store, "sofia.brandt"), PAYMENT_RUN)
    with company.store.change(TENANT, Actor(system="schedules")) as work:
        taken = begin_asked(work, run_id, "w")
        assert taken is not None
        start_job(work, schedule_of(work.connection, TENANT, PAYMENT_RUN).content, taken.run)


def produced(company: Company) -> list[tuple[str, str]]:
    """State and number of payments of each run, the newest first."""
    with company.store.read() as view:
        return [(run.state.value, run.produced) for run in runs_of(view, TENANT, PAYMENT_RUN)]


def told(company: Company, kind: str = "payments_without_run") -> list[Task]:
    with company.store.read() as view:
        return [task for task in open_tasks(view, TENANT) if task.kind == kind]


def called(company: Company) -> list[str]:
    """The slices whose workflows were told to come, in order."""
    with company.store.read() as view:
        found = [each.workflow_id for each in undelivered(view)]
    return [each.rpartition("/")[2] for each in found if "/portal-action/" in each]


def test_without_a_schedule_a_payment_goes_to_its_queue_at_once(company: Company) -> None:
    slice_id = armed_payment(company)
    assert planned_times(company) == [""]
    assert isinstance(ask(company, slice_id), Lease)


@pytest.mark.parametrize("content", [statements(), payments(target="LMS")], ids=["another job", "another company"])
def test_a_schedule_that_is_not_about_it_does_not_put_it_off(company: Company, content: Schedule) -> None:
    other = ENTITY.model_copy(update={"id": "LMS", "iban": "DE89370400440532013000"})
    with company.store.change(TENANT, SYSTEM) as work:
        add_entity(work, other)
    keep(company, content)
    armed_payment(company)
    assert planned_times(company) == [""]


def test_what_is_no_payment_does_not_wait(planned: Company, payable: list[str]) -> None:
    """A signature under a payment that the bank has belongs to the same account, and does not wait."""
    piece = WorkItem(reference="S1", portal="sandbox-bank", kind="signature", subject="s", case="", title="Sign")
    with planned.store.change(TENANT, SYSTEM) as work:
        paid = payment_of(work, invoice(planned, intent(planned, payable[0]).invoice))
        values = {"payer_iban": paid.payer_iban, "payee": paid.payee, "amount": paid.amount}
        signature = SignatureIntent.model_validate({"payment": "s", "payment_reference": "R", **values})
        assert put_off(work, signature, piece) is piece
        assert put_off(work, paid, piece).payment_run == PAYMENT_RUN


def test_a_payment_waits_for_the_next_run_which_lets_it_go_and_says_how_many(
    planned: Company, payable: list[str]
) -> None:
    slices = [armed(planned, payable[0]), armed(planned, payable[1])]
    assert planned_times(planned) == [_PLANNED, _PLANNED]
    assert [reason(planned, each) for each in slices] == [WaitReason.DEFERRED, WaitReason.DEFERRED]
    with planned.store.read() as view:
        assert number_waiting(view, TENANT, PAYMENT_RUN, planned.store.now()) == 2
    at(planned, _PLANNED)
    assert begun(planned, PAYMENT_RUN) is not None
    assert produced(planned) == [("done", "2")]
    assert planned_times(planned) == ["", ""]
    assert called(planned) == [item.subject for item in waiting(planned)]
    assert isinstance(ask(planned, waiting(planned)[0].subject), Lease)
    with planned.store.read() as view:
        actions = [entry.action for entry in history(view, TENANT, intent_of(view, TENANT, slices[0]).case)]
    assert actions.count("payment.put_off") == actions.count("payment.let_go") == 1
    assert verified(planned.store).ok


def test_a_run_by_hand_lets_them_go_too_and_the_planned_one_finds_nothing(planned: Company, payable: list[str]) -> None:
    slice_id = armed(planned, payable[0])
    by_hand(planned)
    assert isinstance(ask(planned, slice_id), Lease)
    at(planned, _PLANNED)
    begun(planned, PAYMENT_RUN)
    assert produced(planned) == [("done", "0"), ("done", "1")]


def test_an_urgent_payment_is_put_forward_and_the_run_does_not_count_it(planned: Company, payable: list[str]) -> None:
    urgent, other = armed(planned, payable[0]), armed(planned, payable[1])
    (reference,) = [item.reference for item in waiting(planned) if item.subject == urgent]
    defer_item(planned.store, signed_in(planned.store, "greta.holm"), reference, None)
    assert (reason(planned, urgent), reason(planned, other)) == (None, WaitReason.DEFERRED)
    at(planned, _PLANNED)
    begun(planned, PAYMENT_RUN)
    assert produced(planned) == [("done", "1")]


def test_a_payment_that_a_person_put_off_to_a_day_is_not_let_go(planned: Company, payable: list[str]) -> None:
    slice_id = armed(planned, payable[0])
    later = planned.store.now() + timedelta(days=7)
    defer_item(planned.store, signed_in(planned.store, "greta.holm"), waiting(planned)[0].reference, later)
    at(planned, _PLANNED)
    begun(planned, PAYMENT_RUN)
    assert (produced(planned), reason(planned, slice_id)) == ([("done", "0")], WaitReason.DEFERRED)


def test_a_payment_ready_between_due_time_and_the_runs_start_goes_with_that_run(
    planned: Company, payable: list[str]
) -> None:
    at(planned, "2026-12-18T13:00:03")
    slice_id = armed(planned, payable[0])
    assert planned_times(planned) == [_PLANNED]
    begun(planned, PAYMENT_RUN)
    assert produced(planned) == [("done", "1")]
    assert isinstance(ask(planned, slice_id), Lease)
    armed(planned, payable[1])
    assert planned_times(planned)[-1:] == [_NEXT]


def test_one_whose_time_comes_before_its_run_begins_calls_the_others_and_is_counted_all_the_same(
    planned: Company, payable: list[str]
) -> None:
    slices = [armed(planned, payable[0]), armed(planned, payable[1])]
    for each in slices:
        reason(planned, each)
    first, second = (item.subject for item in waiting(planned))
    at(planned, _PLANNED)
    found = ask(planned, second)
    assert isinstance(found, NotYet) and found.reason is WaitReason.BEHIND
    assert called(planned) == [first]
    lease = ask(planned, first)
    assert isinstance(lease, Lease)
    give_back(planned.store, lease, moment().wall)
    begun(planned, PAYMENT_RUN)
    assert produced(planned) == [("done", "2")]


def test_a_payment_that_was_given_up_is_not_counted(planned: Company, payable: list[str]) -> None:
    slice_id = armed(planned, payable[0])
    with planned.store.change(TENANT, SYSTEM) as work:
        assert cancel_intent(work, slice_id)
    at(planned, _PLANNED)
    begun(planned, PAYMENT_RUN)
    assert produced(planned) == [("done", "0")]


def test_it_waits_across_a_restart(planned: Company, payable: list[str]) -> None:
    slice_id = armed(planned, payable[0])
    after = Store(planned.store.engines, planned.store.log, planned.store.now)
    found = ask(planned, slice_id, after)
    assert isinstance(found, NotYet) and f"{found.defer_until:%Y-%m-%dT%H:%M}" == _PLANNED


def test_given_the_schedule_is_paused_what_waits_keeps_its_time_and_a_person_is_told_once(
    planned: Company, payable: list[str]
) -> None:
    boss = signed_in(planned.store, "sofia.brandt")
    slice_id = armed(planned, payable[0])
    pause_schedule(planned.store, boss, PAYMENT_RUN, "The treasurer is away")
    looked_after(planned, PAYMENT_RUN)
    looked_after(planned, PAYMENT_RUN)
    (task,) = told(planned)
    assert "1 payment(s) waited for its next run. They begin by themselves at 2026-12-18 14:00" in task.content.message
    assert reason(planned, slice_id) is WaitReason.DEFERRED
    armed(planned, payable[1])
    assert sorted(planned_times(planned)) == ["", _PLANNED]
    at(planned, _PLANNED)
    assert begun(planned, PAYMENT_RUN) is None
    (reference,) = [item.reference for item in waiting(planned) if item.subject != slice_id]
    defer_item(planned.store, boss, reference, planned.store.now() + timedelta(days=1))
    assert isinstance(ask(planned, slice_id), Lease)


def test_given_a_pause_that_ends_before_anybody_noticed_it_waits_on(planned: Company, payable: list[str]) -> None:
    boss = signed_in(planned.store, "sofia.brandt")
    armed(planned, payable[0])
    pause_schedule(planned.store, boss, PAYMENT_RUN, "A mistake")
    resume_schedule(planned.store, boss, PAYMENT_RUN)
    looked_after(planned, PAYMENT_RUN)
    assert (told(planned), planned_times(planned)) == ([], [_PLANNED])
    at(planned, _PLANNED)
    begun(planned, PAYMENT_RUN)
    assert produced(planned) == [("done", "1")]


@pytest.mark.parametrize(("hour", "expected"), [(11, "2026-12-18T10:00"), (17, "2026-12-18T16:00")])
def test_a_changed_time_moves_what_waits_and_tells_its_bot(
    planned: Company, hour: int, expected: str, payable: list[str]
) -> None:
    slice_id = armed(planned, payable[0])
    reason(planned, slice_id)
    timing = payments().timing.model_copy(update={"at": time(hour)})
    set_schedule(planned.store, signed_in(planned.store, "sofia.brandt"), payments(timing=timing))
    looked_after(planned, PAYMENT_RUN)
    assert (planned_times(planned), called(planned)) == ([expected], [slice_id])


@pytest.mark.parametrize("content", [payments(job="statements"), payments(job="canary", target="sandbox-bank")])
def test_a_payment_run_stays_one_so_that_nothing_waits_for_what_is_not_there(
    planned: Company, content: Schedule
) -> None:
    with pytest.raises(BusinessError) as refused:
        set_schedule(planned.store, signed_in(planned.store, "sofia.brandt"), content)
    assert refused.value.code == "schedule.other_payments"


def test_given_nothing_worked_at_its_time_payments_begin_without_the_run_and_a_person_is_told(
    planned: Company, payable: list[str]
) -> None:
    slice_id = armed(planned, payable[0])
    at(planned, "2026-12-18T15:00")
    after = armed(planned, payable[1])
    looked_after(planned, PAYMENT_RUN)
    (task,) = told(planned, "schedule_missed")
    assert "The payments that waited for it (1) begin without it." in task.content.message
    assert runs(planned, PAYMENT_RUN) == [("Fri 18 13:00", RunState.MISSED.value)]
    assert (reason(planned, slice_id), reason(planned, after)) == (None, WaitReason.DEFERRED)


def test_a_run_lets_nothing_begin_at_a_bank_that_a_person_paused(planned: Company, payable: list[str]) -> None:
    slice_id = armed(planned, payable[0])
    pause_portal(planned.store, signed_in(planned.store, "sofia.brandt"), "sandbox-bank", "Something is wrong")
    at(planned, _PLANNED)
    begun(planned, PAYMENT_RUN)
    assert reason(planned, slice_id) is WaitReason.PAUSED
    assert waiting(planned)[0].state is WorkState.PARKED


def test_a_new_try_waits_for_the_next_run_again(planned: Company, payable: list[str]) -> None:
    slice_id = armed(planned, payable[0])
    at(planned, _PLANNED)
    begun(planned, PAYMENT_RUN)
    with planned.store.change(TENANT, SYSTEM) as work:
        close_attempt(work, slice_id, 1, AttemptState.REJECTED, {})
        assert arm(work, slice_id).number == 2
    assert planned_times(planned) == [_NEXT]


@pytest.mark.behaviour("S2")
def test_a_run_after_the_cut_off_is_warned_about_at_once_and_one_in_time_is_not(
    company: Company, payable: list[str]
) -> None:
    with company.store.read() as view:
        found = payment_cut_off(view, TENANT, invoice(company, intent(company, payable[0]).invoice), time(15))
    assert found is not None
    late = payments().timing.model_copy(update={"at": time(16)})
    company.clock.now = found.latest - timedelta(minutes=200)
    keep(company, payments())
    armed(company, payable[0])
    # The run of two o'clock is an hour before the bank's cut-off of that day.
    company.clock.now = found.latest - timedelta(minutes=90)
    assert [each for each in warnings(company) if "payment run" in each] == []
    company.clock.now = found.latest - timedelta(minutes=200)
    keep(company, payments(timing=late))
    looked_after(company, PAYMENT_RUN)
    (warning,) = [each for each in warnings(company) if "payment run" in each]
    assert f"it waits for the payment run of {found.latest:%Y-%m-%d} 16:00" in warning


def warnings(company: Company) -> list[str]:
    warn_of_cut_offs(company.store, time(15))
    return [task.content.message for task in told(company, "cut_off_near")]
