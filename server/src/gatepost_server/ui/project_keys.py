"""Project Home > Settings > API: pages of a project's keys."""

from dataclasses import replace
from typing import Final

from starlette.responses import HTMLResponse, Response

from gatepost_server import authz, identity, keys, projects
from gatepost_server.authz import ConfirmRequired, Node
from gatepost_server.kernel.errors import Denied, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.keys import Change, Key, KeyStatus, ProjectKeyWish, ring_of
from gatepost_server.store import Tx
from gatepost_server.ui.key_sending import Sent, SentForm, change_of, faulty, rights_fault, rights_of
from gatepost_server.ui.key_standing import lacking, weakened
from gatepost_server.ui.keys import masked
from gatepost_server.ui.kit.fields import Found, FoundPerson
from gatepost_server.ui.kit.tables import Choice, ListState
from gatepost_server.ui.pages import key_deeds
from gatepost_server.ui.pages import project_keys as pages
from gatepost_server.ui.pages.key_facts import as_json
from gatepost_server.ui.pages.key_form import FormChoices, KeyForm, consent_words
from gatepost_server.ui.pages.project import settings_page
from gatepost_server.ui.pages.project_keys import RightsText
from gatepost_server.ui.project_views import project_view
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

HOME: Final = "/projects/{project}/settings/api"
_FOUND_MOST: Final = 5
_DATASETS_MOST: Final = 1000


@router.reads(HOME, action="project:keys")
def key_list(visit: SignedIn, project: str) -> Response:
    """List the keys of a project: the active ones, or those of another state."""
    state = ListState(pages.home_of(project), visit.query("tab", "q", "cursor"))
    if masked(state.value("q")) != state.value("q"):
        return visit.go(state.href(q=masked(state.value("q"))))
    status = KeyStatus(state.value("tab")) if state.value("tab") in set(KeyStatus) else KeyStatus.ACTIVE
    state = replace(state, chosen={**state.chosen, "tab": "" if status is KeyStatus.ACTIVE else status})
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        node = projects.require_project(tx, "project:keys", project)
        ring = ring_of(node.id)
        found = keys.list_keys(tx, wanted, status, ring=ring)
        content = pages.key_list(
            project,
            found.items,
            state,
            keys.count_keys(tx, ring),
            weakened(tx, node.id, found.items),
            tx.now,
            csrf=visit.csrf,
            url=visit.url,
            next_cursor=found.next,
        )
        view = project_view(tx, project)
    return visit.page(f"API keys of {node.name}", settings_page(view, "api", content), "projects")


@router.reads(f"{HOME}/people", action="project:keys")
def people(visit: SignedIn, project: str, q: str = "") -> Response:
    """Answer with the people whom *q* may mean, and whether they agreed to be an associated user."""
    with visit.call.read() as tx:
        node = projects.require_project(tx, "project:keys", project)
        found = identity.find_users(tx, PageRequest(q=q.strip()[:100], limit=_FOUND_MOST)).items
        rows = [
            FoundPerson(one.username, one.display_name, _consent_note(tx, visit, one.id, node))
            for one in found
        ]
    return HTMLResponse(str(Found(rows, q.strip())))


def _consent_note(tx: Tx, visit: Visit, user_id: str, node: Node) -> str:
    if user_id == visit.person.id:
        return "you"
    return "has agreed" if keys.has_consented(tx, user_id, node.id) else "has not agreed"


@router.reads(f"{HOME}/new", action="project:make-key")
def new_page(visit: SignedIn, project: str) -> Response:
    """Show the form for a new key, which starts with a sample."""
    form = KeyForm(expiry=str(visit.call.house.settings.key_default_days))
    return _new(visit, project, form, None)


@router.makes(f"{HOME}/new", action="project:make-key")
def make_key(visit: SignedIn, project: str, sent: SentForm) -> Response:
    """Make a key and show it, for the only time."""
    house, form = visit.call.house, sent.form
    try:
        with visit.call.begin() as tx:
            node = projects.require_project(tx, "project:make-key", project)
            wish = ProjectKeyWish(
                sent.draft(tx.now), rights_of(sent.rights), sent.run_as, form.sponsor or None, sent.origins
            )
            issued = keys.issue_project_key(tx, house.peppers, house.key_rules, node.id, wish)
    except ConfirmRequired:
        raise
    except (Invalid, Denied) as error:
        return _new(
            visit,
            project,
            faulty(form, error),
            RightsText(sent.rights, [], True, *rights_fault(error, sent.rights)),
        )
    content = pages.revealed(issued.key, issued.text.reveal(), project, visit.url, is_over=visit.is_over)
    return visit.dialog("New API key", content, "projects")


@router.reads(f"{HOME}/{{key_id}}", action="project:keys")
def key_page(visit: SignedIn, project: str, key_id: str) -> Response:
    """Show one key with all that it holds."""
    return _page(visit, project, key_id, None, None)


@router.makes(f"{HOME}/{{key_id}}", action="project:edit-key")
def change(visit: SignedIn, project: str, key_id: str, sent: SentForm) -> Response:
    """Save what was changed of a key, all of it or nothing."""
    try:
        with visit.call.begin() as tx:
            node = projects.require_project(tx, "project:edit-key", project)
            key = _change(tx, visit, node, keys.get_key(tx, key_id, ring_of(node.id)), sent)
    except ConfirmRequired:
        raise
    except (Invalid, Denied) as error:
        rights = RightsText(sent.rights, [], True, *rights_fault(error, sent.rights))
        return _page(visit, project, key_id, faulty(sent.form, error), rights)
    visit.call.house.collect_receipt()
    return visit.go(
        f"{pages.home_of(project)}/{key_id}", f"{key.name} is saved; it counts from the next request on."
    )


def _change(tx: Tx, visit: Visit, node: Node, key: Key, sent: Sent) -> Key:
    """Do what differs between a key and its form, each by its own use-case."""
    change = change_of(key, sent.form, tx.now)
    if change != Change():
        keys.change_key(tx, visit.call.house.key_rules, key.id, change, ring_of(node.id))
    rights = rights_of(sent.rights)
    held = (set(key.permissions), {name: set(given) for name, given in key.datasets.items()})
    wanted = (set(rights.permissions), {name: set(given) for name, given in rights.datasets.items() if given})
    if wanted != held:
        keys.set_project_rights(tx, node.id, key.id, rights)
    if sorted(sent.origins) != sorted(key.allowed_origins):
        keys.set_origins(tx, node.id, key.id, sent.origins)
    if sent.run_as != (key.run_as.name if key.run_as else None):
        keys.set_run_as(tx, key.id, sent.run_as, ring_of(node.id))
    return keys.get_key(tx, key.id, ring_of(node.id))


@router.reads(f"{HOME}/{{key_id}}/adopt", action="project:adopt-key")
def adopt_page(visit: SignedIn, project: str, key_id: str) -> Response:
    """Ask before the caller answers for a key."""
    with visit.call.read() as tx:
        node = projects.require_project(tx, "project:adopt-key", project)
        key = keys.get_key(tx, key_id, ring_of(node.id))
        here = f"{pages.home_of(project)}/{key_id}"
        content = key_deeds.adopt_dialog(key, here, visit.csrf, lacking(tx, key), is_over=visit.is_over)
    return visit.dialog("Adopt a key", content, "projects")


@router.makes(f"{HOME}/{{key_id}}/adopt", action="project:adopt-key")
def adopt(visit: SignedIn, project: str, key_id: str) -> Response:
    """Answer for a key from now on."""
    with visit.call.begin() as tx:
        node = projects.require_project(tx, "project:adopt-key", project)
        key = keys.adopt_key(tx, node.id, key_id)
    visit.call.house.collect_receipt()
    return visit.go(f"{pages.home_of(project)}/{key_id}", f"You answer for {key.name} now.")


def _new(visit: Visit, project: str, form: KeyForm, rights: RightsText | None) -> Response:
    with visit.call.read() as tx:
        node = projects.require_project(tx, "project:make-key", project)
        names, are_all = _datasets(tx, project)
        sample = as_json(["READ_CONF"], {names[0]: ["READ_DATA", "READ_METADATA"]} if names else {})
        shown = replace(
            rights or RightsText(sample, []), datasets=names, are_all=are_all, empty=as_json([], {})
        )
        choices = replace(_choices(visit, project), sponsors=_sponsors(tx, node))
        content = pages.new_key(project, form, choices, shown, visit.csrf, visit.url)
        view = project_view(tx, project)
    code = 400 if form.fault or form.errors or shown.error else 200
    return visit.page("New API key", settings_page(view, "api", content), "projects", code=code)


def _page(
    visit: Visit, project: str, key_id: str, form: KeyForm | None, rights: RightsText | None
) -> Response:
    with visit.call.read() as tx:
        node = projects.require_project(tx, "project:keys", project)
        key = keys.get_key(tx, key_id, ring_of(node.id))
        names, are_all = _datasets(tx, project)
        shown = rights or RightsText(as_json(key.permissions, key.datasets), [])
        names = [*names, *(name for name in key.datasets if name not in names)]
        content = pages.key_page(
            project,
            key,
            form or KeyForm.of(key),
            replace(_choices(visit, project), consent=consent_words(key)),
            replace(shown, datasets=names, are_all=are_all),
            lacking=lacking(tx, key),
            now=tx.now,
            csrf=visit.csrf,
            url=visit.url,
            viewer=visit.person.id,
            is_fresh=authz.may(tx, "project:make-key", node.id),
        )
        view = project_view(tx, project)
    return visit.page(
        key.name, settings_page(view, "api", content), "projects", code=200 if form is None else 400
    )


def _datasets(tx: Tx, project: str) -> tuple[list[str], bool]:
    """Return the names of a project's datasets, and whether these are all."""
    names: list[str] = []
    wanted = PageRequest(limit=MAX_LIMIT, sort="name")
    while True:
        found = projects.list_datasets(tx, project, wanted)
        names += [one.name for one in found.items]
        if found.next is None or len(names) >= _DATASETS_MOST:
            return names, found.next is None
        wanted = replace(wanted, cursor=found.next)


def _choices(visit: Visit, project: str) -> FormChoices:
    settings = visit.call.house.settings
    find = f"{pages.home_of(project)}/people"
    return FormChoices(find, settings.key_default_days, settings.keys_may_never_expire)


def _sponsors(tx: Tx, node: Node) -> list[Choice]:
    """Return who may answer for a new key: the maker, and their groups that administer the project."""
    sets = authz.principals(tx, authz.ids_for(tx, tx.actor.principal_id or ""))
    able = [
        one
        for one in sets.values()
        if one.kind == "group" and authz.is_held_by(tx, one.id, authz.policy.mask("ADMIN"), node.id)
    ]
    groups = sorted(able, key=lambda one: one.label)
    return [Choice("", "You"), *(Choice(one.name, f"Group {one.label}") for one in groups)]
