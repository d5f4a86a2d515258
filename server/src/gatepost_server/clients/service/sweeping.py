"""Clearing away: secrets that ended long ago. For the worker, which asks for no right."""

from typing import Final

from sqlalchemy import delete, select

from gatepost_server.authz import recorded_grants
from gatepost_server.clients.model import SECRETS_KEPT
from gatepost_server.clients.tables import SecretRow
from gatepost_server.store import Tx

_BATCH: Final = 500


def sweep_secrets(tx: Tx) -> int:
    """Forget the secrets that ended a month ago; return how many.

    They are refused from the moment they end, and stand in the list as ended until then. One
    whose membership was taken back ends by its own window here, so that its month begins.
    """
    _cut_off(tx)
    old = select(SecretRow.id, SecretRow.client_id).where(SecretRow.until_at <= tx.now - SECRETS_KEPT)
    by_client: dict[str, list[str]] = {}
    for secret_id, client_id in tx.session.execute(old.limit(_BATCH)):
        by_client.setdefault(client_id, []).append(secret_id)
    for client_id, ids in by_client.items():
        tx.session.execute(delete(SecretRow).where(SecretRow.id.in_(ids)))
        tx.audit("client:sweep-secrets", "app", client_id, "secrets that have ended", before={"secrets": ids})
    return sum(map(len, by_client.values()))


def _cut_off(tx: Tx) -> None:
    gone = select(SecretRow).where(SecretRow.grant_id.not_in(recorded_grants()), SecretRow.until_at > tx.now)
    for row in tx.session.scalars(gone.limit(_BATCH)).all():
        row.until_at = tx.now
        before = {"secret": row.id}
        tx.audit("client:end-secret", "app", row.client_id, "secret of a former member", before=before)
    tx.session.flush()
