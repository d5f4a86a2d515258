"""Who may open an application: the list of people, giving, changing and taking back roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import Avatar, Tag, Text, Timestamp, Tone
from gatepost_server.ui.kit.fields import PeopleField, RadioField, SelectField, TextField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import CardForm, Section, Stack
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.app_words import ACCESS_WORDS, access_options
from gatepost_server.ui.pages.application import AppView, page
from gatepost_server.ui.pages.applications import AppRow

ROLES: Final = [
    Choice("consumer", "Consumer: may open it"),
    Choice("editor", "Editor: may deploy, restart and share it too"),
    Choice("owner", "Owner: may do everything, and delete it"),
]
_TONES: Final[dict[str, Tone]] = {"owner": "violet"}
ENDS: Final = [
    Choice("", "Never"),
    Choice("30", "In 30 days"),
    Choice("90", "In 90 days"),
    Choice("180", "In 180 days"),
    Choice("until", "On a date I choose"),
]


@dataclass(frozen=True)
class AccessRow:
    """Somebody who holds a role on the application, since when, until when, by whom.

    `held_back_by` is the server role that lets them open it only, whatever the role says.
    """

    grant_id: str
    name: str
    username: str
    kind: str
    role: str
    since: datetime
    until: datetime | None
    given_by: str
    reason: str = ""
    held_back_by: str | None = None
    is_you: bool = False


@dataclass(frozen=True)
class ShareState:
    """What was typed into the form that gives a role, and what is wrong with it."""

    who: str = ""
    role: str = "consumer"
    ends: str = ""
    until: str = ""
    who_error: str = ""
    role_error: str = ""
    until_error: str = ""
    fault: str = ""


@dataclass(frozen=True)
class GrantActions(Component):
    """Change and take away, at the end of a row."""

    template: ClassVar[str] = "apps/grant_actions.html"
    change: ButtonLink
    away: BinLink


_COLUMNS: Final = [
    Column("Person or group", place="title"),
    Column("Role", "c-role", place="wide"),
    Column("Since", "k-used", place="left"),
    Column("Until", "k-made", place="right"),
    Column("Actions", "c-open", place="act"),
]


def access(
    view: AppView, rows: Sequence[AccessRow], ceiling: str, now: datetime, csrf: str, url: str
) -> Component:
    """Return the tab that says who may open it; who may not share it sees the access type only."""
    row, base = view.row, f"/applications/{view.row.id}"
    if not view.row.may_share:
        owner = f"{row.owner} owns it and decides this." if row.owner else "Its owner decides this."
        note = Note(f"{ACCESS_WORDS[row.access]} may open it.", owner, "blue", "lock")
        return page(view, "access", note, now, csrf, url, same=same_sharing(row, url))
    empty = Empty("Nobody has a role on it", "Give somebody a role to let them open it.", "users")
    table = ResourceTable(
        "people",
        "people with access",
        _COLUMNS,
        [_row(one, base, now) for one in rows],
        ListState(f"{base}/access", {}),
        empty,
    )
    choice = RadioField("access", "Who may open it", access_options(ceiling), row.access)
    form = CardForm(
        "General access", f"{base}/access", "Save", [choice], csrf, sentence=_ceiling_words(ceiling)
    )
    share = ButtonLink("Add people", f"{base}/share", symbol="user-plus", opens_dialog=True)
    people = Section(
        "People with access", table, f"{len(rows)} {'entry' if len(rows) == 1 else 'entries'}", share
    )
    return page(view, "access", Stack([people, form]), now, csrf, url, same=same_sharing(row, url))


def _ceiling_words(ceiling: str) -> str:
    counts = "It counts beside the roles above, from the next request on."
    if ceiling == "anyone":
        return counts
    return (
        f"{counts} The widest that an administrator allows on this server is "
        f"“{ACCESS_WORDS[ceiling]}”; ask them when you need more."
    )


def _row(row: AccessRow, base: str, now: datetime) -> Row:
    here = f"{base}/access/{row.grant_id}"
    second = row.username + (" (you)" if row.is_you else "")
    if row.kind != "user":
        second = row.kind.capitalize()
    said: Component | str = ""
    if row.held_back_by is not None:
        said = f"opens only: server role {row.held_back_by}"
    until: Component = Text("No end", is_quiet=True)
    if row.until is not None:
        until = Timestamp(row.until, now) if row.until > now else Tag("Ended", "red", "clock-exclamation")
    return Row(
        [
            NameCell(row.name, second, None, Avatar(row.name, "lg")),
            Text(Tag(row.role.capitalize(), _TONES.get(row.role, "gray")), said),
            Text(Timestamp(row.since, now), _by(row)),
            until,
        ],
        GrantActions(
            ButtonLink("Change", f"{here}/change", "quiet", opens_dialog=True, extra="btn-sm"),
            BinLink(f"{here}/remove", f"{row.role} from {row.name}", "Take", "x"),
        ),
    )


def _by(row: AccessRow) -> str:
    if row.reason == "created it":
        return "Created it"
    return row.reason[:1].upper() + row.reason[1:] if row.reason else f"by {row.given_by}"


def share_dialog(row: AppRow, form: ShareState, csrf: str, url: str, *, is_over: bool) -> FormDialog:
    """Return the form that gives people a role."""
    base = f"/applications/{row.id}"
    return FormDialog(
        f"Share {row.name}",
        f"{base}/share",
        "Share",
        [
            PeopleField(
                "who",
                "People",
                f"{base}/people",
                form.who,
                "Type a name or a user name; several are separated by commas.",
                form.who_error,
            ),
            *_role_fields(form),
        ],
        csrf,
        f"{base}/access",
        sentence="People who may open it may see each other's work in it.",
        fault=form.fault,
        is_over=is_over,
        symbol="share",
        same=same_sharing(row, url),
    )


def change_dialog(row: AppRow, grant: AccessRow, form: ShareState, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that changes the role of somebody, or when it ends."""
    base = f"/applications/{row.id}/access"
    return FormDialog(
        f"Role of {grant.name} on {row.name}",
        f"{base}/{grant.grant_id}/change",
        "Change role",
        _role_fields(form),
        csrf,
        base,
        sentence="It counts from their next request on.",
        fault=form.fault,
        is_over=is_over,
        symbol="users",
    )


def _role_fields(form: ShareState) -> list[Component]:
    return [
        SelectField("role", "Role", ROLES, form.role, error=form.role_error),
        SelectField("ends", "Ends", ENDS, form.ends),
        TextField(
            "until",
            "End date",
            form.until,
            kind="date",
            is_required=False,
            hint="Only for “On a date I choose”; the day is the last one.",
            error=form.until_error,
        ),
    ]


def remove_dialog(
    row: AppRow, grant: AccessRow, csrf: str, *, fault: str = "", is_over: bool
) -> ConfirmDialog:
    """Return the question before a role is taken away; it names both."""
    base = f"/applications/{row.id}/access"
    effects = ["They are refused from their next request on; open pages close."]
    if row.access != "grants":
        effects = [f"{ACCESS_WORDS[row.access]} may still open it, so they may too."]
    return ConfirmDialog(
        f"Take {grant.role} from {grant.name}?",
        f"{grant.name} loses the role on {row.name}. It can be given again.",
        f"{base}/{grant.grant_id}/remove",
        f"Take {grant.role} from {grant.name}",
        csrf,
        base,
        effects,
        fault=fault,
        is_over=is_over,
        symbol="user-off",
    )


def same_sharing(row: AppRow, url: str) -> list[Snippet]:
    """Return how the same is done by CLI and API."""
    body = '{"to": {"type": "user", "name": "lena"}, "role": "consumer", "until": null}'
    grants = f"{url}/api/v1/apps/{row.id}/grants"
    return [
        Snippet(
            "CLI",
            f"gatepost share {row.number} --with lena --role consumer --until 30d\n"
            f"gatepost apps grants {row.number}\n"
            f"gatepost apps access {row.number} signed_in",
        ),
        Snippet(
            "curl",
            f"curl -H \"Authorization: Key $GATEPOST_API_KEY\" --json \\\n  '{body}' \\\n  {grants}",
        ),
    ]
