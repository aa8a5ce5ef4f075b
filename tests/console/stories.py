"""Cases at every point of their way, told with the steps of `Company`."""

from dataclasses import dataclass
from typing import Any

from models.approval import Outcome
from models.payment import AttemptState
from tests.console.company import Company


@dataclass(frozen=True)
class Stories:
    waiting: str
    """Filed; Ayşe Kaya has to approve."""
    two_stage: str
    """Approved by Henrik Dahl; the finance director is next."""
    rejected: str
    partly_received: str
    price_differs: str
    releasing: str
    """Posted; a treasurer has to release the payment."""
    paid: str


def tell(company: Company, picture: bytes) -> Stories:
    return Stories(
        paid=paid(company, picture),
        rejected=rejected(company),
        partly_received=partly_received(company),
        price_differs=price_differs(company),
        releasing=releasing(company),
        two_stage=two_stage(company),
        waiting=company.file(),
    )


def two_stage(company: Company) -> str:
    lines = [{"number": 1, "description": "Climate chamber, 400 l", "quantity": "1", "unit_price": "18400.00"}]
    reason = "Climate chamber for the laboratory"
    case = company.file("jonas.petersen", vendor="KAL", cost_centre="3000", reason=reason, lines=lines)
    company.decide(case, "henrik.dahl", comment="Needed for the new accreditation.")
    return case


def rejected(company: Company) -> str:
    lines = [{"number": 1, "description": "Standing desks", "quantity": "4", "unit_price": "620.00"}]
    case = company.file(
        "lin.yue", vendor="BUE", category="office", cost_centre="1000", reason="Standing desks", lines=lines
    )
    company.decide(case, "ayse.kaya", Outcome.REJECT, "We still have three in the store room; please take those.")
    company.reject_case(case)
    return case


def ordered(company: Company, **changes: Any) -> tuple[str, str]:
    case = company.file(**changes)
    company.decide(case, "ayse.kaya")
    return case, company.order(case)


def partly_received(company: Company) -> str:
    case, order = ordered(company, reason="Connectors for the service vans", cost_centre="5000", vendor="ELB")
    company.receive(order, "7", "6")
    return case


def price_differs(company: Company) -> str:
    lines = [{"number": 1, "description": "Milled housings, anodised", "quantity": "80", "unit_price": "46.20"}]
    case, order = ordered(company, reason="Housings for the LM-4", vendor="RPT", lines=lines)
    company.receive(order, "80")
    company.invoice(order, "RE-2026-11873", price="51.80")
    return case


def _posted(company: Company, number: str, **changes: Any) -> tuple[str, str]:
    case, order = ordered(company, **changes)
    quantities = [line.ordered for line in company.lines(order)]
    company.receive(order, *map(str, quantities))
    invoice = company.invoice(order, number)
    company.post(invoice)
    company.propose_payment(invoice)
    return case, invoice


def releasing(company: Company, number: str = "DLT-90412", quantity: str = "5") -> str:
    lines = [{"number": 1, "description": "Laser sensors DS-200", "quantity": quantity, "unit_price": "742.00"}]
    case, _ = _posted(company, number, reason="Sensors for test bench 2", vendor="DLT", lines=lines)
    return case


def paid(company: Company, picture: bytes) -> str:
    case, invoice = _posted(company, "KW-55081", reason="Cable for the November series")
    company.decide(case, "sofia.brandt")
    company.show_bot(case, "sandbox-bank", "run-1", *[picture] * 4)
    company.pay(invoice, AttemptState.EXECUTED)
    return case
