"""Our cookies and the app's own, told apart; pure."""

import re
from collections.abc import Sequence
from typing import Final

from gatepost_server.authn.credentials import SESSION_COOKIES

FRAME_COOKIES: Final = ("__Host-gp_frame", "gp_frame")
"""A session of an app's host that was handed over inside the content view's frame."""

GUEST_COOKIES: Final = ("__Host-gp_guest", "gp_guest")
"""Somebody outside who came in by an invitation; only ever at top level."""

START_COOKIES: Final = ("__Host-gp_start", "gp_start")
FRAME_START_COOKIES: Final = ("__Host-gp_frame_start", "gp_frame_start")
"""What a browser was given to keep when a hand-off began in it; never says who it is."""

START_SECONDS: Final = 600
"""Long enough to sign in on the way."""

AFFINITY_COOKIES: Final = ("__Host-gp_affinity", "gp_affinity")
"""Which process of an app a browser had; says nothing else, and is believed for nothing else."""

_AFFINITY: Final = re.compile(r"[0-9a-f]{24}")
_OURS: Final = ("gp_", "__host-gp_", "__secure-gp_")


def is_ours(name: str) -> bool:
    """Tell whether a cookie of this name belongs to the gate."""
    return name.strip().lower().startswith(_OURS)


def without_ours(lines: Sequence[str]) -> str:
    """Return what of the Cookie header an app may see; empty when nothing is left."""
    parts = [part.strip() for line in lines for part in line.split(";")]
    return "; ".join(part for part in parts if part and not is_ours(part.partition("=")[0]))


def tokens_on_app_host(lines: Sequence[str], *, is_secure: bool) -> list[str]:
    """Return the session tokens for an app's host, the frame's first.

    Over https only `__Host-` names count: a sub-domain can plant any other.
    """
    names = (FRAME_COOKIES[0], SESSION_COOKIES[0]) if is_secure else (FRAME_COOKIES[1], SESSION_COOKIES[1])
    return _values(lines, names)


def guest_token(lines: Sequence[str], *, is_secure: bool) -> str | None:
    """Return the token of a guest of an app's host, or None."""
    found = _values(lines, [_name_of(GUEST_COOKIES, is_secure=is_secure)])
    return found[0] if found else None


def _values(lines: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return what the cookies of *names* hold, in their order; of each the first that was sent."""
    found: dict[str, str] = {}
    for line in lines:
        for part in line.split(";"):
            name, _, value = part.strip().partition("=")
            if value:
                found.setdefault(name, value)
    return [found[name] for name in names if name in found]


def begun_with(lines: Sequence[str], *, is_secure: bool, is_framed: bool) -> str | None:
    """Return what the browser was given when a hand-off began; None unless it is one thing.

    The name is the exact one for this way of coming, so that a neighbour's page, which can
    set cookies for the whole domain, is kept out by `__Host-` wherever there is https.
    """
    name = _name_of(FRAME_START_COOKIES if is_framed else START_COOKIES, is_secure=is_secure)
    pairs = [part.strip().partition("=") for line in lines for part in line.split(";")]
    values = [value for key, _, value in pairs if key == name and value]
    return values[0] if len(values) == 1 else None


def start_cookie(token: str, *, is_secure: bool, is_framed: bool) -> str:
    """Write the Set-Cookie that marks the browser in which a hand-off begins."""
    name = _name_of(FRAME_START_COOKIES if is_framed else START_COOKIES, is_secure=is_secure)
    return f"{name}={token}; {_attributes(START_SECONDS, is_secure=is_secure, is_framed=is_framed)}"


def app_host_cookie(token: str, *, is_secure: bool, is_framed: bool, max_age: int) -> str:
    """Write the Set-Cookie of a session on an app's host (security.md, "Cookies")."""
    name = _name_of(FRAME_COOKIES if is_framed else SESSION_COOKIES, is_secure=is_secure)
    return f"{name}={token}; {_attributes(max_age, is_secure=is_secure, is_framed=is_framed)}"


def guest_cookie(token: str, *, is_secure: bool, max_age: int) -> str:
    """Write the Set-Cookie of a guest: of this very host, at top level alone."""
    name = _name_of(GUEST_COOKIES, is_secure=is_secure)
    return f"{name}={token}; {_attributes(max_age, is_secure=is_secure, is_framed=False)}"


def affinity_in(lines: Sequence[str], *, is_secure: bool) -> str | None:
    """Return which process a browser had, as it was told; None when it was told nothing."""
    wanted = _name_of(AFFINITY_COOKIES, is_secure=is_secure)
    for line in lines:
        for part in line.split(";"):
            name, _, value = part.strip().partition("=")
            if name == wanted and _AFFINITY.fullmatch(value):
                return value
    return None


def affinity_cookie(value: str, *, is_secure: bool, is_framed: bool) -> str:
    """Write the Set-Cookie by which a browser comes to the same process again, until it is closed.

    One for the whole host, as `__Host-` asks: it says nothing that another application could use.
    """
    kept = f"{_name_of(AFFINITY_COOKIES, is_secure=is_secure)}={value}; Path=/; HttpOnly"
    if is_framed:
        return f"{kept}; Secure; SameSite=None; Partitioned"
    return f"{kept}; SameSite=Lax{'; Secure' if is_secure else ''}"


def _name_of(names: tuple[str, str], *, is_secure: bool) -> str:
    return names[0] if is_secure else names[1]


def _attributes(max_age: int, *, is_secure: bool, is_framed: bool) -> str:
    """Say for how long and where a cookie is kept.

    In a frame on another site only a partitioned third-party cookie is ever sent back;
    browsers take `Secure` from `*.localhost` over plain http too.
    """
    kept = f"Path=/; Max-Age={max_age}; HttpOnly"
    if is_framed:
        return f"{kept}; Secure; SameSite=None; Partitioned"
    return f"{kept}; SameSite=Lax{'; Secure' if is_secure else ''}"
