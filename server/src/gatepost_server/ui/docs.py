"""The API's documentation, read in the browser (swagger-ui, served by us), and its problems."""

from starlette.responses import HTMLResponse, Response

from gatepost_server.ui.pages.api_docs import ApiDocs
from gatepost_server.ui.pages.problems import problem_page
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import AnyVisit

router = PageRouter()

_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.reads("/docs", public=True)
def api_docs(visit: AnyVisit) -> Response:
    """Show the document of the API.

    Its reader writes style attributes, so this page alone allows them; it has no data.
    """
    frame = visit.frame()
    page = ApiDocs(frame.nonce, frame.csrf, frame.theme)
    return HTMLResponse(str(page), headers={"content-security-policy": _POLICY.format(nonce=frame.nonce)})


@router.reads("/docs/problems", public=True)
def problems(visit: AnyVisit) -> Response:
    """Explain every code that a refusal may have; its `type` leads here."""
    return visit.page("Problems", problem_page())
