"""Parties of a UBL invoice or credit note."""

from formats.fields import Fields, Term
from formats.invoice_address import read_address
from models.invoice import InvoiceParty
from models.party import Address

_STREET = ("cbc:StreetName", "cbc:AdditionalStreetName", "cac:AddressLine/cbc:Line")


def read_party(document: Fields, role: str, name: Term) -> InvoiceParty:
    """Seller or buyer below `role`; a missing party is a finding like a missing name."""
    base = f"{role}/cac:Party"
    party = document.first(base)
    if party is None:
        document.text(f"{base}/cac:PartyLegalEntity/cbc:RegistrationName", name)
        return InvoiceParty(name="")
    return InvoiceParty(
        name=party.text("cac:PartyLegalEntity/cbc:RegistrationName", name),
        vat_id=_vat_id(party),
        registration_id=party.text("cac:PartyLegalEntity/cbc:CompanyID"),
        electronic_address=party.text("cbc:EndpointID"),
        address=_address(party),
    )


def read_other_party(document: Fields, role: str, name: Term) -> InvoiceParty | None:
    """Payee or tax representative, which have a trading name only; None where there is none."""
    party = document.first(role)
    if party is None:
        return None
    return InvoiceParty(
        name=party.text("cac:PartyName/cbc:Name", name),
        vat_id=_vat_id(party),
        registration_id=party.text("cac:PartyLegalEntity/cbc:CompanyID"),
        address=_address(party),
    )


def _vat_id(party: Fields) -> str:
    schemes = party.all("cac:PartyTaxScheme")
    ids = [each.text("cbc:CompanyID") for each in schemes if each.text("cac:TaxScheme/cbc:ID") == "VAT"]
    return ids[0] if ids else ""


def _address(party: Fields) -> Address | None:
    country = "cac:Country/cbc:IdentificationCode"
    return read_address(party.first("cac:PostalAddress"), _STREET, "cbc:CityName", "cbc:PostalZone", country)
