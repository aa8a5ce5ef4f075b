"""From which amount on an approval asks once more, by passkey, who gives it."""

from decimal import Decimal

from sqlalchemy import Connection, delete, insert, select

from models.approval import ApprovalScope
from models.errors import BusinessError
from models.party import Role
from store.passkeys import PROOF_LASTS, is_proven
from store.people import SignedIn
from store.schema.people import second_factor
from store.unit_of_work import Store, UnitOfWork

RULE_MAKERS = (Role.FINANCE_DIRECTOR, Role.MANAGING_DIRECTOR)


def asked_above(connection: Connection, tenant: str) -> Decimal | None:
    """The amount, in whatever currency; None where nobody is asked."""
    query = select(second_factor.c.above).where(second_factor.c.tenant == tenant)
    return connection.execute(query).scalar_one_or_none()


def ask_above(store: Store, signed_in: SignedIn, above: Decimal | None) -> None:
    """Sets the amount; None asks nobody any more. Raises BusinessError `right.missing` or `approval.proof_limit`."""
    signed_in.require(*RULE_MAKERS)
    if above is not None and above < 0:
        raise BusinessError("approval.proof_limit", f"{above} is below zero; give an amount, e.g. 10000.")
    with store.change(signed_in.tenant, signed_in.actor) as work:
        before = asked_above(work.connection, work.tenant)
        work.execute(delete(second_factor).where(second_factor.c.tenant == work.tenant))
        if above is not None:
            work.execute(insert(second_factor).values(tenant=work.tenant, above=above))
        work.record(
            "approval.proof_limit_set",
            "tenant",
            work.tenant,
            before={"above": None if before is None else str(before)},
            after={"above": None if above is None else str(above)},
        )


def check_proof(work: UnitOfWork, signed_in: SignedIn, scope: ApprovalScope | None) -> None:
    """Raises BusinessError `approval.proof_needed` above the amount, unless the person has just proved who they are."""
    above = asked_above(work.connection, work.tenant)
    if above is None or scope is None or scope.amount.amount <= above or is_proven(signed_in, work.now):
        return
    minutes = int(PROOF_LASTS.total_seconds() // 60)
    raise BusinessError(
        "approval.proof_needed",
        f"Above {above} an approval wants a passkey, no more than {minutes} minutes before. Approve it on the console.",
    )
