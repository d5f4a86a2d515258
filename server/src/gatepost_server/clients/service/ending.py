"""What of client applications ends soon: memberships, authorizations, secrets."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from gatepost_server.approvals import NOTICE_DAYS, Ending
from gatepost_server.authz import EndingGrant, grants_ending, people_on
from gatepost_server.clients.tables import ClientRow, SecretRow
from gatepost_server.store import Tx


def endings(tx: Tx) -> list[Ending]:
    """Return what ends within the time for which notice is given; for the worker, which asks no right.

    A membership concerns the member, everything else the owners. What never ends is not among it,
    nor is a member's secret that goes when the membership does.
    """
    before = tx.now + timedelta(days=max(NOTICE_DAYS))
    grants = grants_ending(tx, before)
    found = select(SecretRow).where(SecretRow.until_at > tx.now, SecretRow.until_at <= before)
    secrets = tx.session.scalars(found.order_by(SecretRow.until_at)).all()
    ids = (
        {one.node_id for one in grants} | {one.who_id for one in grants} | {one.client_id for one in secrets}
    )
    names = {row.id: row.name for row in tx.session.scalars(select(ClientRow).where(ClientRow.id.in_(ids)))}
    owners = {
        node_id: [one.id for one in people if one.is_active]
        for node_id, people in people_on(tx, sorted(names), owners=True).items()
    }
    with_membership = {(one.id, one.until) for one in grants}
    return [
        *(ending for one in grants for ending in _of_grant(one, names, owners)),
        *(
            ending
            for row in secrets
            if (row.grant_id, row.until_at) not in with_membership
            for ending in _of_secret(row, names[row.client_id], owners.get(row.client_id, []))
        ),
    ]


def _of_grant(one: EndingGrant, names: dict[str, str], owners: dict[str, list[str]]) -> Iterator[Ending]:
    if one.is_of_person and one.node_id in names:
        what = "ownership" if one.is_owner else "membership"
        words = f"Your {what} of {names[one.node_id]}"
        yield Ending(one.who_id, one.id, one.until, words, f"/clients/{one.node_id}")
    elif not one.is_of_person and one.who_id in names:
        words = f"What {names[one.who_id]} may call of {one.name}"
        for owner in owners.get(one.who_id, []):
            yield Ending(owner, one.id, one.until, words, f"/clients/{one.who_id}")


def _of_secret(row: SecretRow, name: str, owners: list[str]) -> Iterator[Ending]:
    until: datetime | None = row.until_at
    if until is None:
        return
    told = owners if row.member_id is None else [row.member_id]
    words = f"An AppSecret of {name}" if row.member_id is None else f"Your AppSecret of {name}"
    for who_id in told:
        yield Ending(who_id, row.id, until, words, f"/clients/{row.client_id}")
