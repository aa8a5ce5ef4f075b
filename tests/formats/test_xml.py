import time

import pytest
from lxml import etree

from formats.xml import name_of, parse_xml, root_name
from models.errors import BusinessError

_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b0 "lol">'
    + "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
    + "]><a>&b9;</a>"
)
_HOSTILE = {
    "entity bomb": _BOMB.encode(),
    "entity bomb in UTF-16": _BOMB.encode("utf-16"),
    "entity bomb in an attribute": _BOMB.replace("<a>&b9;</a>", '<a b="&b9;"/>').encode(),
    "external entity": b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % f SYSTEM "http://127.0.0.1:9/x.dtd"> %f;]><a/>',
    "external document type": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
    "document type behind comments": b"<?xml version='1.0'?>\n<!-- a -->\n<!-- > -->\n<!DOCTYPE a><a/>",
    "document type hidden by UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4APA-a/+AD4-',
    "document type in UTF-32": "<!DOCTYPE a><a/>".encode("utf-32"),
    "undeclared entity": b"<a>&secret;</a>",
    "deep nesting": b"<a>" * 100 + b"</a>" * 100,
    "very deep nesting": b"<a>" * 100_000 + b"</a>" * 100_000,
}


@pytest.mark.parametrize("data", _HOSTILE.values(), ids=_HOSTILE.keys())
def test_a_hostile_file_is_refused_with_a_sentence_of_its_own(data: bytes) -> None:
    with pytest.raises(BusinessError) as refusal:
        parse_xml(data)
    assert refusal.value.code == "document.hostile_xml"
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize("data", [b"<a><b></a>", b"<a>", b"no xml", b"\xff\xfe<", b"<a/><b/>", b"<a x=1/>"])
def test_a_damaged_file_is_named_malformed(data: bytes) -> None:
    with pytest.raises(BusinessError) as refusal:
        parse_xml(data)
    assert refusal.value.code == "document.malformed"


@pytest.mark.parametrize("data", [b"", b" \n ", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_named_empty(data: bytes) -> None:
    with pytest.raises(BusinessError) as refusal:
        parse_xml(data)
    assert refusal.value.code == "document.empty"


def test_a_file_above_the_limit_is_not_parsed_at_all() -> None:
    with pytest.raises(BusinessError) as refusal:
        parse_xml(b"<a>" + b" " * 2000 + b"</a>", max_bytes=1000)
    assert refusal.value.code == "document.too_large"


def test_the_depth_limit_allows_exactly_its_own_depth() -> None:
    assert parse_xml(b"<a>" * 5 + b"</a>" * 5, max_depth=5).tag == "a"
    with pytest.raises(BusinessError):
        parse_xml(b"<a>" * 6 + b"</a>" * 6, max_depth=5)


def test_a_comment_cannot_cut_an_amount_in_two() -> None:
    root = parse_xml(b"<a>1<!-- hidden -->00<?note x?>0.00</a>")
    assert root.text == "1000.00"


def test_the_word_doctype_inside_the_document_harms_nobody() -> None:
    assert parse_xml(b"<a><![CDATA[<!DOCTYPE a>]]></a>").text == "<!DOCTYPE a>"


def test_a_prolog_of_many_comments_costs_no_time() -> None:
    start = time.perf_counter()
    assert parse_xml(b"<!-- a -->" * 200_000 + b"<a/>").tag == "a"
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_root_is_found_in_every_usual_encoding(encoding: str) -> None:
    data = '<!-- é --><n:a xmlns:n="urn:x">é</n:a>'.encode(encoding)
    assert root_name(data) == ("urn:x", "a")
    assert etree.QName(parse_xml(data)).namespace == "urn:x"


def test_a_prefix_that_was_never_declared_stays_part_of_the_name() -> None:
    assert root_name(b"<n:1a/>") == ("", "n:1a")
    assert name_of(parse_xml(b"<a/>")) == ("", "a")
    assert name_of(parse_xml(b'<n:a xmlns:n="urn:x"/>')) == ("urn:x", "a")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"<", b"<!DOCTYPE a><a/>"])
def test_without_a_trustworthy_root_there_is_no_name(data: bytes) -> None:
    assert root_name(data) is None
