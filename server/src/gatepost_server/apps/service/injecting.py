"""Data connections whose password an app finds in its environment: the weaker choice, taken by name.

Only the owner of a stored credential gives it to an app, with a password confirmed lately, and only
what that person deployed gets it: who may merely edit the app does not come by it with other code.
Judged anew at each start, and at each connection that the app opens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from gatepost_server import connections, projects, vault
from gatepost_server.apps.errors import NotForEnvironment
from gatepost_server.apps.injections import stem_of
from gatepost_server.apps.service.reached import require_reached
from gatepost_server.apps.service.reading import require_app
from gatepost_server.apps.tables import AppConnectionRow, DeploymentRow
from gatepost_server.authz import require_self
from gatepost_server.connections import ConnectionType, Login, StoredLogin, Target
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx


@dataclass(frozen=True)
class Injection:
    """A connection that a deployment is to find in its environment; it is judged as `actor`.

    `refusal` says why it is not given, whatever that person may.
    """

    app_id: str
    name: str
    connection_id: str
    credential_id: str
    actor: Actor
    refusal: str | None = None


def require_for_environment(tx: Tx, app_id: str, name: str, target: Target, login: Login) -> None:
    """Let the call go on only if the caller may give the password behind *login* to an app.

    Raises:
        ConfirmRequired: the password was not confirmed lately.
        NotYours: the credential is somebody else's, who lets the caller use it.
        NotForEnvironment: it is no PostgreSQL, or nothing stored signs in.
        Invalid: another connection's variables would have the same names.
    """
    require_self(tx, "credential:associate")
    if target.type is not ConnectionType.POSTGRESQL or not isinstance(login, StoredLogin):
        raise NotForEnvironment
    vault.require_own(tx, login.credential_id)
    others = select(AppConnectionRow.name).where(
        AppConnectionRow.app_id == app_id, AppConnectionRow.in_environment, AppConnectionRow.name != name
    )
    if stem_of(name) in map(stem_of, tx.session.scalars(others)):
        faults = [FieldFault("name", "another connection's variables have the same names")]
        raise Invalid("The connection cannot be added.", faults=faults, code="connection-invalid")


def injections(tx: Tx, deployment_id: str) -> Sequence[Injection]:
    """Return what a deployment is to find in its environment, by name; asks for no right."""
    deployment = tx.session.get(DeploymentRow, deployment_id)
    if deployment is None:
        return []
    wanted = select(AppConnectionRow).where(
        AppConnectionRow.app_id == deployment.app_id, AppConnectionRow.in_environment
    )
    return [_injection(row, deployment) for row in tx.session.scalars(wanted.order_by(AppConnectionRow.name))]


def judge_injection(tx: Tx, one: Injection) -> tuple[Target, StoredLogin]:
    """Return where an injection leads and what signs in, if it is given now; the caller is its actor.

    Raises:
        Hidden, ActionDenied: that person may not edit the app any more, or use one of them.
        NotYours, NotAssociated, NotReachedByCode: as where it was added.
    """
    require_app(tx, "app:edit", one.app_id)
    require_reached(tx, one.connection_id)
    target = connections.usable_target(tx, one.connection_id)
    connections.require_bound(tx, target, one.credential_id)
    vault.require_own(tx, one.credential_id)
    return target, StoredLogin(one.credential_id)


def _injection(row: AppConnectionRow, deployment: DeploymentRow) -> Injection:
    actor = projects.token_for(row.by_id, row.by_name)
    refusal = None
    if deployment.by_id != row.by_id:
        refusal = f"{row.by_name} gave it to the application, and {deployment.by_name} deployed this version"
    return Injection(row.app_id, row.name, row.connection_id, row.credential_id or "", actor, refusal)


def injected_apps(tx: Tx, app_ids: Sequence[str]) -> set[str]:
    """Return which of several apps have a connection in their environment; asks for no right."""
    found = select(AppConnectionRow.app_id).where(
        AppConnectionRow.app_id.in_(app_ids), AppConnectionRow.in_environment
    )
    return set(tx.session.scalars(found))
