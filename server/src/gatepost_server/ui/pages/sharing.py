"""Who holds what on a thing: the list, and the forms that give, change and take back roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import Tick, Ticks
from gatepost_server.ui.kit.facts import Avatar, Tag, Text, Timestamp, Tone
from gatepost_server.ui.kit.fields import PeopleField, SelectField, TextField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Section
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row

SINGLE: Final = "single"
"""What the role field says when single permissions are given instead of a role."""
_TONES: Final[dict[str, Tone]] = {"owner": "violet", "admin": "violet"}
ENDS: Final = [
    Choice("", "Never"),
    Choice("30", "In 30 days"),
    Choice("90", "In 90 days"),
    Choice("180", "In 180 days"),
    Choice("until", "On a date I choose"),
]


@dataclass(frozen=True)
class AccessRow:
    """Somebody who holds a role on a thing, since when, until when, by whom.

    `held_back_by` is the server role that lets them do less than the role says;
    `permissions` says in words what is given without a role. `giver_id` is empty when nobody
    gave it, as what creators own; `is_from_you` tells that it was given by who looks.
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
    permissions: str = ""
    giver_id: str = ""
    is_from_you: bool = False

    @property
    def given(self) -> str:
        """What a sentence calls that which they hold."""
        return self.role or "these permissions"


@dataclass(frozen=True)
class AccessPage:
    """A page of the list of who holds what; `chosen` is what its address says."""

    rows: Sequence[AccessRow] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    next_cursor: str | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether these are all that there are."""
        return self.next_cursor is None and not any(self.chosen.values())


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
    permissions: Sequence[str] = ()
    note: str = ""
    note_error: str = ""
    is_notified: bool = False


@dataclass(frozen=True)
class Shared:
    """A thing that is shared: its name, where its list is, and what can be given on it.

    `add` and `find` are the addresses of the form and of what its picker asks. `ticks` are
    single permissions, for things on which those are given too. `effect` says what is
    refused when a role is taken away.
    """

    name: str
    here: str
    add: str
    find: str
    roles: Sequence[Choice]
    sentence: str
    effect: str
    ticks: Sequence[Tick] = ()


@dataclass(frozen=True)
class GrantActions(Component):
    """Change and take away, at the end of a row; and what more may be done there."""

    template: ClassVar[str] = "apps/grant_actions.html"
    change: ButtonLink
    away: BinLink
    more: ActionsMenu | None = None


_COLUMNS: Final = [
    Column("Person or group", place="title"),
    Column("Role", "c-role", place="wide"),
    Column("Since", "k-used", place="left"),
    Column("Until", "k-made", place="right"),
    Column("Actions", "c-give", place="act"),
]


def people_section(shared: Shared, page: AccessPage, now: datetime) -> Section:
    """Return the list of who holds what, with the button that adds somebody; a long one is searched."""
    empty = Empty("Nobody has a role on it", "Give somebody a role to let them use it.", "users")
    table = ResourceTable(
        "people", "people with access", _COLUMNS, [_row(one, shared, now) for one in page.rows],
        ListState(shared.here, page.chosen), empty, "" if page.is_whole else "Name",
        next_cursor=page.next_cursor,
    )  # fmt: skip
    share = ButtonLink("Add people", shared.add, symbol="user-plus", opens_dialog=True)
    words = "1 entry" if len(page.rows) == 1 else f"{len(page.rows)} entries"
    count = words if page.is_whole else ""
    return Section("People with access", table, count, share)


def _row(row: AccessRow, shared: Shared, now: datetime) -> Row:
    here = f"{shared.here}/{row.grant_id}"
    second = row.username + (" (you)" if row.is_you else "")
    if row.kind != "user":
        second = row.kind.capitalize()
    said = row.permissions
    if row.held_back_by is not None:
        said = f"opens only: server role {row.held_back_by}"
    until: Component = Text("No end", is_quiet=True)
    if row.until is not None:
        until = Timestamp(row.until, now) if row.until > now else Tag("Ended", "red", "clock-exclamation")
    words = row.role.capitalize() or "Single permissions"
    return Row(
        [
            NameCell(row.name, second, None, Avatar(row.name, "lg")),
            Text(Tag(words, _TONES.get(row.role, "gray")), said),
            Text(Timestamp(row.since, now), _by(row)),
            until,
        ],
        GrantActions(
            ButtonLink("Change", f"{here}/change", "quiet", opens_dialog=True, extra="btn-sm"),
            BinLink(f"{here}/remove", f"{row.given} from {row.name}", "Take", "x"),
            _more(row, shared),
        ),
    )


def _more(row: AccessRow, shared: Shared) -> ActionsMenu | None:
    if not row.giver_id:
        return None
    giver = "you" if row.is_from_you else row.given_by
    item = MenuItem(
        f"Take back all that {giver} gave…", f"{shared.here}/given-by/{row.giver_id}/remove", "user-off",
        opens_dialog=True, is_danger=True,
    )  # fmt: skip
    return ActionsMenu(f"more-{row.grant_id}", row.name, [item], "")


def _by(row: AccessRow) -> str:
    if row.reason == "created it":
        return "Created it"
    return row.reason[:1].upper() + row.reason[1:] if row.reason else f"by {row.given_by}"


def share_dialog(
    shared: Shared, form: ShareState, csrf: str, same: Sequence[Snippet], *, is_over: bool
) -> FormDialog:
    """Return the form that gives people and groups a role."""
    return FormDialog(
        f"Share {shared.name}",
        shared.add,
        "Share",
        [
            PeopleField(
                "who", "People and groups", shared.find, form.who,
                "Type a name; a group by its name with group: before it. Several are separated by commas.",
                form.who_error,
            ),
            *_role_fields(shared, form),
        ],
        csrf,
        shared.here,
        sentence=shared.sentence,
        fault=form.fault,
        is_over=is_over,
        symbol="share",
        same=same,
    )  # fmt: skip


def change_dialog(
    shared: Shared, grant: AccessRow, form: ShareState, csrf: str, *, is_over: bool
) -> FormDialog:
    """Return the form that changes what somebody holds, or when it ends."""
    return FormDialog(
        f"Role of {grant.name} on {shared.name}",
        f"{shared.here}/{grant.grant_id}/change",
        "Change role",
        _role_fields(shared, form),
        csrf,
        shared.here,
        sentence="It counts from their next request on.",
        fault=form.fault,
        is_over=is_over,
        symbol="users",
    )


def _role_fields(shared: Shared, form: ShareState) -> list[Component]:
    ticks = [Tick(one.value, one.words, one.sentence, one.value in form.permissions) for one in shared.ticks]
    single = [Choice(SINGLE, "Single permissions…")] if ticks else []
    return [
        SelectField("role", "Role", [*shared.roles, *single], form.role, error=form.role_error),
        *([Ticks("permissions", "Permissions", ticks, only_for="single")] if ticks else []),
        SelectField("ends", "Ends", ENDS, form.ends),
        TextField(
            "until", "End date", form.until, kind="date", is_required=False,
            hint="Only for “On a date I choose”; the day is the last one.", error=form.until_error,
        ),
    ]  # fmt: skip


def remove_dialog(
    shared: Shared, grant: AccessRow, csrf: str, *, fault: str = "", is_over: bool
) -> ConfirmDialog:
    """Return the question before a role is taken away; it names both."""
    return ConfirmDialog(
        f"Take {grant.given} from {grant.name}?",
        f"{grant.name} loses {'the role' if grant.role else 'them'} on {shared.name}. It can be given again.",
        f"{shared.here}/{grant.grant_id}/remove",
        f"Take {grant.given} from {grant.name}",
        csrf,
        shared.here,
        [shared.effect],
        fault=fault,
        is_over=is_over,
        symbol="user-off",
    )
