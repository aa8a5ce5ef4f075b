from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from models.errors import BusinessError
from store.people import SignedIn, hash_password
from store.rule_backtests import run_backtest
from store.rule_drafts import RuleDraft, create_draft, return_draft, save_draft
from store.rule_publications import Publication, compiled, content_of, golden_cases_of, in_force, publications
from store.rule_publishing import draft_analysis, draft_findings, obstacles, publish_draft, submit_draft
from store.schema.audit import audit_entry
from store.schema.people import account
from store.schema.rules import rule_evaluation
from store.tokens import Scope, create_token, holder_of
from store.unit_of_work import Store
from tests.console.company import TENANT, Company
from tests.store import racing
from tests.store.houses import SYSTEM, signed_in, verified
from tests.store.rule_steps import (
    AUTHOR,
    LATHE,
    LAXER,
    OTHER_PUBLISHER,
    PUBLISHER,
    STRICTER,
    TABLE,
    changed,
    looked_at,
    published,
    reread,
    submitted,
    written,
)

pytestmark = pytest.mark.behaviour("A5")
GOODS = {"amount": Decimal("22000.00"), "category": "goods", "cost_centre": "4000", "over_budget": False}


def stages(store: Store, company: Company) -> list[str]:
    with store.read() as connection:
        current = in_force(connection, TENANT, TABLE, company.clock.now)
        assert current is not None
        xml = content_of(connection, TENANT, TABLE, current.version)
    found: list[str] = compiled(xml, TABLE).evaluate(GOODS).result["stages"]
    return found


def refused(store: Store, who: SignedIn, draft: RuleDraft) -> set[str]:
    """The codes of what keeps `who` from publishing."""
    with pytest.raises(BusinessError) as refusal:
        publish_draft(store, who, draft.id, draft.revision)
    return {finding.code for finding in refusal.value.findings} or {refusal.value.code}


def found_in(store: Store, draft: RuleDraft) -> set[str]:
    with store.read() as connection:
        return {finding.code for finding in draft_findings(connection, TENANT, draft)}


def attempts(store: Store) -> int:
    with store.read() as connection:
        query = select(func.count()).select_from(audit_entry).where(audit_entry.c.action == "rule.refused_attempt")
        return int(connection.execute(query).scalar_one())


def test_what_a_second_person_publishes_decides_the_next_case_and_no_earlier_one(company: Company) -> None:
    earlier = company.file(lines=LATHE)
    before = company.pending(earlier).request
    version = published(company.store)
    assert (version.number, version.submitted_by, version.published_by) == (2, AUTHOR, PUBLISHER)
    assert stages(company.store, company) == ["cost_centre_owner", "finance_director", "managing_director"]
    assert company.pending(earlier).request == before
    assert verified(company.store).ok


def test_the_history_says_who_when_and_why(store: Store) -> None:
    published(store)
    with store.read() as connection:
        newest, first = publications(connection, TENANT, TABLE)
    assert (newest.reason, first.reason[:7]) == ("Lesson of March.", "Shipped")
    assert newest.in_force_from == newest.published_at >= newest.submitted_at


@pytest.mark.parametrize(
    ("person", "codes"),
    [
        (AUTHOR, {"right.missing"}),
        ("mara.voss", {"right.missing"}),
        ("oliver.stein", {"right.missing"}),
        ("sofia.brandt", {"right.missing"}),
    ],
)
def test_who_has_no_such_role_publishes_nothing_and_the_attempt_is_on_record(
    store: Store, person: str, codes: set[str]
) -> None:
    draft = submitted(store)
    assert refused(store, signed_in(store, person), draft) == codes
    with store.read() as connection:
        assert len(publications(connection, TENANT, TABLE)) == 1
    assert attempts(store) == 1
    assert verified(store).ok


def test_one_person_with_two_accounts_is_one_person(store: Store) -> None:
    with store.change(TENANT, SYSTEM) as work:
        values = {"login": "ines.second", "person": PUBLISHER, "password_hash": hash_password("x"), "failures": 0}
        work.execute(insert(account).values(tenant=TENANT, **values))
        work.record("person.added", "person", PUBLISHER)
    draft = submitted(store, author=PUBLISHER)
    second = signed_in(store, PUBLISHER, "ines.second")
    looked_at(store, draft, second)
    assert refused(store, second, draft) == {"rule.segregation"}


def test_a_token_lends_no_second_person(store: Store) -> None:
    draft = submitted(store, author=PUBLISHER)
    token = create_token(store, signed_in(store, PUBLISHER), "robot", frozenset(Scope), timedelta(days=1))
    holder = holder_of(store, TENANT, token)
    assert holder is not None
    looked_at(store, draft, holder[0])
    assert refused(store, holder[0], draft) == {"rule.segregation"}


def test_whoever_wrote_one_cell_once_does_not_publish_what_others_finished_and_submitted(store: Store) -> None:
    draft = create_draft(store, signed_in(store, PUBLISHER), TABLE, "x")
    draft = save_draft(store, signed_in(store, PUBLISHER), draft.id, draft.revision, golden_cases=())
    xml = changed(draft.xml, STRICTER)
    draft = save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, xml=xml)
    draft = submit_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, "why")
    looked_at(store, draft, signed_in(store, PUBLISHER))
    assert refused(store, signed_in(store, PUBLISHER), draft) == {"rule.segregation"}


def test_whoever_submits_what_others_wrote_does_not_publish_it(store: Store) -> None:
    draft = written(store)
    draft = submit_draft(store, signed_in(store, PUBLISHER), draft.id, draft.revision, "why")
    looked_at(store, draft, signed_in(store, PUBLISHER))
    assert refused(store, signed_in(store, PUBLISHER), draft) == {"rule.segregation"}


@pytest.mark.behaviour("A4")
def test_nothing_is_published_that_its_publisher_did_not_see_tried_on_the_past(store: Store) -> None:
    draft = submitted(store)
    publisher = signed_in(store, PUBLISHER)
    assert refused(store, publisher, draft) == {"rule.no_backtest"}
    run_backtest(store, publisher, draft.id)
    assert refused(store, publisher, draft) == {"rule.no_backtest"}
    looked_at(store, draft, signed_in(store, OTHER_PUBLISHER))
    assert refused(store, publisher, draft) == {"rule.no_backtest"}
    looked_at(store, draft, publisher)
    assert publish_draft(store, publisher, draft.id, draft.revision).number == 2


@pytest.mark.behaviour("A4")
def test_a_look_at_other_content_does_not_count(store: Store) -> None:
    draft, publisher = submitted(store), signed_in(store, PUBLISHER)
    looked_at(store, draft, publisher)
    draft = return_draft(store, publisher, draft.id, draft.revision, "lower still")
    xml = changed(draft.xml, ((b"20000", b"15000"),))
    draft = save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, xml=xml)
    draft = submit_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, "why")
    assert refused(store, publisher, draft) == {"rule.no_backtest"}


def test_what_was_not_submitted_is_not_published_and_neither_is_another_revision_than_the_one_seen(
    store: Store,
) -> None:
    draft, publisher = written(store), signed_in(store, PUBLISHER)
    looked_at(store, draft, publisher)
    assert refused(store, publisher, draft) == {"rule.draft_not_submitted"}
    submit_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, "why")
    assert refused(store, publisher, draft) == {"rule.draft_changed"}


@pytest.mark.behaviour("A4")
def test_a_golden_case_that_fails_keeps_a_draft_from_being_submitted(store: Store) -> None:
    draft = create_draft(store, signed_in(store, AUTHOR), TABLE, "x")
    draft = save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, xml=changed(draft.xml, STRICTER))
    with pytest.raises(BusinessError) as refusal:
        submit_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, "why")
    assert refusal.value.code == "rule.not_publishable"
    assert [finding.field for finding in refusal.value.findings] == [
        "golden case 'Services just below EUR 25,000 over budget'"
    ]


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        (((b"[5000..25000)", b"[5000.."),), "rules.malformed"),
        (((b">over_budget<", b">urgent<"), (b'name="over_budget"', b'name="urgent"')), "rules.unknown_input"),
        (((b'name="stages"', b'name="steps"'),), "rules.missing_result"),
        (((b"[5000..25000)", b"[5000..24000)"),), "rules.gap"),
        (((b"&gt;= 25000", b"&gt;= 24000"),), "rules.overlap"),
        (((b'"purchasing",', b'"purchaser",'),), "rules.unknown_term"),
        (
            ((b'small.cost_centre">\n          <text>-', b'small.cost_centre">\n          <text>"4001"'),),
            "rules.unknown_term",
        ),
        (
            (
                (b'name="cost_centre" typeRef="string"', b'name="cost_centre"'),
                (b'id="purchase_approval_expression_cost_centre" typeRef="string"', b'id="e"'),
            ),
            "rules.input_without_type",
        ),
        ((), "rule.nothing_changed"),
    ],
)
def test_content_that_may_not_be_published_is_named(
    store: Store, edits: tuple[tuple[bytes, bytes], ...], code: str
) -> None:
    draft = create_draft(store, signed_in(store, AUTHOR), TABLE, "x")
    if edits:
        draft = save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, xml=changed(draft.xml, edits))
    assert code in found_in(store, draft)
    with pytest.raises(BusinessError) as refusal:
        submit_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, "why")
    assert code in {finding.code for finding in refusal.value.findings}


def test_a_version_published_for_a_date_decides_from_then_on_in_business_time(company: Company) -> None:
    begins = company.clock.now + timedelta(days=29)
    published(company.store, in_force_from=begins)
    assert stages(company.store, company) == ["cost_centre_owner", "finance_director"]
    company.clock.now = begins - timedelta(microseconds=1)
    assert stages(company.store, company) == ["cost_centre_owner", "finance_director"]
    company.clock.now = begins
    assert stages(company.store, company) == ["cost_centre_owner", "finance_director", "managing_director"]


def test_a_date_that_passed_while_a_draft_waited_means_from_its_publication_on(company: Company) -> None:
    draft = submitted(company.store, in_force_from=company.clock.now + timedelta(days=1))
    company.clock.move(days=3)
    who = signed_in(company.store, PUBLISHER)
    looked_at(company.store, draft, who)
    assert publish_draft(company.store, who, draft.id, draft.revision).in_force_from == company.clock.now


def test_nothing_is_put_in_force_backwards(company: Company) -> None:
    draft = written(company.store)
    yesterday = company.clock.now - timedelta(days=1)
    with pytest.raises(BusinessError) as refusal:
        submit_draft(company.store, signed_in(company.store, AUTHOR), draft.id, draft.revision, "why", yesterday)
    assert refusal.value.code == "rule.in_the_past"


def test_an_old_version_can_be_published_again(company: Company) -> None:
    first = published(company.store)
    back = published(company.store, tuple((new, old) for old, new in STRICTER))
    with company.store.read() as connection:
        oldest = publications(connection, TENANT, TABLE)[-1]
        now = in_force(connection, TENANT, TABLE, company.clock.now)
    assert (back.number, back.version) == (3, oldest.version)
    assert now == back != first


def test_a_decision_keeps_the_version_that_took_it(company: Company) -> None:
    case = company.file()
    with company.store.read() as connection:
        first = publications(connection, TENANT, TABLE)[0].version
    second = published(company.store).version
    later = company.file()
    with company.store.read() as connection:
        rows = connection.execute(select(rule_evaluation).where(rule_evaluation.c.table_name == TABLE))
        pinned = {row.case_id: row.version for row in rows}
    assert (pinned[case], pinned[later]) == (first, second)


def test_of_two_processes_that_publish_at_once_one_does(company: Company, folder: Path) -> None:
    drafts = [submitted(company.store, edits) for edits in (STRICTER, LAXER)]
    runners = []
    for draft, person in zip(drafts, (PUBLISHER, OTHER_PUBLISHER), strict=True):
        looked_at(company.store, draft, signed_in(company.store, person))
        runners.append(f"{person} {draft.id}")
    answers = racing.race(racing.publish_rule, folder, [*runners, f"{PUBLISHER} {drafts[0].id}"])
    assert sorted(map(bool, answers)) == [False, True, True]
    with company.store.read() as connection:
        found: tuple[Publication, ...] = publications(connection, TENANT, TABLE)
    assert [each.number for each in found] == [2, 1]
    assert verified(company.store).ok


def test_the_analysis_of_a_draft_is_told_with_the_words_of_the_company(store: Store) -> None:
    draft = written(store)
    with store.read() as connection:
        assert draft_analysis(connection, TENANT, draft) == ()
    xml = changed(
        draft.xml, ((b'small.cost_centre">\n          <text>-', b'small.cost_centre">\n          <text>"4001"'),)
    )
    draft = save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, xml=xml)
    with store.read() as connection:
        found = draft_analysis(connection, TENANT, draft)
    assert {"rules.gap", "rules.unknown_term"} <= {finding.code for finding in found}


def test_golden_cases_alone_can_be_published(store: Store) -> None:
    author, publisher = signed_in(store, AUTHOR), signed_in(store, PUBLISHER)
    draft = create_draft(store, author, TABLE, "Fewer examples")
    draft = save_draft(store, author, draft.id, draft.revision, golden_cases=draft.golden_cases[:3])
    draft = submit_draft(store, author, draft.id, draft.revision, "why")
    looked_at(store, draft, publisher)
    version = publish_draft(store, publisher, draft.id, draft.revision)
    with store.read() as connection:
        first = publications(connection, TENANT, TABLE)[-1]
        assert golden_cases_of(connection, TENANT, TABLE, 2) == draft.golden_cases
    assert (version.number, version.version) == (2, first.version)


def test_what_keeps_a_person_from_publishing_is_told_before_they_try(store: Store) -> None:
    draft = submitted(store, author=PUBLISHER)
    with store.read() as connection:
        codes = [finding.code for finding in obstacles(connection, TENANT, draft, PUBLISHER)]
        assert codes == ["rule.segregation", "rule.no_backtest"]
        assert [each.code for each in obstacles(connection, TENANT, draft, OTHER_PUBLISHER)] == ["rule.no_backtest"]
    looked_at(store, draft, signed_in(store, OTHER_PUBLISHER))
    with store.read() as connection:
        assert obstacles(connection, TENANT, reread(store, draft), OTHER_PUBLISHER) == ()
