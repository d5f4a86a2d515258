"""Administration > API keys > Global keys: their list, and one with its matrix of projects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from gatepost_server.authz import policy
from gatepost_server.keys import Key, KeyStatus
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import RevealOnce
from gatepost_server.ui.kit.facts import Text
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.menus import ActionsMenu
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.permissions import MatrixRow, MatrixRows, PermissionMatrix
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
from gatepost_server.ui.pages import key_deeds, old_secrets
from gatepost_server.ui.pages.key_facts import badge_of, opens, project_groups, project_rules, short, used
from gatepost_server.ui.pages.key_form import FormChoices, KeyForm, KeyPage, about, consent_words, history
from gatepost_server.ui.pages.key_list import expiry_tag

_ADMINISTRATOR: Final = policy.roles["administrator"].cap
HOME: Final = "/admin/keys"
ALL: Final = "/admin/keys/all"
_COLUMNS: Final = [
    Column("Name", "k-name", place="title"),
    Column("May do", place="wide"),
    Column("Associated user", "k-used", place="left"),
    Column("Last used", "k-used", place="right"),
    Column("Ends", "p-end", place="none"),
    Column("State", "p-state", place="badge"),
    Column("Actions", "c-act", place="act"),
]
STATES: Final = Filter(
    "state",
    "State",
    [
        Choice(KeyStatus.ACTIVE, "Active"),
        Choice(KeyStatus.DISABLED, "Disabled"),
        Choice(KeyStatus.EXPIRED, "Expired"),
        Choice(KeyStatus.REVOKED, "Deleted"),
    ],
)


@dataclass(frozen=True)
class GlobalSwitch(Component):
    """The switch that gives a key the whole server, with what that means."""

    template: ClassVar[str] = "keys/global_switch.html"
    is_on: bool


@dataclass(frozen=True)
class Given:
    """What the form of a global key gives: the whole server, or permissions by project."""

    is_global_admin: bool
    rows: Sequence[MatrixRow]
    q: str = ""
    error: str = ""


def head(here: str, url: str) -> list[Component]:
    """Return what stands above both lists of keys: the head and the tabs."""
    new = ButtonLink("New global key", f"{HOME}/new", "primary", "plus")
    return [
        PageHead(
            "API keys",
            "Keys that open several projects or the whole server, and the keys of everybody.",
            [Crumb("Administration"), Crumb("API keys")],
            [SameWith(_same(url)), new],
        ),
        Tabs(
            [
                Tab("Global keys", HOME, is_here=here == HOME),
                Tab("All keys", ALL, is_here=here == ALL),
            ],
            "Keys",
        ),
    ]


def key_list(
    rows: Sequence[Key], state: ListState, now: datetime, *, csrf: str, url: str, next_cursor: str | None
) -> Component:
    """Return the list of global keys."""
    new = ButtonLink("New global key", f"{HOME}/new", "primary", "plus")
    empty = Empty(
        "No global keys yet",
        "One key for several projects, such as for a catalog.",
        "key",
        new,
    )
    table = ResourceTable(
        "global-keys",
        "keys",
        _COLUMNS,
        [_row(one, now, csrf) for one in rows],
        state,
        empty,
        "Name or prefix",
        [STATES],
        next_cursor=next_cursor,
    )
    return Stack([*head(HOME, url), table])


def _row(key: Key, now: datetime, csrf: str) -> Row:
    is_gone = key.status(now) is KeyStatus.REVOKED
    line, second = ("Nothing any more", "") if is_gone else opens(key)
    maker = f"made by {key.owner.label}" if key.owner else "its maker is gone"
    cells: list[Component | str] = [
        NameCell(key.name, short(key), None if is_gone else f"{HOME}/{key.id}"),
        Text(line, second),
        Text(key.run_as.label if key.run_as else "None", maker, is_quiet=key.run_as is None),
        used(key, now),
        expiry_tag(key.expires_at, now),
        badge_of(key, now),
    ]
    menu = ActionsMenu(f"menu-{key.id}", key.name, key_deeds.menu(key, HOME, now), csrf)
    return Row(cells, None if is_gone else menu)


def new_key(form: KeyForm, choices: FormChoices, given: Given, csrf: str, url: str) -> Component:
    """Return the page that makes a global key."""
    page = KeyPage(
        "New global key",
        "",
        "It works while its maker is an administrator.",
        f"{HOME}/new",
        "Create key",
        HOME,
        "Cancel",
        csrf,
        [about(form, choices), GlobalSwitch(given.is_global_admin), matrix(given)],
        fault=form.fault,
        same=_same(url),
    )
    return _framed("New key", page)


def key_page(
    key: Key,
    form: KeyForm,
    choices: FormChoices,
    given: Given,
    *,
    now: datetime,
    csrf: str,
    url: str,
    is_fresh: bool,
) -> Component:
    """Return the page of one global key."""
    here = f"{HOME}/{key.id}"
    page = KeyPage(
        key.name,
        short(key),
        f"Global key. {history(key, now)}",
        here,
        "Save changes",
        here,
        "Discard",
        csrf,
        [about(form, choices, key), GlobalSwitch(given.is_global_admin), matrix(given)],
        badge_of(key, now),
        [*_notes(key, here, is_fresh=is_fresh), *old_secrets.old_note(key, now)],
        form.fault,
        _same(url),
        [*old_secrets.old_users(key, now), key_deeds.deeds(key, here, now, csrf)],
    )
    return _framed(key.name, page)


def _framed(name: str, page: KeyPage) -> Component:
    crumbs = [Crumb("Administration"), Crumb("API keys", HOME), Crumb(name)]
    return Stack([PageHead("API keys", crumbs=crumbs), page])


def _notes(key: Key, here: str, *, is_fresh: bool) -> list[Component]:
    notes: list[Component] = []
    if key.owner is None or not key.owner.is_active or key.owner.cap != _ADMINISTRATOR:
        who = key.owner.label if key.owner else "Whoever made it"
        what = "Every call with the key is refused. Make another one for its program, and delete this."
        notes.append(Note(f"{who} is no administrator any more.", what, "amber", "alert-triangle"))
    if key.run_as is not None and not key.run_as_counts:
        notes.append(
            Note("The associated user does not count.", consent_words(key), "amber", "alert-triangle")
        )
    if not is_fresh:
        notes.append(confirm_note(here))
    return notes


def confirm_note(here: str) -> Note:
    """Ask for the password before something is typed that could not be saved without."""
    return Note(
        "Confirm your password before you change it.",
        "What a key may do is changed by a person who is present.",
        "blue",
        "lock",
        ButtonLink("Confirm", f"/confirm?next={here}", "plain", "shield-check"),
    )


def matrix(given: Given) -> PermissionMatrix:
    """Return the matrix of projects and permissions."""
    return PermissionMatrix(
        "right", project_groups(), given.rows, project_rules(), f"{HOME}/projects", given.q, given.error
    )


def found_rows(rows: Sequence[MatrixRow]) -> MatrixRows:
    """Return rows for a matrix that is shown already."""
    heads = [one for group in project_groups() for one in group.permissions]
    return MatrixRows("right", heads, rows)


def revealed(key: Key, text: str, url: str, *, is_over: bool) -> RevealOnce:
    """Return the only view of a new global key."""
    ends = "It has no end." if key.expires_at is None else f"It ends on {key.expires_at:%d %b %Y}."
    path = "users" if key.is_global_admin else "projects"
    return RevealOnce(
        f"Key “{key.name}” is ready",
        f"Global key. {opens(key)[0]}. {ends}",
        text,
        "The new API key",
        "Put it in your secret store now. If it is lost, rotate it; nobody can read this one.",
        HOME,
        [Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/{path}')],
        "From a shell: read -rs GATEPOST_API_KEY && export GATEPOST_API_KEY keeps it out of your history.",
        is_over=is_over,
    )


def _same(url: str) -> list[Snippet]:
    body = '{"name": "Catalog crawler", "projects": {"SUPPLY": ["READ_CONF"]}}'
    headers = '-b "$COOKIES" -H "X-Gatepost-CSRF: $CSRF"'
    return [
        Snippet(
            "curl, with the session of a login (a key makes no keys)",
            f"curl {headers} --json \\\n  '{body}' \\\n  {url}/api/v1/admin/keys",
        ),
        Snippet(
            "Everybody’s keys, with a key of an administrator",
            f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/admin/keys/all',
        ),
    ]
