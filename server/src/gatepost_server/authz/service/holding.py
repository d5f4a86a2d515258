"""What applications hold: given by who shares the thing, within their own rights, for a time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import delete

from gatepost_server.authz import queries
from gatepost_server.authz.model import Grant
from gatepost_server.authz.service.asking import require
from gatepost_server.authz.service.limits import require_within_own
from gatepost_server.authz.service.organizations import require_inside
from gatepost_server.authz.service.writing import add_grant
from gatepost_server.authz.tables import GrantRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx

_APPLICATION: Final = "application"


def give_application(
    tx: Tx, action: str, node_id: str, holder_id: str, atoms: int, *, until: datetime | None, reason: str = ""
) -> Grant:
    """Give an application *atoms* on a thing until *until* (None: for good); *action* is what that takes.

    The caller's own use-case writes it into the trail.

    Raises:
        Invalid: an end that has passed, or no such application that is active.
        OutsideOrganization: it is of another organization.
        TooWide: beyond what the caller holds, now or at any time before *until*.
    """
    node = require(tx, action, node_id)
    if until is not None and until <= tx.now:
        raise Invalid("The end has passed.", faults=[FieldFault("validity", "has to lie in the future")])
    holder = queries.principal(tx.session, holder_id)
    if holder is None or not holder.is_active or holder.kind != _APPLICATION:
        fault = FieldFault("client", "no client application of that id")
        raise Invalid("There is no such application.", faults=[fault], code="unknown-principal")
    require_inside(tx, node.org_id, holder)
    require_within_own(tx, node, atoms, until)
    return add_grant(tx, node.id, holder.id, atoms, until=until, reason=reason)


def end_holdings(tx: Tx, grant_ids: Iterable[str]) -> None:
    """End grants that applications hold; the right to it has been asked, and the caller audits it."""
    ids = sorted(grant_ids)
    tx.session.execute(delete(GrantRow).where(GrantRow.id.in_(ids), GrantRow.role.is_(None)))
