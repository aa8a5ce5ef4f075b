"""Makes the example company in a new database. Runs in Tryton's own environment, by scripts/tryton.sh."""

import datetime
import json
import secrets
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from proteus import Model, config
from trytond.modules.account.tests.tools import create_chart, create_tax, get_accounts
from trytond.modules.company.tests.tools import create_company, get_company

SUPPLIER = "Bergström Präzisionsteile GmbH & Co. KG"
KNOWN_NUMBER = "OLD-0001"


def main(folder: Path) -> None:
    config.set_trytond("sqlite:///tryton", config_file=str(folder / "trytond.conf"))
    company = _company()
    create_chart(company)
    account = _expense_account()
    term = _made("account.invoice.payment_term", name="On the payment term date")
    term.lines.new(type="remainder")
    term.save()
    supplier = _party(SUPPLIER)
    supplier.supplier_payment_term = term
    supplier.save()
    _old_invoice(supplier, account)
    password = secrets.token_urlsafe(12)
    _clerk(company, password)
    credentials = {"login": "payables", "password": password, "known_row": KNOWN_NUMBER}
    (folder / "credentials.json").write_text(json.dumps(credentials))


def _company() -> Any:
    euro = _made("currency.currency", name="Euro", symbol="€", code="EUR", rounding=Decimal("0.01"), digits=2)
    euro.rates.new(rate=Decimal(1), date=datetime.date(2020, 1, 1))
    euro.save()
    create_company(_party("Lindqvist Manufacturing GmbH"), euro)
    return get_company()


def _party(name: str) -> Any:
    party = _made("party.party", name=name)
    party.addresses[0].city = "Kiel"
    party.save()
    return party


def _expense_account() -> Any:
    """Account 4100, whose lines get 19 % of input VAT by themselves."""
    tax = create_tax(Decimal("0.19"))
    tax.name = tax.description = "Input VAT 19%"
    tax.save()
    main = get_accounts()["expense"]
    account = _made("account.account", name="Material", code="4100", type=main.type, parent=main.parent)
    account.taxes.append(Model.get("account.tax")(tax.id))
    account.save()
    return account


def _old_invoice(supplier: Any, account: Any) -> None:
    """The one that every complete list shows."""
    invoice = _made("account.invoice", type="in", party=supplier, reference=KNOWN_NUMBER, description="before the bot")
    line = invoice.lines.new(account=account, quantity=1, unit_price=Decimal("10.00"))
    line.description = "Opening"
    invoice.invoice_date = datetime.date(2026, 1, 5)
    invoice.save()


def _clerk(company: Any, password: str) -> None:
    clerk = _made("res.user", login="payables", name="Payables", password=password, company=company)
    clerk.companies.append(company)
    for group in Model.get("res.group").find([("name", "in", ["Account", "Party Administration"])]):
        clerk.groups.append(group)
    clerk.save()


def _made(model: str, **values: Any) -> Any:
    return Model.get(model)(**values)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
