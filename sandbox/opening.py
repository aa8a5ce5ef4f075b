"""Opens the books of the sample company in an installation: masters, people, rules, portal logins."""

from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from audit.entry import Actor
from installation import Installation
from models.portal import Credential
from rules.shipped import shipped_policy
from sandbox.bank_b.app import signer_credentials_path
from sandbox.company import BUDGETS, COST_CENTRES, CUSTOMERS, ENTITY, PEOPLE, SANDBOX_PASSWORD, VENDORS
from sandbox.logins import read_credentials
from store.masters import add_cost_centre, add_customer, add_entity, add_vendor, entities
from store.people import add_person
from store.rule_publications import import_first_versions
from store.unit_of_work import Store
from store.vault import Vault

_SETUP = Actor(system="sandbox set-up")
_ACCOUNTS_CONFIRMED = timedelta(days=400)
_BOT_OWNER = "oliver.stein"
_SIGNER = "sofia.brandt"


def open_sandbox(house: Installation, portals: Path, totp_period: int) -> None:
    """Everything that a fresh sandbox installation needs before its first case. `portals` holds the portals' homes."""
    tenant = house.settings.tenant
    open_company(house.store, tenant)
    logins = (
        ("sandbox-bank", portals / "bank" / "credentials.json", _BOT_OWNER),
        ("sandbox-bank-b", portals / "bank_b" / "credentials.json", _BOT_OWNER),
        # Signing needs another person than handing in; this one also releases payments.
        ("sandbox-bank-b-signature", signer_credentials_path(portals / "bank_b"), _SIGNER),
        ("sandbox-erp", portals / "erp" / "credentials.json", _BOT_OWNER),
        ("sandbox-tax", portals / "tax" / "credentials.json", _BOT_OWNER),
    )
    for portal, file, owner in logins:
        store_credentials(house.store, house.vault, tenant, portal, file, totp_period, owner)


def open_company(store: Store, tenant: str) -> None:
    """Adds the company once; an installation that has a legal entity already is left as it is."""
    with store.read() as connection:
        if entities(connection, tenant):
            return
    with store.change(tenant, _SETUP) as work:
        add_entity(work, ENTITY)
        for person in PEOPLE:
            add_person(work, person, person.id, SANDBOX_PASSWORD)
        for centre in COST_CENTRES:
            add_cost_centre(work, centre, {work.now.year: BUDGETS[centre.id]})
        for vendor in VENDORS:
            add_vendor(work, vendor, account_since=work.now - _ACCOUNTS_CONFIRMED)
        for customer in CUSTOMERS:
            add_customer(work, customer)
        import_first_versions(work, shipped_policy())


def store_credentials(
    store: Store, vault: Vault, tenant: str, portal: str, file: Path, totp_period: int, owner: str = _BOT_OWNER
) -> None:
    """Takes over the login that a stand-in portal drew for itself at its first start."""
    known = read_credentials(file)
    with store.change(tenant, _SETUP) as work:
        vault.put(
            work,
            portal,
            Credential(
                login=known.login,
                password=SecretStr(known.password),
                totp_seed=SecretStr(known.totp_secret) if known.totp_secret else None,
                totp_period=totp_period,
            ),
            owner,
        )
