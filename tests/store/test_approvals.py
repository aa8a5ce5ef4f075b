import pytest
from sqlalchemy import select

from finance.segregation import Function
from models.approval import Outcome
from models.errors import BusinessError
from store.approval_answers import record_decision
from store.approvals import decisions_of, is_approved, request_of, requests_waiting_for, settle_request
from store.cases import involve
from store.outbox import undelivered
from store.people import add_person
from store.schema.audit import audit_entry
from tests.console.company import TENANT, Company
from tests.console.stories import releasing, two_stage
from tests.store.houses import SYSTEM, signed_in

pytestmark = pytest.mark.behaviour("A11")


def answer(
    company: Company,
    request: str,
    person: str,
    outcome: Outcome = Outcome.APPROVE,
    comment: str = "",
    digest: str = "",
    login: str = "",
) -> None:
    with company.store.read() as connection:
        digest = digest or request_of(connection, TENANT, request).request.digest
    record_decision(company.store, signed_in(company.store, person, login), request, outcome, comment, digest)


def refused(
    company: Company,
    request: str,
    person: str,
    outcome: Outcome = Outcome.APPROVE,
    comment: str = "",
    digest: str = "",
    login: str = "",
) -> BusinessError:
    with pytest.raises(BusinessError) as refusal:
        answer(company, request, person, outcome, comment, digest, login)
    return refusal.value


def actions(company: Company) -> list[str]:
    with company.store.read() as connection:
        return list(connection.execute(select(audit_entry.c.action).order_by(audit_entry.c.sequence)).scalars())


def waiting(company: Company, person: str) -> list[str]:
    with company.store.read() as connection:
        return [each.request.id for each in requests_waiting_for(connection, TENANT, person, company.clock())]


@pytest.fixture
def request_id(company: Company) -> str:
    """A purchase of Mara Voss that Ayşe Kaya has to approve."""
    return company.pending(company.file()).request.id


@pytest.mark.behaviour("E1")
def test_a_decision_is_recorded_with_its_entry_and_its_message_before_any_workflow_hears_of_it(
    company: Company, request_id: str
) -> None:
    answer(company, request_id, "ayse.kaya", comment="  Fine.  ")
    with company.store.read() as connection:
        (decision,) = decisions_of(connection, TENANT, request_id)
        message = undelivered(connection)[-1]
    assert (decision.person, decision.comment) == ("ayse.kaya", "Fine.")
    assert (message.kind, message.argument) == ("decide", {"decision": decision.id})
    assert actions(company)[-1] == "purchase.approved"


def test_the_second_answer_learns_who_was_first_and_when_and_is_on_record(company: Company, request_id: str) -> None:
    answer(company, request_id, "ayse.kaya")
    error = refused(company, request_id, "ayse.kaya", outcome=Outcome.REJECT, comment="Changed my mind")
    assert error.code == "approval.already_decided"
    assert error.message == "Already decided by Ayşe Kaya on 2026-11-02 at 08:06 UTC: approve."
    assert actions(company)[-1] == "approval.refused_attempt"


def test_what_changed_since_it_was_seen_is_not_decided(company: Company, request_id: str) -> None:
    assert refused(company, request_id, "ayse.kaya", digest="0" * 64).code == "approval.changed"
    assert actions(company)[-1] == "approval.refused_attempt"


@pytest.mark.parametrize("comment", ["", "   "])
def test_a_rejection_needs_a_reason(company: Company, request_id: str, comment: str) -> None:
    error = refused(company, request_id, "ayse.kaya", outcome=Outcome.REJECT, comment=comment)
    assert error.code == "approval.no_reason"
    answer(company, request_id, "ayse.kaya", Outcome.REJECT, "Too dear")
    assert actions(company)[-1] == "purchase.rejected"


@pytest.mark.parametrize("person", ["henrik.dahl", "oliver.stein", "karl.lindqvist"])
def test_it_is_decided_by_whom_the_chain_names_and_by_no_administrator(
    company: Company, request_id: str, person: str
) -> None:
    assert refused(company, request_id, person).code == "approval.not_yours"


@pytest.mark.behaviour("A10")
def test_a_requester_does_not_approve_with_whatever_account(company: Company, request_id: str) -> None:
    for login in ("mara.voss", "mara.voss.admin"):
        assert refused(company, request_id, "mara.voss", login=login).code == "approval.not_yours"
    assert waiting(company, "mara.voss") == []


@pytest.mark.behaviour("A10", "A6")
def test_where_segregation_leaves_nobody_that_is_an_error_and_no_approval(company: Company) -> None:
    with pytest.raises(BusinessError, match="Give the role to somebody else as well") as refusal:
        company.file("henrik.dahl", cost_centre="2000")
    assert refusal.value.code == "approval.nobody"
    assert "approval.not_required" not in actions(company)


@pytest.mark.behaviour("A10")
def test_who_got_a_part_in_the_case_after_the_chain_was_made_is_refused_when_deciding(company: Company) -> None:
    case = company.file()
    request = company.pending(case).request.id
    with company.store.change(TENANT, SYSTEM, case) as work:
        involve(work, "ayse.kaya", Function.REQUESTED_PURCHASE)
        work.record("requisition.filed", "requisition", case)
    error = refused(company, request, "ayse.kaya")
    assert (error.code, "requested the purchase" in error.message) == ("approval.segregation", True)
    assert waiting(company, "ayse.kaya") == []


@pytest.mark.behaviour("A10")
def test_a_decision_that_breaks_segregation_counts_for_nothing_however_it_got_into_the_store(
    company: Company,
) -> None:
    case = company.file()
    request = company.pending(case).request
    answer(company, request.id, "ayse.kaya")
    with company.store.read() as connection:
        assert is_approved(connection, TENANT, request.id, request.digest)
    with company.store.change(TENANT, SYSTEM, case) as work:
        involve(work, "ayse.kaya", Function.REQUESTED_PURCHASE)
        work.record("requisition.filed", "requisition", case)
    with company.store.read() as connection:
        assert not is_approved(connection, TENANT, request.id, request.digest)


@pytest.mark.behaviour("A6")
def test_stages_open_one_after_the_other(company: Company) -> None:
    case = two_stage(company)
    request = company.pending(case).request.id
    assert (waiting(company, "henrik.dahl"), waiting(company, "ines.lindqvist")) == ([], [request])
    assert "Already decided by Henrik Dahl" in refused(company, request, "henrik.dahl").message
    company.decide(case, "ines.lindqvist")
    with company.store.read() as connection:
        assert request_of(connection, TENANT, request).state == "approved"


@pytest.mark.behaviour("A6")
def test_the_second_of_two_stages_cannot_be_answered_first(company: Company) -> None:
    line = {"number": 1, "description": "Press", "quantity": "1", "unit_price": "9000"}
    request = company.pending(company.file(lines=[line])).request.id
    assert refused(company, request, "ines.lindqvist").code == "approval.not_yours"


def test_settling_again_changes_nothing(company: Company, request_id: str) -> None:
    answer(company, request_id, "ayse.kaya")
    for _ in range(2):
        with company.store.change(TENANT, SYSTEM) as work:
            assert settle_request(work, request_id).state == "approved"
    assert actions(company).count("approval.approved") == 1


def test_an_approval_holds_for_exactly_what_was_approved(company: Company, request_id: str) -> None:
    answer(company, request_id, "ayse.kaya")
    with company.store.read() as connection:
        assert not is_approved(connection, TENANT, request_id, "0" * 64)


def test_a_request_nobody_made_is_named_and_the_attempt_is_on_record(company: Company) -> None:
    with pytest.raises(BusinessError) as refusal:
        record_decision(
            company.store, signed_in(company.store, "ayse.kaya"), "AP-2026-9999", Outcome.APPROVE, "", "0" * 64
        )
    assert refusal.value.code == "approval.unknown"
    assert actions(company)[-1] == "approval.refused_attempt"


@pytest.mark.behaviour("P9", "A10")
def test_a_payment_is_released_by_a_treasurer_with_no_other_part_in_the_case(company: Company) -> None:
    request = company.pending(releasing(company)).request
    assert request.stages[0].people == ("marek.hansen", "sofia.brandt")
    for person in ("mara.voss", "ayse.kaya", "tom.behrens", "oliver.stein"):
        assert refused(company, request.id, person).code == "approval.not_yours"


def test_a_new_colleague_is_not_slipped_into_a_stored_chain(company: Company, request_id: str) -> None:
    ayse = company.signed_in("ayse.kaya").person
    with company.store.change(TENANT, SYSTEM) as work:
        add_person(work, ayse.model_copy(update={"id": "new.owner", "name": "New Owner"}), "new.owner", "pw")
    assert refused(company, request_id, "new.owner").code == "approval.not_yours"
