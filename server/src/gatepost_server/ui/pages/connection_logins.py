"""Which stored credentials sign in at which connection: from either side, added and taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from gatepost_server.connections import Association, Code, Connection
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.facts import KindTile, Person, StateBadge, Text, Timestamp
from gatepost_server.ui.kit.fields import Hidden, Option, RadioField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Section
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.connection_trial import CredentialPrompt, account_of
from gatepost_server.ui.pages.connection_words import DRIVER_WORDS
from gatepost_server.ui.pages.connections import ConnectionView, page, place_of
from gatepost_server.ui.pages.credential_words import HEALTH, TYPES, kind_of
from gatepost_server.vault import Credential, Health

_LOGINS: Final = [
    Column("Account name", place="title"),
    Column("State", "c-own", place="left"),
    Column("Last test", "c-upd", place="none"),
    Column("Owner", "c-own", place="none"),
    Column("Added", "c-upd", place="right"),
    Column("Actions", "c-act", place="act"),
]
_CONNECTIONS: Final = [
    Column("Connection", place="title"),
    Column("State", "c-own", place="left"),
    Column("Last test", "c-upd", place="right"),
    Column("Added", "c-upd", place="none"),
    Column("Actions", "c-act", place="act"),
]
_DETACHED: Final = StateBadge("Detached", "amber", "unlink")


def logins_tab(
    of: ConnectionView,
    found: Sequence[Association],
    own: str,
    state: ListState,
    now: datetime,
    *,
    csrf: str,
    url: str,
    next_cursor: str | None,
) -> Component:
    """Return the credentials of a connection; *own* is the id of who looks, whose they may take away."""
    add = ButtonLink("Add Credentials", f"{of.base}/credentials/add", "plain", "plus", opens_dialog=True)
    sentence = "Add stored ones of yours: one click is then enough wherever this connection asks."
    empty = Empty("No credentials of yours sign in here", sentence, "lock", add if of.may_use else None)
    rows = [_login_row(of, one, own, now, csrf) for one in found]
    table = ResourceTable("logins", "credentials", _LOGINS, rows, state, empty, next_cursor=next_cursor)
    note = Note(
        "Credentials are changed in Credentials Management.", "Here they are added and taken away.", "blue",
        "lock",
        ButtonLink("Open it", "/credentials", extra="btn-sm"),
    )  # fmt: skip
    parts: list[Component] = [Section("Credentials", table, "", add if of.may_use and rows else None)]
    if any(not one.is_attached and one.credential.owner_id == own for one in found):
        parts.insert(
            0,
            Note(
                "This connection leads elsewhere since you added credentials.",
                "They do not sign in there until you associate them again. Look first where it leads.",
                "amber", "alert-triangle",
            ),
        )  # fmt: skip
    return page(of, "credentials", [*parts, note] if rows else parts, url)


def state_of(one: Association) -> StateBadge:
    """Return how a credential does at a connection, as it was tried there last."""
    if not one.is_attached:
        return _DETACHED
    if one.tested is None:
        untested = HEALTH[Health.UNTESTED]
        return StateBadge(untested.word, untested.tone, untested.symbol)
    is_good = one.tested.code is Code.OK
    words = HEALTH[Health.OK if is_good else Health.FAILING]
    said = words.word if is_good else f"{words.word}: {one.tested.code.value.replace('-', ' ')}"
    return StateBadge(said, words.tone, words.symbol)


def _state_or_way_back(one: Association, *, is_own: bool) -> Component:
    """Return how a credential does there; of one's own that was detached, how it signs in there again."""
    if one.is_attached or not is_own:
        return state_of(one)
    again = f"/connections/{one.connection_id}/credentials/{one.credential.id}/add"
    return Text(_DETACHED, ButtonLink("Associate again", again, "quiet", extra="btn-sm", opens_dialog=True))


def _last_test(one: Association, now: datetime) -> Component:
    if one.tested is None:
        return Text("–", is_quiet=True)
    took = f"{one.tested.ms} ms" if one.tested.code is Code.OK else ""
    return Text(Timestamp(one.tested.at, now), took)


def _login_row(of: ConnectionView, one: Association, own: str, now: datetime, csrf: str) -> Row:
    kept, here = one.credential, f"{of.base}/credentials/{one.credential.id}"
    items = [MenuItem("Remove association", f"{here}/remove", "unlink", opens_dialog=True, is_danger=True)]
    if not one.is_attached:
        items.insert(0, MenuItem("Associate again", f"{here}/add", "plug-connected", opens_dialog=True))
    menu = ActionsMenu(f"login-{kept.id}", kept.name, items, csrf)
    return Row(
        [
            NameCell(kept.name, kind_of(kept), f"/credentials/{kept.id}", KindTile(TYPES[kept.type].symbol)),
            state_of(one),
            _last_test(one, now),
            Person(kept.owner_name or ""),
            Timestamp(one.at, now),
        ],
        menu if kept.owner_id == own else None,
    )


def add_prompt(
    of: ConnectionView,
    accounts: Sequence[Credential],
    csrf: str,
    new_type: str,
    *,
    is_over: bool,
    fault: str = "",
) -> CredentialPrompt:
    """Return the choice of a stored credential that is to sign in at a connection."""
    back = f"{of.base}/credentials"
    return CredentialPrompt(
        f"Add credentials to {of.one.name}",
        f"They will be sent to {of.place}, for you and whom you share them with.",
        f"{back}/add", [account_of(one) for one in accounts], csrf, back,
        f"/credentials/new?type={new_type}&connection={of.one.id}", is_over, fault=fault,
        generation=of.one.generation,
        other_words="Add new credentials", nothing="No stored credentials of yours fit and are not here yet.",
    )  # fmt: skip


def again_dialog(
    of: ConnectionView, kept: Credential, csrf: str, *, is_over: bool, fault: str = ""
) -> FormDialog:
    """Return the question before a credential signs in again at a connection that leads elsewhere since."""
    sentence = (
        f"The connection was changed since. {kept.name} would be sent to {of.place}, whenever you "
        "or those you share it with use it there."
    )
    return FormDialog(
        f"Associate {kept.name} again?", f"{of.base}/credentials/{kept.id}/add", f"Associate {kept.name}",
        [Hidden("generation", str(of.one.generation))], csrf, f"{of.base}/credentials", sentence=sentence,
        fault=fault, is_over=is_over, symbol="plug-connected",
    )  # fmt: skip


def remove_dialog(
    connection: str, kept: Credential, action: str, csrf: str, back: str, *, is_last: bool, is_over: bool
) -> FormDialog:
    """Return the question before an association is taken away; the last one asks what becomes of the rest."""
    fields: list[Component] = []
    sentence = f"{kept.name} no longer signs in at {connection}. It can be added again."
    if is_last:
        options = [
            Option("keep", "Keep the credentials", "Without any connection, to be associated later."),
            Option("delete", "Delete the credentials", "The secret is destroyed. This cannot be undone."),
        ]
        fields.append(
            RadioField("then", f"{connection} is the last connection of {kept.name}", options, "keep")
        )
    return FormDialog(
        f"Remove {kept.name} from {connection}?", action, "Remove association", fields, csrf, back,
        sentence=sentence, is_over=is_over, is_danger=True, symbol="unlink",
    )  # fmt: skip


@dataclass(frozen=True)
class ConnectDialog(Component):
    """The choice of a connection for a credential, found by name."""

    template: ClassVar[str] = "credentials/connect.html"
    title: str
    action: str
    options: Sequence[Option]
    q: str
    is_more: bool
    csrf: str
    back: str
    is_over: bool
    fault: str = ""


def connect_dialog(
    kept: Credential,
    found: Sequence[Connection],
    q: str,
    csrf: str,
    *,
    is_more: bool,
    is_over: bool,
    fault: str = "",
) -> ConnectDialog:
    """Return the choice of a connection that a credential is to sign in at."""
    here = f"/credentials/{kept.id}"
    options = [
        Option(f"{one.id}@{one.generation}", one.name, f"{DRIVER_WORDS[one.type].words} · {place_of(one)}")
        for one in found
    ]
    title = f"Associate {kept.name} with a connection"
    return ConnectDialog(title, f"{here}/connections/add", options, q, is_more, csrf, here, is_over, fault)


def connections_section(
    kept: Credential,
    found: Sequence[Association],
    now: datetime,
    *,
    is_own: bool,
    is_all: bool,
) -> Section:
    """Return the connections that a credential signs in at."""
    here = f"/credentials/{kept.id}/connections"
    add = ButtonLink("Add associated connection", f"{here}/add", "plain", "plus", opens_dialog=True)
    sentence = "Choose a data connection, and these credentials are offered wherever it asks for some."
    empty = Empty("No associated connections", sentence, "plug-connected", add if is_own else None)
    rows = [
        Row(
            [
                NameCell(
                    one.connection_name, DRIVER_WORDS[one.connection_type].words,
                    f"/connections/{one.connection_id}", KindTile(DRIVER_WORDS[one.connection_type].symbol),
                ),
                _state_or_way_back(one, is_own=is_own),
                _last_test(one, now),
                Timestamp(one.at, now),
            ],
            BinLink(f"{here}/{one.connection_id}/remove", one.connection_name, "Remove association", "unlink")
            if is_own
            else None,
        )
        for one in found
    ]  # fmt: skip
    table = ResourceTable("connections", "connections", _CONNECTIONS, rows, ListState("", {}), empty)
    note = "" if is_all else f"The first {len(found)}."
    return Section("Associated connections", table, note, add if is_own and rows else None)
