import asyncio
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from apprise import Apprise

from sandbox.mail.app import build
from sandbox.mail.messages import messages
from sandbox.mail.smtp import listen
from sandbox.serving import serve_in_thread


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[tuple[int, httpx.Client]]:
    """The SMTP port and a browser at the web page."""
    with (
        listen(0) as listener,
        serve_in_thread(build(tmp_path, listener)) as url,
        httpx.Client(base_url=url) as browser,
    ):
        yield listener.getsockname()[1], browser


def send(port: int, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        smtp.send_message(message)


def letter(subject: str = "Freigabe nötig") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "tallywright@lindqvist.example"
    message["To"] = "ines.lindqvist@lindqvist.example"
    message["Subject"] = subject
    message.set_content("See http://127.0.0.1:8000/inbox")
    message.add_alternative(
        '<p>See <a href="http://127.0.0.1:8000/inbox">inbox</a></p><script>alert(1)</script>', subtype="html"
    )
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Bestellung Ä.pdf")
    return message


def test_a_message_is_kept_as_it_came(mail: tuple[int, httpx.Client], tmp_path: Path) -> None:
    message = letter()
    message["Bcc"] = "ruth.feldmann@lindqvist.example"
    send(mail[0], message)
    (kept,) = messages(tmp_path)
    assert kept.subject == "Freigabe nötig"
    assert kept.recipients == "ines.lindqvist@lindqvist.example, ruth.feldmann@lindqvist.example"
    assert "http://127.0.0.1:8000/inbox" in kept.text
    assert [(part.name, part.content) for part in kept.attachments] == [("Bestellung Ä.pdf", b"%PDF-1.7")]


def test_the_page_lists_the_newest_first_and_links_the_messages(mail: tuple[int, httpx.Client]) -> None:
    port, browser = mail
    assert "No message yet" in browser.get("/").text
    send(port, letter("first"))
    send(port, letter("second"))
    page = browser.get("/").text
    assert page.index("second") < page.index("first")
    assert "/messages/000002" in page


def test_a_message_shows_its_text_with_links(mail: tuple[int, httpx.Client]) -> None:
    port, browser = mail
    send(port, letter())
    page = browser.get("/messages/000001").text
    assert '<a href="http://127.0.0.1:8000/inbox" rel="noopener" target="_blank">' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<script>" not in page


def test_the_html_of_a_message_may_open_links_and_nothing_else(mail: tuple[int, httpx.Client]) -> None:
    port, browser = mail
    send(port, letter())
    answer = browser.get("/messages/000001/html")
    assert answer.text.startswith('<base target="_blank">')
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy


def test_attachments_are_downloaded_not_shown(mail: tuple[int, httpx.Client]) -> None:
    port, browser = mail
    send(port, letter())
    answer = browser.get("/messages/000001/attachments/1")
    assert answer.content == b"%PDF-1.7"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Bestellung")


@pytest.mark.parametrize("path", ["000002", "../000001", "abc", "000001/attachments/2", "000001/attachments/0"])
def test_what_is_not_there_is_not_found(mail: tuple[int, httpx.Client], path: str) -> None:
    port, browser = mail
    send(port, letter())
    assert browser.get(f"/messages/{path}").status_code == 404


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
async def test_apprise_delivers_here(mail: tuple[int, httpx.Client], tmp_path: Path) -> None:
    address = f"mailto://127.0.0.1:{mail[0]}?from=tallywright@lindqvist.example&to=mara.voss@lindqvist.example"
    notifier = Apprise()
    assert notifier.add(address)
    assert await asyncio.to_thread(notifier.notify, body="An approval waits for you.", title="Approval")
    assert [kept.subject for kept in messages(tmp_path)] == ["Approval"]
