"""Pages that change what is said of one's own keys."""

from dataclasses import replace
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import keys
from gatepost_server.authz import ConfirmRequired
from gatepost_server.kernel.errors import Denied, Invalid
from gatepost_server.keys import OWN, BoundToApp, Change, Key, KeyKind
from gatepost_server.ui.key_sending import change_of
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages import keys as pages
from gatepost_server.ui.pages.key_facts import day
from gatepost_server.ui.pages.key_form import KeyForm
from gatepost_server.ui.pages.keys import STAYS, KeyFormState
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=1000)]


@router.reads("/keys/{key_id}/edit", action="key:list")
def edit_page(visit: SignedIn, key_id: str) -> Response:
    """Show what is said of a key in a form."""
    with visit.call.read() as tx:
        key = keys.get_key(tx, key_id)
    if key.kind is KeyKind.CREATOR:
        raise BoundToApp
    addresses = (key.ip_allowlist or "").replace(";", "; ")
    return _form(visit, key, KeyFormState(key.name, STAYS, "", "", addresses, key.description))


@router.makes("/keys/{key_id}/edit", action="key:edit")
def edit(
    visit: SignedIn,
    key_id: str,
    *,
    name: Field = "",
    expiry: Field = STAYS,
    until: Field = "",
    ip_allowlist: Annotated[str, Form(max_length=5000)] = "",
    description: Field = "",
) -> Response:
    """Change what is said of a key; an end or addresses take a person who is present."""
    form = KeyFormState(name, expiry, until, "", ip_allowlist, description)
    try:
        with visit.call.begin() as tx:
            key = keys.get_key(tx, key_id)
            change = change_of(key, KeyForm(name, description, expiry, until, ip_allowlist), tx.now)
            if change != Change():
                key = keys.change_key(tx, visit.call.house.key_rules, key_id, change, OWN)
    except ConfirmRequired:
        raise
    except (Invalid, Denied) as error:
        with visit.call.read() as tx:
            key = keys.get_key(tx, key_id)
        faulty = replace(form, errors=faults_of(error), fault=fault_of(error))
        return _form(visit, key, faulty, code=400)
    visit.call.house.collect_receipt()
    return visit.go("/keys", f"{key.name} is saved.")


def _form(visit: Visit, key: Key, form: KeyFormState, *, code: int = 200) -> Response:
    settings = visit.call.house.settings
    now = f"Stays: {day(key.expires_at) if key.expires_at else 'never'}"
    later = pages.expiry_choices(settings.key_default_days, may_never=settings.keys_may_never_expire)
    ends = [Choice(STAYS, now), *later]
    content = pages.edit_dialog(key.id, form, visit.csrf, ends, is_over=visit.is_over)
    return visit.dialog(f"Edit {key.name}", content, code=code)
