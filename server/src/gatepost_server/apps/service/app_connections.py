"""Data connections that an app's code reaches by a name, and never sees the password of.

The broker signs in, statement by statement, in a transaction that cannot write. Every statement
asks anew whether the caller may use connection and credential: an app by itself is whoever
deployed it, cut to its level; with a visitor's request it is that visitor.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gatepost_server import connections
from gatepost_server.apps.errors import NoSuchConnection
from gatepost_server.apps.service.injecting import require_for_environment
from gatepost_server.apps.service.reached import is_reached, require_reached
from gatepost_server.apps.service.reading import require_app
from gatepost_server.apps.tables import AppConnectionRow, AppOpeningRow
from gatepost_server.authz import allowed_on
from gatepost_server.connections import (
    Connection,
    Login,
    Means,
    NoLogin,
    Sight,
    StoredLogin,
    Target,
    TooManyTries,
)
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Bucket, Tx, take

MOST_CONNECTIONS: Final = 20
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_STATEMENTS: Final = Bucket(capacity=600, period_s=60)
_SAID_EACH: Final = timedelta(hours=1)


@dataclass(frozen=True)
class AppConnection:
    """A connection by the name that an app's code has for it.

    What stands behind it is None for who may not see that.
    """

    name: str
    connection_id: str | None
    connection_name: str | None
    credential_id: str | None
    credential_name: str | None
    has_login: bool
    in_environment: bool
    by_name: str
    at: datetime


def list_app_connections(tx: Tx, ref: str) -> Sequence[AppConnection]:
    """Return the connections of an app by name, as far as the caller may see what they are."""
    return _presented(tx, require_app(tx, "app:read", ref).id)


def add_connection(
    tx: Tx,
    ref: str,
    name: str,
    connection_id: str,
    credential_id: str | None = None,
    *,
    in_environment: bool = False,
) -> AppConnection:
    """Let an app's code reach a connection by *name*; one of that name leads there from now on.

    Without *credential_id* it is the only one that the caller may use there, or none where none
    is needed. Whoever deployed the app has to be let use both when its code asks. With
    *in_environment* what the caller deploys finds the password in its environment from its next start on.

    Raises:
        Hidden, ActionDenied: the caller may not edit the app, or use one of them.
        NotReachedByCode: the connection is for people alone, or its source takes no statements.
        NotAssociated, ChooseLogin: as `connections.choose_login` says.
        ConfirmRequired, NotYours, NotForEnvironment: as `require_for_environment` says.
        Invalid: no such name, or too many.
    """
    node = require_app(tx, "app:edit", ref)
    target = connections.usable_target(tx, connection_id)
    login = connections.choose_login(tx, target, credential_id)
    require_reached(tx, connection_id)
    row = tx.session.get(AppConnectionRow, (node.id, name))
    _require_fitting(tx, node.id, name, is_new=row is None)
    if in_environment:
        require_for_environment(tx, node.id, name, target, login)

    row = row or AppConnectionRow(app_id=node.id, name=name)
    row.connection_id = connection_id
    row.credential_id = login.credential_id if isinstance(login, StoredLogin) else None
    row.in_environment = in_environment
    row.at, row.by_id, row.by_name = tx.now, tx.actor.answerable_id or "", tx.actor.name
    tx.session.add(row)
    tx.session.flush()
    tx.audit(
        "app:connect", "app", node.id, node.name,
        after={
            "name": name, "connection_id": connection_id, "login": connections.told(login),
            "in_environment": in_environment,
        },
    )  # fmt: skip
    return next(one for one in _presented(tx, node.id) if one.name == name)


def require_connection_name(tx: Tx, ref: str, name: str) -> None:
    """Let the call go on only with a name that the code of an app may have for a connection.

    Raises:
        Invalid: no such name, or too many.
    """
    node = require_app(tx, "app:edit", ref)
    _require_fitting(tx, node.id, name, is_new=tx.session.get(AppConnectionRow, (node.id, name)) is None)


def reachable_connections(tx: Tx) -> Sequence[Connection]:
    """Return the connections that the caller may use, and that code may reach, by name."""
    found = connections.list_connections(tx, PageRequest(limit=MAX_LIMIT)).items
    usable = allowed_on(tx, "connection:use", [one.id for one in found])
    return [one for one in found if one.id in usable and is_reached(one)]


def remove_connection(tx: Tx, ref: str, name: str) -> None:
    """Let an app's code reach a connection by that name no more, from the next statement on."""
    node = require_app(tx, "app:edit", ref)
    row = _named(tx, node.id, name)
    before = {"name": name, "connection_id": row.connection_id}
    tx.session.delete(row)
    tx.session.flush()
    tx.audit("app:disconnect", "app", node.id, node.name, before=before)


def open_connection(means: Means, ref: str, name: str) -> Sight:
    """Return the source behind a name, to be read as the caller; 600 times a minute for one app.

    The first time in an hour that somebody opens it, or it leads elsewhere, stands in the trail
    before anything is sent.

    Raises:
        Hidden, ActionDenied: the caller may not open the app, or use connection or credential.
        NoSuchConnection: the app has none of that name.
        NotReachedByCode: over the connection people work in person by now.
        NotAssociated: the credential does not sign in there any more.
        TooManyTries: too many statements within a minute.
    """
    with means.begin() as tx:
        node = require_app(tx, "app:open", ref)
        wait = take(tx, f"app-connection:{node.id}", _STATEMENTS)
    if wait is not None:
        raise TooManyTries(wait)
    with means.begin() as tx:
        row = _named(tx, node.id, name)
        require_reached(tx, row.connection_id)
        target = connections.usable_target(tx, row.connection_id)
        login: Login = NoLogin()
        if row.credential_id is not None:
            connections.require_bound(tx, target, row.credential_id)
            login = StoredLogin(row.credential_id)
        _say_once(tx, node.id, name, target, login)
        return Sight(means.broker, tx.actor, target, login)


def forget_connections(session: Session, app_id: str) -> None:
    """Remove all connections of an app that is deleted."""
    for table in (AppConnectionRow, AppOpeningRow):
        session.execute(delete(table).where(table.app_id == app_id))


def _say_once(tx: Tx, app_id: str, name: str, target: Target, login: Login) -> None:
    who = tx.actor.principal_id or ""
    place = f"{connections.address_of(target.type, target.params)} {connections.told(login)}"
    row = tx.session.get(AppOpeningRow, (app_id, name, who))
    if row is not None and row.place == place and tx.now - row.at < _SAID_EACH:
        return
    row = row or AppOpeningRow(app_id=app_id, name=name, who_id=who)
    row.place, row.at = place, tx.now
    tx.session.add(row)
    connections.announce(tx, target, login, "app")


def _require_fitting(tx: Tx, app_id: str, name: str, *, is_new: bool) -> None:
    fault = None
    if not _NAME.fullmatch(name):
        fault = "1 to 64 of a-z, 0-9, - and _, first a letter"
    elif is_new and len(_rows(tx, app_id)) >= MOST_CONNECTIONS:
        fault = f"an application has at most {MOST_CONNECTIONS}"
    if fault:
        faults = [FieldFault("name", fault)]
        raise Invalid("The connection cannot be added.", faults=faults, code="connection-invalid")


def _named(tx: Tx, app_id: str, name: str) -> AppConnectionRow:
    row = tx.session.get(AppConnectionRow, (app_id, name))
    if row is None:
        raise NoSuchConnection(name)
    return row


def _rows(tx: Tx, app_id: str) -> Sequence[AppConnectionRow]:
    found = select(AppConnectionRow).where(AppConnectionRow.app_id == app_id)
    return tx.session.scalars(found.order_by(AppConnectionRow.name)).all()


def _presented(tx: Tx, app_id: str) -> Sequence[AppConnection]:
    rows = _rows(tx, app_id)
    places = connections.seen_names(tx, [row.connection_id for row in rows])
    logins = connections.seen_logins(tx, [row.credential_id for row in rows if row.credential_id])
    return [
        AppConnection(
            row.name,
            row.connection_id if row.connection_id in places else None,
            places.get(row.connection_id),
            row.credential_id if row.credential_id in logins else None,
            logins.get(row.credential_id or ""),
            row.credential_id is not None,
            row.in_environment,
            row.by_name,
            row.at,
        )
        for row in rows
    ]
