from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from models.errors import BusinessError
from rules.definitions import Definitions
from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from rules.shipped import shipped_tables
from tests.rules.definitions import definitions
from tests.rules.tables import decision_xml, table_xml

pytestmark = pytest.mark.behaviour("A2")


@settings(max_examples=150, deadline=None)
@given(definitions())
def test_what_is_written_reads_back_as_it_was(source: Definitions) -> None:
    written = write_definitions(source)
    assert read_definitions(written) == source
    assert write_definitions(read_definitions(written)) == written


@pytest.mark.parametrize("name", shipped_tables())
def test_a_shipped_table_survives_being_written(name: str) -> None:
    source = read_definitions(shipped_tables()[name])
    assert read_definitions(write_definitions(source)) == source


def test_files_of_other_modelers_survive_being_written(dmn_samples: Path) -> None:
    for path in sorted(dmn_samples.glob("*/*.dmn")):
        source = read_definitions(path.read_bytes())
        assert read_definitions(write_definitions(source)) == source


@settings(max_examples=50, deadline=None)
@given(definitions())
def test_ids_are_unique_and_every_shape_and_arrow_stands_for_something(source: Definitions) -> None:
    root = etree.fromstring(write_definitions(source))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    drawn = [str(element.get("dmnElementRef")) for element in root.iter() if element.get("dmnElementRef")]
    needed = [f"{element.get('id')}" for element in root.iter("{*}informationRequirement", "{*}knowledgeRequirement")]
    assert set(drawn) <= set(ids)
    assert set(needed) <= set(drawn)


def test_rows_that_were_counted_get_no_id_that_another_table_has_too() -> None:
    xml = table_xml([("n", "number")], [("r", "string")], [["1", '"a"']])
    assert b"<rule>" in write_definitions(read_definitions(xml))


def test_logic_that_was_not_kept_is_not_written_as_if_it_had_never_been() -> None:
    source = read_definitions(decision_xml('<decision id="d" name="decided"><relation/></decision>'))
    with pytest.raises(BusinessError, match="boxed relation") as caught:
        write_definitions(source)
    assert caught.value.code == "rules.unsupported"


def test_a_control_character_is_refused_in_words() -> None:
    source = read_definitions(table_xml([("n", "number")], [("r", "string")], [["1", '"a"']]))
    with pytest.raises(BusinessError, match="control character"):
        write_definitions(source.model_copy(update={"description": "a\x07"}))
