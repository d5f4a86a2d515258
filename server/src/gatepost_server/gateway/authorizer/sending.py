"""Where a browser is sent: to the app's own origin, through a hand-off, or to log in first."""

import asyncio
from urllib.parse import quote, urlsplit

from gatepost_server.gateway.authorizer.answers import Answer, sent_to
from gatepost_server.gateway.authorizer.asked import Asked
from gatepost_server.gateway.authorizer.judging import Judged
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.place import Place
from gatepost_server.identity import HandOff, offer_app_session
from gatepost_server.kernel.actor import Origin
from gatepost_server.kernel.ids import hex_of


async def send_to_origin(
    means: GateMeans, asked: Asked, place: Place, judged: Judged, origin: Origin
) -> Answer:
    """Send somebody who may open the app to its origin, with a session there.

    Nobody in particular (access *anyone*) goes there as nobody.
    """
    assert judged.app is not None, "only an app can be opened"
    home = means.addresses.origin_url(judged.app.app_id, judged.app.slug).rstrip("/")
    target = f"{place.rest}?{asked.query}" if asked.query else place.rest
    if not judged.actor.is_interactive:
        return sent_to(home + target)
    code = await asyncio.to_thread(
        _offer, means, judged, origin, HandOff(judged.app.app_id, urlsplit(home).netloc)
    )
    return sent_to(f"{home}/_gatepost/handoff?code={code}&to={quote(target, safe='')}")


def send_to_content(means: GateMeans, asked: Asked, place: Place) -> Answer:
    """Send somebody without a session on the app's host to where a hand-off begins."""
    return sent_to(f"{means.gate.control_origin}/content/{hex_of(place.ref) or '-'}{asked.target}")


def send_to_login(means: GateMeans, asked: Asked) -> Answer:
    """Send nobody to the login page, and back here afterwards."""
    return sent_to(f"{means.gate.control_origin}/login?next={quote(asked.target, safe='')}")


def _offer(means: GateMeans, judged: Judged, origin: Origin, to: HandOff) -> str:
    with means.uow.begin(judged.actor, origin) as tx:
        return offer_app_session(tx, means.authn.peppers, to).reveal()
