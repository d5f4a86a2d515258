"""My applications: the lists of client applications, and the page of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from gatepost_server.clients import Client, ClientGroup, ClientSecret, Member
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar, CopyField, Person, StateBadge, Tag, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, Section, Stack
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
_SECRETS: Final = [
    Column("Whose", place="title"),
    Column("State", "k-made", place="badge"),
    Column("Made", "k-made", place="left"),
    Column("Ends", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_MEMBERS: Final = [
    Column("Name", place="title"),
    Column("Since", "k-made", place="left"),
    Column("Ends", "k-made", place="right"),
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


def client_page(
    one: Client,
    secrets: Sequence[ClientSecret] | None,
    members: Sequence[Member] | None,
    me: str,
    now: datetime,
    url: str,
    *,
    may_delete: bool,
) -> Component:
    """Return the page of one application; what the reader may not see is None."""
    is_owner, here = members is not None, f"/clients/{one.id}"
    head = PageHead(
        one.name, one.scenario or f"A client application of {one.group_name}.",
        [Crumb("My applications", "/clients"), Crumb(one.name)], _actions(one, url, is_owner, may_delete),
        Avatar(one.name, "lg"), _role(one),
    )  # fmt: skip
    pieces: list[Component] = [head, Card("Application", Facts(_facts(one, now)))]
    if secrets is not None:
        if any(secret.is_weak and secret.signs_at(now) for secret in secrets):
            pieces.append(
                Note(
                    "A secret is weak",
                    "It has fewer than 20 characters, so that it can be guessed from one captured call.",
                    "amber", "alert-triangle",
                )
            )  # fmt: skip
        reset = ButtonLink("Reset AppSecret", f"{here}/secrets/new", "plain", "refresh", opens_dialog=True)
        empty = Empty("No AppSecret", "Without one nothing can be signed.", "key-off")
        rows = [_secret(one, secret, me, now, is_owner=is_owner) for secret in secrets]
        table = ResourceTable("secrets", "secrets", _SECRETS, rows, ListState("", {}), empty)
        note = "Calls are signed with one of them." if is_owner else "Yours; it ends with your membership."
        pieces.append(Section("AppSecrets", table, note, reset if is_owner else None))
    if members is not None:
        add = ButtonLink("Add members", f"{here}/members/add", "plain", "user-plus", opens_dialog=True)
        empty = Empty("No members", "Members use the application with a secret of their own.", "users", add)
        rows = [_member(one, member, now) for member in members]
        table = ResourceTable("members", "members", _MEMBERS, rows, ListState("", {}), empty)
        pieces.append(Section("Members", table, "Owners are changed under Edit.", add))
    return Stack(pieces)


def _actions(one: Client, url: str, is_owner: bool, may_delete: bool) -> list[Component]:
    here = f"/clients/{one.id}"
    actions: list[Component] = [_same_one(one, url)]
    if may_delete:
        actions.append(ButtonLink("Delete", f"{here}/delete", "danger-line", "trash", opens_dialog=True))
    if is_owner:
        allow = ButtonLink("IP whitelist", f"{here}/ip-allowlist", "plain", "shield", opens_dialog=True)
        actions += [allow, ButtonLink("Edit", f"{here}/edit", "primary", "pencil", opens_dialog=True)]
    return actions


def _facts(one: Client, now: datetime) -> list[Fact]:
    facts = [
        Fact("AppKey", CopyField(one.app_key, "AppKey", is_small=True)),
        Fact("Application group", one.group_name),
        Fact("Owners", _owners(one)),
    ]
    if one.is_known_only:
        return facts
    if one.until is not None:
        facts.append(Fact("Your membership ends", Timestamp(one.until, now)))
    if one.is_hosted:
        link = ButtonLink("Open its page", f"/applications/{one.id}", "link")
        facts.append(Fact("Hosted", link))
    facts += [
        Fact("Authorized APIs", str(one.apis)),
        Fact("Authorized data sources", str(one.data_sources)),
        Fact("May call from", one.ip.entries if one.ip.is_enabled else "Anywhere"),
        Fact("Found by others", "Yes" if one.is_listed else "No"),
    ]
    return facts


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
            NameCell(one.name, one.scenario, here, Avatar(one.name, "lg")),
            Text(one.group_name),
            Person(_owners(one)),
            CopyField(one.app_key, f"AppKey of {one.name}", is_small=True),
            Text(
                str(one.apis),
                "1 data source" if one.data_sources == 1 else f"{one.data_sources} data sources",
            ),
            _role(one) or Text(""),
            _end(one.until, now),
            Timestamp(one.updated_at, now),
        ],
        ActionsMenu(f"m-{one.id}", one.name, items, csrf),
    )


def _other(one: Client, request_id: str | None, csrf: str) -> Row:
    join = MenuItem("Request to join", f"/clients/{one.id}/join", "user-plus", opens_dialog=True)
    item = join if request_id is None else MenuItem("View request", f"/requests/{request_id}", "eye")
    return Row(
        [
            NameCell(one.name, "", f"/clients/{one.id}", Avatar(one.name, "lg")),
            CopyField(one.app_key, f"AppKey of {one.name}", is_small=True),
            Text(one.group_name),
            Person(_owners(one)),
        ],
        ActionsMenu(f"m-{one.id}", one.name, [item], csrf),
    )


def _secret(one: Client, secret: ClientSecret, me: str, now: datetime, *, is_owner: bool) -> Row:
    here = f"/clients/{one.id}/secrets/{secret.id}"
    whose = "The application" if secret.member is None else secret.member.name
    is_readable = secret.member.id == me if secret.member is not None else is_owner
    items = []
    if is_readable:
        items.append(MenuItem("Show", f"{here}/reveal", "eye", opens_dialog=True))
    if is_owner:
        items.append(MenuItem("Delete", f"{here}/end", "trash", opens_dialog=True, is_danger=True))
    ended, active = StateBadge("Ended", "gray", "x"), StateBadge("Active", "green", "check")
    second = f"Made by {secret.by_name}" + (", weak" if secret.is_weak else "")
    return Row(
        [
            NameCell(whose, second, None, Avatar(whose, "lg")),
            active if secret.signs_at(now) else ended,
            Timestamp(secret.created_at, now),
            _end(secret.until_at, now),
        ],
        ActionsMenu(f"m-{secret.id}", f"AppSecret of {whose}", items, ""),
    )


def _member(one: Client, member: Member, now: datetime) -> Row:
    here = f"/clients/{one.id}/members/{member.username}"
    items = [
        MenuItem("Change validity", f"{here}/edit", "calendar", opens_dialog=True),
        MenuItem("Remove", f"{here}/remove", "user-off", opens_dialog=True, is_danger=True),
    ]
    return Row(
        [
            NameCell(member.name, member.username, None, Avatar(member.name, "lg")),
            Timestamp(member.since, now),
            _end(member.until, now),
        ],
        ActionsMenu(f"m-{member.id}", member.name, items, ""),
    )


def _role(one: Client) -> Tag | None:
    return None if one.role is None else Tag(one.role.capitalize(), "blue", "user-check")


def _end(at: datetime | None, now: datetime) -> Component:
    return Text("Never", is_quiet=True) if at is None else Timestamp(at, now)


def _owners(one: Client) -> str:
    return ", ".join(owner.name for owner in one.owners) or "Nobody"


def _same_list(url: str) -> SameWith:
    head = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    return SameWith(
        [
            Snippet("CLI", "gatepost clients list\ngatepost clients list --scope not_joined"),
            Snippet("curl", f"{head} \\\n  '{url}/api/v1/clients?scope=my'"),
        ]
    )


def _same_one(one: Client, url: str) -> SameWith:
    head = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    cli = (
        f"gatepost clients show {one.name}\ngatepost clients secrets create {one.name} --overlap 86400\n"
        f"gatepost clients members add {one.name} lena --days 90"
    )
    return SameWith([Snippet("CLI", cli), Snippet("curl", f"{head} \\\n  {url}/api/v1/clients/{one.id}")])
