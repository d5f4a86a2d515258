"""Client applications as their reader may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gatepost_server.authz import (
    Held,
    NodeKind,
    Principal,
    allowed_on,
    count_holdings,
    count_people_on,
    own_holdings,
    people_on,
)
from gatepost_server.clients import queries
from gatepost_server.clients.model import Client, IpAllowlist, Owner
from gatepost_server.clients.tables import ClientRow
from gatepost_server.store import Tx


def present(tx: Tx, rows: Sequence[ClientRow]) -> list[Client]:
    """Return applications; of those the caller may only know of, no more than name, AppKey, group, owners."""
    tx.session.flush()
    ids = [row.id for row in rows]
    names = queries.group_names(tx.session, [row.group_id for row in rows])
    owners, members = people_on(tx, ids, owners=True), count_people_on(tx, ids)
    mine, used = own_holdings(tx, ids, "app:open"), allowed_on(tx, "app:open", ids)
    held = count_holdings(tx, ids)
    shown = []
    for row in rows:
        one = Client(
            row.id, row.name, row.app_key, row.group_id, names[row.group_id],
            [owner(each) for each in owners.get(row.id, [])], row.created_at, row.updated_at,
        )  # fmt: skip
        if row.id in used:
            one = _whole(one, row, held.get(row.id, {}), mine.get(row.id))
            one = replace(one, members=members.get(row.id, 0))
        shown.append(one)
    return shown


def owner(one: Principal) -> Owner:
    """Return somebody as people read them."""
    return Owner(one.id, one.name, one.label)


def _whole(one: Client, row: ClientRow, held: Mapping[NodeKind, int], mine: Held | None) -> Client:
    whole = replace(
        one,
        is_known_only=False,
        scenario=row.scenario,
        is_listed=row.is_listed,
        is_hosted=row.is_hosted,
        debug_until=row.debug_until,
        is_compatible=row.is_compatible,
        ip=IpAllowlist(row.is_ip_checked, row.ip_allowlist, row.is_ip_trusted),
        apis=held.get(NodeKind.API, 0),
        data_sources=held.get(NodeKind.DATASET, 0),
    )
    if mine is None:
        return whole
    role = "owner" if mine.is_owner else "member"
    return replace(
        whole, is_owner=mine.is_owner, role=role, until=mine.grant.until_at, grant_id=mine.grant.id
    )
