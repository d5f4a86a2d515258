"""Administration > API keys: the page of everybody's keys. Nobody makes keys for others."""

from dataclasses import replace

from starlette.responses import Response

from gatepost_server import authz, keys, projects
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import Key, KeyKind, KeyStatus
from gatepost_server.store import Tx
from gatepost_server.ui.keys import Errand, masked, receipt_words
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import all_keys as pages
from gatepost_server.ui.pages.global_keys import ALL
from gatepost_server.ui.pages.key_deeds import delete_dialog
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()


@router.reads(ALL, action="key:all")
def all_keys(visit: SignedIn) -> Response:
    """List the keys of everybody."""
    state = ListState(ALL, visit.query("q", "kind", "owner", "state", "cursor"))
    if masked(state.value("q")) != state.value("q"):
        return visit.go(state.href(q=masked(state.value("q"))))
    kind = KeyKind(state.value("kind")) if state.value("kind") in set(KeyKind) else None
    status = KeyStatus(state.value("state")) if state.value("state") in set(KeyStatus) else None
    owner = state.value("owner") or None
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        owner = owner and keys.person_meant(tx, owner, "owner")
        state = replace(state, chosen={**state.chosen, "owner": owner or ""})
        found = keys.list_all_keys(tx, wanted, kind=kind, owner_id=owner, status=status)
        names = projects.project_keys(tx, [one.project_id for one in found.items if one.project_id])
        people = {one.owner.id: one.owner.label for one in found.items if one.owner}
        if owner and owner not in people and (known := authz.principal(tx, owner)) is not None:
            people[owner] = known.label
        content = pages.all_keys(
            found.items, names, people, state, tx.now, url=visit.url, next_cursor=found.next
        )
    return visit.page("API keys", content, "administration")


@router.reads(f"{ALL}/{{key_id}}/delete", action="key:revoke")
def delete_page(visit: SignedIn, key_id: str) -> Response:
    """Ask before anybody's key is deleted."""
    with visit.call.read() as tx:
        key = keys.get_any_key(tx, key_id)
        whose = _whose(tx, key)
        errand = Errand.of(visit, ALL)
        action = f"{ALL}/{key_id}/delete{errand.query}"
        content = delete_dialog(
            key, action, errand.home, tx.now, visit.csrf, whose=whose, is_over=visit.is_over
        )
    return visit.dialog(f"Delete {key.name}", content, "administration")


@router.makes(f"{ALL}/{{key_id}}/delete", action="key:revoke")
def delete(visit: SignedIn, key_id: str) -> Response:
    """Delete anybody's key; it is refused everywhere when the page comes back."""
    with visit.call.begin() as tx:
        key = keys.revoke_any_key(tx, key_id)
    receipt = visit.call.house.collect_receipt()
    return visit.go(Errand.of(visit, ALL).home, f"The key {key.name} was deleted. {receipt_words(receipt)}")


def _whose(tx: Tx, key: Key) -> str:
    """Say whose key it is when it is not the caller's own."""
    if key.project_id is not None:
        named = projects.project_keys(tx, [key.project_id]).get(key.project_id)
        return f"the project {named}" if named else "a project"
    if key.kind is KeyKind.GLOBAL or key.owner is None or key.owner_id == tx.actor.principal_id:
        return ""
    return key.owner.label
