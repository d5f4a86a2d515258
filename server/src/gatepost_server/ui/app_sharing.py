"""The Share dialog of an application: find people, see whom it lets in, give them a role, tell them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from fastapi import Form, Query
from starlette.responses import HTMLResponse, Response

from gatepost_server import apps, authz, notify
from gatepost_server.approvals import pending_about
from gatepost_server.kernel.errors import Conflict, Denied, Invalid, TooMany
from gatepost_server.sharing import get_external
from gatepost_server.sharing import share as give_all
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.app_views import app_row
from gatepost_server.ui.endings import end_of
from gatepost_server.ui.pages.app_words import ACCESS_WORDS
from gatepost_server.ui.pages.application_access import same_sharing, shared_app
from gatepost_server.ui.pages.external import ShareTabs
from gatepost_server.ui.pages.pending import pending_rows
from gatepost_server.ui.pages.share_dialog import ShareDialog
from gatepost_server.ui.pages.sharing import ShareState
from gatepost_server.ui.pages.sharing_effect import EffectBox, effect_box
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
_NO_MAIL: Final = (
    "No mail goes out: this server has no mail server. They find it in their list of applications."
)


@router.reads("/applications/{app_id}/people", action="app:share")
def people(visit: SignedIn, app_id: str, q: str = "") -> Response:
    """Answer with the people whom *q* may mean, for the field that picks them."""
    with visit.call.read() as tx:
        apps.require_app(tx, "app:share", app_id)
        return sharing.find_people(tx, q)


@router.reads("/applications/{app_id}/share", action="app:share")
def share_page(visit: SignedIn, app_id: str) -> Response:
    """Show the form that gives people a role."""
    return _share_form(visit, app_id, ShareState(is_notified=True))


@router.reads("/applications/{app_id}/share/effect", action="app:share")
def share_effect(
    visit: SignedIn,
    app_id: str,
    who: Annotated[list[str] | None, Query(max_length=sharing.PEOPLE_MOST)] = None,
    role: Annotated[str, Query(max_length=40)] = "consumer",
) -> Response:
    """Answer with whom the form would let in, as it stands."""
    with visit.call.read() as tx:
        node = apps.require_app(tx, "app:share", app_id)
        return HTMLResponse(str(_effect(tx, node.id, sharing.typed_names(who), role)))


@router.makes("/applications/{app_id}/share", action="app:share")
def share(
    visit: SignedIn,
    app_id: str,
    who: Annotated[list[str] | None, Form(max_length=sharing.PEOPLE_MOST)] = None,
    *,
    role: Field = "consumer",
    ends: Field = "",
    until: Field = "",
    note: Field = "",
    notify: Field = "",
    preview: Field = "",
) -> Response:
    """Give everybody who was named the role, or nobody; with `preview` only show whom it lets in."""
    names = sharing.typed_names(who)
    form = ShareState(", ".join(names), role, ends, until, note=note, is_notified=bool(notify))
    if preview:
        return _share_form(visit, app_id, form)
    try:
        with visit.call.begin() as tx:
            node = apps.require_app(tx, "app:share", app_id)
            meant = sharing.people_meant(tx, names)
            link = f"{visit.url}/applications/{node.id}" if notify else None
            ends_at = end_of(ends, until, tx.now)
            given = give_all(tx, node.id, [one for one, _ in meant], role, ends_at, note=note, link=link)
    except (Invalid, Conflict, Denied, TooMany) as error:
        sharing.unless_about_input(error)
        return _share_form(visit, app_id, sharing.faulty(form, error))
    said = sharing.named([label for _, label in meant])
    told = (
        ""
        if given.told is None
        else " They are told by mail."
        if given.told.is_mailed
        else given.told.why_not
    )
    return visit.go(
        f"/applications/{node.id}/access", f"{said} may use {node.name} as {role} now. {told}".strip()
    )


def _share_form(visit: Visit, app_id: str, form: ShareState) -> Response:
    with visit.call.read() as tx:
        apps.require_app(tx, "app:share", app_id)
        row = app_row(tx, apps.get_app(tx, app_id), visit.call.house.settings)
        outside = get_external(tx, row.id)
        content = ShareDialog(
            shared_app(row),
            form,
            replace(_effect(tx, row.id, sharing.typed_names([form.who]), form.role), is_update=False),
            sharing.access_rows(tx, visit, row.id),
            f"{ACCESS_WORDS[row.access]} may open it.",
            f"{visit.url}/applications/{row.id}",
            "" if notify.is_configured(tx) else _NO_MAIL,
            visit.csrf,
            same_sharing(row, visit.url),
            visit.is_over,
            ShareTabs(
                f"/applications/{row.id}", outside.is_enabled, is_external_here=False, is_over=visit.is_over
            ),
            pending_rows(pending_about(tx, visit.call.house.requests, row.id), tx.now),
        )
    return visit.dialog(f"Share {row.name}", content, "applications", code=sharing.code_of(form))


def _effect(tx: Tx, node_id: str, names: Sequence[str], role: str) -> EffectBox:
    """Return whom a share would let in; what cannot be said yet says why."""
    if not names:
        return EffectBox(is_update=True)
    try:
        meant = sharing.people_meant(tx, names)
        effect = authz.rehearse(tx, node_id, [who_id for who_id, _ in meant], role)
    except Invalid as error:
        said = error.faults[0].detail if error.faults else error.detail
        return EffectBox(fault=said[:1].upper() + said[1:] + ".", is_update=True)
    return effect_box(effect, len(meant), is_update=True)
