import asyncio
import json
import logging

import pytest

from models.message import Attachment, DeliveryFailed
from notifications.message import Message
from notifications.sender import Sender
from tests.bots.tiny_server import Answer, serving
from tests.notifications.mail_server import MailServer

# Apprise's mail plugin looks for imghdr, which Python 3.11 still has and deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

PDF = Attachment(name="PO-2026-0007.pdf", media_type="application/pdf", content=b"%PDF-1.7\n\x00\xff" * 5000)
UBL = Attachment(name="PO-2026-0007.xml", media_type="application/xml", content="<Order>Bürostühle</Order>".encode())


def a_message(email: str = "anna@lindqvist.example", attachments: tuple[Attachment, ...] = ()) -> Message:
    return Message(
        recipient_name="Anna Lindqvist",
        recipient_email=email,
        language="zh",
        title="请审批：A & B <b>办公椅</b>",
        body_text="Plain words",
        body_html="<html><body><p>您好 <b>Anna</b> &amp; Co</p></body></html>",
        attachments=attachments,
    )


async def send(url: str, message: Message, timeout_seconds: float = 20) -> None:
    await asyncio.to_thread(Sender(url, timeout_seconds).send, message)


@pytest.mark.behaviour("N1")
async def test_a_message_reaches_a_plain_mail_server_as_html_with_a_text_alternative(mail_server: MailServer) -> None:
    await send(mail_server.url, a_message())
    [received] = mail_server.received
    assert received["From"] == "Tallywright <tallywright@lindqvist.example>"
    assert received["To"] == "anna@lindqvist.example"
    assert received["Subject"] == "请审批：A & B <b>办公椅</b>"
    html, text = received.get_body(("html",)), received.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert "<p>您好 <b>Anna</b> &amp; Co</p>" in html.get_content()
    assert text.get_content().strip() == "您好 Anna & Co"


async def test_a_mail_address_that_asks_for_text_gets_our_own_words_alone(mail_server: MailServer) -> None:
    await send(f"{mail_server.url}&format=text", a_message())
    [received] = mail_server.received
    assert (received.get_content_type(), received.get_content().strip()) == ("text/plain", "Plain words")


@pytest.mark.behaviour("N1")
async def test_a_push_service_gets_the_text() -> None:
    async with serving({"POST /": Answer("{}")}) as site:
        await send(f"{site.url.replace('http', 'ntfy')}/approvals", a_message())
        [arrived] = site.arrived
    assert json.loads(arrived.body)["message"] == "Plain words"
    assert json.loads(arrived.body)["title"] == "请审批：A & B <b>办公椅</b>"


async def test_a_redirect_is_not_followed() -> None:
    moved = Answer(status=307, headers=(("Location", "/elsewhere"),))
    async with serving({"POST /hook": moved, "POST /elsewhere": Answer("{}")}) as site:
        with pytest.raises(DeliveryFailed):
            await send(f"{site.url.replace('http', 'json')}/hook", a_message())
        assert [request.path for request in site.arrived] == ["/hook"]


async def test_attachments_arrive_byte_for_byte_with_name_and_type(mail_server: MailServer) -> None:
    await send(mail_server.url, a_message(attachments=(PDF, UBL)))
    [received] = mail_server.received
    arrived = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in received.iter_attachments()
    ]
    assert arrived == [(sent.name, sent.media_type, sent.content) for sent in (PDF, UBL)]


@pytest.mark.parametrize("email", ["anna+po@lindqvist.example", "a&b=c@x.de", "a/b#c@x.de", "{email}@x.de"])
async def test_the_envelope_holds_exactly_the_recipient(mail_server: MailServer, email: str) -> None:
    await send(mail_server.url, a_message(email))
    assert [envelope.rcpt_tos for envelope in mail_server.envelopes] == [[email]]


async def test_one_sender_serves_many_recipients_each_alone(mail_server: MailServer) -> None:
    sender = Sender(mail_server.url)
    people = [f"person{number}@lindqvist.example" for number in range(6)]
    await asyncio.gather(*(asyncio.to_thread(sender.send, a_message(person)) for person in people))
    assert sorted(envelope.rcpt_tos[0] for envelope in mail_server.envelopes) == people


async def test_a_server_that_refuses_the_recipient_is_a_failed_delivery(mail_server: MailServer) -> None:
    mail_server.refusal = "550 5.1.1 no such user"
    with pytest.raises(DeliveryFailed, match=r"for Anna Lindqvist <anna@lindqvist.example> was not delivered: Sending"):
        await send(mail_server.url, a_message())
    assert mail_server.received == []


def test_a_server_that_is_down_is_a_failed_delivery(closed_port: int) -> None:
    url = f"mailto://127.0.0.1:{closed_port}?from=t@lindqvist.example&to={{email}}"
    with pytest.raises(DeliveryFailed, match=r'Connection error while submitting email to "127.0.0.1"'):
        Sender(url).send(a_message())


async def test_a_server_that_never_answers_is_given_up_and_the_doubt_is_told(silent_port: int) -> None:
    url = f"mailto://127.0.0.1:{silent_port}?from=t@lindqvist.example&to={{email}}&cto=1"
    with pytest.raises(DeliveryFailed, match="may have arrived all the same"):
        await send(url, a_message(), timeout_seconds=0.2)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "nosuchservice://127.0.0.1",
        "mailto://127.0.0.1:2525?from=&to={email}",
        "mailto://a.example?from=t@a.example, mailto://b.example?from=t@b.example",
    ],
)
def test_an_address_apprise_does_not_accept_is_a_failed_delivery(url: str) -> None:
    with pytest.raises(DeliveryFailed, match="Apprise does not accept the notification address"):
        Sender(url).send(a_message())


def test_attachments_are_not_left_out_silently_by_a_service_that_carries_none(closed_port: int) -> None:
    with pytest.raises(DeliveryFailed, match="carries no attachments"):
        Sender(f"rsyslog://127.0.0.1:{closed_port}").send(a_message(attachments=(PDF,)))


@pytest.mark.parametrize(
    "url",
    [
        "mailto://robot:canary-77x@127.0.0.1:{port}?from=t@lindqvist.example&to={{email}}",
        "mailto://robot:canary%2D77x@127.0.0.1:{port}?from=t@lindqvist.example&to={{email}}",
        "mailto://robot:canary-77x@127.0.0.1:{port}?mode=broken&from=t@lindqvist.example&to={{email}}",
        "json://robot:canary-77x@127.0.0.1:{port}/canary-77x?+X-Token=canary-77x&to={{email}}",
    ],
)
def test_no_secret_of_the_address_is_in_error_or_log(
    url: str, closed_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    sender = Sender(url.format(port=closed_port))
    with caplog.at_level(logging.INFO), pytest.raises(DeliveryFailed) as failure:
        sender.send(a_message())
    assert "canary" not in str(failure.value) + repr(failure.value.__cause__) + repr(failure.value.__context__)
    assert "canary" not in caplog.text
    assert "canary" not in repr(sender)
