"""The answer that lets a request pass: where it goes, as whom, without what."""

import secrets

from gatepost_server.gateway.authorizer.answers import Answer
from gatepost_server.gateway.authorizer.asked import Asked
from gatepost_server.gateway.authorizer.cookies import affinity_cookie, affinity_in, without_ours
from gatepost_server.gateway.authorizer.ground import Ground
from gatepost_server.gateway.authorizer.judging import Judged, person_of
from gatepost_server.gateway.authorizer.place import Place
from gatepost_server.gateway.headers import AFFINITY, ASSERTION, EMAIL, USER, VISITOR
from gatepost_server.kernel.ids import hex_of

TO_REMOVE = "x-envoy-auth-headers-to-remove"


def passed(
    asked: Asked,
    place: Place,
    judged: Judged,
    *,
    cluster: str,
    ip: str | None,
    scheme: str,
    visitor: str = "",
    asserted: str = "",
) -> Answer:
    """Return what Envoy adds to and takes from a request that may pass.

    *visitor* is the key with which the app may act for whoever asks; empty where it gets none.
    *asserted* says who that is, signed; empty for nobody in particular.
    Credentials are taken off by Envoy's route; of cookies only the app's own stay.
    """
    assert judged.app is not None, "only an app can be opened"
    ground = Ground(judged.app.app_id, judged.who.credential_id, ip)
    headers = [
        ("x-gp-cluster", cluster),
        ("x-gp-ground", ground.written()),
        ("x-forwarded-for", ip or "unknown"),
        ("x-forwarded-proto", scheme),
        ("x-forwarded-host", asked.host),
    ]
    if not place.is_origin:
        headers.append(("x-forwarded-prefix", place.prefix))
    if judged.app.is_sticky:
        headers += _kept_to_one(asked, is_secure=scheme == "https")
    headers += _told(judged, visitor=visitor, asserted=asserted)
    if "cookie" in asked.first:
        kept = without_ours(asked.cookies)
        headers.append(("cookie", kept) if kept else (TO_REMOVE, "cookie"))
    return Answer(200, headers)


def _told(judged: Judged, *, visitor: str, asserted: str) -> list[tuple[str, str]]:
    """Say who calls, in each of the forms that applications read."""
    actor, headers = judged.who.actor, []
    if actor.principal_id is not None:
        headers.append(("x-gatepost-user", actor.name))
        headers.append(("x-gatepost-user-id", actor.principal_id))
    if (person_id := person_of(actor)) is not None:
        headers.append((USER, hex_of(person_id)))
    if judged.email.isascii() and judged.email:
        # An address that a header cannot carry whole is not sent: cut, it would name somebody else.
        headers.append((EMAIL, judged.email))
    if actor.via_key_id is not None:
        headers.append(("x-gatepost-key-id", actor.via_key_id))
    if asserted:
        headers.append((ASSERTION, asserted))
    if visitor:
        headers += [(name, visitor) for name in VISITOR]
    return headers


def _kept_to_one(asked: Asked, *, is_secure: bool) -> list[tuple[str, str]]:
    """Name the process that this browser had; give one that had none a name to come again with."""
    had = affinity_in(asked.cookies, is_secure=is_secure)
    if had is not None:
        return [(AFFINITY, had)]
    made = secrets.token_hex(12)
    cookie = affinity_cookie(made, is_secure=is_secure, is_framed=asked.is_framed)
    return [(AFFINITY, made), ("set-cookie", cookie)]
