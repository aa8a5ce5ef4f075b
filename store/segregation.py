"""Segregation of duties as it stands now: the company's pairs and exceptions on the history of a case."""

from sqlalchemy import Connection, select

from finance.segregation import Function, conflicts
from models.approval import ApprovalRequest, Involvement
from store.cases import case_of, involvements
from store.schema.rules import rule_draft, rule_draft_author, rule_publication
from store.signed_changes import changes, segregation_at
from store.unit_of_work import UnitOfWork

_PAYEE = "payee."


def clashes(work: UnitOfWork, person: str, function: Function) -> tuple[str, ...]:
    """Why `person` may not take on `function` in the work's case, in sentences; empty where they may."""
    history = involvements(work.connection, work.tenant, work.case)
    return conflicts(person, function, history, segregation_at(changes(work.connection, work.tenant), work.now))


def history_of_request(connection: Connection, tenant: str, request: ApprovalRequest) -> tuple[Involvement, ...]:
    """Everybody with a part in what is to be approved: in the case, in the account of whoever is paid, and in the
    version of the rules that chose the approvers."""
    partner = case_of(connection, tenant, request.case).vendor
    return (
        *involvements(connection, tenant, request.case),
        *(involvements(connection, tenant, payee_history(partner)) if partner else ()),
        *hands_of_rule(connection, tenant, request.evaluation.table, request.evaluation.version),
    )


def payee_history(vendor: str) -> str:
    """Under which case the parts that people had in a vendor's bank account are kept."""
    return f"{_PAYEE}{vendor}"


def payee_of_history(case: str) -> str:
    """The vendor in whose bank account people had these parts; empty for a case of another kind."""
    return case.removeprefix(_PAYEE) if case.startswith(_PAYEE) else ""


def hands_of_rule(connection: Connection, tenant: str, table: str, version: str) -> tuple[Involvement, ...]:
    """Who wrote and who published this version of a decision table."""
    query = select(rule_publication).where(
        rule_publication.c.tenant == tenant,
        rule_publication.c.table_name == table,
        rule_publication.c.version == version,
    )
    found: dict[tuple[str, Function], None] = {}
    for published in connection.execute(query).all():
        authors = (published.submitted_by, *_authors(connection, tenant, table, published.number))
        found |= {(person, Function.WROTE_RULE): None for person in authors}
        found |= {(published.published_by, Function.PUBLISHED_RULE): None}
    return tuple(Involvement(person=person, function=function) for person, function in found if person)


def _authors(connection: Connection, tenant: str, table: str, number: int) -> list[str]:
    own_draft = (rule_draft_author.c.tenant == rule_draft.c.tenant) & (rule_draft_author.c.draft == rule_draft.c.id)
    query = select(rule_draft_author.c.person).select_from(rule_draft_author.join(rule_draft, own_draft))
    mine = (rule_draft.c.tenant == tenant) & (rule_draft.c.table_name == table) & (rule_draft.c.published_as == number)
    return list(connection.execute(query.where(mine)).scalars())
