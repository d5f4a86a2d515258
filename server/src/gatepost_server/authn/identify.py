"""From a credential to an actor: found, verified and judged live, at each request."""

from datetime import datetime
from typing import Final

from gatepost_server.apps import WayFacts
from gatepost_server.apps.facts import deployed_for
from gatepost_server.authn.credentials import Presented
from gatepost_server.authn.guests import OF_A_GUEST, guest_again, guest_of_cookie
from gatepost_server.authn.identified import BadCredential, Identified, Means
from gatepost_server.authz import load_subject, subject_for
from gatepost_server.crypto import Mac, parse_key
from gatepost_server.identity.facts import SessionFact, session_by_id, session_by_token
from gatepost_server.kernel.actor import ANONYMOUS, Actor, ActorKind
from gatepost_server.keys import (
    KEY_SECRET,
    KeyFact,
    KeyKind,
    VerifierFact,
    creator_of,
    key_by_id,
    key_by_public_id,
    key_by_verifier,
)
from gatepost_server.keys.allowlist import is_listed
from gatepost_server.store import FOREVER, RawReader, micros, moment_of

_HIGHEST: Final = 5
_OF_A_KEY: Final = "key_"
_DELETED: Final = "revoked key"
_DUMMY: Final = Mac(1, b"\0" * 32)
_OF_THEIR_OWN: Final = {
    KeyKind.PROJECT: ActorKind.PROJECT_KEY,
    KeyKind.GLOBAL: ActorKind.GLOBAL_KEY,
}


def identify(
    reader: RawReader,
    means: Means,
    what: Presented,
    *,
    ip: str | None,
    now: datetime,
    app_id: str | None = None,
) -> Identified:
    """Return who presents *what*; nobody when nothing is presented.

    *app_id* names the app on whose own host the call arrived: sessions are good only
    where they were made, guests only there.

    Raises:
        BadCredential: a key or session that is not good; its `because` is for our log.
    """
    if what.key is not None:
        return _by_key(reader, means, what.key.reveal(), ip, now)
    if what.session is not None:
        fact = session_by_token(reader, means.peppers, what.session.reveal())
        if fact is None or not _is_live(fact, means, now) or fact.app_id != app_id:
            raise BadCredential("unknown or ended session")
        return _by_session(reader, fact)
    if what.guest is not None:
        return guest_of_cookie(reader, means, what.guest.reveal(), now=now, app_id=app_id)
    return Identified(ANONYMOUS)


def still_good(reader: RawReader, credential_id: str, *, ip: str | None, now: datetime) -> Identified:
    """Identify again by a credential's row id, to re-ask about a live connection.

    A key may be named by its own row too, when it does not matter which secret was used.

    Raises:
        BadCredential: it is not good any more.
    """
    if credential_id.startswith("ver_"):
        return _by_verifier(reader, key_by_verifier(reader, credential_id), ip, now)
    if credential_id.startswith(_OF_A_KEY):
        return _by_verifier(reader, key_by_id(reader, credential_id), ip, now)
    if credential_id.startswith(OF_A_GUEST):
        return guest_again(reader, credential_id, now=now)
    session = session_by_id(reader, credential_id)
    if session is None or session.expires_at <= micros(now):
        raise BadCredential("ended session")
    return _by_session(reader, session)


def _by_key(reader: RawReader, means: Means, text: str, ip: str | None, now: datetime) -> Identified:
    parsed = parse_key(text)
    if parsed is None:
        raise BadCredential("malformed key")
    key = key_by_public_id(reader, parsed.letter, parsed.public_id)
    verifiers = key.verifiers if key is not None else ()
    secret = parsed.secret.reveal()
    at = micros(now)
    matches = [
        one for one in verifiers if means.peppers.verify(one.mac, KEY_SECRET, secret) and one.until > at
    ]
    if key is None or not verifiers:
        # The same work for unknown and for deleted keys, so that timing tells nothing.
        means.peppers.verify(_DUMMY, KEY_SECRET, secret)
        raise BadCredential(_gone(key) or "unknown key")
    if not matches:
        raise BadCredential("wrong secret")
    return _judged(reader, key, matches[0], ip, now)


def _by_verifier(reader: RawReader, key: KeyFact | None, ip: str | None, now: datetime) -> Identified:
    live = [one for one in key.verifiers if one.until > micros(now)] if key is not None else []
    if key is None or not live:
        raise BadCredential(_gone(key) or "unknown key, or an old secret")
    return _judged(reader, key, live[0], ip, now)


def _gone(key: KeyFact | None) -> str:
    """Say that a key was deleted, which leaves no verifier of it; empty when it was not."""
    return _DELETED if key is not None and key.is_revoked else ""


def _judged(reader: RawReader, key: KeyFact, by: VerifierFact, ip: str | None, now: datetime) -> Identified:
    if key.is_revoked:
        raise BadCredential(_DELETED)
    if not key.is_enabled:
        raise BadCredential("disabled key")
    if key.expires_at <= micros(now):
        raise BadCredential("expired key")
    if not is_listed(key.ip_allowlist, ip):
        raise BadCredential("address not on the key's list")
    if key.kind is KeyKind.CREATOR:
        return _as_app(reader, key, by, now)
    cap = _HIGHEST if key.cap is None else key.cap
    kind = _OF_THEIR_OWN.get(key.kind)
    return _as_person(key, cap, by) if kind is None else _as_itself(reader, key, kind, cap, by)


def _as_person(key: KeyFact, cap: int, by: VerifierFact) -> Identified:
    """Return the owner of a personal key as the caller."""
    subject = key.owner
    if not subject.is_active:
        raise BadCredential("its owner is deactivated")
    actor = Actor(
        kind=ActorKind.PERSONAL_KEY,
        principal_id=key.owner_id,
        name=subject.name,
        cap=cap,
        via_key_id=key.id,
        via_key_name=key.name,
        secret_ends_at=_end_of(by),
    )
    return Identified(actor, by.id, subject=subject)


def _end_of(by: VerifierFact) -> datetime | None:
    """Return when a replaced secret ends; None for the one that counts as long as its key."""
    return None if by.until >= FOREVER else moment_of(by.until)


def _as_app(reader: RawReader, key: KeyFact, by: VerifierFact, now: datetime) -> Identified:
    """Return an application as the caller, by its key: whether or not it runs at the moment."""
    of_app = creator_of(reader, key.id)
    way = deployed_for(reader, of_app.app_id, of_app.deployer_id) if of_app is not None else None
    if way is None:
        raise BadCredential("its application runs for somebody else")
    return acting_for_deployer(reader, way, key, by.id, now)


def acting_for_deployer(
    reader: RawReader, way: WayFacts, key: KeyFact, credential_id: str, now: datetime
) -> Identified:
    """Return an application as the caller, within what its deployer may and up to its level.

    Raises:
        BadCredential: who deployed it is deactivated, or a key that is not good any more.
    """
    behind = None
    if way.deployer_id.startswith(_OF_A_KEY):
        behind = still_good(reader, way.deployer_id, ip=None, now=now).actor
    actor = Actor(
        kind=ActorKind.CREATOR_KEY,
        principal_id=way.app_id,
        name=key.name,
        cap=way.cap,
        via_key_id=key.id,
        via_key_name=key.name,
        on_behalf_of_id=way.deployer_id,
        app_id=way.app_id,
        behind=behind,
    )
    subject = subject_for(reader, actor)
    if not subject.is_active:
        raise BadCredential("its deployer is deactivated")
    return Identified(actor, credential_id, subject=subject)


def _as_itself(reader: RawReader, key: KeyFact, kind: ActorKind, cap: int, by: VerifierFact) -> Identified:
    """Return a key that holds rights of its own as the caller, within its sponsor."""
    actor = Actor(
        kind=kind,
        principal_id=key.id,
        name=key.name,
        cap=cap,
        via_key_id=key.id,
        via_key_name=key.name,
        reach=key.reach,
        sponsor_id=key.owner_id,
        run_as_id=key.run_as_id,
        secret_ends_at=_end_of(by),
    )
    subject = subject_for(reader, actor)
    if not subject.is_active:
        raise BadCredential("its sponsor is deactivated, or no administrator any more")
    return Identified(actor, by.id, subject=subject)


def _by_session(reader: RawReader, fact: SessionFact) -> Identified:
    subject = load_subject(reader, fact.user_id, _HIGHEST)
    if not subject.is_active:
        raise BadCredential("its user is deactivated")
    actor = Actor(
        kind=ActorKind.SESSION,
        principal_id=fact.user_id,
        name=subject.name,
        cap=_HIGHEST,
        session_id=fact.id,
        confirmed_at=None if fact.confirmed_at is None else moment_of(fact.confirmed_at),
        is_app_host=fact.is_app_host,
    )
    return Identified(actor, fact.id, fact.must_change_password, subject)


def _is_live(fact: SessionFact, means: Means, now: datetime) -> bool:
    return fact.expires_at > micros(now) and moment_of(fact.seen_at) + means.session_idle > now
