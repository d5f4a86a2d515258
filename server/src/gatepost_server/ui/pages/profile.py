"""One's own profile, password and sessions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gatepost_server.authn import Lent
from gatepost_server.identity import Session, User
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog
from gatepost_server.ui.kit.facts import KindTile, Tag, Text, Timestamp
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead
from gatepost_server.ui.kit.pieces import Card, CardForm, Fact, Facts, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages import consents, lending
from gatepost_server.ui.pages.consents import Consent
from gatepost_server.ui.pages.signin import password_fields


def profile(
    user: User,
    role: str,
    now: datetime,
    csrf: str,
    errors: Mapping[str, str],
    agreed: Sequence[Consent] = (),
    *,
    lent: Sequence[Lent] = (),
) -> Component:
    """Return the profile of *user*; *errors* are what is wrong with what was sent, by field.

    *agreed* are the projects whose keys may act with the user's data rules, *lent* the applications
    that may act in their name.
    """
    facts = Facts(
        [
            Fact("User name", user.username),
            Fact("Role", role.capitalize()),
            Fact("Member since", Timestamp(user.created_at, now)),
            Fact(
                "Last login",
                Timestamp(user.last_login_at, now) if user.last_login_at else "This is the first",
            ),
        ]
    )
    head = PageHead(
        "Profile",
        "Who you are here, and how you sign in.",
        [Crumb(user.display_name, None)],
        [
            ButtonLink("Sessions", "/sessions", symbol="device-laptop"),
            ButtonLink("API keys", "/keys", symbol="key"),
        ],
    )
    return Stack(
        [
            head,
            Card("You", facts),
            _names(user, errors, csrf),
            lending.card(lent, now),
            consents.card(agreed),
            _change(errors, csrf),
        ]
    )


_UNCONFIRMED: Final = "You wrote it: applications are told it as yours once an administrator confirmed it."


def _names(user: User, errors: Mapping[str, str], csrf: str) -> CardForm:
    return CardForm(
        "Name and address",
        "/profile",
        "Save",
        [
            TextField(
                "display_name",
                "Name",
                user.display_name,
                autocomplete="name",
                error=errors.get("display_name", ""),
                max_length=120,
            ),
            TextField(
                "email",
                "E-mail",
                user.email,
                kind="email",
                autocomplete="email",
                error=errors.get("email", ""),
                max_length=320,
                hint=_UNCONFIRMED if user.is_email_own else "",
            ),
        ],
        csrf,
    )


def _change(errors: Mapping[str, str], csrf: str) -> CardForm:
    return CardForm(
        "Password",
        "/profile/password",
        "Change password",
        password_fields(errors.get("old", ""), errors.get("new", "")),
        csrf,
        sentence="Your other sessions end when you change it. Your API keys stay.",
    )


def sessions(items: Sequence[Session], current: str | None, person: str, now: datetime) -> Component:
    """Return the list of one's own sessions; *current* is the id of this one."""
    head = PageHead(
        "Sessions",
        "Where you are signed in. Ending one takes effect at its next request.",
        [Crumb(person, "/profile"), Crumb("Sessions")],
        [ButtonLink("End all others", "/sessions/others/end", symbol="logout", opens_dialog=True)]
        if len(items) > 1
        else [],
    )
    columns = [
        Column("Where", place="title"),
        Column("Address", "c-own", place="left"),
        Column("Started", "k-made", place="none"),
        Column("Last seen", "k-made", place="right"),
        Column("Ends", "k-made", place="none"),
        Column("Actions", "w-act", place="act"),
    ]
    rows = [_session_row(item, now, is_current=item.id == current) for item in items]
    empty = Empty("No sessions", "You are not signed in anywhere.", "device-laptop")
    table = ResourceTable("sessions", "sessions", columns, rows, ListState("/sessions", {}), empty)
    return Stack([head, table])


def _session_row(item: Session, now: datetime, *, is_current: bool) -> Row:
    words = client_words(item.user_agent, item.client)
    is_cli = item.client == "cli"
    tile = KindTile("terminal-2" if is_cli else "device-laptop", "shiny" if is_current else "static")
    end = ButtonLink("End", f"/sessions/{item.id}/end", "danger-line", opens_dialog=True, extra="btn-sm")
    second: str | Component = "An application's own page" if item.app_id else "Gatepost"
    cells: list[Component | str] = [
        NameCell(words, second, tile=tile),
        Text(item.ip or "Not known", is_mono=True),
        Timestamp(item.created_at, now),
        Timestamp(item.seen_at, now),
        Timestamp(item.expires_at, now),
    ]
    return Row(cells, Tag("This one", "blue") if is_current else end)


def client_words(user_agent: str | None, client: str) -> str:
    """Say which program a session belongs to, from what it calls itself."""
    if client == "cli":
        return "Command line"
    text = user_agent or ""
    browser = next(
        (
            name
            for sign, name in (
                ("Edg/", "Edge"),
                ("OPR/", "Opera"),
                ("Chrome/", "Chrome"),
                ("Firefox/", "Firefox"),
                ("Safari/", "Safari"),
            )
            if sign in text
        ),
        "",
    )
    system = next(
        (
            name
            for sign, name in (
                ("Android", "Android"),
                ("iPhone", "iPhone"),
                ("iPad", "iPad"),
                ("Windows", "Windows"),
                ("Mac OS", "macOS"),
                ("Linux", "Linux"),
            )
            if sign in text
        ),
        "",
    )
    if browser and system:
        return f"{browser} on {system}"
    return browser or (text[:40] if text else "Unknown program")


def end_session_dialog(item: Session, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before one session is ended."""
    where = client_words(item.user_agent, item.client)
    return ConfirmDialog(
        f"End the session on {where}?",
        "Whoever uses it has to log in again. Open pages of applications close within 5 seconds.",
        f"/sessions/{item.id}/end",
        "End session",
        csrf,
        "/sessions",
        is_over=is_over,
    )


def end_others_dialog(csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before all other sessions are ended."""
    return ConfirmDialog(
        "End all other sessions?",
        "Every other browser and command line signed in as you has to log in again. This one stays.",
        "/sessions/others/end",
        "End all others",
        csrf,
        "/sessions",
        is_over=is_over,
    )
