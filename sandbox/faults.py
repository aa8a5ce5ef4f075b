"""Switches that make a portal misbehave: rows in its own database, so that tests and the demo set them from outside."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sandbox import database

SCHEMA = """
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    match TEXT NOT NULL,
    argument TEXT NOT NULL,
    remaining INTEGER NOT NULL
);
"""


class Fault(StrEnum):
    """What goes wrong. "Accept" means that the payment, posting or registration stands in the portal's ledger."""

    ANSWER_SLOWLY = "answer_slowly"
    """Accepts at once, answers after `argument` seconds."""

    TIME_OUT_AFTER_ACCEPTING = "time_out_after_accepting"
    """Accepts, then never answers until the client gives up."""

    TIME_OUT_WITHOUT_ACCEPTING = "time_out_without_accepting"
    """Does nothing and never answers until the client gives up."""

    DROP_AFTER_ACCEPTING = "drop_after_accepting"
    """Accepts, then closes the connection without an answer."""

    DROP_WITHOUT_ACCEPTING = "drop_without_accepting"
    """Closes the connection without an answer and does nothing."""

    ERROR_AFTER_ACCEPTING = "error_after_accepting"
    """Accepts, then answers 500."""

    ERROR_WITHOUT_ACCEPTING = "error_without_accepting"
    """Answers 500 and does nothing."""

    DROP_LOGIN_BEFORE_SUBMIT = "drop_login_before_submit"
    """The session ends right after the confirmation page was shown."""

    MAINTENANCE = "maintenance"
    """Shows the maintenance page: in place of every page when `match` is empty, else of the confirmation page."""

    CHANGE_PAYEE_ACCOUNT = "change_payee_account"
    """The confirmation page shows, and the bank would pay, the account `argument` instead of the one entered."""

    CHANGE_BUYER_VAT_ID = "change_buyer_vat_id"
    """The confirmation page shows, and the tax authority would register, `argument` instead of the buyer's VAT id."""

    CUT_RECEIPT = "cut_receipt"
    """The receipt comes as half a file, announced as a whole one."""


SUBMISSION_FAULTS = (
    Fault.ANSWER_SLOWLY,
    Fault.TIME_OUT_AFTER_ACCEPTING,
    Fault.TIME_OUT_WITHOUT_ACCEPTING,
    Fault.DROP_AFTER_ACCEPTING,
    Fault.DROP_WITHOUT_ACCEPTING,
    Fault.ERROR_AFTER_ACCEPTING,
    Fault.ERROR_WITHOUT_ACCEPTING,
)


@dataclass(frozen=True)
class ActiveFault:
    kind: Fault
    argument: str


def set_fault(db_path: Path, fault: Fault, match: str = "", argument: str = "", times: int = 1) -> None:
    """Lets `fault` happen the next `times` times (-1: always).

    `match` limits it to one payment, posting or registration: its amount ("1234.56"), payee, payee's IBAN, buyer,
    invoice number or reference; empty hits any. `argument` is described at the fault.
    """
    with database.transaction(db_path) as connection:
        connection.execute(
            "INSERT INTO fault (name, match, argument, remaining) VALUES (?, ?, ?, ?)",
            (fault.value, match, argument, times),
        )


def clear_faults(db_path: Path) -> None:
    with database.transaction(db_path) as connection:
        connection.execute("DELETE FROM fault")


def take_fault(db_path: Path, kinds: Collection[Fault], subjects: Collection[str] = ()) -> ActiveFault | None:
    """The oldest fault of `kinds` that is due for `subjects`; it is counted down."""
    if not database.rows(db_path, "SELECT 1 FROM fault WHERE remaining <> 0 LIMIT 1"):
        return None
    with database.transaction(db_path) as connection:
        for row in connection.execute("SELECT * FROM fault WHERE remaining <> 0 ORDER BY id").fetchall():
            if Fault(row["name"]) in kinds and (not row["match"] or row["match"] in subjects):
                connection.execute(
                    "UPDATE fault SET remaining = remaining - 1 WHERE id = ? AND remaining > 0", (row["id"],)
                )
                return ActiveFault(Fault(row["name"]), row["argument"])
    return None
