"""What datasets an application may read: the list, how more is asked for, and how it does without."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from gatepost_server.approvals import REASON_LENGTH
from gatepost_server.clients import Client
from gatepost_server.dataapis import DataSource
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.facts import CopyField, Text, Timestamp
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Section
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.client import ClientView, shell
from gatepost_server.ui.pages.client_apis import named_of
from gatepost_server.ui.pages.client_forms import Typed, validity_fields
from gatepost_server.ui.pages.clients import end

_COLUMNS: Final = [
    Column("Dataset", place="title"),
    Column("Address", place="wide"),
    Column("Columns", "k-used", place="left"),
    Column("Given by", "k-exp", place="left"),
    Column("Since", "k-made", place="none"),
    Column("Ends", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]


def client_datasets(
    view: ClientView, found: Sequence[DataSource], state: ListState, next_cursor: str | None
) -> Component:
    """Return the tab with what an application may read."""
    one, here = view.client, f"{view.here}/datasets"
    asking = ButtonLink(
        "Request access to a dataset", f"{here}/request", "plain", "database", opens_dialog=True
    )
    action = asking if view.is_owner else None
    empty = Empty(
        "It may read no dataset yet",
        "Whoever keeps a dataset decides which applications may read it, which columns they get, "
        "and for how long.",
        "database", action,
    )  # fmt: skip
    rows = [_row(view, given) for given in found]
    table = ResourceTable(
        "client-datasets", "datasets", _COLUMNS, rows, state, empty, next_cursor=next_cursor
    )
    note = "What this application may read as it is, with its AppKey and a signature."
    content = Section("Datasets", table, note, action if found else None)
    cli = (
        f"gatepost clients datasets list {one.name}\n"
        f"gatepost clients datasets request {one.name} SALES/orders --days 90"
    )
    return shell(view, "datasets", [content], cli, f"clients/{one.id}/datasets")


def request_dialog(one: Client, typed: Typed, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that asks for a dataset, or for more of one."""
    here = f"/clients/{one.id}/datasets"
    fields = [
        TextField(
            "dataset", "Dataset", typed.value("dataset"), error=typed.error("dataset"),
            hint="Its project and name, or its id, as whoever keeps it told you: SALES/orders.",
        ),
        TextField(
            "columns", "Columns", typed.value("columns"), is_required=False, error=typed.error("columns"),
            hint="Names with commas between them; leave it empty for all.",
        ),
        *validity_fields(typed, "90"),
        TextArea(
            "reason", "Reason for the request", typed.value("reason"),
            "What you need it for; who decides reads it.", typed.error("reason"), lines=3, is_required=True,
            max_length=REASON_LENGTH,
        ),
    ]  # fmt: skip
    return FormDialog(
        f"Request access to a dataset for {one.name}", f"{here}/request", "Send request", fields, csrf, here,
        sentence="Whoever keeps the dataset decides, and may give less. The time counts from then; what "
        "the application has of that dataset already is replaced.",
        fault=typed.fault, is_over=is_over, symbol="database",
    )  # fmt: skip


def let_go_dialog(one: Client, given: DataSource, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before an application does without a dataset."""
    here = f"/clients/{one.id}/datasets"
    return ConfirmDialog(
        f"Let {one.name} no longer read {given.dataset_name}?",
        "To have it again, it has to be asked for again.",
        f"{here}/{given.dataset_id}/end", f"End access to {given.dataset_name}", csrf, here,
        ["The next call is refused."], is_over=is_over,
    )  # fmt: skip


def _row(view: ClientView, given: DataSource) -> Row:
    here, named = f"{view.here}/datasets", f"{given.project_key}/{given.dataset_name}"
    prefilled = {"dataset": named, "columns": ", ".join(given.columns or ())}
    items = [
        MenuItem(
            "Request renewal or more", f"{here}/request?{urlencode(prefilled)}", "refresh", opens_dialog=True
        ),
        MenuItem("End access", f"{here}/{given.dataset_id}/end", "trash", opens_dialog=True, is_danger=True),
    ]
    address = f"/gw/datasets/{given.dataset_id}"
    return Row(
        [
            NameCell(given.dataset_name, given.project_key),
            CopyField(address, f"Address of {named}", is_small=True),
            named_of(given.columns),
            Text(given.by_name, is_quiet=True),
            Timestamp(given.since, view.now),
            end(given.until, view.now),
        ],
        ActionsMenu(f"m-{given.grant_id}", named, items, "") if view.is_owner else None,
    )
