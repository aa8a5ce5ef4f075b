"""Schedules on their page: what runs when and why, and who may steer it."""

from typing import Any

import pytest

from store.intents import arm
from store.schedule_watch import watch
from store.schedules import schedules
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM
from tests.store.schedules import MORNING, PAYMENT_RUN, at, begun, keep, looked_after, payments, runs, statements
from tests.store.steps import intent, released

pytestmark = pytest.mark.behaviour("S1", "C1")
_FORM = {
    "id": "bank-friday",
    "title": "On Fridays",
    "job": "statements",
    "target": "LMT",
    "statement_of": "today",
    "frequency": "weekly",
    "weekdays": "5",
    "at": "18:30",
    "zone": "Europe/Berlin",
    "calendar": "target2",
    "roll": "preceding",
    "patience_minutes": "15",
    "silent_after_minutes": "120",
}


@pytest.fixture
def morning(company: Company) -> Company:
    at(company, "2026-04-02T12:00")
    keep(company, statements())
    return company


def test_the_page_says_when_it_runs_next_and_why_then(page: Page, morning: Company) -> None:
    page.sign_in("sofia.brandt")
    html = page.open("/schedules").text
    for shown in (
        "Statements in the morning",
        "every business day at 07:00 (Europe/Berlin)",
        "Has not run yet",
        "Tuesday, 7 April 2026, 07:00",
        "3 Apr 2026 is Good Friday (TARGET2)",
        "Holidays as in holidays 0.",
    ):
        assert shown in html
    assert html.count("<li><strong>") == 20


def test_it_says_so_when_nobody_looks_after_the_schedules(page: Page, morning: Company) -> None:
    page.sign_in("sofia.brandt")
    warning = "Nobody looks after the schedules"
    assert warning in page.open("/schedules").text
    watch(morning.store)
    assert warning not in page.open("/schedules").text
    morning.clock.move(minutes=6)
    assert warning in page.open("/schedules").text


def test_a_treasurer_pauses_resumes_and_runs_it(page: Page, morning: Company) -> None:
    page.sign_in("sofia.brandt")
    where = f"/schedules/{MORNING}"
    assert page.send("/schedules", {"reason": " "}, f"{where}/pause").status_code == 422
    assert page.send("/schedules", {"reason": "Bank moves"}, f"{where}/pause").status_code == 303
    html = page.open("/schedules").text
    assert "Bank moves" in html and "The next runs, and why" not in html
    assert page.send("/schedules", {}, f"{where}/resume").status_code == 303
    assert page.send("/schedules", {}, f"{where}/run").status_code == 303
    assert [state for _, state in runs(morning)] == ["asked"]
    assert "Asked for" in page.open("/schedules").text


def test_a_missed_run_is_settled_from_the_inbox(page: Page, morning: Company) -> None:
    at(morning, "2026-04-07T12:00")
    looked_after(morning)
    page.sign_in("sofia.brandt")
    inbox = page.open("/").text
    assert "Statements in the morning: runs were missed" in inbox
    task = inbox.partition('href="/tasks/')[2].partition('"')[0]
    html = page.open(f"/tasks/{task}").text
    assert "2026-04-07 07:00 CEST" in html and "Run once now" in html
    given = {"resolution": "run_now", "comment": "Still wanted."}
    assert page.send(f"/tasks/{task}", given).status_code == 303
    assert [state for _, state in runs(morning)] == ["missed", "asked"]


def test_a_schedule_is_added_and_changed_on_its_form(page: Page, morning: Company) -> None:
    page.sign_in("sofia.brandt")
    assert page.send("/schedules", _FORM).status_code == 303
    assert "Fri at 18:30 (Europe/Berlin)" in page.open("/schedules").text
    assert page.send("/schedules", _FORM | {"at": "19:30"}).status_code == 303
    with morning.store.read() as view:
        (friday, _) = schedules(view, TENANT)
    assert (friday.content.timing.at.hour, friday.revision) == (19, 2)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"at": "soon"}, "timing.at"),
        ({"zone": "Mars"}, "timing.zone"),
        ({"weekdays": []}, "timing"),
        ({"id": "No spaces!"}, "id"),
        ({"patience_minutes": "0"}, "patience_minutes"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_named(
    page: Page, morning: Company, typed: dict[str, Any], field: str
) -> None:
    page.sign_in("sofia.brandt")
    answer = page.send("/schedules", _FORM | typed)
    assert (answer.status_code, f"<li>{field}: " in answer.text) == (422, True)


def test_a_clerk_sees_it_and_does_not_steer_and_a_requester_does_not_see_it(page: Page, morning: Company) -> None:
    page.sign_in("greta.holm")
    assert "Add a schedule" not in page.open("/schedules").text
    assert page.send("/schedules", _FORM).status_code == 403
    page.sign_in("mara.voss")
    assert 'href="/schedules"' not in page.open("/").text
    assert page.open("/schedules").status_code == 403


def test_the_page_is_there_in_chinese(page: Page, morning: Company) -> None:
    page.sign_in("sofia.brandt")
    page.send("/", {"language": "zh", "back": "/"}, action="/language")
    html = page.open("/schedules").text
    assert "每个工作日 07:00" in html and "是 Good Friday（TARGET2）" in html


@pytest.mark.usefixtures("payment")
def test_a_payment_says_for_which_run_it_waits_and_is_let_go_alone(page: Page, company: Company) -> None:
    _, slice_id = released(company, "DLT-90500", "3")
    at(company, "2026-12-18T06:00")
    keep(company, payments())
    case = intent(company, slice_id).case
    with company.store.change(TENANT, SYSTEM, case) as work:
        reference = arm(work, slice_id).reference
    page.sign_in("sofia.brandt")
    shown = 'the payment run of <time datetime="2026-12-18T13:00:00+00:00">18 Dec 2026, 14:00</time>'
    assert f"Waits for {shown}" in page.open(f"/cases/{case}").text
    assert "The payment waits for the next payment run." in page.open(f"/cases/{case}").text
    queue = page.open("/bots").text
    assert "Waits for a run" in queue and f"until {shown}" in queue
    plans = page.open("/schedules").text
    assert "Payment run · Lindqvist Messtechnik GmbH" in plans and "<dd>1 payment</dd>" in plans
    assert "To hold money back, pause the bank's portal." in plans
    page.send("/", {"language": "zh", "back": "/"}, action="/language")
    assert "等待 <time" in page.open(f"/cases/{case}").text and "不等批次，立即付款" in page.open("/bots").text
    page.send("/", {"language": "en", "back": "/"}, action="/language")
    assert page.send("/bots", {"until": ""}, f"/bots/items/{reference}/defer").status_code == 303
    assert "payment run" not in page.open("/bots/list").text.replace("Payment run", "")
    assert "Waits for the payment run" not in page.open(f"/cases/{case}").text


def test_a_run_says_how_many_payments_it_let_go(page: Page, company: Company) -> None:
    _, slice_id = released(company)
    at(company, "2026-12-18T06:00")
    keep(company, payments())
    with company.store.change(TENANT, SYSTEM, intent(company, slice_id).case) as work:
        arm(work, slice_id)
    at(company, "2026-12-18T13:00")
    begun(company, PAYMENT_RUN)
    page.sign_in("sofia.brandt")
    (run,) = [
        line for line in page.open("/schedules").text.splitlines() if 'class="chip good"' in line and "<li>" in line
    ]
    assert "1 payment" in run
