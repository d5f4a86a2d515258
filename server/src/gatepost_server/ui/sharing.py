"""Giving, changing and taking back roles from forms: for everything that is shared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from starlette.responses import HTMLResponse, Response

from gatepost_server import authz, identity
from gatepost_server.authz import Grant, Node, WantedGrant, policy
from gatepost_server.kernel.errors import FieldFault, GatepostError, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.kit.fields import Found, FoundPerson
from gatepost_server.ui.pages import sharing as pages
from gatepost_server.ui.pages.permission_words import said
from gatepost_server.ui.pages.sharing import SINGLE, AccessPage, AccessRow, Shared, ShareState
from gatepost_server.ui.shell import Section
from gatepost_server.ui.visits import Visit, fault_of, faults_of

PEOPLE_MOST: Final = 50
_FOUND_MOST: Final = 5
_NAMED_MOST: Final = 4
OUTSIDE: Final = " here; an application lets people outside in under External sharing"
_SETS: Final = ("group", "organization")


@dataclass(frozen=True)
class Wanted:
    """What a form wants to give: a role, or single permissions, until when."""

    role: str
    permissions: Sequence[str]
    until: datetime | None


def find_people(tx: Tx, q: str) -> Response:
    """Answer a picker with the people, groups and organizations that *q* may mean."""
    asked = q.strip()[:100]
    wanted = PageRequest(q=asked, limit=_FOUND_MOST)
    rows = [
        FoundPerson(one.username, one.display_name, f"server {one.role}")
        for one in identity.find_users(tx, wanted).items
    ]
    rows += [
        FoundPerson(f"group:{one.name}", one.name, "Group") for one in identity.find_groups(tx, wanted).items
    ]
    rows += [
        FoundPerson(f"organization:{one.name}", one.name, "Organization")
        for one in identity.find_organizations(tx)
        if asked.casefold() in one.name.casefold()
    ][:_FOUND_MOST]
    return HTMLResponse(str(Found(rows, asked, OUTSIDE if "@" in asked else "")))


def typed_names(sent: Sequence[str] | None) -> list[str]:
    """Return the names that were sent, each once, in their order."""
    typed = [name.strip() for one in sent or () for name in one.split(",")]
    return list(dict.fromkeys(name for name in typed if name))[:PEOPLE_MOST]


def named(labels: Sequence[str]) -> str:
    """Return whom a share was made with: by name while these are few."""
    if len(labels) > _NAMED_MOST:
        return f"{len(labels)} people and groups"
    return f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else labels[0]


def people_meant(tx: Tx, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return id and label of everybody who is named.

    Raises:
        Invalid: nobody was named, or somebody of no such name.
    """
    if not names:
        raise Invalid("Nobody was named.", faults=[FieldFault("who", "name at least one person or group")])
    return [_meant(tx, name) for name in names]


def give(tx: Tx, node_id: str, names: Sequence[str], wanted: Wanted) -> list[str]:
    """Give everybody what is wanted and return what they are called; one fault gives nobody anything.

    Raises:
        Invalid: nobody was named, or somebody of no such name.
    """
    people = people_meant(tx, names)
    if wanted.role == SINGLE:
        _give_single(tx, node_id, [who_id for who_id, _ in people], wanted)
    else:
        for who_id, _ in people:
            authz.give_role(tx, node_id, who_id, wanted.role, until=wanted.until)
    return [label for _, label in people]


def change(tx: Tx, node: Node, grant_id: str, wanted: Wanted) -> Grant:
    """Let somebody hold what is wanted instead of what a grant gives, and return that grant."""
    grant = found_grant(tx, node.id, grant_id)
    if wanted.role != SINGLE and grant.role is not None:
        return authz.change_role(tx, node.id, grant_id, wanted.role, wanted.until)
    kept = [one for one in _listed(tx, node.id) if one.id != grant_id]
    role = None if wanted.role == SINGLE else wanted.role
    atoms = _atoms(wanted) if role is None else _preset(node, role)
    new = WantedGrant(grant.who_id, atoms, role, wanted.until)
    authz.set_grants(tx, node.id, [*map(_kept, kept), new])
    return grant


def found_grant(tx: Tx, node_id: str, grant_id: str) -> Grant:
    """Return a grant on a thing.

    Raises:
        Hidden: there is no such grant on it any more.
    """
    for one in authz.list_grants(tx, node_id):
        if one.id == grant_id:
            return one
    raise authz.Hidden("grant:change", grant_id)


def access_row(tx: Tx, visit: Visit, grant: Grant) -> AccessRow:
    """Present a grant as lists show it."""
    return AccessRow(
        grant.id,
        grant.who_label,
        grant.who_name,
        grant.who_kind,
        grant.role or "",
        grant.from_at,
        grant.until_at,
        grant.by_name,
        grant.reason,
        authz.held_back_by(tx, grant),
        grant.who_id == visit.person.id,
        "" if grant.role else said(policy.names(grant.atoms)),
        grant.by_id if authz.is_given(grant) else "",
        grant.by_id == visit.person.id,
    )


def access_page(tx: Tx, visit: Visit, node_id: str) -> AccessPage:
    """Present the page of those who hold something on a thing that the address asks for, latest first."""
    chosen = visit.query("q", "cursor")
    wanted = PageRequest(q=chosen["q"], cursor=chosen["cursor"] or None, sort="-created")
    found = authz.page_of_grants(tx, node_id, wanted, ("user", *_SETS))
    return AccessPage([access_row(tx, visit, one) for one in found.items], chosen, found.next)


def access_rows(tx: Tx, visit: Visit, node_id: str) -> list[AccessRow]:
    """Present everybody who holds something on a thing, latest first; keys have pages of their own."""
    return [access_row(tx, visit, one) for one in reversed(_listed(tx, node_id))]


def faulty(form: ShareState, error: GatepostError) -> ShareState:
    """Return *form* with what is wrong with it, each where it belongs."""
    faults = faults_of(error)
    who = faults.get("who") or faults.get("to", "")
    fault = fault_of(error) or (
        "" if {"who", "to", "role", "until", "note"} & faults.keys() else error.detail
    )
    return replace(
        form, who_error=who, role_error=faults.get("role", ""), until_error=faults.get("until", ""),
        note_error=faults.get("note", ""), fault=faults.get("notify", "") or fault,
    )  # fmt: skip


def form_of(grant: Grant) -> ShareState:
    """Return the form that says what a grant gives."""
    ends = "until" if grant.until_at else ""
    until = grant.until_at.date().isoformat() if grant.until_at else ""
    return ShareState(
        "", grant.role or SINGLE, ends, until, permissions=() if grant.role else policy.names(grant.atoms)
    )


def change_form(
    visit: Visit, shared: Shared, grant: AccessRow, form: ShareState, section: Section
) -> Response:
    """Show the form that changes what somebody holds."""
    content = pages.change_dialog(shared, grant, form, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Change role", content, section, code=code_of(form))


def remove_form(
    visit: Visit, shared: Shared, grant: AccessRow, section: Section, *, fault: str = "", code: int = 200
) -> Response:
    """Ask before something is taken away."""
    content = pages.remove_dialog(shared, grant, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog("Take a role away", content, section, code=code)


def where_to(tx: Tx, node: Node, here: str, away: str) -> str:
    """Return *here*, or *away* when who changed what is held may no longer say who holds what."""
    return here if authz.may(tx, f"{node.kind}:share", node.id) else away


def unless_about_input(error: Exception) -> None:
    """Let a refusal of the page itself pass on; the others are shown in the form."""
    if isinstance(error, authz.ActionDenied):
        raise error


def code_of(form: ShareState) -> int:
    """Return the status of an answer that shows *form*."""
    faults = (form.fault, form.who_error, form.role_error, form.until_error, form.note_error)
    return 400 if any(faults) else 200


def _meant(tx: Tx, name: str) -> tuple[str, str]:
    """Return id and label of whom a name means, with `group:` or `organization:` before those."""
    kind, _, rest = name.partition(":")
    if kind in _SETS and rest:
        found = authz.find_principal(tx, kind, rest.strip())
        if found is not None:
            return found.id, found.label
        fault = FieldFault("who", f"no {kind} is called {rest.strip()[:60]}")
        raise Invalid("Nobody of that name.", faults=[fault])
    user = identity.user_named(tx, name.lower())
    if user is None or not user.is_active:
        fault = FieldFault("who", f"nobody is called {name[:60]}{OUTSIDE if '@' in name else ''}")
        raise Invalid("Nobody of that name.", faults=[fault])
    return user.id, user.display_name


def _give_single(tx: Tx, node_id: str, who: Sequence[str], wanted: Wanted) -> None:
    atoms = _atoms(wanted)
    new = [WantedGrant(one, atoms, None, wanted.until) for one in who]
    authz.set_grants(tx, node_id, [*map(_kept, _listed(tx, node_id)), *new])


def _listed(tx: Tx, node_id: str) -> list[Grant]:
    return [one for one in authz.list_grants(tx, node_id) if one.who_kind in ("user", *_SETS)]


def _kept(grant: Grant) -> WantedGrant:
    return WantedGrant(grant.who_id, grant.atoms, grant.role, grant.until_at)


def _atoms(wanted: Wanted) -> int:
    if not wanted.permissions:
        raise Invalid("Nothing was chosen.", faults=[FieldFault("role", "choose at least one permission")])
    try:
        return policy.mask(wanted.permissions)
    except KeyError:
        raise Invalid("Unknown permission.", faults=[FieldFault("role", "there is none like that")]) from None


def _preset(node: Node, role: str) -> int:
    atoms = policy.presets[node.kind].get(role)
    if atoms is None:
        fault = FieldFault("role", f"one of {', '.join(policy.presets[node.kind])}")
        raise Invalid("Unknown role.", faults=[fault])
    return atoms
