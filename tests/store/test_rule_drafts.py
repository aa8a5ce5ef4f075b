import pytest

from models.errors import BusinessError
from rules.golden import GoldenCase
from store.rule_drafts import (
    DraftState,
    create_draft,
    discard_draft,
    drafts,
    rebase_draft,
    return_draft,
    save_draft,
)
from store.rule_publications import content_of, publications
from store.rule_publishing import submit_draft
from store.unit_of_work import Store
from tests.console.company import TENANT
from tests.store.houses import signed_in, verified
from tests.store.rule_steps import (
    AUTHOR,
    LAXER,
    PUBLISHER,
    STRICTER,
    TABLE,
    changed,
    published,
    reread,
    submitted,
    written,
)

pytestmark = pytest.mark.behaviour("A4")


def test_a_draft_begins_as_the_newest_version_with_its_golden_cases(store: Store) -> None:
    draft = create_draft(store, signed_in(store, AUTHOR), TABLE, " Higher limit ")
    with store.read() as connection:
        first = publications(connection, TENANT, TABLE)[0]
        xml = content_of(connection, TENANT, TABLE, first.version)
    assert (draft.name, draft.state, draft.based_on, draft.revision) == ("Higher limit", DraftState.EDITING, 1, 1)
    assert draft.xml == xml
    assert len(draft.golden_cases) > 10
    assert draft.authors == (AUTHOR,)


def test_what_is_saved_is_kept_with_its_golden_cases_and_on_record(store: Store) -> None:
    draft = written(store)
    again = reread(store, draft)
    assert b"20000" in again.xml
    case = GoldenCase(name="one", input={"amount": draft.golden_cases[0].input["amount"]}, expected=None)
    saved = save_draft(store, signed_in(store, "chen.wei"), draft.id, again.revision, golden_cases=(case,), name="Two")
    assert (saved.name, saved.golden_cases, saved.xml) == ("Two", (case,), again.xml)
    assert saved.authors == ("chen.wei", AUTHOR)
    assert verified(store).ok


def test_of_two_who_save_the_same_revision_the_second_is_told(store: Store) -> None:
    draft = create_draft(store, signed_in(store, AUTHOR), TABLE, "x")
    save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, name="mine")
    with pytest.raises(BusinessError) as refusal:
        save_draft(store, signed_in(store, "chen.wei"), draft.id, draft.revision, name="yours")
    assert refusal.value.code == "rule.draft_changed"
    assert reread(store, draft).name == "mine"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"<definitions", "rules.unreadable"),
        (b"<a/>", "rules.unreadable"),
        (b"x" * 2_000_001, "rules.unreadable"),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="d"/>', "rules.malformed"),
    ],
)
def test_what_is_no_dmn_file_is_not_kept(store: Store, xml: bytes, code: str) -> None:
    draft = create_draft(store, signed_in(store, AUTHOR), TABLE, "x")
    with pytest.raises(BusinessError) as refusal:
        save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, xml=xml)
    assert refusal.value.code == code


def test_cells_may_be_unfinished_while_somebody_types(store: Store) -> None:
    draft = create_draft(store, signed_in(store, AUTHOR), TABLE, "x")
    half = changed(draft.xml, ((b"[5000..25000)", b"[5000.."),))
    assert save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, xml=half).xml == half


def test_a_submitted_draft_stays_as_it_is_until_it_is_given_back(store: Store) -> None:
    draft = submitted(store)
    with pytest.raises(BusinessError) as refusal:
        save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, name="later")
    assert refusal.value.code == "rule.draft_closed"
    back = return_draft(store, signed_in(store, PUBLISHER), draft.id, draft.revision, "Tell the branches first.")
    assert (back.state, back.reason, back.submitted_by) == (DraftState.EDITING, "Tell the branches first.", None)
    assert save_draft(store, signed_in(store, AUTHOR), draft.id, back.revision, name="later").name == "later"


def test_a_draft_on_an_older_version_is_refused_until_it_is_put_on_the_newest(store: Store) -> None:
    draft = written(store, LAXER)
    published(store, STRICTER)
    with pytest.raises(BusinessError) as refusal:
        submit_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, "why")
    assert [finding.code for finding in refusal.value.findings] == ["rule.draft_stale"]
    moved = rebase_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision)
    assert (moved.based_on, moved.xml) == (2, draft.xml)
    assert submit_draft(store, signed_in(store, AUTHOR), draft.id, moved.revision, "why").state is DraftState.SUBMITTED


def test_a_discarded_draft_is_no_longer_listed_and_can_no_longer_be_written(store: Store) -> None:
    draft = written(store)
    discard_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision)
    with store.read() as connection:
        assert drafts(connection, TENANT) == drafts(connection, TENANT, TABLE) == ()
    assert reread(store, draft).state is DraftState.DISCARDED
    with pytest.raises(BusinessError) as refusal:
        save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision + 1, name="again")
    assert refusal.value.code == "rule.draft_closed"


@pytest.mark.parametrize("person", ["mara.voss", "ruth.feldmann", "oliver.stein", "karl.lindqvist"])
def test_who_has_no_such_role_writes_no_draft(store: Store, person: str) -> None:
    with pytest.raises(BusinessError) as refusal:
        create_draft(store, signed_in(store, person), TABLE, "x")
    assert refusal.value.code == "right.missing"


@pytest.mark.parametrize(
    ("table", "name", "code"), [("no_table", "x", "rule.unknown_table"), (TABLE, "  ", "rule.no_name")]
)
def test_a_draft_needs_a_table_that_exists_and_a_name(store: Store, table: str, name: str, code: str) -> None:
    with pytest.raises(BusinessError) as refusal:
        create_draft(store, signed_in(store, AUTHOR), table, name)
    assert refusal.value.code == code
