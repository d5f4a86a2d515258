"""The callers that an explanation is about: of an entry of the trail, or by name."""

import ipaddress
from typing import Final

from gatepost_server import authn
from gatepost_server.audit import Entry
from gatepost_server.authz import principal, reader_of, require_instance
from gatepost_server.decisions.errors import UnknownCaller
from gatepost_server.identity import user_named
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.ids import is_id
from gatepost_server.keys import key_by_id
from gatepost_server.store import Tx

_HIGHEST: Final = 5
_RUN: Final = "run"
_INSIDE: Final = ("app_", "vis_")
"""Whose calls may come from inside an app, from no address: the app itself, or a visit of it."""


def caller_named(tx: Tx, text: str) -> Actor:
    """Return who is meant by a username, a user's id or a key's id; others than oneself for administrators.

    Whether the key comes from a listed address is not asked.

    Raises:
        ActionDenied: the caller is no administrator.
        UnknownCaller: there is nobody of that name.
        BadCredential: the key is not good, with the reason.
    """
    if is_id(text, "key"):
        key = key_by_id(reader_of(tx), text)
        if key is None or key.owner_id != tx.actor.principal_id:
            require_instance(tx, "decision:explain-any")
        return _by_key(tx, text)
    if text in (tx.actor.principal_id, tx.actor.name):
        return tx.actor
    require_instance(tx, "decision:explain-any")
    user = user_named(tx, text)
    found = _person(tx, user.id if user is not None else text)
    if found is None:
        raise UnknownCaller
    return found


def caller_of(tx: Tx, entry: Entry) -> Actor | None:
    """Return who made the call of *entry*, as they would make it now; None when that cannot be said.

    Raises:
        BadCredential: they called with a key that is not good any more.
        UnknownCaller: the key is gone.
        NoKeyForApp: they called from inside an app that gets no key any more.
    """
    here = tx.actor
    is_same = entry.actor_id == here.principal_id and entry.via_key_id == here.via_key_id
    if is_same and entry.actor_kind == here.principal_kind:
        return here
    if entry.actor_kind == _RUN:
        return _by_run(tx, entry)
    is_inside = entry.ip is None and (entry.actor_id or "").startswith(_INSIDE)
    if entry.app is not None and entry.actor_id is not None and is_inside:
        return authn.inside_again(reader_of(tx), entry.actor_id, entry.app, now=tx.now).actor
    if entry.via_key_id is not None:
        return _by_key(tx, entry.via_key_id)
    if entry.actor_id is not None and is_id(entry.actor_id, "key"):
        return _by_key(tx, entry.actor_id)
    return _person(tx, entry.actor_id or "")


def _by_run(tx: Tx, entry: Entry) -> Actor | None:
    """Return a run of the person or key for which the one of *entry* acted."""
    who = entry.actor_id or ""
    behind = _by_key(tx, who) if is_id(who, "key") else None
    if behind is None and _person(tx, who) is None:
        return None
    return Actor(
        ActorKind.RUN_TOKEN, who, entry.actor_name, cap=_HIGHEST if behind is None else behind.cap,
        on_behalf_of_id=who, behind=behind,
    )  # fmt: skip


def _person(tx: Tx, user_id: str) -> Actor | None:
    """Return somebody as in a session that they have just begun."""
    found = principal(tx, user_id) if is_id(user_id, "usr") else None
    if found is None:
        return None
    return Actor(ActorKind.SESSION, found.id, found.name, cap=_HIGHEST, confirmed_at=tx.now)


def _by_key(tx: Tx, key_id: str) -> Actor:
    key = key_by_id(reader_of(tx), key_id)
    if key is None:
        raise UnknownCaller
    ip = _listed_address(key.ip_allowlist)
    return authn.still_good(reader_of(tx), key_id, ip=ip, now=tx.now).actor


def _listed_address(allowlist: str | None) -> str | None:
    """Return an address that an allowlist takes: from where a call comes is not what is asked."""
    if not allowlist:
        return None
    return str(ipaddress.ip_network(allowlist.split(";")[0]).network_address)
