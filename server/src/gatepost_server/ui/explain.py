"""The Explain page's routes."""

from typing import Final

from starlette.responses import Response

from gatepost_server.decisions import explain_call
from gatepost_server.kernel.errors import GatepostError, Invalid, NotFound
from gatepost_server.ui.pages.explain import Asked, explain_page
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of
from gatepost_server.web.explaining import explained
from gatepost_server.web.problems import status_of

router = PageRouter()

_PERSON: Final = "user"
_ASKS: Final = ("decision_id", "action", "resource", "as")


@router.reads("/explain", action="decision:explain")
def explain(visit: SignedIn) -> Response:
    """Explain a decision or a question; without either, show where to ask."""
    decision_id, action, resource, who = (value.strip() for value in visit.query(*_ASKS).values())
    asked = Asked(decision_id, action, resource, who)
    if not decision_id and not action:
        return _shown(visit, asked)
    try:
        if decision_id:
            found = explained(visit.call, decision_id)
        else:
            with visit.call.read() as tx:
                found = explain_call(tx, action, resource or None, who or None)
    except (Invalid, NotFound) as error:
        return _faulty(visit, asked, error)
    note = visit.person.role if found.is_you and found.caller_kind == _PERSON else ""
    content = explain_page(asked, found, visit.url, is_administrator=visit.is_administrator, person_note=note)
    return visit.page("Why?", content)


def _shown(visit: Visit, asked: Asked, code: int = 200) -> Response:
    content = explain_page(asked, None, visit.url, is_administrator=visit.is_administrator)
    return visit.page("Why?", content, code=code)


def _faulty(visit: Visit, asked: Asked, error: GatepostError) -> Response:
    said = Asked(
        asked.decision_id, asked.action, asked.resource, asked.who, faults_of(error), fault_of(error)
    )
    return _shown(visit, said, status_of(error))
