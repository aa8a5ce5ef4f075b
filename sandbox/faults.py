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
CREATE TABLE IF NOT EXISTS unseen (
    reference TEXT NOT NULL,
    until REAL NOT NULL
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

    DRIP_AFTER_ACCEPTING = "drip_after_accepting"
    """Accepts at once and lets the answer drip over `argument` seconds (30)."""

    DRIP_WITHOUT_ACCEPTING = "drip_without_accepting"
    """Does nothing and lets an error page drip over `argument` seconds (30)."""

    MAINTENANCE_AFTER_ACCEPTING = "maintenance_after_accepting"
    """Accepts, then shows the maintenance page instead of the answer."""

    MAINTENANCE_WITHOUT_ACCEPTING = "maintenance_without_accepting"
    """Shows the maintenance page instead of the answer and does nothing."""

    ASK_IF_DUPLICATE = "ask_if_duplicate"
    """Asks "possible duplicate, continue?" and does nothing until somebody says so."""

    LEAVE_DRAFT = "leave_draft"
    """Keeps what was submitted as a draft and says so."""

    LEAVE_DRAFT_AND_DROP = "leave_draft_and_drop"
    """Keeps what was submitted as a draft, then closes the connection without an answer."""

    SHOW_LATER = "show_later"
    """Accepts and says so, but shows it in its lists only after `argument` seconds (120)."""

    SHOW_LATER_AND_DROP = "show_later_and_drop"
    """Accepts, closes the connection without an answer, and shows it in its lists only after `argument` seconds."""

    REJECT_AFTERWARDS = "reject_afterwards"
    """Accepts and says so; by the next look it is rejected."""

    REJECT_AFTERWARDS_AND_DROP = "reject_afterwards_and_drop"
    """Accepts, closes the connection without an answer; by the next look it is rejected."""

    DROP_LOGIN_BEFORE_SUBMIT = "drop_login_before_submit"
    """The session ends right after the confirmation page was shown."""

    MAINTENANCE = "maintenance"
    """Shows the maintenance page: in place of every page when `match` is empty, else of the confirmation page."""

    OVERLAY = "overlay"
    """A notice lies over the confirmation page and its final button."""

    ADVERT_WINDOW = "advert_window"
    """With the first click on the confirmation page another window opens."""

    MOVED_FIELDS = "moved_fields"
    """The fields of one page of an entry stand in another order and have other technical names on the screen."""

    RENAMED_FIELDS = "renamed_fields"
    """The fields of one page of an entry have other labels."""

    REWORDED = "reworded"
    """On every page one text stands in place of another: `argument` is `old=>new`. `match` must be empty."""

    STRANGER = "stranger"
    """Every page asks for a picture at the address `argument`, which is not the portal's. `match` must be empty."""

    SMS_CODE = "sms_code"
    """Asks for a code that it sends to a phone, in place of the generator's. `match` must be empty."""

    PUSH = "push"
    """Wants the sign-in confirmed in an app on a phone, in place of a code. `match` must be empty."""

    LONG_LIST = "long_list"
    """The next list has `argument` (10,000) more rows, all on its first page. `match` must be empty."""

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
    Fault.DRIP_AFTER_ACCEPTING,
    Fault.DRIP_WITHOUT_ACCEPTING,
    Fault.MAINTENANCE_AFTER_ACCEPTING,
    Fault.MAINTENANCE_WITHOUT_ACCEPTING,
    Fault.ASK_IF_DUPLICATE,
    Fault.LEAVE_DRAFT,
    Fault.LEAVE_DRAFT_AND_DROP,
    Fault.SHOW_LATER,
    Fault.SHOW_LATER_AND_DROP,
    Fault.REJECT_AFTERWARDS,
    Fault.REJECT_AFTERWARDS_AND_DROP,
)
"""What can happen to the final request."""

CONFIRMATION_FAULTS = (Fault.MAINTENANCE, Fault.DROP_LOGIN_BEFORE_SUBMIT, Fault.OVERLAY, Fault.ADVERT_WINDOW)
"""What can happen to the page before it."""

ENTRY_FAULTS = (Fault.MOVED_FIELDS, Fault.RENAMED_FIELDS)
"""What can happen to a page with fields. `match` is what was entered on the pages before it."""


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


def standing(db_path: Path, kinds: Collection[Fault]) -> list[ActiveFault]:
    """The faults of `kinds` that are set, oldest first; nothing is counted down."""
    found = database.rows(db_path, "SELECT name, argument FROM fault WHERE remaining <> 0 ORDER BY id")
    active = [ActiveFault(Fault(str(row["name"])), str(row["argument"])) for row in found]
    return [fault for fault in active if fault.kind in kinds]


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


def hide(db_path: Path, references: Collection[str], until: float) -> None:
    """Keeps what carries `references` out of the portal's lists until that moment, in epoch seconds."""
    with database.transaction(db_path) as connection:
        connection.executemany("INSERT INTO unseen VALUES (?, ?)", [(each, until) for each in references])


def hidden(db_path: Path, now: float) -> frozenset[str]:
    """The references that no list shows at `now`."""
    return frozenset(
        str(row["reference"]) for row in database.rows(db_path, "SELECT reference FROM unseen WHERE until > ?", now)
    )
