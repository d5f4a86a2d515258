"""The page of an external link; it acts for nobody, whoever looks at it."""

import json
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.responses import JSONResponse, Response

from gatepost_server import sharing
from gatepost_server.kernel.actor import ANONYMOUS
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.pages.guests import AskInvitation
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import AnyVisit, Looking, Visit
from gatepost_server.web import check_same_origin
from gatepost_server.web.guests import home_of

router = PageRouter()

_TITLE: Final = "Open a shared application"
_SAID: Final = (
    "If the address is on the list, a mail is on its way. Its link can be used once, within an hour."
)
_ASK: Final = "Ask whoever sent it to you whether the application is still shared with you."
_LENGTH: Final = 1_000
_JSON: Final = "application/json"


async def _email(request: Request) -> str:
    """Return the address that was sent, in a form or as JSON; empty where there is none."""
    if request.headers.get("content-type", "").startswith(_JSON):
        return _text(_named(await request.body()))
    return _text((await request.form()).get("email"))


@router.reads("/external/{link_id}", public=True)
def link_page(visit: AnyVisit, link_id: str) -> Response:
    """Ask somebody outside for their address; nothing is shown of a link that leads nowhere."""
    with visit.call.house.uow.read(ANONYMOUS, visit.call.origin) as tx:
        name = sharing.link_name(tx, link_id)
    if name is None:
        nowhere = Note("This link does not lead anywhere (any more)", _ASK, "amber", "alert-triangle")
        return visit.bare(_TITLE, nowhere, code=404)
    return visit.bare(_TITLE, AskInvitation(f"/external/{link_id}", name))


@router.makes("/external/{link_id}", public=True)
def ask(request: Request, visit: Looking, link_id: str, email: Annotated[str, Depends(_email)]) -> Response:
    """Mail a way in to an address that is listed; the answer is the same for every address and link."""
    check_same_origin(request)
    is_page = "text/html" in request.headers.get("accept", "") and not request.headers.get(
        "content-type", ""
    ).startswith(_JSON)
    if not email.strip():
        if is_page:
            return _shown(visit, link_id, fault="Your address is missing.")
        raise Invalid("The address is missing.", faults=[FieldFault("email", "send your e-mail address")])
    house = visit.call.house
    with house.uow.begin(ANONYMOUS, visit.call.origin) as tx:
        sharing.ask_invitation(tx, house.peppers, home_of(house.settings, tx), link_id, email)
    if is_page:
        return _shown(visit, link_id, is_asked=True)
    return JSONResponse({"detail": _SAID}, status_code=202, headers={"cache-control": "no-store"})


def _shown(visit: Visit, link_id: str, *, is_asked: bool = False, fault: str = "") -> Response:
    content = AskInvitation(f"/external/{link_id}", "", is_asked, fault)
    return visit.bare(_TITLE, content, code=202 if is_asked else 400)


def _named(body: bytes) -> Any:
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return said.get("email") if isinstance(said, dict) else None


def _text(said: Any) -> str:
    return said[:_LENGTH] if isinstance(said, str) else ""
