import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from models.errors import BusinessError
from models.portal import Credential
from store.schema.audit import audit_body, audit_entry
from store.schema.people import credential
from store.unit_of_work import Store
from store.vault import LOGIN_LASTS, Vault, bot_of, park
from store.vault_keys import read_or_make
from tests.console.company import TENANT
from tests.store.houses import SYSTEM

_SECRET = Credential(login="LMT01", password=SecretStr("canary-pass"), totp_seed=SecretStr("CANARYSEED"), totp_period=3)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(tmp_path / "keys" / "vault.key")


def put(store: Store, vault: Vault, portal: str = "bank") -> None:
    with store.change(TENANT, SYSTEM) as work:
        vault.put(work, portal, _SECRET, "oliver.stein")


def refusal(store: Store, vault: Vault, portal: str = "bank", tenant: str = TENANT) -> str:
    with store.read() as connection, pytest.raises(BusinessError) as refused:
        vault.get(connection, tenant, portal)
    assert refused.value.code == "portal.no_credential"
    return refused.value.message


def sealed(store: Store) -> str:
    with store.read() as connection:
        return str(connection.execute(select(credential.c.sealed)).scalar_one())


_KEPT_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_COOKIES = SecretStr('{"cookies": [{"name": "SID", "value": "canary-cookie"}], "origins": []}')


def keep_login(store: Store, vault: Vault) -> None:
    with store.change(TENANT, SYSTEM) as work:
        vault.keep_login(work, "bank", _COOKIES, _KEPT_AT)


def take_login(store: Store, vault: Vault, later: timedelta = timedelta(minutes=1)) -> SecretStr | None:
    with store.change(TENANT, SYSTEM) as work:
        return vault.take_login(work, "bank", _KEPT_AT + later)


def seal(store: Store, text: str, portal: str = "bank") -> None:
    with store.change(TENANT, SYSTEM) as work:
        work.execute(update(credential).values(sealed=text, portal=portal))
        work.record("credential.tampered", "credential", portal)


def test_a_credential_comes_back_whole_and_is_replaced_by_the_next(store: Store, vault: Vault) -> None:
    put(store, vault)
    put(store, vault)
    with store.read() as connection:
        assert vault.get(connection, TENANT, "bank") == _SECRET
        assert bot_of(connection, TENANT, "bank").display == "bot bank bot of oliver.stein"


def test_no_secret_stands_in_database_or_log(store: Store, vault: Vault, folder: Path) -> None:
    put(store, vault)
    with store.read() as connection:
        kept = repr([connection.execute(select(table)).all() for table in (audit_entry, audit_body)])
    assert "canary-pass" not in kept and "CANARYSEED" not in kept
    store.engines.dispose()
    for file in folder.rglob("*"):
        if file.is_file():
            assert b"canary-pass" not in file.read_bytes() and b"CANARYSEED" not in file.read_bytes()


def test_with_another_key_nothing_opens(store: Store, vault: Vault, tmp_path: Path) -> None:
    put(store, vault)
    assert "cannot be opened with this vault key" in refusal(store, Vault.open(tmp_path / "other.key"))


def test_a_refused_password_parks_the_credential_until_it_is_stored_again(store: Store, vault: Vault) -> None:
    put(store, vault)
    with store.change(TENANT, SYSTEM) as work:
        park(work, "bank", "wrong password")
    assert "parked after a refused password" in refusal(store, vault)
    put(store, vault)
    with store.read() as connection:
        assert vault.get(connection, TENANT, "bank").login == "LMT01"


@pytest.mark.parametrize("text", ["", "x", "not base64 at all!", "AAAA", base64.b64encode(bytes(60)).decode()])
def test_a_damaged_seal_is_a_refusal_in_words(store: Store, vault: Vault, text: str) -> None:
    put(store, vault)
    seal(store, text)
    assert "store it again" in refusal(store, vault)


def test_every_flipped_bit_of_a_seal_is_noticed(store: Store, vault: Vault) -> None:
    put(store, vault)
    data = base64.b64decode(sealed(store))
    for at in range(0, len(data), 7):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        seal(store, base64.b64encode(changed).decode())
        refusal(store, vault)


@pytest.mark.behaviour("D2")
def test_a_seal_moved_to_another_portal_or_tenant_does_not_open(store: Store, vault: Vault) -> None:
    put(store, vault)
    assert "No login is stored" in refusal(store, vault, tenant="other")
    seal(store, sealed(store), portal="tax")
    refusal(store, vault, portal="tax")


def test_a_portal_without_a_login_is_named(store: Store, vault: Vault) -> None:
    assert "'tax'" in refusal(store, vault, "tax")
    with store.read() as connection, pytest.raises(BusinessError, match="'tax'"):
        bot_of(connection, TENANT, "tax")


def test_the_key_file_is_its_owners_alone_and_made_once_by_many(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "vault.key"
    with ThreadPoolExecutor(8) as pool:
        keys = {vault.keys.all()[0] for vault in pool.map(lambda _: Vault.open(file), range(16))}
    assert keys == {file.read_bytes()}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["vault.key"]


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_damaged_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vault.key").write_bytes(content)
    with pytest.raises(BusinessError, match=r"vault\.key is no vault key; restore it from the backup"):
        Vault.open(tmp_path / "vault.key")


def test_a_key_that_is_there_is_never_made_anew(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"old")
    assert read_or_make(tmp_path / "key", lambda: b"new") == b"old"


@pytest.mark.behaviour("R4")
def test_a_login_state_goes_to_one_case_and_to_no_other(store: Store, vault: Vault, folder: Path) -> None:
    put(store, vault)
    keep_login(store, vault)
    assert not any(b"canary-cookie" in file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert take_login(store, vault) == _COOKIES
    assert take_login(store, vault) is None


@pytest.mark.behaviour("R4")
def test_an_old_login_state_is_not_used_any_more(store: Store, vault: Vault) -> None:
    put(store, vault)
    keep_login(store, vault)
    assert take_login(store, vault, LOGIN_LASTS + timedelta(seconds=1)) is None


@pytest.mark.behaviour("R4")
def test_with_another_password_or_a_refused_one_the_login_state_is_gone(store: Store, vault: Vault) -> None:
    put(store, vault)
    keep_login(store, vault)
    put(store, vault)
    assert take_login(store, vault) is None

    keep_login(store, vault)
    with store.change(TENANT, SYSTEM) as work:
        park(work, "bank", "wrong password")
    assert take_login(store, vault) is None
    keep_login(store, vault)
    assert take_login(store, vault) is None


@pytest.mark.behaviour("R4")
def test_a_login_state_that_another_key_has_sealed_is_none(store: Store, vault: Vault) -> None:
    put(store, vault)
    keep_login(store, Vault.of(bytes(32)))
    assert take_login(store, vault) is None
