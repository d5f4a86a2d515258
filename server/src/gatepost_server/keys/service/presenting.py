"""Keys as people see them: with the names of who answers for them and what they were given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gatepost_server.authz import (
    Holding,
    NodeKind,
    allowed_on,
    holdings,
    node_names,
    policy,
    principal,
    principals,
)
from gatepost_server.kernel.paging import Page
from gatepost_server.keys import queries
from gatepost_server.keys.model import THEIR_OWN, Key, KeyKind, KeyRight, OldSecret
from gatepost_server.keys.tables import KeyRow, KeyUseRow
from gatepost_server.store import Tx


def shown(tx: Tx, row: KeyRow) -> Key:
    """Return one stored key as a value."""
    return shown_all(tx, [row])[0]


def shown_new(tx: Tx, row: KeyRow, rights: Iterable[KeyRight] = (), origins: Iterable[str] = ()) -> Key:
    """Return a key that is being made, with what it was just given.

    Of a personal key the owner, who has it in hand, is not named.
    """
    named = {row.owner_id, row.created_by, row.run_as_id or row.created_by}
    people = {} if row.kind == KeyKind.PERSONAL else {one: principal(tx, one) for one in named}
    return _key(
        row,
        None,
        None,
        owner=people.get(row.owner_id),
        created_by=people.get(row.created_by),
        run_as=people.get(row.run_as_id or ""),
        run_as_counts=row.run_as_id is not None,
        rights=tuple(rights),
        allowed_origins=tuple(origins),
    )


def shown_page(tx: Tx, page: Page[KeyRow]) -> Page[Key]:
    """Return a page of stored keys as values."""
    return Page(shown_all(tx, page.items), page.next)


def shown_all(tx: Tx, rows: Sequence[KeyRow]) -> list[Key]:
    """Return stored keys as values, in their order; whether the caller may see them is not asked."""
    ids = [row.id for row in rows]
    machines = [row.id for row in rows if row.kind not in THEIR_OWN]
    creators = [row.id for row in rows if row.kind == KeyKind.CREATOR]
    uses = queries.uses_of(tx.session, ids)
    old = _with_apps(tx, queries.old_secrets_of(tx.session, ids, tx.now))
    held = holdings(tx, machines) if machines else {}
    origins = queries.origins_of(tx.session, machines) if machines else {}
    apps = queries.apps_of(tx.session, creators) if creators else {}
    agreed = queries.consents_to(tx.session, rows)
    people = principals(
        tx, {one for row in rows for one in (row.owner_id, row.created_by, row.run_as_id) if one}
    )
    return [
        _key(
            row,
            uses.get(row.id),
            old.get(row.id),
            owner=people.get(row.owner_id),
            created_by=people.get(row.created_by),
            run_as=people.get(row.run_as_id or ""),
            run_as_counts=row.run_as_id is not None
            and (not row.is_run_as_consented or (row.run_as_id, row.project_id) in agreed),
            rights=tuple(_right(one) for one in held.get(row.id, ())),
            allowed_origins=tuple(origins.get(row.id, ())),
            app_id=apps.get(row.id),
        )
        for row in rows
    ]


def _with_apps(tx: Tx, old: Mapping[str, OldSecret]) -> Mapping[str, OldSecret]:
    """Name the applications that were called by old secrets, where the caller may know of them."""
    called = {one.app_id for secret in old.values() for one in secret.callers if one.app_id is not None}
    if not called:
        return old
    named = node_names(tx, sorted(allowed_on(tx, "app:list", sorted(called))))
    return {
        key_id: replace(
            secret,
            callers=tuple(replace(one, app_name=named.get(one.app_id or "")) for one in secret.callers),
        )
        for key_id, secret in old.items()
    }


def right(node_id: str, kind: NodeKind, name: str, atoms: int) -> KeyRight:
    """Return what a key was given on one thing."""
    return KeyRight(node_id, kind.value, name, tuple(policy.names(atoms)))


def _key(row: KeyRow, use: KeyUseRow | None, old: OldSecret | None, **more: object) -> Key:
    is_global = row.kind == KeyKind.GLOBAL
    return Key(
        id=row.id,
        kind=KeyKind(row.kind),
        name=row.name,
        prefix=row.prefix,
        last_four=row.last_four,
        owner_id=row.owner_id,
        role=None if row.cap is None or is_global else policy.role_of_cap(row.cap),
        ip_allowlist=row.ip_allowlist,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        last_used_at=use.at if use else None,
        last_used_ip=use.ip if use else None,
        last_used_agent=use.agent if use else None,
        description=row.description,
        is_enabled=row.is_enabled,
        project_id=row.project_id,
        is_global_admin=is_global and row.reach is None,
        old_secret=old,
        **more,  # type: ignore[arg-type]  # named and typed where they are given, a few lines above
    )


def _right(one: Holding) -> KeyRight:
    return right(one.node_id, one.kind, one.name, one.atoms)
