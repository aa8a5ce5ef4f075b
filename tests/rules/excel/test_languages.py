"""A workbook in the language of whoever edits it, taken back whatever language its cells are in."""

import pytest
from hypothesis import given, settings

from models.errors import BusinessError
from rules.checks import check_table
from rules.definitions import Definitions
from rules.dmn import read_definitions
from rules.engine import compile_decision
from rules.excel.reader import read_workbook
from rules.excel.wordings import WORDINGS
from rules.excel.writer import write_workbook
from rules.shipped import shipped_tables
from tests.rules.definitions import definitions
from tests.rules.excel.spreadsheet import Spreadsheet

pytestmark = pytest.mark.behaviour("A2")

PURCHASES = read_definitions(shipped_tables()["purchase_approval"])


def _chinese() -> Spreadsheet:
    return Spreadsheet(write_workbook(PURCHASES, "zh"))


def test_a_chinese_person_reads_chinese() -> None:
    sheet = _chinese()
    assert (sheet["A1"], sheet["A3"], sheet["B3"]) == ("采购审批", "行的使用方式", "每种情况恰好适用一行")
    assert (sheet["B4"], sheet["F4"]) == ("如果（条件）", "则（答案）")
    assert [sheet[f"{column}5"] for column in "ABCDEFGH"] == [
        "行",
        "不含税总额（欧元）",
        "类别",
        "成本中心",
        "超出预算",
        "审批",
        "审批顺序",
        "理由",
    ]
    assert [sheet[f"{column}10"] for column in "ABCDEFG"] == [
        "small_office",
        "高于 50 至 低于 5000",
        "办公用品",
        "-",
        "否",
        "需要审批",
        "成本中心负责人",
    ]


@pytest.mark.parametrize("language", WORDINGS)
@pytest.mark.parametrize("name", shipped_tables())
def test_a_shipped_table_comes_back_the_same_from_either_language(name: str, language: str) -> None:
    source = read_definitions(shipped_tables()[name])
    imported = read_workbook(write_workbook(source, language))
    assert (imported.definitions, imported.findings) == (source, ())
    assert compile_decision(imported.definitions, name).version == compile_decision(source, name).version


@settings(max_examples=40, deadline=None)
@given(definitions())
def test_any_table_comes_back_as_it_was_from_chinese(source: Definitions) -> None:
    if all(decision.table is None for decision in source.decisions):
        return
    try:
        assert read_workbook(write_workbook(source, "zh")).definitions == source
    except BusinessError as error:
        # What was not sound before is told; nothing else is.
        assert {finding.code for finding in error.findings} == {"rules.malformed"}
        assert "rules.malformed" in {finding.code for finding in check_table(source)}


def test_languages_may_be_mixed_in_one_workbook() -> None:
    sheet = _chinese()
    sheet["B3"], sheet["B5"], sheet["C10"] = (
        "The first row from the top that applies counts",
        "Net total in EUR",
        "office",
    )
    sheet["B10"], sheet["G10"] = "above 50 to below 6000", "成本中心负责人, finance director"
    read = read_workbook(sheet.saved()).definitions
    table, before = read.decisions[0].table, PURCHASES.decisions[0].table
    assert table is not None and before is not None
    assert (table.hit_policy, table.inputs) == ("FIRST", before.inputs)
    rule = table.rules[1]
    assert (rule.inputs[0], rule.outputs[1]) == ("(50..6000)", '["cost_centre_owner", "finance_director"]')
    assert table.rules[2:] == before.rules[2:]


def test_a_reworded_heading_is_kept_in_the_words_of_whoever_wrote_it() -> None:
    sheet = _chinese()
    sheet["B5"] = "净额"
    table = read_workbook(sheet.saved()).definitions.decisions[0].table
    assert table is not None
    assert [column.label for column in table.inputs[:2]] == ["净额", "Category"]


def test_the_legend_speaks_the_language_of_the_workbook() -> None:
    wordings = WORDINGS.values()
    for name in ("conditions", "results", "care", "afterwards", "introduction", "bands"):
        assert len({len(getattr(wording, name)) for wording in wordings}) == 1, name
    assert list(WORDINGS["en"].policies.values()) == list(WORDINGS["zh"].policies.values())
