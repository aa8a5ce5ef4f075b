"""The schemas of pain.001 as published, which the package sepaxml carries; none of its code runs."""

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from lxml import etree

from models.errors import BusinessError, Finding
from models.payment_file import PaymentFileVersion


def schema_findings(content: bytes, version: PaymentFileVersion) -> tuple[Finding, ...]:
    """Every place where `content`, an XML file of ours, is not what the schema of `version` asks for.

    Raises BusinessError `payment_file.no_schema` where the schemas are not installed.
    """
    schema = _schema(version)
    schema.validate(etree.fromstring(content))
    # Cast because the type stubs of lxml do not know that a log can be read.
    errors = cast(Iterable[etree._LogEntry], schema.error_log)
    return tuple(Finding(field=each.path or "", problem=each.message) for each in errors)


@cache
def _schema(version: PaymentFileVersion) -> etree.XMLSchema:
    found = find_spec("sepaxml")
    if found is None or not found.submodule_search_locations:
        raise BusinessError(
            "payment_file.no_schema",
            "The published schemas of payment files are not installed; no file leaves without them. "
            "Install Tallywright with its extra `validation`.",
        )
    file = Path(found.submodule_search_locations[0]) / "schemas" / f"{version}.xsd"
    return etree.XMLSchema(etree.parse(file))
