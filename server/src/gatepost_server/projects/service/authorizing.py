"""Authorized objects of dashboards: data that viewers see as somebody else may (§4.5)."""

from collections.abc import Sequence
from typing import Final

from gatepost_server.authz import Hidden, NodeKind, decide, reader_of, subject_for
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.keys import key_by_id
from gatepost_server.projects.dashboards import Authorization
from gatepost_server.projects.queries import dashboards as queries
from gatepost_server.projects.service.finding import require_dataset, require_project
from gatepost_server.projects.tables import AuthorizationRow
from gatepost_server.store import Tx, micros

MOST: Final = 500
_HIGHEST: Final = 5
_OF_THEIR_OWN: Final = (ActorKind.PROJECT_KEY, ActorKind.GLOBAL_KEY)


def list_authorizations(tx: Tx, key: str) -> Sequence[Authorization]:
    """Return which datasets of a project viewers of its dashboards see, and by whose rights."""
    project = require_project(tx, "project:authorize", key)
    return [
        Authorization(
            row.dataset_id, name, row.by_id, row.by_name, row.given_at,
            is_effective=is_still_held(tx, row),
        )
        for row, name in queries.authorizations_of(tx.session, project.id)
    ]  # fmt: skip


def replace_authorizations(tx: Tx, key: str, datasets: Sequence[str]) -> Sequence[Authorization]:
    """Make *datasets* (names or ids) all that viewers of a project's dashboards see by others' rights.

    It stands in for sharing: the caller must hold READ_DATA on each now. What is in the
    list already stays with its authorizer as long as that one may read it.

    Raises:
        Hidden, ActionDenied: the caller may not authorize, or not read one of them.
        Invalid: too many.
    """
    project = require_project(tx, "project:authorize", key)
    if len(datasets) > MOST:
        raise Invalid("Too many objects.", faults=[FieldFault("objects", f"at most {MOST}")])
    nodes = [require_dataset(tx, "dataset:rows", key, ref) for ref in datasets]
    rows = {row.dataset_id: (row, name) for row, name in queries.authorizations_of(tx.session, project.id)}
    before = sorted(name for _row, name in rows.values())
    wanted = {node.id: node for node in nodes}
    kept = {one for one, (row, _name) in rows.items() if one in wanted and is_still_held(tx, row)}

    for row in [row for one, (row, _name) in rows.items() if one not in kept]:
        tx.session.delete(row)
    tx.session.flush()
    tx.session.add_all(_authorized(tx, project.id, one) for one in wanted if one not in kept)
    tx.session.flush()
    after = sorted(node.name for node in wanted.values())
    tx.audit(
        "project:authorize", "project", project.id, project.name,
        before={"datasets": before}, after={"datasets": after},
    )  # fmt: skip
    return list_authorizations(tx, key)


def authorize_dataset(tx: Tx, key: str, ref: str) -> None:
    """Authorize one dataset beside those that are; whose authorizer lost it is taken over.

    Raises:
        Hidden, ActionDenied: the caller may not authorize, or not read it now.
    """
    project = require_project(tx, "project:authorize", key)
    node = require_dataset(tx, "dataset:rows", key, ref)
    row = tx.session.get(AuthorizationRow, node.id)
    if row is not None and is_still_held(tx, row):
        return
    if row is not None:
        tx.session.delete(row)
        tx.session.flush()
    tx.session.add(_authorized(tx, project.id, node.id))
    tx.audit("project:authorize", "project", project.id, project.name, after={"dataset": node.name})


def withdraw_dataset(tx: Tx, key: str, dataset_id: str) -> None:
    """No longer authorize one dataset.

    Raises:
        Hidden, ActionDenied: the caller may not, or it is not authorized.
    """
    project = require_project(tx, "project:authorize", key)
    row = tx.session.get(AuthorizationRow, dataset_id)
    if row is None or row.project_id != project.id:
        raise Hidden("project:authorize", dataset_id)
    tx.session.delete(row)
    tx.audit("project:authorize", "project", project.id, project.name, before={"dataset": dataset_id})


def authorizer_of(tx: Tx, row: AuthorizationRow) -> Actor | None:
    """Return who stands for authorized data, as they are recorded now; None when they cannot any more.

    A person counts with all that they may themselves; a key as it would be let in now, from
    wherever.
    """
    if row.by_key_id is None:
        return Actor(ActorKind.SESSION, row.by_id, row.by_name, cap=_HIGHEST)
    fact = key_by_id(reader_of(tx), row.by_key_id)
    is_good = (
        fact is not None
        and not fact.is_revoked
        and fact.is_enabled
        and bool(fact.verifiers)
        and fact.expires_at > micros(tx.now)
    )
    if fact is None or not is_good:
        return None
    kind = ActorKind.PROJECT_KEY if fact.kind == "project" else ActorKind.GLOBAL_KEY
    return Actor(
        kind, fact.id, fact.name, cap=_HIGHEST if fact.cap is None else fact.cap,
        via_key_id=fact.id, via_key_name=fact.name, reach=fact.reach,
        sponsor_id=fact.owner_id, run_as_id=fact.run_as_id,
    )  # fmt: skip


def is_still_held(tx: Tx, row: AuthorizationRow) -> bool:
    """Tell whether the authorizer of data may read them now."""
    actor = authorizer_of(tx, row)
    if actor is None:
        return False
    reader = reader_of(tx)
    subject = subject_for(reader, actor)
    return decide(reader, subject, "dataset:rows", row.dataset_id, NodeKind.DATASET, tx.now).allowed


def _authorized(tx: Tx, project_id: str, dataset_id: str) -> AuthorizationRow:
    actor = tx.actor
    is_key = actor.kind in _OF_THEIR_OWN
    return AuthorizationRow(
        dataset_id=dataset_id,
        project_id=project_id,
        by_id=actor.principal_id or "",
        by_key_id=actor.via_key_id if is_key else None,
        by_name=actor.name[:200],
        given_at=tx.now,
    )
