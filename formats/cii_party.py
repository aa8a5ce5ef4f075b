"""Parties of a CII invoice."""

from formats.fields import Fields, Term
from formats.invoice_address import read_address
from models.invoice import InvoiceParty

_STREET = ("ram:LineOne", "ram:LineTwo", "ram:LineThree")


def read_party(above: Fields, role: str, name: Term) -> InvoiceParty:
    """The party at `role`; a missing party is a finding like a missing name."""
    party = above.first(role)
    if party is None:
        above.text(f"{role}/ram:Name", name)
        return InvoiceParty(name="")
    return InvoiceParty(
        name=party.text("ram:Name", name),
        vat_id=_vat_id(party),
        registration_id=party.text("ram:SpecifiedLegalOrganization/ram:ID"),
        electronic_address=party.text("ram:URIUniversalCommunication/ram:URIID"),
        address=read_address(
            party.first("ram:PostalTradeAddress"), _STREET, "ram:CityName", "ram:PostcodeCode", "ram:CountryID"
        ),
    )


def read_other_party(above: Fields, role: str, name: Term) -> InvoiceParty | None:
    """Payee or tax representative; None where there is none."""
    return read_party(above, role, name) if above.first(role) else None


def _vat_id(party: Fields) -> str:
    """Scheme VA is the VAT id; FC is a number of the local tax office."""
    ids = party.texts("ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']")
    return ids[0] if ids else ""
