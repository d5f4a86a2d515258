"""Keeping credentials: stored, listed, edited, deleted; written and never shown again."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import delete, select

from gatepost_server.authz import (
    Node,
    NodeKind,
    may,
    own_new_node,
    own_organization,
    principal,
    register_node,
    remove_node,
    rename_node,
    require,
    require_self,
    visible,
)
from gatepost_server.crypto import FieldPlace
from gatepost_server.instance import features
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx
from gatepost_server.vault import queries
from gatepost_server.vault.errors import NotYours, StoringOff
from gatepost_server.vault.model import Credential, CredentialType, Health, checked
from gatepost_server.vault.service.safe import CREDENTIAL, Safe
from gatepost_server.vault.tables import CredentialRow

USE: Final = "credential:use"
Leaving = Callable[[Tx, Credential], None]
"""What another domain does before a credential goes, in the same transaction."""


def may_store(tx: Tx, safe: Safe) -> bool:
    """Tell whether credentials are stored on this server; asks for no right."""
    return features(tx, is_managed=safe.stores_by_default).stored_credentials


def require_storing(tx: Tx, safe: Safe) -> None:
    """Let the call go on only while credentials are stored on this server.

    Raises:
        StoringOff: they are not.
    """
    if not may_store(tx, safe):
        raise StoringOff


def save_credential(
    tx: Tx, safe: Safe, name: str, type_: CredentialType, user: str, secret: Mapping[str, Secret]
) -> Credential:
    """Store a credential; the caller, in a session of theirs, owns it.

    Raises:
        StoringOff: the feature is turned off.
        Invalid: the name, the user or the fields of *secret* do not fit the type.
        Sealed: the vault is sealed.
    """
    owner_id = require_self(tx, "credential:create")
    require_storing(tx, safe)
    name, user = checked(name, user, type_, secret)

    credential_id, org_id = new_id("crd", tx.now), own_organization(tx)
    node = register_node(tx, credential_id, NodeKind.CREDENTIAL, name, parent_id=org_id)
    row = CredentialRow(
        id=credential_id, org_id=org_id, name=name, type=type_, user=user, owner_id=owner_id,
        health=Health.UNTESTED, created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    _seal(tx, safe, row, secret)
    tx.session.add(row)
    tx.session.flush()
    own_new_node(tx, node)
    tx.audit("credential:create", "credential", row.id, name, after={"type": str(type_), "user": user})
    return _shown(tx, row)


def list_credentials(tx: Tx, page: PageRequest) -> Page[Credential]:
    """Return a page of the credentials the caller may see, by name."""
    found = queries.page_of_credentials(tx.session, page, visible(tx, "credential:list"))
    return found.map(dict(zip(found.items, _named(tx, found.items), strict=True)).__getitem__)


def get_credential(tx: Tx, credential_id: str) -> Credential:
    """Return a credential; never its secret."""
    require(tx, "credential:list", credential_id)
    return _shown(tx, tx.session.get_one(CredentialRow, credential_id))


def require_use(tx: Tx, credential_id: str) -> None:
    """Let the call go on only if the caller may use a credential; use is never to see.

    Raises:
        Hidden: there is none that the caller may know of.
        ActionDenied: the caller may know of it, and not use it.
    """
    require(tx, USE, credential_id)


def require_usable(tx: Tx, credential_id: str) -> Credential:
    """Return a credential that the caller may use; as `require_use`."""
    require_use(tx, credential_id)
    return _shown(tx, tx.session.get_one(CredentialRow, credential_id))


def require_own(tx: Tx, credential_id: str) -> Credential:
    """Let the call go on only if a credential is the caller's own.

    Raises:
        Hidden, ActionDenied: as `require_usable`.
        NotYours: the caller may use it, and it is somebody else's.
    """
    found = require_usable(tx, credential_id)
    if found.owner_id != tx.actor.principal_id:
        raise NotYours
    return found


def known_credentials(tx: Tx, credential_ids: Sequence[str]) -> dict[str, Credential]:
    """Return several credentials by id; the caller has asked for the right to see them."""
    rows = tx.session.scalars(select(CredentialRow).where(CredentialRow.id.in_(credential_ids)))
    return {one.id: one for one in _named(tx, [queries.credential_of(row) for row in rows])}


def seen_credentials(tx: Tx, credential_ids: Sequence[str]) -> dict[str, Credential]:
    """Return those of several credentials that the caller may see, by id."""
    seen = visible(tx, "credential:list")
    query = select(CredentialRow).where(CredentialRow.id.in_(credential_ids), CredentialRow.id.in_(seen))
    return {one.id: queries.credential_of(one) for one in tx.session.scalars(query)}


def usable_credentials(tx: Tx) -> Sequence[Credential]:
    """Return the credentials that the caller may use, by name, for a prompt."""
    page = PageRequest(limit=200)
    return _named(tx, queries.page_of_credentials(tx.session, page, visible(tx, "credential:use")).items)


def edit_credential(
    tx: Tx,
    safe: Safe,
    credential_id: str,
    *,
    name: str | None = None,
    user: str | None = None,
    secret: Mapping[str, Secret] | None = None,
) -> Credential:
    """Change what is given of a credential, for all its connections; its secret only as a whole.

    Needs a session with recent authentication.

    Raises:
        StoringOff: another secret is to be stored while the feature is turned off.
        Invalid: what is given does not fit the type.
        Sealed: another secret is to be sealed, and the vault is sealed.
    """
    _require_keeper(tx, "credential:edit", "credential:change", credential_id)
    row = tx.session.get_one(CredentialRow, credential_id, with_for_update=True)
    before = {"name": row.name, "user": row.user}
    if secret:
        require_storing(tx, safe)

    wanted = (row.name if name is None else name, row.user if user is None else user)
    row.name, row.user = checked(*wanted, CredentialType(row.type), secret or None)
    if secret:
        _seal(tx, safe, row, secret)
    if secret or row.user != before["user"]:
        row.health = Health.UNTESTED
    row.updated_at = tx.now
    rename_node(tx, credential_id, row.name)
    after = {"name": row.name, "user": row.user, "secret": "replaced" if secret else "kept"}
    tx.audit("credential:edit", "credential", row.id, row.name, before=before, after=after)
    return _shown(tx, row)


def delete_credential(tx: Tx, credential_id: str, leaving: Sequence[Leaving] = ()) -> None:
    """Delete a credential with its roles; each of *leaving* lets go of it first."""
    node = _require_keeper(tx, "credential:delete", "credential:drop", credential_id)
    row = tx.session.get_one(CredentialRow, credential_id, with_for_update=True)
    shown = _shown(tx, row)
    for let_go in leaving:
        let_go(tx, shown)
    tx.session.execute(delete(CredentialRow).where(CredentialRow.id == credential_id))
    remove_node(tx, credential_id)
    before = {"type": shown.type.value, "user": shown.user}
    tx.audit("credential:delete", "credential", credential_id, node.name, before=before)


def require_editable(tx: Tx, credential_id: str) -> Credential:
    """Let the call go on only if the caller may edit a credential now, and return it."""
    _require_keeper(tx, "credential:edit", "credential:change", credential_id)
    return _shown(tx, tx.session.get_one(CredentialRow, credential_id))


def require_deletable(tx: Tx, credential_id: str) -> Credential:
    """Let the call go on only if the caller may delete a credential, and return it."""
    _require_keeper(tx, "credential:delete", "credential:drop", credential_id)
    return _shown(tx, tx.session.get_one(CredentialRow, credential_id))


def may_keep(tx: Tx, credential_id: str, verb: str) -> bool:
    """Tell whether the caller may `edit` or `delete` a credential, to show or leave out a button."""
    row = tx.session.get_one(CredentialRow, credential_id)
    return _is_own(tx, row) or may(tx, f"credential:{verb}", credential_id)


def note_health(tx: Tx, credential_id: str, *, is_good: bool) -> None:
    """Note what a use of a credential said about it; asks for no right."""
    row = tx.session.get(CredentialRow, credential_id)
    health = Health.OK if is_good else Health.FAILING
    if row is None or row.health == health:
        return
    before, row.health = row.health, health
    tx.audit(
        "credential:test", "credential", row.id, row.name,
        before={"health": str(before)}, after={"health": health.value},
    )  # fmt: skip


def secret_place(credential_id: str, org_id: str, owner_id: str, data_key_id: str) -> FieldPlace:
    """Return what the secret of a credential is bound to."""
    return FieldPlace("credentials", org_id, credential_id, "secret", owner_id, data_key_id)


def _seal(tx: Tx, safe: Safe, row: CredentialRow, secret: Mapping[str, Secret]) -> None:
    row.data_key_id = safe.data_key_for(tx, row.org_id, CREDENTIAL)
    text = json.dumps({field: value.reveal() for field, value in secret.items()})
    place = secret_place(row.id, row.org_id, row.owner_id, row.data_key_id)
    row.secret_sealed = safe.seal(tx, place, Secret(text))


def _require_keeper(tx: Tx, action: str, own_action: str, credential_id: str) -> Node:
    """Ask for *action*; of one's own credential only for *own_action*, whatever one's server role is."""
    node = require(tx, "credential:list", credential_id)
    row = tx.session.get_one(CredentialRow, credential_id)
    if _is_own(tx, row):
        require_self(tx, own_action)
        return node
    return require(tx, action, credential_id)


def _is_own(tx: Tx, row: CredentialRow) -> bool:
    is_theirs = row.owner_id == tx.actor.principal_id and tx.actor.is_interactive
    return is_theirs and may(tx, "credential:use", row.id)


def _shown(tx: Tx, row: CredentialRow) -> Credential:
    return _named(tx, [queries.credential_of(row)])[0]


def _named(tx: Tx, found: Sequence[Credential]) -> list[Credential]:
    named = []
    for one in found:
        owner = principal(tx, one.owner_id)
        named.append(replace(one, owner_name=owner.label if owner else None))
    return named
