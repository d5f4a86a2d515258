"""What the gate keeps for itself on an app's host: hand-offs, from beginning to end, and invitations."""

import asyncio
from urllib.parse import parse_qs, quote

from gatepost_server.gateway.authorizer.answers import UNKNOWN, Answer, Problem, sent_to, shown
from gatepost_server.gateway.authorizer.asked import Asked
from gatepost_server.gateway.authorizer.cookies import app_host_cookie, begun_with, tokens_on_app_host
from gatepost_server.gateway.authorizer.guests import come_in
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.place import OURS, Place, place_of
from gatepost_server.gateway.authorizer.sending import START, begin, bound_of, on_this_host, start_at
from gatepost_server.gateway.headers import ADDRESSES
from gatepost_server.identity import BadLogin, HandOff, NewSession, accept_app_session
from gatepost_server.kernel.actor import ANONYMOUS, Origin
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.sharing import WAY_IN

_STALE = Problem(
    400, "handoff-ended", "This link does not lead here any more",
    "It was used, has ended, or was not begun in this browser.",
)  # fmt: skip
_NO_COOKIE = Problem(
    400, "no-cookie", "Your browser keeps no cookie for this frame",
    "Open the application by itself (Open Solo), or allow cookies for this site.",
)  # fmt: skip


async def arrive(means: GateMeans, asked: Asked) -> Answer:
    """Answer `/_gatepost/…` on an app's host."""
    now = means.uow.clock.now()
    ip = means.ip_of(asked.one(ADDRESSES))
    origin = Origin(new_id("req", now), ip=ip, user_agent=asked.one("user-agent"), door="gate")
    said = {name: values[0] for name, values in parse_qs(asked.query).items()}
    place, to = place_of(asked, means.gate.apps_domain), on_this_host(said.get("to", "/"))
    if place.ref and asked.path.startswith(WAY_IN):
        return await come_in(means, asked, place, origin)
    if asked.method != "GET" or not place.ref:
        return shown(UNKNOWN, origin.request_id, means.gate.control_origin)
    if asked.path == START:
        return begin(means, asked, place, to)
    problem, again = UNKNOWN, None
    if asked.path == f"{OURS}handoff":
        made = await _accepted(means, asked, place, origin, said.get("code", ""))
        if isinstance(made, NewSession):
            return _settled(means, asked, made, to)
        problem, again = made, start_at(to)
    elif asked.path == f"{OURS}arrived":
        if tokens_on_app_host(asked.cookies, is_secure=means.scheme == "https"):
            return sent_to(to)
        problem, again = _NO_COOKIE, start_at(to)
    return shown(problem, origin.request_id, means.gate.control_origin, again=again)


def _settled(means: GateMeans, asked: Asked, made: NewSession, to: str) -> Answer:
    """Set the cookie, then look whether the browser kept it, so that nobody goes in circles."""
    cookie = app_host_cookie(
        made.token.reveal(),
        is_secure=means.scheme == "https",
        is_framed=asked.is_framed,
        max_age=int((made.session.expires_at - means.uow.clock.now()).total_seconds()),
    )
    return sent_to(f"{OURS}arrived?to={quote(to, safe='')}", cookie=cookie)


async def _accepted(
    means: GateMeans, asked: Asked, place: Place, origin: Origin, code: str
) -> NewSession | Problem:
    """Take the code, if it was made for the browser that brings it.

    Somebody else's code, planted here, would make this browser theirs without a word.
    """
    token = begun_with(asked.cookies, is_secure=means.scheme == "https", is_framed=asked.is_framed)
    if token is None:
        return _NO_COOKIE if asked.is_framed else _STALE
    to = HandOff(place.ref, asked.host, bound_of(token))
    return await asyncio.to_thread(_taken, means, origin, to, Secret(code))


def _taken(means: GateMeans, origin: Origin, to: HandOff, code: Secret) -> NewSession | Problem:
    try:
        with means.uow.begin(ANONYMOUS, origin) as tx:
            return accept_app_session(tx, means.sign_in, to, code)
    except BadLogin:
        return _STALE
