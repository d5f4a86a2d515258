"""Who may call a data API: people, and client applications with their fields and their time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gatepost_server.dataapis import Authorization, Field, Stage
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.editors import Tick, Ticks
from gatepost_server.ui.kit.facts import StateBadge, Text
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Section
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.client_forms import Typed, validity_fields
from gatepost_server.ui.pages.clients import end
from gatepost_server.ui.pages.data_api import ApiView, page
from gatepost_server.ui.pages.sharing import AccessPage, Shared, people_section

ROLES: Final = [
    Choice("consumer", "Consumer – calls it"),
    Choice("editor", "Editor – calls, edits and shares it"),
    Choice("owner", "Owner – everything, also deleting it"),
]
_COLUMNS: Final = [
    Column("Application", place="title"),
    Column("Version", "c-own", place="badge"),
    Column("Fields", place="left"),
    Column("Until", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_STAGES: Final = {
    Stage.PRODUCTION: StateBadge("Production", "green", "circle-check"),
    Stage.DEVELOPMENT: StateBadge("Development", "blue", "pencil"),
}


@dataclass(frozen=True)
class AuthorizeForm:
    """What is typed to authorize an application; no field ticked means all of them."""

    client: str = ""
    stage: str = Stage.PRODUCTION
    fields: Sequence[str] = ()
    typed: Typed = field(default_factory=Typed)
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def shared_api(view: ApiView) -> Shared:
    """Return a data API as a thing that is shared."""
    here = f"{view.base}/access"
    return Shared(
        view.one.name, here, f"{here}/add", f"{here}/people", ROLES,
        "They call it by their own keys and sessions, and get every field; row rules hold for them, too.",
        "They are refused from their next call on, unless the project gives them the same.",
    )  # fmt: skip


def access(
    view: ApiView,
    holders: AccessPage,
    given: Sequence[Authorization] | None,
    now: datetime,
    csrf: str,
    url: str,
) -> Component:
    """Return who may call the API; *given* is None for who may not authorize applications."""
    parts: list[Component] = [people_section(shared_api(view), holders, now)]
    if given is not None:
        add = ButtonLink(
            "Authorize an application", f"{view.base}/applications/add", "plain", "plus", opens_dialog=True
        )
        empty = Empty(
            "No application may call it",
            "Programs of an organization call it as applications, by signed requests.", "apps", add,
        )  # fmt: skip
        rows = [_row(view, one, now, csrf) for one in given]
        table = ResourceTable("applications", "applications", _COLUMNS, rows, ListState("", {}), empty)
        parts.insert(
            0, Section("Applications", table, "Each by its AppKey and a signature.", add if rows else None)
        )
    return page(view, "access", parts, now, csrf, url)


def _row(view: ApiView, one: Authorization, now: datetime, csrf: str) -> Row:
    fields = "All fields" if one.fields is None else ", ".join(one.fields)
    words = f"End what lets {one.client_name} call it…"
    items = [
        MenuItem(
            words, f"{view.base}/applications/{one.grant_id}/end", "trash", opens_dialog=True, is_danger=True
        )
    ]
    return Row(
        [
            NameCell(one.client_name, f"given by {one.by_name}", f"/clients/{one.client_id}"),
            _STAGES[one.stage],
            Text(fields, is_quiet=one.fields is None),
            end(one.until, now),
        ],
        ActionsMenu(f"a-{one.grant_id}", one.client_name, items, csrf),
    )


def authorize_dialog(
    view: ApiView,
    form: AuthorizeForm,
    fields: Sequence[Field],
    known: Sequence[str],
    csrf: str,
    *,
    is_over: bool,
) -> FormDialog:
    """Return the form that lets an application call the API; *known* are names that are offered."""
    stages = [Choice(Stage.PRODUCTION, "Production: what is published")]
    if "versions" in view.may:
        stages.append(Choice(Stage.DEVELOPMENT, "Development: what is worked on"))
    ticks = [Tick(one.name, one.name, one.description, one.name in form.fields) for one in fields]
    return FormDialog(
        f"Let an application call {view.one.name}", f"{view.base}/applications/add", "Authorize",
        [
            TextField(
                "client", "Application", form.client, error=form.faults.get("client", ""), is_first=True,
                suggestions=known, hint="Its name, or its AppKey.",
            ),
            SelectField("stage", "Version", stages, form.stage, error=form.faults.get("stage", "")),
            Ticks("fields", "Only these fields (none ticked: all)", ticks, form.faults.get("fields", "")),
            *validity_fields(form.typed, "90"),
        ],
        csrf, f"{view.base}/access", fault=form.fault, is_over=is_over, symbol="apps",
    )  # fmt: skip
