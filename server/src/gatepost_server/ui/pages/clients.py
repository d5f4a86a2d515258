"""My applications: the lists of client applications."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from gatepost_server.clients import Client, ClientGroup
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar, CopyField, Person, Tag, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import (
    Choice,
    Column,
    Empty,
    Filter,
    ListState,
    NameCell,
    ResourceTable,
    Row,
)

_MINE: Final = [
    Column("Name", place="title"),
    Column("Group", "c-own", place="left"),
    Column("Owner", "c-own", place="right"),
    Column("AppKey", place="wide"),
    Column("APIs", "k-made", place="left"),
    Column("Your role", "k-made", place="badge"),
    Column("Ends", "k-made", place="right"),
    Column("Updated", "c-upd", place="none"),
    Column("Actions", "c-act", place="act"),
]
_OTHERS: Final = [
    Column("Name", place="title"),
    Column("AppKey", place="wide"),
    Column("Group", "c-own", place="left"),
    Column("Owner", "c-own", place="right"),
    Column("Actions", "c-act", place="act"),
]


def client_list(
    found: Sequence[Client],
    groups: Sequence[ClientGroup],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    *,
    waiting: Mapping[str, str],
    may_make: bool,
    next_cursor: str | None,
) -> Component:
    """Return one's own and joined applications, or those one has not joined.

    *waiting* are one's requests to join that wait, by application.
    """
    is_mine = state.value("tab") != "not_joined"
    new = ButtonLink("New application", "/clients/new", "primary", "plus", opens_dialog=True)
    look: Literal["plain", "primary"] = "plain" if may_make else "primary"
    ask = ButtonLink("Request to create application", "/clients/request", look, opens_dialog=True)
    head = PageHead(
        "My applications",
        "Programs that call data APIs with an AppKey and signed requests.",
        actions=[_same_list(url), *([ask, new] if may_make else [ask])],
    )
    others = Tab("Not joined", "/clients?tab=not_joined", is_here=not is_mine)
    tabs = Tabs([Tab("My", "/clients", is_here=is_mine), others], "Applications")
    empty = Empty(
        "No application is yours" if is_mine else "There is no other application",
        "Those that you own or have joined stand here."
        if is_mine
        else "Those of your organization that you have not joined stand here.",
        "key",
        new if may_make else ask,
    )
    choices = [Choice(one.name, one.name) for one in groups]
    table = ResourceTable(
        "clients", "applications", _MINE if is_mine else _OTHERS,
        [_mine(one, now, csrf) if is_mine else _other(one, waiting.get(one.id), csrf) for one in found],
        state, empty,
        find_hint="Name or AppKey", filters=[Filter("group", "Group", choices)] if choices else [],
        next_cursor=next_cursor,
    )  # fmt: skip
    return Stack([head, tabs, table])


def _mine(one: Client, now: datetime, csrf: str) -> Row:
    here = f"/clients/{one.id}"
    items = [MenuItem("Show AppSecret", here, "eye")]
    if one.until is not None:
        items.append(MenuItem("Renew", f"{here}/renew", "calendar", opens_dialog=True))
    if one.is_owner:
        items += [
            MenuItem("Reset AppSecret", f"{here}/secrets/new", "refresh", opens_dialog=True),
            MenuItem("IP whitelist", f"{here}/ip-allowlist", "shield", opens_dialog=True),
            MenuItem("Edit", f"{here}/edit", "pencil", opens_dialog=True),
            MenuItem("Add members", f"{here}/members/add", "user-plus", opens_dialog=True),
            MenuItem(
                "Delete", f"{here}/delete", "trash", opens_dialog=True, is_danger=True, starts_group=True
            ),
        ]
    return Row(
        [
            NameCell(one.name, _second(one), here, Avatar(one.name, "lg")),
            Text(one.group_name),
            Person(owners(one)),
            CopyField(one.app_key, f"AppKey of {one.name}", is_small=True),
            Text(
                str(one.apis),
                "1 data source" if one.data_sources == 1 else f"{one.data_sources} data sources",
            ),
            role(one) or Text(""),
            end(one.until, now),
            Timestamp(one.updated_at, now),
        ],
        ActionsMenu(f"m-{one.id}", one.name, items, csrf),
    )


def _second(one: Client) -> str:
    """Return what it is for; that an address is proof enough of it stands before that."""
    unsigned = "Unsigned from listed addresses" if one.ip.is_trusted and one.ip.is_enabled else ""
    return ". ".join(part for part in (unsigned, one.scenario) if part)


def _other(one: Client, request_id: str | None, csrf: str) -> Row:
    join = MenuItem("Request to join", f"/clients/{one.id}/join", "user-plus", opens_dialog=True)
    item = join if request_id is None else MenuItem("View request", f"/requests/{request_id}", "eye")
    return Row(
        [
            NameCell(one.name, "", f"/clients/{one.id}", Avatar(one.name, "lg")),
            CopyField(one.app_key, f"AppKey of {one.name}", is_small=True),
            Text(one.group_name),
            Person(owners(one)),
        ],
        ActionsMenu(f"m-{one.id}", one.name, [item], csrf),
    )


def role(one: Client) -> Tag | None:
    """Return a tag with the reader's role, if they have one."""
    return None if one.role is None else Tag(one.role.capitalize(), "blue", "user-check")


def end(at: datetime | None, now: datetime) -> Component:
    """Return when something ends, in words if never."""
    return Text("Never", is_quiet=True) if at is None else Timestamp(at, now)


def owners(one: Client) -> str:
    """Return who owns an application, in one line."""
    return ", ".join(owner.name for owner in one.owners) or "Nobody"


def _same_list(url: str) -> SameWith:
    head = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    return SameWith(
        [
            Snippet("CLI", "gatepost clients list\ngatepost clients list --scope not_joined"),
            Snippet("curl", f"{head} \\\n  '{url}/api/v1/clients?scope=my'"),
        ]
    )
