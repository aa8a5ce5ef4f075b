"""Logins that are stored, renewed and watched, and the key that is changed under them."""

import base64
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from models.errors import BusinessError
from models.portal import Credential
from store.credentials import change_key, credentials, park_refused, remind_of_expiry, renew_password, store_login
from store.outbox import undelivered
from store.targets import add_target, address_of
from store.tasks import Task, open_tasks
from store.unit_of_work import Store
from store.vault import Vault, claim_window
from store.vault_keys import VaultKeyFile, VaultKeys
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, signed_in

_BANK = "sandbox-bank"
_LOGIN = Credential(login="LMT01", password=SecretStr("canary-pass"), totp_seed=SecretStr("CANARYSEED"))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(tmp_path / "keys" / "vault.key")


def put(store: Store, vault: Vault, portal: str = _BANK, until: date | None = None, tenant: str = TENANT) -> None:
    with store.change(tenant, SYSTEM) as work:
        vault.put(work, portal, _LOGIN, "oliver.stein", until)


def password(store: Store, vault: Vault, portal: str = _BANK, tenant: str = TENANT) -> str:
    with store.read() as view:
        return vault.get(view, tenant, portal).password.get_secret_value()


def asked(store: Store) -> list[Task]:
    with store.read() as view:
        return [task for task in open_tasks(view, TENANT) if task.subject_kind == "credential"]


def keys(vault: Vault) -> VaultKeyFile:
    assert isinstance(vault.keys, VaultKeyFile)
    return vault.keys


def test_a_changed_key_opens_everything_for_those_who_run_and_the_old_one_opens_nothing(
    company: Company, vault: Vault
) -> None:
    put(company.store, vault)
    put(company.store, vault, tenant="other")
    before, running = keys(vault).path.read_bytes(), Vault.open(keys(vault).path)
    assert change_key(company.store, vault, signed_in(company.store, "oliver.stein")) == 2
    assert keys(vault).path.read_bytes() != before
    assert password(company.store, running) == password(company.store, running, tenant="other") == "canary-pass"
    with pytest.raises(BusinessError, match="cannot be opened"):
        password(company.store, Vault.of(before))
    (retired,) = keys(vault).path.parent.glob("vault.key.*.retired")
    assert retired.read_bytes() == before


def test_a_changed_key_opens_the_addresses_of_message_services_too(company: Company, vault: Vault) -> None:
    class AnyAddress:
        def check(self, address: SecretStr) -> str:
            return "ntfy"

    sofia, before = signed_in(company.store, "sofia.brandt"), keys(vault).path.read_bytes()
    phone = add_target(company.store, vault, AnyAddress(), sofia, "Phone", SecretStr("ntfys://ntfy.sh/topic"))
    assert change_key(company.store, vault, signed_in(company.store, "oliver.stein")) == 1
    with company.store.read() as view:
        opened = address_of(view, vault, TENANT, "sofia.brandt", phone.id)
        with pytest.raises(BusinessError, match="remove it and add it again"):
            address_of(view, Vault.of(before), TENANT, "sofia.brandt", phone.id)
    assert opened.get_secret_value() == "ntfys://ntfy.sh/topic"


def test_a_change_of_key_that_broke_off_is_taken_up_and_meanwhile_everything_opens(
    company: Company, vault: Vault
) -> None:
    put(company.store, vault)
    put(company.store, vault, "sandbox-erp")
    new = keys(vault).begin_change()
    with company.store.change(TENANT, SYSTEM) as work:
        vault.seal_anew(work, new)
    put(company.store, vault, "sandbox-erp")
    assert [password(company.store, vault, portal) for portal in (_BANK, "sandbox-erp")] == ["canary-pass"] * 2
    change_key(company.store, vault, signed_in(company.store, "oliver.stein"))
    assert keys(vault).path.read_bytes() == new
    assert [password(company.store, Vault.of(new), portal) for portal in (_BANK, "sandbox-erp")] == ["canary-pass"] * 2


def test_a_key_from_the_environment_takes_over_from_the_one_before(company: Company) -> None:
    old, new = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
    put(company.store, Vault(VaultKeys.parse(old)))
    both = Vault(VaultKeys.parse(new, old))
    assert password(company.store, both) == "canary-pass"
    assert change_key(company.store, both, signed_in(company.store, "oliver.stein")) == 1
    assert password(company.store, Vault(VaultKeys.parse(new))) == "canary-pass"


@pytest.mark.parametrize("text", ["", "short", "not base64!", base64.b64encode(bytes(31)).decode()])
def test_a_key_in_the_environment_that_is_none_is_named(text: str) -> None:
    with pytest.raises(BusinessError, match="TALLYWRIGHT_VAULT_KEY is no vault key"):
        VaultKeys.parse(text)


@pytest.mark.behaviour("R3")
def test_a_refused_password_is_told_once_and_a_new_one_puts_it_right(company: Company, vault: Vault) -> None:
    put(company.store, vault)
    for _ in range(2):
        park_refused(company.store, TENANT, SYSTEM, _BANK, "Anmeldung abgelehnt.")
    (task,) = asked(company.store)
    assert "tried once and is not tried again" in task.content.message
    with company.store.read() as view:
        assert [(each.portal, each.park_reason) for each in credentials(view, TENANT)] == [
            (_BANK, "Anmeldung abgelehnt.")
        ]
        assert [each.workflow for each in undelivered(view) if each.workflow == "Announcement"] == ["Announcement"]
    admin = signed_in(company.store, "oliver.stein")
    renew_password(company.store, vault, admin, _BANK, SecretStr("new-one"), None)
    assert (password(company.store, vault), asked(company.store)) == ("new-one", [])


def test_a_password_that_expires_soon_is_told_once_until_it_is_renewed(company: Company, vault: Vault) -> None:
    put(company.store, vault, until=date(2026, 11, 20))
    put(company.store, vault, "sandbox-erp")

    def reminded() -> int:
        with company.store.change(TENANT, SYSTEM) as work:
            remind_of_expiry(work)
        return len(asked(company.store))

    assert reminded() == 0
    company.clock.move(days=5)
    assert (reminded(), reminded()) == (1, 1)
    company.clock.move(minutes=1)
    admin = signed_in(company.store, "oliver.stein")
    renew_password(company.store, vault, admin, _BANK, SecretStr("new"), date(2027, 5, 1))
    assert reminded() == 0


@pytest.mark.behaviour("R5")
def test_a_window_is_used_once_whoever_asks_and_stays_used_when_the_password_is_renewed(
    company: Company, vault: Vault
) -> None:
    put(company.store, vault)

    def claimed(window: int) -> bool:
        with company.store.change(TENANT, SYSTEM) as work:
            return claim_window(work, _BANK, window)

    assert [claimed(7), claimed(7), claimed(6), claimed(8)] == [True, False, False, True]
    admin = signed_in(company.store, "oliver.stein")
    renew_password(company.store, vault, admin, _BANK, SecretStr("new"), None)
    assert [claimed(8), claimed(9)] == [False, True]


def test_only_an_administrator_keeps_logins_and_for_a_person_who_is_there(company: Company, vault: Vault) -> None:
    treasurer, admin = (signed_in(company.store, person) for person in ("sofia.brandt", "oliver.stein"))
    for attempt in (
        lambda: store_login(company.store, vault, treasurer, _BANK, _LOGIN, "sofia.brandt", None),
        lambda: renew_password(company.store, vault, treasurer, _BANK, SecretStr("x"), None),
        lambda: change_key(company.store, vault, treasurer),
    ):
        with pytest.raises(BusinessError) as refused:
            attempt()
        assert refused.value.code == "right.missing"
    with pytest.raises(BusinessError, match="no person 'nobody'"):
        store_login(company.store, vault, admin, _BANK, _LOGIN, "nobody", None)
    with pytest.raises(BusinessError, match="No login is stored"):
        renew_password(company.store, vault, admin, _BANK, SecretStr("x"), None)
    store_login(company.store, vault, admin, _BANK, _LOGIN, "sofia.brandt", None)
    assert password(company.store, vault) == "canary-pass"
