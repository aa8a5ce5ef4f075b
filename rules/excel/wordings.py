"""The languages of a workbook. It goes out in one and comes back in any, or in several at once."""

from rules.definitions import DecisionTable
from rules.excel.chinese import CHINESE
from rules.excel.english import ENGLISH
from rules.excel.wording import Policy, Wording

WORDINGS: dict[str, Wording] = {"en": ENGLISH, "zh": CHINESE}
POLICY_TITLES = frozenset(wording.policy_title for wording in WORDINGS.values())
LEGEND_SHEETS = frozenset(wording.legend_sheet for wording in WORDINGS.values())


def policy_said(text: str, table: DecisionTable) -> Policy | None:
    """The use of rows that the text says in any language, the table's own where it has no words; None for others."""
    for wording in WORDINGS.values():
        if text == wording.policy_words(table):
            return table.hit_policy, table.aggregation
        if text in wording.policies:
            return wording.policies[text]
    return None
