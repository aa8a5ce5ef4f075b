"""The audit entry, version 1: who did what to which thing, when, why, and a commitment to what changed.

Its canonical bytes (RFC 8785) are the leaf of the Merkle tree and can never change. The body, which may hold personal
data, stays beside the entry: the entry holds only its salted commitment, so that erasing body and salt leaves the tree
whole.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

import rfc8785
from pydantic import AfterValidator, AwareDatetime, Field, PlainSerializer, ValidationError, model_validator

from models.base import Model

JSON = str | int | bool | None | Sequence["JSON"] | Mapping[str, "JSON"]

SALT_SIZE = 32
_MAX_INTEGER = 2**53 - 1


class EntryError(ValueError):
    """Bytes or a body that cannot be an audit entry; the message names every field at fault."""


def _in_utc(time: datetime) -> datetime:
    return time.astimezone(UTC)


def rfc3339(time: datetime) -> str:
    """`time`, which is in UTC, as the entry writes it."""
    return time.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


Time = Annotated[AwareDatetime, AfterValidator(_in_utc), PlainSerializer(rfc3339, when_used="json")]
"""A moment, written as RFC 3339 in UTC with microseconds: `2026-11-20T07:14:00.000000Z`."""

Origin = Annotated[str, Field(pattern=r"^[^\s+\x00-\x1f]+/[^\s+/\x00-\x1f]+$")]
Action = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]
"""What happened, dotted and in the past tense: `invoice.matched`."""

NonEmpty = Annotated[str, Field(min_length=1)]


class Actor(Model):
    """Who acted: a person (perhaps for another), a bot with its owner, or a named part of the system."""

    person: str = ""
    account: str = ""
    """The account through which `person` signed in."""
    delegate_of: str = ""
    """The person for whom `person` acted."""
    bot: str = ""
    owner: str = ""
    """The person who answers for `bot`."""
    system: str = ""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(map(bool, (self.person, self.bot, self.system))) != 1:
            raise ValueError("give exactly one of person, bot and system")
        if (self.account or self.delegate_of) and not self.person:
            raise ValueError("account and delegate_of belong to a person; give person too")
        if bool(self.bot) != bool(self.owner):
            raise ValueError("a bot has an owner and only a bot has one; give both bot and owner")
        return self

    @property
    def display(self) -> str:
        if self.person:
            account = f" ({self.account})" if self.account else ""
            return f"{self.person}{account}" + (f" for {self.delegate_of}" if self.delegate_of else "")
        return f"bot {self.bot} of {self.owner}" if self.bot else f"system {self.system}"


class Subject(Model):
    kind: NonEmpty
    id: NonEmpty


class Correlation(Model):
    """Where the change belongs: the case, the workflow and the bot run; empty where there is none."""

    case: str = ""
    workflow: str = ""
    run: str = ""


class Entry(Model):
    version: Literal[1] = 1
    origin: Origin
    """The log: instance and tenant, as `origin_of` writes it."""
    sequence: int = Field(ge=0, le=_MAX_INTEGER)
    time: Time
    actor: Actor
    action: Action
    subject: Subject
    correlation: Correlation = Correlation()
    reasons: tuple[str, ...] = ()
    """Why: the rule rows and findings that decided."""
    body_commitment: str = Field(pattern=r"^[0-9a-f]{64}$")


def origin_of(instance: str, tenant: str) -> str:
    """The log origin of `tenant` on `instance`: `tallywright.local/acme`."""
    return f"{instance}/{tenant}"


def tenant_of(origin: str) -> str:
    return origin.rpartition("/")[2]


def canonical_bytes(entry: Entry) -> bytes:
    """The RFC 8785 bytes of `entry`. Raises EntryError for text that is not valid Unicode."""
    try:
        return rfc8785.dumps(entry.model_dump(mode="json"))
    except ValueError as error:
        raise EntryError(f"entry {entry.sequence}: {error}") from error


def parse_entry(data: bytes) -> Entry:
    """The entry whose canonical bytes are `data`. Raises EntryError for anything else, also for another spelling."""
    try:
        entry = Entry.model_validate_json(data)
    except ValidationError as error:
        raise EntryError("; ".join(_problems(error))) from error
    except (ValueError, OverflowError) as error:
        raise EntryError(f"entry: {error}") from error
    if canonical_bytes(entry) != data:
        raise EntryError(f"entry {entry.sequence}: not the canonical bytes (RFC 8785) of its content")
    return entry


def canonical_body(body: Mapping[str, JSON]) -> bytes:
    """The RFC 8785 bytes of `body`, which are what is kept and committed to.

    Raises EntryError naming every value that is not text, a whole number, a truth value, null, a list or an object;
    amounts go in as strings.
    """
    problems = list(_unfit_values(body, "body"))
    if problems:
        raise EntryError("; ".join(problems))
    return rfc8785.dumps(_plain(body))


def commit_body(body: Mapping[str, JSON], salt: bytes) -> str:
    """The commitment to `body` under 32 secret random bytes: HMAC-SHA256 in hex. Raises EntryError."""
    if len(salt) != SALT_SIZE:
        raise EntryError(f"salt: {len(salt)} bytes; give {SALT_SIZE} random ones")
    return _commitment(canonical_body(body), salt)


def check_body(canonical: bytes, salt: bytes, commitment: str) -> bool:
    """Whether `canonical` (as kept) and `salt` are what `commitment` stands for; compared in constant time."""
    return len(salt) == SALT_SIZE and hmac.compare_digest(_commitment(canonical, salt).encode(), commitment.encode())


def _commitment(canonical: bytes, salt: bytes) -> str:
    return hmac.new(salt, canonical, hashlib.sha256).hexdigest()


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_context=False):
        place = ".".join(map(str, problem["loc"])) or "entry"
        yield f"{place}: {problem['msg']}, not {str(problem['input'])[:60]!r}"


def _unfit_values(value: object, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not _is_unicode(key):
                yield f"{path}: key {key!r} is not text"
            yield from _unfit_values(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _unfit_values(inner, f"{path}[{at}]")
    elif not _is_fit_scalar(value):
        yield f"{path}: {value!r} is a {type(value).__name__}; write amounts as strings such as '12.50'"


def _is_fit_scalar(value: object) -> bool:
    if isinstance(value, str):
        return _is_unicode(value)
    return value is None or (isinstance(value, int) and abs(value) <= _MAX_INTEGER)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _plain(value: JSON) -> JSON:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
