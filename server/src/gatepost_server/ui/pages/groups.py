"""The Groups pages: all groups, and one with its members and their windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gatepost_server.authz import Membership
from gatepost_server.identity import Group
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import Avatar, StateBadge, Text, Timestamp
from gatepost_server.ui.kit.fields import PeopleField, SelectField, TextField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.sharing import ENDS

_GROUPS: Final = [
    Column("Name", place="title"),
    Column("Organization", place="wide"),
    Column("Made", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_MEMBERS: Final = [
    Column("Name", place="title"),
    Column("State", "k-made", place="badge"),
    Column("From", "k-made", place="left"),
    Column("Until", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]


@dataclass(frozen=True)
class JoinForm:
    """Who was named to come into a group and for how long, and what is wrong with it."""

    who: str = ""
    begin: str = ""
    ends: str = ""
    until: str = ""
    who_error: str = ""
    begin_error: str = ""
    until_error: str = ""
    fault: str = ""


def group_list(
    groups: Sequence[Group], state: ListState, now: datetime, url: str, *, next_cursor: str | None
) -> Component:
    """Return the list of all groups."""
    new = ButtonLink("New group", "/groups/new", "primary", "plus", opens_dialog=True)
    head = PageHead(
        "Groups",
        "Sets of people that roles are given to, for as long as somebody is a member.",
        [Crumb("Administration"), Crumb("Groups")],
        [_same("NAME", url), new],
    )
    rows = [
        Row(
            [
                NameCell(group.name, "", f"/groups/{group.id}", Avatar(group.name, "lg")),
                Text(group.organization, is_quiet=True),
                Timestamp(group.created_at, now),
            ],
            BinLink(f"/groups/{group.id}/delete", group.name),
        )
        for group in groups
    ]
    empty = Empty("No groups yet", "Make one, put people into it, and give it roles.", "users", new)
    table = ResourceTable(
        "groups", "groups", _GROUPS, rows, state, empty, find_hint="Name", next_cursor=next_cursor
    )
    return Stack([head, table])


def group_page(
    group: Group,
    members: Sequence[Membership],
    state: ListState,
    now: datetime,
    url: str,
    *,
    next_cursor: str | None,
) -> Component:
    """Return the page of one group: who is in it, or will be."""
    here = f"/groups/{group.id}"
    add = ButtonLink("Add members", f"{here}/add", "primary", "user-plus", opens_dialog=True)
    head = PageHead(
        group.name,
        f"A group of {group.organization}. Whoever is in it holds what it holds.",
        [Crumb("Administration"), Crumb("Groups", "/groups"), Crumb(group.name)],
        [
            _same(group.name, url),
            ButtonLink("Rename", f"{here}/rename", "plain", "pencil", opens_dialog=True),
            ButtonLink("Delete", f"{here}/delete", "danger-line", "trash", opens_dialog=True),
            add,
        ],
        tile=Avatar(group.name, "lg"),
    )
    empty = Empty("Nobody is in it yet", "Add people, or other groups, for a time or for good.", "users", add)
    table = ResourceTable(
        "members", "members", _MEMBERS, [_member_row(here, one, now) for one in members], state, empty,
        find_hint="Name or user name", next_cursor=next_cursor,
    )  # fmt: skip
    return Stack([head, table])


def _member_row(here: str, one: Membership, now: datetime) -> Row:
    member, is_group = one.member, one.member.kind == "group"
    waits = one.from_at > now
    badge = StateBadge("Waits", "blue", "clock") if waits else StateBadge("Member", "green", "user-check")
    return Row(
        [
            NameCell(
                member.label,
                "Group" if is_group else member.name,
                f"/groups/{member.id}" if is_group else None,
                Avatar(member.label, "lg"),
            ),
            badge,
            Timestamp(one.from_at, now),
            Timestamp(one.until_at, now) if one.until_at else Text("For good", is_quiet=True),
        ],
        BinLink(f"{here}/members/{member.id}/remove", member.label, "Take out", "user-off"),
    )


def name_dialog(
    title: str, action: str, value: str, csrf: str, back: str, *, error: str = "", is_over: bool
) -> FormDialog:
    """Return the form that asks for a group's name."""
    field = TextField("name", "Name", value, error=error, is_first=True, max_length=80)
    return FormDialog(title, action, "Save", [field], csrf, back, is_over=is_over, symbol="users")


def join_dialog(group: Group, form: JoinForm, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that puts people and groups into a group."""
    here = f"/groups/{group.id}"
    return FormDialog(
        f"Add members to {group.name}",
        f"{here}/add",
        "Add members",
        [
            PeopleField(
                "who", "People and groups", f"{here}/people", form.who,
                "Type a name; a group by its name with group: before it. Several are separated by commas.",
                form.who_error,
            ),
            TextField(
                "begin", "First day", form.begin, kind="date", is_required=False,
                hint="Left out, it begins now.", error=form.begin_error,
            ),
            SelectField("ends", "Ends", ENDS, form.ends),
            TextField(
                "until", "Last day", form.until, kind="date", is_required=False,
                hint="Only for “On a date I choose”.", error=form.until_error,
            ),
        ],
        csrf,
        here,
        sentence="Joining gives them all that the group holds; you have to hold it too, for as long.",
        fault=form.fault,
        is_over=is_over,
        symbol="user-plus",
    )  # fmt: skip


def remove_dialog(
    group: Group, member_id: str, label: str, csrf: str, *, fault: str = "", is_over: bool
) -> ConfirmDialog:
    """Return the question before somebody is taken out of a group; it names both."""
    here = f"/groups/{group.id}"
    return ConfirmDialog(
        f"Take {label} out of {group.name}?",
        "They can be added again.",
        f"{here}/members/{member_id}/remove",
        f"Take out {label}",
        csrf,
        here,
        ["What only this group gives them is refused from their next request on.",
         "Times that are still to come end too."],
        fault=fault,
        is_over=is_over,
        symbol="user-off",
    )  # fmt: skip


def delete_dialog(group: Group, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before a group is deleted; its name has to be typed."""
    return ConfirmDialog(
        f"Delete the group {group.name}?",
        "This cannot be undone.",
        f"/groups/{group.id}/delete",
        f"Delete {group.name}",
        csrf,
        f"/groups/{group.id}",
        ["Every role that it holds ends; what only it gave to its members is refused at once.",
         "The people in it stay, and so does whatever they hold otherwise."],
        typed_name=group.name,
        fault=fault,
        is_over=is_over,
    )  # fmt: skip


def _same(name: str, url: str) -> SameWith:
    quoted = f"'{name}'" if " " in name else name
    head = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    return SameWith(
        [
            Snippet(
                "CLI",
                f"gatepost groups members {quoted}\ngatepost groups add {quoted} lena --until 30d\n"
                f"gatepost groups remove {quoted} lena",
            ),
            Snippet("curl", f"{head} \\\n  '{url}/api/v1/groups?q={name.split(maxsplit=1)[0]}'"),
        ]
    )
