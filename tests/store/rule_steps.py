"""A decision table on its way from a draft to a version in force, by the people of the sample company."""

from datetime import datetime

from models.errors import BusinessError
from rules.dmn import read_definitions
from rules.engine import compile_decision
from rules.golden import GoldenCase, run_golden_cases
from store.people import SignedIn
from store.rule_backtests import RuleBacktest, look_at_backtest, run_backtest
from store.rule_drafts import RuleDraft, create_draft, draft_of, save_draft
from store.rule_publications import Publication
from store.rule_publishing import publish_draft, submit_draft
from store.unit_of_work import Store
from tests.console.company import TENANT
from tests.store.houses import signed_in

TABLE = "purchase_approval"
AUTHOR, PUBLISHER, OTHER_PUBLISHER = "greta.holm", "ines.lindqvist", "karl.lindqvist"
STRICTER = ((b"[5000..25000)", b"[5000..20000)"), (b"&gt;= 25000", b"&gt;= 20000"))
"""The managing director decides from EUR 20,000 instead of 25,000."""
LAXER = ((b"[5000..25000)", b"[6000..25000)"), (b"&lt; 5000", b"&lt; 6000"), (b"..5000)", b"..6000)"))
"""The finance director decides from EUR 6,000 instead of 5,000."""
LATHE = ({"number": 1, "description": "Lathe", "quantity": "1", "unit_price": "22000.00"},)
"""Lines of a purchase that STRICTER sends to the managing director as well."""
PRESS = ({"number": 1, "description": "Press", "quantity": "1", "unit_price": "5500.00"},)
"""Lines of a purchase that LAXER spares the finance director."""


def changed(xml: bytes, edits: tuple[tuple[bytes, bytes], ...]) -> bytes:
    for old, new in edits:
        assert old in xml, old
        xml = xml.replace(old, new)
    return xml


def written(
    store: Store, edits: tuple[tuple[bytes, bytes], ...] = STRICTER, author: str = AUTHOR, table: str = TABLE
) -> RuleDraft:
    """A draft with those edits and the golden cases that still hold."""
    who = signed_in(store, author)
    draft = create_draft(store, who, table, "Another limit")
    xml = changed(draft.xml, edits)
    return save_draft(
        store, who, draft.id, draft.revision, xml=xml, golden_cases=_holding(xml, table, draft.golden_cases)
    )


def submitted(
    store: Store,
    edits: tuple[tuple[bytes, bytes], ...] = STRICTER,
    author: str = AUTHOR,
    in_force_from: datetime | None = None,
    table: str = TABLE,
) -> RuleDraft:
    draft = written(store, edits, author, table)
    return submit_draft(store, signed_in(store, author), draft.id, draft.revision, "Lesson of March.", in_force_from)


def looked_at(store: Store, draft: RuleDraft, who: SignedIn) -> RuleBacktest:
    return look_at_backtest(store, who, run_backtest(store, who, draft.id).id)


def published(
    store: Store,
    edits: tuple[tuple[bytes, bytes], ...] = STRICTER,
    author: str = AUTHOR,
    publisher: str = PUBLISHER,
    in_force_from: datetime | None = None,
    table: str = TABLE,
) -> Publication:
    draft = submitted(store, edits, author, in_force_from, table)
    who = signed_in(store, publisher)
    looked_at(store, draft, who)
    return publish_draft(store, who, draft.id, draft.revision)


def reread(store: Store, draft: RuleDraft) -> RuleDraft:
    with store.read() as connection:
        return draft_of(connection, TENANT, draft.id)


def _holding(xml: bytes, table: str, cases: tuple[GoldenCase, ...]) -> tuple[GoldenCase, ...]:
    """Those that the edits do not touch; all where the table cannot run."""
    try:
        decision = compile_decision(read_definitions(xml), table)
    except BusinessError:
        return cases
    return tuple(result.case for result in run_golden_cases(decision, cases) if result.has_passed)
