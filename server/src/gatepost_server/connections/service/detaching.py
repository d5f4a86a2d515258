"""Detaching: who changes where a connection leads takes no stored password along (principle 10)."""

from typing import Final

from gatepost_server import notify, vault
from gatepost_server.authz import is_confirmed, principal
from gatepost_server.connections import queries
from gatepost_server.connections.drivers import address_of
from gatepost_server.connections.model import ConnectionType
from gatepost_server.connections.tables import ConnectionRow
from gatepost_server.store import Tx

_MAIL: Final = "connection"


def detach(tx: Tx, row: ConnectionRow, home: str) -> None:
    """Begin another generation of a connection's endpoint, and tell whose credentials stay behind.

    A person's own credentials go along if they change it in a session, with their password
    confirmed lately. By a key or in an older session none do: who found a key or stole a session
    is not to be sent the passwords of its owner.
    """
    stood, row.generation = row.generation, row.generation + 1
    rows = [one for one in queries.associations_at(tx.session, row.id) if one.generation == stood]
    known = vault.known_credentials(tx, [one.credential_id for one in rows])
    people = set()
    for one in rows:
        credential = known[one.credential_id]
        if goes_along(tx, credential):
            one.generation = row.generation
            continue
        people.add(credential.owner_id)
        tx.audit(
            "credential:detach", "credential", credential.id, credential.name,
            after={"connection": row.name, "connection_id": row.id},
        )  # fmt: skip
    _tell(tx, row, people - {tx.actor.principal_id or ""}, home)


def goes_along(tx: Tx, credential: vault.Credential) -> bool:
    """Tell whether a credential stays associated with what the caller leads elsewhere now."""
    return credential.owner_id == tx.actor.principal_id and is_confirmed(tx)


def _tell(tx: Tx, row: ConnectionRow, people: set[str], home: str) -> None:
    if not people or not notify.is_configured(tx):
        return
    name = "".join(letter for letter in row.name if letter.isprintable())
    by = principal(tx, tx.actor.answerable_id or "")
    who = by.label if by is not None else tx.actor.name
    subject = f"{name} leads elsewhere: your stored credential was detached"[:150]
    where = address_of(ConnectionType(row.type), row.params)
    text = "\n".join(
        [
            f"{who} changed where the data connection {name} leads. It is now {where}.",
            "",
            "Your stored credential was saved for the place before, so it does not sign in there any more.",
            "If you trust the new place, associate the credential with the connection again:",
            "",
            f"{home}/connections/{row.id}",
            "",
        ]
    )
    notify.send_to_people(tx, people, subject, text, _MAIL, row.id)
