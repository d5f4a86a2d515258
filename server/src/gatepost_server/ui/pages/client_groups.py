"""The page of application groups, and the dialogs that keep them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gatepost_server.clients import ClientGroup
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import Avatar, Text, Timestamp
from gatepost_server.ui.kit.fields import PeopleField, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.client_forms import Typed

HOME: Final = "/admin/client-groups"
_COLUMNS: Final = [
    Column("Name", place="title"),
    Column("Applications", "k-made", place="left"),
    Column("Approvers", place="wide"),
    Column("Made", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]


def group_list(
    groups: Sequence[ClientGroup],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    *,
    next_cursor: str | None,
) -> Component:
    """Return the list of application groups."""
    new = ButtonLink("New application group", f"{HOME}/new", "primary", "plus", opens_dialog=True)
    head = PageHead(
        "Application groups",
        "Where client applications are, and who decides about new ones.",
        [Crumb("Administration"), Crumb("Application groups")],
        [_same(url), new],
    )
    rows = [
        Row(
            [
                NameCell(one.name, "", f"/clients?tab=not_joined&group={one.name}", Avatar(one.name, "lg")),
                Text(str(one.clients)),
                Text(", ".join(one.approvers) or "Administrators", is_quiet=not one.approvers),
                Timestamp(one.created_at, now),
            ],
            ActionsMenu(f"m-{one.id}", one.name, _items(one), csrf),
        )
        for one in groups
    ]
    empty = Empty("No application groups yet", "Client applications need one to be in.", "box", new)
    table = ResourceTable(
        "client-groups", "groups", _COLUMNS, rows, state, empty, find_hint="Name", next_cursor=next_cursor
    )
    return Stack([head, table])


def group_dialog(title: str, action: str, typed: Typed, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form of an application group."""
    return FormDialog(
        title,
        action,
        "Save",
        [
            TextField(
                "name", "Name", typed.value("name"), error=typed.error("name"), is_first=True, max_length=100
            ),
            PeopleField(
                "approvers", "Approvers", "/clients/people", typed.value("approvers"),
                "They decide about applications in this group; without any, administrators do.",
                typed.error("approvers"), is_first=False,
            ),
        ],
        csrf, HOME, fault=typed.fault, is_over=is_over, symbol="users",
    )  # fmt: skip


def delete_dialog(one: ClientGroup, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before a group is deleted."""
    return ConfirmDialog(
        f"Delete the application group {one.name}?", "A group that still holds applications is kept.",
        f"{HOME}/{one.id}/delete", f"Delete {one.name}", csrf, HOME, fault=fault, is_over=is_over,
    )  # fmt: skip


def _items(one: ClientGroup) -> list[MenuItem]:
    here = f"{HOME}/{one.id}"
    return [
        MenuItem("Edit", f"{here}/edit", "pencil", opens_dialog=True),
        MenuItem("Delete", f"{here}/delete", "trash", opens_dialog=True, is_danger=True, starts_group=True),
    ]


def _same(url: str) -> SameWith:
    head = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    cli = "gatepost client-groups list\ngatepost client-groups create Partners --approver lena"
    return SameWith([Snippet("CLI", cli), Snippet("curl", f"{head} \\\n  {url}/api/v1/client-groups")])
