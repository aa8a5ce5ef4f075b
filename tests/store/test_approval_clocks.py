from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from models.approval import Outcome
from models.calendar import BusinessCalendar, CompanyDay
from models.errors import BusinessError
from models.ids import approval_workflow
from store.approval_clocks import TimeKept, keep_time, reminders_sent
from store.approval_notes import answer as answer_question
from store.approval_notes import ask
from store.calendars import set_calendar, set_company_day, set_working_calendar
from store.outbox import undelivered
from store.schema.people import person
from tests.console.company import TENANT, Company
from tests.console.stories import releasing
from tests.store.asking import actions, answer, asked, away, code_of, settle, stored, waiting
from tests.store.houses import SYSTEM, signed_in

pytestmark = pytest.mark.behaviour("A8")


@pytest.fixture
def request_id(company: Company) -> str:
    """A small purchase, which the rules remind of after 8 hours, escalate after 24 and reject in the end."""
    company.clock.now = datetime(2026, 11, 3, 7, 59, tzinfo=UTC)
    return company.pending(company.file()).request.id


def keep(company: Company, request: str) -> TimeKept:
    with company.store.change(TENANT, SYSTEM) as work:
        return keep_time(work, request)


def at(company: Company, day: int, hour: int, minute: int = 0) -> None:
    """A moment of November 2026 in Berlin, where the people of the company work."""
    company.clock.now = datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def test_it_reminds_once_after_a_working_day_and_says_when_it_looks_again(company: Company, request_id: str) -> None:
    first = keep(company, request_id)
    assert (first.remind, first.next_at) == ((), datetime(2026, 11, 3, 16, 0, tzinfo=UTC))
    at(company, 3, 18)
    assert [each.person for each in keep(company, request_id).remind] == ["ayse.kaya"]
    assert keep(company, request_id).remind == ()
    with company.store.read() as view:
        assert reminders_sent(view, TENANT, request_id) == 1


def test_it_is_escalated_after_three_working_days_to_people_who_may_then_decide(
    company: Company, request_id: str
) -> None:
    at(company, 5, 16, 59)
    keep(company, request_id)
    assert waiting(company, "ines.lindqvist") == []
    at(company, 5, 18)
    kept = keep(company, request_id)
    assert kept.tell == (1,)
    assert waiting(company, "ines.lindqvist") == waiting(company, "ayse.kaya") == [request_id]
    answer(company, request_id, "ines.lindqvist")
    assert settle(company, request_id) == "approved"


def test_in_the_end_it_is_rejected_because_the_rules_say_so_and_never_approved(
    company: Company, request_id: str
) -> None:
    for day in range(4, 31):
        at(company, day, 18)
        keep(company, request_id)
        if settle(company, request_id) != "pending":
            break
    assert stored(company, request_id).state == "rejected"
    assert "approval.timed_out" in actions(company)
    assert code_of(lambda: answer(company, request_id, "ayse.kaya")) == "approval.timed_out"


def test_where_the_rules_keep_asking_nothing_ends_by_itself(company: Company) -> None:
    request = company.pending(releasing(company)).request.id
    for _ in range(40):
        company.clock.move(days=1)
        keep(company, request)
        assert settle(company, request) == "pending"


def test_an_open_question_stops_the_clock(company: Company, request_id: str) -> None:
    at(company, 3, 10)
    note = ask(company.store, signed_in(company.store, "ayse.kaya"), request_id, "Which machine?")
    assert keep(company, request_id).next_at is None
    at(company, 20, 18)
    assert keep(company, request_id).remind == ()
    at(company, 23, 9)
    answer_question(company.store, signed_in(company.store, "mara.voss"), note, "The saw.")
    assert keep(company, request_id).remind == ()
    at(company, 23, 17)
    assert [each.person for each in keep(company, request_id).remind] == ["ayse.kaya"]


def test_the_weekend_does_not_count(company: Company) -> None:
    at(company, 6, 16, 30)
    request = company.pending(company.file()).request.id
    at(company, 9, 9, 30)
    assert keep(company, request).remind == ()


def test_days_off_of_the_companys_calendar_do_not_count_and_its_make_up_days_do(
    company: Company, request_id: str
) -> None:
    boss = signed_in(company.store, "sofia.brandt")
    days = (
        CompanyDay(day=date(2026, 11, 3), name="Works outing"),
        CompanyDay(day=date(2026, 11, 7), name="Stocktaking", is_working=True),
    )
    set_calendar(company.store, boss, BusinessCalendar(id="works", name="Works", company_days=days))
    assert keep(company, request_id).next_at == datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
    set_working_calendar(company.store, boss, "works")
    assert keep(company, request_id).next_at == datetime(2026, 11, 4, 16, 0, tzinfo=UTC)
    at(company, 3, 18)
    assert keep(company, request_id).remind == ()
    at(company, 4, 18)
    assert [each.person for each in keep(company, request_id).remind] == ["ayse.kaya"]
    at(company, 6, 16, 30)
    request = company.pending(company.file()).request.id
    at(company, 7, 16, 29)
    assert keep(company, request).remind == ()
    at(company, 7, 17)
    assert [each.person for each in keep(company, request).remind] == ["ayse.kaya"]


def test_a_changed_calendar_has_what_waits_work_out_its_times_anew(company: Company, request_id: str) -> None:
    boss = signed_in(company.store, "sofia.brandt")
    workflow = approval_workflow(TENANT, request_id)

    def told() -> int:
        with company.store.read() as view:
            return sum(each.workflow_id == workflow for each in undelivered(view))

    before = told()
    set_working_calendar(company.store, boss, "target2")
    assert told() == before + 1
    set_company_day(company.store, boss, "weekdays", CompanyDay(day=date(2026, 11, 4), name="Outing"))
    assert told() == before + 1
    set_company_day(company.store, boss, "target2", CompanyDay(day=date(2026, 11, 4), name="Outing"))
    assert told() == before + 2


def test_nobody_without_the_right_and_no_unknown_calendar_counts(company: Company) -> None:
    for login, calendar, code in (
        ("ayse.kaya", "target2", "right.missing"),
        ("sofia.brandt", "x", "calendar.unknown"),
    ):
        with pytest.raises(BusinessError) as refused:
            set_working_calendar(company.store, signed_in(company.store, login), calendar)
        assert refused.value.code == code


def test_hours_are_those_of_each_persons_zone(company: Company, request_id: str) -> None:
    """Nine to five in Shanghai is over when it begins in Berlin."""
    with company.store.change(TENANT, SYSTEM) as work:
        place = (person.c.tenant == TENANT) & (person.c.id == "ayse.kaya")
        work.execute(update(person).where(place).values(timezone="Asia/Shanghai"))
        work.record("person.added", "person", "ayse.kaya")
    assert keep(company, request_id).next_at == datetime(2026, 11, 4, 8, 0, tzinfo=UTC)


def test_what_was_sent_back_has_no_clock(company: Company, request_id: str) -> None:
    answer(company, request_id, "ayse.kaya", Outcome.SEND_BACK, "Which one?")
    settle(company, request_id)
    at(company, 27, 18)
    assert keep(company, request_id) == TimeKept(remind=(), tell=(), next_at=None)


def test_whoever_comes_to_stand_in_later_is_told_then(company: Company, request_id: str) -> None:
    begins = company.clock() + timedelta(days=1)
    away(company, "ayse.kaya", "henrik.dahl", starts_at=begins)
    assert keep(company, request_id).tell == ()
    company.clock.now = begins
    assert keep(company, request_id).tell == (1,)
    assert asked(company, request_id).stages[0].people == ("ayse.kaya",)
