"""The process in which the published rules run: LIMITS, KIND and SETS as its arguments, the file as its input."""

import os
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor

from formats.detect import detect
from formats.schematron import Violation, finding_of, violations_in
from formats.xml import parse_xml
from models.document import DocumentType
from reading.child import OUT_OF_MEMORY, PARSER_FAILED
from reading.limits import Limits
from reading.parsing import invoice_xml
from reading.rule_sets import RulesAnswer, RuleSets

_STANDARD_OUTPUT = 1
_LISTED = 200


def main(arguments: list[str]) -> int:
    """Bind the process to its limits, then check standard input against the `RuleSets` of SETS.

    The engine reserves 32 GB of address space at its start, so that its data is what the limit bounds.
    """
    limits, kind, sets = arguments
    Limits.model_validate_json(limits).apply(resource.RLIMIT_DATA)
    try:
        xml = invoice_xml(sys.stdin.buffer.read(), DocumentType(kind)) or b""
        answer = _check(xml, RuleSets.model_validate_json(sets).of(detect(xml)))
        os.write(_STANDARD_OUTPUT, answer.model_dump_json().encode())
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception:
        # Whatever a file makes the engine raise is a property of that file, never a failure of ours to be retried.
        return PARSER_FAILED
    return 0


def _check(xml: bytes, stylesheets: tuple[Path, ...]) -> RulesAnswer:
    findings = dict.fromkeys(finding_of(each) for each in islice(_violations(xml, stylesheets), _LISTED))
    return RulesAnswer(rules=tuple(path.stem for path in stylesheets), findings=tuple(findings))


def _violations(xml: bytes, stylesheets: tuple[Path, ...]) -> Iterator[Violation]:
    """The document is written anew from our own parser, so that the engine sees neither DOCTYPE nor entity."""
    text = etree.tostring(parse_xml(xml), encoding="unicode")
    with PySaxonProcessor(license=False) as processor:
        # Rules load their code lists from files beside them; nothing may be fetched from a network.
        processor.set_configuration_property("http://saxon.sf.net/feature/allowedProtocols", "file")
        document = processor.parse_xml(xml_text=text)
        for path in stylesheets:
            yield from violations_in(_report(processor, document, path))


def _report(processor: PySaxonProcessor, document: object, stylesheet: Path) -> bytes:
    rules = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(stylesheet))
    report: str = rules.transform_to_string(xdm_node=document)
    return report.encode()
