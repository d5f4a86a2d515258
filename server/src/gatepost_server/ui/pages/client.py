"""The page of one client application: what it is, its AppSecrets, its members."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from gatepost_server.clients import Client, ClientSecret, Member
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar, CopyField, StateBadge, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, Section, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.client_addresses import where_from
from gatepost_server.ui.pages.client_debugging import debugging_note
from gatepost_server.ui.pages.clients import end, owners, role

_SECRETS: Final = [
    Column("Whose", place="title"),
    Column("State", "k-made", place="badge"),
    Column("Made", "k-made", place="left"),
    Column("Ends", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_MEMBERS: Final = [
    Column("Name", place="title"),
    Column("AppSecret", "k-made", place="badge"),
    Column("Since", "k-made", place="left"),
    Column("Ends", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_TABS: Final = {"apis": "APIs", "datasets": "Datasets", "calls": "Calls"}
_WHO_IS_IN: Final = "Each signs with an AppSecret that only they can read. By sharing alone nobody has one."


@dataclass(frozen=True)
class ClientView:
    """An application with what the reader may do to it; `tabs` are the pages beside the first."""

    client: Client
    now: datetime
    url: str
    is_owner: bool = False
    may_delete: bool = False
    may_host: bool = False
    tabs: Collection[str] = ()

    @property
    def here(self) -> str:
        """Where its page is."""
        return f"/clients/{self.client.id}"


def client_page(
    view: ClientView, secrets: Sequence[ClientSecret] | None, members: Sequence[Member] | None, me: str
) -> Component:
    """Return the page of one application; what the reader may not see is None."""
    one, now, here, is_owner = view.client, view.now, view.here, view.is_owner
    pieces: list[Component] = [Card("Application", Facts(_facts(one, now)))]
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
        pieces.append(Section("Members", table, _WHO_IS_IN, add))
    cli = (
        f"gatepost clients show {one.name}\ngatepost clients secrets create {one.name} --overlap 86400\n"
        f"gatepost clients members add {one.name} lena --days 90"
    )
    return shell(view, "", pieces, cli, f"clients/{one.id}")


def shell(view: ClientView, tab: str, pieces: Sequence[Component], cli: str, address: str) -> Component:
    """Return the application's page with *tab* open; *cli* and *address* say how it is done elsewhere."""
    one = view.client
    curl = f"curl -H \"Authorization: Key $GATEPOST_API_KEY\" \\\n  '{view.url}/api/v1/{address}'"
    same = SameWith([Snippet("CLI", cli), Snippet("curl", curl)])
    head = PageHead(
        one.name, one.scenario or f"A client application of {one.group_name}.",
        [Crumb("My applications", "/clients"), Crumb(one.name)], [same, *_actions(view)],
        Avatar(one.name, "lg"), role(one),
    )  # fmt: skip
    tabs = [Tab("Overview", view.here, is_here=not tab)]
    tabs += [
        Tab(words, f"{view.here}/{name}", is_here=tab == name)
        for name, words in _TABS.items()
        if name in view.tabs
    ]
    beside = [Tabs(tabs, one.name)] if view.tabs else []
    return Stack([head, *beside, *debugging_note(one, view.now), *pieces])


def _actions(view: ClientView) -> list[Component]:
    """Return what may be done here; a phone shows the menu and the first action only."""
    one, here, items = view.client, view.here, list[MenuItem]()
    if view.is_owner:
        words = "IP whitelist…"
        items.append(MenuItem(words, f"{here}/ip-allowlist", "shield", opens_dialog=True, only_narrow=True))
        items.append(MenuItem("Compatible path…", f"{here}/compatible", "plug-connected", opens_dialog=True))
        items.append(MenuItem("Debug signatures…", f"{here}/debugging", "eye", opens_dialog=True))
    if view.may_host:
        items.append(MenuItem("Host it…", f"{here}/host", "rocket", opens_dialog=True))
    if view.may_delete:
        gone = f"Delete {one.name}…"
        items.append(MenuItem(gone, f"{here}/delete", "trash", opens_dialog=True, is_danger=True))
    actions: list[Component] = (
        [ActionsMenu("client-menu", one.name, items, "", look="plain")] if items else []
    )
    if view.is_owner:
        allow = ButtonLink("IP whitelist", f"{here}/ip-allowlist", "plain", "shield", opens_dialog=True)
        actions += [allow, ButtonLink("Edit", f"{here}/edit", "primary", "pencil", opens_dialog=True)]
    return actions


def _compatible(one: Client) -> ButtonLink | str:
    """Say whether other vendors' clients may call as it; owners change that here."""
    state = "On" if one.is_compatible else "Off"
    if not one.is_owner:
        return state
    return ButtonLink(f"{state}; change", f"/clients/{one.id}/compatible", "link", opens_dialog=True)


def _facts(one: Client, now: datetime) -> list[Fact]:
    facts = [
        Fact("AppKey", CopyField(one.app_key, "AppKey", is_small=True)),
        Fact("Application group", one.group_name),
        Fact("Owners", owners(one)),
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
        Fact("May call from", where_from(one)),
        Fact("Found by others", "Yes" if one.is_listed else "No"),
        Fact("Compatible path", _compatible(one)),
    ]
    return facts


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
            end(secret.until_at, now),
        ],
        ActionsMenu(f"m-{secret.id}", f"AppSecret of {whose}", items, ""),
    )


def _member(one: Client, member: Member, now: datetime) -> Row:
    here = f"/clients/{one.id}/members/{member.username}"
    secret = f"/clients/{one.id}/secrets/new?member={quote(member.username)}"
    verb = "Reset AppSecret" if member.has_secret else "Give an AppSecret"
    own, none = StateBadge("Their own", "green", "check"), StateBadge("None", "gray", "key-off")
    items = [
        MenuItem(verb, secret, "key", opens_dialog=True),
        MenuItem("Change validity", f"{here}/edit", "calendar", opens_dialog=True),
        MenuItem("Remove", f"{here}/remove", "user-off", opens_dialog=True, is_danger=True),
    ]
    return Row(
        [
            NameCell(member.name, member.username, None, Avatar(member.name, "lg")),
            own if member.has_secret else none,
            Timestamp(member.since, now),
            end(member.until, now),
        ],
        ActionsMenu(f"m-{member.id}", member.name, items, ""),
    )
