"""As whom a data API reads: a stored account by one click, or another one that is stored now."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Form
from starlette.responses import Response

from gatepost_server import dataapis
from gatepost_server.authz import require
from gatepost_server.connections import DRIVERS
from gatepost_server.projects import require_project
from gatepost_server.ui.connection_trial import TypedLogin, typed_login
from gatepost_server.ui.connections import view_of
from gatepost_server.ui.data_api_designs import new_form
from gatepost_server.ui.data_api_views import api_view
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.pages.data_api_design import DesignForm
from gatepost_server.ui.pages.signing_in import Purpose
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.signing_in import asked, settled
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
_NEW, _ONE = "/projects/{project}/apis/sign-in", "/projects/{project}/apis/{api}/sign-in"
_SENTENCE = "A data API reads its source with a stored account that you may use."


def begin_over(visit: Visit, project: str, connection: str) -> Response:
    """Ask as whom a new data API reads over a connection, or show its form when that is known."""
    said = visit.query("credential", "table", "namespace")
    of = _seen(visit, connection)
    if DRIVERS[of.one.type].needs_login and not said["credential"]:
        along = {name: said[name] for name in ("table", "namespace") if said[name]}
        return asked(visit, of, _purpose_of_new(project, {"connection": connection, **along}))
    form = DesignForm(
        connection, said["credential"], "table" if said["table"] else "sql", table=said["table"],
        schema=said["namespace"], name=said["table"].replace("_", " ").capitalize(),
    )  # fmt: skip
    return new_form(visit, project, form)


@router.reads(_NEW, action="project:add")
def new_sign_in_page(visit: SignedIn, project: str, other: str = "", type: str = "") -> Response:  # noqa: A002
    """Ask as whom a new data API reads."""
    with visit.call.read() as tx:
        require_project(tx, "project:add", project)
    said = {name: value for name, value in visit.query("connection", "table", "namespace").items() if value}
    of = _seen(visit, said.get("connection", ""))
    return asked(visit, of, _purpose_of_new(project, said), other, type)


@router.makes(_NEW, action="project:add")
def new_sign_in(
    visit: SignedIn,
    project: str,
    sent: Annotated[TypedLogin, Depends(typed_login)],
    *,
    connection: Field = "",
    table: Field = "",
    namespace: Field = "",
) -> Response:
    """Go on to the form of a new data API with the account that was chosen or stored."""
    with visit.call.read() as tx:
        require_project(tx, "project:add", project)
    said = {name: one for name, one in (("table", table), ("namespace", namespace)) if one}
    along = {"connection": connection, **said}

    def go_on(credential: str | None) -> Response:
        query = urlencode({**along, "credential": credential or ""})
        return visit.go(f"/projects/{project}/apis/new?{query}")

    return settled(visit, _seen(visit, connection), _purpose_of_new(project, along), sent, go_on)


@router.reads(_ONE, action="api:edit")
def sign_in_page(
    visit: SignedIn,
    project: str,
    api: str,
    *,
    connection: str = "",
    other: str = "",
    type: str = "",  # noqa: A002
) -> Response:
    """Ask as whom a data API reads from its next version on."""
    purpose = _purpose(visit, project, api, connection)
    return asked(visit, _seen(visit, connection), purpose, other, type)


@router.makes(_ONE, action="api:edit")
def sign_in(
    visit: SignedIn,
    project: str,
    api: str,
    sent: Annotated[TypedLogin, Depends(typed_login)],
    connection: Field = "",
) -> Response:
    """Go back to the design with the account that was chosen or stored."""
    purpose = _purpose(visit, project, api, connection)

    def go_back(credential: str | None) -> Response:
        query = urlencode({"connection": connection, "credential": credential or ""})
        return visit.go(f"{purpose.back}?{query}")

    return settled(visit, _seen(visit, connection), purpose, sent, go_back)


def _purpose_of_new(project: str, along: dict[str, str]) -> Purpose:
    here = f"/projects/{project}/apis"
    return Purpose("As whom does it read?", _SENTENCE, f"{here}/sign-in", f"{here}/new", along)


def _purpose(visit: Visit, project: str, api: str, connection: str) -> Purpose:
    with visit.call.read() as tx:
        dataapis.require_api(tx, "api:edit", project, api)
        base = api_view(tx, project, api).base
    along = {"connection": connection}
    return Purpose("As whom does it read?", _SENTENCE, f"{base}/sign-in", f"{base}/design", along)


def _seen(visit: Visit, connection: str) -> ConnectionView:
    with visit.call.read() as tx:
        require(tx, "connection:use", connection)
        return view_of(tx, visit, connection)
