"""The Projects page, and the forms that make, change and delete a project."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gatepost_server.projects import Project
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.facts import KindTile, Person, Text, Timestamp
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.heads import ButtonLink, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row

_COLUMNS: Final = [
    Column("Name", sort="name", place="title"),
    Column("Key", "k-exp", sort="key", place="badge"),
    Column("Datasets", "k-made", place="none"),
    Column("Owner", "c-own", place="left"),
    Column("Changed", "c-upd", sort="updated", place="right"),
]
_LONGEST_KEY: Final = 50


@dataclass(frozen=True)
class ProjectForm:
    """What was typed to make or change a project, and what is wrong with it."""

    name: str = ""
    key: str = ""
    description: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def suggested_key(name: str) -> str:
    """Return a key made from a name; empty when no letter of it can begin one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return (
        re.sub(r"[^A-Z0-9]+", "_", plain.upper()).lstrip("_0123456789").strip("_")[:_LONGEST_KEY].strip("_")
    )


def project_list(
    found: Sequence[Project],
    state: ListState,
    now: datetime,
    url: str,
    *,
    may_create: bool,
    next_cursor: str | None,
) -> Component:
    """Return the list of the projects one may see."""
    new = ButtonLink("New project", "/projects/new", "primary", "plus", opens_dialog=True)
    call = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    same = SameWith(
        [
            Snippet("CLI", 'gatepost projects list\ngatepost projects create SALES --name "Sales"'),
            Snippet(
                "curl",
                f"{call} \\\n  {url}/api/v1/projects\n"
                f'{call} --json \\\n  \'{{"key": "SALES", "name": "Sales"}}\' \\\n  {url}/api/v1/projects',
            ),
        ]
    )
    bring = ButtonLink("Import", "/projects/import", symbol="upload", opens_dialog=True)
    head = PageHead(
        "Projects",
        "Datasets, and what is made of them, for those who work on them together.",
        actions=[same, *([bring, new] if may_create else [])],
    )
    empty = Empty("No projects yet", "Nobody has given you a project to work in.", "folders")
    if may_create:
        sentence = "A project holds datasets and says who may do what with them. Make the first one."
        empty = Empty("No projects yet", sentence, "folders", new)
    table = ResourceTable(
        "projects", "projects", _COLUMNS, [_row(one, now) for one in found], state, empty,
        find_hint="Find by name or key", default_sort="key", next_cursor=next_cursor,
    )  # fmt: skip
    return Stack([head, table])


def _row(one: Project, now: datetime) -> Row:
    first = one.description.strip().partition("\n")[0]
    return Row(
        [
            NameCell(one.name, first, f"/projects/{one.key}", KindTile("folders", "shiny")),
            Text(one.key, is_mono=True),
            Text(str(one.datasets), is_quiet=not one.datasets),
            Person(one.owner_name) if one.owner_name else Text(""),
            Timestamp(one.updated_at, now),
        ]
    )


def new_dialog(form: ProjectForm, csrf: str, url: str, *, is_over: bool) -> FormDialog:
    """Return the form that makes a project."""
    body = '{"key": "SALES", "name": "Sales"}'
    return FormDialog(
        "New project",
        "/projects/new",
        "Create project",
        [
            TextField(
                "name", "Name", form.name, error=form.faults.get("name", ""), is_first=True, max_length=100
            ),
            TextField(
                "key", "Key", form.key, error=form.faults.get("key", ""), is_required=False, max_length=50,
                hint="Stands in every address for good: A–Z, 0–9, _. Left empty, it is made from the name.",
                fills="key",
            ),
            _description(form),
        ],
        csrf,
        "/projects",
        sentence="You administer it; nobody else sees it until you say so.",
        fault=form.fault,
        is_over=is_over,
        symbol="folders",
        same=[
            Snippet("CLI", 'gatepost projects create SALES --name "Sales"'),
            Snippet(
                "curl",
                'curl -H "Authorization: Key $GATEPOST_API_KEY" --json \\\n'
                f"  '{body}' \\\n  {url}/api/v1/projects",
            ),
        ],
    )  # fmt: skip


def edit_dialog(key: str, form: ProjectForm, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that gives a project another name and description."""
    name = TextField(
        "name", "Name", form.name, error=form.faults.get("name", ""), is_first=True, max_length=100
    )
    return FormDialog(
        f"Edit {key}",
        f"/projects/{key}/edit",
        "Save",
        [name, _description(form)],
        csrf,
        f"/projects/{key}",
        sentence="Its key stays; addresses and programs go on working.",
        fault=form.fault,
        is_over=is_over,
        symbol="folders",
    )


def _description(form: ProjectForm) -> TextArea:
    error = form.faults.get("description", "")
    return TextArea(
        "description", "Description", form.description, "What it is for, and whom to ask.", error, 3,
        max_length=5000,
    )  # fmt: skip


def delete_dialog(
    key: str, name: str, datasets: int, csrf: str, *, fault: str = "", is_over: bool
) -> ConfirmDialog:
    """Return the question before a project is deleted; its key has to be typed."""
    held = "Its dataset goes" if datasets == 1 else f"Its {datasets} datasets go"
    return ConfirmDialog(
        f"Delete the project {name}?",
        "This cannot be undone.",
        f"/projects/{key}/delete",
        f"Delete {key}",
        csrf,
        f"/projects/{key}",
        [
            f"{held} with all rows, and so does every permission on them." if datasets
            else "Every permission on it ends.",
            "Its API keys stop at once.",
            "What it exposes to other projects is gone there too.",
        ],
        typed_name=key,
        fault=fault,
        is_over=is_over,
    )  # fmt: skip
