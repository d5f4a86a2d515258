"""The first step of adding a dataset from a connection: which one."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import KindTile, Text
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.pieces import Section
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.connection_words import DRIVER_WORDS
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.pages.project import ProjectView, page

_COLUMNS: Final = [
    Column("Connection", place="title"),
    Column("Leads to", place="left"),
    Column("Credentials", place="wide"),
]


def choose_connection(
    view: ProjectView, found: Sequence[ConnectionView], state: ListState, *, next_cursor: str | None
) -> Component:
    """Return the connections that one may use; each leads to what there is in it."""
    all_of_them = ButtonLink("Data connections", "/connections", "plain", "plug-connected")
    empty = Empty(
        "No connection that you may use",
        "Make one, or ask somebody to share theirs with you. Then come back here.",
        "plug-connected",
        all_of_them,
    )
    table = ResourceTable(
        "connections", "data connections", _COLUMNS, [_row(view.key, one) for one in found], state, empty,
        find_hint="Name or type", next_cursor=next_cursor,
    )  # fmt: skip
    note = f"What you choose in it is added to {view.name}."
    return page(view, "datasets", Section("From which connection?", table, note))


def _row(key: str, of: ConnectionView) -> Row:
    words = DRIVER_WORDS[of.one.type]
    logins = "1 credential" if of.logins == 1 else f"{of.logins} credentials"
    return Row(
        [
            NameCell(
                of.one.name,
                words.words,
                f"{of.base}/browse?project={quote(key, safe='')}",
                KindTile(words.symbol, "shiny"),
            ),
            of.one.address or Text("Where you may not know", is_quiet=True),
            logins if of.logins else Text("None of yours", is_quiet=True),
        ]
    )
