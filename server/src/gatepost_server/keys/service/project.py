"""Keys of projects: principals of their own, within their project and their sponsor (seed 004)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, delete, select

from gatepost_server.authz import (
    Node,
    NodeKind,
    endow,
    find_principal,
    ids_for,
    is_held_by,
    named_below,
    policy,
    register_holder,
    require,
    require_held,
)
from gatepost_server.crypto import Peppers
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.keys.errors import SponsorTooWeak
from gatepost_server.keys.model import (
    Draft,
    ExpiryChoice,
    IssuedKey,
    Key,
    KeyKind,
    KeyRight,
    KeyRules,
    ring_of,
)
from gatepost_server.keys.service.consent import name_run_as
from gatepost_server.keys.service.keeping import forget
from gatepost_server.keys.service.minting import add_words, draft_row, write_key
from gatepost_server.keys.service.presenting import right, shown, shown_all, shown_new
from gatepost_server.keys.service.rings import Deed, find_key
from gatepost_server.keys.tables import ConsentRow, KeyOriginRow, KeyRow
from gatepost_server.keys.wording import (
    ON_DATASETS,
    ON_PROJECTS,
    checked_origins,
    checked_permissions,
    checked_rights,
)
from gatepost_server.store import Tx, insert_rows


@dataclass(frozen=True)
class ProjectRights:
    """What a project key is given: permissions on all of the project, and on datasets by name."""

    permissions: Sequence[str] = ()
    datasets: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ProjectKeyWish:
    """A project key as its maker wants it; `sponsor` names a group, None is the maker."""

    draft: Draft
    rights: ProjectRights = field(default_factory=ProjectRights)
    run_as: str | None = None
    sponsor: str | None = None
    allowed_origins: Sequence[str] = ()


@dataclass(frozen=True)
class KeyDefinition:
    """What an export says of a project key: no secret and no sponsor.

    Of its associated user only the name, for people to ask them again. `expiry` is not given
    where an older server did not say it.
    """

    name: str
    description: str
    permissions: Sequence[str]
    datasets: Mapping[str, Sequence[str]]
    ip_allowlist: str | None
    allowed_origins: Sequence[str]
    expiry: ExpiryChoice = field(default_factory=ExpiryChoice)
    run_as: str | None = None


def issue_project_key(
    tx: Tx, peppers: Peppers, rules: KeyRules, project_id: str, wish: ProjectKeyWish
) -> IssuedKey:
    """Make a key of a project, and reveal it for the only time.

    It holds what *wish* says, as far as its sponsor holds it when it is used, and never
    anything outside the project. Needs a session with recent authentication.

    Raises:
        Invalid: a name, permission, dataset, origin or end that there cannot be.
        TooWide: a permission that the caller does not hold, or that they lose before the key ends
            while a group goes on answering for it; it is named.
        SponsorTooWeak: a group that the caller is not in, or that does not administer the project.
        ConsentRequired: the associated user has not agreed.
    """
    node = require(tx, "project:make-key", project_id)
    sponsor_id = _sponsor(tx, project_id, wish.sponsor)
    row, minted = draft_row(tx, rules, wish.draft, kind=KeyKind.PROJECT, owner_id=sponsor_id)
    row.project_id = project_id
    name_run_as(tx, row, wish.run_as)
    rights = _wanted(tx, node, wish.rights)
    origins = checked_origins(wish.allowed_origins)
    wanted = {one.node_id: policy.mask(one.permissions) for one in rights}
    require_held(tx, wanted, ("project:make-key", node), sponsor_id=sponsor_id, until=row.expires_at)

    made = shown_new(tx, row, [one for one in rights if one.permissions], origins)
    register_holder(tx, row.id, "key", row.name, node.org_id)
    write_key(tx, peppers, row, minted)
    endow(tx, row.id, wanted, is_new=True)
    _list_origins(tx, row.id, origins)
    tx.audit("key:create", "key", row.id, row.name, after={"project": node.name, **said_of(made)})
    return IssuedKey(made, minted.text)


def set_project_rights(tx: Tx, project_id: str, key_id: str, rights: ProjectRights) -> Key:
    """Make *rights* all that a project key holds; checked as when it was made.

    Raises:
        UnknownKey: the project has no such key.
        Invalid, TooWide: as `issue_project_key`; nothing is changed.
    """
    node = require(tx, "project:make-key", project_id)
    row = find_key(tx, ring_of(project_id), Deed.WIDEN, key_id)
    before = shown(tx, row)
    wanted = {one.node_id: policy.mask(one.permissions) for one in _wanted(tx, node, rights)}
    require_held(tx, wanted, ("project:make-key", node), sponsor_id=row.owner_id, until=row.expires_at)
    endow(tx, row.id, wanted)
    after = shown(tx, row)
    tx.audit("key:permissions", "key", row.id, row.name, before=_rights(before), after=_rights(after))
    return after


def set_origins(tx: Tx, project_id: str, key_id: str, origins: Sequence[str]) -> Key:
    """Say pages of which origins may call the API with a key.

    Raises:
        UnknownKey: the project has no such key.
        Invalid: one is no origin.
    """
    row = find_key(tx, ring_of(project_id), Deed.WIDEN, key_id)
    before = shown(tx, row).allowed_origins
    wanted = checked_origins(origins)
    tx.session.execute(delete(KeyOriginRow).where(KeyOriginRow.key_id == key_id))
    _list_origins(tx, key_id, wanted)
    tx.audit(
        "key:origins", "key", row.id, row.name,
        before={"allowed_origins": list(before)}, after={"allowed_origins": wanted},
    )  # fmt: skip
    return shown(tx, row)


def adopt_key(tx: Tx, project_id: str, key_id: str) -> Key:
    """Answer for a project key from now on: it stays within the caller's rights instead of another's.

    Raises:
        UnknownKey: the project has no such key.
    """
    row = find_key(tx, ring_of(project_id), Deed.ADOPT, key_id)
    before = row.owner_id
    row.owner_id = tx.actor.principal_id or ""
    tx.audit(
        "key:adopt", "key", row.id, row.name, before={"sponsor": before}, after={"sponsor": row.owner_id}
    )
    return shown(tx, row)


def key_ids_of(project_id: str) -> Select[str]:
    """Return a sub-select of the ids of a project's keys, deleted ones too; rights are not asked."""
    return select(KeyRow.id).where(KeyRow.project_id == project_id)


def remove_keys_of(tx: Tx, project_id: str) -> None:
    """Delete every key of a project that is being deleted, and every consent in it.

    Rights have been asked, and the project's deletion is what the trail says.
    """
    rows = tx.session.scalars(
        select(KeyRow).where(KeyRow.project_id == project_id, KeyRow.revoked_at.is_(None))
    ).all()
    forget(tx, [row.id for row in rows])
    for row in rows:
        row.revoked_at, row.revoked_by = tx.now, tx.actor.principal_id
    tx.session.execute(delete(ConsentRow).where(ConsentRow.project_id == project_id))


def project_key_definitions(tx: Tx, project_id: str) -> list[KeyDefinition]:
    """Return a project's keys as definitions for its export; rights have been asked."""
    rows = tx.session.scalars(
        select(KeyRow).where(KeyRow.project_id == project_id, KeyRow.revoked_at.is_(None)).order_by(KeyRow.id)
    ).all()
    return [
        KeyDefinition(
            one.name,
            one.description,
            one.permissions,
            one.datasets,
            one.ip_allowlist,
            one.allowed_origins,
            ExpiryChoice(is_given=True, at=one.expires_at),
            one.run_as.name if one.run_as else None,
        )
        for one in shown_all(tx, rows)
    ]


def plant_project_key(tx: Tx, rules: KeyRules, project_id: str, definition: KeyDefinition) -> Key:
    """Write a key of an import: disabled, without any secret.

    Its sponsor is the caller, or who answers for the key that calls.

    It lets nobody in until a person gives it a secret (`rotate_key`) and enables it. An end that
    has passed stays, so that it also wants another end; where every key has to end, one that has
    none gets the server's. It acts for nobody.

    Raises:
        Invalid: a name, permission, dataset or origin that there cannot be.
        TooWide: a permission that the caller does not hold; it is named.
    """
    node = require(tx, "project:edit-key", project_id)
    wanted_end = definition.expiry
    has_ended = wanted_end.at is not None and wanted_end.at <= tx.now
    is_endless = wanted_end.is_given and wanted_end.at is None and not rules.may_never_expire
    expiry = ExpiryChoice() if has_ended or is_endless else wanted_end
    draft = Draft(definition.name, definition.description, expiry, definition.ip_allowlist or "")
    sponsor_id = tx.actor.sponsor_id or tx.actor.on_behalf_of_id or tx.actor.principal_id
    row, _minted = draft_row(tx, rules, draft, kind=KeyKind.PROJECT, owner_id=sponsor_id or "")
    row.project_id, row.is_enabled = project_id, False
    if has_ended:
        row.expires_at = wanted_end.at
    rights = _wanted(tx, node, ProjectRights(definition.permissions, definition.datasets))
    origins = checked_origins(definition.allowed_origins)
    wanted = {one.node_id: policy.mask(one.permissions) for one in rights}
    require_held(tx, wanted, ("project:edit-key", node))

    register_holder(tx, row.id, "key", row.name, node.org_id)
    insert_rows(tx, row)
    add_words(tx, row)
    endow(tx, row.id, wanted, is_new=True)
    _list_origins(tx, row.id, origins)
    made = shown(tx, row)
    tx.audit("key:import", "key", row.id, row.name, after={"project": node.name, **_rights(made)})
    return made


def said_of(key: Key) -> dict[str, object]:
    """Return what the trail says of a new key that holds rights of its own."""
    return {
        "prefix": key.prefix,
        "expires_at": key.expires_at and key.expires_at.isoformat(),
        "sponsor": key.owner_id,
        "run_as": key.run_as.id if key.run_as else None,
        **_rights(key),
    }


def _rights(key: Key) -> dict[str, object]:
    return {"rights": {one.name: list(one.permissions) for one in key.rights}}


def _wanted(tx: Tx, project: Node, rights: ProjectRights) -> list[KeyRight]:
    """Return what is wanted on which nodes; datasets are found among the project's own, by name."""
    atoms = checked_permissions(rights.permissions, ON_PROJECTS, "permissions")
    wanted = [right(project.id, project.kind, project.name, atoms)]
    given = checked_rights(rights.datasets, ON_DATASETS, "datasets")
    found = named_below(tx, project.id, NodeKind.DATASET, given) if given else {}
    for name, held in given.items():
        if name not in found:
            fault = FieldFault(f"datasets.{name}", "the project has no dataset of this name")
            raise Invalid("Unknown dataset.", faults=[fault], code="unknown-dataset")
        wanted.append(right(found[name], NodeKind.DATASET, name, held))
    return wanted


def _sponsor(tx: Tx, project_id: str, group: str | None) -> str:
    if group is None:
        return tx.actor.principal_id or ""
    found = find_principal(tx, "group", group)
    if found is None:
        fault = FieldFault("sponsor", "there is no group of this name")
        raise Invalid("Nobody of that name.", faults=[fault], code="unknown-principal")
    is_member = found.id in ids_for(tx, tx.actor.principal_id or "")
    if not is_member or not is_held_by(tx, found.id, policy.mask("ADMIN"), project_id):
        raise SponsorTooWeak(found.label)
    return found.id


def _list_origins(tx: Tx, key_id: str, origins: Sequence[str]) -> None:
    insert_rows(tx, *(KeyOriginRow(key_id=key_id, origin=one) for one in origins))
