from datetime import timedelta

import pytest

from finance.segregation import Function
from models.errors import BusinessError
from models.party import Role
from models.task import Resolution, TaskContent
from store.answers import TaskAnswer, resolve_task
from store.cases import involve
from store.log import history
from store.outbox import undelivered
from store.tasks import TaskSubject, close_tasks, open_task, open_tasks, task_of
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, moment, signed_in

_CONTENT = TaskContent(
    title="Price: invoice 7", message="Too dear.", resolutions=(Resolution.ACCEPT_VARIANCE, Resolution.REJECT)
)
_SUBJECT = TaskSubject(kind="price", subject_kind="invoice", subject_id="IN-1", workflow="main/invoice/abc")


def opened(company: Company, subject: TaskSubject = _SUBJECT, case: str = "") -> str:
    case = case or company.file()
    with company.store.change(TENANT, SYSTEM, case) as work:
        return open_task(work, subject, Role.PURCHASING, _CONTENT, timedelta(hours=8))


def resolve(
    company: Company,
    task: str,
    person: str = "piotr.nowak",
    resolution: Resolution = Resolution.ACCEPT_VARIANCE,
    comment: str = "Agreed by phone",
) -> None:
    answer = TaskAnswer(resolution=resolution, comment=comment)
    resolve_task(company.store, signed_in(company.store, person), task, answer, moment())


def refused(company: Company, task: str, person: str = "piotr.nowak", **more: object) -> BusinessError:
    with pytest.raises(BusinessError) as refusal:
        resolve(company, task, person, **more)  # type: ignore[arg-type]
    return refusal.value


@pytest.mark.behaviour("P5", "E1")
def test_a_task_is_settled_once_on_record_and_the_workflow_is_told(company: Company) -> None:
    task = opened(company)
    resolve(company, task)
    with company.store.read() as connection:
        found = task_of(connection, TENANT, task)
        message = undelivered(connection)[-1]
        entry = history(connection, TENANT, found.case)[-1]
    assert (found.state, found.resolution, found.resolved_by) == ("resolved", "accept_variance", "piotr.nowak")
    assert (message.kind, message.workflow_id) == ("changed", "main/invoice/abc")
    assert (entry.action, entry.actor.person) == ("task.resolved", "piotr.nowak")
    assert refused(company, task).code == "task.already_resolved"


@pytest.mark.behaviour("P5")
def test_a_task_is_due_by_its_time_limit_and_the_most_urgent_comes_first(company: Company) -> None:
    case = company.file()
    later = opened(company, case=case)
    urgent = _SUBJECT.model_copy(update={"kind": "bank_details"})
    with company.store.change(TENANT, SYSTEM, case) as work:
        first = open_task(work, urgent, Role.TREASURER, _CONTENT, timedelta(hours=1))
    with company.store.read() as connection:
        assert [each.id for each in open_tasks(connection, TENANT)] == [first, later]


def test_while_a_task_is_open_there_is_no_second_about_the_same(company: Company) -> None:
    case = company.file()
    task = opened(company, case=case)
    assert opened(company, case=case) == task
    resolve(company, task)
    assert opened(company, case=case) != task


@pytest.mark.parametrize("person", ["mara.voss", "sofia.brandt", "oliver.stein"])
def test_only_the_role_that_owns_a_task_settles_it(company: Company, person: str) -> None:
    assert refused(company, opened(company), person).code == "right.missing"


def test_only_what_the_task_allows_is_possible_and_the_choice_is_named(company: Company) -> None:
    error = refused(company, opened(company), resolution=Resolution.CANCEL)
    assert error.code == "task.resolution"
    assert "choose one of: accept_variance, reject" in error.message


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_a_resolution_says_why(company: Company, comment: str) -> None:
    assert refused(company, opened(company), comment=comment).code == "task.no_comment"


@pytest.mark.behaviour("A10")
def test_who_received_the_goods_does_not_settle_the_exception(company: Company) -> None:
    case = company.file()
    task = opened(company, case=case)
    with company.store.change(TENANT, SYSTEM, case) as work:
        involve(work, "piotr.nowak", Function.RECEIVED_GOODS)
        work.record("goods.received", "order", "PO-1")
    error = refused(company, task)
    assert (error.code, "received the goods" in error.message) == ("task.segregation", True)


def test_a_task_that_is_settled_without_a_person_says_why(company: Company) -> None:
    task = opened(company)
    with company.store.change(TENANT, SYSTEM) as work:
        close_tasks(work, "invoice", "IN-1", "The invoice matches now.")
    with company.store.read() as connection:
        found = task_of(connection, TENANT, task)
    assert (found.state, found.resolution, found.comment) == ("resolved", None, "The invoice matches now.")


def test_a_task_nobody_opened_is_named(company: Company) -> None:
    assert refused(company, "nothing").code == "task.unknown"


def test_given_a_task_when_told_to_wait_then_it_stays_open_and_is_due_as_much_later(company: Company) -> None:
    store = company.store
    with store.change(TENANT, SYSTEM, case="PR-2026-0001") as work:
        subject = TaskSubject(kind="quantity", subject_kind="invoice", subject_id="IN-2026-0001", workflow="w")
        content = TaskContent(title="Quantity", message="More than ordered.", resolutions=(Resolution.WAIT,))
        task = open_task(work, subject, Role.PURCHASING, content, timedelta(hours=24))
    company.clock.move(hours=10)

    answer = TaskAnswer(resolution=Resolution.WAIT, comment="The vendor sends a credit note.")
    resolve_task(store, signed_in(store, "piotr.nowak"), task, answer, moment())

    with store.read() as connection:
        found = task_of(connection, TENANT, task)
    assert (found.state, found.resolution, found.comment) == ("open", None, "The vendor sends a credit note.")
    assert found.due_at == company.clock() + timedelta(hours=24)
