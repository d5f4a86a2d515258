"""Hosted applications: publish, change, start, stop, delete."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel

from gatepost_server import apps
from gatepost_server.apps import Addresses, App, AppFilter, AppKey, AppState, Deployment, Kind
from gatepost_server.authz import may
from gatepost_server.http.v1.app_bodies import AppChange, AppForm, AppFromSource, DeployIn
from gatepost_server.http.v1.key_shapes import KeyOut, party
from gatepost_server.http.v1.sources import Upload, form_of, limits_of, person
from gatepost_server.http.v1.wire import PageOut, ReceiptOut, SortedPageQuery, Time, page_out
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall, require_known
from gatepost_server.web.call import Call

router = ActionRouter(tags=["apps"])


class ProcessOut(BaseModel):
    """One of an application's processes, which are counted from 1, as it was last seen."""

    index: int
    state: str
    reason: str | None
    restarts: int
    since: Time


class AppOut(BaseModel):
    """An application. `state` is about `version`; `live_version` is the one that answers.

    How it is set up (`reason`, `isolation`, `restarts`, `source_id`, `deployed_by`,
    `key_scope_level`, `last_used_at`, `processes`) is null for who may see it, but not read it.
    """

    id: str
    number: int
    name: str
    slug: str
    state: str
    reason: str | None
    desired: str
    kind: str
    url: str
    content_url: str
    origin_url: str
    source_id: str | None
    version: int
    version_id: str
    live_version: int | None
    live_version_id: str | None
    deployment_id: str
    owner: dict[str, str] | None
    deployed_by: str | None
    access: str
    isolation: str | None
    key_scope_level: str | None
    restarts: int | None
    processes: list[ProcessOut] | None
    is_bundled: bool
    last_used_at: Time | None
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, app: App, call: Call, *, is_read: bool) -> "AppOut":
        """Present *app* with the addresses it has on this server; *is_read*: as it is set up."""
        settings = call.house.settings
        addresses = Addresses.of(settings)
        return cls(
            id=app.id,
            number=app.number,
            name=app.name,
            slug=app.slug,
            state=app.state,
            reason=app.reason if is_read else None,
            desired=app.desired,
            kind=app.kind,
            url=f"{settings.public_url()}/applications/{app.id}",
            content_url=addresses.content_url(app.id),
            origin_url=addresses.origin_url(app.id, app.slug),
            source_id=app.source_id if is_read else None,
            version=app.version,
            version_id=app.version_id,
            live_version=app.live_version,
            live_version_id=app.live_version_id,
            deployment_id=app.deployment_id,
            owner=person(app.owner_id, app.owner_name),
            deployed_by=app.deployed_by if is_read else None,
            access=app.access,
            isolation=app.isolation if is_read else None,
            key_scope_level=app.key_scope_level if is_read else None,
            restarts=app.restarts if is_read else None,
            processes=_processes(app) if is_read else None,
            is_bundled=app.is_bundled,
            last_used_at=app.last_used_at if is_read else None,
            created_at=app.created_at,
            updated_at=app.updated_at,
        )


def _processes(app: App) -> list[ProcessOut]:
    return [
        ProcessOut(index=one.index, state=one.state, reason=one.reason, restarts=one.restarts, since=one.at)
        for one in app.processes
    ]


class DeploymentOut(BaseModel):
    """One entry of an app's history: which version of which source was put to work."""

    id: str
    source_id: str
    version: int
    kind: str
    at: Time
    by: dict[str, str] | None
    is_wanted: bool
    is_live: bool

    @classmethod
    def of(cls, one: Deployment) -> "DeploymentOut":
        """Present *one* deployment."""
        return cls(
            id=one.id,
            source_id=one.source_id,
            version=one.version,
            kind=one.kind,
            at=one.at,
            by=person(one.by_id, one.by_name),
            is_wanted=one.is_wanted,
            is_live=one.is_live,
        )


class AppKeyOut(KeyOut):
    """A key of an application: for whom it acts, how far, and whether the application is run with it.

    `key_scope_level` is null when the application runs for somebody else by now.
    """

    user: dict[str, str] | None
    key_scope_level: str | None
    is_used: bool

    @classmethod
    def of_app(cls, one: AppKey, now: datetime) -> "AppKeyOut":
        """Present *one* key."""
        return cls(
            **KeyOut.of(one.key, now).model_dump(),
            user=party(one.key.owner),
            key_scope_level=one.level,
            is_used=one.is_used,
        )


def _filter(
    state: AppState | None = None, kind: Kind | None = None, source_id: str | None = None
) -> AppFilter:
    return AppFilter(state=state, kind=kind, source_id=source_id)


def _shown(tx: Tx, app: App, call: Call) -> AppOut:
    return AppOut.of(app, call, is_read=may(tx, "app:read", app.id))


Wanted = Annotated[AppFilter, Depends(_filter)]
_MADE: Mapping[str, Any] = form_of(AppForm, AppFromSource)


@router.makes("/apps", status_code=202, action="app:create", openapi_extra=_MADE)
def create_app(call: ApiCall, upload: Upload) -> AppOut:
    """Publish a bundle, or a version of a source; poll until `state` is running or failed."""
    if upload.bundle is None and "source_id" in upload.fields:
        wanted = upload.read_as(AppFromSource)
        with call.begin() as tx:
            made = apps.create_app(
                tx, name=wanted.name, source_id=wanted.source_id, version=wanted.version,
                confirmed_authors=wanted.confirmed_authors, client_id=wanted.client,
            )  # fmt: skip
            return _shown(tx, made, call)
    form = upload.read_as(AppForm)
    sources, now = call.house.folders.sources, call.house.uow.clock.now()
    with (
        apps.taken_in(upload.file(), sources, now, kind=form.kind, limits=limits_of(call)) as bundle,
        call.begin() as tx,
    ):
        return _shown(tx, apps.publish_bundle(tx, form.name, bundle), call)


@router.reads("/apps", action="app:list")
def list_apps(call: ApiCall, page: SortedPageQuery, wanted: Wanted) -> PageOut[AppOut]:
    """List the applications one may see."""
    require_known(call)
    with call.read() as tx:
        found = apps.list_apps(tx, page, wanted)
        read = apps.readable_apps(tx, [app.id for app in found.items])
        return page_out(found, lambda app: AppOut.of(app, call, is_read=app.id in read))


@router.reads("/apps/{app_id}", action="app:list")
def get_app(call: ApiCall, app_id: str) -> AppOut:
    """Return an application, by id or number."""
    with call.read() as tx:
        return _shown(tx, apps.get_app(tx, app_id), call)


@router.changes("/apps/{app_id}", action="app:edit")
def change_app(call: ApiCall, app_id: str, body: AppChange) -> AppOut:
    """Rename an application, or say who may open it in general."""
    if body.name is None and body.access is None:
        raise Invalid("Nothing to change.", faults=[FieldFault("body", "send name or access")])
    with call.begin() as tx:
        if body.name is not None:
            apps.rename_app(tx, app_id, body.name)
        if body.access is not None:
            apps.set_app_access(tx, app_id, body.access)
        return _shown(tx, apps.get_app(tx, app_id), call)


@router.removes("/apps/{app_id}", action="app:delete")
def delete_app(call: ApiCall, app_id: str) -> ReceiptOut:
    """Delete an application; nobody reaches it any more when this answers."""
    with call.begin() as tx:
        apps.delete_app(tx, app_id)
    return ReceiptOut.of(call.house.collect_receipt())


@router.makes("/apps/{app_id}/deploy", status_code=202, action="app:deploy")
def deploy(call: ApiCall, app_id: str, body: DeployIn) -> AppOut:
    """Let an application go over to a version of its source, or of another; an older one is a rollback."""
    with call.begin() as tx:
        made = apps.deploy_version(
            tx, app_id, body.source_version,
            source_id=body.source_id, confirmed_authors=body.confirmed_authors,
        )  # fmt: skip
        return _shown(tx, made, call)


@router.reads("/apps/{app_id}/deployments", action="app:read")
def list_deployments(call: ApiCall, app_id: str) -> PageOut[DeploymentOut]:
    """List what was put to work for an application, newest first."""
    with call.read() as tx:
        items = [DeploymentOut.of(one) for one in apps.list_deployments(tx, app_id)]
        return PageOut(items=items, next=None)


@router.reads("/apps/{app_id}/keys", action="app:read")
def list_app_keys(call: ApiCall, app_id: str) -> PageOut[AppKeyOut]:
    """List the keys that an application has and had, latest first; never a text."""
    with call.read() as tx:
        items = [AppKeyOut.of_app(one, tx.now) for one in apps.list_app_keys(tx, app_id)]
        return PageOut(items=items, next=None)


@router.makes("/apps/{app_id}/start", status_code=202, action="app:start")
def start(call: ApiCall, app_id: str) -> AppOut:
    """Start a stopped, idle or failed application."""
    with call.begin() as tx:
        return _shown(tx, apps.start_app(tx, app_id), call)


@router.makes("/apps/{app_id}/stop", status_code=202, action="app:stop")
def stop(call: ApiCall, app_id: str) -> AppOut:
    """Stop an application; nobody reaches it until it is started."""
    with call.begin() as tx:
        return _shown(tx, apps.stop_app(tx, app_id), call)


@router.makes("/apps/{app_id}/restart", status_code=202, action="app:restart")
def restart(call: ApiCall, app_id: str) -> AppOut:
    """Start an application's process anew."""
    with call.begin() as tx:
        return _shown(tx, apps.restart_app(tx, app_id), call)
