"""The policy we ship has nothing that would keep it from being published."""

import pytest

from rules.analysis.analyse import analyse
from rules.analysis.findings import Severity
from rules.dmn import read_definitions
from rules.shipped import shipped_tables

pytestmark = pytest.mark.behaviour("A3")


@pytest.mark.parametrize("name", shipped_tables())
def test_a_shipped_table_has_no_finding_that_has_to_be_read(name: str) -> None:
    findings = analyse(read_definitions(shipped_tables()[name]))
    assert [finding.message for finding in findings if finding.severity is not Severity.NOTE] == []
