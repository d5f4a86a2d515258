"""The Egress page of administrators: where connections may lead, and what would come of a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final

from gatepost_server.egress import SAYS, Judged, Own
from gatepost_server.instance import EgressEntry
from gatepost_server.kernel.paging import Page
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import StateBadge, Timestamp
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, Section, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row

HOME: Final = "/admin/egress"
_COLUMNS: Final = [
    Column("Entry", place="title"),
    Column("Added by"),
    Column("Added", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]


@dataclass(frozen=True)
class Line:
    """One address of a place, and what was made of it."""

    badge: StateBadge
    address: str
    says: str
    entry: str


@dataclass(frozen=True)
class PlaceCard(Component):
    """The form that asks for a place, and the answer below it."""

    template: ClassVar[str] = "admin/place.html"
    action: str
    host: TextField
    port: TextField
    answer: Note | None = None
    addresses: Sequence[Line] = ()


@dataclass(frozen=True)
class Asked:
    """Which place was asked for, what was found, and what is wrong with the question."""

    host: str = ""
    port: str = ""
    found: Sequence[Judged] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def egress_page(
    found: Page[EgressEntry], state: ListState, asked: Asked, own: Own, now: datetime, url: str
) -> Component:
    """Return the page: the list, the rules that hold beside it, and the answer to a question."""
    new = ButtonLink("Add an entry", f"{HOME}/new", "primary", "plus", opens_dialog=True)
    head = PageHead(
        "Egress",
        "Where data connections may lead. Changes hold from the next connection on.",
        [Crumb("Administration"), Crumb("Egress")],
        [_same(url), new],
    )
    empty = Empty(
        "No private places are let through",
        "Connections reach public addresses only. Add the hosts or networks where your databases are.",
        "shield-check",
        ButtonLink("Add an entry", f"{HOME}/new", "plain", "plus", opens_dialog=True),
    )
    table = ResourceTable(
        "egress", "entries", _COLUMNS, [_row(one, now) for one in found.items], state, empty,
        find_hint="Entry or note", next_cursor=found.next,
    )  # fmt: skip
    listed = Section("Private places that are let through", table)
    return Stack([head, listed, _place_card(asked), Card("Rules that always hold", _rules(own))])


def _same(url: str) -> SameWith:
    return SameWith(
        [
            Snippet(
                "CLI",
                'gatepost egress add 10.1.0.0/16 --note "Warehouse"\n'
                "gatepost egress list\ngatepost egress check db.internal 5432",
            ),
            Snippet(
                "curl",
                'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n'
                f'  "{url}/api/v1/egress/check?host=db.internal&port=5432"',
            ),
        ]
    )


def _row(one: EgressEntry, now: datetime) -> Row:
    remove = BinLink(f"{HOME}/{one.id}/remove", one.entry, "Remove")
    return Row([NameCell(one.entry, one.note), one.by_name, Timestamp(one.added_at, now)], remove)


def _place_card(asked: Asked) -> PlaceCard:
    host = TextField("host", "Host or address", asked.host, error=asked.errors.get("host", ""))
    port = TextField("port", "Port", asked.port, error=asked.errors.get("port", ""), max_length=5)
    if asked.found is None:
        return PlaceCard(HOME, host, port)
    lines = [_line(one) for one in asked.found]
    return PlaceCard(HOME, host, port, _answer(f"{asked.host} port {asked.port}", asked.found), lines)


def _answer(place: str, found: Sequence[Judged]) -> Note:
    if not found:
        return Note("Nobody knows this name.", "This server cannot find an address for it.", "amber")
    refused = sum(not one.may_be_dialed for one in found)
    if not refused:
        return Note("Allowed.", f"Connections may lead to {place}.", "green", "circle-check")
    several = " One refused address refuses them all." if refused < len(found) else ""
    return Note("Refused.", f"Connections may not lead to {place}.{several}", "red", "alert-triangle")


def _line(one: Judged) -> Line:
    badge = (
        StateBadge("Allowed", "green", "circle-check")
        if one.may_be_dialed
        else StateBadge("Refused", "red", "x")
    )
    return Line(badge, str(one.address), SAYS[one.rule], one.entry or "")


def _rules(own: Own) -> Facts:
    listens = ", ".join(str(port) for port in sorted(own.ports))
    stores = ", ".join(sorted(f"{host}:{port}" for host, port in own.stores))
    return Facts(
        [
            Fact("Always refused", "Cloud metadata, link-local, multicast and reserved addresses."),
            Fact("Gatepost’s own ports", f"Always refused: {listens} of this machine."),
            Fact("Gatepost’s store", f"Always refused: {stores}." if stores else "A file; nothing to dial."),
            Fact("This machine", "Refused, unless its exact address and port are listed, as 127.0.0.1:5432."),
            Fact("Private addresses", "Refused, unless their network or host name is listed."),
            Fact("Public addresses", "Let through."),
            Fact(
                "Names",
                "Every address of a name is judged, and one that is refused refuses the name. What is "
                "dialed is an address that was judged; redirects are not followed.",
            ),
        ]
    )


def add_dialog(
    entry: str,
    note: str,
    csrf: str,
    *,
    errors: Mapping[str, str] | None = None,
    fault: str = "",
    is_over: bool,
) -> FormDialog:
    """Return the form that adds an entry."""
    faults = errors or {}
    fields = [
        TextField(
            "entry", "Entry", entry, error=faults.get("entry", ""), is_first=True, max_length=300,
            hint="A host (db.internal), a network (10.1.0.0/16) or an address with port (127.0.0.1:5432).",
        ),
        TextField(
            "note", "Note", note, error=faults.get("note", ""), is_required=False, max_length=200,
            hint="What it is for.",
        ),
    ]  # fmt: skip
    return FormDialog(
        "Add an entry",
        f"{HOME}/new",
        "Add entry",
        fields,
        csrf,
        HOME,
        sentence="Everybody who makes connections can then reach it, with a login of their own.",
        fault=fault,
        is_over=is_over,
        symbol="plus",
    )


def remove_dialog(one: EgressEntry, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before an entry is removed."""
    return ConfirmDialog(
        f"Remove {one.entry}?",
        "It can be added again.",
        f"{HOME}/{one.id}/remove",
        f"Remove {one.entry}",
        csrf,
        HOME,
        ["Connections to it are refused from the next one on; what is being read now is read to its end."],
        is_over=is_over,
    )
