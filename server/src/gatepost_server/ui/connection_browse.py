"""Browsing what a connection leads to: schemas, tables, columns and first rows."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Form
from starlette.responses import Response

from gatepost_server import connections
from gatepost_server.authz import require
from gatepost_server.connections import (
    BrokerSilent,
    ChooseLogin,
    LoginOver,
    NotAssociated,
    Sight,
    StatementFailed,
    TooManyTries,
)
from gatepost_server.ui.component import Component
from gatepost_server.ui.connection_trial import TypedLogin, means_of, typed_login
from gatepost_server.ui.connections import view_of
from gatepost_server.ui.pages import connection_browse as pages
from gatepost_server.ui.pages.catalog_adding import ways_to_add
from gatepost_server.ui.pages.connection_browse import Place
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.signing_in import asked, prompt_for, settled
from gatepost_server.ui.visits import SignedIn, Visit
from gatepost_server.vault import Sealed

router = PageRouter()
Field = Annotated[str, Form(max_length=300)]
_SIGN_IN = "/connections/{connection_id}/sign-in"


def typed_place(
    *, page: Field = "", namespace: Field = "", table: Field = "", project: Field = ""
) -> tuple[Place, str]:
    """Return the place that a form sent, and the page that shows it."""
    return Place("", schema=namespace, table=table, project=project), page


@router.reads("/connections/{connection_id}/browse", action="connection:use")
def browse(visit: SignedIn, connection_id: str) -> Response:
    """Show what there is in a source, as one stored login sees it."""
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
        of = view_of(tx, visit, connection_id)
    said = visit.query("credential", "schema", "table", "project")
    place = Place(of.base, **said)
    try:
        sight = connections.look_into(means_of(visit), connection_id, place.credential or None)
        content = _seen(visit, of, sight, place)
    except (ChooseLogin, LoginOver, NotAssociated) as error:
        fault = error.detail if isinstance(error, LoginOver) else ""
        with visit.call.read() as tx:
            prompt = prompt_for(tx, visit, of, pages.looking(of, place), fault=fault, is_part=True)
        content = pages.choose_account(of, prompt, visit.url)
    except (StatementFailed, BrokerSilent, TooManyTries, Sealed) as error:
        content = pages.failed(of, error.detail, visit.url)
    return visit.page(of.one.name, content, "data")


@router.reads(_SIGN_IN, action="connection:use")
def sign_in_page(visit: SignedIn, connection_id: str, other: str = "", type: str = "") -> Response:  # noqa: A002
    """Ask whom to look into a source as."""
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
        of = view_of(tx, visit, connection_id)
    said = visit.query("page", "namespace", "table", "project")
    place = Place(of.base, schema=said["namespace"], table=said["table"], project=said["project"])
    return asked(visit, of, pages.looking(of, place, said["page"]), other, type)


@router.makes(_SIGN_IN, action="connection:use")
def sign_in(
    visit: SignedIn,
    connection_id: str,
    sent: Annotated[TypedLogin, Depends(typed_login)],
    meant: Annotated[tuple[Place, str], Depends(typed_place)],
) -> Response:
    """Look into a source as a stored account, or one that is stored now."""
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
        of = view_of(tx, visit, connection_id)
    place, page = replace(meant[0], base=of.base), meant[1]
    purpose = pages.looking(of, place, page)

    def look(credential_id: str | None) -> Response:
        return visit.go(pages.place_as(place, credential_id, page))

    return settled(visit, of, purpose, sent, look)


@router.makes("/connections/{connection_id}/logins/{login_id}/forget", action="connection:use")
def forget_login(visit: SignedIn, connection_id: str, login_id: str) -> Response:
    """Forget a one-time login."""
    connections.let_go(means_of(visit), connection_id, login_id)
    return visit.go(f"/connections/{connection_id}", "The login is forgotten.")


def _seen(visit: Visit, of: ConnectionView, sight: Sight, place: Place) -> Component:
    schemas = sight.schemas()
    schema = place.schema or ("public" if "public" in schemas else next(iter(schemas), ""))
    here = replace(place, schema=schema)
    tables = sight.tables(schema or None)
    chosen = _table(sight, here) if here.table else pages.no_table(len(tables))
    held = pages.held_login(of, here, visit.csrf) if connections.is_held(here.credential) else None
    return pages.browse(of, here, schemas, tables, chosen, visit.url, ways=ways_to_add(here), held=held)


def _table(sight: Sight, here: Place) -> Component:
    try:
        return pages.rows_of(here.table, sight.preview(here.schema or None, here.table))
    except StatementFailed as error:
        return pages.failed_table(here.table, error.detail)
