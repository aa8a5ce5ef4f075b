"""The published rules of EN 16931, Peppol and Factur-X, run where the extra `validation` is installed."""

from models.document import ReadResult
from models.errors import BusinessError, Finding
from models.invoice import Invoice
from reading.limits import Limits
from reading.process import run_module
from reading.rule_sets import RulesAnswer, rule_sets

_LIMITS = Limits()


def check_official_rules(result: ReadResult, invoice: Invoice, content: bytes) -> ReadResult:
    """`result` with the findings of the rules that its `invoice` has to follow, and the names of their sets.

    A rule that our own checks found broken at the same place is not repeated: their sentences name the values. Where
    the rules could not be run on this file, a finding says so.
    """
    sets = rule_sets(invoice.specification)
    if not sets.ubl and not sets.cii:
        return result
    try:
        output = run_module("reading.rules_child", content, _LIMITS, result.type, sets.model_dump_json())
        answer = RulesAnswer.model_validate_json(output)
    except BusinessError as error:
        unchecked = Finding(field="", problem=f"The official rules were not checked. {error}", code="rules.not_checked")
        answer = RulesAnswer(rules=(), findings=(unchecked,))
    known = {_key(finding) for finding in result.findings}
    new = tuple(finding for finding in answer.findings if _key(finding) not in known)
    return result.model_copy(update={"findings": (*result.findings, *new), "rules": answer.rules})


def _key(finding: Finding) -> tuple[str, str]:
    """Rule and, for rules of lines, the line: the official rules name other elements than we do."""
    place = finding.field.partition(".")[0]
    return finding.code, place if place.startswith("lines[") else ""
