"""Who calls from inside: an app by its own way in, for its deployer or for a visitor."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from gatepost_server.apps import WayFacts, way_facts
from gatepost_server.apps.facts import content_facts
from gatepost_server.authn.credentials import Presented
from gatepost_server.authn.facts import consent_of, visit_by_id, visit_by_public_id
from gatepost_server.authn.identified import BadCredential, Identified, Means
from gatepost_server.authn.identify import acting_for_deployer, identify, still_good
from gatepost_server.authn.visits import Visit, is_key_of, lent_rung
from gatepost_server.authz import NodeKind, decide, subject_for
from gatepost_server.crypto import KeyLetter, ParsedKey, parse_key
from gatepost_server.instance.facts import policies_now
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import Denied
from gatepost_server.keys import key_of_creator
from gatepost_server.projects.facts import parts_named
from gatepost_server.store import RawReader, micros

_OPEN: Final = "app:open"


class NoKeyForApp(Denied):
    """The app's version says that it gets no key."""

    code = "no-app-key"
    title = "This application gets no key"

    def __init__(self) -> None:
        super().__init__(
            "This application has no access to the API: its required key scope level is none. "
            "Make a source version with another level, and deploy it."
        )


def identify_inside(
    reader: RawReader, means: Means, what: Presented, deployment_id: str, *, now: datetime
) -> Identified:
    """Return who calls by the way in of a deployment, judged live at each call.

    Without a key, or with its own, it is the app, for whoever deployed this deployment; with a
    visitor's key the visitor, if the key was made for this very deployment. Any other key
    counts as everywhere, but comes from no address.

    Raises:
        BadCredential: the deployment is over, its deployer inactive, its key deleted, or the
            key that was sent not good here.
        NoKeyForApp: the app's level is none.
    """
    way = way_facts(reader, deployment_id)
    if way is None:
        raise BadCredential("its application is gone or stopped")
    parsed = parse_key(what.key.reveal()) if what.key is not None else None
    if what.key is None:
        return _as_creator(reader, way, now)
    if parsed is not None and parsed.letter is KeyLetter.VISITOR:
        return _as_visitor(reader, means, way, parsed, now)
    found = identify(reader, means, Presented(key=what.key), ip=None, now=now)
    is_own = found.actor.kind is ActorKind.CREATOR_KEY and _is_of(found.actor, way)
    return _as_creator(reader, way, now) if is_own else found


def inside_again(reader: RawReader, principal_id: str, app_id: str, *, now: datetime) -> Identified:
    """Return who called from inside an app before, as they would call now; by no secret.

    *principal_id* is the app itself or a visit of it, as the trail names them.

    Raises:
        BadCredential: the app is gone or stopped, the visit over, or who is behind it not good.
        NoKeyForApp: the app's level is none.
    """
    visit = None
    if principal_id == app_id:
        app = content_facts(reader, app_id)
        deployment_id = app and (app.live_deployment_id or app.wanted_deployment_id)
    else:
        visit = visit_by_id(reader, principal_id, micros(now))
        if visit is None:
            raise BadCredential("the visit of this application is over")
        deployment_id = visit.deployment_id
    way = way_facts(reader, deployment_id) if deployment_id is not None else None
    if way is None:
        raise BadCredential("its application is gone or stopped")
    return _as_creator(reader, way, now) if visit is None else _visiting(reader, way, visit, now)


def _as_creator(reader: RawReader, way: WayFacts, now: datetime) -> Identified:
    """Return the app as the caller, by the key that it was started with, whether sent or not."""
    if not way.cap:
        raise NoKeyForApp
    key = key_of_creator(reader, way.app_id, way.deployer_id)
    if key is None:
        raise BadCredential("its own key was deleted")
    good = still_good(reader, key.id, ip=None, now=now)
    return acting_for_deployer(reader, way, key, good.credential_id or "", now)


def _is_of(actor: Actor, way: WayFacts) -> bool:
    return (actor.app_id, actor.on_behalf_of_id) == (way.app_id, way.deployer_id)


def _as_visitor(
    reader: RawReader, means: Means, way: WayFacts, parsed: ParsedKey, now: datetime
) -> Identified:
    visit = visit_by_public_id(reader, parsed.public_id, micros(now))
    is_here = visit is not None and visit.deployment_id == way.deployment_id
    if visit is not None and is_here and not is_key_of(means.peppers, visit, parsed.secret):
        raise BadCredential("wrong secret of a visit")
    return _visiting(reader, way, visit, now)


def _visiting(reader: RawReader, way: WayFacts, visit: Visit | None, now: datetime) -> Identified:
    """Return a visitor as the caller, while they could open the app themselves."""
    if visit is None or visit.deployment_id != way.deployment_id:
        raise BadCredential("no visit of this application")
    if not way.cap:
        raise NoKeyForApp
    opener = still_good(reader, visit.opener_id, ip=visit.ip, now=now)
    if not decide(reader, opener.subject, _OPEN, way.app_id, NodeKind.APP, now).allowed:
        raise BadCredential("its visitor may not open the application any more")
    visitor_id = opener.actor.principal_id or ""
    consent = consent_of(reader, visitor_id, way.app_id)
    actor = Actor(
        kind=ActorKind.VISITOR_KEY,
        principal_id=visit.id,
        name=f"{opener.actor.name} in CustomApp {way.app_id}",
        cap=lent_rung(way, consent, policies_now(reader).visitor_consent),
        on_behalf_of_id=visitor_id or None,
        app_id=way.app_id,
        behind=replace(opener.actor, confirmed_at=None),
        reach=None if way.visitor_reach is None else parts_named(reader, way.visitor_reach),
    )
    return Identified(actor, subject=subject_for(reader, actor))
