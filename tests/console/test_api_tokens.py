"""Programs call the API with a token of a person: its scopes narrow what the person may do, and nothing widens it."""

from datetime import timedelta

import pytest
from httpx import Client

from store.people import SignedIn, person_of
from store.tokens import Scope, create_token, revoke_token, tokens_of
from tests.console.company import TENANT, Company


def _person(company: Company, person: str) -> SignedIn:
    with company.store.read() as connection:
        return SignedIn(TENANT, person, person_of(connection, TENANT, person), csrf_token="")


def _bearer(company: Company, person: str, *scopes: Scope) -> dict[str, str]:
    signed_in = _person(company, person)
    token = create_token(company.store, signed_in, "web shop", frozenset(scopes), timedelta(days=1))
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.behaviour("C3")
def test_given_a_reading_token_when_it_reads_then_it_may_and_when_it_files_then_not(
    client: Client, company: Company
) -> None:
    headers = _bearer(company, "mara.voss", Scope.READ)

    assert client.get("/api/v1/cases", headers=headers).status_code == 200
    refused = client.post("/api/v1/requisitions", json=_REQUISITION, headers=headers | _KEY)

    assert refused.status_code == 403
    assert refused.json()["detail"] == "This token lacks the scope requisitions."


@pytest.mark.behaviour("C3")
def test_given_a_token_with_every_scope_then_its_persons_rights_still_hold(client: Client, company: Company) -> None:
    headers = _bearer(company, "tom.behrens", *Scope)

    refused = client.post("/api/v1/requisitions", json=_REQUISITION, headers=headers | _KEY)

    assert (refused.status_code, refused.json()["code"]) == (403, "right.missing")


@pytest.mark.behaviour("C3")
def test_given_a_revoked_or_expired_token_then_it_opens_nothing(client: Client, company: Company) -> None:
    headers = _bearer(company, "mara.voss", Scope.READ)
    company.clock.move(minutes=1)
    expired = _bearer(company, "mara.voss", Scope.READ)
    with company.store.read() as connection:
        newest, older = tokens_of(connection, TENANT, "mara.voss")
    revoke_token(company.store, _person(company, "mara.voss"), older.id)

    assert newest.revoked_at is None
    assert client.get("/api/v1/cases", headers=headers).status_code == 401
    assert client.get("/api/v1/cases", headers=expired).status_code == 200
    company.clock.move(days=2)
    assert client.get("/api/v1/cases", headers=expired).status_code == 401


@pytest.mark.behaviour("C3", "P3")
def test_given_an_invoice_file_when_it_is_handed_in_then_it_is_kept_and_its_intake_is_told(
    client: Client, company: Company
) -> None:
    headers = _bearer(company, "greta.holm", Scope.INVOICES, Scope.READ)
    large = b"<Invoice/>" + b" " * 2_000_000

    answer = client.post("/api/v1/invoices?name=../../a.xml", content=large, headers=headers)

    assert answer.status_code == 202
    assert company.files.get(TENANT, answer.json()["sha256"]) == large
    assert client.get(f"/api/v1/deliveries/{answer.json()['sha256']}", headers=headers).status_code == 404


_KEY = {"Idempotency-Key": "web-shop-0001"}
_REQUISITION = {
    "entity": "LMT",
    "vendor": "KAB",
    "cost_centre": "4000",
    "category": "goods",
    "currency": "EUR",
    "reason": "Cables",
    "lines": [{"number": 1, "description": "Cable", "quantity": "2", "unit_price": "10.00"}],
}
