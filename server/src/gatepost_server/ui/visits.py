"""One visit of a page: who looks, what they see around it, and how it is answered."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, Final
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gatepost_server import identity
from gatepost_server.approvals import count_to_decide
from gatepost_server.authz import may_on_instance
from gatepost_server.identity import User
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.kernel.secret import Secret
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.notices import StatusMessage
from gatepost_server.ui.pages.administration import banners_for
from gatepost_server.ui.shell import BarePage, Frame, Page, Section, Theme, Viewer, content_security_policy
from gatepost_server.web import Call, PageCall, UploadCall

SAID: Final = "gp_said"
THEME: Final = "gp_theme"
_SAID_TTL: Final = 60


class GoElsewhere(Exception):
    """The visit ends with a redirect before the page is made: to login, to the first password."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


@dataclass(frozen=True)
class Visit:
    """One call of a page, with what every answer of it needs."""

    request: Request
    call: Call

    @property
    def csrf(self) -> str:
        """The token that every form of the page sends back."""
        return self.call.csrf or ""

    @property
    def url(self) -> str:
        """The public address of the control plane, for examples."""
        return self.call.house.settings.public_url()

    @property
    def here(self) -> str:
        """The address of this page, within this server."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def is_over(self) -> bool:
        """True when only a dialog over the present page was asked for."""
        return self.request.headers.get("hx-request") == "true" and (
            self.request.headers.get("hx-target") in (None, "dialog-slot")
        )

    @cached_property
    def user(self) -> User | None:
        """The person who looks; None for nobody."""
        if self.call.actor.is_anonymous:
            return None
        with self.call.read() as tx:
            return identity.own_user(tx)

    @cached_property
    def is_administrator(self) -> bool:
        """True when the administration is for who looks."""
        if self.call.actor.is_anonymous:
            return False
        with self.call.read() as tx:
            return may_on_instance(tx, "user:list")

    @property
    def person(self) -> User:
        """The person who looks, on pages that nobody sees signed out."""
        assert self.user is not None, "the page asks for a session"
        return self.user

    def query(self, *names: str) -> dict[str, str]:
        """Return what the address says for *names*."""
        return {name: self.request.query_params.get(name, "") for name in names}

    def frame(self) -> Frame:
        """Return what every page of this visit shares."""
        settings = self.call.house.settings
        health = self.call.house.health()
        return Frame(
            viewer=_viewer(self.user, is_administrator=self.is_administrator),
            csrf=self.csrf,
            theme=theme_of(self.request),
            here=self.here if self.request.method == "GET" else "/applications",
            host=urlsplit(settings.public_url()).netloc,
            banners=banners_for(health.details),
            status=_said(self),
            to_decide=self._to_decide(),
        )

    def _to_decide(self) -> int:
        if self.call.actor.is_anonymous:
            return 0
        with self.call.read() as tx:
            return count_to_decide(tx, self.call.house.requests)

    def page(
        self,
        title: str,
        content: Component,
        section: Section = "",
        *,
        code: int = 200,
        frames: Sequence[str] = (),
    ) -> Response:
        """Answer with a whole page."""
        frame = self.frame()
        return self._sent(Page(frame, title, content, section), frame, code, frames=frames)

    def bare(
        self, title: str, content: Component, *, code: int = 200, posts_to: Sequence[str] = ()
    ) -> Response:
        """Answer with a page without the bar."""
        frame = replace(self.frame(), viewer=None)
        return self._sent(BarePage(frame, title, content), frame, code, posts_to=posts_to)

    def dialog(self, title: str, content: Component, section: Section = "", *, code: int = 200) -> Response:
        """Answer with a dialog over the present page, or with a page that holds it."""
        if self.is_over:
            return HTMLResponse(str(content), status_code=code)
        return self.page(title, content, section, code=code)

    def go(self, to: str, said: str = "", *, is_good: bool = True) -> Response:
        """Send the browser on to *to*, where it is told what happened."""
        response: Response = RedirectResponse(to, status_code=303)
        if self.request.headers.get("hx-request") == "true":
            response = Response(status_code=204, headers={"HX-Redirect": to})
        if said:
            self._tell(response, said, is_good=is_good)
        return response

    def _tell(self, response: Response, said: str, *, is_good: bool) -> None:
        text = base64.urlsafe_b64encode(json.dumps([said, is_good]).encode()).decode()
        signed = f"{text}.{self.call.house.peppers.derive('said', text)}"
        secure = self.call.house.settings.is_secure()
        response.set_cookie(
            SAID, signed, max_age=_SAID_TTL, path="/", secure=secure, httponly=True, samesite="lax"
        )

    def _sent(
        self,
        whole: Component,
        frame: Frame,
        code: int,
        *,
        frames: Sequence[str] = (),
        posts_to: Sequence[str] = (),
    ) -> Response:
        policy = content_security_policy(frame.nonce, frames=frames, posts_to=posts_to)
        # With no-referrer browsers send `Origin: null` with our own forms, which then look foreign.
        headers = {"content-security-policy": policy, "referrer-policy": "same-origin"}
        response = HTMLResponse(str(whole), status_code=code, headers=headers)
        if frame.status is not None:
            response.delete_cookie(SAID, path="/", secure=self.call.house.settings.is_secure(), httponly=True)
        return response


def theme_of(request: Request) -> Theme:
    """Return the look that the visitor chose; empty follows their system."""
    chosen = request.cookies.get(THEME, "")
    return "light" if chosen == "light" else "dark" if chosen == "dark" else ""


def visit(request: Request, call: PageCall) -> Visit:
    """Return the visit of a page that anybody may see."""
    request.state.call = call
    return Visit(request, call)


def signed_in(request: Request, call: PageCall) -> Visit:
    """Return the visit of a page for people who are signed in.

    Raises:
        GoElsewhere: to login, or to the page where a password that was made for somebody is
            changed.
    """
    request.state.call = call
    made = Visit(request, call)
    back = made.here if request.method == "GET" else "/applications"
    if not call.actor.is_interactive:
        raise GoElsewhere(f"/login?next={quote(back, safe='')}")
    if call.identified.must_change_password:
        raise GoElsewhere(f"/password?next={quote(back, safe='')}")
    return made


def sending(request: Request, call: UploadCall) -> Visit:
    """Return the visit of who sends a file; the form is not read, nor its token checked."""
    return signed_in(request, call)


def looking(request: Request, call: UploadCall) -> Visit:
    """Return the visit of a form that does nothing in the sender's name, so that it needs no token."""
    request.state.call = call
    return Visit(request, call)


AnyVisit = Annotated[Visit, Depends(visit)]
Looking = Annotated[Visit, Depends(looking)]
SignedIn = Annotated[Visit, Depends(signed_in)]
Sending = Annotated[Visit, Depends(sending)]


def faults_of(error: GatepostError) -> dict[str, str]:
    """Return the faults of single fields, as sentences, by field."""
    return {fault.field: _sentence(fault.detail) for fault in error.faults}


def fault_of(error: GatepostError) -> str:
    """Return what is wrong with the whole input; empty when the fields say it."""
    return "" if error.faults else error.detail


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def safe_next(text: str) -> str:
    """Return *text* if it is a path on this server, else the first page: never another site."""
    parts = urlsplit(text)
    is_path = text.startswith("/") and not text.startswith(("//", "/\\")) and "\\" not in text
    if is_path and text.isprintable() and not parts.scheme and not parts.netloc:
        return text
    return "/applications"


def _viewer(user: User | None, *, is_administrator: bool) -> Viewer | None:
    if user is None:
        return None
    return Viewer(user.display_name, user.username, user.role, is_administrator=is_administrator)


def _said(of: Visit) -> StatusMessage | None:
    text, _, signature = of.request.cookies.get(SAID, "").partition(".")
    if not text or not Secret(of.call.house.peppers.derive("said", text)).matches(signature):
        return None
    held: Any = json.loads(base64.urlsafe_b64decode(text))
    return StatusMessage(str(held[0]), is_good=bool(held[1]))
