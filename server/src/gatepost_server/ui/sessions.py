"""Pages about oneself: profile, password, sessions."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import authn, identity
from gatepost_server.identity import Session
from gatepost_server.kernel.errors import Invalid, NotFound
from gatepost_server.ui import consents
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.pages import profile as pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.signing import change_password
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]


@router.reads("/profile", action="me:read")
def profile(visit: SignedIn) -> Response:
    """Show who one is here."""
    return _profile(visit, {})


@router.makes("/profile", action="profile:edit")
def edit(visit: SignedIn, display_name: Field = "", email: Field = "") -> Response:
    """Change one's own name and address."""
    try:
        with visit.call.begin() as tx:
            identity.edit_profile(tx, display_name=display_name, email=email)
    except Invalid as error:
        return _profile(visit, faults_of(error), code=400)
    return visit.go("/profile", "Your profile is saved.")


@router.makes("/profile/password", action="password:change")
def password(visit: SignedIn, old: Field = "", new: Field = "") -> Response:
    """Change one's own password; the other sessions end."""
    try:
        change_password(visit, old, new)
    except Invalid as error:
        return _profile(visit, faults_of(error), code=400)
    return visit.go("/profile", "Your password is changed. Your other sessions have ended.")


def _profile(visit: Visit, errors: dict[str, str], *, code: int = 200) -> Response:
    with visit.call.read() as tx:
        agreed, lent = consents.given(tx), authn.list_lent(tx)
        content = pages.profile(
            visit.person, visit.person.role, tx.now, visit.csrf, errors, agreed, lent=lent
        )
    return visit.page("Profile", content, code=code)


@router.reads("/sessions", action="session:list")
def sessions(visit: SignedIn) -> Response:
    """List where one is signed in."""
    with visit.call.read() as tx:
        found = identity.list_sessions(tx, visit.call.house.session_idle)
        content = pages.sessions(found, tx.actor.session_id, visit.person.display_name, tx.now)
    return visit.page("Sessions", content)


@router.reads("/sessions/others/end", action="session:end")
def end_others_page(visit: SignedIn) -> Response:
    """Ask before all other sessions are ended."""
    return visit.dialog("End all others", pages.end_others_dialog(visit.csrf, is_over=visit.is_over))


@router.makes("/sessions/others/end", action="session:end")
def end_others(visit: SignedIn) -> Response:
    """End every other session of one's own."""
    with visit.call.begin() as tx:
        others = [
            one
            for one in identity.list_sessions(tx, visit.call.house.session_idle)
            if one.id != tx.actor.session_id
        ]
        for one in others:
            identity.end_session(tx, one.id)
    receipt = visit.call.house.collect_receipt()
    return visit.go("/sessions", f"{len(others)} other sessions have ended. {receipt_words(receipt)}")


@router.reads("/sessions/{session_id}/end", action="session:end")
def end_page(visit: SignedIn, session_id: str) -> Response:
    """Ask before a session is ended."""
    content = pages.end_session_dialog(_own(visit, session_id), visit.csrf, is_over=visit.is_over)
    return visit.dialog("End a session", content)


@router.makes("/sessions/{session_id}/end", action="session:end")
def end(visit: SignedIn, session_id: str) -> Response:
    """End one of one's own sessions."""
    with visit.call.begin() as tx:
        identity.end_session(tx, session_id)
    receipt = visit.call.house.collect_receipt()
    return visit.go("/sessions", f"The session has ended. {receipt_words(receipt)}")


def _own(visit: Visit, session_id: str) -> Session:
    with visit.call.read() as tx:
        found = identity.list_sessions(tx, visit.call.house.session_idle)
    for one in found:
        if one.id == session_id:
            return one
    raise NotFound("You have no such session.", code="unknown-session")
