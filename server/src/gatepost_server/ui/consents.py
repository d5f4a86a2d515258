"""Pages of one's consents to be the associated user of projects' keys."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import keys, projects
from gatepost_server.authz import Hidden, require_self
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages import consents as pages
from gatepost_server.ui.pages.consents import Consent
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()


def given(tx: Tx) -> list[Consent]:
    """Return the caller's consents, by the names of their projects."""
    found = projects.project_keys(tx, keys.list_consents(tx)).values()
    return sorted((Consent(key, _name(tx, key)) for key in found), key=lambda one: one.name.casefold())


def _name(tx: Tx, key: str) -> str:
    try:
        return projects.get_project(tx, key).name
    except Hidden:
        return key


@router.reads("/profile/consents/new", action="consent:give")
def new_page(visit: SignedIn) -> Response:
    """Ask for the project to agree to."""
    return _form(visit, "")


@router.makes("/profile/consents/new", action="consent:give")
def give(visit: SignedIn, project: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Agree to be the associated user of a project's keys."""
    try:
        with visit.call.begin() as tx:
            node = projects.require_project(tx, "project:list", project.strip())
            keys.give_consent(tx, node.id)
    except Hidden:
        return _form(visit, project, error="There is no such project that you may see.")
    return visit.go("/profile", f"Keys of {node.name} may act with your data rules now.")


@router.reads("/profile/consents/{project}/withdraw", action="consent:give")
def withdraw_page(visit: SignedIn, project: str) -> Response:
    """Ask before a consent is taken back."""
    with visit.call.read() as tx:
        one = _one(tx, project)
    content = pages.withdraw_dialog(one, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Take back a consent", content)


@router.makes("/profile/consents/{project}/withdraw", action="consent:give")
def withdraw(visit: SignedIn, project: str) -> Response:
    """Agree no longer; the next call with such a key does not act for one."""
    with visit.call.begin() as tx:
        one = _one(tx, project)
        named = projects.project_keys(tx, keys.list_consents(tx))
        keys.withdraw_consent(tx, next(node_id for node_id, key in named.items() if key == project))
    receipt = visit.call.house.collect_receipt()
    return visit.go("/profile", f"Your consent for {one.name} is taken back. {receipt_words(receipt)}")


def _one(tx: Tx, project: str) -> Consent:
    found = next((one for one in given(tx) if one.project == project), None)
    if found is None:
        raise keys.UnknownConsent
    return found


def _form(visit: Visit, chosen: str, *, error: str = "") -> Response:
    with visit.call.read() as tx:
        require_self(tx, "consent:give")
        agreed = {one.project for one in given(tx)}
        found = projects.list_projects(tx, PageRequest(limit=MAX_LIMIT, sort="name"))
    choices = [Choice(one.key, f"{one.name} ({one.key})") for one in found.items if one.key not in agreed]
    content = pages.give_dialog(
        choices, chosen, visit.csrf, is_whole=found.next is None, error=error, is_over=visit.is_over
    )
    return visit.dialog("Give consent", content, code=400 if error else 200)
