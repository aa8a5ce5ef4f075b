"""Ways of not answering: a server can drop the connection or stay silent, which no ordinary response can express."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "sandbox.transport"


class DroppableProtocol(H11Protocol):
    """Hands the connection's transport to the application, so that it can close it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope[_TRANSPORT] = self.transport
            await application(scope, receive, send)

        self.app = with_transport


async def drop_connection(request: Request) -> Response:
    """Closes the TCP connection under the client; the returned response goes nowhere."""
    request.scope[_TRANSPORT].abort()
    return await stay_silent(request)


async def stay_silent(request: Request) -> Response:
    """Waits until the client is gone; the returned response goes nowhere."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
    return Response()
