"""Use cases: their list, the page of one, and the dialog that links an application."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import Tick, Ticks
from gatepost_server.ui.kit.facts import Avatar, Person, Text, Timestamp
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.applications import AppRow, Counts, registry_head
from gatepost_server.usecases import Link, Usecase

_KINDS: Final = {
    "app": "Application",
    "source": "Source",
    "dataset": "Dataset",
    "scenario": "Scenario",
    "dashboard": "Dashboard",
}
_PAGES: Final = {"app": "applications", "source": "sources"}
_USECASES: Final = [
    Column("Name", place="title"),
    Column("Linked", "c-ver", place="left"),
    Column("Owner", "c-own", place="right"),
    Column("Updated", "c-upd", place="none"),
    Column("Actions", "c-act", place="act"),
]
_LINKS: Final = [
    Column("Name", place="title"),
    Column("Linked", "k-made", place="left"),
    Column("By", "c-own", place="right"),
    Column("Actions", "c-act", place="act"),
]


@dataclass(frozen=True)
class UsecaseForm:
    """What was typed into the form of a use case, and what is wrong with it."""

    name: str = ""
    description: str = ""
    name_error: str = ""
    description_error: str = ""

    def fields(self) -> list[Component]:
        """Return its two fields."""
        return [
            TextField("name", "Name", self.name, error=self.name_error, is_first=True, max_length=100),
            TextField(
                "description",
                "Description",
                self.description,
                hint="What it is about, for those who find it.",
                error=self.description_error,
                is_required=False,
                max_length=2000,
            ),
        ]


@dataclass(frozen=True)
class LinkForm:
    """What was chosen in the dialog that links an application, and what is wrong with it."""

    chosen: str = ""
    name: str = ""
    description: str = ""
    name_error: str = ""
    fault: str = ""


def usecase_list(
    found: Sequence[Usecase],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    counts: Counts,
    *,
    may_make: bool,
    may_delete: Collection[str],
    next_cursor: str | None,
) -> Component:
    """Return the list of use cases, a tab of the registry."""
    new = ButtonLink("New use case", "/use-cases/new", "primary", "plus", opens_dialog=True)
    rows = [
        Row(
            [
                NameCell(one.name, one.description[:120], _here(one), Avatar(one.name, "lg")),
                Text("1 thing" if one.links == 1 else f"{one.links} things"),
                Person(one.owner_name or ""),
                Timestamp(one.updated_at, now),
            ],
            BinLink(f"{_here(one)}/delete", one.name) if one.id in may_delete else None,
        )
        for one in found
    ]
    sentence = "A use case gathers what belongs to one purpose. Linking changes nobody's rights."
    empty = Empty("No use cases yet", sentence, "box", new if may_make else None)
    table = ResourceTable(
        "usecases", "use cases", _USECASES, rows, state, empty, find_hint="Name", next_cursor=next_cursor
    )
    head = registry_head(
        "usecases", counts, csrf, _same(url), may_publish=False, more=[new] if may_make else []
    )
    return Stack([head, table])


def usecase_page(
    one: Usecase,
    links: Sequence[Link],
    now: datetime,
    url: str,
    *,
    may_edit: bool,
    may_delete: bool,
    may_unlink: Collection[str],
) -> Component:
    """Return the page of one use case: what is linked to it, as far as the viewer may see that."""
    actions: list[Component] = [SameWith(_same_links(one, url))]
    if may_delete:
        delete = f"{_here(one)}/delete"
        actions.append(ButtonLink("Delete", delete, "danger-line", "trash", opens_dialog=True))
    if may_edit:
        actions.append(ButtonLink("Edit", f"{_here(one)}/edit", "plain", "pencil", opens_dialog=True))
    crumbs = [Crumb("Applications", "/applications"), Crumb("Use cases", "/use-cases"), Crumb(one.name)]
    said = one.description or "A use case: what belongs to one purpose."
    head = PageHead(one.name, said, crumbs, actions, Avatar(one.name, "lg"))
    empty = Empty(
        "Nothing is linked that you may see",
        "Link an application from its Actions menu; by CLI and API also what is in a project.",
        "apps",
    )
    rows = [_link_row(one, link, now, may_unlink=link.id in may_unlink) for link in links]
    return Stack([head, ResourceTable("links", "links", _LINKS, rows, ListState("", {}), empty)])


def _link_row(one: Usecase, link: Link, now: datetime, *, may_unlink: bool) -> Row:
    page = _PAGES.get(link.kind)
    href = f"/{page}/{link.id}" if page else None
    unlink = BinLink(f"{_here(one)}/unlink/{link.id}", link.name, "Unlink", "x")
    return Row(
        [
            NameCell(link.name, _KINDS[link.kind], href, Avatar(link.name, "lg")),
            Timestamp(link.at, now),
            Person(link.by_name),
        ],
        unlink if may_unlink else None,
    )


def usecase_dialog(
    title: str, action: str, form: UsecaseForm, csrf: str, back: str, *, is_over: bool
) -> FormDialog:
    """Return the form of a use case, new or old."""
    submit = "Create use case" if action.endswith("/new") else "Save"
    return FormDialog(title, action, submit, form.fields(), csrf, back, is_over=is_over)


def delete_dialog(one: Usecase, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a use case is deleted."""
    return ConfirmDialog(
        f"Delete the use case {one.name}?",
        "This cannot be undone.",
        f"{_here(one)}/delete",
        f"Delete {one.name}",
        csrf,
        _here(one),
        ["Its links and every role on it end.", "What was linked stays as it is."],
        is_over=is_over,
    )


def unlink_dialog(one: Usecase, name: str, linked_id: str, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before something is taken out of a use case."""
    return ConfirmDialog(
        f"Unlink {name}?",
        f"It is taken out of {one.name}.",
        f"{_here(one)}/unlink/{linked_id}",
        f"Unlink {name}",
        csrf,
        _here(one),
        [f"{name} itself stays, and so does who may do what with it."],
        is_over=is_over,
        is_danger=False,
        symbol="x",
    )


def link_dialog(
    row: AppRow,
    linked: Sequence[Usecase],
    others: Sequence[Usecase],
    form: LinkForm,
    csrf: str,
    *,
    may_make: bool,
    is_over: bool,
) -> FormDialog:
    """Return the dialog that links an application to use cases: an existing one, a new one, unlink."""
    here, fields = f"/applications/{row.id}", _fields(linked, others, form, may_make=may_make)
    snippet = Snippet("CLI", f"gatepost usecases link USECASE app {row.number}")
    return FormDialog(
        f"Link {row.name} to use cases",
        f"{here}/use-cases",
        "Save",
        fields,
        csrf,
        here,
        "Linking changes nobody's rights.",
        form.fault,
        is_over,
        same=[snippet],
    )


def _fields(
    linked: Sequence[Usecase], others: Sequence[Usecase], form: LinkForm, *, may_make: bool
) -> list[Component]:
    fields: list[Component] = []
    if others:
        choices = [Choice("", "None"), *(Choice(one.id, one.name) for one in others)]
        fields.append(SelectField("usecase", "Select a use case", choices, form.chosen))
    if may_make:
        label = "Or create one" if others else "Create one"
        fields.append(
            TextField(
                "name", label, form.name, hint="Its name; it is linked at once.",
                error=form.name_error, is_required=False, max_length=100,
            )
        )  # fmt: skip
        description = TextField(
            "description", "Description", form.description, is_required=False, max_length=2000
        )
        fields.append(description)
    if linked:
        ticks = [Tick(one.id, one.name) for one in linked]
        fields.append(Ticks("unlink", "Linked use cases: tick what to unlink", ticks))
    return fields


def _here(one: Usecase) -> str:
    return f"/use-cases/{one.id}"


def _same(url: str) -> list[Snippet]:
    key = '-H "Authorization: Key $GATEPOST_API_KEY"'
    return [
        Snippet("CLI", "gatepost usecases list\ngatepost usecases create NAME"),
        Snippet("curl", f"curl {key} \\\n  {url}/api/v1/usecases"),
    ]


def _same_links(one: Usecase, url: str) -> list[Snippet]:
    key = '-H "Authorization: Key $GATEPOST_API_KEY"'
    return [
        Snippet("CLI", f"gatepost usecases show {one.id}\ngatepost usecases link {one.id} app APP"),
        Snippet("curl", f"curl {key} \\\n  {url}/api/v1/usecases/{one.id}/links"),
    ]
