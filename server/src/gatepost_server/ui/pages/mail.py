"""The Mail page of administrators: the mail server, a test mail, and the mails with what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gatepost_server.kernel.paging import Page
from gatepost_server.notify import Mail, MailState, MailView
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import StateBadge, Timestamp
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, CardForm, Fact, Facts, Section, Stack
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

HERE: Final = "/admin/mail"
_PROTECTIONS: Final = {
    "": "STARTTLS, as usual",
    "starttls": "STARTTLS",
    "tls": "TLS from the first byte",
    "none": "None",
}
_LABELS: Final = {
    "host": "Mail server",
    "port": "Port",
    "tls": "Protection",
    "user": "User name",
    "password": "Password",
    "from": "Sender",
}
_BADGES: Final = {
    MailState.QUEUED: StateBadge("Waiting", "amber", "clock"),
    MailState.SENT: StateBadge("Sent", "green", "circle-check"),
    MailState.FAILED: StateBadge("Not sent", "red", "alert-triangle"),
}
_COLUMNS: Final = [
    Column("To", place="title"),
    Column("State", "k-exp", place="badge"),
    Column("What became of it"),
    Column("Written", "k-made", place="right"),
]


@dataclass(frozen=True)
class Typed:
    """What stands in the fields, what is wrong with which (`mail.host`), and with the whole."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def values(view: MailView) -> dict[str, str]:
    """Return the settings in force as the fields show them; never the password."""
    said = view.fields
    return {
        "host": said.host or "",
        "port": str(said.port or ""),
        "tls": said.tls or "",
        "user": said.user or "",
        "from": said.sender or "",
    }


def mail(
    view: MailView,
    typed: Typed,
    trial: Component,
    mails: Page[Mail],
    state: ListState,
    *,
    now: datetime,
    csrf: str,
    url: str,
) -> Component:
    """Return the page."""
    head = PageHead(
        "Mail",
        "Invitations, notes about shares and requests, and mails of scenarios go out through one server.",
        [Crumb("Administration"), Crumb("Mail")],
        [_same(url)],
    )
    how = (
        Note("Mail goes out.", f"Through {view.fields.host}, from {view.fields.sender}.", "green", "check")
        if view.is_configured
        else Note(
            "No mail goes out.",
            "External sharing needs a mail server. Sharing with people and requests work without one; "
            "nobody is told by mail. Set the mail server and the sender.",
            "amber",
        )
    )
    parts: list[Component] = [head, how, _server(view, typed, csrf)]
    fixed = _fixed(view)
    if fixed:
        parts.append(Card("Set by the environment of the server, and changed there", Facts(fixed)))
    return Stack([*parts, trial, Section("Mails", _table(mails, state, now))])


def trial(to: str, fault: str, view: MailView, csrf: str) -> Component:
    """Return the form that sends a test mail, or what is missing for one."""
    if not view.is_configured:
        return Card("Send a test mail", Note("Not yet.", "Save a mail server and a sender first."))
    address = TextField("to", "To", to, kind="email", max_length=254)
    return CardForm(
        "Send a test mail",
        f"{HERE}/test",
        "Send test mail",
        [address],
        csrf,
        "It is sent while you wait, and you are told what the mail server made of it.",
        fault,
    )


def _server(view: MailView, typed: Typed, csrf: str) -> Component:
    shown = [name for name in _LABELS if name not in view.from_environment]
    if not shown:
        return Stack([])
    fields = [_field(name, view, typed) for name in shown]
    return CardForm("Mail server", HERE, "Save mail server", fields, csrf, fault=typed.fault)


def _field(name: str, view: MailView, typed: Typed) -> Component:
    value, error, label = typed.values.get(name, ""), typed.errors.get(f"mail.{name}", ""), _LABELS[name]
    if name == "tls":
        choices = [Choice(value, words) for value, words in _PROTECTIONS.items()]
        hint = "A password is never sent unprotected, except to this machine itself."
        return SelectField(name, label, choices, value, hint, error)
    if name == "password":
        kept = "One is stored. Leave this empty to keep it." if view.fields.password else ""
        hint = (
            kept or "Sealed in the store, and never shown again."
        ) + " Another server, port, protection or user needs it anew."
        return TextField(
            name, label, kind="password", hint=hint, error=error,
            autocomplete="new-password", is_required=False, max_length=500,
        )  # fmt: skip
    sent = "sender" if name == "from" else name
    hint = _HINTS.get(name, "")
    return TextField(sent, label, value, hint=hint, error=error, is_required=False, max_length=300)


_HINTS: Final = {
    "host": "A host name or an IP address. Leave it empty to send no mail.",
    "port": "Empty: 587 for STARTTLS, 465 for TLS, 25 without.",
    "user": "Empty: no login.",
    "from": "An address, like Gatepost <gatepost@example.com>.",
}


def _fixed(view: MailView) -> list[Fact]:
    shown = values(view)
    return [
        Fact(_LABELS[name], "Set; not shown" if name == "password" else shown.get(name, ""))
        for name in view.from_environment
    ]


def _table(mails: Page[Mail], state: ListState, now: datetime) -> ResourceTable:
    empty = Empty(
        "No mails yet", "Each mail is listed here with what became of it, never its text.", "file-text"
    )
    states = [Choice(one.value, _BADGES[one].word) for one in MailState]
    return ResourceTable(
        "mails", "mails", _COLUMNS, [_row(one, now) for one in mails.items], state, empty,
        find_hint="Recipient or subject", filters=[Filter("state", "State", states)], next_cursor=mails.next,
    )  # fmt: skip


def _row(one: Mail, now: datetime) -> Row:
    said = one.reason or ("The mail server took it." if one.state is MailState.SENT else "It leaves soon.")
    became: Sequence[str] = [said[:1].upper() + said[1:]]
    if one.attempts > 1:
        became = [*became, f"{one.attempts} tries."]
    return Row(
        [NameCell(one.to, one.subject), _BADGES[one.state], " ".join(became), Timestamp(one.created_at, now)]
    )


def _same(url: str) -> SameWith:
    cli = (
        "gatepost settings set mail.host=mail.example.com mail.user=gatepost mail.password=- \\\n"
        '  "mail.from=Gatepost <gatepost@example.com>"\ngatepost settings test-mail you@example.com'
    )
    body = '{"mail": {"host": "mail.example.com", "from": "gatepost@example.com"}}'
    return SameWith([Snippet("CLI", cli), Snippet("API", f"PATCH {url}/api/v1/settings\n{body}")])
