"""Exposing a dataset to another project: a time-boxed edge with a mask (§4.5, Exposure)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, delete, or_, select
from sqlalchemy.orm import aliased

from gatepost_server.authz.errors import Hidden
from gatepost_server.authz.facts import load_node
from gatepost_server.authz.model import Node
from gatepost_server.authz.policy import NodeKind, policy
from gatepost_server.authz.service.asking import decide_on, reader_of, require, subject_of, visible
from gatepost_server.authz.service.limits import require_within_own
from gatepost_server.authz.service.organizations import may_cross
from gatepost_server.authz.tables import ExposureRow, NodeRow
from gatepost_server.kernel.errors import Conflict, FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import Tx

DEFAULT_MASK = policy.mask("READ_DATA READ_METADATA READ_SCHEMA")
_MANAGING = policy.mask("MANAGE_EXPOSED_ELEMENTS")
_MASKABLE = policy.closure(policy.mask("EXPORT_DATA READ_METADATA"))


@dataclass(frozen=True)
class Exposure:
    """A dataset that the people of another project may use, as far as `mask` says."""

    id: str
    dataset_id: str
    dataset_name: str
    from_project_id: str
    project_id: str
    project_name: str
    mask: int
    from_at: datetime
    until_at: datetime | None
    by_id: str


def expose(
    tx: Tx, dataset_id: str, project_id: str, *, mask: int = DEFAULT_MASK, until: datetime | None = None
) -> Exposure:
    """Let what the people of a project hold there reach a dataset of another one.

    Needs, for as long, MANAGE_EXPOSED_ELEMENTS at the dataset's project and everything
    that the mask lets through (§4.6; a hidden grant). The receiving project must be one
    that the caller may know of, in the same organization unless both allow sharing outside.

    Raises:
        Hidden: a dataset or a project that the caller may not know of.
        Invalid: rights that cannot be exposed, an end that has passed, the dataset's own project.
        TooWide: the caller does not hold for as long what the mask lets through, or managing it.
        Conflict: it is exposed to that project already.
    """
    dataset = require(tx, "dataset:list", dataset_id)
    home = require(tx, "project:expose", dataset.parent_id or "")
    target = _require_target(tx, project_id)
    if policy.closure(mask) & ~_MASKABLE or not mask:
        raise Invalid(
            "Only reading can be exposed.", faults=[FieldFault("permissions", "READ_* or EXPORT_DATA")]
        )
    if target.id == home.id or not may_cross(tx, home.org_id, target.org_id):
        raise Invalid(
            "Choose another project.",
            faults=[FieldFault("to_project", "another project of the organization")],
        )
    if until is not None and until <= tx.now:
        raise Invalid("The end has passed.", faults=[FieldFault("until", "has to lie in the future")])
    require_within_own(tx, home, _MANAGING, until, sharing=0, of=("project:expose", home), is_giving=False)
    require_within_own(tx, dataset, mask, until, sharing=0, of=("project:expose", home))
    if any(one.project_id == project_id and _is_active(one, tx.now) for one in exposures_of(tx, home.id)
           if one.dataset_id == dataset_id):  # fmt: skip
        raise Conflict(f"{dataset.name} is exposed to {target.name} already.", code="already-exposed")
    row = ExposureRow(
        id=new_id("exp", tx.now),
        dataset_id=dataset_id,
        project_id=project_id,
        mask=mask,
        from_at=tx.now,
        until_at=until,
        by_id=tx.actor.principal_id or "",
    )
    tx.session.add(row)
    tx.session.flush()
    tx.audit(
        "dataset:expose", "dataset", dataset_id, dataset.name,
        after={"to": target.name, "permissions": policy.names(mask), "until": until and until.isoformat()},
    )  # fmt: skip
    return next(one for one in exposures_of(tx, home.id) if one.id == row.id)


def _require_target(tx: Tx, project_id: str) -> Node:
    """Return the project that receives, if the caller may know of it.

    The edge is a grant at the dataset's project; the other one only says to whom. A key with rights of its
    own reaches no project but those that it lists, so of its sponsor it is asked who receives.
    """
    subject = subject_of(tx)
    if subject.has_role or subject.within is None:
        return require(tx, "project:list", project_id)
    node = load_node(reader_of(tx), project_id)
    if node is None or node.kind is not NodeKind.PROJECT:
        raise Hidden("project:list", project_id)
    if not decide_on(reader_of(tx), subject.within, "project:list", node, tx.now).allowed:
        raise Hidden("project:list", project_id)
    return node


def unexpose(tx: Tx, project_id: str, exposure_id: str) -> Exposure:
    """Take back an exposure of a dataset of *project_id*.

    Raises:
        Hidden: the project exposes nothing of that id.
        TooWide: it lets through more, or for longer, than the caller holds (§4.6, rule 2).
    """
    home = require(tx, "project:expose", project_id)
    gone = next((one for one in exposures_of(tx, project_id) if one.id == exposure_id), None)
    dataset = None if gone is None else load_node(reader_of(tx), gone.dataset_id)
    if gone is None or dataset is None:
        raise Hidden("project:expose", exposure_id)
    require_within_own(
        tx, dataset, gone.mask, gone.until_at, sharing=0, of=("project:expose", home), is_giving=False
    )
    tx.session.execute(delete(ExposureRow).where(ExposureRow.id == exposure_id))
    tx.audit(
        "dataset:unexpose", "dataset", gone.dataset_id, gone.dataset_name, before={"to": gone.project_name}
    )
    return gone


def exposures_of(tx: Tx, project_id: str) -> list[Exposure]:
    """Return what a project exposes to others, latest first; needs READ_CONF there."""
    require(tx, "project:read", project_id)
    dataset, target = aliased(NodeRow), aliased(NodeRow)
    rows = tx.session.execute(
        select(ExposureRow, dataset.name, dataset.parent_id, target.name)
        .join(dataset, dataset.id == ExposureRow.dataset_id)
        .join(target, target.id == ExposureRow.project_id)
        .where(dataset.parent_id == project_id)
        .order_by(ExposureRow.id.desc())
    )
    return [_exposure(*row) for row in rows]


def exposed_to(tx: Tx, project_id: str) -> list[Exposure]:
    """Return the datasets of other projects that are exposed to *project_id* and listed for the caller."""
    require(tx, "project:list", project_id)
    dataset, target = aliased(NodeRow), aliased(NodeRow)
    rows = tx.session.execute(
        select(ExposureRow, dataset.name, dataset.parent_id, target.name)
        .join(dataset, dataset.id == ExposureRow.dataset_id)
        .join(target, target.id == ExposureRow.project_id)
        .where(
            ExposureRow.project_id == project_id,
            ExposureRow.from_at <= tx.now,
            ExposureRow.until_at > tx.now,
            dataset.id.in_(visible(tx, "dataset:list")),
        )
        .order_by(dataset.name)
    )
    return [_exposure(*row) for row in rows]


def page_of_exposures(tx: Tx, project_id: str, page: PageRequest) -> Page[Exposure]:
    """Return a page of what a project exposes and then of what is exposed to it, each latest first.

    As `exposures_of` and `exposed_to` together; searched by the names of the datasets.

    Raises:
        Invalid: the cursor is not of this list.
    """
    require(tx, "project:read", project_id)
    dataset, target = aliased(NodeRow), aliased(NodeRow)
    is_received = case((ExposureRow.project_id == project_id, 1), else_=0)
    active = and_(ExposureRow.from_at <= tx.now, ExposureRow.until_at > tx.now)
    received = and_(ExposureRow.project_id == project_id, active, dataset.id.in_(visible(tx, "dataset:list")))
    query = (
        select(ExposureRow, dataset.name, dataset.parent_id, target.name)
        .join(dataset, dataset.id == ExposureRow.dataset_id)
        .join(target, target.id == ExposureRow.project_id)
        .where(or_(dataset.parent_id == project_id, received))
    )
    for word in page.q.split()[:8]:
        query = query.where(dataset.name.icontains(word, autoescape=True))
    position = page.position(2)
    if position is not None:
        part = 1 if position[0] == "in" else 0
        same = and_(is_received == part, ExposureRow.id < position[1])
        query = query.where(or_(is_received > part, same))
    rows = tx.session.execute(query.order_by(is_received, ExposureRow.id.desc()).limit(page.limit + 1))
    found = [_exposure(*row) for row in rows]
    return page_from(found, page, lambda one: ("in" if one.project_id == project_id else "out", one.id))


def _exposure(row: ExposureRow, name: str, home: str | None, target: str) -> Exposure:
    return Exposure(
        id=row.id,
        dataset_id=row.dataset_id,
        dataset_name=name,
        from_project_id=home or "",
        project_id=row.project_id,
        project_name=target,
        mask=row.mask,
        from_at=row.from_at,
        until_at=row.until_at,
        by_id=row.by_id,
    )


def _is_active(one: Exposure, now: datetime) -> bool:
    return one.from_at <= now and (one.until_at is None or one.until_at > now)
