"""Submitting a draft by one person and publishing it by another, who looked at what it would have changed."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, insert

from finance.segregation import Function, conflicts
from models.approval import Involvement
from models.errors import BusinessError, Finding
from rules.analysis.analyse import analyse
from rules.analysis.findings import AnalysisFinding
from rules.analysis.terms import ROLES, Terms
from rules.dmn import read_definitions
from rules.golden import write_golden_cases
from rules.publishing import content_findings
from store.masters import cost_centres
from store.people import SignedIn
from store.rule_backtests import has_looked, version_in
from store.rule_drafts import (
    AUTHORS,
    PUBLISHERS,
    DraftState,
    RuleDraft,
    change_draft,
    draft_of,
    editable_draft,
    required_reason,
    seen_draft,
)
from store.rule_publications import (
    Publication,
    compiled,
    content_of,
    golden_cases_of,
    keep_content,
    newest,
    next_number_of,
    publication_of,
)
from store.schema.rules import rule_publication
from store.unit_of_work import Store, UnitOfWork

_LONGEST_SUBJECT = 80


def submit_draft(
    store: Store, signed_in: SignedIn, draft_id: str, revision: int, reason: str, in_force_from: datetime | None = None
) -> RuleDraft:
    """Hands a draft to a second person. `in_force_from` is business time; None: from the publication on.

    Raises BusinessError `rule.not_publishable` with every finding, `rule.draft_changed`, `rule.draft_closed`,
    `rule.no_reason`, `rule.in_the_past` or `right.missing`.
    """
    signed_in.require(*AUTHORS)
    content = _content_findings(store, signed_in.tenant, draft_id, revision)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        draft = editable_draft(work.connection, work.tenant, draft_id, revision)
        if in_force_from is not None and in_force_from < work.now:
            raise BusinessError(
                "rule.in_the_past", f"{in_force_from:%Y-%m-%d %H:%M} is over; nothing changes backwards."
            )
        _refuse(draft, (*content, *_against_newest(work.connection, work.tenant, draft)))
        why = required_reason(reason)
        submitted = {"submitted_by": signed_in.person.id, "submitted_at": work.now}
        change_draft(work, draft, state=DraftState.SUBMITTED, reason=why, in_force_from=in_force_from, **submitted)
        work.record("rule.submitted", "rule_table", draft.table, after={"draft": draft_id, "reason": why})
        return draft_of(work.connection, work.tenant, draft_id)


def publish_draft(store: Store, signed_in: SignedIn, draft_id: str, revision: int) -> Publication:
    """Puts a submitted draft in force, now or from its date on. `revision` is the one that the person saw.

    Raises BusinessError `rule.not_publishable` with everything that `obstacles` finds, `rule.draft_changed` or
    `right.missing`. Every refusal is on record.
    """
    try:
        return _publish(store, signed_in, draft_id, revision)
    except BusinessError as refusal:
        with store.change(signed_in.tenant, signed_in.actor) as work:
            detail = {"refused": refusal.code, "why": str(refusal)}
            work.record("rule.refused_attempt", "rule_draft", draft_id[:_LONGEST_SUBJECT], after=detail)
        raise


def draft_findings(connection: Connection, tenant: str, draft: RuleDraft) -> tuple[Finding, ...]:
    """What keeps the draft from being submitted: findings in its content, and that others published meanwhile."""
    return (*_in_content(connection, tenant, draft), *_against_newest(connection, tenant, draft))


def draft_analysis(connection: Connection, tenant: str, draft: RuleDraft) -> tuple[AnalysisFinding, ...]:
    """What is to be said of the draft's tables, errors, warnings and notes. Raises BusinessError of the reader."""
    return analyse(read_definitions(draft.xml), company_terms(connection, tenant))


def company_terms(connection: Connection, tenant: str) -> tuple[Terms, ...]:
    """The words that cells may use: roles, and the cost centres of the company."""
    centres = frozenset(centre.id for centre in cost_centres(connection, tenant))
    return (ROLES, Terms(kind="cost_centre", columns=("cost_centre",), known=centres))


def obstacles(connection: Connection, tenant: str, draft: RuleDraft, person: str) -> tuple[Finding, ...]:
    """Everything that keeps `person` from publishing `draft` now; none where they may, given the right to publish."""
    return (*draft_findings(connection, tenant, draft), *_from_person(connection, tenant, draft, person))


def _content_findings(store: Store, tenant: str, draft_id: str, revision: int) -> tuple[Finding, ...]:
    """Looked for before the transaction that writes: a large table takes seconds, and a revision stays as it is."""
    with store.read() as connection:
        return _in_content(connection, tenant, seen_draft(connection, tenant, draft_id, revision))


def _publish(store: Store, signed_in: SignedIn, draft_id: str, revision: int) -> Publication:
    signed_in.require(*PUBLISHERS)
    content = _content_findings(store, signed_in.tenant, draft_id, revision)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        draft = seen_draft(work.connection, work.tenant, draft_id, revision)
        if draft.state is not DraftState.SUBMITTED:
            raise BusinessError(
                "rule.draft_not_submitted", f"The draft {draft.name!r} is {draft.state}, not submitted."
            )
        others = _from_person(work.connection, work.tenant, draft, signed_in.person.id)
        _refuse(draft, (*content, *_against_newest(work.connection, work.tenant, draft), *others))
        return _put_in_force(work, draft, signed_in.person.id)


def _put_in_force(work: UnitOfWork, draft: RuleDraft, person: str) -> Publication:
    version = compiled(draft.xml, draft.table).version
    number = next_number_of(work.connection, work.tenant, draft.table)
    keep_content(work, draft.table, version, draft.xml)
    work.execute(
        insert(rule_publication).values(
            tenant=work.tenant,
            table_name=draft.table,
            number=number,
            version=version,
            golden_cases=write_golden_cases(draft.golden_cases),
            in_force_from=max(draft.in_force_from or work.now, work.now),
            reason=draft.reason,
            submitted_by=draft.submitted_by,
            submitted_at=draft.submitted_at,
            published_by=person,
            published_at=work.now,
        )
    )
    change_draft(work, draft, state=DraftState.PUBLISHED, published_as=number)
    published = publication_of(work.connection, work.tenant, draft.table, number)
    base = publication_of(work.connection, work.tenant, draft.table, draft.based_on)
    work.record(
        "rule.published",
        "rule_table",
        draft.table,
        before={"number": base.number, "version": base.version},
        after={**published.model_dump(mode="json", exclude_none=True), "draft": draft.id},
    )
    return published


def _refuse(draft: RuleDraft, findings: tuple[Finding, ...]) -> None:
    if findings:
        raise BusinessError("rule.not_publishable", f"The draft {draft.name!r} cannot be published yet.", findings)


def _in_content(connection: Connection, tenant: str, draft: RuleDraft) -> tuple[Finding, ...]:
    base = publication_of(connection, tenant, draft.table, draft.based_on)
    base_xml = content_of(connection, tenant, draft.table, base.version)
    return content_findings(draft.xml, base_xml, draft.table, draft.golden_cases, company_terms(connection, tenant))


def _against_newest(connection: Connection, tenant: str, draft: RuleDraft) -> Iterator[Finding]:
    latest = newest(connection, tenant, draft.table)
    if latest is None or latest.number != draft.based_on:
        now = f"version {latest.number}" if latest else "none"
        problem = f"is based on version {draft.based_on}, but the newest is {now}; take that as its base and look again"
        yield Finding(field=draft.name, problem=problem, code="rule.draft_stale")
    elif _decides_alike(connection, tenant, draft, latest):
        problem = f"is what version {latest.number} is, golden cases included; there is nothing to publish"
        yield Finding(field=draft.name, problem=problem, code="rule.nothing_changed")


def _decides_alike(connection: Connection, tenant: str, draft: RuleDraft, latest: Publication) -> bool:
    golden = golden_cases_of(connection, tenant, draft.table, latest.number)
    return version_in(draft) == latest.version and draft.golden_cases == golden


def _from_person(connection: Connection, tenant: str, draft: RuleDraft, person: str) -> Iterator[Finding]:
    history = [Involvement(person=author, function=Function.WROTE_RULE) for author in _hands_of(draft)]
    for clash in conflicts(person, Function.PUBLISHED_RULE, history):
        yield Finding(field=draft.name, problem=clash, code="rule.segregation")
    if not has_looked(connection, tenant, draft, person):
        problem = "was not tried on past decisions in front of you; run its back-test and look at the result"
        yield Finding(field=draft.name, problem=problem, code="rule.no_backtest")


def _hands_of(draft: RuleDraft) -> set[str]:
    """Whoever wrote in it, and whoever submitted it."""
    return {*draft.authors, draft.submitted_by or draft.created_by}
