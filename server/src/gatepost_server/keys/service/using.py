"""Noting when, from where and by what keys are used; bookkeeping only."""

from collections.abc import Iterable, Mapping

from sqlalchemy import case, delete, select

from gatepost_server.keys import queries
from gatepost_server.keys.model import MOST_CALLERS, KeyUse, OldUse, Uses
from gatepost_server.keys.tables import KeyUseRow, OldCallerRow, OldSecretUseRow, VerifierRow
from gatepost_server.store import Tx, insert_or

AGENT_LENGTH = 200
"""So much is kept of what a program calls itself."""


def note_uses(tx: Tx, uses: Mapping[str, KeyUse]) -> None:
    """Note the last uses of keys by what verified them; what is gone by now is passed over."""
    if not uses:
        return
    latest: dict[str, KeyUse] = {}
    for row in tx.session.scalars(select(VerifierRow).where(VerifierRow.id.in_(uses))):
        use = uses[row.id]
        if row.key_id not in latest or use.at >= latest[row.key_id].at:
            latest[row.key_id] = use
    for key_id, use in latest.items():
        tx.session.merge(KeyUseRow(key_id=key_id, at=use.at, ip=use.ip, agent=_agent(use.agent) or None))


def note_old_uses(tx: Tx, uses: Mapping[OldUse, Uses]) -> None:
    """Note who used secrets that were replaced; secrets that ended by now are passed over.

    Of each, the callers that used it last are kept, `MOST_CALLERS` of them; the uses of others
    are counted. Batches that several processes write at the same moment add up.
    """
    if not uses:
        return
    meant = {one.verifier_id for one in uses}
    is_meant = (VerifierRow.id.in_(meant), queries.is_old(), VerifierRow.until_at > tx.now)
    query = select(VerifierRow.id).where(*is_meant)
    old = set(tx.session.scalars(query.order_by(VerifierRow.id).with_for_update()))
    for use, count in sorted(uses.items(), key=lambda one: [part or "" for part in one[0]]):
        if use.verifier_id in old:
            _add(tx, use, count)
    for verifier_id in sorted(old):
        _keep_the_last(tx, verifier_id)


def forget_old_callers(tx: Tx) -> None:
    """Forget who used secrets that have ended meanwhile."""
    over = select(VerifierRow.id).where(queries.is_old(), VerifierRow.until_at <= tx.now)
    for rows in (OldCallerRow, OldSecretUseRow):
        tx.session.execute(delete(rows).where(rows.verifier_id.in_(over)))


def drop_verifiers(tx: Tx, verifier_ids: Iterable[str]) -> None:
    """Let secrets count no longer, and forget who used them."""
    gone = list(verifier_ids)
    for rows in (OldCallerRow, OldSecretUseRow):
        tx.session.execute(delete(rows).where(rows.verifier_id.in_(gone)))
    tx.session.execute(delete(VerifierRow).where(VerifierRow.id.in_(gone)))


def _add(tx: Tx, use: OldUse, count: Uses) -> None:
    insert = insert_or(tx, OldCallerRow).values(
        verifier_id=use.verifier_id,
        ip=use.ip or "",
        agent=_agent(use.agent),
        app_id=use.app_id or "",
        first_at=count.first_at,
        last_at=count.last_at,
        uses=count.count,
    )
    new = insert.excluded
    tx.session.execute(
        insert.on_conflict_do_update(
            index_elements=["verifier_id", "ip", "agent", "app_id"],
            set_={
                "first_at": case(
                    (OldCallerRow.first_at < new.first_at, OldCallerRow.first_at), else_=new.first_at
                ),
                "last_at": case(
                    (OldCallerRow.last_at > new.last_at, OldCallerRow.last_at), else_=new.last_at
                ),
                "uses": OldCallerRow.uses + new.uses,
            },
        )
    )


def _keep_the_last(tx: Tx, verifier_id: str) -> None:
    """Count what callers did that are beyond those kept, and forget them."""
    of_it = select(OldCallerRow).where(OldCallerRow.verifier_id == verifier_id)
    beyond = tx.session.scalars(of_it.order_by(*queries.LATEST_CALLERS).offset(MOST_CALLERS)).all()
    if not beyond:
        return
    counted = tx.session.get(OldSecretUseRow, verifier_id)
    if counted is None:
        counted = OldSecretUseRow(verifier_id=verifier_id, uses=0)
        tx.session.add(counted)
    counted.uses += sum(one.uses for one in beyond)
    for one in beyond:
        tx.session.delete(one)


def _agent(agent: str | None) -> str:
    return (agent or "")[:AGENT_LENGTH]
