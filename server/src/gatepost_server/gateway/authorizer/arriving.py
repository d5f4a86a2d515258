"""What the gate keeps for itself on an app's host: the end of a hand-off."""

import asyncio
from urllib.parse import parse_qs, quote

from gatepost_server.gateway.authorizer.answers import UNKNOWN, Answer, Problem, sent_to, shown
from gatepost_server.gateway.authorizer.asked import Asked
from gatepost_server.gateway.authorizer.cookies import app_host_cookie, tokens_on_app_host
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.place import place_of
from gatepost_server.gateway.headers import ADDRESSES
from gatepost_server.identity import BadLogin, HandOff, NewSession, accept_app_session
from gatepost_server.kernel.actor import ANONYMOUS, Origin
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret

_STALE = Problem(
    400, "handoff-ended", "This link was used or has ended", "Open the application again from Gatepost."
)
_NO_COOKIE = Problem(
    400, "no-cookie", "Your browser keeps no cookie for this frame",
    "Open the application by itself (Open Solo), or allow cookies for this site.",
)  # fmt: skip


async def arrive(means: GateMeans, asked: Asked) -> Answer:
    """Answer `/_gatepost/…` on an app's host."""
    now = means.uow.clock.now()
    ip = means.ip_of(asked.one(ADDRESSES))
    origin = Origin(new_id("req", now), ip=ip, user_agent=asked.one("user-agent"), door="gate")
    asked_for = {name: values[0] for name, values in parse_qs(asked.query).items()}
    to = _on_this_host(asked_for.get("to", "/"))
    problem = UNKNOWN
    if asked.method == "GET" and asked.path == "/_gatepost/handoff":
        made = await asyncio.to_thread(_accepted, means, asked, origin, asked_for.get("code", ""))
        if made is not None:
            return _settled(means, asked, made, to)
        problem = _STALE
    elif asked.method == "GET" and asked.path == "/_gatepost/arrived":
        if tokens_on_app_host(
            [value for name, value in asked.headers if name == "cookie"], is_secure=means.scheme == "https"
        ):
            return sent_to(to)
        problem = _NO_COOKIE
    return shown(problem, origin.request_id, means.gate.control_origin)


def _settled(means: GateMeans, asked: Asked, made: NewSession, to: str) -> Answer:
    """Set the cookie, then look whether the browser kept it, so that nobody goes in circles."""
    cookie = app_host_cookie(
        made.token.reveal(),
        is_secure=means.scheme == "https",
        is_framed=asked.is_framed,
        max_age=int((made.session.expires_at - means.uow.clock.now()).total_seconds()),
    )
    return sent_to(f"/_gatepost/arrived?to={quote(to, safe='')}", cookie=cookie)


def _accepted(means: GateMeans, asked: Asked, origin: Origin, code: str) -> NewSession | None:
    place = place_of(asked, means.gate.apps_domain)
    try:
        with means.uow.begin(ANONYMOUS, origin) as tx:
            return accept_app_session(tx, means.sign_in, HandOff(place.ref, asked.host), Secret(code))
    except BadLogin:
        return None


def _on_this_host(to: str) -> str:
    """Return *to* if it is a path of this host; a text that names another host is not."""
    is_path = to.startswith("/") and not to.startswith(("//", "/\\", "/_gatepost")) and to.isprintable()
    return to if is_path else "/"
