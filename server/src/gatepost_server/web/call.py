"""One call through a door: who, from where, and the transactions it opens."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from gatepost_server import authn
from gatepost_server.approvals import Kinds
from gatepost_server.authn import Identified, Means, RequestFacts
from gatepost_server.authn.network import Network
from gatepost_server.connections import Broker
from gatepost_server.crypto import Assertions, Peppers, Seals
from gatepost_server.egress import Own
from gatepost_server.gateway.authorizer.bad_keys import BadKeys
from gatepost_server.gateway.authorizer.notes import Notes
from gatepost_server.gateway.receipts import Receipt
from gatepost_server.identity import CSRF_TOKEN, SignIn
from gatepost_server.kernel.actor import ANONYMOUS, Actor, Origin
from gatepost_server.kernel.errors import NO_GOOD_CREDENTIAL, Denied, Unauthenticated
from gatepost_server.kernel.secret import Secret
from gatepost_server.keys import KeyRules, Safe
from gatepost_server.notify import Post
from gatepost_server.projects import StepKind, TileKind
from gatepost_server.settings import Folders, Settings
from gatepost_server.store import Tx, UnitOfWork, raw_reader
from gatepost_server.vault import Safe as Vault
from gatepost_server.web.health import Health
from gatepost_server.web.ways import Way

_SAFE = ("GET", "HEAD", "OPTIONS")
CSRF_HEADER = "x-gatepost-csrf"
CSRF_FIELD = "csrf_token"


@dataclass(frozen=True)
class House:
    """What every door gets from `bootstrap`."""

    settings: Settings
    folders: Folders
    uow: UnitOfWork
    means: Means
    sign_in: SignIn
    peppers: Peppers
    safe: Safe
    vault: Vault
    broker: Broker
    own: Own
    signing: Seals
    key_rules: KeyRules
    post: Post
    steps: Mapping[str, StepKind]
    tiles: Mapping[str, TileKind]
    requests: Kinds
    proxies: tuple[Network, ...]
    notes: Notes
    collect_receipt: Callable[[], Receipt]
    health: Callable[[], Health]
    metrics: Callable[[], bytes]
    assertions: Assertions
    bad_keys: BadKeys = field(default_factory=BadKeys)

    @property
    def session_idle(self) -> timedelta:
        """How long an unused session lasts."""
        return self.means.session_idle


@dataclass(frozen=True)
class Call:
    """A call whose caller is known, or known to be nobody."""

    house: House
    identified: Identified
    origin: Origin
    csrf: str | None
    session_token: str | None

    @property
    def actor(self) -> Actor:
        """The caller."""
        return self.identified.actor

    def begin(self) -> AbstractContextManager[Tx]:
        """Open a transaction that may write."""
        return self.house.uow.begin(self.actor, self.origin)

    def read(self) -> AbstractContextManager[Tx]:
        """Open a transaction that only reads."""
        return self.house.uow.read(self.actor, self.origin)


def origin_of(request: Request, house: House, door: str) -> Origin:
    """Return the facts of *request* that the audit wants."""
    headers = _headers(request)
    return Origin(
        request_id=request.state.request_id,
        ip=authn.ip_behind_gate(headers, house.proxies) or (request.client.host if request.client else None),
        user_agent=request.headers.get("user-agent"),
        door=door,
    )


def api_call(request: Request) -> Call:
    """Identify the caller of an API route; cookies on unsafe methods need the CSRF header.

    Raises:
        Unauthenticated: a credential was sent and is not good.
        Denied: a cookie came from another site, or without its CSRF token.
    """
    call = _identified(request, "api")
    if _needs_csrf(request, call):
        check_same_origin(request)
        _check_csrf(call, request.headers.get(CSRF_HEADER))
    return call


def visitor(request: Request) -> Call:
    """Identify who looks at a page; a bad session or key is nobody."""
    try:
        return _identified(request, "ui")
    except authn.BadCredential:
        return Call(request.app.state.house, Identified(ANONYMOUS), request.state.origin, None, None)


async def page_call(request: Request) -> Call:
    """Identify the caller of a page; a bad session is nobody, so that login is offered.

    The CSRF token comes in the header (htmx) or in the form.
    """
    call = await run_in_threadpool(visitor, request)
    if _needs_csrf(request, call):
        check_same_origin(request)
        token = request.headers.get(CSRF_HEADER)
        if token is None:
            form = await request.form()
            field = form.get(CSRF_FIELD)
            token = field if isinstance(field, str) else None
        _check_csrf(call, token)
    return call


def upload_call(request: Request) -> Call:
    """Identify who sends an upload by a page, without reading the body.

    A token in the header is checked here; whoever reads the form checks the one in it with
    `check_token`, before its file.

    Raises:
        Denied: it came from another site, or with a bad token.
    """
    call = visitor(request)
    if _needs_csrf(request, call):
        check_same_origin(request)
        if request.headers.get(CSRF_HEADER) is not None:
            check_token(request, call, None)
    return call


def check_token(request: Request, call: Call, field: str | None) -> None:
    """Refuse a form that carries the session's token neither in the header nor in *field*.

    Raises:
        Denied: it does not.
    """
    if _needs_csrf(request, call):
        header = request.headers.get(CSRF_HEADER)
        _check_csrf(call, header if header is not None else field)


def require_known(call: Call) -> None:
    """Refuse nobody.

    Raises:
        Unauthenticated: no credential was sent.
    """
    if call.actor.is_anonymous:
        raise Unauthenticated(NO_GOOD_CREDENTIAL)


ApiCall = Annotated[Call, Depends(api_call)]
PageCall = Annotated[Call, Depends(page_call)]
UploadCall = Annotated[Call, Depends(upload_call)]


def _identified(request: Request, door: str) -> Call:
    house: House = request.app.state.house
    origin = origin_of(request, house, door)
    request.state.origin = origin
    way: Way | None = getattr(request.state, "way", None)
    names = authn.cookie_names(is_secure=house.settings.is_secure())
    facts = RequestFacts(_headers(request), origin.ip, cookies=names)
    what = authn.presented(facts)
    with raw_reader(house.uow.engine) as reader:
        now = house.uow.clock.now()
        if way is not None:
            identified = authn.identify_inside(reader, house.means, what, way.deployment_id, now=now)
        else:
            identified = authn.identify(reader, house.means, what, ip=origin.ip, now=now)
    request.state.actor = identified.actor
    if identified.credential_id is not None:
        at = house.uow.clock.now()
        house.notes.used(identified.credential_id, at, origin.ip, origin.user_agent)
        if identified.actor.secret_ends_at is not None:
            house.notes.used_old(identified.credential_id, at, origin.ip, origin.user_agent)
    token = what.session.reveal() if what.session is not None and identified.actor.session_id else None
    session_id = identified.actor.session_id
    csrf = house.peppers.derive(CSRF_TOKEN, session_id) if token is not None and session_id else None
    return Call(house, identified, origin, csrf, token)


def _needs_csrf(request: Request, call: Call) -> bool:
    return request.method not in _SAFE and call.session_token is not None


def check_same_origin(request: Request) -> None:
    """Refuse what another site's page sends, logins included.

    Programs send neither header; they are held by the CSRF token alone.

    Raises:
        Denied: the Origin or Sec-Fetch-Site header names another site.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign_site = site is not None and site not in ("same-origin", "none")
    foreign_origin = (
        origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower()
    )
    if foreign_site or foreign_origin:
        raise Denied("This came from a page of another site.", code="cross-origin")


def _check_csrf(call: Call, token: str | None) -> None:
    if token is None or call.csrf is None or not Secret(call.csrf).matches(token):
        raise Denied(
            "The form's token is missing or old. Reload the page and try again; programs send the "
            "csrf_token of their login as X-Gatepost-CSRF.",
            code="csrf",
        )


def _headers(request: Request) -> list[tuple[str, str]]:
    return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.headers.raw]
