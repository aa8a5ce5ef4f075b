"""The company's people as seen from outside: they sign in and work through the REST API, like anybody would."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.company import PEOPLE, SANDBOX_PASSWORD

_TIMEOUT = 30.0
_CONFLICT = 409


class OfficeError(Exception):
    """The console refused what a person of the demo did."""


@dataclass
class Office:
    """The API of the console at `url`, one session per person."""

    url: str
    _client: httpx.Client = field(init=False)
    _tokens: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._client = httpx.Client(base_url=f"{self.url}/api/v1", timeout=_TIMEOUT)

    def close(self) -> None:
        self._client.close()

    def inbox(self, person: str) -> dict[str, Any]:
        return self._get(person, "/inbox")

    def case(self, person: str, case: str) -> dict[str, Any]:
        return self._get(person, f"/cases/{case}")

    def file_requisition(self, person: str, content: str, key: str) -> str:
        """Files the requisition `content` (JSON); the same key gives the same case again."""
        return self._file(person, "/requisitions", content, key)

    def file_sales_order(self, person: str, content: str, key: str) -> str:
        """Files the customer order `content` (JSON); the same key gives the same case again."""
        return self._file(person, "/sales-orders", content, key)

    def deliver(self, person: str, order: str, lines: list[dict[str, Any]], key: str) -> None:
        body = {"lines": lines}
        self._send(person, f"/sales-orders/{order}/deliveries", json=body, headers={"Idempotency-Key": key})

    def decide(self, person: str, approval: str, outcome: str, comment: str) -> None:
        """Answers with the digest of what the approval shows now; that somebody else was first is no error."""
        digest = self._get(person, f"/approvals/{approval}")["digest"]
        answer = {"outcome": outcome, "comment": comment, "digest": digest}
        self._send(person, f"/approvals/{approval}/decisions", json=answer)

    def settle(self, person: str, task: str, resolution: str, comment: str) -> None:
        self._send(person, f"/tasks/{task}/resolution", json={"resolution": resolution, "comment": comment})

    def receive(self, person: str, order: str, lines: list[dict[str, Any]], key: str) -> None:
        self._send(person, f"/orders/{order}/receipts", json={"lines": lines}, headers={"Idempotency-Key": key})

    def name(self, person: str) -> str:
        return next(each.name for each in PEOPLE if each.id == person)

    def _file(self, person: str, path: str, content: str, key: str) -> str:
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return str(self._send(person, path, content=content, headers=headers)["case"])

    def _get(self, person: str, path: str) -> dict[str, Any]:
        return self._checked(self._client.get(path, headers=self._signed_in(person)))

    def _send(self, person: str, path: str, headers: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
        return self._checked(self._client.post(path, headers={**self._signed_in(person), **(headers or {})}, **body))

    def _signed_in(self, person: str) -> dict[str, str]:
        if person not in self._tokens:
            body = {"login": person, "password": SANDBOX_PASSWORD}
            self._tokens[person] = self._checked(self._client.post("/sign-in", json=body))["token"]
        return {"Authorization": f"Bearer {self._tokens[person]}"}

    def _checked(self, response: httpx.Response) -> dict[str, Any]:
        if response.is_error and response.status_code != _CONFLICT:
            raise OfficeError(f"{response.request.method} {response.request.url.path}: {response.text[:500]}")
        answer: dict[str, Any] = response.json()
        return answer
