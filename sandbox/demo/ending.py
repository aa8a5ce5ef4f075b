"""How a case of the demo has to end."""

from enum import StrEnum


class Ending(StrEnum):
    PAID = "paid"
    """A purchase: paid exactly once, posted exactly once, reconciled. A sale: registered exactly once, paid in full.
    The case is closed."""
    REJECTED = "rejected"
    """Refused by an approver; nothing ordered or delivered, nothing paid or registered."""
    WITH_A_PERSON = "with_a_person"
    """Stopped before the commit and shown to a person; nothing paid."""
    LEFT_OPEN = "left_open"
    """Registered exactly once, paid in part; the rest stays open, and so does the case."""
