"""The end of an invitation on an app's host: a page that a person confirms, and the cookie of a guest."""

import asyncio
import json
from datetime import datetime
from typing import Final

from gatepost_server.gateway.authorizer import answers, guest_pages
from gatepost_server.gateway.authorizer.answers import Answer, Problem
from gatepost_server.gateway.authorizer.asked import Asked
from gatepost_server.gateway.authorizer.cookies import guest_cookie
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.place import Place
from gatepost_server.kernel.actor import ANONYMOUS, Origin
from gatepost_server.kernel.secret import Secret
from gatepost_server.sharing import WAY_IN, InvitationOver, NewGuest, accept_invitation, invited_to

_OVER: Final = Problem(410, InvitationOver.code, InvitationOver.title, InvitationOver().detail)


async def come_in(means: GateMeans, asked: Asked, place: Place, origin: Origin) -> Answer:
    """Answer an invitation: GET shows what it is, only POST uses it up and lets its address in."""
    token = Secret(asked.path.removeprefix(WAY_IN))
    if asked.method in ("GET", "HEAD"):
        name = await asyncio.to_thread(_looked_at, means, origin, place.ref, token)
        return guest_pages.invited(name) if name is not None else _refused(means, asked, origin, _OVER)
    if asked.method != "POST":
        return answers.refused(answers.UNKNOWN, origin.request_id)
    if not _is_meant(asked, means.scheme):
        return answers.refused(answers.CROSS_ORIGIN, origin.request_id)
    made = await asyncio.to_thread(_accepted, means, origin, place.ref, token)
    return _refused(means, asked, origin, _OVER) if made is None else _let_in(means, asked, made)


def _is_meant(asked: Asked, scheme: str) -> bool:
    """Tell whether a program sends it, or the page that asks: nobody is made a guest by another site."""
    origin, site = asked.one("origin"), asked.one("sec-fetch-site")
    if origin is not None and origin.lower() != f"{scheme}://{asked.host}":
        return False
    return site in (None, "same-origin", "none")


def _let_in(means: GateMeans, asked: Asked, made: NewGuest) -> Answer:
    guest = made.guest
    cookie = guest_cookie(
        made.token.reveal(),
        is_secure=means.scheme == "https",
        max_age=int((guest.ends_at - guest.since).total_seconds()),
    )
    if _is_program(asked):
        body = {
            "guest": {"id": guest.id, "email": guest.email, "since": _written(guest.since),
                      "ends_at": _written(guest.ends_at)},
            "app": {"name": made.app_name},
        }  # fmt: skip
        headers = [
            ("content-type", "application/json"),
            ("cache-control", "no-store"),
            ("set-cookie", cookie),
        ]
        return Answer(200, headers, json.dumps(body).encode())
    page = guest_pages.welcome(made.app_name, guest.email, guest.ends_at)
    return Answer(page.status, [*page.headers, ("set-cookie", cookie)], page.body)


def _refused(means: GateMeans, asked: Asked, origin: Origin, problem: Problem) -> Answer:
    if means.bad_keys.is_too_many(origin.ip, means.uow.clock.now().timestamp()):
        problem = answers.TOO_MANY
    if _is_program(asked) or problem is not _OVER:
        return answers.refused(problem, origin.request_id)
    return guest_pages.used_up()


def _is_program(asked: Asked) -> bool:
    said = f"{asked.one('accept') or ''} {asked.one('content-type') or ''}"
    return "application/json" in said and "text/html" not in said


def _looked_at(means: GateMeans, origin: Origin, app_id: str, token: Secret) -> str | None:
    with means.uow.read(ANONYMOUS, origin) as tx:
        return invited_to(tx, means.authn.peppers, app_id, token)


def _accepted(means: GateMeans, origin: Origin, app_id: str, token: Secret) -> NewGuest | None:
    try:
        with means.uow.begin(ANONYMOUS, origin) as tx:
            return accept_invitation(tx, means.authn.peppers, app_id, token)
    except InvitationOver:
        return None


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
