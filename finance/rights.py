"""How far a person's rights reach: by legal entity, cost centre and amount."""

from collections.abc import Iterable

from models.approval import ApprovalScope
from models.authority import RightLimit
from models.money import Money


def beyond_rights(person: str, scope: ApprovalScope | None, limits: Iterable[RightLimit]) -> str:
    """Why `person` may not approve within `scope`, in a sentence; empty where they may.

    Whoever has no limit may approve whatever their roles let them. Whoever has some needs one for every cost centre of
    the document, in its entity and up to its whole amount; an amount in another currency is beyond every limit.
    """
    mine = [limit for limit in limits if limit.person == person]
    if not mine or scope is None:
        return ""
    centres = scope.cost_centres or ("",)
    missing = [centre for centre in centres if not any(_covers(each, scope, centre) for each in mine)]
    if not missing:
        return ""
    return f"Their right to approve does not reach {scope.amount} in {_place(scope, missing)}."


def within(amount: Money, limit: Money | None) -> bool:
    """Whether `limit` reaches `amount`; no limit does, one in another currency does not."""
    return limit is None or (limit.currency == amount.currency and amount.amount <= limit.amount)


def _covers(limit: RightLimit, scope: ApprovalScope, centre: str) -> bool:
    return (
        limit.entity in ("", scope.entity) and limit.cost_centre in ("", centre) and within(scope.amount, limit.limit)
    )


def _place(scope: ApprovalScope, centres: list[str]) -> str:
    named = ", ".join(centre for centre in centres if centre)
    return f"{scope.entity}, cost centre {named}" if named else scope.entity
