"""The sample company: Lindqvist Messtechnik GmbH, its people, cost centres and trading partners. All of it is invented.

The one module of the sandbox that knows the product's nouns: it is input to the product, not a portal.
"""

from dataclasses import replace
from decimal import Decimal

from models.money import Money
from models.party import Address, CostCentre, Customer, HouseAccount, LegalEntity, PayeeAccount, Person, Role, Vendor
from sandbox import iban
from sandbox.house_account import HOUSE_ACCOUNT, SECOND_HOUSE_ACCOUNT
from sandbox.vendor import Party

SANDBOX_PASSWORD = "sandbox-only-not-a-secret"  # noqa: S105 - every invented person signs in with it, in the sandbox alone

ENTITY = LegalEntity(
    id="LMT",
    name=HOUSE_ACCOUNT.holder,
    vat_id="DE219980000",
    address=Address(street="Werftstraße 14", city="Nordhafen", postal_code="24999", country="DE"),
    currency="EUR",
    timezone="Europe/Berlin",
    iban=HOUSE_ACCOUNT.iban,
    electronic_address="invoices@lindqvist.example",
    telephone="+49 461 5550200",
    bank_portal="sandbox-bank",
    erp_portal="sandbox-erp",
    tax_portal="sandbox-tax",
    further_accounts=(
        HouseAccount(iban=SECOND_HOUSE_ACCOUNT.iban, bic=SECOND_HOUSE_ACCOUNT.bic, bank_portal="sandbox-bank-b"),
    ),
)


def _person(person_id: str, name: str, *roles: Role, language: str = "en") -> Person:
    email = f"{person_id}@lindqvist.example"
    return Person(id=person_id, name=name, email=email, language=language, roles=frozenset(roles))


PEOPLE = (
    _person("mara.voss", "Mara Voss", Role.REQUESTER),
    _person("jonas.petersen", "Jonas Petersen", Role.REQUESTER, Role.RECEIVING),
    _person("lin.yue", "林悦 Lin Yue", Role.REQUESTER, language="zh"),
    _person("henrik.dahl", "Henrik Dahl", Role.REQUESTER, Role.COST_CENTRE_OWNER),
    _person("ayse.kaya", "Ayşe Kaya", Role.COST_CENTRE_OWNER),
    _person("piotr.nowak", "Piotr Nowak", Role.PURCHASING),
    _person("tom.behrens", "Tom Behrens", Role.RECEIVING),
    _person("greta.holm", "Greta Holm", Role.ACCOUNTS_PAYABLE),
    _person("chen.wei", "陈伟 Chen Wei", Role.ACCOUNTS_PAYABLE, language="zh"),
    _person("ines.lindqvist", "Ines Lindqvist", Role.FINANCE_DIRECTOR),
    _person("karl.lindqvist", "Karl Lindqvist", Role.MANAGING_DIRECTOR),
    _person("astrid.lindqvist", "Astrid Lindqvist", Role.MANAGING_DIRECTOR),
    _person("sofia.brandt", "Sofia Brandt", Role.TREASURER),
    _person("marek.hansen", "Marek Hansen", Role.TREASURER),
    _person("david.okafor", "David Okafor", Role.SALES),
    _person("anna.lund", "Anna Lund", Role.SALES),
    _person("emil.kruse", "Emil Kruse", Role.SHIPPING),
    _person("nele.arndt", "Nele Arndt", Role.ACCOUNTS_RECEIVABLE),
    _person("ruth.feldmann", "Ruth Feldmann", Role.AUDITOR),
    _person("oliver.stein", "Oliver Stein", Role.ADMINISTRATOR),
)

COST_CENTRES = (
    CostCentre(id="1000", name="Administration", owner="ayse.kaya"),
    CostCentre(id="2000", name="Development", owner="henrik.dahl"),
    CostCentre(id="3000", name="Calibration laboratory", owner="henrik.dahl"),
    CostCentre(id="4000", name="Production", owner="ayse.kaya"),
    CostCentre(id="5000", name="Sales and service", owner="ayse.kaya"),
)

BUDGETS: dict[str, Decimal] = {
    "1000": Decimal("120000.00"),
    "2000": Decimal("350000.00"),
    "3000": Decimal("180000.00"),
    "4000": Decimal("600000.00"),
    "5000": Decimal("150000.00"),
}
"""Euros per calendar year by cost centre."""


def _vendor(
    vendor_id: str,
    name: str,
    vat_id: str,
    bban: str,
    street: str,
    city: str,
    postal_code: str,
    payment_days: int = 30,
    house_bank: str = "",
) -> Vendor:
    country = "AT" if vat_id.startswith("AT") else vat_id[:2]
    return Vendor(
        id=vendor_id,
        name=name,
        vat_id=vat_id,
        email=f"billing@{vendor_id.lower()}.example",
        address=Address(street=street, city=city, postal_code=postal_code, country=country),
        account=PayeeAccount(holder=name, iban=iban.from_bban(country, bban)),
        payment_days=payment_days,
        house_bank=house_bank,
    )


VENDORS = (
    _vendor(
        "RPT",
        "Rheinische Präzisionsteile Verwaltungs GmbH",
        "DE219981019",
        "219998010000010101",
        "Hafenweg 3",
        "Duisburg",
        "47119",
        30,
    ),
    _vendor(
        "KAB", "Kabelwerk Ostsee AG", "DE219982021", "219998020000020202", "Speicherstraße 40", "Rostock", "18055", 30
    ),
    _vendor(
        "ELB",
        "Elbe Elektronik Handels GmbH",
        "DE219983032",
        "219998030000030303",
        "Am Sandtorkai 71",
        "Hamburg",
        "20457",
        14,
    ),
    _vendor("BUE", "Bürowelt Nord KG", "DE219984046", "219998040000040404", "Holstenplatz 2", "Kiel", "24103", 14),
    _vendor(
        "ITS",
        "Fjord IT-Systemhaus GmbH",
        "DE219985055",
        "219998050000050505",
        "Lerchenweg 18",
        "Flensburg",
        "24937",
        30,
        "sandbox-bank-b",
    ),
    _vendor(
        "KAL",
        "Kalibrierdienst Mürwik GmbH & Co. KG",
        "DE219986068",
        "219998060000060606",
        "Fördestraße 9",
        "Flensburg",
        "24944",
        21,
    ),
    _vendor(
        "ALP", "Alpenoptik Feinwerk GesmbH", "ATU99818082", "9999900010000808", "Gewerbepark 5", "Kufstein", "6330", 30
    ),
    _vendor("DLT", "Delta Sensoriek B.V.", "NL998919093B91", "NHBK0990009090", "Havenkade 22", "Delft", "2611", 30),
)


def _customer(
    customer_id: str, name: str, vat_id: str, address: Address, limit: int, payment_days: int, language: str = "en"
) -> Customer:
    return Customer(
        id=customer_id,
        name=name,
        vat_id=vat_id,
        email=f"invoices@{customer_id.lower()}.example",
        address=address,
        credit_limit=Money(amount=Decimal(limit), currency="EUR"),
        payment_days=payment_days,
        language=language,
    )


CUSTOMERS = (
    _customer(
        "HWT",
        "Hansewind Turbinen AG",
        "DE219987074",
        Address(street="Am Fischereihafen 12", city="Bremerhaven", postal_code="27568", country="DE"),
        60_000,
        30,
    ),
    _customer(
        "SIM",
        "Seeland Institut für Meereskunde gGmbH",
        "DE219988083",
        Address(street="Wischhofstraße 4", city="Kiel", postal_code="24148", country="DE"),
        20_000,
        14,
    ),
    _customer(
        "DNZ",
        "Donau Zahnradwerk GmbH",
        "ATU99819093",
        Address(street="Hafenstraße 21", city="Linz", postal_code="4020", country="AT"),
        15_000,
        30,
    ),
    _customer(
        "LUG",
        "Laboratorio Ceresio SA",
        "",
        Address(street="Via Cantonale 8", city="Lugano", postal_code="6900", country="CH"),
        10_000,
        30,
    ),
    _customer(
        "YHJ",
        "宇航计量仪器（上海）有限公司",
        "",
        Address(street="漕宝路 509 号", city="上海", postal_code="200233", country="CN"),
        25_000,
        45,
        language="zh",
    ),
)


def buyer_party(entity: LegalEntity) -> Party:
    """The company as its vendors write it on an invoice."""
    return _party(entity.name, entity.vat_id, entity.address, entity.electronic_address)


def seller_party(vendor: Vendor) -> Party:
    """The vendor as it writes itself on an invoice."""
    party = _party(vendor.name, vendor.vat_id, vendor.address, vendor.email)
    return replace(
        party, contact="Buchhaltung", phone="+49 461 5550100", iban=vendor.account.iban, bic=vendor.account.bic
    )


def _party(name: str, vat_id: str, address: Address, email: str) -> Party:
    return Party(name, vat_id, address.street, address.city, address.postal_code, address.country, email)
