"""A code that a person types: sealed for one waiting process, taken once, and nowhere else."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from pydantic import SecretStr
from sqlalchemy import inspect, text

from audit.entry import parse_entry
from models.errors import BusinessError
from models.party import Role
from models.portal import CodeKind, Credential
from store.log import entries
from store.sealed_box import BoxKey, sealed_for
from store.tasks import Task, open_tasks
from store.typed_codes import CodeWish, SlotState, end_wish, give_code, refuse_code, slot_of, take_code, want_code
from store.vault import Vault
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, signed_in

pytestmark = [pytest.mark.behaviour("R5"), pytest.mark.usefixtures("login")]
_BANK = "sandbox-bank"
_WALL = datetime(2026, 11, 20, 9, tzinfo=UTC)
_LASTS = timedelta(minutes=5)
_CODE = "739104"


@pytest.fixture
def login(company: Company) -> None:
    with company.store.change(TENANT, SYSTEM) as work:
        Vault.of(bytes(32)).put(work, _BANK, Credential(login="L", password=SecretStr("p")), "oliver.stein")


@pytest.fixture
def key() -> BoxKey:
    return BoxKey()


def wanted(company: Company, key: BoxKey, kind: CodeKind = CodeKind.SMS) -> str:
    wish = CodeWish(portal=_BANK, kind=kind, said="Eine mTAN per SMS", lasts=_LASTS)
    return want_code(company.store, TENANT, SYSTEM, wish, key, _WALL)


def given(
    company: Company, slot: str, person: str = "oliver.stein", code: str = _CODE, after: timedelta = _LASTS / 2
) -> None:
    give_code(company.store, signed_in(company.store, person), slot, code, _WALL + after)


def taken(company: Company, slot: str, key: BoxKey) -> str | None:
    code = take_code(company.store, TENANT, SYSTEM, slot, key)
    return code.get_secret_value() if code is not None else None


def state(company: Company, slot: str) -> SlotState:
    with company.store.read() as view:
        return slot_of(view, TENANT, slot).state


def tasks(company: Company) -> tuple[Task, ...]:
    with company.store.read() as view:
        return open_tasks(view, TENANT)


def database_text(company: Company) -> str:
    """Everything that stands in any table, and in the audit entries."""
    with company.store.read() as view:
        names = inspect(view).get_table_names()
        rows = [view.execute(text(f'SELECT * FROM "{name}"')).all() for name in names]  # noqa: S608 - our own tables
    return repr(rows)


def test_a_person_is_asked_and_the_bot_takes_what_they_type_once(company: Company, key: BoxKey) -> None:
    slot = wanted(company, key)
    (task,) = tasks(company)
    assert (task.owner_role, task.kind, task.subject_id) == (Role.ADMINISTRATOR, "code_wanted", slot)
    assert taken(company, slot, key) is None
    given(company, slot, code=" 739 104 ")
    assert tasks(company) == ()
    assert taken(company, slot, key) == _CODE
    with pytest.raises(BusinessError, match="Nobody gave"):
        taken(company, slot, key)
    assert state(company, slot) is SlotState.TAKEN


def test_what_was_typed_stands_nowhere_in_clear_and_after_the_taking_not_at_all(company: Company, key: BoxKey) -> None:
    slot = wanted(company, key)
    given(company, slot)
    assert _CODE not in database_text(company)
    assert taken(company, slot, key) == _CODE
    with company.store.read() as view:
        assert view.execute(text("SELECT sealed FROM code_slot")).scalar_one() == ""
        actions = [parse_entry(each.data).action for each in entries(view, TENANT)]
    assert [each for each in actions if each.startswith("code.")] == ["code.wanted", "code.given", "code.taken"]
    assert _CODE not in database_text(company)


def test_another_process_and_another_slot_open_nothing(key: BoxKey) -> None:
    sealed = sealed_for(key.public, _CODE, "slot-1")
    assert key.opened(sealed, "slot-1") == _CODE
    for other, place in ((BoxKey(), "slot-1"), (key, "slot-2")):
        with pytest.raises(InvalidTag):
            other.opened(sealed, place)


def test_after_the_time_is_over_a_code_is_refused_and_says_so(company: Company, key: BoxKey) -> None:
    slot = wanted(company, key)
    with pytest.raises(BusinessError, match="does not wait for this code any more"):
        given(company, slot, after=_LASTS)
    end_wish(company.store, TENANT, SYSTEM, slot)
    assert (state(company, slot), tasks(company)) == (SlotState.ENDED, ())
    with pytest.raises(BusinessError, match="does not wait"):
        given(company, slot)


def test_a_code_that_was_given_and_not_taken_is_gone_with_the_wish(company: Company, key: BoxKey) -> None:
    slot = wanted(company, key)
    given(company, slot)
    end_wish(company.store, TENANT, SYSTEM, slot)
    with company.store.read() as view:
        assert view.execute(text("SELECT sealed FROM code_slot")).scalar_one() == ""


def test_where_there_is_no_code_the_bot_hears_of_it_at_once(company: Company, key: BoxKey) -> None:
    slot = wanted(company, key)
    refuse_code(company.store, signed_in(company.store, "sofia.brandt"), slot)
    with pytest.raises(BusinessError, match="Nobody gave"):
        taken(company, slot, key)
    with pytest.raises(BusinessError, match="does not wait"):
        refuse_code(company.store, signed_in(company.store, "sofia.brandt"), slot)


@pytest.mark.parametrize(
    ("person", "code", "refusal"),
    [
        ("mara.voss", _CODE, "right.missing"),
        ("greta.holm", _CODE, "right.missing"),
        ("oliver.stein", "", "code.form"),
        ("oliver.stein", "<b>1</b>", "code.form"),
        ("oliver.stein", "1" * 13, "code.form"),
    ],
)
def test_who_may_not_and_what_is_no_code_changes_nothing(
    company: Company, key: BoxKey, person: str, code: str, refusal: str
) -> None:
    slot = wanted(company, key)
    with pytest.raises(BusinessError) as refused:
        given(company, slot, person, code)
    assert (refused.value.code, state(company, slot)) == (refusal, SlotState.WANTED)


def test_a_confirmation_on_the_phone_needs_no_code(company: Company, key: BoxKey) -> None:
    slot = wanted(company, key, CodeKind.PUSH)
    given(company, slot, "sofia.brandt", "")
    assert taken(company, slot, key) == ""


def test_a_slot_that_is_not_there_is_not_found(company: Company) -> None:
    with pytest.raises(BusinessError, match="There is no wish for a code 'x'"):
        given(company, "x")
