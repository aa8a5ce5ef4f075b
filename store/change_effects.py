"""What a change of somebody's rights would do, told before it is proposed."""

from datetime import datetime

from sqlalchemy import Connection

from finance.rights import beyond_rights
from models.approval import ApprovalRequest, Stage
from models.base import Model
from rules.definitions import parts_of
from rules.dmn import read_definitions
from store.approval_judging import Judge
from store.approvals import StoredRequest, decisions_of, pending_requests_with
from store.rule_publications import content_of, in_force, tables_known
from store.signed_changes import PersonRights, limits_at

_ASKS_A_MANAGER = "manager of "


class MovedRequest(Model):
    """One request that waits, which the person could answer only before or only after the change."""

    request: ApprovalRequest
    is_gained: bool
    """Whether they could answer it afterwards; otherwise they no longer could."""
    others: tuple[str, ...]
    """Who else may answer in their stage."""


def moved_requests(
    connection: Connection, tenant: str, content: PersonRights, at: datetime
) -> tuple[MovedRequest, ...]:
    """By what waits at the moment `at`, oldest first; chains that stand keep their people."""
    judge, person = Judge(connection, tenant), content.person
    limits = limits_at(judge.signed, at)
    found = []
    for stored in pending_requests_with(connection, tenant, {person}):
        reached = [not beyond_rights(person, stored.request.scope, each) for each in (limits, content.limits)]
        stage = _stage_of(judge, stored, person, at)
        if reached[0] is not reached[1] and stage is not None:
            others = _others(judge, stored.request, stage, person, at)
            found.append(MovedRequest(request=stored.request, is_gained=reached[1], others=others))
    return tuple(found)


def tables_asking_managers(connection: Connection, tenant: str, at: datetime) -> tuple[str, ...]:
    """Names of the tables in force that ask somebody's manager."""
    versions = {table: in_force(connection, tenant, table, at) for table in tables_known(connection, tenant)}
    return tuple(
        sorted(
            table
            for table, published in versions.items()
            if published and _asks_a_manager(content_of(connection, tenant, table, published.version))
        )
    )


def _asks_a_manager(xml: bytes) -> bool:
    content = read_definitions(xml)
    tables = (part.table for named in (*content.decisions, *content.knowledge) for part in parts_of(named))
    return any(_ASKS_A_MANAGER in cell for table in tables if table for row in table.rules for cell in row.outputs)


def _stage_of(judge: Judge, stored: StoredRequest, person: str, at: datetime) -> Stage | None:
    """Where `person` has still to answer; None where they did, or have a part that forbids it whatever their limits."""
    answers = decisions_of(judge.connection, judge.tenant, stored.request.id)
    is_free = person not in judge.barred(stored.request, {person}, at)
    stages = [each for each in stored.request.stages if each.position >= stored.stage and person in each.answerers]
    return stages[0] if is_free and stages and all(each.person != person for each in answers) else None


def _others(judge: Judge, request: ApprovalRequest, stage: Stage, person: str, at: datetime) -> tuple[str, ...]:
    return tuple(each for each in stage.answerers if each != person and not judge.objections(request, each, "", at))
