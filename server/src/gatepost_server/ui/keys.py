"""Pages of one's own API keys."""

import re
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps, keys
from gatepost_server.apps import AppFilter, AppState, Kind
from gatepost_server.authz import ConfirmRequired, policy, require_self, role_names, subject_of
from gatepost_server.gateway.receipts import Receipt
from gatepost_server.kernel.errors import Denied, GatepostError, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import KeyRisk, KeyStatus
from gatepost_server.store import Tx
from gatepost_server.ui.endings import expiry_of
from gatepost_server.ui.kit.tables import Choice, ListState
from gatepost_server.ui.pages import keys as pages
from gatepost_server.ui.pages.exposure import CAME
from gatepost_server.ui.pages.exposure import HOME as EXPOSURE
from gatepost_server.ui.pages.key_list import KeyCounts, key_list
from gatepost_server.ui.pages.keys import KeyFormState
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=200)]
_FOR_PROGRAMS: Final = (Kind.FASTAPI, Kind.ASGI, Kind.WSGI, Kind.PLUMBER)
_WHOLE: Final = re.compile(r"\b(gp[pjgcvx]_[0-9A-Za-z]{10})[0-9A-Za-z]+")


@router.reads("/keys", action="key:list")
def show_keys(visit: SignedIn) -> Response:
    """List one's own keys: the active ones, or those that have expired or were deleted."""
    state = ListState("/keys", visit.query("tab", "risk", "q", "cursor"))
    if masked(state.value("q")) != state.value("q"):
        return visit.go(state.href(q=masked(state.value("q"))))
    status = KeyStatus(state.value("tab")) if state.value("tab") in set(KeyStatus) else KeyStatus.ACTIVE
    risk = KeyRisk(state.value("risk")) if state.value("risk") in set(KeyRisk) else None
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = keys.list_keys(tx, wanted, status, risk=risk)
        content = key_list(
            found.items,
            state,
            status,
            KeyCounts(keys.count_keys(tx), keys.count_risks(tx)),
            visit.person.display_name,
            tx.now,
            csrf=visit.csrf,
            url=visit.url,
            next_cursor=found.next,
            of_apps=apps.app_keys_among(tx, found.items),
        )
    return visit.page("API keys", content)


@router.makes("/keys/find", action="key:list")
def find(visit: SignedIn, q: Field = "", tab: Field = "") -> Response:
    """Lead to the list that *q* narrows; a whole key never stands in an address."""
    return visit.go(ListState("/keys", {"tab": tab, "q": masked(q)}).href())


def masked(q: str) -> str:
    """Return *q*, which somebody searches for, with every whole key in it cut to its prefix."""
    return _WHOLE.sub(r"\1", q.strip())


@router.reads("/keys/new", action="key:create")
def new_key_page(visit: SignedIn) -> Response:
    """Show the form for a new key."""
    with visit.call.read() as tx:
        require_self(tx, "key:create")
        roles = _roles(tx)
    return _form(visit, KeyFormState(expiry=str(visit.call.house.settings.key_default_days)), roles)


@router.makes("/keys/new", action="key:create")
def make_key(
    visit: SignedIn,
    *,
    name: Field = "",
    expiry: Field = "",
    until: Field = "",
    role: Field = "",
    ip_allowlist: Annotated[str, Form(max_length=5000)] = "",
    description: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Make a key and show it, for the only time."""
    form = KeyFormState(name, expiry, until, role, ip_allowlist, description)
    try:
        with visit.call.begin() as tx:
            choice = expiry_of(expiry, until, tx.now)
            roles = _roles(tx)
            lower = role if role and role != roles[0].value else None
            issued = keys.issue_personal_key(
                tx,
                visit.call.house.peppers,
                visit.call.house.key_rules,
                name=name,
                expiry=choice,
                role=lower,
                ip_allowlist=ip_allowlist,
                description=description,
            )
            example = _example(tx, visit)
    except ConfirmRequired:
        raise
    except (Invalid, Denied) as error:
        return _again(visit, form, error)
    key = issued.key
    ends = (
        "It has no end."
        if key.expires_at is None
        else f"It ends on {key.expires_at.day} {key.expires_at:%B %Y}."
    )
    shown = pages.revealed(key.name, issued.text.reveal(), ends, visit.url, example, is_over=visit.is_over)
    return visit.dialog("New API key", shown)


@dataclass(frozen=True)
class Errand:
    """From where somebody came to delete a key, and so where they go on: the list of keys, or of ways in."""

    home: str
    query: str = ""

    @classmethod
    def of(cls, visit: Visit, home: str) -> "Errand":
        """Return the errand of a visit; *home* is where keys like it are listed."""
        came = visit.query("from")["from"] == CAME
        return cls(EXPOSURE, f"?from={CAME}") if came else cls(home)


def receipt_words(receipt: Receipt) -> str:
    """Say what a revocation did: where it is refused, how many connections were cut."""
    gates, closed = len(receipt.gates), receipt.connections_closed
    cut = f"{closed} {'connection' if closed == 1 else 'connections'} closed"
    if not gates:
        return f"Refused from the next request on, {cut}."
    return f"Refused on {gates} of {gates} {'gate' if gates == 1 else 'gates'}, {cut}."


def news_words(receipt: Receipt) -> str:
    """Say from when on something counts that takes nothing back, or not only: which gates know of it."""
    gates = len(receipt.gates)
    if not gates:
        return "It counts from the next call on."
    return f"It counts now: {gates} of {gates} {'gate knows' if gates == 1 else 'gates know'}."


def _example(tx: Tx, visit: Visit) -> str | None:
    """Return the address of content that the key may open, to try it on; None when there is none.

    What answers programs goes before pages for people.
    """
    for kind in (*_FOR_PROGRAMS, None):
        found = apps.list_apps(tx, PageRequest(limit=1), AppFilter(state=AppState.RUNNING, kind=kind)).items
        if found:
            return f"{visit.url}/content/{found[0].number}/"
    return None


def _roles(tx: Tx) -> list[Choice]:
    """Return the caller's own server role and the lower ones, highest first."""
    maker = subject_of(tx)
    cap = min(maker.cap, maker.role_cap)
    names = [name for name in role_names() if policy.roles[name].cap <= cap]
    names.sort(key=lambda name: -policy.roles[name].cap)
    return [
        Choice(name, f"All that I may ({name})" if at == 0 else name.capitalize())
        for at, name in enumerate(names)
    ]


def _again(visit: Visit, form: KeyFormState, error: GatepostError) -> Response:
    with visit.call.read() as tx:
        roles = _roles(tx)
    faulty = replace(form, errors=faults_of(error), fault=fault_of(error))
    return _form(visit, faulty, roles, code=400)


def _form(visit: Visit, form: KeyFormState, roles: list[Choice], *, code: int = 200) -> Response:
    settings = visit.call.house.settings
    content = pages.new_key_dialog(
        form,
        roles,
        visit.csrf,
        visit.url,
        default_days=settings.key_default_days,
        may_never=settings.keys_may_never_expire,
        is_over=visit.is_over,
    )
    return visit.dialog("New API key", content, code=code)
