"""A person at the console and a program at its API, over HTTP."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from httpx import Client, Response

from sandbox.company import SANDBOX_PASSWORD


@dataclass(frozen=True)
class Page:
    """What a browser without JavaScript can do: open pages and send the forms on them."""

    client: Client

    def open(self, path: str) -> Response:
        return self.client.get(path)

    def sign_in(self, person: str, target: str = "/") -> Response:
        form = {"login": person, "password": SANDBOX_PASSWORD, "next": target}
        return self.client.post("/sign-in", data=form, follow_redirects=False)

    def send(self, page: str, values: Mapping[str, object], action: str = "") -> Response:
        """Opens `page` and sends a form on it: the hidden fields that stand there, and `values`."""
        form = {**hidden_fields(self.open(page).text), **values}
        return self.client.post(action or page, data=form, follow_redirects=False)


@dataclass(frozen=True)
class Api:
    """A program that signed in and sends its token."""

    client: Client
    token: str = ""

    def signed_in(self, person: str) -> "Api":
        answer = self.post("/sign-in", {"login": person, "password": SANDBOX_PASSWORD})
        return Api(self.client, answer.json()["token"])

    def get(self, path: str) -> Response:
        return self.client.get(f"/api/v1{path}", headers=self._headers())

    def post(self, path: str, body: object, key: str = "") -> Response:
        headers = self._headers() | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def hidden_fields(html: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in fields}
