"""Reads pain.002, a bank's report on a payment file, versions .03 to .14."""

import re

from lxml import etree

from formats.fields import Fields, Term, refuse
from formats.xml import name_of, parse_xml
from models.errors import BusinessError, Finding
from models.payment_file import ReportedStatus, StatusReport, TransferStatus

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(pain\.002\.001\.(\d\d))")
_VERSIONS = range(3, 15)
_MESSAGE_ID = Term("Message identification")
_FILE_ID = Term("Message identification of the payment file")
_STATUS = {
    "RJCT": ReportedStatus.REJECTED,
    "CANC": ReportedStatus.REJECTED,
    "PART": ReportedStatus.PARTLY_ACCEPTED,
    "RCVD": ReportedStatus.PENDING,
    "PDNG": ReportedStatus.PENDING,
    # Some of the signatures that the file needs are there.
    "PATC": ReportedStatus.PENDING,
    "ACTC": ReportedStatus.ACCEPTED,
    "ACCP": ReportedStatus.ACCEPTED,
    "ACFC": ReportedStatus.ACCEPTED,
    "ACWC": ReportedStatus.ACCEPTED,
    "ACSP": ReportedStatus.ACCEPTED,
    "ACWP": ReportedStatus.ACCEPTED,
    "ACSC": ReportedStatus.SETTLED,
    "ACCC": ReportedStatus.SETTLED,
}
"""ISO 20022 external code sets for the status of groups, payment instructions and transactions."""


def read_pain002(data: bytes) -> StatusReport:
    """The report in `data`, each status at the level at which the bank gave it.

    Raises BusinessError: those of `parse_xml`, `document.wrong_type` for XML of another kind,
    `document.unknown_version`, `document.invalid` with every missing field as a finding.
    """
    root = parse_xml(data)
    _check_message(root)
    findings: list[Finding] = []
    report = Fields(root, "Document", {None: name_of(root)[0]}, findings)
    batches = report.all("*/OrgnlPmtInfAndSts")
    read = StatusReport(
        message_id=report.text("*/GrpHdr/MsgId", _MESSAGE_ID),
        file_id=report.text("*/OrgnlGrpInfAndSts/OrgnlMsgId", _FILE_ID),
        file=_file(report),
        batches=tuple(status for each in batches if (status := _status(each, "PmtInfSts", "")) is not None),
        transfers=tuple(
            status
            for batch in batches
            for each in batch.all("TxInfAndSts")
            if (status := _transfer(each, batch.text("OrgnlPmtInfId"))) is not None
        ),
    )
    refuse("The status report", findings)
    return read


def _check_message(root: etree._Element) -> None:
    namespace, name = name_of(root)
    match = _NAMESPACE.fullmatch(namespace)
    if not match or name != "Document":
        raise BusinessError("document.wrong_type", "The file is XML, but no pain.002 status report.")
    if int(match[2]) not in _VERSIONS:
        raise BusinessError(
            "document.unknown_version",
            f"The status report is {match[1]}; versions 03 to 14 can be read. Ask the bank for one of those.",
        )


def _file(report: Fields) -> TransferStatus | None:
    group = report.first("*/OrgnlGrpInfAndSts")
    return None if group is None else _status(group, "GrpSts", "")


def _transfer(fields: Fields, batch: str) -> TransferStatus | None:
    found = _status(fields, "TxSts", fields.text("OrgnlEndToEndId"))
    return None if found is None else found.model_copy(update={"batch_id": batch})


def _status(fields: Fields, tag: str, reference: str) -> TransferStatus | None:
    code = fields.text(tag)
    if not code:
        return None
    return TransferStatus(
        reference=reference,
        batch_id=fields.text("OrgnlPmtInfId"),
        status=_STATUS.get(code, ReportedStatus.UNKNOWN),
        code=code,
        reasons=tuple(_reason(each) for each in fields.all("StsRsnInf")),
    )


def _reason(fields: Fields) -> str:
    """The bank's reason code with whatever it adds in words."""
    code = fields.text("Rsn/Cd") or fields.text("Rsn/Prtry")
    return " ".join([code, *fields.texts("AddtlInf")]).strip()
