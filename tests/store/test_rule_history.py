from datetime import timedelta

import pytest
from sqlalchemy import update

from models.errors import BusinessError
from rules.shipped import ShippedTable, shipped_policy
from store.rule_history import (
    draft_difference,
    heat,
    rerun,
    table_states,
    version_difference,
)
from store.rule_publications import compiled, content_of, golden_cases_of, import_missing_tables, publications
from store.rule_recall import ask_recall
from store.rule_shadows import start_shadow
from store.schema.rules import rule_version
from tests.console.company import TENANT, Company
from tests.rules.tables import table_xml
from tests.store.houses import SYSTEM, signed_in, verified
from tests.store.rule_steps import (
    AUTHOR,
    LATHE,
    PRESS,
    STRICTER,
    TABLE,
    published,
    submitted,
    written,
)

pytestmark = pytest.mark.behaviour("A5")

FURTHER = ((b"[5000..20000)", b"[5000..21000)"), (b"&gt;= 20000", b"&gt;= 21000"))


def test_where_every_table_stands(company: Company) -> None:
    store, begins = company.store, company.clock.now + timedelta(days=30)
    later = published(store, in_force_from=begins)
    written(store, FURTHER)
    draft = submitted(store, FURTHER)
    shadow = start_shadow(store, signed_in(store, AUTHOR), draft.id)
    asked = ask_recall(store, signed_in(store, AUTHOR), TABLE, later.number, "why")
    with store.read() as connection:
        states = {state.name: state for state in table_states(connection, TENANT, company.clock.now)}
    assert list(states) == sorted(table.name for table in shipped_policy())
    state = states[TABLE]
    assert state.in_force is not None
    assert (state.in_force.number, [each.number for each in state.scheduled]) == (1, [2])
    assert (state.editing, state.submitted, state.recall_asked) == (1, 1, (asked,))
    assert state.shadow is not None
    assert state.shadow.id == shadow.id
    assert "approve" in state.description
    quiet = states["match_tolerance"]
    assert (quiet.editing, quiet.submitted, quiet.shadow, quiet.scheduled) == (0, 0, None, ())


@pytest.mark.behaviour("A4")
def test_what_a_draft_and_a_version_changed_is_told_by_cell(company: Company) -> None:
    draft = written(company.store)
    with company.store.read() as connection:
        found = draft_difference(connection, TENANT, draft)
    cells = {(row.row, cell.before, cell.after) for row in found.rows for cell in row.cells}
    assert ("medium", "[5000..25000)", "[5000..20000)") in cells
    assert {row.row for row in found.rows} == {"medium", "it_medium", "large", "it_large"}
    published(company.store, STRICTER)
    with company.store.read() as connection:
        assert version_difference(connection, TENANT, TABLE, 1, 2) == found
        assert version_difference(connection, TENANT, TABLE, 2, 2).is_empty


@pytest.mark.behaviour("A4")
def test_heat_counts_how_often_a_row_decided_in_ninety_days(company: Company) -> None:
    company.file(lines=LATHE)
    company.clock.move(days=55)
    for lines in (PRESS, LATHE):
        company.file(lines=lines, needed_by="2027-02-01")
    company.file(needed_by="2027-02-01")
    with company.store.read() as connection:
        assert heat(connection, TENANT, TABLE, company.clock.now) == {"medium": 3, "small": 1}
        later = company.clock.now + timedelta(days=36)
        assert heat(connection, TENANT, TABLE, later) == {"medium": 2, "small": 1}


def test_a_decision_is_taken_again_to_the_last_byte_after_its_version_was_replaced(company: Company) -> None:
    case = company.file(lines=LATHE)
    published(company.store)
    company.clock.move(days=3650)
    with company.store.read() as connection:
        (again,) = rerun(connection, TENANT, TABLE, case)
    assert again.same
    assert again.again == again.kept.model_copy(update={"inputs": again.again.inputs})
    with company.store.read() as connection, pytest.raises(BusinessError) as refusal:
        rerun(connection, TENANT, TABLE, "R-0")
    assert refusal.value.code == "rule.unknown_decision"


def test_a_tampered_version_is_found_when_a_decision_is_taken_again_and_decides_nothing_new(company: Company) -> None:
    case = company.file(lines=LATHE)
    with company.store.read() as connection:
        version = publications(connection, TENANT, TABLE)[0].version
        xml = content_of(connection, TENANT, TABLE, version)
    with company.store.change(TENANT, SYSTEM) as work:
        place = (rule_version.c.tenant == TENANT) & (rule_version.c.version == version)
        work.execute(update(rule_version).where(place).values(xml=xml.replace(b"&gt;= 25000", b"&gt;= 25001")))
        work.record("test.tampered", "rule_table", TABLE)
    with company.store.read() as connection:
        (again,) = rerun(connection, TENANT, TABLE, case)
    assert not again.same
    assert again.again.version != version
    with pytest.raises(BusinessError) as refusal:
        company.file(lines=LATHE)
    assert refusal.value.code == "rule.damaged"


def test_under_a_newer_engine_a_version_goes_on_and_its_answers_carry_the_newer_hash(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = company.file(lines=LATHE)
    monkeypatch.setattr("rules.version.ENGINE_VERSION", "3")
    monkeypatch.setattr("store.rule_publications.ENGINE_VERSION", "3")
    compiled.cache_clear()
    after = company.file(lines=LATHE)
    with company.store.read() as connection:
        (old,), (new,) = rerun(connection, TENANT, TABLE, before), rerun(connection, TENANT, TABLE, after)
    compiled.cache_clear()
    assert (old.same, new.same) == (False, True)
    assert old.again.result == old.kept.result
    assert new.kept.version == old.again.version != old.kept.version


def test_a_table_that_a_newer_release_ships_is_taken_into_older_installations_once(company: Company) -> None:
    xml = table_xml([("amount", "number")], [("approval", "string")], [("-", '"required"')])
    new = ShippedTable(
        name="yacht_approval", xml=xml.replace(b'name="decided"', b'name="yacht_approval"'), golden_cases=()
    )
    before = verified(company.store).entries
    for _ in range(2):
        import_missing_tables(company.store, (*shipped_policy(), new))
    assert verified(company.store).entries == before + 1
    with company.store.read() as connection:
        (found,) = publications(connection, TENANT, "yacht_approval")
        assert len(publications(connection, TENANT, TABLE)) == 1
        shipped = {table.name: table for table in shipped_policy()}
        assert golden_cases_of(connection, TENANT, TABLE, 1) == shipped[TABLE].golden_cases
    assert (found.number, found.in_force_from, found.published_by) == (1, company.clock.now, "")
