"""Noting when, from where and by what keys are used; bookkeeping only."""

from collections.abc import Mapping

from sqlalchemy import select

from gatepost_server.keys.model import KeyUse
from gatepost_server.keys.tables import KeyUseRow, OldSecretUseRow, VerifierRow
from gatepost_server.store import Tx

_AGENT_LENGTH = 200


def note_uses(tx: Tx, uses: Mapping[str, KeyUse]) -> None:
    """Note the last uses of keys by what verified them; what is gone by now is passed over.

    The use of a secret that was replaced is noted for itself too, so that people see who
    still has it.
    """
    if not uses:
        return
    latest: dict[str, KeyUse] = {}
    for row in tx.session.scalars(select(VerifierRow).where(VerifierRow.id.in_(uses))):
        use = uses[row.id]
        if row.key_id not in latest or use.at >= latest[row.key_id].at:
            latest[row.key_id] = use
        if row.until_at is not None:
            tx.session.merge(OldSecretUseRow(verifier_id=row.id, at=use.at, ip=use.ip, agent=_agent(use)))
    for key_id, use in latest.items():
        tx.session.merge(KeyUseRow(key_id=key_id, at=use.at, ip=use.ip, agent=_agent(use)))


def _agent(use: KeyUse) -> str | None:
    return (use.agent or "")[:_AGENT_LENGTH] or None
