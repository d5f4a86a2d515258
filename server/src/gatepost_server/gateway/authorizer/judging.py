"""One check: who asks, for which app, may they; on one consistent view of the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from gatepost_server.apps.facts import content_facts
from gatepost_server.apps.views import ContentFacts
from gatepost_server.authn import (
    BadCredential,
    Identified,
    Presented,
    RequestFacts,
    cookie_names,
    identify,
    presented,
    still_good,
)
from gatepost_server.authz import Decision, decide_on
from gatepost_server.gateway.authorizer.asked import Asked
from gatepost_server.gateway.authorizer.cookies import guest_token, tokens_on_app_host
from gatepost_server.gateway.authorizer.ground import Ground
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.place import Place
from gatepost_server.identity.facts import given_email_of
from gatepost_server.kernel.actor import ANONYMOUS, Actor, ActorKind
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import RawReader

OPEN = "app:open"
_NO_APP = Decision(False, "no such application")


class Verdict(Enum):
    """How a check came out, before it is worded for a program or a person."""

    OPEN = auto()
    NOBODY = auto()
    BAD = auto()
    HIDDEN = auto()
    LACKING = auto()


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, with whom and what it is about. `app` is set when there is such an app.

    `email` is the address of a person who may pass.
    """

    verdict: Verdict
    who: Identified
    what: Presented
    app: ContentFacts | None = None
    because: str = ""
    missing: str | None = None
    email: str = ""

    @property
    def actor(self) -> Actor:
        """The caller."""
        return self.who.actor

    @property
    def is_by_cookie(self) -> bool:
        """True when a browser's cookie is what identified the caller."""
        return self.what.key is None and (self.what.session is not None or self.what.guest is not None)

    @property
    def is_by_guest(self) -> bool:
        """True when what was presented is a guest's cookie, good or not."""
        return self.what.guest is not None


def judge(means: GateMeans, asked: Asked, place: Place, ip: str | None, now: datetime) -> Judged:
    """Decide whether *asked* may pass to *place*.

    Raises:
        Invalid: two different credentials, or one credential header twice.
        Unavailable: the store does not answer.
    """
    offers = _offers(asked, place, is_secure=means.scheme == "https")
    with means.reader as reader:
        app = content_facts(reader, place.ref)
        app_id = app.app_id if app is not None and place.is_origin else None
        failed, first = "", None
        for what in offers:
            if first is not None and what.guest is None:
                continue
            try:
                who = identify(reader, means.authn, what, ip=ip, now=now, app_id=app_id)
            except BadCredential as error:
                failed = failed or error.because
                continue
            judged = _decided(reader, who, what, app, now)
            if judged.verdict is Verdict.OPEN:
                return judged
            # Somebody of the house who may not open it may have been let in as a guest.
            first = first or judged
        if first is not None:
            return first
        bad = Judged(Verdict.BAD, Identified(ANONYMOUS), offers[0], app, because=failed)
        if bad.is_by_cookie:
            nobody = _decided(reader, bad.who, Presented(), app, now)
            if nobody.verdict is Verdict.OPEN:
                # An ended session does not shut anybody out of what is open to anyone.
                return nobody
        return bad


def holds(reader: RawReader, ground: Ground, now: datetime) -> bool:
    """Tell whether an exchange that began on *ground* may still go on."""
    if ground.credential_id is None:
        who = Identified(ANONYMOUS)
    else:
        try:
            who = still_good(reader, ground.credential_id, ip=ground.ip, now=now)
        except BadCredential:
            return False
    app = content_facts(reader, ground.app_id)
    return app is not None and _decision(reader, who, app, now).allowed


def _offers(asked: Asked, place: Place, *, is_secure: bool) -> Sequence[Presented]:
    """Return the credentials to try, the best first; an empty one when there is none."""
    if not place.is_origin:
        names = cookie_names(is_secure=is_secure)
        return (presented(RequestFacts(asked.headers, None, cookies=names)),)
    others = [(name, value) for name, value in asked.headers if name != "cookie"]
    by_header = presented(RequestFacts(others, None))
    if by_header.key is not None:
        return (by_header,)
    tokens = tokens_on_app_host(asked.cookies, is_secure=is_secure)
    offers = [Presented(session=Secret(token)) for token in tokens]
    guest = guest_token(asked.cookies, is_secure=is_secure)
    if guest is not None:
        offers.append(Presented(guest=Secret(guest)))
    return offers or (by_header,)


def _decided(
    reader: RawReader, who: Identified, what: Presented, app: ContentFacts | None, now: datetime
) -> Judged:
    """Add the decision to what identification found."""
    decision = _decision(reader, who, app, now) if app is not None else _NO_APP
    if decision.allowed:
        verdict = Verdict.OPEN
    elif who.actor.is_anonymous:
        verdict = Verdict.NOBODY
    else:
        verdict = Verdict.LACKING if decision.is_listed else Verdict.HIDDEN
    email = _email(reader, who.actor) if verdict is Verdict.OPEN else ""
    return Judged(verdict, who, what, app, decision.because, decision.missing, email)


def _email(reader: RawReader, actor: Actor) -> str:
    """Return the address that an app is told; empty for nobody, and for keys that are nobody's."""
    if actor.kind is ActorKind.GUEST:
        return actor.name
    person_id = person_of(actor)
    return "" if person_id is None else given_email_of(reader, person_id) or ""


def person_of(actor: Actor) -> str | None:
    """Return the id of the person with an account who calls, by themselves or by a key of theirs."""
    person_id = actor.principal_id
    return person_id if person_id is not None and person_id.startswith("usr_") else None


def _decision(reader: RawReader, who: Identified, app: ContentFacts, now: datetime) -> Decision:
    return decide_on(reader, who.subject, OPEN, app.node, now)
