"""The languages in which cells, values and headings of a table are shown. What is read may be in any of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules import chinese_terms


@dataclass(frozen=True, slots=True)
class Speech:
    """`values` and `headings` are the words for what files call otherwise; what is not in them is shown as it is."""

    code: str
    yes: str
    no: str
    nothing: str
    """An empty list."""
    negation: str
    up_to: str
    above: str
    below: str
    tables: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)

    def table(self, name: str) -> str:
        """What people call a table; one of their own by its name."""
        words = " ".join(name.replace("_", " ").split())
        return self.tables.get(name, f"{words[:1].upper()}{words[1:]}")

    def value(self, text: str) -> str:
        """A value of the file, `_` as a space where it has no words of its own."""
        return self.values.get(text) or text.replace("_", " ")

    def heading(self, label: str) -> str:
        return self.headings.get(label, label)


_TABLES = {
    "credit_approval": "Credit approval",
    "credit_note_and_write_off": "Credit notes and write-offs",
    "discount_approval": "Discount approval",
    "escalation_times": "Escalation times",
    "exception_routing": "Exception routing",
    "expense_claim": "Expense claims",
    "invoice_approval": "Invoice approval",
    "journal_entry": "Journal entries",
    "match_tolerance": "Match tolerance",
    "payee_account_request": "Payee accounts",
    "payment_release": "Payment release",
    "purchase_approval": "Purchase approval",
    "tax_return": "Tax returns",
}
ENGLISH = Speech("en", "yes", "no", "none", "not", "to", "above", "below", _TABLES)
CHINESE = Speech(
    "zh",
    "是",
    "否",
    "无",
    "非",
    "至",
    "高于",
    "低于",
    chinese_terms.TABLES,
    values=chinese_terms.VALUES,
    headings=chinese_terms.HEADINGS,
)
SPEECHES = {speech.code: speech for speech in (ENGLISH, CHINESE)}


def is_heading(text: str, label: str) -> bool:
    """Whether a heading that somebody left as it was shown stands for the label of the file."""
    return text in {label, *(speech.heading(label) for speech in SPEECHES.values())}
