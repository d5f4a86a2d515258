"""Writing secrets: sealed for the place where they lie."""

from datetime import datetime

from gatepost_server.clients import queries
from gatepost_server.clients.errors import TooManySecrets
from gatepost_server.clients.model import MOST_SECRETS, is_weak, secret_place
from gatepost_server.clients.tables import SecretRow
from gatepost_server.crypto import Place, Seals
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx


def add_secret(
    tx: Tx,
    seals: Seals,
    client_id: str,
    text: Secret,
    *,
    is_custom: bool,
    until: datetime | None = None,
    member: tuple[str, str] | None = None,
) -> SecretRow:
    """Keep a secret from now on; *member* is whose it is, and by which grant they are a member.

    Raises:
        TooManySecrets: as many count already as an application may have.
    """
    if queries.count_open_secrets(tx.session, client_id, tx.now) >= MOST_SECRETS:
        raise TooManySecrets(MOST_SECRETS)
    member_id, grant_id = member or (None, None)
    row = SecretRow(
        id=new_id("sec", tx.now), client_id=client_id, member_id=member_id, grant_id=grant_id,
        text_sealed=b"", is_weak=is_weak(text), is_custom=is_custom, from_at=tx.now, until_at=until,
        by_id=tx.actor.principal_id or "", by_name=tx.actor.name, created_at=tx.now,
    )  # fmt: skip
    row.text_sealed = seals.seal(text, place_of(row))
    tx.session.add(row)
    tx.session.flush()
    return row


def place_of(row: SecretRow) -> Place:
    """Return what the text of a secret is bound to: its row and the application."""
    return secret_place(row.id, row.client_id)
