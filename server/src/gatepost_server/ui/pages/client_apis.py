"""What an application may call: the list, how more is asked for, and how it does without."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from gatepost_server.approvals import REASON_LENGTH
from gatepost_server.clients import Client
from gatepost_server.dataapis import Authorization, Stage
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.facts import Text, Timestamp
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Section
from gatepost_server.ui.kit.tables import (
    Choice,
    Column,
    Empty,
    ListState,
    NameCell,
    ResourceTable,
    Row,
)
from gatepost_server.ui.pages.client import ClientView, shell
from gatepost_server.ui.pages.client_forms import Typed, validity_fields
from gatepost_server.ui.pages.clients import end

_COLUMNS: Final = [
    Column("Data API", place="title"),
    Column("Stage", "k-made", place="badge"),
    Column("Fields", "k-used", place="wide"),
    Column("Given by", "k-exp", place="left"),
    Column("Since", "k-made", place="none"),
    Column("Ends", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
STAGES: Final = {Stage.PRODUCTION: "Production", Stage.DEVELOPMENT: "Development"}
_SHOWN: Final = 3


def client_apis(
    view: ClientView, found: Sequence[Authorization], state: ListState, next_cursor: str | None
) -> Component:
    """Return the tab with what an application may call."""
    one, here = view.client, f"{view.here}/apis"
    asking = ButtonLink(
        "Request access to an API", f"{here}/request", "plain", "plug-connected", opens_dialog=True
    )
    action = asking if view.is_owner else None
    empty = Empty(
        "It may call no data API yet",
        "Whoever keeps a data API decides which applications may call it, which fields they get, "
        "and for how long.",
        "plug-connected", action,
    )  # fmt: skip
    rows = [_row(view, given) for given in found]
    table = ResourceTable("client-apis", "data APIs", _COLUMNS, rows, state, empty, next_cursor=next_cursor)
    note = "What this application may call, with its AppKey and a signature."
    content = Section("Data APIs", table, note, action if found else None)
    cli = f"gatepost clients apis list {one.name}\ngatepost clients apis request {one.name} orders --days 90"
    return shell(view, "apis", [content], cli, f"clients/{one.id}/apis")


def request_dialog(one: Client, typed: Typed, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that asks for a data API, or for more of one."""
    here = f"/clients/{one.id}/apis"
    stages = [Choice(stage.value, words) for stage, words in STAGES.items()]
    fields = [
        TextField(
            "api", "Data API", typed.value("api"), error=typed.error("api"),
            hint="Its address, number or id, as whoever keeps it told you: orders of /gw/orders.",
        ),
        SelectField("stage", "Stage", stages, typed.value("stage"), error=typed.error("stage")),
        TextField(
            "fields", "Fields", typed.value("fields"), is_required=False, error=typed.error("fields"),
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
        f"Request access to an API for {one.name}", f"{here}/request", "Send request", fields, csrf, here,
        sentence="Whoever keeps the data API decides, and may give less. The time counts from then; what "
        "the application has in that stage already is replaced.",
        fault=typed.fault, is_over=is_over, symbol="plug-connected",
    )  # fmt: skip


def let_go_dialog(one: Client, given: Authorization, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before an application does without an API."""
    here, stage = f"/clients/{one.id}/apis", STAGES[given.stage].lower()
    return ConfirmDialog(
        f"Let {one.name} no longer call {given.api_name}?",
        f"In {stage}. To have it again, it has to be asked for again.",
        f"{here}/{given.api_id}/{given.stage.value}/end", f"End access to {given.api_name}", csrf, here,
        ["The next call is refused."], is_over=is_over,
    )  # fmt: skip


def named_of(names: Sequence[str] | None) -> Text:
    """Name the first of some fields or columns, and say how many more; None are all."""
    if names is None:
        return Text("All")
    return Text(", ".join(names[:_SHOWN]), f"and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _row(view: ClientView, given: Authorization) -> Row:
    here = f"{view.here}/apis"
    fields = given.fields
    prefilled = {"api": given.api_id, "stage": given.stage.value, "fields": ", ".join(fields or ())}
    items = [
        MenuItem(
            "Request renewal or more", f"{here}/request?{urlencode(prefilled)}", "refresh", opens_dialog=True
        ),
        MenuItem(
            "End access", f"{here}/{given.api_id}/{given.stage.value}/end", "trash", opens_dialog=True,
            is_danger=True,
        ),
    ]  # fmt: skip
    menu = ActionsMenu(f"m-{given.grant_id}", f"{given.api_name} in {given.stage.value}", items, "")
    return Row(
        [
            NameCell(given.api_name, f"/gw/{given.api_slug}"),
            Text(STAGES[given.stage]),
            named_of(fields),
            Text(given.by_name, is_quiet=True),
            Timestamp(given.since, view.now),
            end(given.until, view.now),
        ],
        menu if view.is_owner else None,
    )
