"""Keeping an app: its name, who may open it in general, and its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete

from gatepost_server import keys
from gatepost_server.apps.naming import checked_name
from gatepost_server.apps.service.app_connections import forget_connections
from gatepost_server.apps.service.environment import count_env, forget_env
from gatepost_server.apps.service.parameters import forget_parameters
from gatepost_server.apps.service.reading import present_app, require_app
from gatepost_server.apps.tables import AppRow, DeploymentRow, LiveRow, ReplicaRow
from gatepost_server.apps.views import App
from gatepost_server.authz import count_sharers, may, remove_node, rename_node, set_access
from gatepost_server.clients import forget_client
from gatepost_server.instance import policies
from gatepost_server.keys import KeyStatus
from gatepost_server.sharing import forget_external
from gatepost_server.store import Tx
from gatepost_server.usecases import count_usecases_of

LATELY: Final = timedelta(days=1)
"""What was used within this long is deleted by its name only."""


@dataclass(frozen=True)
class AppEnding:
    """What ends with an app that is deleted; None is what the caller may not know.

    `people` are those, and sets of them, with a role on it; `keys` are its own that still count.
    """

    name: str
    last_used_at: datetime | None
    was_used_lately: bool
    people: int | None
    keys: int | None
    variables: int
    usecases: int = 0


@dataclass(frozen=True)
class AppDeleted:
    """What was deleted; its live connections are still to be cut and counted."""

    app: App
    deployment_id: str | None


def rename_app(tx: Tx, ref: str, name: str) -> App:
    """Give an app another name; its addresses stay as they are.

    Raises:
        Invalid: the name cannot be used.
    """
    node = require_app(tx, "app:edit", ref)
    row = tx.session.get_one(AppRow, node.id, with_for_update=True)

    row.name = checked_name(name)
    rename_node(tx, node.id, row.name)
    tx.audit("app:edit", "app", node.id, row.name, before={"name": node.name}, after={"name": row.name})
    return present_app(tx, node.id)


def set_app_access(tx: Tx, ref: str, access: str) -> App:
    """Say who may open an app: `grants`, `signed_in` or `anyone`, up to the administrator's ceiling.

    Raises:
        Invalid: not an access type.
        TooWide: beyond the ceiling.
    """
    node = require_app(tx, "app:share", ref)
    set_access(tx, node.id, access, policies(tx).access_ceiling)
    return present_app(tx, node.id)


def ending_of(tx: Tx, ref: str) -> AppEnding:
    """Say what deleting an app would end; for who may delete it."""
    node = require_app(tx, "app:delete", ref)
    app = present_app(tx, node.id)
    counts = may(tx, "app:share", node.id)
    live = None
    if may(tx, "app:read", node.id):
        live = sum(one.status(tx.now) is KeyStatus.ACTIVE for one in keys.list_keys_of_app(tx, node.id))
    return AppEnding(
        node.name,
        app.last_used_at,
        app.last_used_at is not None and tx.now - app.last_used_at < LATELY,
        count_sharers(tx, [node.id]).get(node.id, 0) if counts else None,
        live,
        count_env(tx.session, node.id),
        count_usecases_of(tx, node.id),
    )


def delete_app(tx: Tx, ref: str) -> AppDeleted:
    """Delete an app with its address, grants, key and history; its source stays.

    The runtime ends its processes when it next looks, and the gate refuses its address
    from the next request on. Its number is never used again.
    """
    node = require_app(tx, "app:delete", ref)
    app = present_app(tx, node.id)

    forget_env(tx.session, node.id)
    forget_parameters(tx.session, node.id)
    forget_connections(tx.session, node.id)
    keys.end_creator_keys(tx, node.id)
    forget_external(tx, node.id)
    forget_client(tx, node.id)
    for table in (ReplicaRow, LiveRow, DeploymentRow):
        tx.session.execute(delete(table).where(table.app_id == node.id))
    tx.session.execute(delete(AppRow).where(AppRow.id == node.id))
    remove_node(tx, node.id)
    tx.audit("app:delete", "app", node.id, node.name, before={"number": app.number, "version": app.version})
    return AppDeleted(app, app.live_deployment_id)
