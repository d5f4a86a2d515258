"""The Organizations page of administrators."""

from datetime import datetime
from typing import Final

from gatepost_server.authz import Organization
from gatepost_server.kernel.paging import Page
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import Avatar, StateBadge, Timestamp
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row

HOME: Final = "/admin/organizations"
_COLUMNS: Final = [
    Column("Name", place="title"),
    Column("Sharing outside", "k-exp", place="badge"),
    Column("Made", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]


def organization_list(
    found: Page[Organization], state: ListState, now: datetime, csrf: str, url: str
) -> Component:
    """Return the list of all organizations."""
    new = ButtonLink("New organization", f"{HOME}/new", "primary", "plus", opens_dialog=True)
    same = SameWith(
        [
            Snippet(
                "CLI",
                "gatepost organizations list\ngatepost organizations create Partner\n"
                "gatepost organizations open Partner\ngatepost users move lena Partner",
            ),
            Snippet(
                "curl",
                f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/organizations',
            ),
        ]
    )
    head = PageHead(
        "Organizations",
        "Their people see nothing of each other, unless both organizations allow sharing outside.",
        [Crumb("Administration"), Crumb("Organizations")],
        [same, new],
    )
    rows = [_row(one, now, csrf) for one in found.items]
    empty = Empty("No organizations", "Make the first one.", "world", new)
    table = ResourceTable(
        "organizations", "organizations", _COLUMNS, rows, state, empty, find_hint="Name",
        next_cursor=found.next,
    )  # fmt: skip
    return Stack([head, table])


def _row(one: Organization, now: datetime, csrf: str) -> Row:
    badge = (
        StateBadge("Allowed", "amber", "share")
        if one.allows_outside_sharing
        else StateBadge("Not allowed", "gray", "lock")
    )
    here = f"{HOME}/{one.id}"
    items = [MenuItem("Rename", f"{here}/rename", "pencil", opens_dialog=True)]
    if one.allows_outside_sharing:
        items.append(
            MenuItem(
                "Forbid sharing outside…", f"{here}/close", "lock", opens_dialog=True, is_danger=True,
                starts_group=True,
            )
        )  # fmt: skip
    else:
        items.append(
            MenuItem("Allow sharing outside", f"{here}/open", "share", posts=True, starts_group=True)
        )
    menu = ActionsMenu(f"menu-{one.id}", one.name, items, csrf)
    return Row(
        [NameCell(one.name, "", None, Avatar(one.name, "lg")), badge, Timestamp(one.created_at, now)],
        menu,
    )


def name_dialog(
    title: str, action: str, submit: str, value: str, csrf: str, *, error: str = "", is_over: bool
) -> FormDialog:
    """Return the form that asks for an organization's name."""
    field = TextField("name", "Name", value, error=error, is_first=True, max_length=80)
    return FormDialog(title, action, submit, [field], csrf, HOME, is_over=is_over, symbol="world")


def close_dialog(one: Organization, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before an organization closes its border."""
    return ConfirmDialog(
        f"Forbid sharing outside {one.name}?",
        "What ends now does not come back by itself when sharing is allowed again.",
        f"{HOME}/{one.id}/close",
        "Forbid sharing outside",
        csrf,
        HOME,
        [
            f"Roles that people of {one.name} hold elsewhere end, and those that others hold here.",
            "So do memberships in groups across its border.",
            "What would be left without an owner passes to the administrators.",
        ],
        is_over=is_over,
        symbol="lock",
    )
