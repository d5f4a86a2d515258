"""Where people are written to; for domains that send mail, never shown."""

from collections.abc import Iterable

from sqlalchemy import select

from gatepost_server.identity.tables import UserRow
from gatepost_server.store import Tx


def mail_addresses(tx: Tx, user_ids: Iterable[str]) -> dict[str, str]:
    """Return the mail address of each of these people, by id; no right is asked for."""
    rows = tx.session.execute(select(UserRow.id, UserRow.email).where(UserRow.id.in_(set(user_ids))))
    return {row.id: row.email for row in rows}
