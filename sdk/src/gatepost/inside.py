"""Inside an application that Gatepost runs: its own way to the API, and whom it acts for."""

from collections.abc import Mapping
from typing import Final

from gatepost.address import Address
from gatepost.errors import Invalid, Unauthenticated

_OURS: Final = "http://"
APP_VARIABLE: Final = "GATEPOST_APP_ID"
VISITOR_HEADER: Final = "X-Gatepost-Visitor-Key"
_AS_ENVIRON: Final = "HTTP_X_GATEPOST_VISITOR_KEY"
_HOLDERS: Final = ("headers", "http_conn", "request", "environ")
"""Where the things that frameworks hand over keep the headers of a request."""


def way_in(environ: Mapping[str, str]) -> Address | None:
    """Return the application's own address of the API; None outside of hosted code.

    Its path may be a secret.
    """
    server = environ.get("GATEPOST_SERVER", "").rstrip("/")
    if not environ.get(APP_VARIABLE) or not server.startswith(f"{_OURS}127.0.0.1:"):
        return None
    authority, slash, path = server.removeprefix(_OURS).partition("/")
    return Address(_OURS + authority, is_secure=False, host="127.0.0.1", path=slash + path)


def app_here(environ: Mapping[str, str]) -> str:
    """Return the id of the application that this code is.

    Raises:
        Invalid: it is none.
    """
    found = environ.get(APP_VARIABLE, "")
    if not found:
        detail = 'This code is no application that Gatepost runs; say which is meant: app="app_…".'
        raise Invalid(detail, code="not-inside")
    return found


def visitor_key_of(visitor: object) -> str:
    """Return the key that the gate put on a visitor's request.

    *visitor* is the request of FastAPI, Starlette, Flask or Django, the session of Shiny,
    `streamlit.context`, a WSGI environment, or the headers themselves.

    Raises:
        Invalid: it has no headers.
        Unauthenticated: it carries no visitor's key.
    """
    headers = _headers_of(visitor, depth=3)
    if headers is None:
        kind = type(visitor).__name__
        raise Invalid(f"A {kind} has no headers; pass the request of your framework.", code="bad-visitor")
    for name, value in headers.items():
        if str(name).lower() == VISITOR_HEADER.lower() or name == _AS_ENVIRON:
            return str(value)
    raise Unauthenticated(
        "The request carries no visitor's key. There is one on requests that came through Gatepost, of "
        "people and keys; not of guests or of anyone in particular, and not when the application's "
        "required key scope level is none.",
        code="no-visitor",
    )


def _headers_of(holder: object, depth: int) -> Mapping[object, object] | None:
    """Return the headers that *holder* is, or has within so many steps."""
    for name in _HOLDERS if depth else ():  # first: a request may be a mapping itself, of other things
        found = _headers_of(getattr(holder, name, None), depth - 1)
        if found is not None:
            return found
    if callable(getattr(holder, "items", None)):
        return holder  # type: ignore[return-value]  # frameworks have mappings of their own, all with items()
    return None
