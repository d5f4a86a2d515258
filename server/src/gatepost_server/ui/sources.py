"""Pages of application sources: their list, one with its versions, upload, rename, delete."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Form, Query
from starlette.responses import Response

from gatepost_server import apps, authz
from gatepost_server.apps import AppFilter, Source
from gatepost_server.authz import allowed_on, may_create, require_organization
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.app_views import app_rows
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import sources as pages
from gatepost_server.ui.pages.applications import Counts
from gatepost_server.ui.pages.publishing import UploadState, source_dialog, version_dialog
from gatepost_server.ui.pages.sources import SourceRow
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.uploading import receive_upload, taken_in, wrong_of
from gatepost_server.ui.version_views import version_log_part, version_rows, version_tail
from gatepost_server.ui.visits import Sending, SignedIn, Visit, fault_of, faults_of
from gatepost_server.web.receiving import Received

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]


def counts_of(tx: Tx) -> Counts:
    """Return how many applications, sources and use cases the caller may see."""
    return Counts(*(authz.count_visible(tx, f"{kind}:list") for kind in ("app", "source", "usecase")))


@router.reads("/sources", action="source:list")
def source_list(visit: SignedIn) -> Response:
    """List the sources that one may see."""
    state = ListState("/sources", visit.query("q", "cursor"))
    page = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = apps.list_sources(tx, page)
        content = pages.source_list(
            _rows(tx, found.items),
            state,
            tx.now,
            visit.csrf,
            visit.url,
            counts_of(tx),
            may_publish=may_create(tx, "source:create"),
            next_cursor=found.next,
        )
    return visit.page("Application sources", content, "applications")


def source_row(tx: Tx, source: Source) -> SourceRow:
    """Present *source*, with what the caller may do to it."""
    return _rows(tx, [source])[0]


def _rows(tx: Tx, found: Sequence[Source]) -> list[SourceRow]:
    """Present sources, with what the caller may do to each."""
    ids = [one.id for one in found]
    verbs = ("edit", "delete", "read", "share")
    edit, delete, read, share = (allowed_on(tx, f"source:{verb}", ids) for verb in verbs)
    may_make, may_copy = may_create(tx, "app:create"), may_create(tx, "source:create")
    return [
        SourceRow(
            one.id,
            one.name,
            one.kind,
            one.latest,
            one.state or apps.VersionState.QUEUED,
            one.owner_name or "",
            one.updated_at,
            may_edit=one.id in edit,
            may_delete=one.id in delete,
            may_publish=may_make and one.id in read,
            may_copy=may_copy and one.id in read,
            may_share=one.id in share,
        )
        for one in found
    ]


@router.reads("/sources/new", action="source:create")
def new_page(visit: SignedIn) -> Response:
    """Show the form for an empty source."""
    with visit.call.read() as tx:
        require_organization(tx, "source:create")
    return _source_form(visit, UploadState())


@router.makes("/sources/new", action="source:create")
def create(visit: SignedIn, name: Field = "") -> Response:
    """Make an empty source, and go where its files are uploaded."""
    try:
        with visit.call.begin() as tx:
            source = apps.create_source(tx, name)
    except Invalid as error:
        form = UploadState(name, name_error=faults_of(error).get("name", error.detail))
        return _source_form(visit, form, code=400)
    return visit.go(f"/sources/{source.id}", f"The source {source.name} is there. Upload its files next.")


def _source_form(visit: Visit, form: UploadState, *, code: int = 200) -> Response:
    content = source_dialog(form, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Create a source", content, "applications", code=code)


@router.reads("/sources/{source_id}", action="source:read")
def source_page(visit: SignedIn, source_id: str) -> Response:
    """Show a source, its versions, and the applications made from it."""
    settings = visit.call.house.settings
    with visit.call.read() as tx:
        versions = apps.list_versions(tx, source_id, PageRequest(limit=MAX_LIMIT)).items
        source = apps.get_source(tx, source_id)
        made = apps.list_apps(tx, PageRequest(), AppFilter(source_id=source_id)).items
        content = pages.source(
            source_row(tx, source),
            version_rows(tx, versions),
            app_rows(tx, made, settings),
            tx.now,
            visit.csrf,
            visit.url,
        )
    return visit.page(source.name, content, "applications")


@router.reads("/sources/{source_id}/versions", action="source:read")
def versions(visit: SignedIn, source_id: str) -> Response:
    """Lead to the page of the source, which lists them."""
    return visit.go(f"/sources/{source_id}")


@router.reads("/sources/{source_id}/versions/new", action="source:edit")
def upload_page(visit: SignedIn, source_id: str) -> Response:
    """Show the form that uploads the files of a version."""
    with visit.call.read() as tx:
        apps.may_upload(tx, source_id)
    return _upload_form(visit, source_id)


@router.makes("/sources/{source_id}/versions/new", action="source:edit")
async def upload(visit: Sending, source_id: str) -> Response:
    """Take in the next version of a source, and show its build."""

    def judge() -> None:
        with visit.call.read() as tx:
            apps.may_upload(tx, source_id)

    def use(received: Received) -> Response:
        with taken_in(visit, received) as bundle, visit.call.begin() as tx:
            made = apps.add_version(tx, source_id, bundle)
        return visit.go(f"/sources/{source_id}/versions/{made.number}")

    return await receive_upload(
        visit, judge=judge, use=use, again=lambda _received, error: _upload_form(visit, source_id, error)
    )


def _upload_form(visit: Visit, source_id: str, error: GatepostError | None = None) -> Response:
    with visit.call.read() as tx:
        source = apps.get_source(tx, source_id)
    kept, rest = wrong_of(error) if error else ({}, "")
    said = "It becomes the next version; no application changes by this." if source.latest else ""
    content = version_dialog(
        f"Upload the files of {source.name}",
        said or "They become version 1 and are built at once; nothing runs until it is published.",
        f"/sources/{source_id}/versions",
        "Upload and build",
        visit.csrf,
        visit.call.house.settings.upload_limit_mb,
        error=kept.get("bundle", ""),
        fault=rest,
        is_over=visit.is_over,
    )
    return visit.dialog("Upload files", content, "applications", code=400 if error else 200)


@router.reads("/sources/{source_id}/versions/{number}", action="source:read")
def version_page(visit: SignedIn, source_id: str, number: int) -> Response:
    """Show one version of a source, with its build log."""
    with visit.call.read() as tx:
        [one] = version_rows(tx, [apps.get_version(tx, source_id, number)])
        tail = version_tail(visit, tx, source_id, number, f"/sources/{source_id}/versions/{number}")
        row = source_row(tx, apps.get_source(tx, source_id))
        content = pages.version(row, one, tail, tx.now, visit.csrf, visit.url)
    return visit.page(f"{row.name} v{number}", content, "applications")


@router.reads("/sources/{source_id}/versions/{number}/log", action="source:read")
def version_log(
    visit: SignedIn, source_id: str, number: int, offset: Annotated[int, Query(ge=0)]
) -> Response:
    """Answer with what was added to a build log since *offset*."""
    return version_log_part(visit, source_id, number, offset)


@router.reads("/sources/{source_id}/rename", action="source:edit")
def rename_page(visit: SignedIn, source_id: str) -> Response:
    """Ask for a source's new name."""
    with visit.call.read() as tx:
        authz.require(tx, "source:edit", source_id)
        row = source_row(tx, apps.get_source(tx, source_id))
    content = pages.rename_dialog(row, row.name, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Rename", content, "applications")


@router.makes("/sources/{source_id}/rename", action="source:edit")
def rename(visit: SignedIn, source_id: str, name: Field = "") -> Response:
    """Rename a source."""
    try:
        with visit.call.begin() as tx:
            source = apps.rename_source(tx, source_id, name)
    except Invalid as error:
        with visit.call.read() as tx:
            row = source_row(tx, apps.get_source(tx, source_id))
        wrong = faults_of(error).get("name") or fault_of(error)
        content = pages.rename_dialog(row, name, visit.csrf, error=wrong, is_over=visit.is_over)
        return visit.dialog("Rename", content, "applications", code=400)
    return visit.go(f"/sources/{source_id}", f"It is called {source.name} now.")


@router.reads("/sources/{source_id}/delete", action="source:delete")
def delete_page(visit: SignedIn, source_id: str) -> Response:
    """Ask before a source is deleted."""
    return _ask_delete(visit, source_id)


@router.makes("/sources/{source_id}/delete", action="source:delete")
def delete(visit: SignedIn, source_id: str, typed_name: Field = "") -> Response:
    """Delete a source that no application is made from; one with files, when its name was typed."""
    with visit.call.read() as tx:
        source = apps.get_source(tx, source_id)
    name = source.name
    if source.latest and typed_name.strip() != name:
        return _ask_delete(visit, source_id, fault=f"Type {name} to confirm.", code=400)
    try:
        with visit.call.begin() as tx:
            apps.delete_source(tx, source_id, visit.call.house.folders)
    except Conflict as error:
        return _ask_delete(visit, source_id, fault=error.detail, code=409)
    return visit.go("/sources", f"The source {name} is deleted.")


def _ask_delete(visit: Visit, source_id: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        authz.require(tx, "source:delete", source_id)
        row = source_row(tx, apps.get_source(tx, source_id))
    content = pages.delete_dialog(row, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog(f"Delete {row.name}", content, "applications", code=code)
