"""Duplicate a source: another one, from one of its versions."""

from typing import Annotated

from fastapi import Form, Query
from starlette.responses import Response

from gatepost_server import apps, authz
from gatepost_server.kernel.errors import Conflict, Invalid, Precondition
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.ui.pages.publishing import PublishState
from gatepost_server.ui.pages.sources import duplicate_dialog
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.sources import source_row
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
_MOST_DIGITS = 8


@router.reads("/sources/{source_id}/duplicate", action="source:read")
def duplicate_page(
    visit: SignedIn, source_id: str, version: Annotated[str, Query(max_length=_MOST_DIGITS)] = ""
) -> Response:
    """Ask for the name of the copy, and of which version it is to be one."""
    return _form(visit, source_id, PublishState(source_id, version=version))


@router.makes("/sources/{source_id}/duplicate", action="source:read")
def duplicate(visit: SignedIn, source_id: str, name: Field = "", source_version: Field = "") -> Response:
    """Make a source from a version of another."""
    is_number = source_version.isdecimal() and len(source_version) <= _MOST_DIGITS
    number = int(source_version) if is_number else 0
    folders = visit.call.house.folders
    try:
        made = apps.duplicate_source(visit.call, folders, source_id, number, name)
    except Invalid as error:
        wrong = faults_of(error).get("name", error.detail)
        return _form(visit, source_id, PublishState(source_id, name, source_version, wrong), code=400)
    except (Conflict, Precondition, apps.UnknownVersion) as error:
        form = PublishState(source_id, name, source_version, fault=error.detail)
        return _form(visit, source_id, form, code=409)
    return visit.go(f"/sources/{made.id}", f"The source {made.name} is there; it is yours.")


def _form(visit: Visit, source_id: str, form: PublishState, *, code: int = 200) -> Response:
    with visit.call.read() as tx:
        found = apps.list_versions(tx, source_id, PageRequest(limit=MAX_LIMIT)).items
        authz.require_organization(tx, "source:create")
        row = source_row(tx, apps.get_source(tx, source_id))
    numbers = [one.number for one in found if not one.is_draft]
    content = duplicate_dialog(row, numbers, form, visit.csrf, visit.url, is_over=visit.is_over)
    return visit.dialog("Duplicate", content, "applications", code=code)
