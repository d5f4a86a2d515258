"""Uploads of applications: a new one, a new version of one, and one made from a source."""

from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.authz import require_organization
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid, NotFound
from gatepost_server.ui.app_views import app_row
from gatepost_server.ui.pages.publishing import (
    PublishState,
    UploadState,
    publish_dialog,
    upload_dialog,
    version_dialog,
)
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.uploading import receive_upload, taken_in, text_of, wrong_of
from gatepost_server.ui.version_views import deployable
from gatepost_server.ui.visits import Sending, SignedIn, Visit, faults_of
from gatepost_server.web.receiving import Received

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Ids = Annotated[list[str], Form(max_length=100)]
NOBODY: Final[list[str]] = []


@router.reads("/applications/new", action="app:create")
def new_page(visit: SignedIn, source: str = "", version: str = "") -> Response:
    """Show the form that uploads an application, or publishes a version of a source."""
    if source:
        return _from_source(visit, PublishState(source, "", version))
    with visit.call.read() as tx:
        apps.may_upload(tx)
    return _form(visit, UploadState())


@router.makes("/applications/new", action="app:create")
async def upload(visit: Sending) -> Response:
    """Take in a bundle, make an application of it, and show its build."""

    def judge() -> None:
        with visit.call.read() as tx:
            require_organization(tx, "app:create")
            apps.may_upload(tx)

    def use(received: Received) -> Response:
        with taken_in(visit, received) as bundle, visit.call.begin() as tx:
            app = apps.publish_bundle(tx, text_of(received, "name").strip() or None, bundle)
        return visit.go(f"/applications/{app.id}/build")

    def again(received: Received, error: GatepostError) -> Response:
        kept, rest = wrong_of(error)
        form = UploadState(
            text_of(received, "name"),
            text_of(received, "kind"),
            kept.get("name", ""),
            kept.get("bundle", ""),
            rest,
        )
        return _form(visit, form, code=400)

    return await receive_upload(visit, judge=judge, use=use, again=again)


@router.makes("/applications/publish", action="app:create")
def publish(
    visit: SignedIn,
    source_id: Field = "",
    name: Field = "",
    source_version: Field = "",
    confirmed: Ids = NOBODY,
) -> Response:
    """Make an application from a version of a source, with the work of those who were named."""
    number = int(source_version) if source_version.isdecimal() and len(source_version) < 9 else None  # noqa: PLR2004
    try:
        with visit.call.begin() as tx:
            app = apps.create_app(
                tx, name=name, source_id=source_id, version=number, confirmed_authors=confirmed
            )
    except apps.AuthorsUnconfirmed as error:
        ids, names = [one for one, _ in error.missing], ", ".join(called for _, called in error.missing)
        fault = f"It holds work of {names}, which will act with your rights. Publish it again to confirm."
        form = PublishState(source_id, name, source_version, fault=fault, others=ids)
        return _from_source(visit, form, code=409)
    except (Invalid, Conflict) as error:
        wrong = faults_of(error).get("name", error.detail)
        return _from_source(visit, PublishState(source_id, name, source_version, wrong), code=400)
    return visit.go(f"/applications/{app.id}/build")


@router.reads("/applications/{app_id}/versions/new", action="app:deploy")
def version_page(visit: SignedIn, app_id: str) -> Response:
    """Show the form that uploads a new version."""
    return _version_form(visit, app_id)


@router.makes("/applications/{app_id}/versions/new", action="app:deploy")
async def upload_version(visit: Sending, app_id: str) -> Response:
    """Take in a new version of an application's source and let it go over to it."""

    def judge() -> None:
        with visit.call.read() as tx:
            apps.require_app(tx, "app:deploy", app_id)
            apps.may_upload(tx, apps.get_app(tx, app_id).source_id)

    def use(received: Received) -> Response:
        with taken_in(visit, received) as bundle, visit.call.begin() as tx:
            version = apps.add_version(tx, apps.get_app(tx, app_id).source_id, bundle)
            apps.deploy_version(tx, app_id, version.number)
        return visit.go(f"/applications/{app_id}/build")

    return await receive_upload(
        visit, judge=judge, use=use, again=lambda _received, error: _version_form(visit, app_id, error)
    )


def _form(visit: Visit, form: UploadState, *, code: int = 200) -> Response:
    limit = visit.call.house.settings.upload_limit_mb
    content = upload_dialog(form, visit.csrf, limit, visit.url, is_over=visit.is_over)
    return visit.dialog("Upload an application", content, "applications", code=code)


def _version_form(visit: Visit, app_id: str, error: GatepostError | None = None) -> Response:
    with visit.call.read() as tx:
        apps.require_app(tx, "app:deploy", app_id)
        row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
    kept, rest = wrong_of(error) if error else ({}, "")
    content = version_dialog(
        f"New version of {row.name}",
        f"v{row.version} serves until the new one answers; no request is dropped.",
        f"/applications/{row.id}/versions",
        "Upload and deploy",
        visit.csrf,
        visit.call.house.settings.upload_limit_mb,
        error=kept.get("bundle", ""),
        fault=rest,
        is_over=visit.is_over,
    )
    return visit.dialog("New version", content, "applications", code=400 if error else 200)


def _from_source(visit: Visit, form: PublishState, *, code: int = 200) -> Response:
    with visit.call.read() as tx:
        source = apps.get_source(tx, form.source_id)
        numbers = deployable(tx, form.source_id)
    if not numbers:
        raise NotFound("This source has no version that could be published.")
    content = publish_dialog(form, source.name, numbers, visit.csrf, visit.url, is_over=visit.is_over)
    return visit.dialog("Publish", content, "applications", code=code)
