"""Keys of the whole server: global ones are made, all others are seen and deleted by administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gatepost_server.authz import (
    INSTANCE,
    Hidden,
    endow,
    own_organization,
    policy,
    register_holder,
    require,
    require_held,
    require_instance,
)
from gatepost_server.crypto import Peppers
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.keys.errors import UnknownKey
from gatepost_server.keys.model import GLOBAL, Draft, IssuedKey, Key, KeyKind, KeyRules, KeyStatus
from gatepost_server.keys.service.consent import name_run_as
from gatepost_server.keys.service.keeping import revoke
from gatepost_server.keys.service.minting import draft_row, write_key
from gatepost_server.keys.service.presenting import shown, shown_page
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
    authentication.

    Raises:
        Invalid: a name, permission, project or end that there cannot be.
        ConsentRequired: no such associated user may be named.
    """
    require_instance(tx, "key:make-global")
    sponsor_id = tx.actor.principal_id or ""
    row, minted = draft_row(tx, rules, wish.draft, kind=KeyKind.GLOBAL, owner_id=sponsor_id)
    wanted = _wanted(tx, row, wish.rights)
    require_held(tx, wanted)
    name_run_as(tx, row, wish.run_as)

    register_holder(tx, row.id, "key", row.name, own_organization(tx))
    write_key(tx, peppers, row, minted)
    endow(tx, row.id, wanted, is_new=True)
    made = shown(tx, row)
    tx.audit("key:create", "key", row.id, row.name, after={"kind": "global", **said_of(made)})
    return IssuedKey(made, minted.text)


def set_global_rights(tx: Tx, key_id: str, rights: GlobalRights) -> Key:
    """Make *rights* all that a global key holds; checked as when it was made.

    Raises:
        UnknownKey: there is no such global key.
        Invalid: as `issue_global_key`; nothing is changed.
    """
    row = find_key(tx, GLOBAL, Deed.WIDEN, key_id)
    before = shown(tx, row)
    wanted = _wanted(tx, row, rights)
    require_held(tx, wanted)
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


def _wanted(tx: Tx, row: KeyRow, rights: GlobalRights) -> dict[str, int]:
    """Return atoms by node, and let the key's cap and reach follow from them."""
    if rights.is_global_admin:
        if rights.projects:
            fault = FieldFault("projects", "leave it out: global_admin holds on every project")
            raise Invalid("Either global_admin or projects.", faults=[fault])
        row.cap, row.reach = policy.roles["administrator"].cap, None
        return {INSTANCE: policy.mask("GLOBAL_ADMIN")}
    wanted = checked_rights(rights.projects, ON_PROJECTS, "projects")
    for project_id in wanted:
        _require_project(tx, project_id)
    row.cap, row.reach = policy.roles["publisher"].cap, list(wanted)
    return wanted


def _require_project(tx: Tx, project_id: str) -> None:
    try:
        require(tx, "project:list", project_id)
    except Hidden:
        fault = FieldFault("projects", f"there is no project {project_id[:60]!r}")
        raise Invalid("Unknown project.", faults=[fault], code="unknown-project") from None
