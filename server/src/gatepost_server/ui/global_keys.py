"""Administration > API keys: pages of global keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Final

from fastapi import Depends, Form
from starlette.responses import HTMLResponse, Response

from gatepost_server import authz, identity, keys, projects
from gatepost_server.authz import ConfirmRequired, NodeKind, require_instance
from gatepost_server.kernel.errors import Denied, GatepostError, Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import GLOBAL, Change, GlobalKeyWish, GlobalRights, Key, KeyStatus
from gatepost_server.store import Tx
from gatepost_server.ui.key_sending import Sent, SentForm, change_of, faulty
from gatepost_server.ui.keys import masked
from gatepost_server.ui.kit.fields import Found, FoundPerson
from gatepost_server.ui.kit.permissions import MatrixRow
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import global_keys as pages
from gatepost_server.ui.pages.global_keys import HOME, Given
from gatepost_server.ui.pages.key_form import FormChoices, KeyForm, consent_words
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Word = Annotated[str, Form(max_length=200)]
_FOUND_MOST: Final = 5
_ROWS_MOST: Final = 25


@dataclass(frozen=True)
class Ticked:
    """What the switch and the matrix send: permissions by project; `is_finding` only looks for projects."""

    given: Mapping[str, list[str]] = field(default_factory=dict)
    is_global_admin: bool = False
    is_finding: bool = False
    q: str = ""


def ticked(
    *,
    right: Annotated[list[str] | None, Form(max_length=20_000)] = None,
    global_admin: Word = "",
    do: Word = "",
    find: Word = "",
) -> Ticked:
    """Return what a form sent; each tick says `project:PERMISSION`."""
    given: dict[str, list[str]] = {}
    for one in right or []:
        project, _, name = one.partition(":")
        given.setdefault(project[:100], []).append(name)
    return Ticked(given, bool(global_admin), do == "find", find)


TickedForm = Annotated[Ticked, Depends(ticked)]


@router.reads(HOME, action="key:global")
def key_list(visit: SignedIn) -> Response:
    """List the global keys."""
    state = ListState(HOME, visit.query("q", "state", "cursor"))
    if masked(state.value("q")) != state.value("q"):
        return visit.go(state.href(q=masked(state.value("q"))))
    status = KeyStatus(state.value("state")) if state.value("state") in set(KeyStatus) else None
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found = keys.list_keys(tx, wanted, status, ring=GLOBAL)
        content = pages.key_list(
            found.items, state, tx.now, csrf=visit.csrf, url=visit.url, next_cursor=found.next
        )
    return visit.page("API keys", content, "administration")


@router.reads(f"{HOME}/people", action="key:global")
def people(visit: SignedIn, q: str = "") -> Response:
    """Answer with the people whom *q* may mean, as associated users."""
    with visit.call.read() as tx:
        require_instance(tx, "key:global")
        found = identity.find_users(tx, PageRequest(q=q.strip()[:100], limit=_FOUND_MOST)).items
    rows = [FoundPerson(one.username, one.display_name, f"server {one.role}") for one in found]
    return HTMLResponse(str(Found(rows, q.strip())))


@router.reads(f"{HOME}/projects", action="key:global")
def find_projects(visit: SignedIn, q: str = "") -> Response:
    """Answer with rows of the matrix for the projects that *q* may mean."""
    with visit.call.read() as tx:
        require_instance(tx, "key:global")
        rows = _found(tx, q, {})
    return HTMLResponse(str(pages.found_rows(rows)))


@router.reads(f"{HOME}/new", action="key:make-global")
def new_page(visit: SignedIn) -> Response:
    """Show the form for a new global key."""
    return _new(visit, KeyForm(expiry=str(visit.call.house.settings.key_default_days)), Ticked())


@router.makes(f"{HOME}/new", action="key:make-global")
def make_key(visit: SignedIn, sent: SentForm, ticked: TickedForm) -> Response:
    """Make a global key and show it, for the only time."""
    house = visit.call.house
    if ticked.is_finding:
        return _new(visit, sent.form, ticked)
    try:
        with visit.call.begin() as tx:
            wish = GlobalKeyWish(sent.draft(tx.now), _rights(tx, ticked), sent.run_as)
            issued = keys.issue_global_key(tx, house.peppers, house.key_rules, wish)
    except ConfirmRequired:
        raise
    except (Invalid, Denied) as error:
        return _new(visit, faulty(sent.form, error), ticked, error)
    content = pages.revealed(issued.key, issued.text.reveal(), visit.url, is_over=visit.is_over)
    return visit.dialog("New global key", content, "administration")


@router.reads(f"{HOME}/{{key_id}}", action="key:global")
def key_page(visit: SignedIn, key_id: str) -> Response:
    """Show one global key with all that it holds."""
    with visit.call.read() as tx:
        key = keys.get_key(tx, key_id, GLOBAL)
        held = Ticked(_held(tx, key), key.is_global_admin)
    return _page(visit, key_id, KeyForm.of(key), held)


@router.makes(f"{HOME}/{{key_id}}", action="key:edit-global")
def change(visit: SignedIn, key_id: str, sent: SentForm, ticked: TickedForm) -> Response:
    """Save what was changed of a global key, all of it or nothing."""
    if ticked.is_finding:
        return _page(visit, key_id, sent.form, ticked)
    try:
        with visit.call.begin() as tx:
            key = _change(tx, visit, keys.get_key(tx, key_id, GLOBAL), sent, ticked)
    except ConfirmRequired:
        raise
    except (Invalid, Denied) as error:
        return _page(visit, key_id, faulty(sent.form, error), ticked, error)
    visit.call.house.collect_receipt()
    return visit.go(f"{HOME}/{key_id}", f"{key.name} is saved; it counts from the next request on.")


def _change(tx: Tx, visit: Visit, key: Key, sent: Sent, ticked: Ticked) -> Key:
    """Do what differs between a key and its form, each by its own use-case."""
    change = change_of(key, sent.form, tx.now)
    if change != Change():
        keys.change_key(tx, visit.call.house.key_rules, key.id, change, GLOBAL)
    held = {project: set(names) for project, names in _held(tx, key).items()}
    wanted = {project: set(names) for project, names in ticked.given.items()}
    is_same = ticked.is_global_admin == key.is_global_admin and (ticked.is_global_admin or wanted == held)
    if not is_same:
        keys.set_global_rights(tx, key.id, _rights(tx, ticked))
    if sent.run_as != (key.run_as.name if key.run_as else None):
        keys.set_run_as(tx, key.id, sent.run_as, GLOBAL)
    return keys.get_key(tx, key.id, GLOBAL)


def _new(visit: Visit, form: KeyForm, ticked: Ticked, error: GatepostError | None = None) -> Response:
    with visit.call.read() as tx:
        require_instance(tx, "key:make-global")
        given = _given(tx, ticked, error)
        content = pages.new_key(form, _choices(visit), given, visit.csrf, visit.url)
    return visit.page("New global key", content, "administration", code=400 if error else 200)


def _page(
    visit: Visit, key_id: str, form: KeyForm, ticked: Ticked, error: GatepostError | None = None
) -> Response:
    with visit.call.read() as tx:
        key = keys.get_key(tx, key_id, GLOBAL)
        content = pages.key_page(
            key,
            form,
            replace(_choices(visit), consent=consent_words(key)),
            _given(tx, ticked, error),
            now=tx.now,
            csrf=visit.csrf,
            url=visit.url,
            is_fresh=authz.may_on_instance(tx, "key:make-global"),
        )
    return visit.page(key.name, content, "administration", code=400 if error else 200)


def _choices(visit: Visit) -> FormChoices:
    settings = visit.call.house.settings
    return FormChoices(
        f"{HOME}/people", settings.key_default_days, settings.keys_may_never_expire, has_origins=False
    )


def _held(tx: Tx, key: Key) -> dict[str, list[str]]:
    """Return what a key was given on projects, by their keys."""
    places = {one.node_id: one.permissions for one in key.rights if one.kind == NodeKind.PROJECT}
    names = projects.project_keys(tx, list(places))
    return {names[node_id]: list(given) for node_id, given in places.items() if node_id in names}


def _rights(tx: Tx, ticked: Ticked) -> GlobalRights:
    if ticked.is_global_admin:
        return GlobalRights(is_global_admin=True)
    ids = projects.project_ids(tx, ticked.given)
    return GlobalRights(projects={ids.get(one, one): names for one, names in ticked.given.items()})


def _given(tx: Tx, ticked: Ticked, error: GatepostError | None) -> Given:
    faults = {} if error is None else faults_of(error)
    fault = next((text for name, text in faults.items() if name.split(".")[0] == "projects"), "")
    return Given(ticked.is_global_admin, _found(tx, ticked.q, ticked.given), ticked.q, fault)


def _found(tx: Tx, q: str, given: Mapping[str, list[str]]) -> list[MatrixRow]:
    """Return the projects with something given, then others that *q* may mean."""
    wanted = PageRequest(q=q.strip()[:100], limit=_ROWS_MOST, sort="name")
    found = {one.key: one.name for one in projects.list_projects(tx, wanted).items}
    held = {project: found.get(project) or projects.get_project(tx, project).name for project in given}
    return [MatrixRow(project, name, given.get(project, ())) for project, name in (held | found).items()]
