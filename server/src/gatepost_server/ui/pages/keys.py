"""API keys: the list, the form for a new one, the one time it is shown, the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from gatepost_server.keys import Key
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog, RevealOnce
from gatepost_server.ui.kit.facts import Tag, Text, Timestamp
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row

SOON: Final = timedelta(days=7)


@dataclass(frozen=True)
class KeyFormState:
    """What was typed into the form for a new key, and what is wrong with it."""

    name: str = ""
    expiry: str = "90"
    until: str = ""
    role: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def key_list(
    rows: Sequence[Key], state: ListState, person: str, now: datetime, url: str, *, next_cursor: str | None
) -> Component:
    """Return the page with one's own keys."""
    new = ButtonLink("New key", "/keys/new", "primary", "plus", opens_dialog=True)
    head = PageHead(
        "API keys",
        "Keys that act as you when a program calls. A key is shown once, when it is made.",
        [Crumb(person, "/profile"), Crumb("API keys")],
        [SameWith(_same(url)), new],
    )
    columns = [
        Column("Name", "k-name", place="title"),
        Column("Key", "k-key", place="left"),
        Column("May do", place="wide"),
        Column("Created", "k-made", place="none"),
        Column("Last used", "k-used", place="right"),
        Column("Expires", "k-exp", place="badge"),
        Column("Actions", "c-act", place="act"),
    ]
    empty = Empty(
        "No keys yet",
        "Make a key to call applications from curl, R or Python as yourself.",
        "key",
        new,
    )
    table = ResourceTable(
        "keys",
        "keys",
        columns,
        [_row(row, now) for row in rows],
        state,
        empty,
        find_hint="Name or prefix",
        next_cursor=next_cursor,
    )
    return Stack([head, table])


def _row(row: Key, now: datetime) -> Row:
    used: Component | str = Text("Never used", is_quiet=True)
    if row.last_used_at is not None:
        used = Text(Timestamp(row.last_used_at, now), row.last_used_ip or "")
    return Row(
        [
            NameCell(row.name, "Personal key"),
            Text(f"{row.prefix[:8]}…{row.last_four}", is_mono=True),
            Text(f"At most {row.role}" if row.role else "All that I may"),
            Timestamp(row.created_at, now),
            used,
            expiry_tag(row.expires_at, now),
        ],
        BinLink(f"/keys/{row.id}/delete", row.name),
    )


def expiry_tag(expires_at: datetime | None, now: datetime) -> Tag:
    """Return when a key ends, in words; amber when soon, red when over or never."""
    if expires_at is None:
        return Tag("Never", "red", "infinity", "This key has no end")
    exact = f"{expires_at.day} {expires_at:%b %Y, %H:%M} UTC"
    if expires_at <= now:
        return Tag("Expired", "red", "clock-exclamation", exact)
    left = expires_at - now
    words = Timestamp(expires_at, now).words
    return Tag(
        words, "amber" if left <= SOON else "gray", "clock-exclamation" if left <= SOON else "calendar", exact
    )


def new_key_dialog(
    form: KeyFormState,
    roles: Sequence[Choice],
    csrf: str,
    *,
    default_days: int,
    may_never: bool,
    is_over: bool,
) -> FormDialog:
    """Return the form for a new key; *roles* are the viewer's own and the lower ones."""
    expiry = _expiry_choices(default_days, may_never=may_never)
    return FormDialog(
        "New API key",
        "/keys/new",
        "Create key",
        _key_fields(form, expiry, roles),
        csrf,
        "/keys",
        sentence="The key acts as you. It cannot make other keys.",
        fault=form.fault,
        is_over=is_over,
        symbol="key",
    )


def _expiry_choices(default_days: int, *, may_never: bool) -> list[Choice]:
    days = sorted({7, 30, default_days, 180, 365})
    choices = [Choice(str(each), _day_words(each, default_days)) for each in days]
    choices.append(Choice("until", "On a date I choose"))
    if may_never:
        choices.append(Choice("never", "Never (not advised)"))
    return choices


def _key_fields(form: KeyFormState, expiry: Sequence[Choice], roles: Sequence[Choice]) -> list[Component]:
    fields: list[Component] = [
        TextField(
            "name",
            "Name",
            form.name,
            hint="What will use it, such as “Nightly export”.",
            error=form.errors.get("name", ""),
            is_first=True,
            max_length=80,
        ),
        SelectField("expiry", "Ends", expiry, form.expiry, error=form.errors.get("expires_at", "")),
        TextField(
            "until",
            "End date",
            form.until,
            kind="date",
            is_required=False,
            hint="Only for “On a date I choose”.",
            error=form.errors.get("until", ""),
        ),
    ]
    if len(roles) > 1:
        fields.append(
            SelectField(
                "role",
                "May do at most",
                roles,
                form.role or roles[0].value,
                hint="A key never does more than you may do when it is used.",
                error=form.errors.get("role", ""),
            )
        )
    return fields


def _day_words(days: int, default_days: int) -> str:
    words = "In a year" if days == 365 else f"In {days} days"  # noqa: PLR2004
    return f"{words} (usual)" if days == default_days else words


def revealed(
    name: str, key: str, ends: str, url: str, content_url: str | None, *, is_over: bool
) -> RevealOnce:
    """Return the only view of a new key. *ends* says when it ends, in words."""
    target = content_url or f"{url}/api/v1/me"
    snippets = [
        Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {target}'),
        Snippet(
            "Python",
            "import os, urllib.request\n\n"
            f'request = urllib.request.Request("{target}")\n'
            'request.add_header("Authorization", "Key " + os.environ["GATEPOST_API_KEY"])\n'
            "print(urllib.request.urlopen(request).read().decode())",
        ),
        Snippet(
            "R",
            "library(httr)\n\n"
            f'GET("{target}",\n'
            '    add_headers(Authorization = paste("Key", Sys.getenv("GATEPOST_API_KEY"))))',
        ),
    ]
    return RevealOnce(
        f"Key “{name}” is ready",
        f"Personal key, acts as you. {ends}",
        key,
        "The new API key",
        "Put it in your secret store now. If it is lost, make a new one; "
        "nobody, administrators included, can read this one.",
        "/keys",
        snippets,
        "From a shell: read -rs GATEPOST_API_KEY && export GATEPOST_API_KEY keeps it out of your history.",
        is_over=is_over,
    )


def delete_dialog(row: Key, now: datetime, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a key is deleted."""
    effects = []
    if row.last_used_at is not None:
        used = Timestamp(row.last_used_at, now).words
        effects.append(
            f"It was last used {used}" + (f" from {row.last_used_ip}." if row.last_used_ip else ".")
        )
    else:
        effects.append("It was never used.")
    effects.append("Programs that send it are refused from their next request on; open connections close.")
    return ConfirmDialog(
        f"Delete the key {row.name}?",
        "This cannot be undone.",
        f"/keys/{row.id}/delete",
        f"Delete {row.name}",
        csrf,
        "/keys",
        effects,
        is_over=is_over,
    )


def _same(url: str) -> list[Snippet]:
    return [
        Snippet(
            "CLI",
            'gatepost keys create "Nightly export" --expires 90\n'
            'gatepost keys list\ngatepost keys delete "Nightly export"',
        ),
        Snippet(
            "API", f"GET    {url}/api/v1/keys\nPOST   {url}/api/v1/keys\nDELETE {url}/api/v1/keys/KEY_ID"
        ),
    ]
