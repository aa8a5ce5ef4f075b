"""What can go wrong in words a person understands."""

from models.base import Model


class Finding(Model):
    """One thing wrong with an input. `field` is a path (`lines[2].quantity`); `problem` names value and remedy."""

    field: str
    problem: str
    code: str = ""
    """The id of a published rule (`BR-CO-15`) or of one of ours; empty where there is none."""

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}" if self.field else self.problem


class BusinessError(Exception):
    """A rule of the trade was broken. Never retried; a person gets a task or an answer.

    `code` is stable and dotted (`approval.own_request`), `message` is for people, `findings` lists every violation.
    """

    def __init__(self, code: str, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.findings = findings

    def __str__(self) -> str:
        return "; ".join([self.message, *map(str, self.findings)])
