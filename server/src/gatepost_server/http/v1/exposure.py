"""Outward exposure: every way in from outside that the caller may close, and the call that closes it."""

from typing import Any

from pydantic import BaseModel

from gatepost_server import exposure
from gatepost_server.exposure import Counts, Way, WayKind
from gatepost_server.http.v1.wire import PageOut, SortedPageQuery, Time, page_out
from gatepost_server.web import ActionRouter, ApiCall
from gatepost_server.web.guests import link_of

router = ActionRouter(tags=["exposure"])


class OffOut(BaseModel):
    """The call that closes a way, below `/api/v1/`; it asks for its own right."""

    method: str
    path: str
    body: dict[str, Any] | None


class WayOut(BaseModel):
    """A way in from outside: what is open, to whom, since when, by whom.

    `id` is that of the thing which `off` changes. `ends_at` null means that it has no end of
    its own; `guests` and `link` are null but for external links.
    """

    kind: WayKind
    id: str
    name: str
    sentence: str
    to: list[str]
    since: Time
    by: str
    last_used_at: Time | None
    ends_at: Time | None
    guests: int | None
    link: str | None
    off: OffOut

    @classmethod
    def of(cls, one: Way, call: ApiCall) -> "WayOut":
        """Present *one*."""
        return cls(
            kind=one.kind,
            id=one.id,
            name=one.name,
            sentence=one.sentence,
            to=list(one.to),
            since=one.since,
            by=one.by,
            last_used_at=one.last_used_at,
            ends_at=one.ends_at,
            guests=one.guests,
            link=None if one.link_id is None else link_of(call.house.settings, one.link_id),
            off=off_of(one),
        )


class CountsOut(BaseModel):
    """How many ways of each kind there are, counted up to 1000; and the widest access allowed."""

    total: int
    kinds: dict[WayKind, int]
    access_ceiling: str

    @classmethod
    def of(cls, one: Counts) -> "CountsOut":
        """Present *one*."""
        return cls(total=one.total, kinds=dict(one.by_kind), access_ceiling=one.ceiling)


def off_of(one: Way) -> OffOut:
    """Return the call that closes a way."""
    if one.kind is WayKind.LINK:
        return OffOut(method="PUT", path=f"apps/{one.id}/external", body={"enabled": False})
    if one.kind is WayKind.KEY:
        return OffOut(method="DELETE", path=f"{_keys(one)}/{one.id}", body=None)
    return OffOut(method="PATCH", path=f"apps/{one.id}", body={"access": "grants"})


def _keys(one: Way) -> str:
    """Return where the key that is a way in is kept, as far as the caller keeps it."""
    if one.project is not None:
        return f"projects/{one.project}/keys"
    return "keys" if one.is_own else "admin/keys/all"


@router.reads("/exposure", action="exposure:list")
def list_ways(call: ApiCall, page: SortedPageQuery, kind: WayKind | None = None) -> PageOut[WayOut]:
    """List the ways in from outside that you may close; administrators see all of them.

    Sort by `since` or `name`, with a hyphen for downwards; the latest come first.
    """
    with call.read() as tx:
        return page_out(exposure.list_ways(tx, page, kind), lambda one: WayOut.of(one, call))


@router.reads("/exposure/counts", action="exposure:list")
def count_ways(call: ApiCall) -> CountsOut:
    """Say how many ways in of each kind there are; 1000 means so many or more."""
    with call.read() as tx:
        return CountsOut.of(exposure.count_ways(tx))
