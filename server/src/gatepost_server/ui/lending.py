"""Pages on which one lets an application act in one's name, and takes that back."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from gatepost_server import apps, authn
from gatepost_server.apps import KeyScopeLevel
from gatepost_server.authn import Asked, Lent, LevelChanged, NothingLent, NothingToLend
from gatepost_server.authz import require_self
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.store import Tx
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.pages import lending as pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()


@router.reads("/applications/{app_id}/lend", action="consent:give")
def lend_page(visit: SignedIn, app_id: str) -> Response:
    """Ask whether the application may act in one's name."""
    return _dialog(visit, app_id)


@router.makes("/applications/{app_id}/lend", action="consent:give")
def lend(
    visit: SignedIn,
    app_id: str,
    level: Annotated[KeyScopeLevel, Query()],
    by: Annotated[str, Query(max_length=100)],
    reach: Annotated[list[str] | None, Query(max_length=20)] = None,
) -> Response:
    """Agree to the level that one has seen, of whom one has seen."""
    try:
        with visit.call.begin() as tx:
            authn.agree(tx, app_id, level, by, reach)
    except (LevelChanged, NothingToLend) as error:
        return _dialog(visit, app_id, error)
    return visit.go(f"/applications/{app_id}", "It may act in your name now, while you use it.")


@router.reads("/profile/lent/{app_id}/take-back", action="consent:give")
def take_back_page(visit: SignedIn, app_id: str) -> Response:
    """Ask before a consent is taken back."""
    with visit.call.read() as tx:
        one = _one(tx, app_id)
    content = pages.take_back_dialog(one.app_id, one.name or one.app_id, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Take back", content)


@router.makes("/profile/lent/{app_id}/take-back", action="consent:give")
def take_back(visit: SignedIn, app_id: str) -> Response:
    """Agree no longer."""
    with visit.call.begin() as tx:
        one = _one(tx, app_id)
        authn.take_back_consent(tx, one.app_id)
    receipt = visit.call.house.collect_receipt()
    said = f"{one.name or one.app_id} does no more in your name. {receipt_words(receipt)}"
    return visit.go("/profile", said)


def _one(tx: Tx, app_id: str) -> Lent:
    found = next((one for one in authn.list_lent(tx) if one.app_id == app_id), None)
    if found is None:
        raise NothingLent
    return found


def _dialog(visit: Visit, app_id: str, error: GatepostError | None = None) -> Response:
    with visit.call.read() as tx:
        require_self(tx, "consent:give")
        app = apps.get_app(tx, app_id)
        asked: Asked | None = authn.asked_of(tx, app_id)
    if asked is None:
        return visit.go(f"/applications/{app.id}", "This application asks for nothing in your name.")
    content = pages.agree_dialog(
        app.id, app.name, asked, visit.csrf, visit.url,
        is_over=visit.is_over, fault=error.detail if error else "",
    )  # fmt: skip
    return visit.dialog("Act in my name", content, code=409 if error else 200)
