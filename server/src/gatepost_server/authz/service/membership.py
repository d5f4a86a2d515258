"""Members of groups: added for a time, taken out; a hidden grant of all the group holds (§4.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from gatepost_server.authz import queries
from gatepost_server.authz.errors import LastOwner, MembershipCycle, MembershipOverlap, NotAMember
from gatepost_server.authz.facts import load_node
from gatepost_server.authz.model import INSTANCE, Node, Principal
from gatepost_server.authz.policy import Atom
from gatepost_server.authz.service.asking import forget_subject, reader_of, require
from gatepost_server.authz.service.limits import require_within_own
from gatepost_server.authz.service.organizations import require_inside
from gatepost_server.authz.service.ownership import lock_node, permanent_owners
from gatepost_server.authz.tables import GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.authz.windows import Window
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import FOREVER, Tx, micros

_OWNING = 1 << Atom.OWN | 1 << Atom.ADMIN


@dataclass(frozen=True)
class Membership:
    """Who is in a group, from when until when (None: for good)."""

    id: str
    member: Principal
    from_at: datetime
    until_at: datetime | None


def add_member(
    tx: Tx, group_id: str, member_id: str, *, from_at: datetime | None = None, until: datetime | None = None
) -> Membership:
    """Put a person or a group into a group, from *from_at* (now) until *until* (for good).

    The caller needs SHARE on the group and, for every instant of the window, everything
    that the group holds by itself and by the groups that it is in. A window that begins in
    the past begins now. The same window once more changes nothing.

    Raises:
        Invalid: an empty window, or nobody who can be a member.
        TooWide: beyond what the caller holds at some instant.
        Conflict: the group would be in itself, or the member is in it at that time already.
    """
    group = require(tx, "group:add", group_id)
    lock_node(tx, INSTANCE)  # one at a time: two that join each other would make a cycle
    member = _member(tx, group, member_id)
    began = tx.now if from_at is None else max(from_at, tx.now)
    if until is not None and until <= began:
        fault = FieldFault("until", "has to lie in the future, and after the begin")
        raise Invalid("The window holds no moment.", faults=[fault])
    window = Window.of(began, until)
    for known in _windows(tx, group_id, member_id):
        is_begun = from_at is None and known.from_at <= began
        if known.until_at == until and (is_begun or known.from_at == began):
            return known
        if window.meets(Window.of(known.from_at, known.until_at)):
            raise MembershipOverlap(member.name)
    if member.kind == "group" and group_id in {member_id, *_all_members(tx, member_id)}:
        raise MembershipCycle(member.name)
    _require_all_it_holds(tx, group, window, "group:add", is_giving=True)
    row = MembershipRow(
        id=new_id("mem", tx.now), set_id=group_id, member_id=member_id, from_at=began, until_at=until
    )
    tx.session.add(row)
    tx.session.flush()
    forget_subject(tx)
    tx.audit("group:add", "group", group_id, group.name, after=_said(member, began, until))
    return Membership(row.id, member, began, until)


def remove_member(tx: Tx, group_id: str, member_id: str) -> list[Membership]:
    """Take somebody out of a group, now and for all windows to come; return what ended.

    As taking back a grant: the caller needs what the group holds for as long.

    Raises:
        NotAMember: they are not in it, and will not be.
        TooWide: the group holds more than the caller.
        LastOwner: nobody would be left who owns a thing for good.
    """
    group = require(tx, "group:remove", group_id)
    lock_node(tx, group_id)
    ended = [one for one in _windows(tx, group_id, member_id) if _goes_on(one, tx.now)]
    if not ended:
        raise NotAMember(group.name)
    for one in ended:
        _require_all_it_holds(tx, group, Window.of(max(one.from_at, tx.now), one.until_at), "group:remove")
    owned = _owned_by(tx, queries.sets_of(tx, group_id)) if any(_owns(one, tx.now) for one in ended) else []
    tx.session.execute(delete(MembershipRow).where(MembershipRow.id.in_([one.id for one in ended])))
    _require_owners_left(tx, owned)
    forget_subject(tx)
    first = ended[0]
    tx.audit(
        "group:remove", "group", group_id, group.name,
        before=_said(first.member, first.from_at, ended[-1].until_at),
    )  # fmt: skip
    return ended


def dissolve(tx: Tx, group_id: str) -> Node:
    """Take a group out of the world: its grants, its members, its place in other groups.

    Raises:
        TooWide: the group holds more than the caller.
        LastOwner: nobody would be left who owns a thing for good.
    """
    group = require(tx, "group:delete", group_id)
    lock_node(tx, INSTANCE)
    _require_all_it_holds(tx, group, Window(micros(tx.now), FOREVER), "group:delete")
    owned = _owned_by(tx, queries.sets_of(tx, group_id))
    tx.session.execute(delete(GrantRow).where(GrantRow.who_id == group_id))
    tx.session.execute(
        delete(MembershipRow).where(
            (MembershipRow.set_id == group_id) | (MembershipRow.member_id == group_id)
        )
    )
    _require_owners_left(tx, owned)
    tx.session.execute(delete(GrantRow).where(GrantRow.node_id == group_id))
    tx.session.execute(delete(PrincipalRow).where(PrincipalRow.id == group_id))
    tx.session.execute(delete(NodeRow).where(NodeRow.id == group_id))
    forget_subject(tx)
    tx.audit("group:delete", "group", group_id, group.name)
    return group


def members_of(tx: Tx, group_id: str, page: PageRequest) -> Page[Membership]:
    """Return who is in a group or will be, by name; needs READ on it."""
    require(tx, "group:members", group_id)
    query = (
        select(MembershipRow, PrincipalRow)
        .join(PrincipalRow, PrincipalRow.id == MembershipRow.member_id)
        .where(MembershipRow.set_id == group_id, MembershipRow.until_at > tx.now)
    )
    if page.q:
        found = (
            column.icontains(page.q, autoescape=True) for column in (PrincipalRow.name, PrincipalRow.label)
        )
        query = query.where(next(found) | next(found))
    position = page.position(2)
    if position is not None:
        name, row_id = position
        after = (PrincipalRow.name == name) & (MembershipRow.id > row_id)
        query = query.where((PrincipalRow.name > name) | after)
    rows = tx.session.execute(query.order_by(PrincipalRow.name, MembershipRow.id).limit(page.limit + 1))
    return page_from(
        [_membership(tx, row) for row, _member_row in rows], page, lambda one: (one.member.name, one.id)
    )


def _member(tx: Tx, group: Node, member_id: str) -> Principal:
    member = queries.principal(tx.session, member_id)
    if member is None or not member.is_active or member.kind not in ("user", "group"):
        fault = FieldFault("name", "unknown")
        raise Invalid("Nobody of that name.", faults=[fault], code="unknown-principal")
    require_inside(tx, group.org_id, member)
    return member


def _require_all_it_holds(
    tx: Tx, group: Node, window: Window, action: str, *, is_giving: bool = False
) -> None:
    """Check §4.6 for every grant that membership in *group* brings during *window*."""
    wanted: dict[tuple[str, Window], int] = {}
    for node_id, atoms, when in _brought_by(tx, group.id, window):
        wanted[node_id, when] = wanted.get((node_id, when), 0) | atoms
    for (node_id, when), atoms in wanted.items():
        node = load_node(reader_of(tx), node_id)
        assert node is not None, "a grant stands on a node"
        require_within_own(
            tx, node, atoms, when.until_at, from_at=when.from_at, of=(action, group), is_giving=is_giving
        )


def _brought_by(tx: Tx, set_id: str, window: Window) -> Iterable[tuple[str, int, Window]]:
    """Yield each grant of a set and of the sets that it is in, with when it would count."""
    known: set[tuple[str, Window]] = set()
    ahead = [(set_id, window)]
    while ahead:
        here = ahead.pop()
        if here in known or here[1].is_empty:
            continue
        known.add(here)
        for grant in tx.session.scalars(select(GrantRow).where(GrantRow.who_id == here[0])):
            counting = Window.of(grant.from_at, grant.until_at).within(here[1])
            if not counting.is_empty:
                yield grant.node_id, grant.atoms, counting
        ahead += [
            (row.set_id, Window.of(row.from_at, row.until_at).within(here[1]))
            for row in tx.session.scalars(select(MembershipRow).where(MembershipRow.member_id == here[0]))
        ]


def _all_members(tx: Tx, set_id: str) -> list[str]:
    """Return everybody who is in a set or will be, through sets in it too."""
    inside = (
        select(MembershipRow.member_id.label("id"))
        .where(MembershipRow.set_id == set_id, MembershipRow.until_at > tx.now)
        .cte(recursive=True)
    )
    inside = inside.union(
        select(MembershipRow.member_id)
        .join(inside, MembershipRow.set_id == inside.c.id)
        .where(MembershipRow.until_at > tx.now)
    )
    return list(tx.session.scalars(select(inside.c.id)))


def _windows(tx: Tx, set_id: str, member_id: str) -> list[Membership]:
    rows = tx.session.scalars(
        select(MembershipRow)
        .where(MembershipRow.set_id == set_id, MembershipRow.member_id == member_id)
        .order_by(MembershipRow.from_at)
    )
    return [_membership(tx, row) for row in rows]


def _membership(tx: Tx, row: MembershipRow) -> Membership:
    member = queries.principal(tx.session, row.member_id)
    assert member is not None, "a member is a principal"
    return Membership(row.id, member, row.from_at, row.until_at)


def _goes_on(one: Membership, now: datetime) -> bool:
    return one.until_at is None or one.until_at > now


def _owns(one: Membership, now: datetime) -> bool:
    """Tell whether a membership makes its member an owner for good (I13)."""
    return one.from_at <= now and one.until_at is None


def _owned_by(tx: Tx, set_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return (id, name) of what these sets own and somebody owns for good now."""
    rows = tx.session.execute(
        select(NodeRow.id, NodeRow.name)
        .join(GrantRow, GrantRow.node_id == NodeRow.id)
        .where(GrantRow.who_id.in_(set_ids), GrantRow.atoms.op("&")(_OWNING) != 0)
        .distinct()
        .order_by(NodeRow.id)
    ).all()
    for node_id, _name in rows:
        lock_node(tx, node_id)
    return [(node_id, name) for node_id, name in rows if permanent_owners(tx, node_id)]


def _require_owners_left(tx: Tx, owned: Iterable[tuple[str, str]]) -> None:
    for node_id, name in owned:
        if not permanent_owners(tx, node_id):
            raise LastOwner(name)


def _said(member: Principal, from_at: datetime, until: datetime | None) -> dict[str, object]:
    return {
        "member": member.name,
        "kind": member.kind,
        "from": from_at.isoformat(),
        "until": until.isoformat() if until else None,
    }
