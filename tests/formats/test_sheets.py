"""Nothing that people wrote becomes a formula in a spreadsheet."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from formats.sheets import Sheet, as_csv, as_excel

pytestmark = pytest.mark.behaviour("B6")
_ATTACKS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", " =cmd|' /C calc'!A0", "＝1+1")
_PLAIN = ("Cable 4×0.75 mm²", "a=b", "", "陈伟", 'say "no"; then, "yes"')


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("cell", _ATTACKS)
def test_a_cell_that_would_be_a_formula_is_text_in_both_kinds_of_file(cell: str) -> None:
    sheet = Sheet(name="S", headings=("What",), rows=((cell,),))
    assert rows(as_csv(sheet)) == [["What"], [f"'{cell}"]]
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_excel([sheet])))
    assert book.get_sheet_by_name("S").to_python()[1] == [cell]


@pytest.mark.parametrize("cell", _PLAIN)
def test_every_other_cell_arrives_as_it_was_written(cell: str) -> None:
    sheet = Sheet(name="S", headings=("What", "Which"), rows=((cell, "x"),))
    assert rows(as_csv(sheet))[1] == [cell, "x"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_excel([sheet])))
    assert book.get_sheet_by_name("S").to_python()[1] == [cell, "x"]


def test_a_sheet_without_rows_has_its_headings() -> None:
    empty = Sheet(name="A name that is longer than Excel takes", headings=("One", "Other"), rows=())
    assert rows(as_csv(empty)) == [["One", "Other"]]
    assert CalamineWorkbook.from_filelike(io.BytesIO(as_excel([empty]))).sheet_names == [empty.name[:31]]
