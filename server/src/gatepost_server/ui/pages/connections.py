"""Data connections: their list, the page of one with its tabs, and the forms that make and change them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gatepost_server.connections import Connection
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import KindTile, Person, Tag, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, SettingRow, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.application_settings import SettingCard
from gatepost_server.ui.pages.connection_words import DRIVER_WORDS, PROTECTED, TLS_WORDS, label_of

HOME: Final = "/connections"
_NEW: Final = f"{HOME}/new"
TabName = Literal["overview", "credentials", "access", "browse", "settings"]
_COLUMNS: Final = [
    Column("Name", place="title"),
    Column("Owner", "c-own", place="left"),
    Column("Your role", "c-role", place="none"),
    Column("Credentials", "k-made", place="right"),
    Column("Changed", "c-upd", place="none"),
]


@dataclass(frozen=True)
class ConnectionView:
    """A connection with what who looks may do with it; `logins` is how many credentials of it they see."""

    one: Connection
    role: str
    logins: int = 0
    may_use: bool = False
    may_edit: bool = False
    may_share: bool = False
    may_delete: bool = False

    @property
    def base(self) -> str:
        """The address of its page."""
        return f"{HOME}/{self.one.id}"

    @property
    def words(self) -> str:
        """Its type, and where it leads for who may know."""
        words = DRIVER_WORDS[self.one.type].words
        return f"{words} · {self.one.address}" if self.one.address else words

    @property
    def place(self) -> str:
        """Where a login goes, and how it is protected on its way."""
        return place_of(self.one)

    @property
    def tile(self) -> KindTile:
        """The sign of its type."""
        return KindTile(DRIVER_WORDS[self.one.type].symbol, "shiny", "lg")


def place_of(one: Connection) -> str:
    """Return where a login goes over a connection, and how it is protected on its way."""
    address = one.address or "where you may not know"
    return f"{address}, {PROTECTED[one.tls]}" if one.tls else address


def connection_list(
    found: Sequence[ConnectionView],
    state: ListState,
    now: datetime,
    url: str,
    *,
    may_make: bool,
    next_cursor: str | None,
) -> Component:
    """Return the list of data connections."""
    new = ButtonLink("Add new data connection", _NEW, "primary", "plus", opens_dialog=True)
    head = PageHead(
        "Data connections", "Where data lies. Who signs in there is said by credentials, apart from it.",
        [Crumb("Data connections")], [SameWith(same_connections(url)), *([new] if may_make else [])],
        KindTile("plug-connected", size="lg"),
    )  # fmt: skip
    sentence = (
        "A connection says where a database, a bucket or a file is, and holds no password. Test it, share "
        "it, and let everybody sign in with credentials of their own."
    )
    empty = Empty("No data connections yet", sentence, "plug-connected", new if may_make else None)
    rows = [_row(one, now) for one in found]
    table = ResourceTable(
        "connections",
        "data connections",
        _COLUMNS,
        rows,
        state,
        empty,
        "Name or type",
        next_cursor=next_cursor,
    )
    return Stack([head, table])


def _row(of: ConnectionView, now: datetime) -> Row:
    one = of.one
    logins = (
        "1 credential" if of.logins == 1 else f"{of.logins} credentials" if of.logins else "None of yours"
    )
    return Row(
        [
            NameCell(one.name, of.words, of.base, KindTile(DRIVER_WORDS[one.type].symbol)),
            Person(one.owner_name or ""),
            Text(Tag(of.role)),
            Text(logins, is_quiet=not of.logins),
            Timestamp(one.updated_at, now),
        ]
    )


def page(of: ConnectionView, here: TabName, content: Sequence[Component], url: str) -> Component:
    """Return the page of a connection with the tab *here* open."""
    actions: list[Component] = [SameWith(_same_one(of, url))]
    if of.may_share:
        actions.append(ButtonLink("Share", f"{of.base}/access/add", "plain", "share", opens_dialog=True))
    if of.may_use:
        test = ButtonLink(
            "Test connection", f"{of.base}/test", "primary", "plug-connected", opens_dialog=True
        )
        actions.append(test)
    crumbs = [Crumb("Data connections", HOME), Crumb(of.one.name)]
    head = PageHead(of.one.name, of.words, crumbs, actions, of.tile)
    return Stack([head, Tabs(_tabs(of, here), "Data connection"), *content])


def _tabs(of: ConnectionView, here: TabName) -> list[Tab]:
    tabs: list[tuple[str, TabName, int | None]] = [("Overview", "overview", None)]
    tabs.append(("Credentials", "credentials", of.logins))
    if of.may_share:
        tabs.append(("Access", "access", None))
    if of.may_use:
        tabs.append(("Browse", "browse", None))
    if of.may_edit or of.may_delete:
        tabs.append(("Settings", "settings", None))
    addresses = {"overview": of.base}
    return [
        Tab(words, addresses.get(name, f"{of.base}/{name}"), count, name == here)
        for words, name, count in tabs
    ]


def overview(of: ConnectionView, now: datetime, url: str, more: Sequence[Component] = ()) -> Component:
    """Return where the connection leads, as far as the viewer may know it."""
    one = of.one
    facts = [Fact("Type", DRIVER_WORDS[one.type].words)]
    if one.params is not None:
        facts += [Fact(label_of(one.type, name), _shown(name, value)) for name, value in one.params.items()]
    elif one.address:
        facts.append(Fact("Leads to", one.address))
    facts += [
        Fact("Owner", Person(one.owner_name) if one.owner_name else "Nobody"),
        Fact("Your role", of.role),
        Fact(
            "Used by", "People only, and global administrator keys" if one.restricted else "People and keys"
        ),
        Fact("Made", Timestamp(one.created_at, now)),
        Fact("Changed", Timestamp(one.updated_at, now)),
    ]
    notes: list[Component] = []
    if one.params is not None and one.params.get("tls") == "disable":
        sentence = "Passwords and rows can be read by anybody on the way to the server."
        notes.append(Note("This connection is not encrypted.", sentence, "amber", "alert-triangle"))
    if not of.may_use:
        sentence = "Somebody who may share it can let you use it; then you sign in with credentials of yours."
        notes.append(Note("You see that it is there, and cannot use it.", sentence, "blue", "lock"))
    return page(of, "overview", [*notes, Card("Where it leads", Facts(facts)), *more], url)


def _shown(name: str, value: str | int | bool) -> str:
    if name == "tls":
        return TLS_WORDS.get(str(value), str(value))
    if name == "ca":
        return "Given"
    if isinstance(value, bool):
        return "Part of the path" if value else "Part of the host name"
    return str(value)


def settings(of: ConnectionView, url: str) -> Component:
    """Return what can be changed of a connection, and how it ends."""
    parts: list[Component] = []
    if of.may_edit:
        edit = ButtonLink("Edit", f"{of.base}/edit", "plain", "pencil", opens_dialog=True)
        sentence = (
            "Name, place and encryption. When it leads elsewhere, the stored credentials of everybody else "
            "are detached and they are told: nobody's password goes to a place they did not choose."
        )
        parts.append(SettingCard([SettingRow("Where it leads", sentence, edit)]))
    if of.may_delete:
        away = ButtonLink("Delete", f"{of.base}/delete", "danger-line", "trash", opens_dialog=True)
        row = SettingRow("Delete this connection", "The credentials that sign in here stay.", away)
        parts.append(SettingCard([row], is_danger=True))
    return page(of, "settings", parts, url)


_KEY: Final = '-H "Authorization: Key $GATEPOST_API_KEY"'


def same_connections(url: str) -> list[Snippet]:
    """Return how connections are listed by the API."""
    return [
        Snippet("curl", f"curl {_KEY} \\\n  {url}/api/v1/connections"),
    ]


def _same_one(of: ConnectionView, url: str) -> list[Snippet]:
    return [
        Snippet("curl", f"curl {_KEY} \\\n  {url}/api/v1/connections/{of.one.id}"),
    ]
