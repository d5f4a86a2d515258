"""Deploying: a new app from a bundle or a version, and another version for an app."""

from collections.abc import Sequence
from typing import Final

from gatepost_server.apps.errors import AlreadySo, VersionFailed, VersionIsDraft
from gatepost_server.apps.model import RUNGS, Desired, VersionState
from gatepost_server.apps.naming import checked_name, slug_of
from gatepost_server.apps.queries import apps as app_queries
from gatepost_server.apps.queries import sources as queries
from gatepost_server.apps.service.authors import require_confirmed, version_for
from gatepost_server.apps.service.environment import holds_values_of_others
from gatepost_server.apps.service.reading import present_app, require_app
from gatepost_server.apps.service.sources import plant_source
from gatepost_server.apps.service.uploads import Bundle, require_confinement
from gatepost_server.apps.service.versions import get_version, write_version
from gatepost_server.apps.tables import AppRow, DeploymentRow, LiveRow
from gatepost_server.apps.views import App, SourceVersion
from gatepost_server.authz import (
    Node,
    NodeKind,
    SessionRequired,
    number_node,
    own_new_node,
    register_node,
    rename_node,
    require,
    require_organization,
)
from gatepost_server.clients import become_hosted
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import Tx

_LENT_FOR_A_WHILE: Final = (ActorKind.VISITOR_KEY, ActorKind.RUN_TOKEN)


def publish_bundle(tx: Tx, name: str | None, bundle: Bundle, *, is_bundled: bool = False) -> App:
    """Make a source with version 1 from a bundle, and an app that runs it.

    Without *name* the bundle's own is taken. *is_bundled* marks content that Gatepost
    itself brings along; no door may pass it. It is said of the version: what anybody adds to
    this source later is as foreign as any upload.

    Raises:
        Invalid: the name cannot be used.
        UploadsRefused: this machine cannot confine what was uploaded.
    """
    parent = require_organization(tx, "app:create")
    require_organization(tx, "source:create")
    if not is_bundled:
        require_confinement(tx)
    name = checked_name(name if name is not None else bundle.name or "")

    source_id = plant_source(tx, name, parent.id)
    version = write_version(tx, source_id, bundle, is_bundled=is_bundled)
    return _plant_app(tx, name, version, parent.id, is_bundled=is_bundled)


def find_bundled_app(tx: Tx, name: str) -> App | None:
    """Return the app of that name that was published as Gatepost's own, or None.

    Raises:
        Unauthenticated, Hidden, ActionDenied: the caller may not see it.
    """
    app_id = app_queries.bundled_app_named(tx.session, name)
    if app_id is None:
        return None
    require(tx, "app:list", app_id)
    return present_app(tx, app_id)


def create_app(
    tx: Tx,
    *,
    name: str,
    source_id: str,
    version: int | None = None,
    confirmed_authors: Sequence[str] = (),
    client_id: str | None = None,
) -> App:
    """Make an app from a version of a source, the latest when none is named.

    With *client_id* a client application becomes one: it keeps its id, its AppKey and who is in it, and
    its own name unless another is given.

    Raises:
        AlreadyHosted: the client application is an app already.
        UnknownVersion: the source has no such version.
        VersionFailed: it could not be built.
        AuthorsUnconfirmed: it holds work of others, who are not among *confirmed_authors* (ids).
    """
    parent = require_organization(tx, "app:create")
    require(tx, "source:read", source_id)
    client = None if client_id is None else become_hosted(tx, client_id)
    number = version if version is not None else _latest(tx, source_id)
    chosen = _deployable(get_version(tx, source_id, number))
    require_confirmed(tx, chosen, confirmed_authors)
    if client is None:
        return _plant_app(tx, checked_name(name), chosen, parent.id, is_bundled=False)
    node = number_node(tx, client.id)
    called = checked_name(name or node.name)
    rename_node(tx, node.id, called)
    return _furnish(tx, node, called, chosen, is_bundled=False)


def deploy_version(
    tx: Tx, ref: str, version: int, *, source_id: str | None = None, confirmed_authors: Sequence[str] = ()
) -> App:
    """Let an app go over to a version of its source, or of another one; an older one is a rollback.

    With *source_id* the app is made from that source from now on. What is live stays so until the new
    deployment answers. A version that the app has run before needs no right on the source. One that
    lets the app's keys reach further than now, or than the app's own key by which it is deployed, is
    for its owners to deploy; so is another source's where others have set variables of the app, which
    its code could read. A stopped app stays stopped.

    Raises:
        UnknownVersion: the source has no such version.
        VersionFailed: it could not be built.
        AlreadySo: it is the one that is wanted already.
        ActionDenied: it raises the key scope level, or could read what others set, and the caller
            does not own the app.
        AuthorsUnconfirmed: it holds work of others, who are not among *confirmed_authors* (ids).
    """
    node = require_app(tx, "app:deploy", ref)
    row = tx.session.get_one(AppRow, node.id, with_for_update=True)
    chosen = _deployable(version_for(tx, node.id, source_id or row.source_id, version))
    before = present_app(tx, node.id)
    if before.version_id == chosen.id:
        raise AlreadySo(f"{node.name} is at version {version} already. Restart it to start it anew.")
    rung = RUNGS[chosen.resources.required_key_scope_level]
    is_by_itself = tx.actor.app_id == node.id
    raises = rung > RUNGS[before.key_scope_level] or (is_by_itself and rung > tx.actor.cap)
    is_strange = chosen.source_id != row.source_id and not queries.was_deployed(
        tx.session, node.id, chosen.id
    )
    # Its code would be told what others set for other code.
    if raises or (is_strange and holds_values_of_others(tx, node.id)):
        require(tx, "app:raise-level", node.id)
    require_confirmed(tx, chosen, confirmed_authors)

    row.wanted_id = _write_deployment(tx, node.id, chosen.id)
    row.source_id, row.updated_at = chosen.source_id, tx.now
    was = {"version": before.version, "source": before.source_id}
    after = {
        "version": version,
        "source": chosen.source_id,
        "author": chosen.author_name,
        "confirmed_authors": list(confirmed_authors),
    }
    tx.audit("app:deploy", "app", node.id, node.name, before=was, after=after)
    return present_app(tx, node.id)


def _plant_app(tx: Tx, name: str, version: SourceVersion, parent_id: str, *, is_bundled: bool) -> App:
    app_id = new_id("app", tx.now)
    node = register_node(tx, app_id, NodeKind.APP, name, parent_id=parent_id, is_numbered=True)
    own_new_node(tx, node)
    return _furnish(tx, node, name, version, is_bundled=is_bundled)


def _furnish(tx: Tx, node: Node, name: str, version: SourceVersion, *, is_bundled: bool) -> App:
    app_id = node.id
    assert node.number is not None, "content is numbered"
    row = AppRow(
        id=app_id,
        number=node.number,
        name=name,
        slug=slug_of(name),
        source_id=version.source_id,
        desired=Desired.RUNNING,
        revision=1,
        wanted_id="",
        is_bundled=is_bundled,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    row.wanted_id = _write_deployment(tx, app_id, version.id)
    tx.session.add(LiveRow(app_id=app_id))
    after = {
        "name": name,
        "kind": version.detected.kind if version.detected else None,
        "version": version.number,
        "source": version.source_id,
    }
    tx.audit("app:create", "app", app_id, name, after=after)
    return present_app(tx, app_id)


def _write_deployment(tx: Tx, app_id: str, version_id: str) -> str:
    deployment_id = new_id("dep", tx.now)
    tx.session.add(
        DeploymentRow(
            id=deployment_id,
            app_id=app_id,
            version_id=version_id,
            at=tx.now,
            by_id=_deployer_id(tx.actor, app_id),
            by_name=tx.actor.name,
        )
    )
    tx.session.flush()
    return deployment_id


def _deployer_id(actor: Actor, app_id: str) -> str:
    """Return for whom an app acts that *actor* deploys: a person, or a key within which it stays.

    An application deploys others by its own key, so that none of them gets further, or lives
    longer, than that. Itself it deploys for whom it acts already: its level was asked about.

    Raises:
        SessionRequired: what was lent for a visit or a run, which the app would outlive.
    """
    if actor.kind in _LENT_FOR_A_WHILE:
        raise SessionRequired("app:deploy", app_id)
    if actor.kind is ActorKind.CREATOR_KEY:
        found = actor.on_behalf_of_id if actor.app_id == app_id else actor.via_key_id
    else:
        found = actor.principal_id
    return found or ""


def _deployable(version: SourceVersion) -> SourceVersion:
    if version.is_draft:
        raise VersionIsDraft(version.number)
    if version.state is VersionState.FAILED:
        raise VersionFailed(version.number)
    return version


def _latest(tx: Tx, source_id: str) -> int:
    return queries.newest_number(tx.session, source_id, with_draft=False)
