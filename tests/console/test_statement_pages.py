from decimal import Decimal
from queue import Queue

import pytest
from sqlalchemy import func, select

from audit.entry import Actor
from models.statement import Balance, BalanceKind, Statement, StatementEntry, StatementTransaction
from sandbox.company import ENTITY
from store.intents import executed_payments
from store.schema.approvals import outbox
from store.statements import import_statement
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.stories import paid


def _statement(company: Company) -> Statement:
    with company.store.read() as view:
        intent, reference = executed_payments(view, TENANT)[0]
    assert intent.content.kind == "payment"
    amount, day = -intent.content.amount.amount, company.clock.now.date()
    ours = StatementTransaction(
        amount=amount, currency="EUR", end_to_end_id=reference, counterparty_iban=intent.content.payee.iban
    )
    fee = StatementEntry(id="2", amount=Decimal("-4.90"), currency="EUR", booked=day, information="Kontoführung")
    closing = Balance(kind=BalanceKind.CLOSING, code="CLBD", amount=Decimal("81234.56"), currency="EUR", day=day)
    booking = StatementEntry(id="1", amount=amount, currency="EUR", booked=day, transactions=(ours,))
    return Statement(id="2026-211", account=ENTITY.iban, balances=(closing,), entries=(booking, fee))


@pytest.mark.behaviour("C1")
def test_a_statement_shows_what_of_it_is_reconciled(page: Page, company: Company) -> None:
    case = paid(company, b"picture")
    digest = company.files.put(TENANT, b"<Document/>")
    with company.store.change(TENANT, Actor(system="banking")) as work:
        import_statement(work, _statement(company), digest, ())
    page.sign_in("sofia.brandt")
    html = page.open("/statements").text.replace("\u00a0", " ")
    assert "81,234.56 EUR" in html
    assert "1 of 2 reconciled" in html
    assert "is reconciled" in page.open(f"/cases/{case}").text


def test_a_treasurer_has_a_statement_fetched(page: Page, company: Company, delivered: Queue[str]) -> None:
    page.sign_in("sofia.brandt")
    answer = page.send("/statements", {"entity": ENTITY.id, "day": "2026-11-02"})
    assert answer.headers["location"] == "/statements?recorded=1"
    assert delivered.get(timeout=10) == "told"
    with company.store.read() as view:
        assert view.execute(select(func.count()).select_from(outbox)).scalar_one() == len(ENTITY.accounts)


def test_a_day_that_is_none_is_said_beside_the_field(page: Page) -> None:
    page.sign_in("sofia.brandt")
    answer = page.send("/statements", {"entity": ENTITY.id, "day": "soon"})
    assert (answer.status_code, 'id="problem-day"' in answer.text) == (422, True)


def test_statements_are_for_those_who_work_with_them(page: Page) -> None:
    page.sign_in("mara.voss")
    assert "/statements" not in page.open("/").text
    assert page.open("/statements").status_code == 403
    assert page.send("/", {"entity": ENTITY.id, "day": "2026-11-02"}, action="/statements").status_code == 403
