"""Replace source: an application goes over to a version of another source."""

from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.authz import allowed_on
from gatepost_server.kernel.errors import Conflict, FieldFault, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.app_views import app_row
from gatepost_server.ui.pages.publishing import PublishState, replace_dialog
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.version_views import deployable
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=100)]
Ids = Annotated[list[str], Form(max_length=100)]
NOBODY: Final[list[str]] = []
_MOST_DIGITS: Final = 8


@router.reads("/applications/{app_id}/replace", action="app:deploy")
def replace_page(visit: SignedIn, app_id: str) -> Response:
    """Ask for the source that an application is to be made from."""
    return _form(visit, app_id, PublishState(""))


@router.makes("/applications/{app_id}/replace", action="app:deploy")
def replace(
    visit: SignedIn,
    app_id: str,
    source_id: Field = "",
    source_version: Field = "",
    confirmed: Ids = NOBODY,
) -> Response:
    """Let an application go over to another source, with the work of those who were named."""
    form = PublishState(source_id, version=source_version)
    try:
        with visit.call.begin() as tx:
            apps.require_app(tx, "app:deploy", app_id)
            number = _number(tx, source_id, source_version.strip())
            app = apps.deploy_version(tx, app_id, number, source_id=source_id, confirmed_authors=confirmed)
    except apps.AuthorsUnconfirmed as error:
        ids, names = [one for one, _ in error.missing], ", ".join(called for _, called in error.missing)
        fault = f"It holds work of {names}, which will act with your rights. Replace it again to confirm."
        form = PublishState(source_id, version=source_version, fault=fault, others=ids)
        return _form(visit, app_id, form, code=409)
    except Invalid as error:
        wrong = faults_of(error).get("source_version", "")
        fault = "" if wrong else error.detail
        form = PublishState(source_id, version=source_version, name_error=wrong, fault=fault)
        return _form(visit, app_id, form, code=400)
    except (Conflict, apps.UnknownVersion) as error:
        form = PublishState(source_id, version=source_version, fault=error.detail)
        return _form(visit, app_id, form, code=409)
    said = f"{app.name} goes over to v{number}. What serves now does so until it answers."
    return visit.go(f"/applications/{app.id}/versions", said)


def _number(tx: Tx, source_id: str, typed: str) -> int:
    """Return the number of the version that is meant, the newest when none was typed.

    Raises:
        Invalid: no source is named, what was typed is no number, or there is nothing to deploy.
    """
    if not source_id:
        raise Invalid("Choose a source.")
    if typed.isdecimal() and len(typed) <= _MOST_DIGITS:
        return int(typed)
    fault = "the number of a version, such as 3"
    if not typed:
        found = deployable(tx, source_id)
        if found:
            return found[0]
        fault = "this source has no version that can be deployed"
    raise Invalid("The version cannot be used.", faults=[FieldFault("source_version", fault)])


def _form(visit: Visit, app_id: str, form: PublishState, *, code: int = 200) -> Response:
    with visit.call.read() as tx:
        apps.require_app(tx, "app:deploy", app_id)
        app = apps.get_app(tx, app_id)
        found = apps.list_sources(tx, PageRequest(limit=MAX_LIMIT)).items
        read = allowed_on(tx, "source:read", [one.id for one in found])
        others = [
            (one.id, one.name) for one in found if one.id in read and one.latest and one.id != app.source_id
        ]
        row = app_row(tx, app, visit.call.house.settings)
    if not others and not form.fault:
        form = PublishState("", fault="There is no other source with files that you may read.")
    content = replace_dialog(form, row, others, visit.csrf, visit.url, is_over=visit.is_over)
    return visit.dialog("Replace source", content, "applications", code=code)
