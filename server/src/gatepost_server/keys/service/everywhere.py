"""Keys of the whole server: global ones are made, all others are seen and deleted by administrators."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gatepost_server.authz import (
    Hidden,
    Node,
    endow,
    own_organization,
    policy,
    register_holder,
    require,
    require_held,
    require_instance,
)
from gatepost_server.crypto import Peppers
from gatepost_server.instance import policies
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.keys.errors import UnknownKey
from gatepost_server.keys.model import GLOBAL, Draft, IssuedKey, Key, KeyKind, KeyRight, KeyRules, KeyStatus
from gatepost_server.keys.service.consent import name_run_as
from gatepost_server.keys.service.keeping import revoke
from gatepost_server.keys.service.makers import answerer_of, keep_within, maker_of, said_of_maker
from gatepost_server.keys.service.minting import draft_row, write_key
from gatepost_server.keys.service.presenting import right, shown, shown_new, shown_page
from gatepost_server.keys.service.project import said_of
from gatepost_server.keys.service.rings import Deed, find_key
from gatepost_server.keys.service.searching import Wanted, page_of_all
from gatepost_server.keys.tables import KeyRow
from gatepost_server.keys.wording import ON_PROJECTS, checked_rights
from gatepost_server.store import Tx


@dataclass(frozen=True)
class GlobalRights:
    """What a global key is given: permissions by the ids of projects, or the whole server."""

    is_global_admin: bool = False
    projects: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class GlobalKeyWish:
    """A global key as an administrator wants it; `run_as` is a username."""

    draft: Draft
    rights: GlobalRights = field(default_factory=GlobalRights)
    run_as: str | None = None


def issue_global_key(tx: Tx, peppers: Peppers, rules: KeyRules, wish: GlobalKeyWish) -> IssuedKey:
    """Make a global key, and reveal it for the only time.

    It lives while its maker is an administrator. Needs a session with recent
    authentication, or where policy lets keys make keys an administrator's personal key or a
    global-admin key: then it stays within that key, and its sponsor answers for it.

    Raises:
        Invalid: a name, permission, project or end that there cannot be.
        ConsentRequired: no such associated user may be named.
        KeysCannotMakeKeys: a key is calling, and policy does not let it.
        KeyExceedsMaker: the key that is calling ends earlier, counts from fewer addresses, or
            acts for somebody else.
    """
    instance = require_instance(tx, "key:make-global", policies(tx).making)
    maker, sponsor_id = maker_of(tx), answerer_of(tx.actor)
    row, minted = draft_row(tx, rules, wish.draft, kind=KeyKind.GLOBAL, owner_id=sponsor_id)
    rights = _wanted(tx, row, instance, wish.rights)
    wanted = _atoms(rights)
    require_held(tx, wanted, ("key:make-global", instance))
    name_run_as(tx, row, wish.run_as)
    keep_within(tx, maker, row, wish.draft.expiry)

    made = shown_new(tx, row, [one for one in rights if one.permissions])
    register_holder(tx, row.id, "key", row.name, own_organization(tx))
    write_key(tx, peppers, row, minted)
    endow(tx, row.id, wanted, is_new=True)
    said = {"kind": "global", **said_of(made), **said_of_maker(maker)}
    tx.audit("key:create", "key", row.id, row.name, after=said)
    return IssuedKey(made, minted.text)


def set_global_rights(tx: Tx, key_id: str, rights: GlobalRights) -> Key:
    """Make *rights* all that a global key holds; checked as when it was made.

    Raises:
        UnknownKey: there is no such global key.
        Invalid: as `issue_global_key`; nothing is changed.
    """
    row = find_key(tx, GLOBAL, Deed.WIDEN, key_id)
    before = shown(tx, row)
    instance = require_instance(tx, "key:widen-global")
    wanted = _atoms(_wanted(tx, row, instance, rights))
    require_held(tx, wanted, ("key:widen-global", instance))
    endow(tx, row.id, wanted)
    after = shown(tx, row)
    tx.audit(
        "key:permissions", "key", row.id, row.name,
        before={"rights": said_of(before)["rights"]}, after={"rights": said_of(after)["rights"]},
    )  # fmt: skip
    return after


def list_all_keys(
    tx: Tx,
    page: PageRequest,
    *,
    kind: KeyKind | None = None,
    owner_id: str | None = None,
    status: KeyStatus | None = None,
) -> Page[Key]:
    """Return keys of every kind and everybody, latest first, for administrators.

    Expired ones are listed by their end, the last first. *q* finds words of names by how
    they begin, and keys by their id, prefix or whole text.
    """
    require_instance(tx, "key:all")
    wanted = Wanted(kind, owner_id, status)
    return shown_page(tx, page_of_all(tx.session, page, wanted, tx.now))


def get_any_key(tx: Tx, key_id: str) -> Key:
    """Return anybody's key of any kind, for administrators.

    Raises:
        UnknownKey: there is none of that id, or it was deleted before.
    """
    require_instance(tx, "key:all")
    row = tx.session.get(KeyRow, key_id)
    if row is None or row.revoked_at is not None:
        raise UnknownKey
    return shown(tx, row)


def revoke_any_key(tx: Tx, key_id: str) -> Key:
    """Delete anybody's key of any kind, as an administrator.

    Raises:
        UnknownKey: there is none of that id, or it was deleted before.
    """
    require_instance(tx, "key:revoke")
    row = tx.session.get(KeyRow, key_id, with_for_update=True)
    if row is None or row.revoked_at is not None:
        raise UnknownKey
    return shown(tx, revoke(tx, row))


def _wanted(tx: Tx, row: KeyRow, instance: Node, rights: GlobalRights) -> list[KeyRight]:
    """Return what is wanted on which nodes, and let the key's cap and reach follow from it."""
    if rights.is_global_admin:
        if rights.projects:
            fault = FieldFault("projects", "leave it out: global_admin holds on every project")
            raise Invalid("Either global_admin or projects.", faults=[fault])
        row.cap, row.reach = policy.roles["administrator"].cap, None
        return [right(instance.id, instance.kind, instance.name, policy.mask("GLOBAL_ADMIN"))]
    given = checked_rights(rights.projects, ON_PROJECTS, "projects")
    projects = [_project(tx, project_id) for project_id in given]
    row.cap, row.reach = policy.roles["publisher"].cap, list(given)
    return [right(one.id, one.kind, one.name, given[one.id]) for one in projects]


def _atoms(rights: Iterable[KeyRight]) -> dict[str, int]:
    return {one.node_id: policy.mask(one.permissions) for one in rights}


def _project(tx: Tx, project_id: str) -> Node:
    try:
        return require(tx, "project:list", project_id)
    except Hidden:
        fault = FieldFault("projects", f"there is no project {project_id[:60]!r}")
        raise Invalid("Unknown project.", faults=[fault], code="unknown-project") from None
