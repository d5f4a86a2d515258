"""The catalog of datasets, as a list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import KindTile, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.dataset import DatasetView

HOME: Final = "/datasets"
_COLUMNS: Final = [
    Column("Name", sort="name", place="title"),
    Column("Project", "c-own", place="left"),
    Column("Rows", "k-made", sort="rows", place="none"),
    Column("Written", "c-upd", sort="updated", place="right"),
]


def catalog(
    found: Sequence[DatasetView],
    descriptions: Mapping[str, str],
    state: ListState,
    now: datetime,
    *,
    url: str,
    next_cursor: str | None,
) -> Component:
    """Return the datasets that one may see; *descriptions* are by id."""
    same = [
        Snippet("CLI", "gatepost datasets list"),
        Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/datasets'),
    ]
    head = PageHead(
        "Catalog",
        "Every dataset that you may see: of your projects, exposed to them, or given to you alone.",
        [Crumb("Data"), Crumb("Catalog")],
        [SameWith(same)],
    )
    empty = Empty(
        "No datasets yet",
        "Datasets lie in projects. Open one, or make one, and upload rows there.",
        "database",
        ButtonLink("Go to projects", "/projects", "primary", "arrow-right"),
    )
    rows = [_row(one, descriptions.get(one.id, ""), now) for one in found]
    table = ResourceTable(
        "catalog", "datasets", _COLUMNS, rows, state, empty,
        find_hint="Find by name or description", default_sort="name", next_cursor=next_cursor,
    )  # fmt: skip
    return Stack([head, table])


def _row(one: DatasetView, description: str, now: datetime) -> Row:
    written = Timestamp(one.data_at, now) if one.data_at is not None else Text("Never", is_quiet=True)
    return Row(
        [
            NameCell(
                one.name, description.strip().partition("\n")[0], one.base, KindTile("database", "fastapi")
            ),
            Text(one.key),
            Text(f"{one.rows:,}" if one.rows is not None else "", is_quiet=not one.rows),
            written,
        ]
    )
