"""Pages of AppSecrets and of members of client applications."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import clients, dataapis
from gatepost_server.approvals import Validity, parse_validity
from gatepost_server.authz import require
from gatepost_server.clients import Client, ClientSecret, Member, UnknownMember, UnknownSecret
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx
from gatepost_server.ui.clients import faulty, names_of
from gatepost_server.ui.component import Component
from gatepost_server.ui.endings import end_of
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.pages import client_forms as forms
from gatepost_server.ui.pages.client_forms import Typed
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit
from gatepost_server.web.problems import status_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Names = Annotated[list[str] | None, Form(max_length=50)]
_HERE = "/clients/{client_id}"


@router.reads(f"{_HERE}/secrets/new", action="app:make-secret")
def secret_page(visit: SignedIn, client_id: str, member: str = "") -> Response:
    """Show the form that makes another secret, for a member if one is named."""
    return _secret_form(visit, client_id, Typed({"member": member[:200]}))


@router.makes(f"{_HERE}/secrets/new", action="app:make-secret")
def make_secret(
    visit: SignedIn,
    client_id: str,
    *,
    member: Field = "",
    overlap: Field = "",
    custom: Field = "",
    validity: Field = "permanent",
    until: Field = "",
) -> Response:
    """Make another secret and show it."""
    typed = {"member": member, "overlap": overlap, "validity": validity, "until": until}
    try:
        with visit.call.begin() as tx:
            one = clients.require_client(tx, "app:make-secret", client_id)
            made, text = clients.make_secret(
                tx,
                visit.call.house.signing,
                client_id,
                member=member or None,
                custom=Secret(custom) if custom else None,
                overlap_s=int(overlap) if overlap.isdecimal() and len(overlap) < 9 else None,  # noqa: PLR2004
                until=validity_of(tx, validity, until).ends_at(tx.now),
            )
    except (Invalid, Conflict, UnknownMember) as error:
        return _secret_form(visit, client_id, faulty(typed, error), status_of(error))
    visit.call.house.collect_receipt()
    if text is None:
        whose = made.member.name if made.member is not None else "The member"
        return visit.go(f"/clients/{client_id}", f"{whose} has a new AppSecret and reads it on this page.")
    content = forms.shown(one, text.reveal(), is_over=visit.is_over, is_new=True)
    return visit.dialog(one.name, content, "applications", code=201)


@router.reads(f"{_HERE}/secrets/{{secret_id}}/reveal", action="app:secrets")
def show_page(visit: SignedIn, client_id: str, secret_id: str) -> Response:
    """Ask before a secret is shown again."""
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:secrets", client_id)
    content = forms.show_dialog(one, secret_id, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"AppSecret of {one.name}", content, "applications")


@router.makes(f"{_HERE}/secrets/{{secret_id}}/reveal", action="app:reveal-secret")
def show(visit: SignedIn, client_id: str, secret_id: str) -> Response:
    """Show a secret again."""
    with visit.call.begin() as tx:
        text = clients.reveal_secret(tx, visit.call.house.signing, client_id, secret_id)
        one = clients.get_client(tx, client_id)
    content = forms.shown(one, text.reveal(), is_over=visit.is_over)
    return visit.dialog(f"AppSecret of {one.name}", content, "applications")


@router.reads(f"{_HERE}/secrets/{{secret_id}}/end", action="app:end-secret")
def end_page(visit: SignedIn, client_id: str, secret_id: str) -> Response:
    """Ask before a secret is deleted."""
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:end-secret", client_id)
        secret = _secret(tx, client_id, secret_id)
    content = forms.end_dialog(one, secret, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"AppSecret of {one.name}", content, "applications")


@router.makes(f"{_HERE}/secrets/{{secret_id}}/end", action="app:end-secret")
def end(visit: SignedIn, client_id: str, secret_id: str) -> Response:
    """Delete a secret."""
    with visit.call.begin() as tx:
        clients.end_secret(tx, client_id, secret_id)
    receipt = receipt_words(visit.call.house.collect_receipt())
    return visit.go(f"/clients/{client_id}", f"The AppSecret is deleted. {receipt}")


@router.reads(f"{_HERE}/members/add", action="app:admit")
def add_page(visit: SignedIn, client_id: str) -> Response:
    """Show the form that lets people in."""
    return _form(
        visit, client_id, lambda one: forms.add_dialog(one, Typed(), visit.csrf, is_over=visit.is_over)
    )


@router.makes(f"{_HERE}/members/add", action="app:admit")
def add(
    visit: SignedIn, client_id: str, users: Names = None, validity: Field = "90", until: Field = ""
) -> Response:
    """Let people in, all or nobody."""
    names = names_of(users)
    try:
        with visit.call.begin() as tx:
            one = clients.require_client(tx, "app:members", client_id)
            window = validity_of(tx, validity, until)
            added = clients.add_members(tx, visit.call.house.signing, client_id, names, window)
    except (Invalid, Conflict) as error:
        typed = faulty({"users": ", ".join(names), "validity": validity, "until": until}, error)
        return _form(
            visit, client_id,
            lambda one: forms.add_dialog(one, typed, visit.csrf, is_over=visit.is_over), error,
        )  # fmt: skip
    said = ", ".join(member.name for member in added)
    return visit.go(f"/clients/{client_id}", f"Added {said} to {one.name}.")


@router.reads(f"{_HERE}/members/{{user}}/edit", action="app:admit")
def extend_page(visit: SignedIn, client_id: str, user: str) -> Response:
    """Show the form that gives a membership another end."""
    return _extend_form(visit, client_id, user, Typed())


@router.makes(f"{_HERE}/members/{{user}}/edit", action="app:admit")
def extend(visit: SignedIn, client_id: str, user: str, validity: Field = "90", until: Field = "") -> Response:
    """Give a membership another end."""
    try:
        with visit.call.begin() as tx:
            require(tx, "app:members", client_id)
            done = clients.change_member(tx, client_id, user, validity_of(tx, validity, until))
    except Invalid as error:
        return _extend_form(
            visit, client_id, user, faulty({"validity": validity, "until": until}, error), error
        )
    visit.call.house.collect_receipt()
    return visit.go(f"/clients/{client_id}", f"The membership of {done.name} is saved.")


@router.reads(f"{_HERE}/members/{{user}}/remove", action="app:members")
def remove_page(visit: SignedIn, client_id: str, user: str) -> Response:
    """Ask before a membership ends."""
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:members", client_id)
        member = _member(tx, client_id, user)
    content = forms.remove_dialog(one, member, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Remove {member.name}", content, "applications")


@router.makes(f"{_HERE}/members/{{user}}/remove", action="app:members")
def remove(visit: SignedIn, client_id: str, user: str) -> Response:
    """End a membership."""
    with visit.call.begin() as tx:
        gone = clients.remove_member(tx, client_id, user)
    receipt = receipt_words(visit.call.house.collect_receipt())
    return visit.go(f"/clients/{client_id}", f"{gone.name} is no member any more. {receipt}")


def validity_of(tx: Tx, validity: str, until: str) -> Validity:
    """Return a validity as it was chosen.

    Raises:
        Invalid: it is none, or a day was to be chosen.
    """
    raw: object = validity
    if validity == "until":
        raw = {"until": end_of("until", until, tx.now)}
    elif validity.isdecimal() and len(validity) < 5:  # noqa: PLR2004  # days, not years beyond the calendar
        raw = {"days": int(validity)}
    return parse_validity(raw, tx.now)


def _secret(tx: Tx, client_id: str, secret_id: str) -> ClientSecret:
    found = next((one for one in clients.list_secrets(tx, client_id) if one.id == secret_id), None)
    if found is None:
        raise UnknownSecret
    return found


def _member(tx: Tx, client_id: str, user: str) -> Member:
    found = next((one for one in clients.list_members(tx, client_id) if one.username == user), None)
    if found is None:
        raise UnknownMember
    return found


def _form(
    visit: Visit, client_id: str, made: Callable[[Client], Component], error: GatepostError | None = None
) -> Response:
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:members", client_id)
    code = 200 if error is None else status_of(error)
    return visit.dialog(f"Members of {one.name}", made(one), "applications", code=code)


def _extend_form(
    visit: Visit, client_id: str, user: str, typed: Typed, error: GatepostError | None = None
) -> Response:
    with visit.call.read() as tx:
        require(tx, "app:members", client_id)
        member = _member(tx, client_id, user)
    return _form(
        visit, client_id,
        lambda one: forms.extend_dialog(one, member, typed, visit.csrf, is_over=visit.is_over), error,
    )  # fmt: skip


def _secret_form(visit: Visit, client_id: str, typed: Typed, code: int = 200) -> Response:
    with visit.call.read() as tx:
        one = clients.require_client(tx, "app:make-secret", client_id)
        members = clients.list_members(tx, client_id)
        callers = dataapis.recent_callers(tx, client_id)
    content = forms.secret_dialog(one, members, typed, visit.csrf, callers, is_over=visit.is_over)
    return visit.dialog(f"AppSecret of {one.name}", content, "applications", code=code)
