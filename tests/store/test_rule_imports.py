import pytest

from models.errors import BusinessError
from rules.definitions import Definitions
from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from rules.shipped import shipped_tables
from store.rule_drafts import drafts
from store.rule_imports import table_in, take_into_draft, take_into_new_draft
from store.unit_of_work import Store
from tests.console.company import TENANT
from tests.store.houses import signed_in, verified
from tests.store.rule_steps import AUTHOR, STRICTER, TABLE, changed, published, reread

pytestmark = pytest.mark.behaviour("A2")

SHIPPED = read_definitions(shipped_tables()[TABLE])


def _stricter() -> Definitions:
    return read_definitions(changed(shipped_tables()[TABLE], STRICTER))


def test_a_file_becomes_a_draft_of_its_table_and_is_on_record(store: Store) -> None:
    draft = take_into_new_draft(store, signed_in(store, AUTHOR), TABLE, "From Excel", _stricter(), SHIPPED)
    assert read_definitions(draft.xml) == _stricter()
    assert draft.authors == (AUTHOR,)
    assert verified(store).ok


def test_a_file_that_was_exported_before_another_version_does_not_undo_it_unseen(store: Store) -> None:
    published(store)
    with pytest.raises(BusinessError, match="changed by others since this file was exported") as refused:
        take_into_new_draft(store, signed_in(store, AUTHOR), TABLE, "From Excel", SHIPPED, SHIPPED)
    assert refused.value.code == "rule.file_stale"
    with store.read() as connection:
        assert drafts(connection, TENANT) == ()
    newest = read_definitions(write_definitions(_stricter()))
    assert take_into_new_draft(store, signed_in(store, AUTHOR), TABLE, "From Excel", SHIPPED, newest).based_on == 2


def test_a_file_that_does_not_say_what_it_was_made_from_is_taken_as_it_is(store: Store) -> None:
    published(store)
    draft = take_into_new_draft(store, signed_in(store, AUTHOR), TABLE, "From a modeler", SHIPPED, None)
    assert read_definitions(draft.xml) == SHIPPED


def test_a_file_goes_into_a_draft_that_is_as_it_was_exported_and_into_no_other(store: Store) -> None:
    who = signed_in(store, AUTHOR)
    draft = take_into_new_draft(store, who, TABLE, "From Excel", SHIPPED, SHIPPED)
    saved = take_into_draft(store, who, draft.id, draft.revision, _stricter(), SHIPPED)
    assert read_definitions(saved.xml) == _stricter()
    with pytest.raises(BusinessError) as refused:
        take_into_draft(store, who, draft.id, saved.revision, SHIPPED, SHIPPED)
    assert refused.value.code == "rule.file_stale"
    assert reread(store, draft).revision == saved.revision


def test_the_table_of_a_file_is_the_one_decision_that_the_company_knows(store: Store) -> None:
    assert table_in(store, TENANT, SHIPPED) == TABLE
    with pytest.raises(BusinessError, match="Say which table is meant") as refused:
        table_in(store, TENANT, SHIPPED.model_copy(update={"decisions": ()}))
    assert refused.value.code == "rule.unknown_table"
