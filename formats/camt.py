"""ISO 20022 camt.052, camt.053 and camt.054, versions .01 to .14."""

import re
from datetime import date

from lxml import etree

from formats.camt_entry import account_number, day_of, read_entry, signed_amount
from formats.fields import Fields, Term, refuse
from formats.xml import name_of, parse_xml
from models.errors import BusinessError, Finding
from models.statement import Balance, BalanceKind, EntryTotal, Statement

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.(05[234])\.001\.(\d\d))")
_VERSIONS = range(1, 15)
_STATEMENT = {"052": "Rpt", "053": "Stmt", "054": "Ntfctn"}
_COUNT = re.compile(r"\d{1,15}", re.ASCII)
_ACCOUNT_CURRENCY = Term("Currency of the account")
_KINDS = {"OPBD": BalanceKind.OPENING, "PRCD": BalanceKind.OPENING, "CLBD": BalanceKind.CLOSING}
"""OPBD opening booked, PRCD previously closed booked, CLBD closing booked."""


def read_camt(data: bytes) -> tuple[Statement, ...]:
    """The statements, reports or notifications in `data`, in the file's order.

    Raises BusinessError: those of `parse_xml`, `document.wrong_type` for XML of another kind, `document.invalid` with
    every missing or malformed field as a finding.
    """
    root = parse_xml(data)
    message, number = _message(root)
    findings: list[Finding] = []
    document = Fields(root, "Document", {None: name_of(root)[0]}, findings)
    statements = document.all(f"*/{_STATEMENT[number]}")
    if not statements:
        document.note(f"*/{_STATEMENT[number]}", "the message holds no statement; ask the bank to send it again")
    read = tuple(_statement(each, message) for each in statements)
    refuse("The statement file", findings)
    return read


def _message(root: etree._Element) -> tuple[str, str]:
    namespace, name = name_of(root)
    match = _NAMESPACE.fullmatch(namespace)
    if not match or name != "Document":
        raise BusinessError("document.wrong_type", "The file is XML, but no camt.052, camt.053 or camt.054 statement.")
    if int(match[3]) not in _VERSIONS:
        raise BusinessError(
            "document.unknown_version",
            f"The statement is {match[1]}; versions 01 to 14 can be read. Ask the bank for one of those.",
        )
    return match[1], match[2]


def _statement(fields: Fields, message: str) -> Statement:
    account = account_number(fields.first("Acct"))
    if not account:
        fields.note("Acct/Id", "the account number is missing; ask the bank to send the statement again with it")
    return Statement(
        id=fields.text("Id", Term("Statement identification")),
        message_type=message,
        sequence=fields.text("ElctrncSeqNb") or fields.text("LglSeqNb"),
        created=fields.moment("CreDtTm"),
        account=account,
        currency=fields.currency("Acct/Ccy", _ACCOUNT_CURRENCY) if fields.first("Acct/Ccy") else None,
        balances=_balances(fields, is_final=message.startswith("camt.053")),
        entries=tuple(read_entry(each, position, account) for position, each in enumerate(fields.all("Ntry"), start=1)),
        credits=_total(fields, "TxsSummry/TtlCdtNtries"),
        debits=_total(fields, "TxsSummry/TtlDbtNtries"),
        information=" ".join(
            fields.texts("AddtlStmtInf") + fields.texts("AddtlRptInf") + fields.texts("AddtlNtfctnInf")
        ),
    )


def _total(fields: Fields, path: str) -> EntryTotal | None:
    amount = fields.decimal(f"{path}/Sum")
    count = fields.text(f"{path}/NbOfNtries")
    if count and not _COUNT.fullmatch(count):
        fields.note(f"{path}/NbOfNtries", f"{count[:20]!r} is not a number of entries")
        return None
    return None if amount is None else EntryTotal(amount=amount, count=int(count) if count else None)


def _balances(fields: Fields, *, is_final: bool) -> tuple[Balance, ...]:
    balances = fields.all("Bal")
    codes = [_balance_code(balance) for balance in balances]
    return tuple(map(_balance, balances, codes, _kinds(codes, is_final=is_final)))


def _balance(fields: Fields, code: str, kind: BalanceKind) -> Balance:
    amount, currency = signed_amount(fields, "Balance amount")
    day = day_of(fields, "Dt")
    if day is None:
        fields.note("Dt", "the date of the balance is missing")
    return Balance(kind=kind, code=code, amount=amount, currency=currency, day=day or date.min)


def _balance_code(fields: Fields) -> str:
    """Version 01 has the code directly below the type."""
    for path in ("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd", "Tp/Prtry"):
        if code := fields.text(path):
            return code
    fields.note("Tp", "the kind of the balance is missing")
    return ""


def _kinds(codes: list[str], *, is_final: bool) -> list[BalanceKind]:
    """The pages of a final statement are linked by interim balances (ITBD) in place of opening or closing."""
    kinds = [_KINDS.get(code, BalanceKind.OTHER) for code in codes]
    interim = [position for position, code in enumerate(codes) if code == "ITBD" and is_final]
    if interim and BalanceKind.OPENING not in kinds:
        kinds[interim.pop(0)] = BalanceKind.OPENING
    if interim and BalanceKind.CLOSING not in kinds:
        kinds[interim.pop()] = BalanceKind.CLOSING
    return kinds
