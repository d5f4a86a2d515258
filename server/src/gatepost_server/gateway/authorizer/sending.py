"""Where a browser is sent: to the app's own origin, through a hand-off, or to log in first.

A hand-off begins on the app's host, which gives the browser something to keep, goes to the
control host for a code that is bound to it, and ends where it began.
"""

import asyncio
import base64
import hashlib
import re
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from gatepost_server.apps import ContentFacts
from gatepost_server.crypto import new_token
from gatepost_server.gateway.authorizer.answers import Answer, sent_to
from gatepost_server.gateway.authorizer.asked import Asked
from gatepost_server.gateway.authorizer.cookies import begun_with, start_cookie
from gatepost_server.gateway.authorizer.judging import Judged
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.place import LEND, OURS, Place
from gatepost_server.identity import HandOff, offer_app_session
from gatepost_server.kernel.actor import Origin
from gatepost_server.kernel.ids import hex_of

START: Final = f"{OURS}start"
_BOUND: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def send_to_origin(means: GateMeans, asked: Asked, place: Place, judged: Judged) -> Answer:
    """Send somebody who may open the app to its origin, where a hand-off begins.

    Nobody in particular (access *anyone*) goes there as nobody.
    """
    home = _home(means, judged.app)
    target = f"{place.rest}?{asked.query}" if asked.query else place.rest
    return sent_to(home + (start_at(target) if judged.actor.is_interactive else target))


def send_to_begin(means: GateMeans, asked: Asked, place: Place, judged: Judged) -> Answer:
    """Send somebody without a session on the app's host to where a hand-off begins.

    From a host that is not quite the app's own it goes through the content URL, which
    tells the right one only to those who may know it.
    """
    if judged.app is not None and asked.host == urlsplit(_home(means, judged.app)).netloc:
        return sent_to(start_at(asked.target))
    return sent_to(f"{means.gate.control_origin}/content/{hex_of(place.ref) or '-'}{asked.target}")


def begin(means: GateMeans, asked: Asked, place: Place, to: str) -> Answer:
    """Give the browser something to keep, and send it to where a code is lent for it.

    What it keeps already stays, so that two pages of one browser may begin at once.
    """
    is_secure, is_framed = means.scheme == "https", asked.is_framed
    kept = begun_with(asked.cookies, is_secure=is_secure, is_framed=is_framed)
    token = kept or new_token().reveal()
    lender = f"{means.gate.control_origin}/content/{hex_of(place.ref) or '-'}{LEND}"
    return sent_to(
        f"{lender}?bound={bound_of(token)}&to={quote(to, safe='')}",
        cookie=start_cookie(token, is_secure=is_secure, is_framed=is_framed),
    )


async def lend(means: GateMeans, asked: Asked, judged: Judged, origin: Origin) -> Answer:
    """Send somebody who may open the app back to its host, with a code for this browser."""
    said = {name: values[0] for name, values in parse_qs(asked.query).items()}
    home, to, bound = _home(means, judged.app), on_this_host(said.get("to", "/")), said.get("bound", "")
    if not judged.actor.is_interactive:
        return sent_to(home + to)
    if not _BOUND.fullmatch(bound):
        return sent_to(home + start_at(to))
    assert judged.app is not None, "only an app can be opened"
    hand_off = HandOff(judged.app.app_id, urlsplit(home).netloc, bound)
    code = await asyncio.to_thread(_offer, means, judged, origin, hand_off)
    return sent_to(f"{home}{OURS}handoff?code={code}&to={quote(to, safe='')}")


def send_to_login(means: GateMeans, asked: Asked) -> Answer:
    """Send nobody to the login page, and back here afterwards."""
    return sent_to(f"{means.gate.control_origin}/login?next={quote(asked.target, safe='')}")


def bound_of(token: str) -> str:
    """Return what a code is bound to for the browser that keeps *token*."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")


def start_at(to: str) -> str:
    """Return the path on the app's host at which a hand-off begins that leads to *to*."""
    return f"{START}?to={quote(to, safe='')}"


def on_this_host(to: str) -> str:
    """Return *to* if it is a path of this host; a text that names another host is not."""
    is_path = to.startswith("/") and not to.startswith(("//", "/\\", OURS)) and to.isprintable()
    return to if is_path else "/"


def _home(means: GateMeans, app: ContentFacts | None) -> str:
    assert app is not None, "only an app can be opened"
    return means.addresses.origin_url(app.app_id, app.slug).rstrip("/")


def _offer(means: GateMeans, judged: Judged, origin: Origin, to: HandOff) -> str:
    with means.uow.begin(judged.actor, origin) as tx:
        return offer_app_session(tx, means.authn.peppers, to).reveal()
