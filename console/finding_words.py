"""What an analysis found, in the reader's language: its own sentence in English, else one made of its parts."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from console.error_words import in_words
from console.formatting import quantity
from console.language import Language, message
from rules.analysis.findings import AnalysisFinding, Code, Condition, Interval
from rules.excel.wordings import WORDINGS
from rules.feel.functions import plain_text
from rules.grid import GridFinding

_SENTENCES = {
    "rules.gap": message("No row applies where %(where)s."),
    "rules.overlap": message("Rows %(rows)s apply together where %(where)s."),
    "rules.dead_row": message("Row %(rows)s can never apply."),
    "rules.masked_row": message("Row %(row)s never answers, because %(others)s comes before it."),
    "rules.redundant_row": message("Row %(row)s says nothing that %(others)s does not say."),
    "rules.unreachable_output": message("No row gives the answer %(values)s."),
    "rules.unknown_term": message("%(value)s is not known here."),
    "rules.blank_output": message("The answer is blank."),
    "rules.output_value": message("This answer is not in the list."),
    "rules.output_type": message("This answer is not of the column's kind."),
    "rules.unreachable_cell": message("This value is not in the list."),
}
_DID_YOU_MEAN = message("Did you mean %(others)s?")
_DOUBTFUL = message("It is not certain, because cells are computed.")
_IN_EVERY_CASE = message("everything else is left open")
_AT_LEAST, _ABOVE = message("at least %(value)s"), message("above %(value)s")
_AT_MOST, _BELOW = message("at most %(value)s"), message("below %(value)s")
_YES, _NO, _NOT, _BLANK = message("yes"), message("no"), message("not %(value)s"), message("blank")


def finding_sentence(language: Language, finding: GridFinding) -> str:
    return analysis_sentence(language, finding.source, finding.message)


def analysis_sentence(language: Language, source: AnalysisFinding | None, english: str) -> str:
    """The finding in the language; from its `english` sentence where it has no parts of its own."""
    if not language.translations:
        return english
    if source is None or source.code not in _SENTENCES:
        return in_words(language, english)
    sentences = [language.gettext(_SENTENCES[source.code]) % _parts(language, source)]
    if source.code == Code.UNKNOWN_TERM and source.values[1:]:
        sentences.append(language.gettext(_DID_YOU_MEAN) % {"others": _listed(language, source.values[1:])})
    if source.doubts:
        sentences.append(language.gettext(_DOUBTFUL))
    return "".join(sentences)


def _parts(language: Language, source: AnalysisFinding) -> dict[str, str]:
    return {
        "where": _where(language, source),
        "rows": language.gettext(", ").join(source.rows),
        "row": "".join(source.rows[:1]),
        "others": language.gettext(", ").join(source.rows[1:]),
        "values": _listed(language, source.values),
        "value": _listed(language, source.values[:1]),
    }


def _listed(language: Language, values: Iterable[Any]) -> str:
    return language.gettext(", ").join(_value(language, value) for value in values)


def _where(language: Language, source: AnalysisFinding) -> str:
    heading = WORDINGS[language.code].speech.heading
    parts = [f"{heading(each.column)}: {_condition(language, each)}" for each in source.conditions]
    return "; ".join(parts) or language.gettext(_IN_EVERY_CASE)


def _condition(language: Language, condition: Condition) -> str:
    alternatives = [_interval(language, each) for each in condition.intervals]
    if condition.or_null or not alternatives:
        alternatives.append(language.gettext(_BLANK))
    words = " / ".join(alternatives)
    return language.gettext(_NOT) % {"value": words} if condition.negated else words


def _interval(language: Language, interval: Interval) -> str:
    low, high = interval.low, interval.high
    if low is not None and low == high:
        return _value(language, low)
    ends = []
    if low is not None:
        ends.append(language.gettext(_AT_LEAST if interval.low_included else _ABOVE) % {"value": _value(language, low)})
    if high is not None:
        ends.append(
            language.gettext(_AT_MOST if interval.high_included else _BELOW) % {"value": _value(language, high)}
        )
    return " ".join(ends)


def _value(language: Language, value: Any) -> str:
    if isinstance(value, bool):
        return language.gettext(_YES if value else _NO)
    if isinstance(value, Decimal):
        return quantity(value, language.locale)
    if isinstance(value, list):
        return " / ".join(_value(language, each) for each in value)
    return WORDINGS[language.code].speech.values.get(value) or str(plain_text(value))
