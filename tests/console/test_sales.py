from decimal import Decimal

import pytest

from models.approval import Outcome
from store.approval_answers import record_decision
from store.approvals import settle_request
from store.sales_orders import sales_orders
from tests.console.browsing import Api, Page
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, signed_in
from tests.store.sales import bill, billed, confirmed, deliver, filed, paid_in, route, statement, take_in

pytestmark = pytest.mark.behaviour("O1")
_KEY = "0123456789abcdef"
_CONTENT = {
    "entity": "LMT",
    "customer": "SIM",
    "customer_reference": "B-77",
    "currency": "EUR",
    "lines": [{"number": 1, "description": "Depth gauge", "quantity": "4", "unit_price": "1000.00"}],
}


def _steps(api: Api, case: str) -> str:
    """One letter a step: done, partly, next, later, stopped."""
    return "".join(step["state"][0] for step in api.signed_in("ruth.feldmann").get(f"/cases/{case}").json()["progress"])


def test_an_order_is_taken_by_the_api_once_per_key_and_only_by_sales(api: Api) -> None:
    seller = api.signed_in("david.okafor")
    answers = [seller.post("/sales-orders", _CONTENT, _KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json() == {"order": "SO-2026-0001", "case": "SO-2026-0001"}
    assert seller.post("/sales-orders", _CONTENT | {"customer_reference": "B-78"}, _KEY).status_code == 409
    refused = api.signed_in("mara.voss").post("/sales-orders", _CONTENT, _KEY)
    assert (refused.status_code, refused.json()["code"]) == (403, "right.missing")
    (listed,) = seller.get("/sales-orders").json()["orders"]
    assert (listed["total"]["amount"], listed["customer"]) == ("4760.00", "Seeland Institut für Meereskunde gGmbH")


def test_a_delivery_is_recorded_by_the_api_once_per_key(api: Api, company: Company) -> None:
    order = confirmed(company.store).number
    shipper, path = api.signed_in("emil.kruse"), f"/sales-orders/{order}/deliveries"
    body = {"lines": [{"order_line": 1, "quantity": "3"}]}
    first, second = shipper.post(path, body, _KEY), shipper.post(path, body, _KEY)
    assert (first.status_code, first.json()) == (201, second.json())
    too_much = shipper.post(path, body, "another-key")
    assert (too_much.status_code, too_much.json()["findings"][0]["field"]) == (422, "lines[0].quantity")
    assert shipper.get(f"/sales-orders/{order}").json()["lines"][0]["delivered"] == "3"


@pytest.mark.behaviour("O2")
def test_the_case_shows_how_far_the_sale_is_and_what_stays_open(api: Api, company: Company) -> None:
    store = company.store
    number = filed(store).number
    assert _steps(api, number) == "dnlllll"
    invoice = billed(store)
    assert _steps(api, invoice.case) == "ddddnll"
    take_in(store, statement(paid_in("4700.00", invoice.number)))
    case = api.signed_in("ruth.feldmann").get(f"/cases/{invoice.case}").json()
    (shown,) = case["sales_invoices"]
    assert (shown["number"], shown["open"]["amount"], shown["total"]["amount"]) == (invoice.number, "60.00", "4760.00")
    assert (case["partner"], case["vendor"]) == ("Seeland Institut für Meereskunde gGmbH", "")


def test_a_part_delivery_is_progress_in_part(api: Api, company: Company) -> None:
    number = confirmed(company.store).number
    deliver(company.store, number, "1")
    assert _steps(api, number) == "ddpllll"
    bill(company.store, number)
    assert _steps(api, number) == "ddpplll"


@pytest.mark.behaviour("C1")
def test_shipping_records_a_delivery_on_the_page_and_a_wrong_quantity_stands_beside_its_line(
    page: Page, company: Company
) -> None:
    order = confirmed(company.store).number
    page.sign_in("emil.kruse")
    path = f"/sales-orders/{order}"
    assert path in page.open("/sales-orders").text
    wrong = page.send(path, {"quantity-1": "9"}, f"{path}/deliveries")
    assert (wrong.status_code, "9 is more than the 4 still to deliver" in wrong.text) == (422, True)
    assert page.send(path, {"quantity-1": "1"}, f"{path}/deliveries").status_code == 303
    assert page.send(path, {"do": "all"}, f"{path}/deliveries").status_code == 303
    assert "Leaves now" not in page.open(path).text


@pytest.mark.behaviour("A12")
def test_whoever_grants_credit_sees_limit_exposure_and_why_and_decides_on_the_page(
    page: Page, company: Company
) -> None:
    number = filed(company.store, quantity="17").number
    request = route(company.store, number).request.id
    page.sign_in("ines.lindqvist")
    text = page.open(f"/approvals/{request}").text
    for shown in ("20,230.00", "20,000.00", "over the limit", "Seeland Institut", "David Okafor", "by up to 20 %"):
        assert shown in text
    sent = page.send(f"/approvals/{request}", {"outcome": "approve"})
    assert sent.status_code == 303
    with company.store.change(TENANT, SYSTEM) as work:
        assert settle_request(work, request).state == "approved"
    assert "Ines Lindqvist granted the credit." in page.open(f"/cases/{number}").text


def test_the_story_of_a_sale_is_told_in_both_languages(page: Page, company: Company) -> None:
    invoice = billed(company.store)
    take_in(company.store, statement(paid_in("5000.00", invoice.number)))
    page.sign_in("ruth.feldmann")
    story = page.open(f"/cases/{invoice.case}").text
    for sentence in (
        "took the customer",
        "sent off goods: line 1: 4",
        "The customer paid 4,760.00\u00a0EUR; 0.00\u00a0EUR stay open.",
        "240.00\u00a0EUR came in",
    ):
        assert sentence in story
    page.send("/", {"language": "zh", "back": "/"}, action="/language")
    assert "客户已付款" in page.open(f"/cases/{invoice.case}").text


def test_a_refused_order_stops_where_it_was(api: Api, company: Company) -> None:
    store = company.store
    number = filed(store, quantity="17").number
    request = route(store, number).request
    record_decision(store, signed_in(store, "ines.lindqvist"), request.id, Outcome.REJECT, "No.", request.digest)
    inbox = api.signed_in("ines.lindqvist").get("/inbox").json()
    assert inbox["approvals"] == []
    assert Decimal(api.signed_in("ruth.feldmann").get(f"/cases/{number}").json()["total"]["amount"]) == Decimal(20230)


_FORM: dict[str, object] = {
    "entity": "LMT",
    "customer": "SIM",
    "customer_reference": "B-77",
    "deliver_by": "2026-12-18",
    "description": ["Depth gauge", "Mounting kit"],
    "quantity": ["4", "2"],
    "unit": ["C62", "SET"],
    "unit_price": ["1000.00", "35.50"],
    "tax_rate": ["19", "19"],
    "do": "file",
}


def test_an_order_is_taken_on_a_page_once_and_opens(page: Page, company: Company) -> None:
    page.sign_in("david.okafor")
    assert 'href="/sales-orders/new"' in page.open("/sales-orders").text
    places = {page.send("/sales-orders/new", _FORM | {"key": _KEY}).headers["location"] for _ in range(2)}
    (place,) = places
    shown = page.open(place).text
    assert "The order is taken" in shown
    assert "4,844.49" in shown
    with company.store.read() as view:
        (order,) = sales_orders(view, TENANT)
    assert (order.content.customer_reference, str(order.content.deliver_by)) == ("B-77", "2026-12-18")


def test_a_customer_order_keeps_what_was_typed_beside_every_problem(page: Page, company: Company) -> None:
    page.sign_in("david.okafor")
    wrong = _FORM | {"customer": "", "customer_reference": "", "quantity": ["four", "2"], "deliver_by": "2026-13-01"}
    answer = page.send("/sales-orders/new", wrong)
    assert answer.status_code == 422
    for field in ("customer", "customer_reference", "deliver_by", "lines[0].quantity"):
        assert f'id="problem-{field}"' in answer.text
    assert 'value="four"' in answer.text
    assert page.send("/sales-orders/new", _FORM | {"do": "add"}).text.count('name="description"') == 3
    assert page.send("/sales-orders/new", _FORM | {"do": "remove-1"}).text.count('name="description"') == 1
    with company.store.read() as view:
        assert not sales_orders(view, TENANT)


def test_only_sales_takes_orders(page: Page) -> None:
    page.sign_in("emil.kruse")
    assert "/sales-orders/new" not in page.open("/sales-orders").text
    assert page.open("/sales-orders/new").status_code == 403
