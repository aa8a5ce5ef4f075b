"""Passkeys (WebAuthn): signing in with a finger or a face, and proving once more that it is still the same person.

A passkey is bound to the console's host name, so that no other site can ask for it. Each challenge is answered once.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, delete, insert, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from audit.entry import Actor
from models.errors import BusinessError
from store.people import SignedIn, note_refused_sign_in, open_session, session_place
from store.schema.people import passkey, passkey_challenge, session
from store.unit_of_work import Store, UnitOfWork

CHALLENGE_LASTS = timedelta(minutes=5)
PROOF_LASTS = timedelta(minutes=5)
"""For how long a proof counts for decisions that ask for one."""

_MOST_PASSKEYS = 20
_LONGEST_NAME = 60
_LONGEST_ANSWER = 20_000
_SIGN_IN = Actor(system="sign-in")
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class RelyingParty:
    """The site that passkeys are bound to: a host name and the addresses under which browsers know it."""

    host: str
    origin: str


@dataclass(frozen=True)
class Passkey:
    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


def relying_party(address: str) -> RelyingParty | None:
    """The site at `address`; None where browsers refuse passkeys: an IP address of the network, or no HTTPS.

    This machine itself is known as localhost, under whatever loopback address the console listens.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    try:
        is_here, is_name = ip_address(host).is_loopback, False
    except ValueError:
        is_here, is_name = host == "localhost", True
    if is_here:
        return RelyingParty("localhost", f"{parts.scheme}://localhost{port}")
    return RelyingParty(host, f"{parts.scheme}://{host}{port}") if is_name and parts.scheme == "https" else None


def passkeys_of(connection: Connection, tenant: str, login: str) -> tuple[Passkey, ...]:
    query = select(passkey).where(passkey.c.tenant == tenant, passkey.c.login == login).order_by(passkey.c.created_at)
    return tuple(Passkey(row.id, row.name, row.created_at, row.last_used_at) for row in connection.execute(query))


def registration_options(store: Store, signed_in: SignedIn, token: str, party: RelyingParty, wall: datetime) -> str:
    """What the browser needs to make a passkey, as JSON. Raises BusinessError `passkey.too_many`."""
    with store.read() as view:
        known = _rows_of(view, signed_in.tenant, signed_in.login)
    if len(known) >= _MOST_PASSKEYS:
        raise BusinessError("passkey.too_many", f"You have {len(known)} passkeys already. Remove one first.")
    options = generate_registration_options(
        rp_id=party.host,
        rp_name="Tallywright",
        user_name=signed_in.login,
        user_display_name=signed_in.person.name,
        user_id=hashlib.sha256(f"{signed_in.tenant}/{signed_in.login}".encode()).digest(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=_descriptors(known),
    )
    _keep_challenge(store, signed_in.tenant, options.challenge, token, wall)
    return options_to_json(options)


def add_passkey(
    store: Store, signed_in: SignedIn, token: str, party: RelyingParty, answer: str, name: str, wall: datetime
) -> None:
    """Keeps the passkey that the browser made. Raises BusinessError `passkey.refused` or `passkey.expired`."""
    name = " ".join(name.split())[:_LONGEST_NAME] or "Passkey"
    with store.change(signed_in.tenant, signed_in.actor) as work:
        challenge = _taken_challenge(work, answer, token, wall)
        try:
            made = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=party.host,
                expected_origin=party.origin,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise _refused() from error
        work.execute(
            insert(passkey).values(
                tenant=work.tenant,
                id=_digest(made.credential_id),
                credential_id=bytes_to_base64url(made.credential_id),
                login=signed_in.login,
                person=signed_in.person.id,
                name=name,
                public_key=base64.b64encode(made.credential_public_key).decode(),
                sign_count=made.sign_count,
                created_at=work.now,
            )
        )
        work.record("passkey.added", "account", signed_in.login, after={"name": name})


def remove_passkey(store: Store, signed_in: SignedIn, passkey_id: str) -> None:
    """Raises BusinessError `passkey.unknown`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        mine = (passkey.c.tenant == work.tenant) & (passkey.c.login == signed_in.login) & (passkey.c.id == passkey_id)
        found = work.connection.execute(select(passkey.c.name).where(mine)).one_or_none()
        if found is None:
            raise BusinessError("passkey.unknown", "There is no such passkey of yours; it may be removed already.")
        work.execute(delete(passkey).where(mine))
        work.record("passkey.removed", "account", signed_in.login, before={"name": found.name})


def sign_in_options(store: Store, tenant: str, party: RelyingParty, wall: datetime) -> str:
    """What the browser needs to offer the passkeys that it has for this site, whoever they belong to."""
    options = generate_authentication_options(rp_id=party.host, user_verification=_VERIFIED)
    _keep_challenge(store, tenant, options.challenge, "", wall)
    return options_to_json(options)


def sign_in_with_passkey(
    store: Store, tenant: str, party: RelyingParty, answer: str, lasts: timedelta, wall: datetime
) -> str:
    """A new session's token; the session is proven at once. Raises BusinessError `passkey.*` or `sign_in.refused`."""
    try:
        with store.change(tenant, _SIGN_IN) as work:
            found = _verified(work, party, answer, "", wall, login="")
            work.record("passkey.used", "account", found.login, after={"name": found.name})
    except BusinessError:
        note_refused_sign_in(store, tenant, "")
        raise
    token = open_session(store, tenant, found.login, lasts, is_proven=True)
    if not token:
        raise BusinessError("sign_in.refused", "This login is locked for a while after wrong passwords.")
    return token


def proof_options(store: Store, signed_in: SignedIn, token: str, party: RelyingParty, wall: datetime) -> str:
    """What the browser needs for a fresh proof by one of the person's own passkeys. BusinessError `passkey.none`."""
    with store.read() as view:
        known = _rows_of(view, signed_in.tenant, signed_in.login)
    if not known:
        raise BusinessError("passkey.none", "You have no passkey yet. Add one under your name first.")
    options = generate_authentication_options(
        rp_id=party.host, allow_credentials=_descriptors(known), user_verification=_VERIFIED
    )
    _keep_challenge(store, signed_in.tenant, options.challenge, token, wall)
    return options_to_json(options)


def prove(store: Store, signed_in: SignedIn, token: str, party: RelyingParty, answer: str, wall: datetime) -> None:
    """Notes on the session that its person was there just now. Raises BusinessError `passkey.*`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = _verified(work, party, answer, token, wall, login=signed_in.login)
        work.execute(update(session).where(session_place(work.tenant, token)).values(proven_at=work.now))
        work.record("session.proven", "account", signed_in.login, after={"passkey": found.name})


def is_proven(signed_in: SignedIn, now: datetime) -> bool:
    """Whether the person has proved lately that it is still them."""
    return signed_in.proven_at is not None and timedelta() <= now - signed_in.proven_at <= PROOF_LASTS


def _verified(
    work: UnitOfWork, party: RelyingParty, answer: str, token: str, wall: datetime, *, login: str
) -> Row[Any]:
    """The passkey that answered, its counter moved on; one that somebody has copied falls behind and is refused."""
    challenge = _taken_challenge(work, answer, token, wall)
    used = _credential_id(answer)
    query = select(passkey).where(passkey.c.tenant == work.tenant, passkey.c.id == _digest(used))
    found = work.connection.execute(query).one_or_none()
    if found is None or (login and found.login != login):
        raise _refused()
    try:
        done = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=base64.b64decode(found.public_key),
            credential_current_sign_count=found.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise _refused() from error
    place = (passkey.c.tenant == work.tenant) & (passkey.c.id == found.id)
    work.execute(update(passkey).where(place).values(sign_count=done.new_sign_count, last_used_at=work.now))
    return found


def _keep_challenge(store: Store, tenant: str, challenge: bytes, token: str, wall: datetime) -> None:
    """Plumbing without an audit entry: nothing has happened yet."""
    with store.change(tenant, _SIGN_IN) as work:
        old = (passkey_challenge.c.tenant == tenant) & (passkey_challenge.c.until < wall)
        work.connection.execute(delete(passkey_challenge).where(old))
        work.connection.execute(
            insert(passkey_challenge).values(
                tenant=tenant,
                challenge=bytes_to_base64url(challenge),
                session=_digest(token.encode()),
                until=wall + CHALLENGE_LASTS,
            )
        )


def _taken_challenge(work: UnitOfWork, answer: str, token: str, wall: datetime) -> bytes:
    """The challenge that `answer` is for, if this very session was given it and nobody has answered it."""
    challenge = _challenge_of(answer)
    place = (
        (passkey_challenge.c.tenant == work.tenant)
        & (passkey_challenge.c.challenge == challenge)
        & (passkey_challenge.c.session == _digest(token.encode()))
        & (passkey_challenge.c.until >= wall)
    )
    if work.execute(delete(passkey_challenge).where(place)).rowcount != 1:
        raise BusinessError("passkey.expired", "This took too long, or it was answered already. Try again.")
    return base64url_to_bytes(challenge)


def _challenge_of(answer: str) -> str:
    try:
        client_data = json.loads(base64url_to_bytes(_read(answer)["response"]["clientDataJSON"]))
        return str(client_data["challenge"])[:100]
    except (ValueError, KeyError, TypeError) as error:
        raise _refused() from error


def _credential_id(answer: str) -> bytes:
    try:
        return base64url_to_bytes(_read(answer)["rawId"])
    except (ValueError, KeyError, TypeError) as error:
        raise _refused() from error


def _read(answer: str) -> Any:
    if len(answer) > _LONGEST_ANSWER:
        raise _refused()
    return json.loads(answer)


def _rows_of(connection: Connection, tenant: str, login: str) -> Sequence[Row[Any]]:
    return connection.execute(select(passkey).where(passkey.c.tenant == tenant, passkey.c.login == login)).all()


def _descriptors(rows: Sequence[Row[Any]]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in rows]


def _refused() -> BusinessError:
    return BusinessError("passkey.refused", "This passkey was not accepted. Try another one, or sign in by password.")


def _digest(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()
