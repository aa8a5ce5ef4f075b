"""The secrets of one case: known while a session lives, so that no artefact shows them."""

from collections.abc import Iterator

from pydantic import SecretStr

MASK = "•••"
_SHORTEST_SEARCHED = 4
"""Shorter values stand in any page by chance; hiding those would hide the page."""


class Secrets:
    """What was typed as a secret in one session. Never prints itself."""

    def __init__(self) -> None:
        self._values: set[str] = set()

    def __repr__(self) -> str:
        return f"Secrets({len(self._values)} hidden)"

    def add(self, secret: SecretStr) -> None:
        if len(secret.get_secret_value()) >= _SHORTEST_SEARCHED:
            self._values.add(secret.get_secret_value())

    def found_in(self, text: str) -> Iterator[str]:
        return (value for value in self._values if value in text)

    def redact(self, text: str) -> str:
        """`text` with every secret replaced, the longest first so that none leaves a rest."""
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, MASK)
        return text
