"""Our cookies on the control plane's host (security.md, "Cookies, CSRF, CSP")."""

from typing import Final

from starlette.responses import Response

from gatepost_server.identity import NewSession
from gatepost_server.web.call import House

CSRF_COOKIE: Final = "gp_csrf"


def session_cookie_name(house: House) -> str:
    """Return the session cookie's name: with the `__Host-` prefix where https holds it."""
    return "__Host-gp_session" if house.settings.is_secure() else "gp_session"


def set_session_cookies(response: Response, house: House, made: NewSession) -> None:
    """Give the browser its session, and the token that pages send back."""
    is_secure = house.settings.is_secure()
    age = int((made.session.expires_at - made.session.created_at).total_seconds())
    response.set_cookie(
        session_cookie_name(house),
        made.token.reveal(),
        max_age=age,
        path="/",
        secure=is_secure,
        httponly=True,
        samesite="lax",
    )
    response.set_cookie(
        CSRF_COOKIE, made.csrf, max_age=age, path="/", secure=is_secure, httponly=False, samesite="lax"
    )


def clear_session_cookie(response: Response, house: House) -> None:
    """Make the browser forget its session."""
    is_secure = house.settings.is_secure()
    response.delete_cookie(
        session_cookie_name(house), path="/", secure=is_secure, httponly=True, samesite="lax"
    )
    response.delete_cookie(CSRF_COOKIE, path="/", secure=is_secure, samesite="lax")
