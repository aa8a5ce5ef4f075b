"""A bank's status report, at the level at which the bank gave it."""

import pytest

from formats.pain002 import read_pain002
from models.errors import BusinessError
from models.payment_file import ReportedStatus

pytestmark = pytest.mark.behaviour("B2")


def report(*, group: str = "", batches: str = "", version: str = "10") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>
<GrpHdr><MsgId>OKB0001</MsgId><CreDtTm>2026-11-20T09:31:00+01:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>TWFILE</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}
</OrgnlGrpInfAndSts>{batches}</CstmrPmtStsRpt></Document>""".encode()


REJECTED_BATCH = """<OrgnlPmtInfAndSts><OrgnlPmtInfId>TWFILE-001</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>
<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn><AddtlInf>Keine</AddtlInf><AddtlInf>Deckung</AddtlInf></StsRsnInf>
</OrgnlPmtInfAndSts>"""
MIXED_BATCH = """<OrgnlPmtInfAndSts><OrgnlPmtInfId>TWFILE-001</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>A1</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>A2</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>"""


def test_a_status_of_the_file_holds_for_every_transfer_in_it() -> None:
    read = read_pain002(report(group="<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>"))
    assert (read.message_id, read.file_id, read.batches, read.transfers) == ("OKB0001", "TWFILE", (), ())
    found = read.status_of("TWFILE-001", "A1")
    assert found is not None
    assert (found.status, found.code, found.reasons) == (ReportedStatus.REJECTED, "RJCT", ("FF01",))


def test_a_status_of_a_batch_holds_for_its_transfers_and_for_no_others() -> None:
    read = read_pain002(report(group="<GrpSts>PART</GrpSts>", batches=REJECTED_BATCH))
    of_batch, of_other = read.status_of("TWFILE-001", "A1"), read.status_of("TWFILE-002", "B1")
    assert of_batch is not None
    assert of_other is not None
    assert (of_batch.status, of_batch.reasons) == (ReportedStatus.REJECTED, ("AM04 Keine Deckung",))
    assert of_other.status is ReportedStatus.PARTLY_ACCEPTED


def test_a_transfer_has_its_own_status() -> None:
    read = read_pain002(report(group="<GrpSts>PART</GrpSts>", batches=MIXED_BATCH))
    statuses = [read.status_of("TWFILE-001", reference) for reference in ("A1", "A2")]
    assert [status and status.status for status in statuses] == [ReportedStatus.SETTLED, ReportedStatus.REJECTED]
    assert {each.batch_id for each in read.transfers} == {"TWFILE-001"}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ACTC", ReportedStatus.ACCEPTED),
        ("ACSP", ReportedStatus.ACCEPTED),
        ("PDNG", ReportedStatus.PENDING),
        ("PATC", ReportedStatus.PENDING),
        ("ACCC", ReportedStatus.SETTLED),
        ("CANC", ReportedStatus.REJECTED),
        ("WHAT", ReportedStatus.UNKNOWN),
    ],
)
def test_codes_are_gathered_and_an_unknown_one_is_never_read_as_success(code: str, status: ReportedStatus) -> None:
    found = read_pain002(report(group=f"<GrpSts>{code}</GrpSts>")).status_of("any", "any")
    assert found is not None
    assert (found.status, found.code) == (status, code)


def test_where_the_bank_said_nothing_there_is_no_status() -> None:
    assert read_pain002(report()).status_of("TWFILE-001", "A1") is None


@pytest.mark.parametrize("version", ["03", "14"])
def test_old_and_new_versions_are_read(version: str) -> None:
    assert read_pain002(report(group="<GrpSts>ACCP</GrpSts>", version=version)).file_id == "TWFILE"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (report(version="15"), "document.unknown_version"),
        (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'/>", "document.wrong_type"),
        (report().replace(b"<MsgId>OKB0001</MsgId>", b""), "document.invalid"),
        (report().replace(b"<OrgnlMsgId>TWFILE</OrgnlMsgId>", b""), "document.invalid"),
        (b"<!DOCTYPE x><x/>", "document.hostile_xml"),
    ],
)
def test_a_file_that_is_no_report_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(BusinessError) as refused:
        read_pain002(data)
    assert refused.value.code == code
