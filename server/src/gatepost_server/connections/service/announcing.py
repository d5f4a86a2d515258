"""Announcing: where a login is about to go stands in the trail before it goes, whatever comes of it."""

from gatepost_server.connections.drivers import address_of, tls_of
from gatepost_server.connections.model import Login, NoLogin, StoredLogin, Target
from gatepost_server.connections.tables import ConnectionRow
from gatepost_server.store import Tx


def announce(tx: Tx, target: Target, login: Login, purpose: str) -> None:
    """Note that a login goes to *target* now, for a `test`, a `check` or a `look`; never its secret.

    The caller asks the broker only after this transaction: what was sent is in the trail then,
    though the far end, the broker or this process fall silent in the middle.
    """
    row = tx.session.get(ConnectionRow, target.connection_id)
    name = target.connection_id if row is None else row.name
    after = {
        "address": address_of(target.type, target.params), "tls": tls_of(target.type, target.params),
        "login": told(login), "for": purpose,
    }  # fmt: skip
    tx.audit("connection:sign-in", "connection", target.connection_id, name, after=after)


def told(login: Login) -> str:
    """Return how the trail calls a login: the id of a stored credential, `one-time` or `none`."""
    if isinstance(login, StoredLogin):
        return login.credential_id
    return "none" if isinstance(login, NoLogin) else "one-time"
