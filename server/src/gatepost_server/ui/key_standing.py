"""Whether those who answer for keys still can: active, and holding what the keys were given."""

from collections.abc import Iterable

from gatepost_server.authz import is_held_by, policy
from gatepost_server.keys import Key
from gatepost_server.store import Tx


def lacking(tx: Tx, key: Key) -> list[str]:
    """Return in words what a key was given that its sponsor does not hold now; all when they are gone."""
    if key.owner is None or not key.owner.is_active:
        return [f"{name} on {one.name}" for one in key.rights for name in one.permissions]
    sponsor = key.owner.id
    return [
        f"{name} on {one.name}"
        for one in key.rights
        if not is_held_by(tx, sponsor, policy.mask(one.permissions), one.node_id)
        for name in one.permissions
        if not is_held_by(tx, sponsor, policy.mask(name), one.node_id)
    ]


def weakened(tx: Tx, project_id: str, found: Iterable[Key]) -> set[str]:
    """Return the ids of the project keys whose sponsors cannot answer for all that they hold."""
    rows = list(found)
    able = {
        one.owner_id
        for one in {row.owner_id: row for row in rows}.values()
        if one.owner is not None
        and one.owner.is_active
        and is_held_by(tx, one.owner_id, policy.mask("ADMIN"), project_id)
    }
    return {row.id for row in rows if row.owner_id not in able and lacking(tx, row)}
