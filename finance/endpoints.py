"""Where an e-invoice is addressed to, as `scheme:identifier` of the Electronic Address Scheme codes."""

_VAT_SCHEMES = {
    "AT": "9914",
    "BE": "9925",
    "BG": "9926",
    "CH": "9927",
    "CY": "9928",
    "CZ": "9929",
    "DE": "9930",
    "EE": "9931",
    "ES": "9920",
    "FI": "0213",
    "FR": "9957",
    "GB": "9932",
    "GR": "9933",
    "HR": "9934",
    "HU": "9910",
    "IE": "9935",
    "IT": "0211",
    "LT": "9937",
    "LU": "9938",
    "LV": "9939",
    "MT": "9943",
    "NL": "9944",
    "PL": "9945",
    "PT": "9946",
    "RO": "9947",
    "SI": "9949",
    "SK": "9950",
}
"""Schemes under which a VAT id is a Peppol participant, by the country that gave the id."""


def endpoint_of(electronic_address: str, vat_id: str, country: str) -> str:
    """The Peppol participant that is stated or that the VAT id makes; else the e-mail address as it is."""
    if ":" in electronic_address or not vat_id or country not in _VAT_SCHEMES:
        return electronic_address
    return f"{_VAT_SCHEMES[country]}:{vat_id}"


def is_peppol(endpoint: str) -> bool:
    """Peppol knows no e-mail addresses."""
    return ":" in endpoint
