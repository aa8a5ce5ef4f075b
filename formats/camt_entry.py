"""One entry (Ntry) of a camt message with the transactions in it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from formats.fields import Fields, Term
from models.statement import StatementEntry, StatementTransaction

_ACCOUNT_PATHS = ("Id/IBAN", "Id/Othr/Id", "Id/BBAN", "Id/UPIC", "Id/PrtryAcct/Id", "Prxy/Id")
_SIGNS = {"CRDT": 1, "DBIT": -1}


def read_entry(entry: Fields, position: int, account: str) -> StatementEntry:
    """The booking at the one-based `position`; `account` is the statement's own account number.

    The credit/debit indicator already gives the direction of a reversal, so the sign never depends on it.
    """
    amount, currency = signed_amount(entry, "Entry amount")
    is_reversal = entry.boolean("RvslInd")
    details = [*entry.all("NtryDtls/TxDtls"), *entry.all("TxDtls")]
    transactions = [_Transaction(each, amount, currency, is_reversal, account) for each in details]
    counted, uncounted = _by_known_amount(transactions)
    return StatementEntry(
        id=entry.text("AcctSvcrRef") or entry.text("NtryRef") or str(position),
        amount=amount,
        currency=currency,
        booked=day_of(entry, "BookgDt"),
        value=day_of(entry, "ValDt"),
        is_reversal=is_reversal,
        is_pending=_status(entry) != "BOOK",
        bank_code=_bank_code(entry),
        information=" ".join(filter(None, [entry.text("AddtlNtryInf"), *(each.words() for each in uncounted)])),
        transactions=tuple(each.read() for each in counted),
    )


def signed_amount(fields: Fields, what: str) -> tuple[Decimal, str]:
    """Amount and currency at `Amt`, negative where the indicator says debit."""
    amount = fields.required_decimal("Amt", Term(what))
    currency = fields.currency("Amt/@Ccy", Term(f"Currency of the {what.lower()}"))
    if amount < 0:
        fields.note("Amt", f"{amount} has a sign; the direction belongs into the credit/debit indicator")
    indicator = fields.text("CdtDbtInd", Term("Credit/debit indicator"))
    if indicator and indicator not in _SIGNS:
        fields.note("CdtDbtInd", f"{indicator!r} is neither CRDT nor DBIT")
    return amount * _SIGNS.get(indicator, 1), currency


def day_of(fields: Fields, path: str) -> date | None:
    """The date at `path`, which banks give as a date or as a time; of a time its own local date counts."""
    if day := fields.day(f"{path}/Dt"):
        return day
    moment = fields.moment(f"{path}/DtTm")
    return moment.date() if moment else None


def account_number(account: Fields | None) -> str:
    """IBAN or the bank's own number, empty where none is given."""
    numbers = (account.text(path) for path in _ACCOUNT_PATHS) if account else iter(())
    return "".join(next(filter(None, numbers), "").split())


def _status(entry: Fields) -> str:
    """BOOK, PDNG, INFO, FUTR; a code of the bank's own is no booking. Since version 07 below a choice."""
    status = entry.element.find("{*}Sts")
    if status is not None and len(status):
        return entry.text("Sts/Cd") or entry.text("Sts/Prtry", Term("Status of the entry"))
    return entry.text("Sts", Term("Status of the entry"))


def _bank_code(entry: Fields) -> str:
    """ISO codes as PMNT/RCDT/ESCT, else the bank's own code."""
    domain = "BkTxCd/Domn"
    codes = [entry.text(f"{domain}/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return "/".join(filter(None, codes)) or entry.text("BkTxCd/Prtry/Cd")


class _Transaction:
    """TxDtls within an entry; its own amount is optional and may be in another currency."""

    def __init__(self, fields: Fields, entry_amount: Decimal, currency: str, is_reversal: bool, account: str) -> None:
        self._fields = fields
        self._entry_amount = entry_amount
        self._entry_currency = currency
        self._is_reversal = is_reversal
        self._account = account

    @property
    def has_amount(self) -> bool:
        return bool(self._amount_path())

    def read(self) -> StatementTransaction:
        amount, currency = self._amount()
        name, iban = self._counterparty(is_credit=amount >= 0)
        return StatementTransaction(
            amount=amount,
            currency=currency,
            end_to_end_id=self._end_to_end_id(),
            customer_reference=self._fields.text("Refs/InstrId") or self._fields.text("Refs/PmtInfId"),
            counterparty=name,
            counterparty_iban=iban,
            remittance=" ".join(_remittance(self._fields)),
        )

    def words(self) -> str:
        return " ".join(filter(None, [self._end_to_end_id(), *_remittance(self._fields)]))

    def _amount_path(self) -> str:
        return next((path for path in ("Amt", "AmtDtls/TxAmt/Amt") if self._fields.text(path)), "")

    def _amount(self) -> tuple[Decimal, str]:
        path = self._amount_path()
        if not path:
            return self._entry_amount, self._entry_currency
        amount = self._fields.required_decimal(path, Term("Transaction amount"))
        sign = _SIGNS.get(self._fields.text("CdtDbtInd"), 1 if self._entry_amount >= 0 else -1)
        return amount * sign, self._fields.currency(f"{path}/@Ccy", Term("Currency of the transaction amount"))

    def _end_to_end_id(self) -> str:
        """NOTPROVIDED is what SEPA writes where the payer gave none."""
        given = self._fields.text("Refs/EndToEndId")
        return "" if given == "NOTPROVIDED" else given

    def _counterparty(self, *, is_credit: bool) -> tuple[str, str]:
        """Name and account of the other side.

        Whoever does not own the account; where that cannot be told, the debtor of money that came in and the creditor
        of money that went out. In a reversal or return the roles are those of the original payment.
        """
        debtor, creditor = self._account_of("Dbtr"), self._account_of("Cdtr")
        is_returned = self._is_reversal or self._fields.first("RtrInf") is not None
        role = "Dbtr" if is_credit != is_returned else "Cdtr"
        if self._account in (debtor, creditor) and debtor != creditor:
            role = "Cdtr" if debtor == self._account else "Dbtr"
        return self._name_of(role), debtor if role == "Dbtr" else creditor

    def _account_of(self, role: str) -> str:
        return account_number(self._fields.first(f"RltdPties/{role}Acct"))

    def _name_of(self, role: str) -> str:
        """Since version 07 below Pty, or the name of a bank that is a party itself."""
        party = f"RltdPties/{role}"
        names = (self._fields.text(f"{party}/{path}") for path in ("Nm", "Pty/Nm", "Agt/FinInstnId/Nm"))
        return next(filter(None, names), "")


def _by_known_amount(transactions: list[_Transaction]) -> tuple[list[_Transaction], list[_Transaction]]:
    """A single transaction has the entry's amount; of several, those without one of their own are told apart."""
    if len(transactions) == 1:
        return transactions, []
    return [each for each in transactions if each.has_amount], [each for each in transactions if not each.has_amount]


def _remittance(transaction: Fields) -> Iterator[str]:
    """Unstructured lines first, then references and document numbers; version 01 has other names for those."""
    yield from transaction.texts("RmtInf/Ustrd")
    for structured in transaction.all("RmtInf/Strd"):
        for path in (
            "CdtrRefInf/Ref",
            "CdtrRefInf/CdtrRef",
            "RfrdDocInf/Nb",
            "RfrdDocInf/RfrdDocNb",
            "AddtlRmtInf",
        ):
            yield from structured.texts(path)
