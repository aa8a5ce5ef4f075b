import statistics
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.errors import BusinessError
from models.party import Role
from sandbox.company import SANDBOX_PASSWORD
from store.people import person_of, session_of, sign_in, sign_out
from store.schema.audit import audit_entry
from store.schema.people import session
from store.unit_of_work import Store
from tests.console.company import TENANT, Company
from tests.store.houses import signed_in, verified

pytestmark = pytest.mark.behaviour("C2")
_HOUR = timedelta(hours=1)


def enter(store: Store, login: str = "mara.voss", password: str = SANDBOX_PASSWORD) -> str:
    return sign_in(store, TENANT, login, password, _HOUR)


def refuse(store: Store, login: str, password: str) -> str:
    with pytest.raises(BusinessError) as refusal:
        enter(store, login, password)
    assert refusal.value.code == "sign_in.refused"
    return refusal.value.message


def last_entry(store: Store) -> tuple[str, str]:
    query = select(audit_entry.c.action, audit_entry.c.subject_id).order_by(audit_entry.c.sequence.desc()).limit(1)
    with store.read() as connection:
        row = connection.execute(query).one()
    return row.action, row.subject_id


def test_the_right_password_opens_a_session_whose_token_is_kept_as_a_hash_alone(store: Store) -> None:
    token = enter(store)
    found = session_of(store, TENANT, token)
    assert found is not None and found.person.id == "mara.voss"
    with store.read() as connection:
        rows = connection.execute(select(session)).all()
    assert token not in repr(rows)
    assert last_entry(store) == ("session.opened", "mara.voss")


def test_unknown_login_wrong_password_and_locked_login_are_refused_in_the_same_words(company: Company) -> None:
    wrong = refuse(company.store, "mara.voss", "guess")
    unknown = refuse(company.store, "nobody", "guess")
    for _ in range(4):
        refuse(company.store, "mara.voss", "guess")
    locked = refuse(company.store, "mara.voss", SANDBOX_PASSWORD)
    assert wrong == unknown == locked
    assert last_entry(company.store) == ("session.refused", "mara.voss")


def test_five_wrong_passwords_lock_the_login_for_a_quarter_of_an_hour_and_no_other(company: Company) -> None:
    for _ in range(5):
        refuse(company.store, "mara.voss", "guess")
    assert enter(company.store, "tom.behrens")
    company.clock.move(minutes=14, seconds=59)
    refuse(company.store, "mara.voss", SANDBOX_PASSWORD)
    company.clock.move(minutes=15, seconds=1)
    assert enter(company.store)


def test_the_right_password_forgets_the_wrong_ones_before_it(store: Store) -> None:
    for _ in range(2):
        for _ in range(4):
            refuse(store, "mara.voss", "guess")
        assert enter(store)


def test_a_session_ends_by_the_clock(company: Company) -> None:
    token = enter(company.store)
    company.clock.move(minutes=59, seconds=59)
    assert session_of(company.store, TENANT, token) is not None
    company.clock.move(seconds=1)
    assert session_of(company.store, TENANT, token) is None


def test_a_session_ends_by_signing_out(store: Store) -> None:
    token = enter(store)
    found = session_of(store, TENANT, token)
    assert found is not None
    sign_out(store, found, token)
    assert session_of(store, TENANT, token) is None
    assert last_entry(store) == ("session.closed", "mara.voss")


@pytest.mark.parametrize("token", ["", "x", "ä", "0" * 5000])
def test_a_token_that_nobody_was_given_opens_nothing(store: Store, token: str) -> None:
    assert session_of(store, TENANT, token) is None


def test_a_session_belongs_to_its_tenant(store: Store) -> None:
    assert session_of(store, "other", enter(store)) is None


@pytest.mark.parametrize("login", ["", "\0", "'; DROP TABLE account; --", "x" * 5000, "\udcff"])
def test_a_hostile_login_is_refused_and_on_record(store: Store, login: str) -> None:
    refuse(store, login, SANDBOX_PASSWORD)
    assert last_entry(store)[0] == "session.refused"
    assert verified(store).ok


@pytest.mark.parametrize("password", ["", "\0", "\udcff", "x" * 100_000])
def test_a_hostile_password_is_refused(store: Store, password: str) -> None:
    refuse(store, "mara.voss", password)


def test_an_unknown_login_takes_as_long_as_a_wrong_password(store: Store) -> None:
    def seconds(login: str) -> float:
        began = time.process_time()
        refuse(store, login, "guess")
        return time.process_time() - began

    refuse(store, "nobody", "guess")
    unknown = statistics.median(seconds("nobody") for _ in range(3))
    wrong = statistics.median(seconds("mara.voss") for _ in range(3))
    assert unknown > wrong / 3, "argon2 has to run for a login that is not there as well"


def test_a_right_is_held_by_role_and_its_lack_is_said_in_words(store: Store) -> None:
    mara = signed_in(store, "mara.voss")
    mara.require(Role.REQUESTER, Role.TREASURER)
    with pytest.raises(BusinessError, match="it takes the role treasurer or finance director") as refusal:
        mara.require(Role.TREASURER, Role.FINANCE_DIRECTOR)
    assert refusal.value.code == "right.missing"


def test_a_person_nobody_knows_is_named(store: Store) -> None:
    with store.read() as connection, pytest.raises(BusinessError, match="'nobody'"):
        person_of(connection, TENANT, "nobody")
