"""Who may do what in a project: its grants as one list, its timeline, and what it exposes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, union_all

from gatepost_server import authz
from gatepost_server.audit import Entry, list_entries_about
from gatepost_server.authz import Exposure, Grant, NodeKind, WantedGrant, policy
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.keys import key_ids_of
from gatepost_server.projects.queries import projects
from gatepost_server.projects.service.behalf import require_behalf_giving
from gatepost_server.projects.service.finding import require_dataset, require_project
from gatepost_server.projects.service.people import Named, who_named
from gatepost_server.store import Tx

_SETS_AND_USERS = ("user", "group", "organization")
_EXPOSED = ("READ_DATA", "READ_METADATA", "READ_SCHEMA")
_MASKABLE = (*_EXPOSED, "EXPORT_DATA")
_NEVER_HERE = policy.mask("CREATE GLOBAL_ADMIN")


@dataclass(frozen=True)
class Wish:
    """What somebody is to hold on a project: a role, or permissions by name; `until` None: for good."""

    to: Named
    role: str | None
    permissions: Sequence[str] | None
    until: datetime | None


def list_permissions(tx: Tx, key: str) -> Sequence[Grant]:
    """Return who holds what on a project itself: people, groups and organizations."""
    node = require_project(tx, "project:share", key)
    return [one for one in authz.list_grants(tx, node.id) if one.who_kind in _SETS_AND_USERS]


def page_of_permissions(tx: Tx, key: str, page: PageRequest) -> Page[Grant]:
    """Return a page of what `list_permissions` returns, searched by name; `-created` is latest first."""
    node = require_project(tx, "project:share", key)
    return authz.page_of_grants(tx, node.id, page, _SETS_AND_USERS)


def replace_permissions(tx: Tx, key: str, wishes: Sequence[Wish]) -> Sequence[Grant]:
    """Make *wishes* the whole list of who holds what on a project; keys' own rights are not in it.

    Raises:
        Invalid: an unknown role, permission or name, both or neither of role and permissions.
        TooWide: something added or removed is beyond what the caller holds.
        LastOwner: nobody would be left who administers the project for good.
    """
    node = require_project(tx, "project:share", key)
    wanted = [
        WantedGrant(who_named(tx, one.to, f"grants.{at}.to.name"), _atoms(one, at), one.role, one.until)
        for at, one in enumerate(wishes)
    ]
    authz.set_grants(tx, node.id, wanted, kinds=_SETS_AND_USERS)
    return list_permissions(tx, key)


def read_timeline(tx: Tx, key: str, page: PageRequest) -> Page[Entry]:
    """Return what was done to a project and to all that stands or stood below it, newest first."""
    node = require_project(tx, "project:timeline", key)
    things = (authz.below(node.id), projects.gone_from(node.id), key_ids_of(node.id))
    about = union_all(select(literal(node.id)), *things).subquery()
    return list_entries_about(tx, page, select(about.c[0]))


def read_history(tx: Tx, key: str, ref: str, page: PageRequest) -> Page[Entry]:
    """Return what was done to a dataset, newest first."""
    node = require_dataset(tx, "dataset:read", key, ref)
    return list_entries_about(tx, page, select(literal(node.id)))


def expose_dataset(
    tx: Tx,
    key: str,
    ref: str,
    *,
    to_project: str,
    permissions: Sequence[str] | None = None,
    until: datetime | None = None,
) -> Exposure:
    """Let the people of another project use a dataset, as far as *permissions* say (READ_* if not).

    Raises:
        Hidden: a project or dataset that the caller may not know of.
        TooWide: the caller does not hold what would be exposed.
        Invalid, Conflict: as `authz.expose`.
    """
    require_project(tx, "project:expose", key)
    dataset = require_dataset(tx, "dataset:list", key, ref)
    target_id = projects.project_id_of(tx.session, to_project) or ""
    mask = _mask(_EXPOSED if permissions is None else permissions, "permissions")
    require_behalf_giving(tx, dataset, [one for one in policy.names(mask) if one in _MASKABLE])
    return authz.expose(tx, dataset.id, target_id, mask=mask, until=until)


def list_exposed(tx: Tx, key: str, page: PageRequest) -> Page[Exposure]:
    """Return a page of what a project exposes, latest first, and then of what others expose to it.

    Of the latter those that the caller may see.
    """
    return authz.page_of_exposures(tx, require_project(tx, "project:read", key).id, page)


def get_exposure(tx: Tx, key: str, exposure_id: str) -> Exposure:
    """Return one thing that a project exposes.

    Raises:
        Hidden: it exposes nothing of that id.
    """
    home = require_project(tx, "project:expose", key)
    found = next((one for one in authz.exposures_of(tx, home.id) if one.id == exposure_id), None)
    if found is None:
        raise authz.Hidden("project:expose", exposure_id)
    return found


def end_exposure(tx: Tx, key: str, exposure_id: str) -> Exposure:
    """Take back what a project exposes.

    Raises:
        Hidden: it exposes nothing of that id.
    """
    return authz.unexpose(tx, require_project(tx, "project:expose", key).id, exposure_id)


def project_keys(tx: Tx, project_ids: Sequence[str]) -> dict[str, str]:
    """Return the keys of several projects, for lists."""
    return projects.keys_of(tx.session, project_ids)


def project_ids(tx: Tx, keys: Iterable[str]) -> dict[str, str]:
    """Return the ids of several projects by their keys; those the caller may not see are left out."""
    return projects.ids_of(tx.session, list(keys), authz.visible(tx, "project:list"))


def _atoms(wish: Wish, at: int) -> int:
    if (wish.role is None) == (wish.permissions is None):
        raise Invalid(
            "Say either a role or permissions.", faults=[FieldFault(f"grants.{at}", "one of the two")]
        )
    if wish.role is not None:
        roles = policy.presets[NodeKind.PROJECT]
        if wish.role not in roles:
            fault = FieldFault(f"grants.{at}.role", f"one of {', '.join(roles)}")
            raise Invalid("Unknown role.", faults=[fault])
        return roles[wish.role]
    return _mask(wish.permissions or (), f"grants.{at}.permissions")


def _mask(names: Sequence[str], field: str) -> int:
    try:
        mask = policy.mask(names)
    except KeyError as error:
        fault = FieldFault(field, f"there is no permission {error.args[0]}")
        raise Invalid("Unknown permission.", faults=[fault], code="unknown-permission") from None
    if not mask or mask & _NEVER_HERE:
        fault = FieldFault(field, "at least one, and of those that a project can give")
        raise Invalid("These permissions cannot be given here.", faults=[fault], code="unknown-permission")
    return mask
