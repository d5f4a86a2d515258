"""Signing in and out: login, the first password, proof of identity, the command line."""

import json
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Form, Query, Request
from starlette.responses import RedirectResponse, Response

from gatepost_server import identity
from gatepost_server.identity import BadLogin
from gatepost_server.kernel.errors import GatepostError, Invalid, TooMany
from gatepost_server.kernel.secret import Secret
from gatepost_server.ui.pages import signin
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import (
    THEME,
    AnyVisit,
    GoElsewhere,
    SignedIn,
    Visit,
    fault_of,
    faults_of,
    safe_next,
)
from gatepost_server.web import check_same_origin
from gatepost_server.web.cookies import clear_session_cookie, set_session_cookies
from gatepost_server.web.first_password import forget_first_password

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Port = Annotated[int, Query(ge=1024, le=65535)]
Token = Annotated[str, Query(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]
_TITLE: Final = "Log in to Gatepost"
_YEAR: Final = 365 * 86400


def _apps(visit: Visit) -> list[str]:
    """Return the origins of apps, to which a login may hand on."""
    settings = visit.call.house.settings
    scheme = "https" if settings.is_secure() else "http"
    return [f"{scheme}://*.{settings.apps_host_suffix()}"]


@router.reads("/", public=True)
def first_page() -> Response:
    """Send the browser to the applications."""
    return RedirectResponse("/applications", status_code=303)


@router.reads("/login", public=True)
def login_page(visit: AnyVisit, next: str = "") -> Response:  # noqa: A002  # the name in the address
    """Show the login form; who is signed in already goes on."""
    if visit.call.actor.is_interactive:
        return visit.go(safe_next(next))
    return _login(visit, next)


@router.makes("/login", public=True)
def login(
    request: Request,
    visit: AnyVisit,
    username: Field = "",
    password: Field = "",
    next: Field = "",  # noqa: A002
) -> Response:
    """Sign in; the answer to a wrong name and a wrong password is the same."""
    check_same_origin(request)
    house = visit.call.house
    try:
        made = identity.sign_in(
            house.uow, house.sign_in, username=username, password=Secret(password), origin=visit.call.origin
        )
    except (BadLogin, TooMany) as error:
        code = 429 if isinstance(error, TooMany) else 401
        return _login(visit, next, username=username, fault=error.detail, code=code)
    to = safe_next(next)
    if made.user.must_change_password:
        to = f"/password?{urlencode({'next': to})}"
    response = visit.go(to)
    set_session_cookies(response, house, made)
    return response


def _login(visit: Visit, wanted: str, *, username: str = "", fault: str = "", code: int = 200) -> Response:
    to = safe_next(wanted)
    shown = to.partition("?")[0] if wanted and to != "/applications" else ""
    form = signin.Login(visit.csrf, to if wanted else "", shown, username, fault)
    return visit.bare(_TITLE, form, code=code, posts_to=_apps(visit))


@router.makes("/logout", public=True)
def logout(visit: AnyVisit) -> Response:
    """End this session."""
    response = visit.go("/login", "You are logged out.")
    if visit.call.actor.is_interactive:
        with visit.call.begin() as tx:
            identity.sign_out(tx)
    clear_session_cookie(response, visit.call.house)
    return response


@router.reads("/password", public=True)
def first_password_page(visit: AnyVisit, next: str = "") -> Response:  # noqa: A002
    """Ask for a new password in place of one that was made for somebody."""
    if not visit.call.actor.is_interactive:
        raise GoElsewhere("/login")
    return _first_password(visit, safe_next(next))


@router.makes("/password", action="password:change")
def first_password(visit: AnyVisit, old: Field = "", new: Field = "", next: Field = "") -> Response:  # noqa: A002
    """Change the password that was made for somebody."""
    try:
        change_password(visit, old, new)
    except Invalid as error:
        return _first_password(visit, safe_next(next), error)
    return visit.go(safe_next(next), "Your password is changed.")


def change_password(visit: Visit, old: str, new: str) -> None:
    """Change the visitor's password; their other sessions end.

    Raises:
        Invalid: the old one is not right, or the new one may not be used.
    """
    call = visit.call
    identity.change_password(call.house.uow, call.actor, call.origin, old=Secret(old), new=Secret(new))
    forget_first_password(visit.call.house, Secret(old))
    visit.call.house.collect_receipt()


def _first_password(visit: Visit, to: str, error: GatepostError | None = None) -> Response:
    faults = faults_of(error) if error else {}
    fault = fault_of(error) if error else ""
    form = signin.ForcedPassword(visit.csrf, to, fault, faults.get("old", ""), faults.get("new", ""))
    return visit.bare("Choose a password", form, code=400 if error else 200, posts_to=_apps(visit))


@router.reads("/confirm", action="session:confirm")
def confirm_page(visit: SignedIn, next: str = "") -> Response:  # noqa: A002
    """Ask for the password before something that needs a recent proof."""
    return visit.bare(
        "Is it still you?", signin.Confirm(visit.csrf, safe_next(next), visit.person.display_name)
    )


@router.makes("/confirm", action="session:confirm")
def confirm(visit: SignedIn, password: Field = "", next: Field = "") -> Response:  # noqa: A002
    """Note that it is still the same person, and go on."""
    to = safe_next(next)
    try:
        house = visit.call.house
        made = identity.confirm(
            house.uow, house.sign_in, visit.call.actor, visit.call.origin, Secret(password)
        )
    except (BadLogin, TooMany) as error:
        fault = "The password is not right." if isinstance(error, BadLogin) else error.detail
        if visit.is_over:
            return visit.dialog("Is it still you?", signin.confirm_dialog(visit.csrf, to, fault=fault))
        form = signin.Confirm(visit.csrf, to, visit.person.display_name, fault)
        return visit.bare("Is it still you?", form, code=401)
    if visit.is_over:
        where = {"path": to, "target": "#dialog-slot", "swap": "innerHTML", "push": "false"}
        answer = Response(status_code=204, headers={"HX-Location": json.dumps(where)})
    else:
        answer = visit.go(to)
    set_session_cookies(answer, house, made)
    return answer


@router.reads("/reset", public=True)
def reset_page(visit: AnyVisit) -> Response:
    """Ask for a reset code and a new password."""
    return visit.bare("Set a new password", signin.Reset(visit.csrf))


@router.makes("/reset", public=True)
def reset(
    request: Request, visit: AnyVisit, username: Field = "", code: Field = "", new: Field = ""
) -> Response:
    """Set a new password with the code that an administrator told."""
    check_same_origin(request)
    house = visit.call.house
    try:
        identity.use_reset_code(
            house.uow,
            house.peppers,
            username=username,
            code=Secret(code),
            new=Secret(new),
            origin=visit.call.origin,
        )
    except (BadLogin, Invalid, TooMany) as error:
        fault = "The user name or the code is not right, or the code has ended."
        said = fault if isinstance(error, BadLogin) else fault_of(error)
        form = signin.Reset(visit.csrf, username, said, faults_of(error).get("new", ""))
        return visit.bare("Set a new password", form, code=400)
    return visit.go("/login", "Your password is set. Log in with it.")


@router.reads("/cli/login", action="session:lend")
def cli_page(visit: SignedIn, port: Port, state: Token, challenge: Token) -> Response:
    """Ask whether the command line on this computer may sign in."""
    form = signin.CliConsent(visit.csrf, visit.person.display_name, port, state, challenge)
    return visit.bare("Sign the command line in?", form, posts_to=[f"http://127.0.0.1:{port}"])


@router.makes("/cli/login", action="session:lend")
def cli_answer(
    visit: SignedIn,
    port: Annotated[int, Form(ge=1024, le=65535)],
    state: Annotated[str, Form(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")],
    challenge: Annotated[str, Form(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")],
    answer: Field = "no",
) -> Response:
    """Hand a one-time code to the waiting program on this computer, or say no."""
    said = {"state": state, "error": "refused in the browser"}
    if answer == "yes":
        with visit.call.begin() as tx:
            code = identity.offer_cli_session(tx, visit.call.house.peppers, challenge)
        said = {"state": state, "code": code.reveal()}
    return RedirectResponse(f"http://127.0.0.1:{port}/?{urlencode(said)}", status_code=303)


@router.makes("/theme", public=True)
def theme(visit: AnyVisit, theme: Field = "", next: Field = "") -> Response:  # noqa: A002
    """Keep how pages shall look in this browser."""
    response = visit.go(safe_next(next))
    chosen = theme if theme in ("light", "dark") else ""
    secure = visit.call.house.settings.is_secure()
    response.set_cookie(THEME, chosen, max_age=_YEAR, path="/", secure=secure, httponly=True, samesite="lax")
    return response
