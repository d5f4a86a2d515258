"""Associated users of keys: who agreed, and who may be named (permission-model §4.5, run_as)."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, select

from gatepost_server.authz import node_names, require, require_self, stands_above
from gatepost_server.identity import User, user_named
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.keys.errors import ConsentRequired, UnknownConsent
from gatepost_server.keys.model import Key, Ring
from gatepost_server.keys.service.makers import maker_of, name_run_as_of
from gatepost_server.keys.service.presenting import shown
from gatepost_server.keys.service.rings import Deed, find_key
from gatepost_server.keys.tables import ConsentRow, KeyRow
from gatepost_server.store import Tx

_GIVE: Final = "consent:give"


def give_consent(tx: Tx, project_id: str) -> None:
    """Agree to be the associated user of a project's keys; agreeing twice is agreeing once.

    Raises:
        Hidden: a project that the caller may not know of.
        SessionRequired: a key is calling.
    """
    user_id = require_self(tx, _GIVE)
    require(tx, "project:list", project_id)
    agree(tx, user_id, project_id)


def withdraw_consent(tx: Tx, project_id: str) -> None:
    """Agree no longer: from the next request on, no key there acts for the caller by their consent.

    Works for a project that the caller may not see any more.

    Raises:
        UnknownConsent: the caller has not agreed.
        SessionRequired: a key is calling.
    """
    user_id = require_self(tx, _GIVE)
    if not has_consented(tx, user_id, project_id):
        raise UnknownConsent
    tx.session.execute(
        delete(ConsentRow).where(ConsentRow.user_id == user_id, ConsentRow.project_id == project_id)
    )
    tx.audit("consent:withdraw", "project", project_id, "")


def list_consents(tx: Tx) -> Sequence[str]:
    """Return the ids of the projects whose keys the caller agreed to be the associated user of."""
    user_id = require_self(tx, _GIVE)
    found = select(ConsentRow.project_id).where(ConsentRow.user_id == user_id)
    return list(tx.session.scalars(found.order_by(ConsentRow.project_id)))


def has_consented(tx: Tx, user_id: str, project_id: str) -> bool:
    """Tell whether somebody agrees now to be the associated user in a project; rights are not asked."""
    return tx.session.get(ConsentRow, (user_id, project_id)) is not None


def set_run_as(tx: Tx, key_id: str, username: str | None, ring: Ring) -> Key:
    """Name a key's associated user, or none. It only narrows what the key may do with data.

    Raises:
        UnknownKey: not in the ring.
        Invalid: nobody of that name.
        ConsentRequired: they have not agreed, and the caller is no administrator above them.
    """
    row = find_key(tx, ring, Deed.WIDEN, key_id)
    before = row.run_as_id
    name_run_as(tx, row, username)
    tx.audit(
        "key:run-as", "key", row.id, row.name, before={"run_as": before}, after={"run_as": row.run_as_id}
    )
    return shown(tx, row)


def name_run_as(tx: Tx, row: KeyRow, username: str | None) -> None:
    """Set the associated user of a key that the caller may change.

    Naming oneself is agreeing. What was named by consent counts while the consent does. A key
    names nobody but whom it acts for itself.

    Raises:
        Invalid: nobody of that name.
        ConsentRequired: they have not agreed, and the caller is no administrator above them.
        KeyExceedsMaker: a key is calling, and it acts for somebody else.
    """
    user = _user_named(tx, username)
    maker = maker_of(tx)
    if maker is not None:
        name_run_as_of(maker, row, None if user is None else user.id)
        return
    if user is None:
        row.run_as_id, row.is_run_as_consented = None, False
        return
    is_agreed = row.project_id is not None and has_consented(tx, user.id, row.project_id)
    if row.project_id is not None and user.id == tx.actor.principal_id:
        agree(tx, user.id, row.project_id)
        is_agreed = True
    if not is_agreed and not stands_above(tx, user.id):
        raise ConsentRequired(user.username)
    row.run_as_id, row.is_run_as_consented = user.id, is_agreed


def _user_named(tx: Tx, username: str | None) -> User | None:
    if username is None:
        return None
    user = user_named(tx, username)
    if user is None or not user.is_active:
        fault = FieldFault("run_as", "there is no user of this name")
        raise Invalid("Nobody of that name.", faults=[fault], code="unknown-principal")
    return user


def agree(tx: Tx, user_id: str, project_id: str) -> bool:
    """Write down that somebody, who said so, agrees from now on, and audit it; False when they had before."""
    if has_consented(tx, user_id, project_id):
        return False
    tx.session.add(ConsentRow(user_id=user_id, project_id=project_id, given_at=tx.now))
    tx.session.flush()
    tx.audit(_GIVE, "project", project_id, node_names(tx, [project_id]).get(project_id, ""))
    return True
