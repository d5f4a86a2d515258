"""Pages that change a source's versions: resources, and a draft that is begun, built or discarded."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Form, Query
from starlette.responses import Response

from gatepost_server import apps, authz
from gatepost_server.apps import SIZES, KeyScopeLevel, Kind, Resources, SourceVersion
from gatepost_server.kernel.errors import Conflict, FieldFault, GatepostError, Invalid, Precondition
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.ui.pages import drafts
from gatepost_server.ui.pages import resources as pages
from gatepost_server.ui.pages.comparing import comparison
from gatepost_server.ui.pages.versions import VersionRow
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.version_views import version_rows
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=40)]
Area = Annotated[str, Form(max_length=4000)]


def _asked(
    *,
    size: Field = "",
    level: Field = "",
    pause: Field = "",
    replicas: Field = "",
    affinity: Field = "",
    reach: Area = "",
    health: Area = "",
) -> pages.Asked:
    return pages.Asked(size, level, pause, replicas, affinity, reach, health)


@router.reads("/sources/{source_id}/versions/{number}/resources", action="source:edit")
def resources_page(visit: SignedIn, source_id: str, number: int) -> Response:
    """Ask what a version is to have."""
    row = _editable(visit, source_id, number)
    assert row.resources is not None, "a version has them"
    return _resources_form(visit, source_id, row, pages.Asked.of(row.resources))


@router.makes("/sources/{source_id}/versions/{number}/resources", action="source:edit")
def set_resources(
    visit: SignedIn, source_id: str, number: int, asked: Annotated[pages.Asked, Depends(_asked)]
) -> Response:
    """Give a draft other resources, or begin one with them."""
    row = _editable(visit, source_id, number)
    assert row.resources is not None, "a version has them"
    folders = visit.call.house.folders
    try:
        wanted = _wanted(row.resources, asked)
        made = apps.set_resources(visit.call, folders, source_id, number, wanted)
    except (Invalid, Conflict) as error:
        return _resources_form(visit, source_id, row, asked, error)
    return _to_draft(visit, made, "has these resources")


@router.reads("/sources/{source_id}/versions/{number}/compare", action="source:read")
def compare(
    visit: SignedIn, source_id: str, number: int, before: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """Compare a version with another one, the one before it when none is named."""
    with visit.call.read() as tx:
        versions = apps.list_versions(tx, source_id, PageRequest(limit=MAX_LIMIT)).items
        found = apps.compare_versions(tx, source_id, before, number, visit.call.house.folders)
        name = apps.get_source(tx, source_id).name
    content = comparison(found, source_id, name, [one.number for one in versions], visit.url)
    return visit.page(f"Compare {name} v{number}", content, "applications")


@router.makes("/sources/{source_id}/draft", action="source:edit")
def start_draft(visit: SignedIn, source_id: str) -> Response:
    """Begin a draft from the newest version, or an empty one."""
    with visit.call.read() as tx:
        base = apps.newest_final(tx, source_id)
    made = apps.start_draft(visit.call, visit.call.house.folders, source_id, base)
    return _to_draft(visit, made, "is a draft")


@router.reads("/sources/{source_id}/versions/{number}/build", action="source:edit")
def build_page(visit: SignedIn, source_id: str, number: int) -> Response:
    """Ask before a draft is built."""
    return _build_form(visit, source_id, _editable(visit, source_id, number), "")


@router.makes("/sources/{source_id}/versions/{number}/build", action="source:edit")
def build(visit: SignedIn, source_id: str, number: int, kind: Field = "") -> Response:
    """Make a draft final, and show its build."""
    row = _editable(visit, source_id, number)
    named = Kind(kind) if kind in set(Kind) else None
    try:
        apps.build_draft(visit.call, visit.call.house.folders, source_id, number, kind=named)
    except (Invalid, Conflict, Precondition) as error:
        return _build_form(visit, source_id, row, kind, error)
    return visit.go(f"/sources/{source_id}/versions/{number}")


@router.reads("/sources/{source_id}/versions/{number}/discard", action="source:edit")
def discard_page(visit: SignedIn, source_id: str, number: int) -> Response:
    """Ask before a draft is discarded."""
    row = _editable(visit, source_id, number)
    base = f"/sources/{source_id}/versions/{number}"
    content = drafts.discard_dialog(base, row, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Discard v{number}", content, "applications")


@router.makes("/sources/{source_id}/versions/{number}/discard", action="source:edit")
def discard(visit: SignedIn, source_id: str, number: int) -> Response:
    """Discard a draft."""
    row = _editable(visit, source_id, number)
    try:
        with visit.call.begin() as tx:
            apps.discard_draft(tx, source_id, number, visit.call.house.folders)
    except Conflict as error:
        base = f"/sources/{source_id}/versions/{number}"
        content = drafts.discard_dialog(base, row, visit.csrf, fault=error.detail, is_over=visit.is_over)
        return visit.dialog(f"Discard v{number}", content, "applications", code=409)
    return visit.go(f"/sources/{source_id}", f"The draft v{number} is discarded.")


def _editable(visit: Visit, source_id: str, number: int) -> VersionRow:
    with visit.call.read() as tx:
        authz.require(tx, "source:edit", source_id)
        [row] = version_rows(tx, [apps.get_version(tx, source_id, number)])
    return row


def _wanted(before: Resources, asked: pages.Asked) -> Resources:
    """Return the resources that the form asks for.

    Raises:
        Invalid: a choice that the form does not offer.
    """
    limits = {one.name: (one.cpu, one.memory) for one in SIZES}
    limits[pages.AS_IT_IS] = (before.cpu, before.memory)
    faults = [
        FieldFault(name, "one that is offered")
        for name, is_offered in (
            ("size", asked.size in limits),
            ("level", asked.level in {pages.UNSET, *KeyScopeLevel}),
            ("replicas", asked.replicas in pages.REPLICAS),
            ("affinity", asked.affinity in ("", pages.KEPT)),
            ("pause", asked.pause in map(pages.pause_value, (*pages.PAUSES, before.idle_pause_minutes))),
        )
        if not is_offered
    ]
    if faults:
        raise Invalid("Choose from what is offered.", faults=faults)
    cpu, memory = limits[asked.size]
    return replace(
        before,
        cpu=cpu,
        memory=memory,
        required_key_scope_level=KeyScopeLevel(asked.level) if asked.level else None,
        replicas=int(asked.replicas),
        session_affinity=asked.affinity == pages.KEPT,
        idle_pause_minutes=int(asked.pause) if asked.pause else None,
        visitor_reach=tuple(asked.reach.split()) or None,
        health_path=asked.health.strip() or None,
    )


def _to_draft(visit: Visit, made: SourceVersion, what: str) -> Response:
    said = f"v{made.number} {what}. Build it when it is as you want it."
    return visit.go(f"/sources/{made.source_id}/versions/{made.number}", said)


def _resources_form(
    visit: Visit, source_id: str, row: VersionRow, asked: pages.Asked, error: GatepostError | None = None
) -> Response:
    base = f"/sources/{source_id}/versions/{row.number}"
    faults = faults_of(error) if error is not None else {}
    fault = error.detail if error is not None and not {"visitor_reach", "health_path"} & {*faults} else ""
    content = pages.resources_dialog(
        base, row, asked, visit.csrf, visit.url, fault=fault, faults=faults, is_over=visit.is_over
    )
    return visit.dialog("Update resources", content, "applications", code=_code_of(error))


def _build_form(
    visit: Visit, source_id: str, row: VersionRow, kind: str, error: GatepostError | None = None
) -> Response:
    base = f"/sources/{source_id}/versions/{row.number}"
    fault = error.detail if error is not None else ""
    content = drafts.build_dialog(base, row, kind, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog(f"Build v{row.number}", content, "applications", code=_code_of(error))


def _code_of(error: GatepostError | None) -> int:
    if error is None:
        return 200
    return 400 if isinstance(error, Invalid) else 409
