"""What keeps an invoice from going on, in the reader's language: kept in English, one sentence after the other."""

import re
from collections.abc import Sequence
from functools import cache

from console.language import Language, message

FIELD = re.compile(r"%\\\((\w+)\\\)s")
"""A field in a sentence that is escaped for a pattern."""

_AMOUNT = r"-?[\d.]+ [A-Z]{3}"
_QUANTITY = r"-?[\d.]+ \S+"
_LINE, _LINES = r"\S+(?:, \S+)*", r"\S+(?:, \S+)* and \S+"
_SHAPES = {
    "line": _LINE,
    "lines": _LINES,
    "where": rf"(?:Line {_LINE}|Lines {_LINES})",
    "bills": rf"(?:Line {_LINE} bills|Lines {_LINES} bill) {_QUANTITY} of “[^“”]*”",
    "amount": _AMOUNT,
    "expected": _AMOUNT,
    "strayed": _AMOUNT,
    "quantity": _QUANTITY,
    "left": _QUANTITY,
    "billed": rf"{_QUANTITY}(?: and {_QUANTITY})*",
    "goods": "[^“”]*",
    "reason": "[^“”]*",
    "order_line": r"\d+",
    "names": r"\S+ line \d+(?: and \S+ line \d+)*",
    "position": r"\d+",
    "stated": r"[-\d.E+]+",
    "right": r"[-\d.E+]+",
    "day": r"\S+",
    "issued": r"\S+",
    "tax": rf"(?:no stated tax rate|\S+ % tax \({_AMOUNT}\))",
    "agreed": rf"\S+ % tax \({_AMOUNT}\)",
}
"""What may stand in a field, so that none reaches into the next sentence; everything else ends as early as it can."""
_ANYTHING = ".{1,500}?"

SENTENCES = (
    message("%(bills)s, but of order %(order)s line %(order_line)s only %(left)s are still to be invoiced."),
    message(
        "%(bills)s, but of order %(order)s line %(order_line)s only %(left)s have been received and not invoiced yet."
    ),
    message("%(bills)s, but of order %(order)s line %(order_line)s %(left)s have been received and not invoiced yet."),
    message("%(bills)s, but an invoice line needs more than 0; goods sent back belong on a credit note."),
    message("%(bills)s for %(amount)s, which fits %(names)s equally well; the supplier has to name the order line."),
    message("%(bills)s for %(amount)s, but no open line of any order is about that."),
    message("%(bills)s for %(amount)s, but no open line of order %(order)s is about that."),
    message("%(bills)s for %(amount)s, but at the price of order %(order)s line %(order_line)s that is %(expected)s."),
    message(
        "%(bills)s for %(amount)s, but at the price of order %(order)s line %(order_line)s that is %(expected)s, and "
        "earlier invoices strayed by %(strayed)s already."
    ),
    message("%(where)s: %(billed)s of “%(goods)s” billed, but order %(order)s line %(order_line)s counts %(unit)s."),
    message(
        "Line %(line)s charges %(amount)s per unit of “%(goods)s”, but order %(order)s line %(order_line)s agreed "
        "%(expected)s per unit."
    ),
    message("Line %(line)s has %(tax)s on “%(goods)s”, but order %(order)s line %(order_line)s has %(agreed)s."),
    message("Document %(number)s is a credit note over %(amount)s, but only invoices are matched with orders."),
    message("The invoice asks for %(amount)s without a line that says what for; ask the supplier for lines."),
    message("The invoice over %(amount)s names no order, and no order of ours with open lines was found for it."),
    message(
        "The invoice over %(amount)s names order %(order)s, and no order of ours with open lines was found for it."
    ),
    message("The invoice asks for %(amount)s, but the order was placed in %(currency)s."),
    message("The invoice asks for %(amount)s, but its lines, charges and tax come to %(expected)s."),
    message("The invoice adds %(amount)s for “%(reason)s”, but the order has %(expected)s."),
    message("The invoice's tax comes to %(amount)s, but at the order's rates it is %(expected)s."),
    message("The invoice rounds by %(amount)s, but rounding may change a total by at most %(expected)s."),
    message("The invoice states %(amount)s as paid before, but a prepayment cannot be less than %(expected)s."),
    message("The invoice asks for payment to another account than the one on record for %(vendor)s."),
    message("The invoice repeats %(number)s (%(invoice)s): %(alike)s."),
    message(
        "lines: the invoice follows the profile %(profile)s, which has no lines, so it cannot be matched to an order; "
        "ask the seller for BASIC, EN 16931 or XRechnung"
    ),
    message("lines[%(position)s].id: line number %(line)s appears more than once; each line needs its own"),
    message("lines[%(position)s].unit: line %(line)s has no unit for its quantity (BT-130)"),
    message(
        "lines[%(position)s].unit_price: line %(line)s has the price %(stated)s; a price is never negative, a quantity "
        "may be"
    ),
    message(
        "lines[%(position)s].net_amount: line %(line)s: %(count)s x %(price)s plus charges %(charges)s less allowances "
        "%(allowances)s is %(right)s, but the line says %(stated)s"
    ),
    message("lines[%(position)s].tax_category: line %(line)s has no VAT category (BT-151)"),
    message(
        "totals.line_net: says %(stated)s, but the sum of the lines is %(right)s; ask the seller for a corrected "
        "invoice"
    ),
    message(
        "totals.allowances: says %(stated)s, but the sum of allowances is %(right)s; ask the seller for a corrected "
        "invoice"
    ),
    message(
        "totals.charges: says %(stated)s, but the sum of charges is %(right)s; ask the seller for a corrected invoice"
    ),
    message(
        "totals.net: says %(stated)s, but lines less allowances plus charges is %(right)s; ask the seller for a "
        "corrected invoice"
    ),
    message(
        "totals.tax: says %(stated)s, but the sum of the VAT breakdown is %(right)s; ask the seller for a corrected "
        "invoice"
    ),
    message(
        "totals.gross: says %(stated)s, but total without VAT plus VAT is %(right)s; ask the seller for a corrected "
        "invoice"
    ),
    message(
        "totals.payable: says %(stated)s, but total less prepaid plus rounding is %(right)s; ask the seller for a "
        "corrected invoice"
    ),
    message("due_date: the invoice is due on %(day)s, before it was issued on %(issued)s"),
    message("issue_date: %(day)s cannot be the date of an invoice; check the year"),
    message("due_date: neither a due date (BT-9) nor payment terms (BT-20) say when to pay"),
    message("seller.address: the seller's postal address with its country is missing"),
    message("buyer.address: the buyer's postal address with its country is missing"),
    message("seller.vat_id: the VAT id %(vat_id)s does not begin with a country such as DE or FR"),
    message("buyer.vat_id: the VAT id %(vat_id)s does not begin with a country such as DE or FR"),
    message("payment_means[%(position)s].iban: asks for a credit transfer but names no account (BT-84)"),
    message("taxes: the VAT breakdown (BG-23) is missing"),
    message("taxes[%(position)s].rate: the VAT breakdown of category %(category)s has no rate (BT-119)"),
    message("taxes[%(position)s].tax_amount: says %(stated)s, but %(rate)s %% of %(basis)s is %(right)s"),
    message(
        "taxes: the VAT breakdown of category %(category)s at %(rate)s %% is on %(stated)s, but lines, allowances and "
        "charges of it come to %(right)s"
    ),
    message("%(vendor)s (no VAT id) is not in the vendor master."),
    message("%(vendor)s (%(vat_id)s) is not in the vendor master."),
    message("%(vendor)s is blocked in the vendor master."),
)
"""Each as a whole; of two that begin alike the first that fits counts. Those with a name in front stand last."""

_BILLS = (
    message("Line %(line)s bills %(quantity)s of “%(goods)s”"),
    message("Lines %(lines)s bill %(quantity)s of “%(goods)s”"),
)
_WHERE = (message("Line %(line)s"), message("Lines %(lines)s"))
_ORDER_LINE = (message("%(order)s line %(order_line)s"),)
_TAX = (message("%(rate)s %% tax (%(amount)s)"), message("no stated tax rate"))
_REASON = (message("no stated reason"),)
_ALIKE = (
    message("same number: %(one)s and %(other)s"),
    message("same vendor: %(vendor)s"),
    message("same date: %(day)s"),
    message("same total: %(amount)s"),
    message("other vendor %(vendor)s is paid on the same IBAN, ending in %(end)s"),
    message("other vendor %(vendor)s has the same tax id %(tax_id)s"),
)
_UNITS = (
    message("pieces"),
    message("sets"),
    message("hours"),
    message("days"),
    message("months"),
    message("units"),
    message("lines"),
)
_LABELS = (
    message("Invoice"),
    message("Run due"),
    message("Remittance text"),
    message("Paid from"),
    *_WHERE,
)
_VALUES = (
    message("an open order"),
    message("no order"),
    message("any order"),
    message("order %(order)s"),
    message("at least 1 line"),
    message("invoice"),
    message("credit note"),
    message("more than %(quantity)s"),
    message("(not shown)"),
    *_TAX,
)
PARTS = (*_BILLS, *_ORDER_LINE, *_REASON, *_ALIKE, *_UNITS, *_LABELS, *_VALUES)
"""What stands in the field of a sentence, or as a label or a value beside it."""

_PARTS_OF = {"bills": _BILLS, "where": _WHERE, "tax": _TAX, "agreed": _TAX, "reason": _REASON, "unit": _UNITS}
_AND = message(" and ")


def match_words(language: Language, text: str) -> str:
    """`text` in `language`, sentence by sentence; as it is where one of them is not known."""
    if not language.translations:
        return text
    told, position = "", 0
    while position < len(text):
        known = _begun(language, SENTENCES, text, position)
        if known is None:
            return text
        told, position = told + known[0], known[1] + 1
    return told


def detail_words(language: Language, text: str) -> str:
    """A label or a value of a task's list of differences; one that is not known is given as it is."""
    if not language.translations:
        return text
    if re.fullmatch(_SHAPES["billed"], text):
        return _counted(language, text)
    if re.fullmatch(_SHAPES["names"], text):
        return _listed(language, _ORDER_LINE, text)
    return _part(language, (*_LABELS, *_VALUES, *_UNITS), text)


def _begun(language: Language, sentences: Sequence[str], text: str, position: int = 0) -> tuple[str, int] | None:
    """The sentence that begins there, in the language, and where it ends."""
    for sentence in sentences:
        found = _form(sentence).match(text, position)
        if found:
            fields = {name: _field(language, name, said) for name, said in found.groupdict().items()}
            return language.gettext(sentence) % fields, found.end()
    return None


def _field(language: Language, name: str, said: str) -> str:
    if name in _PARTS_OF:
        return _part(language, _PARTS_OF[name], said)
    if name in ("quantity", "left", "billed"):
        return _counted(language, said)
    if name == "names":
        return _listed(language, _ORDER_LINE, said)
    if name == "alike":
        return "; ".join(_part(language, _ALIKE, each) for each in said.split("; "))
    return said.replace(_AND, language.gettext(_AND)) if name == "lines" else said


def _part(language: Language, parts: Sequence[str], text: str) -> str:
    known = _begun(language, parts, text)
    return known[0] if known is not None and known[1] == len(text) else text


def _listed(language: Language, parts: Sequence[str], text: str) -> str:
    return language.gettext(_AND).join(_part(language, parts, each) for each in text.split(_AND))


def _counted(language: Language, text: str) -> str:
    """Quantities with their units."""
    both = [each.partition(" ") for each in text.split(_AND)]
    return language.gettext(_AND).join(f"{number} {_part(language, _UNITS, unit)}" for number, _, unit in both)


@cache
def _form(sentence: str) -> re.Pattern[str]:
    """Ends where the text does or where another sentence that is known begins."""
    escaped = re.escape(sentence).replace("%%", "%")
    fields = FIELD.sub(lambda found: f"(?P<{found[1]}>{_SHAPES.get(found[1], _ANYTHING)})", escaped)
    return re.compile(rf"{fields}(?=\Z| (?:{_beginnings()}))", re.DOTALL)


@cache
def _beginnings() -> str:
    fixed = {sentence.partition("%(")[0] for sentence in SENTENCES} - {""}
    return "|".join(sorted(map(re.escape, fixed | {"Line ", "Lines "})))
