"""Pages of one's own API keys."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import keys
from gatepost_server.authz import ConfirmRequired, policy, require_self, role_names, subject_of
from gatepost_server.gateway.receipts import Receipt
from gatepost_server.kernel.errors import Denied, FieldFault, GatepostError, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import ExpiryChoice, KeyStatus
from gatepost_server.store import Tx
from gatepost_server.ui.kit.tables import Choice, ListState
from gatepost_server.ui.pages import keys as pages
from gatepost_server.ui.pages.keys import KeyFormState
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=200)]


@router.reads("/keys", action="key:list")
def key_list(visit: SignedIn) -> Response:
    """List one's own keys."""
    state = ListState("/keys", visit.query("q", "cursor"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = keys.list_keys(tx, wanted, KeyStatus.ACTIVE)
        content = pages.key_list(
            found.items, state, visit.person.display_name, tx.now, visit.url, next_cursor=found.next
        )
    return visit.page("API keys", content)


@router.reads("/keys/new", action="key:create")
def new_key_page(visit: SignedIn) -> Response:
    """Show the form for a new key."""
    with visit.call.read() as tx:
        require_self(tx, "key:create")
        roles = _roles(tx)
    return _form(visit, KeyFormState(expiry=str(visit.call.house.settings.key_default_days)), roles)


@router.makes("/keys/new", action="key:create")
def make_key(
    visit: SignedIn, name: Field = "", expiry: Field = "", until: Field = "", role: Field = ""
) -> Response:
    """Make a key and show it, for the only time."""
    try:
        with visit.call.begin() as tx:
            choice = _expiry(expiry, until, tx.now)
            roles = _roles(tx)
            lower = role if role and role != roles[0].value else None
            issued = keys.issue_personal_key(
                tx, visit.call.house.peppers, visit.call.house.key_rules, name=name, expiry=choice, role=lower
            )
    except ConfirmRequired:
        raise
    except (Invalid, Denied) as error:
        return _again(visit, KeyFormState(name, expiry, until, role), error)
    key = issued.key
    ends = (
        "It has no end."
        if key.expires_at is None
        else f"It ends on {key.expires_at.day} {key.expires_at:%B %Y}."
    )
    shown = pages.revealed(key.name, issued.text.reveal(), ends, visit.url, None, is_over=visit.is_over)
    return visit.dialog("New API key", shown)


@router.reads("/keys/{key_id}/delete", action="key:delete")
def delete_page(visit: SignedIn, key_id: str) -> Response:
    """Ask before a key is deleted."""
    with visit.call.read() as tx:
        key = keys.get_key(tx, key_id)
        content = pages.delete_dialog(key, tx.now, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Delete {key.name}", content)


@router.makes("/keys/{key_id}/delete", action="key:delete")
def delete_key(visit: SignedIn, key_id: str) -> Response:
    """Delete a key; it is refused everywhere when the page comes back."""
    with visit.call.begin() as tx:
        key = keys.revoke_key(tx, key_id)
    receipt = visit.call.house.collect_receipt()
    return visit.go("/keys", f"The key {key.name} was deleted. {receipt_words(receipt)}")


def receipt_words(receipt: Receipt) -> str:
    """Say what a revocation did."""
    gates, closed = len(receipt.gates), receipt.connections_closed
    refused = "Refused from the next request on."
    if gates:
        refused = f"Refused on {gates} {'gate' if gates == 1 else 'gates'} after {receipt.took_ms:.0f} ms."
    if not closed:
        return refused
    return f"{refused} {closed} open {'connection was' if closed == 1 else 'connections were'} closed."


def _roles(tx: Tx) -> list[Choice]:
    """Return the caller's own role and the lower ones, highest first."""
    cap = subject_of(tx).cap
    names = [name for name in role_names() if policy.roles[name].cap <= cap]
    names.sort(key=lambda name: -policy.roles[name].cap)
    return [
        Choice(name, f"All that I may ({name})" if at == 0 else name.capitalize())
        for at, name in enumerate(names)
    ]


def _expiry(expiry: str, until: str, now: datetime) -> ExpiryChoice:
    if expiry == "never":
        return ExpiryChoice(is_given=True, at=None)
    if expiry == "until":
        try:
            day = datetime.strptime(until, "%Y-%m-%d").date()  # noqa: DTZ007  # a date has no zone
        except ValueError:
            raise Invalid("The date is missing.", faults=[FieldFault("until", "choose a date")]) from None
        return ExpiryChoice(is_given=True, at=datetime.combine(day, time.max, UTC))
    if not expiry.isdigit() or not 1 <= int(expiry) <= 3650:  # noqa: PLR2004  # ten years
        raise Invalid("Choose when it ends.", faults=[FieldFault("expires_at", "choose one of the list")])
    return ExpiryChoice(is_given=True, at=now + timedelta(days=int(expiry)))


def _again(visit: Visit, form: KeyFormState, error: GatepostError) -> Response:
    with visit.call.read() as tx:
        roles = _roles(tx)
    faulty = KeyFormState(form.name, form.expiry, form.until, form.role, faults_of(error), fault_of(error))
    return _form(visit, faulty, roles, code=400)


def _form(visit: Visit, form: KeyFormState, roles: list[Choice], *, code: int = 200) -> Response:
    settings = visit.call.house.settings
    content = pages.new_key_dialog(
        form,
        roles,
        visit.csrf,
        default_days=settings.key_default_days,
        may_never=settings.keys_may_never_expire,
        is_over=visit.is_over,
    )
    return visit.dialog("New API key", content, code=code)
