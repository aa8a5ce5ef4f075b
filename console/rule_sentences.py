"""What is wrong with a rule, in the reader's language: engine, grid, import and drafts say it in English.

Each sentence stands once, where it is said. Here stands its form, by which it is known again, and which the catalogue
translates; what it names is put into the translation as it was.
"""

import re

from console.language import Language, message
from rules.excel.wordings import WORDINGS

_FIELD = re.compile(r"%\((\w+)\)s")
_PLACED = re.compile(r"(?P<place>[^:]{1,200}): (?P<problem>.+)", re.DOTALL)
_KINDS = frozenset({"kind", "other"})
_FORMS = (
    message("is blank; write - where every value is meant"),
    message(
        '%(text)s could be read in two ways; write 5000 or 0.02 for a number, and "1, 2" with a space for two values'
    ),
    message("%(text)s could be read in two ways; write 5000 for five thousand, and 1.1250 for a number with decimals"),
    message("%(text)s could be read in two ways; write >= 5000 or > 5000, and <= 5000 or < 5000"),
    message("%(text)s could be read in two ways; write the day as 2026-12-31"),
    message("%(text)s has a unit; write the number alone, the column's heading says its unit"),
    message("%(text)s is a day; this column takes numbers"),
    message("%(text)s is no day of the calendar"),
    message("holds a formula; write the value itself"),
    message("holds an error of Excel; write the value itself"),
    message("is shown as a percentage but holds %(text)s; format the cell as text and write the number"),
    message(
        "holds %(text)s, a day or time that Excel made of what was typed; format the cell as text and write a %(kind)s"
    ),
    message("%(text)s is no name of a row; use letters, digits, - and _, or nothing"),
    message("%(text)s is no name of a row; use letters, digits, - and _"),
    message("The row has a name and nothing else; delete the row"),
    message("has a control character; type the text again"),
    message("is a copy of another column; delete it"),
    message("The column %(text)s is missing; export the table again"),
    message("%(cells)s are merged, so that only the first counts; unmerge them and fill each"),
    message("stands outside of the table; delete the column, or say it in the rows"),
    message("%(text)s does not say how rows are used; choose from the list"),
    message("says what the column asks and cannot be changed here; it was %(text)s"),
    message("is a copy of another sheet, or of another file; delete it"),
    message("is missing, or its hidden row of keys is; export the table again"),
    message("and %(count)s more"),
    message("say which field of the case the column asks for"),
    message("give the answer a name"),
    message("another answer has the name %(text)s too"),
    message("another column has the heading %(text)s too"),
    message("The columns are not those of the table; open it again."),
    message("Every row of the table has %(count)s cells; open it again."),
    message("The grid cannot be read; open the page again."),
    message("Give the example a name that no other one has."),
    message("The file holds macros. Save it as an Excel workbook (.xlsx) without them."),
    message("The file has %(size)s bytes; at most %(limit)s are accepted."),
    message("The file is protected by a password, or of the old kind .xls. Save it as .xlsx without one."),
    message("The file has too many parts, or two of the same name."),
    message("The file has a document type declaration, which no spreadsheet program writes."),
    message("The file has more than %(count)s cells."),
    message("The file unpacks to more than %(size)s bytes."),
    message("The file has a sheet of %(rows)s rows and %(columns)s columns, which is no table of rules."),
    message("The file has no decision table that a sheet could show."),
    message("A text of %(count)s characters does not fit a cell of Excel."),
    message("A text has a control character, which no DMN file can hold."),
    message("The file has logic that cannot be written again."),
    message("The DMN file is not well made."),
    message("The file is not XML: %(text)s"),
    message("The file is not DMN 1.1 to 1.5: its root is %(root)s of namespace %(space)s."),
    message("The file has a document type declaration (DOCTYPE), which is not accepted; remove it."),
    message("is blank; say what the row gives, null included"),
    message("is a %(kind)s, but the column gives a %(other)s"),
    message("gives %(text)s, which is not among %(list)s"),
    message("tests %(text)s, which the column does not allow: %(list)s"),
    message("%(text)s is a %(kind)s, but the column tests a %(other)s"),
    message("is made with %(kind)s, which is not supported; use a decision table"),
    message("is made with %(kind)s; keep it in its own file"),
    message("has no decision table and no expression"),
    message("has the hit policy %(policy)s but no output values to take the order from"),
    message("has an aggregation, which goes with COLLECT only, not with %(policy)s"),
    message("has an aggregation and several output columns; the standard gives that no meaning"),
    message("has no type, so that its decisions could not be run again exactly; give it one, such as number"),
    message("is an input that no decision is given; known are %(list)s"),
    message("is a result that the cases need and that is missing; keep the column and its name"),
    message("has the type %(text)s, which is defined by itself"),
    message("has the type %(text)s, which is neither a FEEL type nor defined in the file"),
    message("allows values that depend on %(text)s; allowed values have to stand for themselves"),
    message("has an interval whose ends cannot be compared"),
    message("has an interval that is empty, because its end comes before its start"),
    message("is empty"),
    message("ends too early; something is missing at its end"),
    message(
        "cannot be read at %(text)s, position %(position)s; "
        'write texts in quotes ("text") and separate several tests by commas'
    ),
    message("cannot be read at %(text)s, position %(position)s"),
    message("is %(count)s characters long; at most %(limit)s are allowed"),
    message("has more than %(count)s words and signs; share them out among several rows"),
    message('has %(text)s at position %(position)s, which FEEL does not know; write texts in straight quotes: "text"'),
    message("has %(text)s at position %(position)s, which FEEL does not know"),
    message("uses %(text)s, which is not supported in tables"),
    message("is nested more than %(count)s levels deep"),
    message("has a number of more than %(count)s digits"),
    message('has @"%(text)s", which is no date, time, date and time or duration of ISO 8601'),
    message("names an entry of a context twice"),
    message("has an unknown escape \\%(text)s in a text"),
    message("speaks of %(text)s, which is no input or decision here; did you mean %(word)s?"),
    message("speaks of %(text)s, which is no input or decision here; write %(word)s in quotes if it is a text"),
    message("gives %(text)s %(count)s arguments; %(expected)s are expected"),
    message("gives %(text)s %(count)s arguments; %(expected)s takes %(list)s"),
    message("gives %(text)s the argument %(word)s; %(expected)s takes %(list)s, each once"),
    message("invokes %(text)s, which is no business knowledge model of the file; it has %(list)s"),
    message("gives %(text)s %(word)s; it takes %(list)s"),
    message("is given a %(kind)s; a %(other)s is expected"),
    message("is given %(text)s, which is not allowed; expected is %(list)s"),
    message("asks itself or too many others: %(list)s; write it without recursion"),
    message("requires itself or too many others: %(list)s"),
    message("has the name of a function of FEEL; give it another"),
    message("asks models that ask others at too many levels; simplify them"),
    message(
        "tests or uses %(list)s, made in the same context, so that gaps, overlaps and rows that never answer are not "
        "found; put the table into a business knowledge model to have them found"
    ),
    message("calls %(text)s(); pass the day as an input, so that the decision can be run again later"),
    message("calls %(text)s, which is no function of tables; did you mean %(word)s?"),
    message("calls %(text)s, which is no function of tables"),
    message("has a comparison with %(text)s that lacks its left side"),
    message("has %(text)s, which does not exist or is not ISO 8601"),
    message("rows %(rows)s match the same input"),
    message("has no decision"),
    message("has the %(kind)s %(text)s more than once; everything in the file needs its own"),
    message("%(text)s is no decision table and cannot be shown as a grid."),
    message("A business knowledge model is given a wrong value."),
    message("takes more than %(count)s steps; simplify the table"),
    message("has an expression that takes more than %(count)s steps; simplify it"),
    message("has more than %(count)s characters"),
    message("has more than %(count)s values"),
    message("makes a text of more than %(count)s characters"),
    message("makes a list of more than %(count)s items"),
    message("The table %(table)s decided nothing about %(text)s."),
    message("a value, its numbers exact (no float)"),
    message("an exact number of at most %(count)s digits, such as 12.50 without quotes (no float)"),
    message("a text"),
    message("true or false"),
    message("a date such as %(text)s"),
    message("a time such as %(text)s"),
    message("a date and time such as %(text)s"),
    message("a duration such as %(text)s"),
    message("an object"),
    message("one of %(list)s"),
    message("a list, each item %(text)s"),
    message("is missing; %(expected)s is expected"),
    message("is null; %(expected)s is expected"),
    message("%(text)s does not fit; %(expected)s is expected"),
    message("%(text)s is not allowed; expected is %(expected)s"),
    message("The input cannot be used."),
    message("A value that the table tests is not allowed."),
    message("The decision takes too much to evaluate."),
    message("The file has no decision %(text)s; it has %(list)s."),
    message("There are more gaps than the %(count)s listed; mend these and check again."),
    message("The table is too intricate to be searched for every gap; end it with a row that takes what is left."),
    message("%(count)s pairs of rows overlap; the first %(limit)s are listed."),
    message("The table is too intricate to be searched for every row that others keep from answering."),
    message(
        "%(where)s: %(text)s cannot be compared with other cells beforehand, "
        "so that gaps and overlaps that depend on it are not found."
    ),
    message("%(text)s has no type; its values are taken to be of the kind that its cells name."),
    message("Version %(number)s of %(table)s was taken back already."),
    message("%(person)s asked for this already; confirm it."),
    message("Nobody asked to take back version %(number)s of %(table)s."),
    message("%(moment)s is over; nothing changes backwards."),
    message("The draft %(text)s is %(state)s, not submitted."),
    message("The draft %(text)s waits for nobody."),
    message("No candidate runs beside the table %(table)s."),
    message("The table %(table)s has no version %(number)s."),
    message("No version of the decision table %(table)s is in force."),
    message("is based on version %(number)s, but the newest is %(newest)s; take that as its base and look again"),
    message("is what version %(number)s is, golden cases included; there is nothing to publish"),
    message("was not tried on past decisions in front of you; run its back-test and look at the result"),
    message("gives %(actual)s instead of %(expected)s"),
)
"""A form that another one would take in as well stands before it."""


def _pattern(form: str) -> re.Pattern[str]:
    texts = _FIELD.split(form)
    parts = [f"(?P<{text}>.+?)" if place % 2 else re.escape(text) for place, text in enumerate(texts)]
    return re.compile("".join(parts), re.DOTALL)


_PATTERNS = tuple((_pattern(form), form) for form in _FORMS)


def rule_sentence(language: Language, text: str) -> str | None:
    """The sentence in the language; None where it has no form here. What is wrong with a place may follow its name."""
    if not language.translations:
        return None
    plain = text.removesuffix(".")
    return _placed(language, plain) or _formed(language, text) or _formed(language, plain)


def _placed(language: Language, text: str) -> str | None:
    found = _PLACED.fullmatch(text)
    problem = found and _formed(language, found["problem"])
    if found is None or problem is None:
        return None
    return f"{WORDINGS[language.code].speech.heading(found['place'])}: {problem}"


def _formed(language: Language, text: str) -> str | None:
    for pattern, form in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return language.gettext(form) % _named(language, found.groupdict())
    return None


def _named(language: Language, named: dict[str, str]) -> dict[str, str]:
    """What the sentence names: kinds of values, and what is expected, have names in every language."""
    kinds = WORDINGS[language.code].kinds
    said = {name: kinds.get(text, text) if name in _KINDS else text for name, text in named.items()}
    if "expected" in said:
        said["expected"] = _formed(language, said["expected"]) or said["expected"]
    return said
