"""Small valid documents to break in one place at a time."""

UBL_INVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
  <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
  <cbc:ID>R-1001</cbc:ID>
  <cbc:IssueDate>2026-11-02</cbc:IssueDate>
  <cbc:DueDate>2026-12-02</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:OrderReference><cbc:ID>PO-7</cbc:ID></cac:OrderReference>
  <cac:AccountingSupplierParty><cac:Party>
    <cbc:EndpointID schemeID="9930">DE129273398</cbc:EndpointID>
    <cac:PostalAddress>
      <cbc:StreetName>Ring 4</cbc:StreetName>
      <cbc:CityName>Berlin</cbc:CityName>
      <cbc:PostalZone>10115</cbc:PostalZone>
      <cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country>
    </cac:PostalAddress>
    <cac:PartyTaxScheme>
      <cbc:CompanyID>DE129273398</cbc:CompanyID>
      <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
    </cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Kaiser Papier GmbH</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cbc:EndpointID schemeID="9930">DE811907980</cbc:EndpointID>
    <cac:PostalAddress>
      <cbc:CityName>Hamburg</cbc:CityName>
      <cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country>
    </cac:PostalAddress>
    <cac:PartyLegalEntity><cbc:RegistrationName>Nordlicht GmbH</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:PaymentMeans>
    <cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>
    <cac:PayeeFinancialAccount><cbc:ID>DE89370400440532013000</cbc:ID></cac:PayeeFinancialAccount>
  </cac:PaymentMeans>
  <cac:AllowanceCharge>
    <cbc:ChargeIndicator>false</cbc:ChargeIndicator>
    <cbc:AllowanceChargeReason>Loyalty</cbc:AllowanceChargeReason>
    <cbc:Amount currencyID="EUR">10.00</cbc:Amount>
    <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>
  </cac:AllowanceCharge>
  <cac:AllowanceCharge>
    <cbc:ChargeIndicator>true</cbc:ChargeIndicator>
    <cbc:AllowanceChargeReason>Freight</cbc:AllowanceChargeReason>
    <cbc:Amount currencyID="EUR">30.00</cbc:Amount>
    <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>
  </cac:AllowanceCharge>
  <cac:TaxTotal>
    <cbc:TaxAmount currencyID="EUR">41.80</cbc:TaxAmount>
    <cac:TaxSubtotal>
      <cbc:TaxableAmount currencyID="EUR">220.00</cbc:TaxableAmount>
      <cbc:TaxAmount currencyID="EUR">41.80</cbc:TaxAmount>
      <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>
    </cac:TaxSubtotal>
  </cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="EUR">200.00</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="EUR">220.00</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">261.80</cbc:TaxInclusiveAmount>
    <cbc:AllowanceTotalAmount currencyID="EUR">10.00</cbc:AllowanceTotalAmount>
    <cbc:ChargeTotalAmount currencyID="EUR">30.00</cbc:ChargeTotalAmount>
    <cbc:PrepaidAmount currencyID="EUR">61.80</cbc:PrepaidAmount>
    <cbc:PayableAmount currencyID="EUR">200.00</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
  <cac:InvoiceLine>
    <cbc:ID>1</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">500</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">120.00</cbc:LineExtensionAmount>
    <cac:OrderLineReference><cbc:LineID>3</cbc:LineID></cac:OrderLineReference>
    <cac:AllowanceCharge>
      <cbc:ChargeIndicator>false</cbc:ChargeIndicator>
      <cbc:AllowanceChargeReason>Scratched</cbc:AllowanceChargeReason>
      <cbc:Amount currencyID="EUR">5.00</cbc:Amount>
    </cac:AllowanceCharge>
    <cac:Item>
      <cbc:Name>Envelopes</cbc:Name>
      <cac:SellersItemIdentification><cbc:ID>E-5</cbc:ID></cac:SellersItemIdentification>
      <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory>
    </cac:Item>
    <cac:Price>
      <cbc:PriceAmount currencyID="EUR">25.00</cbc:PriceAmount>
      <cbc:BaseQuantity unitCode="C62">100</cbc:BaseQuantity>
    </cac:Price>
  </cac:InvoiceLine>
  <cac:InvoiceLine>
    <cbc:ID>2</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">4</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">80.00</cbc:LineExtensionAmount>
    <cac:Item>
      <cbc:Name>Paper</cbc:Name>
      <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory>
    </cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="EUR">20.00</cbc:PriceAmount></cac:Price>
  </cac:InvoiceLine>
</Invoice>
"""


def ubl_invoice(*changes: tuple[str, str]) -> bytes:
    """The invoice with each first occurrence of a text replaced by another."""
    return changed(UBL_INVOICE, *changes)


def ubl_credit_note(*changes: tuple[str, str]) -> bytes:
    text = UBL_INVOICE.replace("Invoice-2", "CreditNote-2").replace("<Invoice ", "<CreditNote ")
    text = text.replace("</Invoice>", "</CreditNote>").replace("InvoiceLine>", "CreditNoteLine>")
    text = text.replace("InvoicedQuantity", "CreditedQuantity")
    text = text.replace(
        "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"
    )
    text = text.replace("  <cbc:DueDate>2026-12-02</cbc:DueDate>\n", "")
    return changed(text, *changes)


def changed(text: str, *changes: tuple[str, str]) -> bytes:
    for old, new in changes:
        assert old in text, f"nothing to change: {old}"
        text = text.replace(old, new, 1)
    return text.encode()


def camt(message: str = "053", version: int = 8, *changes: tuple[str, str]) -> bytes:
    """A message with one account, two balances and four entries, in the shape of its version's schema.

    Opening 1000.00, booked -200.50, +50.00 and a reversal of +200.50, pending -70.00, closing 1050.00.
    """
    container = {"052": "BkToCstmrAcctRpt", "053": "BkToCstmrStmt", "054": "BkToCstmrDbtCdtNtfctn"}[message]
    statement = {"052": "Rpt", "053": "Stmt", "054": "Ntfctn"}[message]
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version:02d}"
    balances = "" if message == "054" else _balance("OPBD", "1000.00", version) + _balance("CLBD", "1050.00", version)
    entries = (
        _entry("B-1", "200.50", "DBIT", "BOOK", version, "Kaiser Papier", "PAYREF1", "Invoice R-1001")
        + _entry("B-2", "50.00", "CRDT", "BOOK", version, "Lindt Optik", "NOTPROVIDED", "Thanks")
        + _entry("B-3", "200.50", "CRDT", "BOOK", version, "Kaiser Papier", "PAYREF1", "Account closed", reversal=True)
    )
    if (message, version) != ("053", 1):  # the only schema that knows no pending entries
        entries += _entry("B-4", "70.00", "DBIT", "PDNG", version, "Power AG", "PAYREF2", "Reserved")
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{namespace}"><{container}{"V01" if version == 1 else ""}>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-19T22:00:00+01:00</CreDtTm></GrpHdr>
<{statement}><Id>S-77</Id><ElctrncSeqNb>77</ElctrncSeqNb><CreDtTm>2026-11-19T22:00:00+01:00</CreDtTm>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}{entries}</{statement}>
</{container}{"V01" if version == 1 else ""}></Document>"""
    return changed(text, *changes)


def _balance(code: str, amount: str, version: int) -> str:
    kind = f"<Cd>{code}</Cd>" if version == 1 else f"<CdOrPrtry><Cd>{code}</Cd></CdOrPrtry>"
    return (
        f'<Bal><Tp>{kind}</Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-11-19</Dt></Dt></Bal>\n"
    )


def _entry(
    reference: str,
    amount: str,
    sign: str,
    status: str,
    version: int,
    party: str,
    end_to_end: str,
    remittance: str,
    *,
    reversal: bool = False,
) -> str:
    role, iban = ("Dbtr" if (sign == "CRDT") != reversal else "Cdtr"), "FR1420041010050500013M02606"
    name = f"<Pty><Nm>{party}</Nm></Pty>" if version >= 7 else f"<Nm>{party}</Nm>"
    own_amount = f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>' if version >= 3 else ""
    details = (
        f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>{own_amount}"
        f"<RltdPties><{role}>{name}</{role}><{role}Acct><Id><IBAN>{iban}</IBAN></Id></{role}Acct></RltdPties>"
        f"<RmtInf><Ustrd>{remittance}</Ustrd></RmtInf></TxDtls>"
    )
    booked_as = f"<Sts><Cd>{status}</Cd></Sts>" if version >= 7 else f"<Sts>{status}</Sts>"
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        f"{'<RvslInd>true</RvslInd>' if reversal else ''}{booked_as}"
        "<BookgDt><DtTm>2026-11-19T23:30:00-05:00</DtTm></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"{details if version == 1 else f'<NtryDtls>{details}</NtryDtls>'}</Ntry>\n"
    )
