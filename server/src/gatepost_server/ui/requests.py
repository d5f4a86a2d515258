"""Task Hub and requests: read, ask, decide. No page acts on being opened."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Form
from starlette.responses import Response

from gatepost_server import approvals
from gatepost_server.approvals import REASON_LENGTH, Request
from gatepost_server.authz import ConfirmRequired, Hidden, require_self
from gatepost_server.kernel.errors import Conflict, Denied, GatepostError, Invalid, TooMany
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.endings import end_of
from gatepost_server.ui.keys import news_words
from gatepost_server.ui.pages.asking import AskState, ask_dialog
from gatepost_server.ui.pages.requests import NOTICES, Asked, Hub, RequestPage
from gatepost_server.ui.pages.sharing_effect import effect_box
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of
from gatepost_server.web.problems import status_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Names = Annotated[list[str] | None, Form(max_length=500)]
_LIMIT: Final = 50


@router.reads("/requests", action="request:list")
def hub(visit: SignedIn, box: str = "to_decide", cursor: str | None = None) -> Response:
    """Show a box of the Task Hub."""
    kinds = visit.call.house.requests
    if box == NOTICES:
        return _notices(visit, cursor)
    with visit.call.read() as tx:
        found = approvals.list_requests(tx, kinds, box, PageRequest(limit=_LIMIT, cursor=cursor))
        asked = [_asked(visit, tx, one) for one in found.items]
        next_href = f"/requests?box={box}&cursor={found.next}" if found.next else ""
        counts = (approvals.count_to_decide(tx, kinds), approvals.count_notices(tx))
        content = Hub(box, asked, counts, tx.now, visit.url, next_href)
    return visit.page("Task Hub", content, "requests")


def _notices(visit: Visit, cursor: str | None) -> Response:
    with visit.call.read() as tx:
        require_self(tx, "request:list")
        found = approvals.list_notices(tx, PageRequest(limit=_LIMIT, cursor=cursor))
        next_href = f"/requests?box={NOTICES}&cursor={found.next}" if found.next else ""
        counts = (approvals.count_to_decide(tx, visit.call.house.requests), approvals.count_notices(tx))
        content = Hub(NOTICES, [], counts, tx.now, visit.url, next_href, found.items)
    return visit.page("Task Hub", content, "requests")


@router.reads("/requests/new", action="request:create")
def new_page(visit: SignedIn, app: str = "", role: str = "consumer") -> Response:
    """Show the form that asks for access."""
    return _form(visit, AskState(app[:60], role))


@router.makes("/requests/new", action="request:create")
def ask(
    visit: SignedIn,
    app: Field = "",
    role: Field = "consumer",
    reason: Field = "",
    validity: Field = "90",
    until: Field = "",
) -> Response:
    """Ask for access to an application; the answer is the same whether there is one."""
    raw = {"app": app, "role": role}
    try:
        with visit.call.begin() as tx:
            wanted = _validity(tx, validity, until)
            made = approvals.ask(tx, visit.call.house.requests, "access_app", raw, reason, wanted)
    except (Invalid, Conflict, TooMany) as error:
        faulty = AskState(app, role, reason, validity, until, faults_of(error), fault_of(error))
        return _form(visit, faulty, status_of(error))
    return visit.go(f"/requests/{made.id}", "You have asked. Here you see what is decided.")


@router.reads("/requests/{request_id}", action="request:read")
def request_page(visit: SignedIn, request_id: str, note: str = "") -> Response:
    """Show a request; *note* was typed before the password was asked for."""
    return _shown(visit, request_id, note=note[:REASON_LENGTH])


@router.makes("/requests/{request_id}/approve", action="request:decide")
def approve(
    visit: SignedIn,
    request_id: str,
    *,
    content_hash: Field = "",
    note: Field = "",
    less_validity: Field = "",
    less_role: Field = "",
    less_fields: Names = None,
) -> Response:
    """Approve a request as it was read, or less than it asks for."""
    less: dict[str, object] = {"role": less_role} if less_role else {}
    less |= {"fields": less_fields} if less_fields else {}
    if less_validity.isdecimal() and len(less_validity) < 5:  # noqa: PLR2004  # days
        less["validity"] = {"days": int(less_validity)}
    decide = partial(approvals.approve, narrower=less)
    return _decided(visit, request_id, decide, content_hash, note)


@router.makes("/requests/{request_id}/reject", action="request:decide")
def reject(visit: SignedIn, request_id: str, content_hash: Field = "", note: Field = "") -> Response:
    """Refuse a request."""
    return _decided(visit, request_id, approvals.reject, content_hash, note)


@router.makes("/requests/{request_id}/withdraw", action="request:withdraw")
def withdraw(visit: SignedIn, request_id: str) -> Response:
    """Take back what one asked for."""
    try:
        with visit.call.begin() as tx:
            approvals.withdraw(tx, request_id)
    except Conflict as error:
        return _shown(visit, request_id, fault=error)
    return visit.go("/requests?box=submitted", "Your request is withdrawn.")


def _decided(
    visit: Visit, request_id: str, decide: Callable[..., Request], content_hash: str, note: str
) -> Response:
    kinds = visit.call.house.requests
    try:
        with visit.call.begin() as tx:
            made = decide(tx, kinds, request_id, content_hash, note, home=visit.url)
    except Hidden:
        raise
    except ConfirmRequired:
        kept = f"?{urlencode({'note': note})}" if note else ""
        return visit.go("/confirm?" + urlencode({"next": f"/requests/{request_id}{kept}"}))
    except (Conflict, Denied, Invalid) as error:
        return _shown(visit, request_id, note=note, fault=error)
    if made.result is None:
        return visit.go("/requests", f"{made.asker_name}'s request is refused; they read why.")
    news = news_words(visit.call.house.collect_receipt())
    return visit.go("/requests", f"{made.asker_name}'s request is approved. {news}")


def _shown(visit: Visit, request_id: str, note: str = "", *, fault: GatepostError | None = None) -> Response:
    kinds = visit.call.house.requests
    with visit.call.read() as tx:
        request = approvals.get_request(tx, kinds, request_id)
        may_decide = approvals.may_decide(tx, kinds, request)
        kind = kinds[request.kind]
        effect = kind.preview(tx, request) if may_decide else None
        content = RequestPage(
            _asked(visit, tx, request),
            kind.diff(tx, request) if may_decide else (),
            effect_box(effect, 1) if effect is not None else None,
            tx.now,
            visit.csrf,
            visit.url,
            may_decide,
            request.is_pending and request.asker_id == visit.person.id,
            note,
            "" if fault is None else fault.detail,
            approvals.less_of(tx, kinds, request),
            approvals.waits_for(tx, kinds, request),
        )
    return visit.page("Request", content, "requests", code=200 if fault is None else status_of(fault))


def _asked(visit: Visit, tx: Tx, request: Request) -> Asked:
    return Asked(request, visit.call.house.requests[request.kind].sentence(tx, request))


def _form(visit: Visit, form: AskState, code: int = 200) -> Response:
    content = ask_dialog(form, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Ask for access", content, "applications", code=code)


def _validity(tx: Tx, validity: str, until: str) -> object:
    """Return what was chosen as requests have it.

    Raises:
        Invalid: a day was to be chosen, and is none.
    """
    if validity == "until":
        return {"until": end_of("until", until, tx.now)}
    return {"days": int(validity)} if validity.isdecimal() and len(validity) < 5 else validity  # noqa: PLR2004
