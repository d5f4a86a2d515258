"""Deploying: a new app from a bundle or a version, and another version for an app."""

from collections.abc import Sequence

from gatepost_server.apps.errors import AlreadySo, UnknownVersion, VersionFailed
from gatepost_server.apps.model import Desired, VersionState
from gatepost_server.apps.naming import checked_name, slug_of
from gatepost_server.apps.queries import apps as app_queries
from gatepost_server.apps.queries import sources as queries
from gatepost_server.apps.service.reading import present_app, require_app
from gatepost_server.apps.service.sources import get_version, plant_source, write_version
from gatepost_server.apps.service.uploads import Bundle, require_confinement
from gatepost_server.apps.tables import AppRow, DeploymentRow, LiveRow
from gatepost_server.apps.views import App, SourceVersion
from gatepost_server.authz import NodeKind, own_new_node, register_node, require, require_organization
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import Tx


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


def create_app(tx: Tx, *, name: str, source_id: str, version: int | None = None) -> App:
    """Make an app from a version of a source, the latest when none is named.

    Raises:
        UnknownVersion: the source has no such version.
        VersionFailed: it could not be built.
    """
    parent = require_organization(tx, "app:create")
    require(tx, "source:read", source_id)
    number = version if version is not None else _latest(tx, source_id)
    chosen = _deployable(get_version(tx, source_id, number))
    return _plant_app(tx, checked_name(name), chosen, parent.id, is_bundled=False)


def deploy_version(tx: Tx, ref: str, version: int, *, confirmed_authors: Sequence[str] = ()) -> App:
    """Let an app go over to a version of its source; an older one is a rollback.

    What is live stays so until the new deployment answers. A version that the app has
    run before needs no right on the source. A stopped app stays stopped.

    Raises:
        UnknownVersion: the source has no such version.
        VersionFailed: it could not be built.
        AlreadySo: it is the one that is wanted already.
    """
    node = require_app(tx, "app:deploy", ref)
    row = tx.session.get_one(AppRow, node.id, with_for_update=True)
    chosen = queries.version_by_number(tx.session, row.source_id, version)
    if chosen is None or not queries.was_deployed(tx.session, node.id, chosen.id):
        require(tx, "source:read", row.source_id)
    if chosen is None:
        raise UnknownVersion(version)
    _deployable(chosen)
    before = present_app(tx, node.id)
    if before.version_id == chosen.id:
        raise AlreadySo(f"{node.name} is at version {version} already. Restart it to start it anew.")

    row.wanted_id = _write_deployment(tx, node.id, chosen.id)
    row.updated_at = tx.now
    after = {"version": version, "author": chosen.author_name, "confirmed_authors": list(confirmed_authors)}
    tx.audit("app:deploy", "app", node.id, node.name, before={"version": before.version}, after=after)
    return present_app(tx, node.id)


def _plant_app(tx: Tx, name: str, version: SourceVersion, parent_id: str, *, is_bundled: bool) -> App:
    app_id = new_id("app", tx.now)
    node = register_node(tx, app_id, NodeKind.APP, name, parent_id=parent_id, is_numbered=True)
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
    own_new_node(tx, node)
    after = {
        "name": name,
        "kind": version.detected.kind,
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
            by_id=tx.actor.on_behalf_of_id or tx.actor.principal_id or "",
            by_name=tx.actor.name,
        )
    )
    tx.session.flush()
    return deployment_id


def _deployable(version: SourceVersion) -> SourceVersion:
    if version.state is VersionState.FAILED:
        raise VersionFailed(version.number)
    return version


def _latest(tx: Tx, source_id: str) -> int:
    source = queries.source_by_id(tx.session, source_id)
    assert source is not None, "its node is there, so it is"
    return source.latest
