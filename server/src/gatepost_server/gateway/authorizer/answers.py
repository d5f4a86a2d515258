"""What the authorizer answers: pass on, or a complete refusal for a program or a person."""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.gateway.authorizer.look import SIGN, STYLE

PROBLEM: Final = "application/problem+json"
HERE: Final = "x-gp-refusal"
_DECIDED: Final = (401, 403, 404)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, header lines, a body. Status 200 to a check means: pass it on."""

    status: int
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request is refused: a permanent code and a sentence that is safe to show."""

    status: int
    code: str
    title: str
    detail: str
    retry_after: int | None = None
    missing: str | None = None


BAD_CREDENTIAL: Final = Problem(
    401, "unauthenticated", "Sign in or send a valid key", "The request carries no valid key or session."
)
UNKNOWN: Final = Problem(
    404, "not-found", "Not found", "There is nothing at this address, or it is not yours to see."
)
CROSS_ORIGIN: Final = Problem(
    403, "cross-origin", "Sent from another site",
    "A browser sent this from another origin. Send a key in a header instead of a cookie.",
)  # fmt: skip
STOPPED: Final = Problem(
    503, "app-stopped", "Stopped", "The application is stopped. Somebody who edits it can start it."
)
FAILED: Final = Problem(503, "app-failed", "Not running", "The application does not run. Its logs say why.")
NOT_YET: Final = Problem(
    503,
    "app-starting",
    "Still starting",
    "The application did not become ready in time. Try again.",
    retry_after=5,
)
WAKING: Final = Problem(
    503,
    "app-waking",
    "Starting",
    "The application was paused, or starts anew. This page shows it as soon as it answers.",
    retry_after=2,
)
TOO_LARGE: Final = Problem(413, "too-large", "Too large", "The body is larger than this server passes on.")
TOO_MANY: Final = Problem(
    429,
    "too-many",
    "Too many requests",
    "Too many bad keys came from this address. Wait a little.",
    retry_after=60,
)
AWAY: Final = Problem(
    503, "store-unavailable", "Not available right now", "The store does not answer.", retry_after=1
)


def lacking(atom: str | None) -> Problem:
    """Refuse somebody who may know of the app, but not open it."""
    return Problem(
        403, "denied", "You may not do this", f"This needs {atom or 'more'} on the application.", missing=atom
    )


def refused(problem: Problem, decision_id: str) -> Answer:
    """Answer a program: RFC 9457, with the id that explains it later."""
    body = {
        "type": f"/docs/problems#{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "instance": decision_id,
    }
    if problem.status in _DECIDED:
        body["decision_id"] = decision_id
    if problem.missing is not None:
        body["missing"] = problem.missing
    headers = [("content-type", PROBLEM), ("cache-control", "no-store"), *_extra(problem)]
    return Answer(problem.status, headers, json.dumps(body).encode())


def shown(
    problem: Problem, decision_id: str, home: str, *, again: str | None = None, ask: str | None = None
) -> Answer:
    """Answer a person: the same refusal as a page, without script or style from elsewhere.

    *again* is where to start anew, *ask* where to ask for access, when that may help.
    """
    title, detail = html.escape(problem.title), html.escape(problem.detail)
    is_waking = problem is WAKING
    doors = [
        "" if again is None else f"<a class=main href='{html.escape(again)}'>Start again</a>",
        "" if ask is None else f"<a class=main href='{html.escape(ask)}' target=_top>Ask for access</a>",
        f"<a href='{html.escape(home)}/' target=_top>Back to Gatepost</a>",
    ]
    page = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"{'<meta http-equiv=refresh content=2>' if is_waking else ''}"
        "<meta name=viewport content='width=device-width'>"
        f"<meta name=color-scheme content='light dark'><style>{STYLE}</style>"
        f"<header>{SIGN}Gatepost</header><main>{'<i class=turn></i>' if is_waking else ''}"
        f"<h1>{title}</h1><p>{detail}</p><nav>{''.join(doors)}</nav>"
        f"<footer>Decision {_explained(problem, decision_id, home)}</footer></main>"
    )
    headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        *_extra(problem),
    ]
    return Answer(problem.status, headers, page.encode())


def _explained(problem: Problem, decision_id: str, home: str) -> str:
    """Return the id, as a way to its explanation where there is one."""
    if problem.status not in _DECIDED:
        return decision_id
    at = html.escape(f"{home}/explain?decision_id={decision_id}")
    return f"{decision_id}: <a href='{at}' target=_top>Why?</a>"


def answered_here(problem: Problem, decision_id: str, *, is_page: bool) -> Answer:
    """Let a request pass to the authorizer itself, which then refuses it as unavailable.

    Envoy takes a 5xx answer to its question for a failure and hides what it says.
    """
    said = f"{problem.code} {decision_id} {'page' if is_page else 'program'}"
    return Answer(200, [("x-gp-cluster", "authorizer"), (HERE, said)])


def said_here(value: str, home: str) -> Answer:
    """Give the refusal that `answered_here` announced."""
    code, decision_id, reader = value.split(" ")
    problem = next((one for one in (STOPPED, FAILED, NOT_YET, WAKING) if one.code == code), AWAY)
    return shown(problem, decision_id, home) if reader == "page" else refused(problem, decision_id)


def sent_to(address: str, *, cookie: str | None = None, keeps_method: bool = False) -> Answer:
    """Send the browser elsewhere; nothing of it is cached or told to the next page."""
    headers = [("location", address), ("cache-control", "no-store"), ("referrer-policy", "no-referrer")]
    if cookie is not None:
        headers.append(("set-cookie", cookie))
    return Answer(308 if keeps_method else 303, headers)


def _extra(problem: Problem) -> list[tuple[str, str]]:
    if problem.retry_after is not None:
        return [("retry-after", str(problem.retry_after))]
    if problem.status == BAD_CREDENTIAL.status:
        return [("www-authenticate", 'Key realm="Gatepost", Bearer realm="Gatepost"')]
    return []
