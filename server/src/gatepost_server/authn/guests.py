"""Guests: people outside, known to one application by a cookie on its own host, judged at each request."""

from datetime import datetime

from gatepost_server.authn.identified import BadCredential, Identified, Means
from gatepost_server.authz import subject_for
from gatepost_server.crypto import KeyLetter, parse_key
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.sharing import GuestFact, guest_by_id, guest_by_token
from gatepost_server.store import RawReader, micros

OF_A_GUEST = "gst_"
"""How the row ids of guests begin."""

_CAP = 1


def guest_of_cookie(
    reader: RawReader, means: Means, text: str, *, now: datetime, app_id: str | None
) -> Identified:
    """Return the guest whose cookie holds *text*, on the host of the app *app_id* alone.

    Raises:
        BadCredential: no guest of that app (any more).
    """
    parsed = parse_key(text)
    if parsed is None or parsed.letter is not KeyLetter.GUEST:
        raise BadCredential("malformed cookie of a guest")
    found = guest_by_token(reader, means.peppers, text)
    if found is None or found.app_id != app_id:
        raise BadCredential("unknown or ended guest")
    return _judged(reader, found, now)


def guest_again(reader: RawReader, guest_id: str, *, now: datetime) -> Identified:
    """Return a guest by id, to re-ask about a live connection.

    Raises:
        BadCredential: no guest any more.
    """
    found = guest_by_id(reader, guest_id)
    if found is None:
        raise BadCredential("ended guest")
    return _judged(reader, found, now)


def _judged(reader: RawReader, found: GuestFact, now: datetime) -> Identified:
    if found.ends <= micros(now):
        raise BadCredential("the 30 days of a guest are over")
    if not found.is_on:
        raise BadCredential("external sharing is off, or the guest not listed any more")
    actor = Actor(
        kind=ActorKind.GUEST,
        principal_id=found.id,
        name=found.address,
        cap=_CAP,
        reach=(found.app_id,),
        app_id=found.app_id,
    )
    return Identified(actor, found.id, subject=subject_for(reader, actor))
