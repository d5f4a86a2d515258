"""A project's settings: who may do what, variables, what it exposes, its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gatepost_server.authz import Exposure, policy
from gatepost_server.kernel.paging import Page
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import TextArea, Ticks
from gatepost_server.ui.kit.facts import KindTile, Tag, Text, Timestamp
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import CardForm, Section, SettingRow, Stack
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages import sharing
from gatepost_server.ui.pages.application_settings import SettingCard
from gatepost_server.ui.pages.permission_words import DATASET_WORDS, PROJECT_WORDS, said, ticks
from gatepost_server.ui.pages.project import ProjectView, settings_page
from gatepost_server.ui.pages.sharing import ENDS, AccessPage, Shared

ROLES: Final = [
    Choice("viewer", "Viewer: sees what is in it, opens dashboards"),
    Choice("contributor", "Contributor: adds, changes, writes and exports data too"),
    Choice("admin", "Admin: everything, with permissions and keys"),
]
_LENT: Final = {
    name: DATASET_WORDS[name] for name in ("READ_DATA", "READ_METADATA", "READ_SCHEMA", "EXPORT_DATA")
}
_READ: Final = ("READ_DATA", "READ_METADATA", "READ_SCHEMA")
_EXPOSED: Final = [
    Column("Dataset", place="title"),
    Column("Permissions", place="wide"),
    Column("Since", "k-made", place="left"),
    Column("Until", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]


@dataclass(frozen=True)
class ExposeForm:
    """What was chosen to be exposed, and what is wrong with it."""

    dataset: str = ""
    to_project: str = ""
    permissions: Sequence[str] = _READ
    ends: str = ""
    until: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def shared_project(key: str, name: str) -> Shared:
    """Return a project as a thing that is shared."""
    here = f"/projects/{key}/settings/permissions"
    return Shared(
        name, here, f"{here}/add", f"{here}/people", ROLES,
        "What you give counts for everything in the project, from their next request on.",
        "They are refused from their next request on, here and on all that is in it.",
        ticks({**PROJECT_WORDS, **DATASET_WORDS}),
    )  # fmt: skip


def permissions(view: ProjectView, holders: AccessPage, now: datetime, url: str) -> Component:
    """Return who may do what in the project."""
    people = sharing.people_section(shared_project(view.key, view.name), holders, now)
    note = Note(
        "The last administrator stays.",
        "Somebody always administers the project for good; make another one first.", "blue", "shield-check",
    )  # fmt: skip
    return settings_page(view, "permissions", Stack([people, note]), same=same_permissions(view.key, url))


def same_permissions(key: str, url: str) -> list[Snippet]:
    """Return how the same is done by CLI and API."""
    return [
        Snippet(
            "CLI",
            f"gatepost projects permissions {key}\ngatepost projects permissions {key} --set grants.json\n"
            f"gatepost grants project:{key} --remove-given-by lena",
        ),
        Snippet(
            "curl",
            f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/projects/{key}/permissions',
        ),
    ]


def variables(
    view: ProjectView, text: str, csrf: str, url: str, *, may_set: bool, error: str = ""
) -> Component:
    """Return the project's variables as a JSON object that can be edited."""
    hint = "A JSON object, at most 64 KiB. No place for secrets: whoever works here reads it."
    area = TextArea(
        "variables", "Variables", text, hint, error, 14, is_code=True, is_required=True, checks="object"
    )
    sentence = (
        "Scenarios and applications of the project read them; a scenario sees a change at its next run."
    )
    content: Component = CardForm(
        "Variables", f"{view.base}/settings/variables", "Save", [area], csrf, sentence
    )
    if not may_set:
        content = Section("Variables", Code(text), "Changing them takes Write configuration.")
    same = [
        Snippet(
            "CLI",
            f"gatepost projects variables {view.key}\n"
            f"gatepost projects variables {view.key} --set variables.json",
        ),
        Snippet(
            "curl",
            'curl -X PUT -H "Authorization: Key $GATEPOST_API_KEY" --json @variables.json \\\n'
            f"  {url}/api/v1/projects/{view.key}/variables",
        ),
    ]
    return settings_page(view, "variables", content, same=same)


@dataclass(frozen=True)
class Code(Component):
    """A text in the font of code, to be read only."""

    template = "projects/code.html"
    text: str


def exposed(
    view: ProjectView,
    found: Page[Exposure],
    keys: Mapping[str, str],
    state: ListState,
    now: datetime,
    url: str,
    *,
    may_expose: bool,
) -> Component:
    """Return what the project exposes to others, and what others expose to it."""
    here = f"{view.base}/settings/exposed"
    add = ButtonLink("Expose a dataset", f"{here}/new", "primary", "plus", opens_dialog=True)
    nothing = Empty(
        "Nothing is exposed", "Lend a dataset to another project; its people read it from there.",
        "package-export", add if may_expose else None,
    )  # fmt: skip
    lists = _exposed_lists(
        view, found, keys, state, nothing, now=now, ending=f"{here}/" if may_expose else ""
    )
    same = [
        Snippet(
            "CLI",
            f"gatepost projects exposed {view.key}\ngatepost projects expose {view.key} orders --to OTHER",
        ),
        Snippet(
            "curl",
            f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/projects/{view.key}/exposed',
        ),
    ]
    actions = [add] if may_expose and found.items else []
    return settings_page(view, "exposed", Stack(lists), actions=actions, same=same)


def _exposed_lists(
    view: ProjectView,
    found: Page[Exposure],
    keys: Mapping[str, str],
    state: ListState,
    nothing: Empty,
    *,
    now: datetime,
    ending: str,
) -> list[Component]:
    """Return what a page has of both lists; where *ending* is an address, what is exposed can end."""
    mine = [_exposure(one, f"to {keys.get(one.project_id) or one.project_name}", "", now,
                      f"{ending}{one.id}/end" if ending else "")
            for one in found.items if one.project_id != view.id]  # fmt: skip
    theirs = [_exposure(one, f"from {keys.get(one.from_project_id, 'another project')}",
                        _dataset_href(one, keys), now, "")
              for one in found.items if one.project_id == view.id]  # fmt: skip
    lists: list[Component] = []
    if mine or not state.value("cursor"):
        following = None if theirs else found.next
        lists.append(Section("Exposed to other projects", _table("exposed", mine, state, nothing, following)))
    if theirs:
        received = _table("received", theirs, state, nothing, found.next)
        lists.append(Section("Exposed to this project", received))
    return lists


def _dataset_href(one: Exposure, keys: Mapping[str, str]) -> str:
    key = keys.get(one.from_project_id)
    return f"/projects/{key}/datasets/{one.dataset_id}" if key else ""


def _table(
    table_id: str, rows: Sequence[Row], state: ListState, empty: Empty, next_cursor: str | None
) -> ResourceTable:
    return ResourceTable(table_id, "exposed datasets", _EXPOSED, rows, state, empty, next_cursor=next_cursor)


def _exposure(one: Exposure, where: str, href: str, now: datetime, end: str) -> Row:
    until: Component = Text("No end", is_quiet=True)
    if one.until_at is not None:
        is_over = one.until_at <= now
        until = Tag("Ended", "red", "clock-exclamation") if is_over else Timestamp(one.until_at, now)
    return Row(
        [
            NameCell(one.dataset_name, where, href or None, KindTile("database", "fastapi")),
            Text(said(policy.names(one.mask))),
            Timestamp(one.from_at, now),
            until,
        ],
        BinLink(end, f"{one.dataset_name} {where}", "Take back", "x") if end else None,
    )


def expose_dialog(
    key: str, form: ExposeForm, datasets: Sequence[str], projects: Sequence[str], csrf: str, *, is_over: bool
) -> FormDialog:
    """Return the form that exposes a dataset; *datasets* and *projects* are offered while typing."""
    here = f"/projects/{key}/settings/exposed"
    return FormDialog(
        "Expose a dataset",
        f"{here}/new",
        "Expose",
        [
            TextField(
                "dataset", "Dataset", form.dataset, error=form.faults.get("dataset", ""), is_first=True,
                suggestions=datasets,
            ),
            TextField(
                "to_project", "To the project", form.to_project, error=form.faults.get("to_project", ""),
                hint="Its key.", suggestions=projects,
            ),
            Ticks(
                "permissions", "What its people may do, as far as they may do it there",
                ticks(_LENT, form.permissions), form.faults.get("permissions", ""),
            ),
            SelectField("ends", "Ends", ENDS, form.ends),
            TextField(
                "until", "End date", form.until, kind="date", is_required=False,
                hint="Only for “On a date I choose”; the day is the last one.",
                error=form.faults.get("until", ""),
            ),
        ],
        csrf,
        here,
        sentence="It stays here; nothing is copied. You expose only what you may do yourself.",
        fault=form.fault,
        is_over=is_over,
        symbol="package-export",
    )  # fmt: skip


def end_dialog(key: str, one: Exposure, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before an exposure is taken back."""
    here = f"/projects/{key}/settings/exposed"
    return ConfirmDialog(
        f"Take {one.dataset_name} back from {one.project_name}?",
        "It can be exposed again.",
        f"{here}/{one.id}/end",
        f"Take back {one.dataset_name}",
        csrf,
        here,
        ["Who reads it only through that project is refused from the next request on.",
         "Scenarios there that query it fail at their next run."],
        fault=fault,
        is_over=is_over,
        symbol="package-export",
    )  # fmt: skip


def danger(view: ProjectView) -> Component:
    """Return what destroys the project."""
    delete = ButtonLink(
        f"Delete {view.key}", f"{view.base}/delete", "danger-line", "trash", opens_dialog=True
    )
    row = SettingRow(
        "Delete this project", "Its datasets with all rows, its keys and every permission go with it.", delete
    )
    return settings_page(view, "danger", SettingCard([row], is_danger=True))
