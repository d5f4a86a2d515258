"""Outward exposure: the list of every way in from outside, and what closes applications."""

from starlette.responses import Response

from gatepost_server import apps, exposure, sharing
from gatepost_server.authz import Hidden, TooWide
from gatepost_server.exposure import Way, WayKind
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import exposure as pages
from gatepost_server.ui.pages.exposure import HOME
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()


@router.reads(HOME, action="exposure:list")
def ways(visit: SignedIn) -> Response:
    """List the ways in from outside that who looks may close."""
    state = ListState(HOME, visit.query("q", "kind", "sort", "cursor"))
    kind = WayKind(state.value("kind")) if state.value("kind") in set(WayKind) else None
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None, sort=state.value("sort"))
    is_administrator = visit.is_administrator
    with visit.call.read() as tx:
        found, counts = exposure.list_ways(tx, wanted, kind), exposure.count_ways(tx)
        content = pages.exposure(found, counts, state, tx.now, visit.url, is_administrator=is_administrator)
    return visit.page("Outward exposure", content, "administration" if is_administrator else "")


@router.reads(f"{HOME}/links/{{app_id}}/off", action="app:share")
def link_page(visit: SignedIn, app_id: str) -> Response:
    """Ask before external sharing of an application is turned off."""
    return _ask(visit, app_id, WayKind.LINK)


@router.makes(f"{HOME}/links/{{app_id}}/off", action="app:share")
def close_link(visit: SignedIn, app_id: str) -> Response:
    """Turn external sharing of an application off, as its own dialog does."""
    with visit.call.begin() as tx:
        node = apps.require_app(tx, "app:share", app_id)
        sharing.change_external(tx, node.id, is_enabled=False)
    receipt = visit.call.house.collect_receipt()
    return visit.go(HOME, f"External sharing of {node.name} is off. {receipt_words(receipt)}")


@router.reads(f"{HOME}/anyone/{{app_id}}/off", action="app:share")
def anyone_page(visit: SignedIn, app_id: str) -> Response:
    """Ask before an application that anyone may open is closed."""
    return _ask(visit, app_id, WayKind.ANYONE)


@router.makes(f"{HOME}/anyone/{{app_id}}/off", action="app:share")
def close_to_anyone(visit: SignedIn, app_id: str) -> Response:
    """Set the access of an application back to those it is shared with."""
    try:
        with visit.call.begin() as tx:
            app = apps.set_app_access(tx, app_id, "grants")
    except TooWide as error:
        return _ask(visit, app_id, WayKind.ANYONE, fault=error.detail, code=403)
    receipt = visit.call.house.collect_receipt()
    said = f"Only those whom {app.name} is shared with may open it."
    return visit.go(HOME, f"{said} {receipt_words(receipt)}")


def _ask(visit: Visit, app_id: str, kind: WayKind, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        way = _way(tx, apps.require_app(tx, "app:share", app_id).id, kind)
    content = pages.off_dialog(way, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog(content.title, content, "administration", code=code)


def _way(tx: Tx, thing_id: str, kind: WayKind) -> Way:
    """Return a way in by the thing that is open.

    Raises:
        Hidden: it is not open in this way (any more).
    """
    for one in exposure.list_ways(tx, PageRequest(q=thing_id), kind).items:
        if one.id == thing_id:
            return one
    raise Hidden("app:share", thing_id)
