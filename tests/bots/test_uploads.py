"""Putting declared files into the body that a page is about to send."""

import pytest

from bots.uploads import Upload, UploadBroken, carries_file, whole_body

TYPE = "multipart/form-data; boundary=XX"
FILE = Upload("a.xml", "text/xml", b"<Document/>")
SHOWN = b'--XX\r\nContent-Disposition: form-data; name="f"; filename="a.xml"\r\n\r\n\r\n--XX--\r\n'
WHOLE = SHOWN.replace(b"\r\n\r\n\r\n", b"\r\n\r\n<Document/>\r\n")


@pytest.mark.parametrize("shown", [SHOWN, WHOLE], ids=["without the file", "with it"])
def test_the_declared_file_stands_in_the_body(shown: bytes) -> None:
    assert whole_body(TYPE, shown, {FILE.name: FILE}) == WHOLE


@pytest.mark.parametrize(
    ("content_type", "shown", "told"),
    [
        (TYPE, b"", "no readable parts"),
        (TYPE, SHOWN.removesuffix(b"--XX--\r\n"), "no readable parts"),
        ("multipart/form-data", SHOWN, "no boundary"),
        (TYPE, SHOWN.replace(b"a.xml", b"b.xml"), "'b.xml', which was not declared"),
        (TYPE, SHOWN.replace(b"--XX--\r\n", SHOWN), "which was not declared or is there twice"),
        (TYPE, WHOLE.replace(b"Document", b"document"), "changed 'a.xml'"),
        (TYPE, SHOWN.replace(b'"a.xml"\r\n\r\n\r\n', b'""\r\n\r\n\r\n'), "did not take a.xml along"),
        (TYPE, b"--XX\r\nno headers\r\n--XX--\r\n", "no end of its headers"),
    ],
)
def test_what_is_not_as_declared_is_refused(content_type: str, shown: bytes, told: str) -> None:
    with pytest.raises(UploadBroken, match=told):
        whole_body(content_type, shown, {FILE.name: FILE})


@pytest.mark.parametrize(("name", "content"), [('a".xml', b"x"), ("ä.xml", b"x"), ("", b"x"), ("a.xml", b"")])
def test_a_file_has_a_plain_name_and_content(name: str, content: bytes) -> None:
    with pytest.raises(ValueError, match="no plain file name, or the file is empty"):
        Upload(name, "text/xml", content)


@pytest.mark.parametrize(
    ("content_type", "body", "carries"),
    [(TYPE, SHOWN, True), (TYPE, b"", True), (TYPE, b"--XX--\r\n", False), ("text/xml", b'filename="a"', False)],
)
def test_a_multipart_body_without_its_parts_may_carry_a_file(content_type: str, body: bytes, carries: bool) -> None:
    assert carries_file(content_type, body) is carries
