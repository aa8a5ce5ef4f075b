from queue import Queue

import pytest

from store.approvals import decisions_of
from store.tasks import Task, tasks_of_case
from tests.console.browsing import Api
from tests.console.company import TENANT, Company
from tests.console.stories import ordered, paid, price_differs

_CONTENT = {
    "entity": "LMT",
    "vendor": "KAB",
    "cost_centre": "4000",
    "category": "goods",
    "currency": "EUR",
    "reason": "Cable",
    "lines": [{"number": 1, "description": "Cable", "quantity": "12", "unit_price": "184.50"}],
}
_KEY = "0123456789abcdef"


def test_a_wrong_password_is_401_with_a_code(api: Api) -> None:
    answer = api.post("/sign-in", {"login": "mara.voss", "password": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in.refused")


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_a_session_the_api_gives_nothing(api: Api, token: str) -> None:
    answer = Api(api.client, token).get("/inbox")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_the_browsers_cookie_is_no_key_to_the_api(api: Api) -> None:
    api.client.cookies.set("tallywright_session", api.signed_in("mara.voss").token)
    assert api.get("/inbox").status_code == 401


def test_a_request_is_filed_once_per_key(api: Api, delivered: Queue[str]) -> None:
    mara = api.signed_in("mara.voss")
    answers = [mara.post("/requisitions", _CONTENT, _KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json() == {"requisition": "PR-2026-0001", "case": "PR-2026-0001"}
    other = mara.post("/requisitions", _CONTENT | {"reason": "Something else"}, _KEY)
    assert (other.status_code, other.json()["code"]) == (409, "requisition.key_reused")
    assert delivered.get(timeout=10) == "told"


def test_every_finding_is_named(api: Api) -> None:
    mara = api.signed_in("mara.voss")
    unknown = mara.post("/requisitions", _CONTENT | {"vendor": "XXX", "cost_centre": "1"}, _KEY).json()
    assert {finding["field"] for finding in unknown["findings"]} == {"vendor", "cost_centre"}
    lines = [{"number": 1, "description": "", "quantity": 1.5, "unit_price": "-1"}]
    malformed = mara.post("/requisitions", _CONTENT | {"lines": lines}, _KEY)
    assert malformed.status_code == 422
    assert {finding["field"] for finding in malformed.json()["findings"]} == {
        "lines[0].description",
        "lines[0].quantity",
        "lines[0].unit_price",
    }


def test_a_request_without_a_key_is_refused(api: Api) -> None:
    answer = api.signed_in("mara.voss").post("/requisitions", _CONTENT)
    assert (answer.status_code, answer.json()["findings"][0]["field"]) == (422, "idempotency-key")


def test_who_may_not_request_is_refused(api: Api) -> None:
    answer = api.signed_in("ruth.feldmann").post("/requisitions", _CONTENT, _KEY)
    assert (answer.status_code, answer.json()["code"]) == (403, "right.missing")


@pytest.mark.behaviour("A11", "A12")
def test_an_approver_decides_about_exactly_what_the_api_showed(api: Api, company: Company) -> None:
    case = company.file()
    ayse = api.signed_in("ayse.kaya")
    waiting = ayse.get("/inbox").json()["approvals"]
    assert [(each["case"], each["amount"]) for each in waiting] == [(case, {"amount": "2405.40", "currency": "EUR"})]
    shown = ayse.get(f"/approvals/{waiting[0]['id']}").json()
    assert shown["is_mine"]
    assert shown["reasons"]
    answer = {"outcome": "approve", "comment": "", "digest": shown["digest"]}
    path = f"/approvals/{shown['id']}/decisions"
    assert ayse.post(path, answer | {"digest": "0" * 64}).json()["code"] == "approval.changed"
    assert ayse.post(path, answer).status_code == 201
    second = ayse.post(path, answer)
    assert (second.status_code, "Ayşe Kaya" in second.json()["detail"]) == (409, True)


@pytest.mark.behaviour("A11")
def test_the_requester_cannot_approve_over_the_api(api: Api, company: Company) -> None:
    request = company.pending(company.file()).request
    mara = api.signed_in("mara.voss")
    assert not mara.get(f"/approvals/{request.id}").json()["is_mine"]
    answer = {"outcome": "approve", "digest": request.digest}
    refused = mara.post(f"/approvals/{request.id}/decisions", answer)
    assert (refused.status_code, refused.json()["code"]) == (422, "approval.not_yours")
    with company.store.read() as view:
        assert not decisions_of(view, TENANT, request.id)


def test_a_task_is_settled(api: Api, company: Company) -> None:
    case = price_differs(company)
    piotr = api.signed_in("piotr.nowak")
    task = piotr.get("/inbox").json()["tasks"][0]
    assert (task["case"], task["kind"]) == (case, "price")
    answer = {"resolution": "accept_variance", "comment": "New price list."}
    assert piotr.post(f"/tasks/{task['id']}/resolution", answer).json()["state"] == "resolved"
    assert piotr.post(f"/tasks/{task['id']}/resolution", answer).status_code == 409
    with company.store.read() as view:
        assert tasks_of_case(view, TENANT, case)[0].resolved_by == "piotr.nowak"


@pytest.mark.behaviour("R10")
def test_what_became_of_a_payment_is_attested_by_two_over_the_api(api: Api, stuck: Task) -> None:
    path = f"/tasks/{stuck.id}"
    marek, ines = api.signed_in("marek.hansen"), api.signed_in("ines.lindqvist")
    answer = {"resolution": "done", "comment": "Telephoned.", "proof": "Order 2026-000318"}
    proposed = marek.post(f"{path}/resolution", answer).json()
    assert (proposed["state"], proposed["proposal"]["person"]) == ("open", "marek.hansen")
    assert [task["id"] for task in ines.get("/inbox").json()["tasks"]] == [stuck.id]
    said = {"digest": proposed["proposal_digest"], "agreed": True, "comment": "I see it, too."}
    assert marek.post(f"{path}/second", said).json()["code"] == "task.same_person"
    assert ines.post(f"{path}/second", said | {"digest": "other"}).json()["code"] == "task.proposal_changed"
    assert ines.post(f"{path}/second", said).json()["state"] == "resolved"


def test_goods_are_taken_in_once_per_key(api: Api, company: Company) -> None:
    _, order = ordered(company)
    tom = api.signed_in("tom.behrens")
    body = {"lines": [{"order_line": 1, "quantity": "5"}]}
    answers = [tom.post(f"/orders/{order}/receipts", body, _KEY) for _ in range(2)]
    assert answers[0].status_code == 201
    assert answers[0].json() == answers[1].json()
    assert str(company.lines(order)[0].received) == "5"
    assert tom.post("/orders/PO-2026-9999/receipts", body, "another-key").status_code == 404


def test_a_statement_is_asked_for(api: Api) -> None:
    body = {"entity": "LMT", "day": "2026-11-02"}
    answer = api.signed_in("sofia.brandt").post("/statements", body)
    assert (answer.status_code, answer.json()) == (202, {"request": "ST-2026-0001"})
    assert api.signed_in("mara.voss").post("/statements", body).status_code == 403


def test_a_case_is_given_whole(api: Api, company: Company) -> None:
    case = paid(company, b"picture")
    ruth = api.signed_in("ruth.feldmann")
    listed = ruth.get("/cases?state=open").json()["cases"]
    assert [each["id"] for each in listed] == [case]
    shown = ruth.get(f"/cases/{case}").json()
    assert [step["state"] for step in shown["progress"]] == ["done"] * 6 + ["next"]
    assert [invoice["state"] for invoice in shown["invoices"]] == ["paid"]
    assert [line["received"] for line in shown["orders"][0]["lines"]] == ["12", "6"]
    assert [(each["kind"], each["attempts"][0]["state"]) for each in shown["payments"]] == [
        ("posting", "executed"),
        ("payment", "executed"),
    ]
    assert [approval["state"] for approval in shown["approvals"]] == ["approved"] * 3
    assert shown["total"] == {"amount": "2405.40", "currency": "EUR"}


def test_the_api_describes_itself_and_only_itself(api: Api) -> None:
    paths = api.get("/openapi.json").json()["paths"]
    assert {"/api/v1/requisitions", "/api/v1/approvals/{request_id}/decisions"} <= paths.keys()
    assert all(path.startswith("/api/v1/") for path in paths)
