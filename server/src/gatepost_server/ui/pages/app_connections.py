"""The data connections that an application's code reaches by a name: the tab, and the questions around it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gatepost_server.apps import AppConnection
from gatepost_server.connections import Connection
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FaultDialog, FormDialog
from gatepost_server.ui.kit.facts import KindTile, Tag, Text, Timestamp
from gatepost_server.ui.kit.fields import Option, RadioField, SelectField, TextField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Section
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.application import AppView, page
from gatepost_server.ui.pages.applications import AppRow
from gatepost_server.ui.pages.connection_words import DRIVER_WORDS
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.pages.signing_in import Purpose

ENVIRONMENT: Final = "environment"
_COLUMNS: Final = [
    Column("Name", place="title"),
    Column("Leads to", place="left"),
    Column("Signs in as"),
    Column("Added", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_NOT_YOURS: Final = "Not for you to see"
_GIVEN: Final = "Versions that {} deploys find it in GATEPOST_CONNECTION_… from their next start on."
_GETS: Final = [
    Option("", "Rows, by name", "Gatepost signs in. The code never has the password."),
    Option(
        ENVIRONMENT,
        "The password as well, in its environment",
        "For libraries that sign in themselves, and PostgreSQL alone. It is the weaker choice: whatever you "
        "deploy there can give it away. Others' versions do not get it.",
    ),
]


@dataclass(frozen=True)
class AddForm:
    """What was typed to add a connection, and what is wrong with it."""

    name: str = ""
    connection: str = ""
    environment: str = ""
    error: str = ""
    fault: str = ""


def connections_tab(
    view: AppView, found: Sequence[AppConnection], now: datetime, csrf: str, url: str
) -> Component:
    """Return the tab with an application's data connections."""
    row, base = view.row, base_of(view.row)
    add = ButtonLink("Add a connection", f"{base}/add", "plain", "plus", opens_dialog=True)
    sentence = (
        "Its code asks for rows by a name, and Gatepost signs in. The password reaches it only "
        "where its owner put it into the environment."
    )
    empty = Empty(
        "No data connections yet", sentence, "plug-connected", add if row.may_edit else None
    )  # fmt: skip
    rows = [_row(row, one, now) for one in found]
    table = ResourceTable("connections", "data connections", _COLUMNS, rows, ListState(base, {}), empty)
    section = Section(
        "Data connections", table, "" if not rows else sentence, add if row.may_edit and rows else None
    )
    return page(view, "connections", section, now, csrf, url, same=_same(row, url))


def base_of(row: AppRow) -> str:
    """Return the address of the tab."""
    return f"/applications/{row.id}/connections"


def _same(row: AppRow, url: str) -> list[Snippet]:
    call = 'curl -X PUT -H "Authorization: Key $GATEPOST_API_KEY" --json'
    return [
        Snippet(
            "In the application",
            'import gatepost\n\nrows = gatepost.client().connection("sales").query("SELECT 1")',
        ),
        Snippet("CLI", f"gatepost apps connections {row.number} --help"),
        Snippet(
            "curl",
            f'{call} \'{{"connection_id": "…"}}\' \\\n  {url}/api/v1/apps/{row.id}/connections/sales',
        ),
    ]


def _row(row: AppRow, one: AppConnection, now: datetime) -> Row:
    place = one.connection_name or Text(_NOT_YOURS, is_quiet=True)
    login: str | Component = Text("Nobody signs in", is_quiet=True)
    if one.has_login:
        login = one.credential_name or Text(_NOT_YOURS, is_quiet=True)
    name = NameCell(one.name, f"by {one.by_name}", tile=KindTile("plug-connected", "shiny"))
    if one.in_environment:
        tag = Tag("password in the environment", "amber", "key", _GIVEN.format(one.by_name))
        name = replace(name, second=tag)
    remove = BinLink(f"{base_of(row)}/{one.name}/remove", one.name, "Remove")
    return Row(
        [
            name,
            place,
            login,
            Timestamp(one.at, now),
        ],
        remove if row.may_edit else None,
    )


def add_dialog(
    row: AppRow, found: Sequence[Connection], form: AddForm, csrf: str, *, is_over: bool
) -> Component:
    """Return the first question: by which name, to which connection."""
    if not found:
        sentence = "Databases that you may use, and that are not for people alone, can be added."
        if is_over:
            return FaultDialog("There is no connection that code may reach", sentence, tone="amber")
        look = ButtonLink("Data connections", "/connections")
        return Note("There is no connection that code may reach.", sentence, "amber", "alert-triangle", look)
    choices = [Choice(one.id, f"{one.name} ({DRIVER_WORDS[one.type].words})") for one in found]
    return FormDialog(
        "Add a data connection", f"{base_of(row)}/add", "Choose an account",
        [
            TextField(
                "name", "Name", form.name, hint="What the code calls it: a-z, 0-9, - and _.",
                error=form.error, is_first=True, max_length=64,
            ),
            SelectField("connection", "Connection", choices, form.connection),
            RadioField("environment", "What its code gets", _GETS, form.environment),
        ],
        csrf, base_of(row), fault=form.fault, is_over=is_over, symbol="plug-connected",
        sentence=f"{row.name} reads from it as whoever deployed it, who has to be let use it.",
    )  # fmt: skip


def reaching(row: AppRow, of: ConnectionView, name: str, environment: str) -> Purpose:
    """Return that somebody signs in for the code of an application."""
    sentence = "Choose an account: the application signs in with it from its next statement on."
    if environment:
        sentence = "Choose an account of your own: at its next start the application finds the password."
    along = {"name": name, "connection": of.one.id}
    return Purpose(
        f"Whom does {row.name} sign in as?",
        sentence,
        f"{base_of(row)}/add",
        base_of(row),
        along | ({"environment": environment} if environment else {}),
    )


def remove_dialog(row: AppRow, name: str, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a connection is removed."""
    return ConfirmDialog(
        f"Remove {name}?",
        "It can be added again.",
        f"{base_of(row)}/{name}/remove",
        f"Remove {name}",
        csrf,
        base_of(row),
        [f"The code of {row.name} reaches nothing by this name, from its next statement on."],
        is_over=is_over,
    )
