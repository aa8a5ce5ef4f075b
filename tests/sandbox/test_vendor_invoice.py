from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from audit.entry import Actor
from installation import Installation, open_installation
from models.approval import Outcome
from models.purchasing import RequisitionContent
from reading.document import read_document
from sandbox.opening import open_company
from sandbox.vendor_invoice import main
from settings import Settings
from store.approval_answers import record_decision
from store.orders import issue_order, requisition_of
from store.people import SignedIn, person_of
from store.purchase_routing import route_purchase
from store.requisitions import file_requisition

CONTENT = RequisitionContent.model_validate(
    {
        "entity": "LMT",
        "vendor": "KAB",
        "cost_centre": "4000",
        "category": "goods",
        "currency": "EUR",
        "reason": "Cables",
        "lines": [
            {"number": 1, "description": "Cable", "quantity": "40", "unit_price": "18.50"},
            {"number": 2, "description": "Connector", "quantity": "80", "unit_price": "3.90"},
        ],
    }
)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation of the sample company."""
    monkeypatch.setenv("TALLYWRIGHT_HOME", str(tmp_path / "home"))
    opened = open_installation(Settings())
    open_company(opened.store, "main")
    yield opened
    opened.close()


@pytest.fixture
def order(house: Installation) -> str:
    number = file_requisition(house.store, signed_in(house, "mara.voss"), CONTENT, "cables-1")
    with house.store.change("main", Actor(system="test")) as work:
        filed = requisition_of(work.connection, "main", number)
        work.case = filed.case
        request = route_purchase(work, filed).request
    record_decision(house.store, signed_in(house, "ayse.kaya"), request.id, Outcome.APPROVE, "", request.digest)
    with house.store.change("main", Actor(system="test")) as work:
        work.case = filed.case
        return issue_order(work, filed, request.id).order.number


def signed_in(house: Installation, person: str) -> SignedIn:
    with house.store.read() as connection:
        return SignedIn("main", person, person_of(connection, "main", person), csrf_token="")


def test_the_vendor_bills_what_was_ordered(order: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([order]) == 0
    file = Path(capsys.readouterr().out.strip())
    assert file.parent == Settings().inbox_folder
    invoice = read_document(file).invoice
    assert invoice is not None
    assert (invoice.number, invoice.order_reference) == ("KAB-2026-0001", order)
    assert invoice.totals.payable == Decimal("1251.88")


def test_the_vendor_bills_another_price_and_quantity_when_told(order: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([order, "--price", "1:20", "--quantity", "2:0", "--number", "RE-7"]) == 0
    invoice = read_document(Path(capsys.readouterr().out.strip())).invoice
    assert invoice is not None
    assert [(line.quantity, line.unit_price) for line in invoice.lines] == [(Decimal(40), Decimal(20))]
    assert invoice.number == "RE-7"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["PO-1999-0001"], "PO-1999-0001"),
        (["PO-2026-0001", "--price", "7:20"], "The order has the lines [1, 2], not [7]."),
    ],
)
def test_what_is_not_on_record_is_refused_and_nothing_delivered(
    order: str, words: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert problem in capsys.readouterr().err
    assert not Settings().inbox_folder.exists()


def test_a_change_that_is_no_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["PO-2026-0001", "--price", "1:cheap"])
    assert "is not LINE:NUMBER" in capsys.readouterr().err
