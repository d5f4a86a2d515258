"""Beginning a visit at first contact, and clearing away those that are over."""

from typing import Final

from sqlalchemy import delete, select

from gatepost_server.apps import WayFacts
from gatepost_server.authn.tables import VisitRow
from gatepost_server.authn.visits import LONGEST, Visit
from gatepost_server.crypto import new_public_id
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import Tx, insert_or, micros

_AUDITED: Final = "visit:begin"


def begin_visit(tx: Tx, opener_id: str, way: WayFacts) -> Visit:
    """Record that the caller, by the session or secret *opener_id*, met a deployment.

    Whether they may open it, the gate has decided. One that was begun by somebody else a
    moment ago, or still counts, is returned as it is.
    """
    own = (VisitRow.opener_id == opener_id, VisitRow.deployment_id == way.deployment_id)
    tx.session.execute(delete(VisitRow).where(*own, VisitRow.ends_at <= tx.now))
    visit_id = new_id("vis", tx.now)
    tx.session.execute(
        insert_or(tx, VisitRow)
        .values(
            id=visit_id,
            public_id=new_public_id(),
            opener_id=opener_id,
            app_id=way.app_id,
            deployment_id=way.deployment_id,
            ip=tx.origin.ip,
            began_at=tx.now,
            ends_at=tx.now + LONGEST,
        )
        .on_conflict_do_nothing(index_elements=[VisitRow.opener_id, VisitRow.deployment_id])
    )
    row = tx.session.scalars(select(VisitRow).where(*own)).one()
    if row.id == visit_id:
        tx.audit(_AUDITED, "app", way.app_id, way.app_name, after={"deployment": way.deployment_id})
    return Visit(
        row.id, row.public_id, row.opener_id, row.app_id, row.deployment_id, row.ip, micros(row.ends_at)
    )


def sweep_visits(tx: Tx) -> None:
    """Delete visits that are over; their keys are refused from the moment they end."""
    tx.session.execute(delete(VisitRow).where(VisitRow.ends_at <= tx.now))
