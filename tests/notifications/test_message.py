import pytest
from pydantic import ValidationError

from models.message import Attachment
from notifications.message import Message


def message_to(email: str) -> Message:
    return Message(
        recipient_name="Anna", recipient_email=email, language="en", title="T", body_text="B", body_html="<p>B</p>"
    )


@pytest.mark.parametrize("email", ["anna@lindqvist.example", "anna.l+po@x.de", "ap@localhost"])
def test_an_ordinary_address_is_taken(email: str) -> None:
    assert message_to(email).recipient_email == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        "anna",
        "a@x.com,evil@y.com",
        "a@x.com evil@y.com",
        "Anna <a@x.com>",
        "a@x.com\r\nBcc: evil@y.com",
        "a@x.com\n",
        "o'brien@example.com",
        "a@x.com?to=evil@y.com",
    ],
)
def test_an_address_that_could_reach_somebody_else_is_refused(email: str) -> None:
    with pytest.raises(ValidationError, match="recipient_email"):
        message_to(email)


@pytest.mark.parametrize("name", ["", "../order.pdf", 'a".pdf', "a\r\nX-Header: 1", "a\\b.pdf"])
def test_an_attachment_name_that_is_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="name"):
        Attachment(name=name, media_type="application/pdf", content=b"%PDF-")


def test_an_empty_attachment_is_refused_because_services_drop_it_silently() -> None:
    with pytest.raises(ValidationError, match="content"):
        Attachment(name="order.pdf", media_type="application/pdf", content=b"")
