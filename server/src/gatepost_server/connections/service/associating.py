"""Associating: which stored credentials sign in at which connection, said by their owners alone.

Who may only use a credential may not send it to a connection of their choice: that would be
seeing it. So sharing a credential lets others use it where its owner has put it, and nowhere else.
"""

from sqlalchemy import delete

from gatepost_server import vault
from gatepost_server.authz import reader_of, require, require_self, visible
from gatepost_server.connections import queries
from gatepost_server.connections.drivers import DRIVERS
from gatepost_server.connections.errors import NotAssociated
from gatepost_server.connections.facts import bound_facts
from gatepost_server.connections.model import Association, ConnectionType, Separated, Target
from gatepost_server.connections.service.keeping import require_same_place
from gatepost_server.connections.service.noting import forget_test, last_test
from gatepost_server.connections.tables import AssociationRow, ConnectionRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx
from gatepost_server.vault import Credential, CredentialType


def associate(
    tx: Tx, connection_id: str, credential_id: str, *, generation: int | None = None
) -> Association:
    """Let a credential of one's own sign in at a connection that one may use, as it is now.

    With *generation* only if it leads where it did at that generation.

    Needs a session with recent authentication: whoever says where a password goes can collect it.

    Raises:
        ConfirmRequired: the password was not confirmed lately.
        NotYours: it is somebody else's, who lets the caller use it.
        EndpointChanged: the connection leads elsewhere since *generation*.
        Invalid: credentials of its type do not sign in at such a connection.
    """
    require_self(tx, "credential:associate")
    require(tx, "connection:use", connection_id)
    require_same_place(tx, connection_id, generation)
    return join(tx, connection_id, vault.require_own(tx, credential_id))


def join(tx: Tx, connection_id: str, credential: Credential) -> Association:
    """Associate a credential that is the caller's own, which was decided, or typed in this very call."""
    require(tx, "connection:use", connection_id)
    row = tx.session.get_one(ConnectionRow, connection_id, with_for_update=True)
    require_fitting(ConnectionType(row.type), credential.type)

    found = tx.session.get(AssociationRow, (connection_id, credential.id))
    if found is None or found.generation != row.generation:
        found = found or AssociationRow(connection_id=connection_id, credential_id=credential.id)
        found.generation, found.by_id, found.at = row.generation, tx.actor.principal_id or "", tx.now
        forget_test(found)
        tx.session.add(found)
        tx.session.flush()
        tx.audit(
            "credential:associate", "credential", credential.id, credential.name,
            after={"connection": row.name, "connection_id": row.id},
        )  # fmt: skip
    return _presented(row, found, credential)


def separate(tx: Tx, connection_id: str, credential_id: str, *, delete_credential: bool = False) -> Separated:
    """Take the association of a credential of one's own with a connection away.

    With *delete_credential* the credential goes too, if no other connection is left to it.

    Raises:
        NotAssociated: it is not associated with that connection.
    """
    require_self(tx, "credential:separate")
    credential = vault.require_own(tx, credential_id)
    found = tx.session.get(AssociationRow, (connection_id, credential_id))
    if found is None:
        raise NotAssociated
    connection = tx.session.get_one(ConnectionRow, connection_id)
    tx.session.delete(found)
    tx.session.flush()
    tx.audit(
        "credential:separate", "credential", credential_id, credential.name,
        before={"connection": connection.name, "connection_id": connection_id},
    )  # fmt: skip
    is_last = queries.how_many_of(tx.session, credential_id) == 0
    if is_last and delete_credential:
        vault.delete_credential(tx, credential_id)
    return Separated(is_last, is_last and delete_credential)


def list_credentials_of(tx: Tx, connection_id: str, page: PageRequest) -> Page[Association]:
    """Return a page of the credentials of a connection, as far as the caller may see them."""
    require(tx, "connection:list", connection_id)
    seen = visible(tx, "credential:list")
    return _presented_page(tx, queries.credentials_of(tx.session, connection_id, page, seen))


def list_connections_of(tx: Tx, credential_id: str, page: PageRequest) -> Page[Association]:
    """Return a page of the connections of a credential, as far as the caller may see them."""
    require(tx, "credential:list", credential_id)
    seen = visible(tx, "connection:list")
    return _presented_page(tx, queries.connections_of(tx.session, credential_id, page, seen))


def require_bound(tx: Tx, target: Target, credential_id: str) -> None:
    """Let the call go on only if a stored credential may be sent to *target* by the caller.

    Both have to be theirs to use, the target the connection as it is now, and the credential
    associated to this endpoint. The broker asks this in its own transaction.

    Raises:
        Hidden, ActionDenied: the caller may not use one of them.
        NotAssociated: it is not associated, was detached, or *target* is another place by now.
    """
    require(tx, "connection:use", target.connection_id)
    vault.require_use(tx, credential_id)
    if bound_facts(reader_of(tx), target.connection_id, credential_id) != target:
        raise NotAssociated


def delete_credential(tx: Tx, credential_id: str) -> None:
    """Delete a credential, with its associations: the doors' way to `vault.delete_credential`."""
    vault.delete_credential(tx, credential_id, [_let_go])


def _let_go(tx: Tx, credential: Credential) -> None:
    tx.session.execute(delete(AssociationRow).where(AssociationRow.credential_id == credential.id))


def was_associated(tx: Tx, connection_id: str, credential_id: str) -> bool:
    """Tell whether a credential is associated with a connection, be it detached."""
    return tx.session.get(AssociationRow, (connection_id, credential_id)) is not None


def require_fitting(type_: ConnectionType, credential_type: CredentialType) -> None:
    """Let only those types of credentials through that sign in at such a connection.

    Raises:
        Invalid: this one does not; the fault says which do.
    """
    fitting = DRIVERS[type_].logins
    if credential_type not in fitting:
        which = f"one of type {' or '.join(sorted(fitting))}" if fitting else "none: a file has no login"
        fault = FieldFault("credential", which)
        raise Invalid(f"Such a credential does not sign in at {type_}.", faults=[fault], code="login-misfit")


def _presented_page(tx: Tx, found: Page[queries.Pair]) -> Page[Association]:
    known = vault.known_credentials(tx, [two.credential_id for _, two in found.items])
    return found.map(lambda pair: _presented(*pair, known[pair[1].credential_id]))


def _presented(row: ConnectionRow, found: AssociationRow, credential: Credential) -> Association:
    return Association(
        connection_id=row.id,
        connection_name=row.name,
        connection_type=ConnectionType(row.type),
        credential=credential,
        is_attached=found.generation == row.generation,
        at=found.at,
        tested=last_test(found, credential) if found.generation == row.generation else None,
    )
