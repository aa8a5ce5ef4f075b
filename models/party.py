"""Who trades with whom: legal entities, people, vendors and the accounts they are paid on."""

import hashlib
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field
from schwifty import IBAN

from models.base import Model
from models.money import Currency, Money


def _valid_iban(value: str) -> str:
    return str(IBAN(value).compact)


Iban = Annotated[str, AfterValidator(_valid_iban)]
"""A checked IBAN without spaces."""


class Address(Model):
    street: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")


class HouseAccount(Model):
    """A bank account of ours beside the main one, and the portal on which it is paid from."""

    iban: Iban
    bic: str = ""
    bank_portal: str


class LegalEntity(Model):
    """A company of the tenant: buyer and payer of what it purchases, seller of what it sells."""

    id: str
    name: str
    vat_id: str = ""
    address: Address
    currency: Currency
    timezone: str
    iban: Iban
    bank_portal: str
    """Name of the portal on which the entity's payments are entered and its statements fetched."""
    erp_portal: str
    """Name of the portal into which its books are keyed."""
    tax_portal: str = ""
    """Name of the portal on which its sales invoices are registered; empty where the law asks for none."""
    electronic_address: str = ""
    """Endpoint id for e-invoices, e.g. an e-mail address."""
    telephone: str = ""
    """On its invoices, for the customer's questions."""
    further_accounts: tuple[HouseAccount, ...] = ()

    @property
    def accounts(self) -> tuple[HouseAccount, ...]:
        """Every account it pays from, the main one first."""
        return (HouseAccount(iban=self.iban, bank_portal=self.bank_portal), *self.further_accounts)

    def account_at(self, bank_portal: str) -> HouseAccount:
        """The account that is paid from on `bank_portal`; the main one where the entity has none there."""
        return next((each for each in self.accounts if each.bank_portal == bank_portal), self.accounts[0])


class Role(StrEnum):
    REQUESTER = "requester"
    COST_CENTRE_OWNER = "cost_centre_owner"
    PURCHASING = "purchasing"
    RECEIVING = "receiving"
    ACCOUNTS_PAYABLE = "accounts_payable"
    FINANCE_DIRECTOR = "finance_director"
    MANAGING_DIRECTOR = "managing_director"
    TREASURER = "treasurer"
    SALES = "sales"
    SHIPPING = "shipping"
    ACCOUNTS_RECEIVABLE = "accounts_receivable"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Person(Model):
    """A human being. Segregation of duties looks at the person, whatever account they signed in with."""

    id: str
    name: str
    email: str
    language: str = "en"
    roles: frozenset[Role] = frozenset()
    manager: str = ""
    """Person id; empty where nobody is above them."""
    timezone: str = ""
    """IANA name of the zone they work in; empty: UTC."""


class CostCentre(Model):
    id: str
    name: str
    owner: str
    """Person id."""


class PayeeAccount(Model):
    """The bank account a payee is paid on."""

    holder: str
    iban: Iban
    bic: str = ""

    def fingerprint(self) -> str:
        """Hash that is frozen into an approved payment, so that a later change of account shows."""
        return hashlib.sha256(f"{self.holder}\n{self.iban}\n{self.bic}".encode()).hexdigest()


class Vendor(Model):
    id: str
    name: str
    vat_id: str = ""
    email: str = ""
    address: Address
    account: PayeeAccount
    payment_days: int = Field(default=30, ge=0, le=365)
    blocked: bool = False
    house_bank: str = ""
    """Name of the bank portal from whose account it is paid; empty: from the entity's main account."""


class Customer(Model):
    """Who buys from us. `credit_limit` bounds what may be open with them, in the currency their orders are taken in."""

    id: str
    name: str
    vat_id: str = ""
    email: str
    """Where invoices go."""
    electronic_address: str = ""
    """Endpoint id for e-invoices; empty: the e-mail address."""
    address: Address
    credit_limit: Money
    payment_days: int = Field(default=30, ge=0, le=365)
    language: str = "en"
    blocked: bool = False
