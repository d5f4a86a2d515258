"""Our cookies and the app's own, told apart; pure."""

from collections.abc import Sequence
from typing import Final

from gatepost_server.authn.credentials import SESSION_COOKIES

FRAME_COOKIES: Final = ("__Host-gp_frame", "gp_frame")
"""A session of an app's host that was handed over inside the content view's frame."""

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
    found: dict[str, str] = {}
    for line in lines:
        for part in line.split(";"):
            name, _, value = part.strip().partition("=")
            if value:
                found.setdefault(name, value)
    return [found[name] for name in names if name in found]


def app_host_cookie(token: str, *, is_secure: bool, is_framed: bool, max_age: int) -> str:
    """Write the Set-Cookie of a session on an app's host (security.md, "Cookies").

    In a frame on another site only a partitioned third-party cookie is ever sent back;
    browsers take `Secure` from `*.localhost` over plain http too.
    """
    if is_framed:
        name = FRAME_COOKIES[0] if is_secure else FRAME_COOKIES[1]
        return f"{name}={token}; Path=/; Max-Age={max_age}; HttpOnly; Secure; SameSite=None; Partitioned"
    name = SESSION_COOKIES[0] if is_secure else SESSION_COOKIES[1]
    secure = "; Secure" if is_secure else ""
    return f"{name}={token}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}"
