"""Filing a purchase requisition: recorded first, whatever the workflows are doing."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, insert, select

from finance.obligation import content_digest
from finance.segregation import Function
from models.errors import BusinessError, Finding
from models.ids import purchase_workflow
from models.party import Role
from models.purchasing import RequisitionContent
from store.cases import involve, open_case
from store.masters import cost_centres, entities, vendors
from store.numbers import next_number
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.schema.purchasing import requisition
from store.unit_of_work import Store

CATEGORIES = ("goods", "services", "it", "travel", "office")


def file_requisition(store: Store, signed_in: SignedIn, content: RequisitionContent, key: str) -> str:
    """Files `content` for the signed-in requester and returns the requisition's id.

    The same `key` again returns the first id. Raises BusinessError `requisition.invalid` with every finding,
    `requisition.key_reused` when the key stands for other content, `right.missing` without the requester's role.
    """
    signed_in.require(Role.REQUESTER)
    digest = content_digest(content)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        known = work.execute(
            select(requisition.c.id, requisition.c.digest).where(
                requisition.c.tenant == work.tenant,
                requisition.c.requester == signed_in.person.id,
                requisition.c.idempotency_key == key,
            )
        ).one_or_none()
        if known is not None:
            if known.digest != digest:
                raise BusinessError("requisition.key_reused", f"The key {key!r} was used for {known.id} already.")
            return str(known.id)
        findings = requisition_findings(work.connection, work.tenant, content, work.now.date())
        if findings:
            raise BusinessError("requisition.invalid", "The requisition cannot be filed.", findings)
        number = next_number(work, "PR")
        work.case = number
        open_case(
            work, number, "procure_to_pay", content.reason, signed_in.person.id, content.vendor, content.net_total
        )
        work.execute(
            insert(requisition).values(
                tenant=work.tenant,
                id=number,
                case_id=number,
                requester=signed_in.person.id,
                login=signed_in.login,
                content=content,
                digest=digest,
                idempotency_key=key,
                state="filed",
                filed_at=work.now,
            )
        )
        involve(work, signed_in.person.id, Function.REQUESTED_PURCHASE)
        work.record("requisition.filed", "requisition", number, after=content.model_dump(mode="json"))
        enqueue(
            work,
            MessageKind.START,
            purchase_workflow(work.tenant, number),
            "Purchase",
            {"tenant": work.tenant, "requisition": number},
        )
    return number


def requisition_findings(
    connection: Connection, tenant: str, content: RequisitionContent, today: date
) -> tuple[Finding, ...]:
    """Everything that stands against filing `content`, in the order of its fields."""
    findings: list[Finding] = []
    known_vendors = {vendor.id: vendor for vendor in vendors(connection, tenant)}
    if content.entity not in {entity.id for entity in entities(connection, tenant)}:
        findings.append(Finding(field="entity", problem=f"{content.entity!r} is not a legal entity of this company"))
    if content.vendor not in known_vendors:
        findings.append(Finding(field="vendor", problem=f"{content.vendor!r} is not in the vendor master"))
    elif known_vendors[content.vendor].blocked:
        findings.append(Finding(field="vendor", problem=f"{known_vendors[content.vendor].name} is blocked"))
    centres = {centre.id for centre in cost_centres(connection, tenant)}
    if content.cost_centre not in centres:
        findings.append(Finding(field="cost_centre", problem=f"{content.cost_centre!r} is not a cost centre"))
    findings += [
        Finding(field=f"lines[{at}].cost_centre", problem=f"{line.cost_centre!r} is not a cost centre")
        for at, line in enumerate(content.lines)
        if line.cost_centre and line.cost_centre not in centres
    ]
    if content.category not in CATEGORIES:
        findings.append(Finding(field="category", problem=f"{content.category!r} is none of {', '.join(CATEGORIES)}"))
    if content.needed_by is not None and content.needed_by < today:
        findings.append(Finding(field="needed_by", problem=f"{content.needed_by} has passed; give a day from {today}"))
    numbers = [line.number for line in content.lines]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        findings.append(Finding(field="lines", problem=f"line numbers must run from 1, not {numbers}"))
    if content.net_total.amount == Decimal(0):
        findings.append(Finding(field="lines", problem="the total rounds to zero; check quantities and prices"))
    return tuple(findings)
