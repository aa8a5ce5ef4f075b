"""What a Schematron run reports (SVRL), as findings with places of our own models."""

import re
from typing import NamedTuple

from formats.rule_sentences import sentence_for
from formats.xml import parse_xml
from models.errors import Finding

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_RULE_IN_TEXT = re.compile(r"^\[([A-Za-z0-9-]+)\]\s*-?\s*")
_STEP = re.compile(r"/(?:Q\{[^}]*\}|\*:|[\w.-]+:)?([\w.-]+)(?:\[namespace-uri\(\)='[^']*'\])?(?:\[(\d+)\])?")
_PLACES = {
    "InvoiceLine": "lines",
    "CreditNoteLine": "lines",
    "IncludedSupplyChainTradeLineItem": "lines",
    "TaxSubtotal": "taxes",
    "ApplicableTradeTax": "taxes",
    "AllowanceCharge": "allowances_charges",
    "SpecifiedTradeAllowanceCharge": "allowances_charges",
    "PaymentMeans": "payment_means",
    "SpecifiedTradeSettlementPaymentMeans": "payment_means",
}
_PARTS = {
    "AccountingSupplierParty": "seller",
    "SellerTradeParty": "seller",
    "AccountingCustomerParty": "buyer",
    "BuyerTradeParty": "buyer",
    "PayeeParty": "payee",
    "PayeeTradeParty": "payee",
    "TaxRepresentativeParty": "tax_representative",
    "SellerTaxRepresentativeTradeParty": "tax_representative",
    "LegalMonetaryTotal": "totals",
    "SpecifiedTradeSettlementHeaderMonetarySummation": "totals",
}
_PROFILE_NAME = "GuidelineSpecifiedDocumentContextParameter"
_FACTURX_RULE = "FX-"


class Violation(NamedTuple):
    """One failed assertion: the rule's id, its published text and the XPath of the place."""

    rule: str
    text: str
    location: str
    is_warning: bool


def violations_in(report: bytes) -> list[Violation]:
    """The violations in an SVRL report.

    Factur-X's rules for the profile EN 16931 refuse every other name of a specification; XRechnung and Peppol add
    their own to the same standard, which is no violation of it.
    """
    root = parse_xml(report)
    found = [
        _violation(
            each.get("id"),
            " ".join(" ".join(map(str, each.itertext())).split()),
            each.get("location"),
            each.get("flag"),
        )
        for each in root.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
    ]
    return [each for each in found if not (_PROFILE_NAME in each.location and each.rule.startswith(_FACTURX_RULE))]


def _violation(rule: str | None, text: str, location: str | None, flag: str | None) -> Violation:
    match = _RULE_IN_TEXT.match(text)
    name = match[1] if match else rule or ""
    return Violation(name, _RULE_IN_TEXT.sub("", text), location or "", flag in ("warning", "information"))


def finding_of(violation: Violation) -> Finding:
    """The violation for a clerk: what it means, then the rule's own words."""
    sentence = sentence_for(violation.rule)
    degree = "Only a warning. " if violation.is_warning else ""
    official = f"Rule: {violation.text}" if sentence else violation.text
    problem = " ".join(filter(None, [sentence, f"{degree}{official}"]))
    return Finding(field=place_of(violation.location), problem=problem, code=violation.rule)


def place_of(location: str) -> str:
    """The path in our invoice that an XPath points at, such as `lines[0]`; else the names of its elements."""
    steps = [(match[1], int(match[2] or 1)) for match in _STEP.finditer(location)]
    for name, position in steps:
        if name in _PLACES:
            return f"{_PLACES[name]}[{position - 1}]"
        if name in _PARTS:
            return _PARTS[name]
    return "/".join(name for name, _ in steps[1:])
