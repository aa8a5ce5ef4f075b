"""Shortcuts for tests of approvals: people's answers, refusals, and what the log says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from finance.segregation import Function
from models.approval import ApprovalRequest, Decision, Outcome
from models.errors import BusinessError
from store.approval_answers import record_decision
from store.approvals import StoredRequest, decisions_of, request_of, requests_waiting_for, settle_request
from store.cases import involve
from store.delegations import Absence, enter_absence
from store.schema.audit import audit_entry
from store.signed_changes import Content, propose, sign
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, signed_in
from tests.store.rule_steps import published


def stored(company: Company, request: str) -> StoredRequest:
    with company.store.read() as connection:
        return request_of(connection, TENANT, request)


def asked(company: Company, request: str) -> ApprovalRequest:
    return stored(company, request).request


def answer(
    company: Company, request: str, person: str, outcome: Outcome = Outcome.APPROVE, comment: str = ""
) -> Decision:
    digest = asked(company, request).digest
    return record_decision(company.store, signed_in(company.store, person), request, outcome, comment, digest)


def code_of(act: Callable[[], Any]) -> str:
    """The code of the refusal that `act` meets."""
    with pytest.raises(BusinessError) as refusal:
        act()
    return refusal.value.code


def settle(company: Company, request: str) -> str:
    with company.store.change(TENANT, SYSTEM) as work:
        return settle_request(work, request).state


def waiting(company: Company, person: str) -> list[str]:
    with company.store.read() as connection:
        return [each.request.id for each in requests_waiting_for(connection, TENANT, person, company.clock())]


def answers(company: Company, request: str) -> list[tuple[str, str]]:
    with company.store.read() as connection:
        return [(each.person, each.on_behalf_of) for each in decisions_of(connection, TENANT, request)]


def actions(company: Company) -> list[str]:
    with company.store.read() as connection:
        return list(connection.execute(select(audit_entry.c.action).order_by(audit_entry.c.sequence)).scalars())


def take_part(company: Company, case: str, person: str, function: Function) -> None:
    with company.store.change(TENANT, SYSTEM, case) as work:
        involve(work, person, function)
        work.record("requisition.filed", "requisition", case)


def away(company: Company, principal: str, delegate: str, days: float = 7, **bounds: Any) -> str:
    """An absence that begins now."""
    now: datetime = bounds.pop("starts_at", company.clock())
    wanted = Absence(delegate=delegate, starts_at=now, ends_at=now + timedelta(days=days), **bounds)
    return enter_absence(company.store, signed_in(company.store, principal), wanted).id


def signed(company: Company, content: Content) -> str:
    """A change of rights that the administrator proposed and a director signed."""
    change = propose(company.store, signed_in(company.store, "oliver.stein"), content, "As agreed")
    sign(company.store, signed_in(company.store, "karl.lindqvist"), change)
    return change


def publish_stages(company: Company, stages: bytes) -> None:
    """Has the small purchases from now on go to `stages`, a FEEL list, published by two people of the company."""
    row = b'<outputEntry id="small.stages">\n          <text>'
    published(company.store, ((row + b'["cost_centre_owner"]', row + stages),))
