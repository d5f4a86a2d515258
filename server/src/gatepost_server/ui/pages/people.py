"""The Users page of administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gatepost_server.authz import Organization
from gatepost_server.identity import User
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog, RevealOnce
from gatepost_server.ui.kit.facts import Avatar, StateBadge, Tag, Text, Timestamp, Tone
from gatepost_server.ui.kit.fields import Option, RadioField, SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
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

ROLES = [
    Option("viewer", "Viewer", "Opens what was shared, makes keys for it."),
    Option("publisher", "Publisher", "Publishes applications as well."),
    Option("administrator", "Administrator", "Manages people, settings and every application."),
]


@dataclass(frozen=True)
class UserForm:
    """What was typed into the form for a new user, and what is wrong with it."""

    username: str = ""
    display_name: str = ""
    email: str = ""
    role: str = "viewer"
    organization: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


_COLUMNS: Final = [
    Column("Name", place="title"),
    Column("E-mail", place="wide"),
    Column("Role", "k-exp", place="left"),
    Column("State", "k-made", place="badge"),
    Column("Last login", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_FILTERS: Final = [
    Filter("role", "Role", [Choice(role.value, role.words) for role in ROLES]),
    Filter("state", "State", [Choice("active", "Active"), Choice("deactivated", "Deactivated")]),
]
_ROLE_TONE: Final[dict[str, Tone]] = {"administrator": "violet"}


def user_list(
    users: Sequence[User],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    self_id: str,
    *,
    next_cursor: str | None,
) -> Component:
    """Return the list of all accounts."""
    new = ButtonLink("New user", "/users/new", "primary", "user-plus", opens_dialog=True)
    head_line = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    same = SameWith(
        [
            Snippet(
                "CLI",
                "gatepost users list\ngatepost users create lena --email lena@example.com --role publisher\n"
                "gatepost users role lena viewer\ngatepost users deactivate lena",
            ),
            Snippet("curl", f"{head_line} \\\n  '{url}/api/v1/users?q=lena'"),
        ]
    )
    head = PageHead(
        "Users", "Everybody with an account here.", [Crumb("Administration"), Crumb("Users")], [same, new]
    )
    rows = [_row(user, now, csrf, is_self=user.id == self_id) for user in users]
    empty = Empty("No users", "Create the first account.", "users", new)
    table = ResourceTable(
        "users",
        "users",
        _COLUMNS,
        rows,
        state,
        empty,
        find_hint="Name, user name or e-mail",
        filters=_FILTERS,
        next_cursor=next_cursor,
    )
    return Stack([head, table])


def _row(user: User, now: datetime, csrf: str, *, is_self: bool) -> Row:
    login = Timestamp(user.last_login_at, now) if user.last_login_at else Text("Never", is_quiet=True)
    return Row(
        [
            NameCell(
                user.display_name,
                f"{user.username} (you)" if is_self else user.username,
                None,
                Avatar(user.display_name, "lg"),
            ),
            Text(user.email, is_quiet=True),
            Tag(user.role.capitalize(), _ROLE_TONE.get(user.role, "gray")),
            _state(user),
            login,
        ],
        _menu(user, csrf, is_self=is_self),
    )


def _state(user: User) -> StateBadge:
    if not user.is_active:
        return StateBadge("Deactivated", "gray", "user-off")
    if user.must_change_password and user.last_login_at is None:
        return StateBadge("Invited", "blue", "clock")
    return StateBadge("Active", "green", "user-check")


def _menu(user: User, csrf: str, *, is_self: bool) -> ActionsMenu:
    here = f"/users/{user.id}"
    items: list[MenuItem] = []
    if not is_self:
        items.append(MenuItem("Change role", f"{here}/role", "shield", opens_dialog=True))
        items.append(
            MenuItem("Move to another organization", f"{here}/organization", "world", opens_dialog=True)
        )
        items.append(MenuItem("Reset password", f"{here}/reset", "lock", opens_dialog=True))
    items.append(MenuItem("Mail address", f"{here}/email", "pencil", opens_dialog=True))
    items.append(MenuItem("See activity", f"/audit?actor={user.id}", "history"))
    if not is_self and user.is_active:
        words = f"Deactivate {user.display_name}…"
        items.append(
            MenuItem(
                words, f"{here}/deactivate", "user-off", opens_dialog=True, is_danger=True, starts_group=True
            )
        )
    if not is_self and not user.is_active:
        items.append(MenuItem("Activate", f"{here}/activate", "user-check", posts=True, starts_group=True))
    return ActionsMenu(f"menu-{user.id}", user.display_name, items, csrf)


def new_user_dialog(form: UserForm, known: Sequence[Organization], csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form for a new account; where there is one organization, none is asked for."""
    errors = form.errors
    return FormDialog(
        "New user",
        "/users/new",
        "Create user",
        [
            TextField(
                "username",
                "User name",
                form.username,
                error=errors.get("username", ""),
                is_first=True,
                hint="2 to 64 letters, digits, dots, hyphens or underscores, in lower case. It stays.",
                max_length=64,
            ),
            TextField(
                "display_name",
                "Name",
                form.display_name,
                error=errors.get("display_name", ""),
                max_length=120,
            ),
            TextField(
                "email", "E-mail", form.email, kind="email", error=errors.get("email", ""), max_length=320
            ),
            RadioField("role", "Role", ROLES, form.role, errors.get("role", "")),
            *_organization_fields(form, known),
        ],
        csrf,
        "/users",
        sentence="They get a one-time password, shown to you once, and choose their own at the first login.",
        fault=form.fault,
        is_over=is_over,
        symbol="user-plus",
    )


def _organization_fields(form: UserForm, known: Sequence[Organization]) -> list[Component]:
    if len(known) < 2:  # noqa: PLR2004
        return []
    choices = [Choice(one.id, one.name) for one in known]
    hint = "They can be given what belongs to it; another one only where both allow sharing outside."
    error = form.errors.get("organization", "")
    return [SelectField("organization", "Organization", choices, form.organization, hint, error)]


def password_revealed(user: User, password: str, *, is_over: bool) -> RevealOnce:
    """Return the only view of a new user's one-time password."""
    return RevealOnce(
        f"{user.display_name} can sign in now",
        f"User name {user.username}. The password works until they choose their own at the first login.",
        password,
        "The one-time password",
        "Tell it to them in person or by a channel you trust; if it is lost, reset the password.",
        "/users",
        is_over=is_over,
    )


def code_revealed(user: User, code: str, url: str, *, is_over: bool) -> RevealOnce:
    """Return the only view of a reset code."""
    return RevealOnce(
        f"Reset code for {user.display_name}",
        f"User name {user.username}. It works once, within the hour.",
        code,
        "The reset code",
        f"Tell it to them by a channel you trust. They set a new password with it at {url}/reset.",
        "/users",
        is_over=is_over,
    )


def role_dialog(user: User, csrf: str, *, fault: str = "", is_over: bool) -> FormDialog:
    """Return the form that changes somebody's role."""
    return FormDialog(
        f"Role of {user.display_name}",
        f"/users/{user.id}/role",
        "Change role",
        [RadioField("role", "Role", ROLES, user.role)],
        csrf,
        "/users",
        sentence="It counts from their next request on, for their keys too.",
        fault=fault,
        is_over=is_over,
        symbol="shield",
    )


def move_dialog(user: User, known: Sequence[Organization], csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that moves somebody to another organization."""
    choices = [Choice(one.id, one.name) for one in known]
    return FormDialog(
        f"Organization of {user.display_name}",
        f"/users/{user.id}/organization",
        "Move",
        [SelectField("organization", "Organization", choices, user.org_id)],
        csrf,
        "/users",
        sentence="What they hold in the old one ends at once, unless both allow sharing outside. "
        "What only they own there passes to its administrators.",
        is_over=is_over,
        symbol="world",
    )


def deactivate_dialog(user: User, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before an account is deactivated."""
    return ConfirmDialog(
        f"Deactivate {user.display_name}?",
        "They can be activated again later.",
        f"/users/{user.id}/deactivate",
        f"Deactivate {user.display_name}",
        csrf,
        "/users",
        [
            "Their sessions and keys stop at once; open connections close.",
            "What only they own passes to an administrator of their organization: to you, if you are one.",
        ],
        fault=fault,
        is_over=is_over,
    )


def reset_dialog(user: User, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before somebody's password is reset."""
    return ConfirmDialog(
        f"Reset the password of {user.display_name}?",
        "Their present password stops working.",
        f"/users/{user.id}/reset",
        "Reset password",
        csrf,
        "/users",
        [
            "Their sessions end at once; their keys stay.",
            "You see a code, once, with which they set a new one within the hour.",
        ],
        fault=fault,
        is_over=is_over,
    )
