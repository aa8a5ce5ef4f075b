from datetime import timedelta
from decimal import Decimal

import pytest

from models.errors import BusinessError
from rules.backtest import ChangeKind
from store.rule_backtests import (
    backtest_of,
    backtests_of,
    changed_decisions,
    has_looked,
    look_at_backtest,
    run_backtest,
)
from store.rule_drafts import save_draft
from tests.console.company import TENANT, Company
from tests.store.houses import signed_in, verified
from tests.store.rule_steps import (
    AUTHOR,
    LATHE,
    LAXER,
    PRESS,
    PUBLISHER,
    STRICTER,
    changed,
    published,
    reread,
    submitted,
    written,
)

pytestmark = pytest.mark.behaviour("A4")


def test_a_back_test_counts_what_would_go_another_way_and_lists_each(company: Company) -> None:
    cases = [company.file(lines=lines) for lines in (LATHE, PRESS, LATHE)]
    draft = submitted(company.store)
    test = run_backtest(company.store, signed_in(company.store, PUBLISHER), draft.id)
    summary = test.summary
    assert (summary.decisions.count, summary.decisions.value) == (3, Decimal("49500.00"))
    assert {kind: (each.count, each.value) for kind, each in summary.by_kind.items()} == {
        ChangeKind.ESCALATED: (2, Decimal("44000.00"))
    }
    with company.store.read() as connection:
        listed = changed_decisions(connection, TENANT, test.id)
        assert changed_decisions(connection, TENANT, test.id, ChangeKind.RELIEVED) == ()
        assert changed_decisions(connection, TENANT, test.id, ChangeKind.ESCALATED, offset=1) == listed[1:]
        assert backtest_of(connection, TENANT, test.id) == test
    assert [each.case for each in listed] == [cases[0], cases[2]]
    assert listed[0].before == {"approval": "required", "stages": ["cost_centre_owner", "finance_director"]}
    assert listed[0].after["stages"][-1] == "managing_director"
    assert listed[0].value == Decimal("22000.00")
    assert "managing director" in listed[0].reasons[0]
    assert verified(company.store).ok


def test_a_laxer_draft_shows_who_need_not_decide_any_more(company: Company) -> None:
    company.file(lines=PRESS)
    draft = written(company.store, LAXER)
    summary = run_backtest(company.store, signed_in(company.store, AUTHOR), draft.id).summary
    assert {kind: each.count for kind, each in summary.by_kind.items()} == {ChangeKind.RELIEVED: 1}


def test_decisions_of_older_versions_are_compared_with_the_version_that_the_draft_follows(company: Company) -> None:
    company.file(lines=LATHE)
    published(company.store, STRICTER)
    company.clock.move(days=1)
    draft = written(company.store, ((b"20000)", b"20001)"), (b"&gt;= 20000", b"&gt;= 20001")))
    summary = run_backtest(company.store, signed_in(company.store, AUTHOR), draft.id).summary
    assert (summary.decisions.count, summary.changed.count) == (1, 0)


def test_a_table_without_a_past_can_be_tried_and_looked_at(company: Company) -> None:
    draft = submitted(company.store)
    test = run_backtest(company.store, signed_in(company.store, PUBLISHER), draft.id)
    assert (test.summary.decisions.count, test.summary.oldest) == (0, None)


def test_who_looked_is_kept_for_each_person_and_each_content(company: Company) -> None:
    store, draft = company.store, written(company.store)
    test = run_backtest(store, signed_in(store, AUTHOR), draft.id)
    for _ in range(2):
        assert look_at_backtest(store, signed_in(store, PUBLISHER), test.id) == test
    with store.read() as connection:
        assert backtests_of(connection, TENANT, draft) == (test,)
        assert has_looked(connection, TENANT, draft, PUBLISHER)
        assert not has_looked(connection, TENANT, draft, AUTHOR)
    xml = changed(draft.xml, ((b"20000", b"19000"),))
    save_draft(store, signed_in(store, AUTHOR), draft.id, draft.revision, xml=xml)
    with store.read() as connection:
        assert backtests_of(connection, TENANT, reread(store, draft)) == ()
        assert not has_looked(connection, TENANT, reread(store, draft), PUBLISHER)


def test_the_span_of_the_past_is_told(company: Company) -> None:
    company.file(lines=LATHE)
    company.clock.move(days=30)
    company.file(lines=PRESS)
    draft = written(company.store)
    summary = run_backtest(company.store, signed_in(company.store, AUTHOR), draft.id).summary
    assert summary.oldest is not None and summary.newest is not None
    assert summary.newest - summary.oldest == timedelta(days=30, minutes=1)


def test_a_draft_that_cannot_run_is_refused_with_its_cells(company: Company) -> None:
    draft = written(company.store, ((b"[5000..25000)", b"[5000.."),))
    with pytest.raises(BusinessError) as refusal:
        run_backtest(company.store, signed_in(company.store, AUTHOR), draft.id)
    assert refusal.value.code == "rules.malformed"
    assert refusal.value.findings


@pytest.mark.parametrize("person", ["mara.voss", "oliver.stein"])
def test_who_has_no_such_role_tries_nothing(company: Company, person: str) -> None:
    draft = written(company.store)
    with pytest.raises(BusinessError) as refusal:
        run_backtest(company.store, signed_in(company.store, person), draft.id)
    assert refusal.value.code == "right.missing"


def test_an_unknown_back_test_is_named(company: Company) -> None:
    with pytest.raises(BusinessError) as refusal:
        look_at_backtest(company.store, signed_in(company.store, AUTHOR), "none")
    assert refusal.value.code == "rule.unknown_backtest"
