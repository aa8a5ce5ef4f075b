"""The web page of the mail server: a list, the messages, their attachments. Their HTML runs no script here."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.mail.messages import StoredMessage, message, messages
from sandbox.mail.smtp import smtp_server

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
_HARMLESS = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


def build(home: Path, smtp_listener: socket.socket) -> Starlette:
    """The web page as an ASGI application; while it runs, SMTP is served on `smtp_listener`."""

    @asynccontextmanager
    async def with_smtp(application: Starlette) -> AsyncIterator[None]:
        async with smtp_server(home, smtp_listener):
            yield

    application = Starlette(routes=_ROUTES, lifespan=with_smtp)
    application.state.home = home
    return application


async def show_messages(request: Request) -> Response:
    return _page("list.html", messages=list(reversed(messages(request.app.state.home))))


async def show_message(request: Request) -> Response:
    return _page("message.html", message=_message(request))


async def show_html(request: Request) -> Response:
    html = '<base target="_blank">' + _message(request).html
    return HTMLResponse(html, headers={"Content-Security-Policy": _HARMLESS})


async def download(request: Request) -> Response:
    attachments = _message(request).attachments
    number = request.path_params["number"]
    if not 1 <= number <= len(attachments):
        raise HTTPException(404)
    attachment = attachments[number - 1]
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name)}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(attachment.content, media_type=attachment.media_type, headers=headers)


def _message(request: Request) -> StoredMessage:
    found = message(request.app.state.home, request.path_params["message_id"])
    if found is None:
        raise HTTPException(404)
    return found


def _page(template: str, **values: object) -> HTMLResponse:
    return HTMLResponse(_TEMPLATES.get_template(template).render(**values))


_ROUTES = [
    Route("/", show_messages),
    Route("/messages/{message_id}", show_message),
    Route("/messages/{message_id}/html", show_html),
    Route("/messages/{message_id}/attachments/{number:int}", download),
]
