"""Global keys, and every key of the server, for administrators."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from gatepost_server import keys, projects
from gatepost_server.authz import NodeKind
from gatepost_server.http.v1.key_shapes import (
    ChangeIn,
    DraftIn,
    HeldKeyOut,
    KeyOut,
    RotatedOut,
    RotateIn,
    RunAsIn,
    party,
)
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, page_out
from gatepost_server.kernel.paging import Page
from gatepost_server.keys import GLOBAL, GlobalKeyWish, GlobalRights, Key, KeyKind, KeyStatus
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["global keys"])


class RightsIn(Body):
    """What a global key holds: permissions by project, or the whole server."""

    global_admin: bool = False
    projects: dict[str, list[str]] = Field(default_factory=dict)

    def rights(self, tx: Tx) -> GlobalRights:
        """Return it as a value, with the projects by id; what is no project keeps its name."""
        ids = projects.project_ids(tx, self.projects)
        by_id = {ids.get(key, key): given for key, given in self.projects.items()}
        return GlobalRights(self.global_admin, by_id)


class GlobalKeyIn(DraftIn, RightsIn):
    """A global key to be made."""

    run_as: str | None = None


class GlobalKeyOut(HeldKeyOut):
    """A global key."""

    global_admin: bool
    projects: dict[str, list[str]]

    @classmethod
    def of_server(cls, key: Key, project_keys: dict[str, str], now: datetime) -> "GlobalKeyOut":
        """Present *key*, naming projects by their keys."""
        held = {
            project_keys.get(one.node_id, one.node_id): list(one.permissions)
            for one in key.rights
            if one.kind == NodeKind.PROJECT
        }
        return cls.model_validate(
            {**cls.held(key, now), "global_admin": key.is_global_admin, "projects": held}
        )


class GlobalKeyMade(GlobalKeyOut):
    """A new key with its text, shown only here."""

    key: str


class AnyKeyOut(KeyOut):
    """A key of any kind: whose it is, or who answers for it; and its project."""

    owner: dict[str, str] | None
    project: str | None
    run_as: str | None


@router.makes("/admin/keys", status_code=201, action="key:make-global")
def create_key(call: ApiCall, body: GlobalKeyIn) -> GlobalKeyMade:
    """Make a global key; its text is in this answer and nowhere else."""
    house = call.house
    with call.begin() as tx:
        wish = GlobalKeyWish(body.draft(), body.rights(tx), body.run_as)
        issued = keys.issue_global_key(tx, house.peppers, house.key_rules, wish)
        return GlobalKeyMade(**_shown(tx, issued.key).model_dump(), key=issued.text.reveal())


@router.reads("/admin/keys", action="key:global")
def list_keys(call: ApiCall, page: PageQuery, status: KeyStatus | None = None) -> PageOut[GlobalKeyOut]:
    """List the global keys."""
    with call.read() as tx:
        found = keys.list_keys(tx, page, status, ring=GLOBAL)
        return page_out(Page(_all_shown(tx, found.items), found.next), lambda one: one)


@router.reads("/admin/keys/all", action="key:all")
def list_all_keys(
    call: ApiCall,
    page: PageQuery,
    kind: KeyKind | None = None,
    owner: str | None = None,
    status: KeyStatus | None = None,
) -> PageOut[AnyKeyOut]:
    """List the keys of everybody; `q` finds words of names by how they begin, and prefixes.

    `owner` takes a username or an id.
    """
    with call.read() as tx:
        owner = owner and keys.person_meant(tx, owner, "owner")
        found = keys.list_all_keys(tx, page, kind=kind, owner_id=owner, status=status)
        names = projects.project_keys(tx, [one.project_id for one in found.items if one.project_id])
        return page_out(found, lambda key: _any(key, names, tx.now))


@router.removes("/admin/keys/all/{key_id}", action="key:revoke")
def delete_any_key(call: ApiCall, key_id: str) -> ReceiptOut:
    """Delete anybody's key; it is refused everywhere when this answers."""
    with call.begin() as tx:
        keys.revoke_any_key(tx, key_id)
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads("/admin/keys/{key_id}", action="key:global")
def get_key(call: ApiCall, key_id: str) -> GlobalKeyOut:
    """Return a global key."""
    with call.read() as tx:
        return _shown(tx, keys.get_key(tx, key_id, GLOBAL))


@router.changes("/admin/keys/{key_id}", action="key:edit-global")
def change_key(call: ApiCall, key_id: str, body: ChangeIn) -> GlobalKeyOut:
    """Change what is said about a global key, disable or enable it."""
    with call.begin() as tx:
        changed = _shown(tx, keys.change_key(tx, call.house.key_rules, key_id, body.change(), GLOBAL))
    call.house.collect_receipt()
    return changed


@router.replaces("/admin/keys/{key_id}/permissions", action="key:widen-global")
def set_permissions(call: ApiCall, key_id: str, body: RightsIn) -> GlobalKeyOut:
    """Replace all that a global key holds."""
    with call.begin() as tx:
        changed = _shown(tx, keys.set_global_rights(tx, key_id, body.rights(tx)))
    call.house.collect_receipt()
    return changed


@router.replaces("/admin/keys/{key_id}/run-as", action="key:widen-global")
def set_run_as(call: ApiCall, key_id: str, body: RunAsIn) -> GlobalKeyOut:
    """Name a global key's associated user, or none."""
    with call.begin() as tx:
        return _shown(tx, keys.set_run_as(tx, key_id, body.user, GLOBAL))


@router.makes("/admin/keys/{key_id}/rotate", action="key:widen-global")
def rotate_key(call: ApiCall, key_id: str, body: RotateIn) -> RotatedOut:
    """Give a global key a new secret; the old one counts on for the overlap."""
    with call.begin() as tx:
        rotated = RotatedOut.of(*keys.rotate_key(tx, call.house.peppers, key_id, body.overlap, GLOBAL))
    call.house.collect_receipt()
    return rotated


@router.makes("/admin/keys/{key_id}/end-old", action="key:revoke")
def end_old_secret(call: ApiCall, key_id: str) -> ReceiptOut:
    """End the old secret of a global key now."""
    with call.begin() as tx:
        keys.end_old_secret(tx, key_id, GLOBAL)
    return ReceiptOut.of(call.house.collect_receipt())


@router.removes("/admin/keys/{key_id}", action="key:revoke")
def delete_key(call: ApiCall, key_id: str) -> ReceiptOut:
    """Delete a global key; it is refused everywhere when this answers."""
    with call.begin() as tx:
        keys.revoke_key(tx, key_id, GLOBAL)
    return ReceiptOut.of(call.house.collect_receipt())


def _shown(tx: Tx, key: Key) -> GlobalKeyOut:
    return _all_shown(tx, [key])[0]


def _all_shown(tx: Tx, found: Sequence[Key]) -> list[GlobalKeyOut]:
    ids = {right.node_id for key in found for right in key.rights if right.kind == NodeKind.PROJECT}
    names = projects.project_keys(tx, sorted(ids))
    return [GlobalKeyOut.of_server(key, names, tx.now) for key in found]


def _any(key: Key, project_keys: dict[str, str], now: datetime) -> AnyKeyOut:
    return AnyKeyOut(
        **KeyOut.of(key, now).model_dump(),
        owner=party(key.owner),
        project=project_keys.get(key.project_id or ""),
        run_as=key.run_as.name if key.run_as else None,
    )
