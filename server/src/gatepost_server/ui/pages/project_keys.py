"""Project Home > Settings > API: the keys of a project, a new one, and one with all that it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gatepost_server.keys import Key, KeyStatus
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import RevealOnce
from gatepost_server.ui.kit.facts import Tag, Text
from gatepost_server.ui.kit.heads import ButtonLink, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.menus import ActionsMenu
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.permissions import PermissionForm
from gatepost_server.ui.kit.pieces import Section, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages import key_deeds, old_secrets
from gatepost_server.ui.pages.key_facts import (
    ON_DATASET,
    as_json,
    badge_of,
    opens,
    project_groups,
    project_rules,
    short,
    used,
)
from gatepost_server.ui.pages.key_form import FormChoices, KeyForm, KeyPage, about, consent_words, history
from gatepost_server.ui.pages.key_list import expiry_tag

_COLUMNS: Final = [
    Column("Name", "p-name", place="title"),
    Column("May do", place="wide"),
    Column("Associated user", "p-who", place="left"),
    Column("Last used", "p-used", place="right"),
    Column("Ends", "p-end", place="none"),
    Column("State", "p-state", place="badge"),
    Column("Actions", "c-act", place="act"),
]
_TABS: Final = {
    KeyStatus.ACTIVE: "Active",
    KeyStatus.DISABLED: "Disabled",
    KeyStatus.EXPIRED: "Expired",
    KeyStatus.REVOKED: "Deleted",
}


@dataclass(frozen=True)
class RightsText:
    """The rights of a project key as JSON, the project's datasets, and what is wrong with the text.

    `empty` is the JSON that gives nothing, for who makes a new key and wants none of the sample.
    """

    text: str
    datasets: Sequence[str]
    are_all: bool = True
    error: str = ""
    line: int = 0
    empty: str = ""


def home_of(project: str) -> str:
    """Return the address of a project's keys."""
    return f"/projects/{project}/settings/api"


def key_list(
    project: str,
    rows: Sequence[Key],
    state: ListState,
    counts: dict[KeyStatus, int],
    weak: set[str],
    now: datetime,
    *,
    csrf: str,
    url: str,
    next_cursor: str | None,
) -> Component:
    """Return the list of a project's keys of one status; *weak* are those that want another sponsor."""
    home, status = state.path, KeyStatus(state.value("tab") or KeyStatus.ACTIVE)
    new = ButtonLink("New API key", f"{home}/new", "primary", "plus")
    empty = Empty(
        "No API keys yet" if status is KeyStatus.ACTIVE else f"No {_TABS[status].lower()} keys",
        "A key of a project opens nothing outside it, and only what you tick.",
        "key",
        new if status is KeyStatus.ACTIVE else None,
    )
    table = ResourceTable(
        "project-keys",
        "keys",
        _COLUMNS,
        [_row(one, home, weak, now, csrf) for one in rows],
        state,
        empty,
        find_hint="Name or prefix",
        next_cursor=next_cursor,
    )
    parts: list[Component] = [table]
    if any(counts.values()):
        tabs = [
            Tab(words, state.href(tab=None if one is KeyStatus.ACTIVE else one), counts[one], one is status)
            for one, words in _TABS.items()
        ]
        parts.insert(0, Tabs(tabs, "Keys by status"))
    actions = key_deeds.Beside([SameWith(_same(project, url)), new])
    return Section("API keys", Stack(parts), "They open this project only.", actions)


def _row(key: Key, home: str, weak: set[str], now: datetime, csrf: str) -> Row:
    is_gone = key.status(now) is KeyStatus.REVOKED
    line, second = ("Nothing any more", "") if is_gone else opens(key)
    who = key.run_as.label if key.run_as else "None"
    sponsor: str | Component = f"sponsor {key.owner.label}" if key.owner else "sponsor is gone"
    if key.id in weak and not is_gone:
        sponsor = Tag("wants a sponsor", "amber", "alert-triangle", "Its sponsor cannot answer for all of it")
    cells: list[Component | str] = [
        NameCell(key.name, short(key), None if is_gone else f"{home}/{key.id}"),
        Text(line, second),
        Text(who, sponsor, is_quiet=key.run_as is None),
        used(key, now),
        expiry_tag(key.expires_at, now),
        badge_of(key, now),
    ]
    menu = ActionsMenu(f"menu-{key.id}", key.name, key_deeds.menu(key, home, now), csrf)
    return Row(cells, None if is_gone else menu)


def new_key(
    project: str, form: KeyForm, choices: FormChoices, rights: RightsText, csrf: str, url: str
) -> Component:
    """Return the page that makes a key."""
    home = home_of(project)
    return KeyPage(
        "New API key",
        "",
        "It opens what you tick here, as far as its sponsor may, and nothing outside.",
        f"{home}/new",
        "Create key",
        home,
        "Cancel",
        csrf,
        [about(form, choices), _rights(rights, "")],
        fault=form.fault,
        same=_same(project, url),
    )


def key_page(
    project: str,
    key: Key,
    form: KeyForm,
    choices: FormChoices,
    rights: RightsText,
    *,
    lacking: Sequence[str],
    now: datetime,
    csrf: str,
    url: str,
    viewer: str,
    is_fresh: bool,
) -> Component:
    """Return the page of one key, for the user with the id *viewer*.

    *lacking* is what its sponsor cannot answer for any more.
    """
    home = home_of(project)
    here = f"{home}/{key.id}"
    return KeyPage(
        key.name,
        short(key),
        f"Project key. {history(key, now)}",
        here,
        "Save changes",
        here,
        "Discard",
        csrf,
        [about(form, choices, key), _rights(rights, as_json(key.permissions, key.datasets))],
        badge_of(key, now),
        [*_notes(key, here, lacking, is_fresh=is_fresh), *old_secrets.old_note(key, now)],
        form.fault,
        _same(project, url),
        [
            *old_secrets.old_users(key, now),
            key_deeds.deeds(key, here, now, csrf, may_adopt=key.owner_id != viewer),
        ],
    )


def _rights(rights: RightsText, saved: str) -> PermissionForm:
    return PermissionForm(
        "rights",
        rights.text,
        project_groups(),
        ON_DATASET,
        rights.datasets,
        project_rules(),
        rights.are_all,
        saved,
        rights.error,
        rights.line,
        rights.empty,
    )


def _notes(key: Key, here: str, lacking: Sequence[str], *, is_fresh: bool) -> list[Component]:
    notes: list[Component] = []
    if lacking:
        who = key.owner.label if key.owner else "Its sponsor"
        gone = key.owner is None or not key.owner.is_active
        head = f"{who} cannot answer for this key any more." if gone else f"{who} may do less than this key."
        what = "Every call with it is refused." if gone else f"Refused now: {_some(lacking)}."
        adopt = ButtonLink("Adopt key", f"{here}/adopt", "plain", "user-check", opens_dialog=True)
        notes.append(
            Note(head, f"{what} Adopt it to answer for it yourself.", "amber", "alert-triangle", adopt)
        )
    if key.run_as is not None and not key.run_as_counts:
        notes.append(
            Note("The associated user does not count.", consent_words(key), "amber", "alert-triangle")
        )
    if not is_fresh:
        confirm = ButtonLink("Confirm", f"/confirm?next={here}", "plain", "shield-check")
        notes.append(
            Note(
                "Confirm your password before you change it.",
                "What a key may do is changed by a person who is present.",
                "blue",
                "lock",
                confirm,
            )
        )
    return notes


def _some(names: Sequence[str]) -> str:
    rest = len(names) - 3
    return ", ".join(names[:3]) + (f" and {rest} more" if rest > 0 else "")


def revealed(key: Key, text: str, project: str, url: str, *, is_over: bool) -> RevealOnce:
    """Return the only view of a new key."""
    ends = "It has no end." if key.expires_at is None else f"It ends on {key.expires_at:%d %b %Y}."
    return RevealOnce(
        f"Key “{key.name}” is ready",
        f"Project key of {project}. {opens(key)[0]}. {ends}",
        text,
        "The new API key",
        "Put it in your secret store now. If it is lost, rotate it; nobody can read this one.",
        home_of(project),
        _snippets(key, project, url),
        "From a shell: read -rs GATEPOST_API_KEY && export GATEPOST_API_KEY keeps it out of your history.",
        is_over=is_over,
    )


def _snippets(key: Key, project: str, url: str) -> list[Snippet]:
    """Return first calls that the key may make: read what it reads, else write what it writes."""
    readable = [name for name, given in key.datasets.items() if {"READ_DATA", "EXPORT_DATA"} & set(given)]
    written = [name for name, given in key.datasets.items() if "WRITE_DATA" in given]
    address, way, more, sent = f"{url}/api/v1/me", "", "", ""
    if readable:
        address = f"{url}/api/v1/projects/{project}/datasets/{readable[0]}/data"
    elif written:
        address = f"{url}/api/v1/projects/{project}/datasets/{written[0]}/data?mode=append"
        way, more = "-T orders.csv ", '-H "Content-Type: text/csv" '
        sent = ', open("orders.csv", "rb").read(), {"Content-Type": "text/csv"}, method="PUT"'
    return [
        Snippet("curl", f'curl {way}-H "Authorization: Key $GATEPOST_API_KEY" {more}\\\n  "{address}"'),
        Snippet(
            "Python",
            "import os, urllib.request\n\n"
            f'request = urllib.request.Request("{address}"{sent})\n'
            'request.add_header("Authorization", "Key " + os.environ["GATEPOST_API_KEY"])\n'
            "print(urllib.request.urlopen(request).read().decode())",
        ),
    ]


def _same(project: str, url: str) -> list[Snippet]:
    body = '{"name": "Nightly loader", "permissions": ["READ_CONF"], "datasets": {"orders": ["READ_DATA"]}}'
    headers = '-b "$COOKIES" -H "X-Gatepost-CSRF: $CSRF"'
    return [
        Snippet(
            "curl, with the session of a login (a key makes no keys)",
            f"curl {headers} --json \\\n  '{body}' \\\n  {url}/api/v1/projects/{project}/keys",
        ),
        Snippet(
            "List them, with a key of somebody who administers the project",
            f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/projects/{project}/keys',
        ),
    ]
