"""Uploads: a new application, a new version, an application from a source."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from fastapi import File, Form, UploadFile
from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.apps import Bundle, BundleLimits, Kind
from gatepost_server.kernel.errors import FieldFault, GatepostError, Invalid, Precondition, TooLarge
from gatepost_server.ui.app_views import app_row
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.fields import Hidden, TextField
from gatepost_server.ui.pages.application_settings import version_dialog
from gatepost_server.ui.pages.publishing import UploadState, upload_dialog
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Sent = Annotated[UploadFile | None, File()]
_MIB = 1024 * 1024


@contextmanager
def _taken_in(visit: Visit, sent: UploadFile | None, kind: str = "") -> Iterator[Bundle]:
    """Write what was sent to disk and take it in; nothing is left when the block raises."""
    house = visit.call.house
    if sent is None or not sent.filename:
        raise Invalid("The file is missing.", faults=[FieldFault("bundle", "choose a .zip or .tar.gz file")])
    limit = house.settings.upload_limit_mb * _MIB
    if (sent.size or 0) > limit:
        raise TooLarge(f"The file is larger than {house.settings.upload_limit_mb} MB.")
    handle, name = tempfile.mkstemp(prefix=".upload-", dir=house.folders.sources)
    archive = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(sent.file, file, _MIB)
        now = house.uow.clock.now()
        limits = BundleLimits(compressed=limit)
        with apps.taken_in(
            archive, house.folders.sources, now, kind=Kind(kind) if kind in set(Kind) else None, limits=limits
        ) as bundle:
            yield bundle
    finally:
        archive.unlink(missing_ok=True)


@router.reads("/applications/new", action="app:create")
def new_page(visit: SignedIn, source: str = "") -> Response:
    """Show the form that uploads an application, or publishes a source."""
    if source:
        with visit.call.read() as tx:
            found = apps.get_source(tx, source)
        return _from_source(visit, source, found.name)
    with visit.call.read() as tx:
        apps.may_upload(tx)
    return _form(visit, UploadState())


@router.makes("/applications/new", action="app:create")
def upload(visit: SignedIn, bundle: Sent = None, name: Field = "", kind: Field = "") -> Response:
    """Take in a bundle, make an application of it, and show its build."""
    try:
        with visit.call.read() as tx:
            apps.may_upload(tx)
        with _taken_in(visit, bundle, kind) as taken, visit.call.begin() as tx:
            app = apps.publish_bundle(tx, name.strip() or None, taken)
    except (Invalid, Precondition) as error:
        faults = faults_of(error)
        form = UploadState(name, kind, faults.pop("name", ""), faults.pop("bundle", ""), _rest(error, faults))
        return _form(visit, form, code=400)
    return visit.go(f"/applications/{app.id}/build")


@router.makes("/applications/publish", action="app:create")
def publish(visit: SignedIn, source_id: Field = "", name: Field = "") -> Response:
    """Make an application from the latest version of a source."""
    try:
        with visit.call.begin() as tx:
            app = apps.create_app(tx, name=name, source_id=source_id)
    except Invalid as error:
        return _from_source(
            visit, source_id, name, error=faults_of(error).get("name", error.detail), code=400
        )
    return visit.go(f"/applications/{app.id}/build")


@router.reads("/applications/{app_id}/versions/new", action="app:deploy")
def version_page(visit: SignedIn, app_id: str) -> Response:
    """Show the form that uploads a new version."""
    return _version_form(visit, app_id)


@router.makes("/applications/{app_id}/versions/new", action="app:deploy")
def upload_version(visit: SignedIn, app_id: str, bundle: Sent = None) -> Response:
    """Take in a new version of an application's source and let it go over to it."""
    try:
        with visit.call.read() as tx:
            apps.require_app(tx, "app:deploy", app_id)
            apps.may_upload(tx, apps.get_app(tx, app_id).source_id)
        with _taken_in(visit, bundle) as taken, visit.call.begin() as tx:
            version = apps.add_version(tx, apps.get_app(tx, app_id).source_id, taken)
            apps.deploy_version(tx, app_id, version.number)
    except (Invalid, Precondition) as error:
        return _version_form(visit, app_id, error)
    return visit.go(f"/applications/{app_id}/build")


def _rest(error: GatepostError, faults: dict[str, str]) -> str:
    """Say what no field of the form says."""
    said = [f"{name}: {words}" for name, words in faults.items()]
    return fault_of(error) or " ".join([error.detail, *said] if said else [])


def _form(visit: Visit, form: UploadState, *, code: int = 200) -> Response:
    limit = visit.call.house.settings.upload_limit_mb
    content = upload_dialog(form, visit.csrf, limit, is_over=visit.is_over)
    return visit.dialog("Upload an application", content, "applications", code=code)


def _version_form(visit: Visit, app_id: str, error: GatepostError | None = None) -> Response:
    with visit.call.read() as tx:
        apps.require_app(tx, "app:deploy", app_id)
        row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
    faults = faults_of(error) if error else {}
    wrong = faults.pop("bundle", "")
    fault = _rest(error, faults) if error and not wrong else ""
    limit = visit.call.house.settings.upload_limit_mb
    content = version_dialog(row, visit.csrf, limit, error=wrong, fault=fault, is_over=visit.is_over)
    return visit.dialog("New version", content, "applications", code=400 if error else 200)


def _from_source(visit: Visit, source_id: str, name: str, *, error: str = "", code: int = 200) -> Response:
    content = FormDialog(
        "Publish an application",
        "/applications/publish",
        "Publish",
        [
            Hidden("source_id", source_id),
            TextField("name", "Name", name, error=error, is_first=True, max_length=100),
        ],
        visit.csrf,
        "/sources",
        sentence="It runs the latest version of the source.",
        is_over=visit.is_over,
        symbol="rocket",
    )
    return visit.dialog("Publish", content, "applications", code=code)
