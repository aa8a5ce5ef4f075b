"""Who had two functions that should be with two people, and who holds two: per person, over the whole chain."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import datetime
from functools import cache, partial
from itertools import combinations

from sqlalchemy import Connection, select

from finance.conformance import LoggedAct, Violation, violations
from finance.segregation import ABOUT_PAYEES, ABOUT_RULES, Function, SegregationPolicy, Severity
from models.base import Model
from models.party import Role
from store.approval_judging import FUNCTION_OF
from store.holdings import Holding, holdings
from store.people import people
from store.schema.approvals import approval_request, involvement
from store.schema.purchasing import case_record
from store.segregation import hands_of_rule, payee_of_history
from store.signed_changes import changes, segregation_at

READERS = (
    Role.AUDITOR,
    Role.ACCOUNTS_PAYABLE,
    Role.TREASURER,
    Role.FINANCE_DIRECTOR,
    Role.MANAGING_DIRECTOR,
    Role.ADMINISTRATOR,
)
"""Who may read the conflict report and check logs."""


class PossibleConflict(Model):
    """A person holds both functions; in one case they are refused the second."""

    person: str
    roles: tuple[Role, ...]
    one: Function
    other: Function
    holdings: tuple[Holding, ...]
    """What gives them the two."""


class ConflictReport(Model):
    actual: tuple[Violation, ...]
    """What happened: allowed and reported, under an exception, or before the pair was forbidden."""
    possible: tuple[PossibleConflict, ...]


def conflict_report(connection: Connection, tenant: str, at: datetime) -> ConflictReport:
    """By the pairs and exceptions in force at `at`, over everything on record: what people did in a case, in the
    account of whoever it pays, and in the rules that chose its approvers."""
    policy = segregation_at(changes(connection, tenant), at)
    acts = _acts(connection, tenant)
    found = [*violations(acts, {}, policy), *_about_payees(connection, tenant, acts, policy)]
    found += _about_rules(connection, tenant, acts, policy)
    return ConflictReport(
        actual=tuple(sorted(dict.fromkeys(found), key=lambda each: (each.case, each.person, each.one, each.other))),
        possible=tuple(_possible(connection, tenant, at, policy)),
    )


def _acts(connection: Connection, tenant: str) -> list[LoggedAct]:
    rows = connection.execute(select(involvement).where(involvement.c.tenant == tenant)).all()
    return [LoggedAct(case=row.case_id, activity=row.function, person=row.person) for row in rows]


def _about_payees(
    connection: Connection, tenant: str, acts: Sequence[LoggedAct], policy: SegregationPolicy
) -> Iterator[Violation]:
    """Who changed or confirmed a vendor's account and had a part in a case that pays it."""
    query = select(case_record.c.id, case_record.c.vendor).where(case_record.c.tenant == tenant)
    cases_of: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query):
        cases_of[row.vendor].append(row.id)
    of_payees = [act for act in acts if payee_of_history(act.case)]
    log = [act.model_copy(update={"case": case}) for act in of_payees for case in cases_of[payee_of_history(act.case)]]
    concerned = {act.person for act in of_payees}
    log += [act for act in acts if act.person in concerned and not payee_of_history(act.case)]
    return _between(violations(log, {}, policy), ABOUT_PAYEES)


def _about_rules(
    connection: Connection, tenant: str, acts: Sequence[LoggedAct], policy: SegregationPolicy
) -> Iterator[Violation]:
    """Who wrote or published the rules that chose the approvers of a request, and had a part in what it is about."""
    by_case: dict[str, list[LoggedAct]] = defaultdict(list)
    for act in acts:
        by_case[act.case].append(act)
    hands = cache(partial(hands_of_rule, connection, tenant))
    query = select(approval_request.c.case_id, approval_request.c.data).where(approval_request.c.tenant == tenant)
    for row in connection.execute(query).all():
        table, version = row.data.evaluation.table, row.data.evaluation.version
        of_others = set(FUNCTION_OF.values()) - {FUNCTION_OF[row.data.subject]}
        log = [
            LoggedAct(case=row.case_id, activity=each.function, person=each.person) for each in hands(table, version)
        ]
        log += [act for act in by_case[row.case_id] if act.activity not in of_others]
        yield from _between(violations(log, {}, policy), ABOUT_RULES)


def _between(found: Iterable[Violation], functions: Set[Function]) -> Iterator[Violation]:
    """Those between one of `functions` and a part in the case itself."""
    return (each for each in found if (each.one in functions) is not (each.other in functions))


def _possible(
    connection: Connection, tenant: str, at: datetime, policy: SegregationPolicy
) -> Iterator[PossibleConflict]:
    everyone = {each.id: each for each in people(connection, tenant)}
    held: dict[str, list[Holding]] = defaultdict(list)
    for each in holdings(connection, tenant, everyone, at):
        held[each.person].append(each)
    for someone in everyone.values():
        functions = sorted({each.function for each in held[someone.id]})
        for one, other in combinations(functions, 2):
            if policy.severity(one, other) is Severity.FORBIDDEN:
                yield PossibleConflict(
                    person=someone.id,
                    roles=tuple(sorted(someone.roles)),
                    one=one,
                    other=other,
                    holdings=tuple(each for each in held[someone.id] if each.function in (one, other)),
                )
