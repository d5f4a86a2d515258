"""Listing the ways in from outside that the caller may close, and counting them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from gatepost_server import apps, authz, keys, projects, sharing
from gatepost_server.authz import allowed_on, may_on_instance, node_names, require_self
from gatepost_server.exposure import queries, wording
from gatepost_server.exposure.model import Counts, Way, WayKind
from gatepost_server.exposure.queries import Spot, Ways
from gatepost_server.instance import policies
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx


def list_ways(tx: Tx, page: PageRequest, kind: WayKind | None = None) -> Page[Way]:
    """Return a page of the ways in that the caller may close, all or those of one kind.

    `page.sort` is one of since, name, with a hyphen for downwards; the latest come first.
    Administrators see all of them, others those of the things that they may share.

    Raises:
        SessionRequired: neither a person's session nor their personal key is calling.
        Invalid: an unknown order, or a cursor that is not of this list.
    """
    require_self(tx, "exposure:list")
    wanted = {part: of.ways(tx) for part, of in _PARTS.items() if kind in (None, of.kind)}
    found = queries.page_of_ways(tx.session, wanted, page)
    told = {
        part: of.tell(tx, [one for one in found.items if one.part == part]) for part, of in _PARTS.items()
    }
    return Page([told[one.part][one.id] for one in found.items if one.id in told[one.part]], found.next)


def count_ways(tx: Tx) -> Counts:
    """Return how many ways of each kind the caller may close, and the widest access that is allowed."""
    require_self(tx, "exposure:list")
    counts = {
        kind: queries.counted(tx.session, [of.ways(tx) for of in _PARTS.values() if of.kind is kind])
        for kind in WayKind
    }
    return Counts(counts, policies(tx).access_ceiling)


def _links(tx: Tx, spots: Sequence[Spot]) -> dict[str, Way]:
    facts = sharing.links_among(tx, _ids(spots))
    return {
        one.id: Way(
            WayKind.LINK,
            one.id,
            one.name,
            wording.of_link(one.name, facts[one.id]),
            one.since,
            facts[one.id].by_name,
            facts[one.id].allowed,
            facts[one.id].last_opened_at,
            guests=facts[one.id].guests,
            link_id=facts[one.id].link_id,
        )
        for one in spots
    }


def _anyone(tx: Tx, spots: Sequence[Spot]) -> dict[str, Way]:
    ids = _ids(spots)
    givers, used = authz.who_opened(tx, ids), apps.last_used(tx, ids)
    return {
        one.id: Way(
            WayKind.ANYONE,
            one.id,
            one.name,
            wording.of_anyone(one.name),
            one.since,
            givers.get(one.id, ""),
            ["anyone"],
            used.get(one.id),
        )
        for one in spots
    }


def _keys(tx: Tx, spots: Sequence[Spot]) -> dict[str, Way]:
    found = keys.keys_among(tx, _ids(spots))
    names = projects.project_keys(tx, [one.project_id for one in found if one.project_id])
    is_for_all = may_on_instance(tx, "key:revoke")
    seen = sorted(allowed_on(tx, "app:list", [one.app_id for one in found if one.app_id]))
    called = node_names(tx, seen)
    ways = {}
    for key in found:
        project = names.get(key.project_id or "")
        acts = wording.holder_of(key, project)
        ways[key.id] = Way(
            WayKind.KEY,
            key.id,
            key.name,
            wording.of_key(key, acts, called.get(key.app_id or "")),
            key.created_at,
            key.created_by.label if key.created_by is not None else "",
            [acts],
            key.last_used_at,
            key.expires_at,
            project=None if is_for_all else project,
            is_own=not is_for_all and project is None,
        )
    return ways


def _ids(spots: Iterable[Spot]) -> list[str]:
    return [one.id for one in spots]


class _Part(NamedTuple):
    """Ways of one kind from one place: where they are found, and how they are told."""

    kind: WayKind
    ways: Callable[[Tx], Ways]
    tell: Callable[[Tx, Sequence[Spot]], dict[str, Way]]


_PARTS: Final[Mapping[int, _Part]] = {
    0: _Part(WayKind.LINK, sharing.open_links, _links),
    1: _Part(WayKind.ANYONE, authz.open_to_anyone, _anyone),
    2: _Part(WayKind.KEY, keys.wide_keys, _keys),
    3: _Part(WayKind.KEY, keys.keys_of_pages, _keys),
}
"""What the list is made of. The numbers stand in cursors and put equals in order."""
