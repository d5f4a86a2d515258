"""The check, worded: pass on, refuse a program, or send a person where they should be."""

from collections.abc import Coroutine
from datetime import datetime

from gatepost_server.apps import ContentFacts, app_ref
from gatepost_server.audit import Refusal
from gatepost_server.gateway.authorizer import answers, guest_pages
from gatepost_server.gateway.authorizer.answers import Answer, Problem
from gatepost_server.gateway.authorizer.asked import SAFE, Asked
from gatepost_server.gateway.authorizer.judging import OPEN, Judged, Verdict, judge
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.origins import is_own_doing
from gatepost_server.gateway.authorizer.passing import passed
from gatepost_server.gateway.authorizer.place import LEND, OURS, Place, place_of
from gatepost_server.gateway.authorizer.sending import (
    lend,
    send_to_begin,
    send_to_login,
    send_to_origin,
    start_at,
)
from gatepost_server.gateway.authorizer.waking import awake
from gatepost_server.gateway.headers import ADDRESSES, CSRF
from gatepost_server.kernel.actor import ActorKind, Origin
from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret


def check(means: GateMeans, asked: Asked) -> Answer | Coroutine[None, None, Answer]:
    """Answer Envoy's question about *asked*; a status of 200 means pass it on.

    Nearly every answer is there at once. What has to wait (an app that wakes, a hand-off
    that is written) comes as a coroutine.

    Raises:
        Exception: the store failed; the door turns that into a refusal.
    """
    now = means.uow.clock.now()
    place = place_of(asked, means.gate.apps_domain)
    if not place.rest:
        query = f"?{asked.query}" if asked.query else ""
        return answers.sent_to(f"{place.prefix}/{query}", keeps_method=True)
    ip, agent = means.ip_of(asked.one(ADDRESSES)), asked.one("user-agent")
    try:
        judged = judge(means, asked, place, ip, now)
    except Invalid as error:
        worded = Problem(400, error.error_code, type(error).title, error.detail)
        return answers.refused(worded, new_id("req", now))
    if judged.verdict is Verdict.OPEN and judged.who.credential_id is not None:
        means.notes.used(judged.who.credential_id, now, ip, agent)
        if judged.who.actor.secret_ends_at is not None:
            app_id = judged.app.app_id if judged.app is not None else None
            means.notes.used_old(judged.who.credential_id, now, ip, agent, app_id)
    problem = _reason_to_refuse(means, asked, place, judged)
    app = judged.app
    if problem is None and app is not None:
        means.notes.opened(app.app_id, now)
    if problem is None and judged.what.key is not None and app is not None and app.is_ready:
        # The way of every program that may pass; nothing is made that it does not need.
        cluster = str(app.live_deployment_id)
        visitor = means.visits.known(judged.who, cluster, now)
        if visitor is not None:
            return _passed(means, asked, place, judged, cluster=cluster, ip=ip, visitor=visitor, now=now)
    origin = Origin(request_id=new_id("req", now), ip=ip, user_agent=agent, door="gate")
    return _answered(means, asked, place, origin, judged, problem=problem, now=now)


def _answered(
    means: GateMeans,
    asked: Asked,
    place: Place,
    origin: Origin,
    judged: Judged,
    *,
    problem: Problem | None,
    now: datetime,
) -> Answer | Coroutine[None, None, Answer]:
    is_page = judged.what.key is None and asked.wants_page()
    if problem is None and is_page and not place.is_origin and not means.gate.apps_are_trusted:
        if place.rest == LEND:
            return lend(means, asked, judged, origin)
        return send_to_origin(means, asked, place, judged)
    if problem is answers.BAD_CREDENTIAL and is_page and not judged.is_by_guest:
        return send_to_begin(means, asked, place, judged) if place.is_origin else send_to_login(means, asked)
    if problem is None:
        assert judged.app is not None, "only an app can be opened"
        if judged.app.is_ready:
            return _let_in(means, asked, place, origin, judged, str(judged.app.live_deployment_id))
        return _woken(means, asked, place, origin, judged, judged.app)
    return _refused(means, asked, place, origin, judged, problem=problem, now=now)


def _refused(
    means: GateMeans,
    asked: Asked,
    place: Place,
    origin: Origin,
    judged: Judged,
    *,
    problem: Problem,
    now: datetime,
) -> Answer:
    is_page = judged.what.key is None and asked.wants_page()
    problem = _limited(means, judged, problem, origin, now)
    _note(means, judged, place, origin, problem)
    if not is_page:
        return answers.refused(problem, origin.request_id)
    if problem is answers.BAD_CREDENTIAL:
        return guest_pages.over(origin.request_id, start_at(asked.target))
    ask = _way_to_ask(means, judged, place, problem)
    return answers.shown(problem, origin.request_id, means.gate.control_origin, ask=ask)


async def _woken(
    means: GateMeans, asked: Asked, place: Place, origin: Origin, judged: Judged, app: ContentFacts
) -> Answer:
    is_page = asked.wants_page() and judged.what.key is None
    ready = await awake(means, app, is_page=is_page)
    if isinstance(ready, Problem):
        return answers.answered_here(ready, origin.request_id, is_page=is_page)
    now = means.uow.clock.now()
    again = judge(means, asked, place, origin.ip, now)
    problem = _reason_to_refuse(means, asked, place, again)
    if problem is not None:
        # What was good when the wait began was taken back during it.
        return _refused(means, asked, place, origin, again, problem=problem, now=now)
    return await _met(means, asked, place, origin, again, str(ready.live_deployment_id))


def _let_in(
    means: GateMeans, asked: Asked, place: Place, origin: Origin, judged: Judged, cluster: str
) -> Answer | Coroutine[None, None, Answer]:
    """Let a request pass, at once unless it is the first of its visit."""
    now = means.uow.clock.now()
    visitor = means.visits.known(judged.who, cluster, now)
    if visitor is None:
        return _met(means, asked, place, origin, judged, cluster)
    return _passed(means, asked, place, judged, cluster=cluster, ip=origin.ip, visitor=visitor, now=now)


async def _met(
    means: GateMeans, asked: Asked, place: Place, origin: Origin, judged: Judged, cluster: str
) -> Answer:
    visitor = await means.visits.found(judged.who, origin, cluster)
    now = means.uow.clock.now()
    return _passed(means, asked, place, judged, cluster=cluster, ip=origin.ip, visitor=visitor, now=now)


def _passed(
    means: GateMeans,
    asked: Asked,
    place: Place,
    judged: Judged,
    *,
    cluster: str,
    ip: str | None,
    visitor: str,
    now: datetime,
) -> Answer:
    assert judged.app is not None, "only an app can be opened"
    asserted = means.asserted.of(judged.actor, judged.email, judged.app.app_id, now)
    return passed(
        asked, place, judged, cluster=cluster, ip=ip, scheme=means.scheme, visitor=visitor, asserted=asserted
    )


def _reason_to_refuse(means: GateMeans, asked: Asked, place: Place, judged: Judged) -> Problem | None:
    if judged.verdict in (Verdict.NOBODY, Verdict.BAD):
        return answers.BAD_CREDENTIAL
    if judged.is_by_cookie and not _may_use_cookie(means, asked, place, judged):
        return answers.CROSS_ORIGIN
    if judged.verdict is Verdict.HIDDEN or _is_kept(means, asked, place, judged):
        return answers.UNKNOWN
    if judged.verdict is Verdict.LACKING:
        return answers.lacking(judged.missing)
    if asked.length > means.body_limit:
        return answers.TOO_LARGE
    return None


def _is_kept(means: GateMeans, asked: Asked, place: Place, judged: Judged) -> bool:
    """Tell whether nothing of an app is there: all that browsers find is where codes are lent.

    On our own host no worker of an app is installed, which would outlive it there.
    """
    if not place.is_origin and asked.one("sec-fetch-dest") == "serviceworker":
        return True
    if not place.rest.startswith(OURS):
        return False
    is_lending = place.rest == LEND and not means.gate.apps_are_trusted
    return not is_lending or judged.what.key is not None or not asked.wants_page()


def _may_use_cookie(means: GateMeans, asked: Asked, place: Place, judged: Judged) -> bool:
    """On the control host an unsafe call by cookie also needs the CSRF token, unless apps are trusted."""
    if not is_own_doing(asked, means.scheme):
        return False
    if place.is_origin or means.gate.apps_are_trusted or (asked.method in SAFE and not asked.is_upgrade):
        return True
    assert judged.what.session is not None, "asked only of cookies"
    token = means.authn.peppers.derive("csrf", judged.who.credential_id or "")
    return Secret(token).matches(asked.one(CSRF) or "")


def _limited(means: GateMeans, judged: Judged, problem: Problem, origin: Origin, now: datetime) -> Problem:
    """Slow a source of bad credentials down; who has none, or a good one, is not counted."""
    if judged.verdict is Verdict.BAD and means.bad_keys.is_too_many(origin.ip, now.timestamp()):
        return answers.TOO_MANY
    return problem


def _note(means: GateMeans, judged: Judged, place: Place, origin: Origin, problem: Problem) -> None:
    app, because = judged.app, judged.because or problem.code
    if problem is answers.UNKNOWN and not judged.actor.is_anonymous:
        # People read their own refusals: what they may not know of is noted as they asked for it.
        app, because = None, problem.code
    refusal = Refusal(OPEN, "app", app.app_id if app else place.ref[:64], because, app.name if app else "")
    means.notes.refused(judged.actor, origin, refusal)


def _way_to_ask(means: GateMeans, judged: Judged, place: Place, problem: Problem) -> str | None:
    """Return where a person who is signed in asks for access; it says nothing about what there is."""
    is_about_rights = problem is answers.UNKNOWN or problem.missing is not None
    if judged.actor.kind is not ActorKind.SESSION or not is_about_rights or app_ref(place.ref) is None:
        return None
    return f"{means.gate.control_origin}/requests/new?app={place.ref}"
