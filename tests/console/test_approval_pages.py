from queue import Queue

import pytest
from sqlalchemy import func, select, update

from models.party import PayeeAccount
from store.approvals import decisions_of
from store.masters import vendor_of
from store.schema.audit import audit_entry
from store.schema.people import vendor
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.stories import releasing


def _entries(company: Company) -> int:
    with company.store.read() as view:
        return int(view.execute(select(func.count()).select_from(audit_entry)).scalar_one())


def _decisions(company: Company, request: str) -> list[tuple[str, str]]:
    with company.store.read() as view:
        return [(answer.person, answer.outcome) for answer in decisions_of(view, TENANT, request)]


@pytest.mark.behaviour("A12")
def test_an_approver_sees_what_they_decide_and_why_it_came_to_them(page: Page, company: Company) -> None:
    request = company.pending(company.file()).request
    page.sign_in("ayse.kaya")
    text = page.open(f"/approvals/{request.id}").text.replace("\u00a0", " ")
    for shown in (
        "2,405.40 EUR",
        "Mara Voss",
        "Kabelwerk Ostsee AG",
        "Production (4000)",
        "597,594.60 EUR",
        "Why this came to you",
        "The cost centre owner decides on purchases below EUR 5,000",
        "Shielded cable 4×0.75 mm²",
    ):
        assert shown in text


@pytest.mark.behaviour("A12")
def test_a_treasurer_sees_payee_account_its_age_and_the_match_before_releasing(page: Page, company: Company) -> None:
    request = company.pending(releasing(company)).request
    page.sign_in("sofia.brandt")
    text = page.open(f"/approvals/{request.id}").text.replace("\u00a0", " ")
    for shown in (
        "4,414.90 EUR",
        "Delta Sensoriek B.V.",
        "NL11 NHBK 0990 0090 90",
        "Account on record since",
        "DLT-90412",
        "Matches order and receipt",
    ):
        assert shown in text


@pytest.mark.behaviour("A11")
def test_a_decision_is_recorded_at_once_and_the_workflows_are_told(
    page: Page, company: Company, delivered: Queue[str]
) -> None:
    request = company.pending(company.file()).request
    page.sign_in("ayse.kaya")
    answer = page.send(f"/approvals/{request.id}", {"outcome": "approve", "comment": "Fine."})
    assert answer.status_code == 303
    assert "Your decision is recorded." in page.open(answer.headers["location"]).text
    assert _decisions(company, request.id) == [("ayse.kaya", "approve")]
    assert delivered.get(timeout=10) == "told"


@pytest.mark.behaviour("A11")
def test_the_second_answer_is_told_who_decided_and_when(page: Page, company: Company) -> None:
    case = company.file()
    request = company.pending(case).request
    company.decide(case, "ayse.kaya")
    page.sign_in("ayse.kaya")
    answer = page.send(f"/approvals/{request.id}", {"outcome": "reject", "comment": "No.", "digest": request.digest})
    assert answer.status_code == 409
    assert "Ayşe Kaya approved it on 2026-11-02" in answer.text
    assert len(_decisions(company, request.id)) == 1


@pytest.mark.behaviour("A11")
def test_a_rejection_without_a_reason_is_asked_again_in_place(page: Page, company: Company) -> None:
    request = company.pending(company.file()).request
    page.sign_in("ayse.kaya")
    answer = page.send(f"/approvals/{request.id}", {"outcome": "reject", "comment": "  "})
    assert answer.status_code == 422
    assert "A rejection needs a reason" in answer.text
    assert 'role="alert"' in answer.text
    assert not _decisions(company, request.id)


@pytest.mark.behaviour("A11")
def test_the_requester_is_offered_no_decision_and_a_forged_one_is_refused_and_on_record(
    page: Page, company: Company
) -> None:
    request = company.pending(company.file()).request
    page.sign_in("mara.voss")
    assert "Yes, approve" not in page.open(f"/approvals/{request.id}").text
    before = _entries(company)
    answer = page.send(f"/approvals/{request.id}", {"outcome": "approve", "digest": request.digest})
    assert answer.status_code == 422
    assert "not yours to give" in answer.text
    assert not _decisions(company, request.id)
    assert _entries(company) == before + 1


def test_a_form_without_the_sessions_token_is_refused(page: Page, company: Company) -> None:
    request = company.pending(company.file()).request
    page.sign_in("ayse.kaya")
    form = {"outcome": "approve", "digest": request.digest}
    for token in ({}, {"csrf_token": "0" * 64}, {"csrf_token": "ü"}):
        assert page.client.post(f"/approvals/{request.id}", data=form | token).status_code == 403
    assert not _decisions(company, request.id)


@pytest.mark.behaviour("N2")
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_following_every_link_changes_nothing(page: Page, company: Company, method: str) -> None:
    case = releasing(company)
    request = company.pending(case).request
    page.sign_in("sofia.brandt")
    before = _entries(company)
    for path in ("", "?outcome=approve", f"?outcome=approve&digest={request.digest}&comment=ok"):
        page.client.request(method, f"/approvals/{request.id}{path}")
    for path in ("/", f"/cases/{case}", "/orders", "/statements", "/sign-out", "/language?language=zh"):
        page.client.request(method, path)
    assert _entries(company) == before
    assert not _decisions(company, request.id)


def test_a_payee_account_changed_after_the_request_stops_the_decision(page: Page, company: Company) -> None:
    request = company.pending(releasing(company)).request
    with company.store.engines.writer.begin() as connection:
        known = vendor_of(connection, TENANT, "DLT")
        account = PayeeAccount(holder=known.name, iban="DE02120300000000202051")
        connection.execute(
            update(vendor).where(vendor.c.id == "DLT").values(data=known.model_copy(update={"account": account}))
        )
    page.sign_in("sofia.brandt")
    shown = page.open(f"/approvals/{request.id}").text
    assert "has changed since it was asked for" in shown
    assert "Yes, approve" not in shown


def test_a_decision_about_other_content_than_was_shown_is_refused(page: Page, company: Company) -> None:
    request = company.pending(company.file()).request
    page.sign_in("ayse.kaya")
    answer = page.send(f"/approvals/{request.id}", {"outcome": "approve", "digest": "0" * 64})
    assert answer.status_code == 422
    assert "This has changed since you saw it" in answer.text
    assert not _decisions(company, request.id)


@pytest.mark.behaviour("S2")
def test_a_release_shows_by_when_it_has_to_be_at_the_bank_and_that_it_is_too_late(page: Page, company: Company) -> None:
    case = releasing(company)
    request = company.pending(case).request
    page.sign_in("sofia.brandt")
    html = page.open(f"/approvals/{request.id}").text
    assert "Has to be at the bank by" in html and ", 15:00" in html and "will miss the cut-off" not in html
    company.clock.move(days=60)
    page.sign_in("sofia.brandt")
    assert "will miss the cut-off" in page.open(f"/approvals/{request.id}").text
