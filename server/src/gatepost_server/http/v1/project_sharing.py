"""Who may do what in a project, and what it exposes to others."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from gatepost_server import projects
from gatepost_server.authz import Exposure, Grant, policy
from gatepost_server.http.v1.wire import (
    Body,
    PageOut,
    PageQuery,
    ReceiptOut,
    SortedPageQuery,
    Time,
    aware,
    page_out,
)
from gatepost_server.kernel.paging import MAX_LIMIT
from gatepost_server.projects import Named, Wish
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["projects"])

Limit = Annotated[int | None, Query(ge=1, le=MAX_LIMIT)]


class ToBody(Body):
    """Whom a grant is for, by name."""

    type: Literal["user", "group", "organization"]
    name: str


class PermissionIn(Body):
    """What somebody is to hold: a role, or permissions; `until` null means for good."""

    to: ToBody
    permissions: list[str] | None = Field(None, max_length=50)
    role: str | None = None
    until: datetime | None = None


class PermissionsIn(Body):
    """The whole list of who holds what on a project."""

    grants: list[PermissionIn] = Field(max_length=1000)


class PermissionOut(BaseModel):
    """What somebody holds on a project, by whom."""

    id: str
    to: dict[str, str]
    permissions: list[str]
    role: str | None
    until: Time | None
    by: dict[str, str]
    created_at: Time

    @classmethod
    def of(cls, grant: Grant) -> "PermissionOut":
        """Present *grant*."""
        return cls(
            id=grant.id,
            to={"type": grant.who_kind, "id": grant.who_id, "name": grant.who_name, "label": grant.who_label},
            permissions=policy.names(grant.atoms),
            role=grant.role,
            until=grant.until_at,
            by={"id": grant.by_id, "name": grant.by_name},
            created_at=grant.from_at,
        )


class PermissionsOut(BaseModel):
    """Who holds what on a project; `next` is where the next page begins, null where this is the end."""

    grants: list[PermissionOut]
    next: str | None = None


class ExposureIn(Body):
    """A dataset to be exposed to another project, named by its key."""

    dataset: str
    to_project: str
    permissions: list[str] | None = Field(None, max_length=20)
    until: datetime | None = None


class ExposureOut(BaseModel):
    """A dataset that people of another project may use; `direction` is seen from the project asked."""

    id: str
    direction: Literal["out", "in"]
    dataset: dict[str, str]
    from_project: str
    to_project: str
    permissions: list[str]
    until: Time | None
    created_at: Time


@router.reads("/projects/{project}/permissions", action="project:share")
def list_permissions(
    call: ApiCall, project: str, page: SortedPageQuery, limit: Limit = None
) -> PermissionsOut:
    """List who holds what on a project: all of it, or with `limit` a page.

    PUT takes of each `to` its `type` and `name`, of `role` and `permissions` the role, or where
    that is null the permissions, and `until`; what is sent back so stays as it was given.
    """
    with call.read() as tx:
        if limit is None and page.cursor is None and not page.q and not page.sort:
            return PermissionsOut(
                grants=[PermissionOut.of(one) for one in projects.list_permissions(tx, project)]
            )
        found = projects.page_of_permissions(tx, project, page)
        return PermissionsOut(grants=[PermissionOut.of(one) for one in found.items], next=found.next)


@router.replaces("/projects/{project}/permissions", action="project:share")
def replace_permissions(call: ApiCall, project: str, body: PermissionsIn) -> PermissionsOut:
    """Replace the whole list; its last administrator stays."""
    wishes = [
        Wish(
            Named(one.to.type, one.to.name), one.role, one.permissions, aware(one.until, f"grants.{at}.until")
        )
        for at, one in enumerate(body.grants)
    ]
    with call.begin() as tx:
        found = projects.replace_permissions(tx, project, wishes)
        answer = PermissionsOut(grants=[PermissionOut.of(one) for one in found])
    call.house.collect_receipt()
    return answer


@router.reads("/projects/{project}/exposed", action="project:read")
def list_exposed(call: ApiCall, project: str, page: PageQuery) -> PageOut[ExposureOut]:
    """List what a project exposes to others, and then what others expose to it."""
    with call.read() as tx:
        found = projects.list_exposed(tx, project, page)
        ids = [one for each in found.items for one in (each.from_project_id, each.project_id)]
        keys = projects.project_keys(tx, ids)
        return page_out(
            found,
            lambda one: _exposure(one, "out" if keys.get(one.from_project_id) == project else "in", keys),
        )


@router.makes("/projects/{project}/exposed", status_code=201, action="project:expose")
def expose_dataset(call: ApiCall, project: str, body: ExposureIn) -> ExposureOut:
    """Let the people of another project use a dataset of this one."""
    until = aware(body.until, "until")
    with call.begin() as tx:
        made = projects.expose_dataset(
            tx, project, body.dataset, to_project=body.to_project, permissions=body.permissions, until=until
        )
        return _exposure(made, "out", projects.project_keys(tx, [made.from_project_id, made.project_id]))


@router.removes("/projects/{project}/exposed/{exposure}", action="project:expose")
def end_exposure(call: ApiCall, project: str, exposure: str) -> ReceiptOut:
    """Take back what a project exposes; nobody reads it through there when this answers."""
    with call.begin() as tx:
        projects.end_exposure(tx, project, exposure)
    return ReceiptOut.of(call.house.collect_receipt())


def _exposure(one: Exposure, direction: Literal["out", "in"], keys: dict[str, str]) -> ExposureOut:
    return ExposureOut(
        id=one.id,
        direction=direction,
        dataset={"id": one.dataset_id, "name": one.dataset_name},
        from_project=keys.get(one.from_project_id, ""),
        to_project=keys.get(one.project_id, ""),
        permissions=policy.names(one.mask),
        until=one.until_at,
        created_at=one.from_at,
    )
