"""Application sources: their list, and the page of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gatepost_server.apps.model import Kind, VersionState
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import KindTile, Person, StateBadge, Text, Timestamp
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Card, Facts, Section, Stack
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.kit.work import LogTail
from gatepost_server.ui.pages.app_parameters import declared_card
from gatepost_server.ui.pages.app_words import KIND_WORDS, app_badge, kind_tile, version_badge
from gatepost_server.ui.pages.application import AppLine
from gatepost_server.ui.pages.applications import AppRow, Counts, registry_head
from gatepost_server.ui.pages.drafts import draft_parts
from gatepost_server.ui.pages.publishing import PublishState, upload_call
from gatepost_server.ui.pages.resources import files_card, shown_resources
from gatepost_server.ui.pages.versions import VersionRow, version_detail, version_facts, version_table


@dataclass(frozen=True)
class SourceRow:
    """One source as lists show it. `may_*` were decided by the page."""

    id: str
    name: str
    kind: Kind | None
    latest: int
    state: VersionState
    owner: str
    updated_at: datetime
    may_edit: bool = False
    may_delete: bool = False
    may_publish: bool = False
    may_copy: bool = False
    may_share: bool = False


_COLUMNS: Final = [
    Column("Name", place="title"),
    Column("Latest", "c-ver", place="none"),
    Column("Build", "c-state", place="badge"),
    Column("Owner", "c-own", place="left"),
    Column("Updated", "c-upd", place="right"),
    Column("Actions", "w-act", place="act"),
]


def source_list(
    rows: Sequence[SourceRow],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    counts: Counts,
    *,
    may_publish: bool,
    next_cursor: str | None = None,
) -> Component:
    """Return the list of sources."""
    create = ButtonLink("Create a source", "/sources/new", "primary", "plus", opens_dialog=True)
    empty = Empty(
        "No sources yet",
        "A source holds the files of an application, version after version. "
        "Uploading an application makes one.",
        "box",
        create if may_publish else None,
    )
    table = ResourceTable(
        "sources",
        "sources",
        _COLUMNS,
        [_row(row, now) for row in rows],
        state,
        empty,
        find_hint="Find by name",
        next_cursor=next_cursor,
    )
    same = [
        Snippet("CLI", "gatepost sources list\ngatepost sources show NAME"),
        Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/sources'),
    ]
    return Stack([registry_head("sources", counts, csrf, same, may_publish=may_publish), table])


def _row(row: SourceRow, now: datetime) -> Row:
    here = f"/sources/{row.id}"
    second = KIND_WORDS[row.kind] if row.kind else "No files yet"
    step = None
    if row.may_edit and not row.latest:
        step = ButtonLink("Upload files", f"{here}/versions/new", opens_dialog=True, extra="btn-sm")
    elif row.may_publish and row.state is VersionState.BUILT:
        step = ButtonLink("Publish", f"/applications/new?source={row.id}", opens_dialog=True, extra="btn-sm")
    return Row(
        [
            NameCell(row.name, second, here, _tile(row)),
            Text(f"v{row.latest}" if row.latest else "None", is_quiet=not row.latest),
            _badge(row),
            Person(row.owner),
            Timestamp(row.updated_at, now),
        ],
        step,
    )


def _tile(row: SourceRow, *, is_large: bool = False) -> KindTile:
    return (
        kind_tile(row.kind, is_large=is_large) if row.kind else KindTile("box", size="lg" if is_large else "")
    )


def _badge(row: SourceRow) -> StateBadge:
    return version_badge(row.state) if row.latest else StateBadge("Empty", "gray", "box")


def source(
    row: SourceRow,
    versions: Sequence[VersionRow],
    made: Sequence[AppRow],
    now: datetime,
    csrf: str,
    url: str,
) -> Component:
    """Return the page of a source: its versions, and the applications made from it."""
    base = f"/sources/{row.id}/versions"
    acts = "publish" if row.may_publish else ""
    upload = ButtonLink("Upload files", f"{base}/new", "primary", "upload", opens_dialog=True)
    parts: list[Component] = [_head(row, csrf, url, has_draft=any(one.is_draft for one in versions))]
    if versions:
        parts.append(version_table(versions, base, now, acts=acts, csrf=csrf))
    else:
        said = "Upload the folder of an application as .zip or .tar.gz to make version 1."
        parts.append(Empty("No files yet", said, "box", upload if row.may_edit else None))
    if made:
        parts.append(_made(made))
    return Stack(parts)


def version(row: SourceRow, one: VersionRow, tail: LogTail, now: datetime, csrf: str, url: str) -> Component:
    """Return the page of one version of a source, with its build log."""
    head = _head(row, csrf, url, Crumb(f"v{one.number}"))
    base = f"/sources/{row.id}/versions/{one.number}"
    cards = [files_card(base, one), *shown_resources(one, f"{base}/resources" if row.may_edit else "")]
    if one.parameters:
        cards.append(declared_card(one.parameters))
    if one.is_draft:
        facts = Card(f"Draft v{one.number}", Facts(version_facts(one, now)))
        return Stack([head, *draft_parts(base, one, may_edit=row.may_edit), facts, *cards])
    return Stack([head, version_detail(one, tail, now, *cards)])


def _head(
    row: SourceRow, csrf: str, url: str, further: Crumb | None = None, *, has_draft: bool = True
) -> PageHead:
    here = f"/sources/{row.id}"
    crumbs = [Crumb("Application sources", "/sources"), Crumb(row.name, here if further else None)]
    said = f"v{row.latest} is the latest" if row.latest else "no versions yet"
    items: list[MenuItem] = []
    if row.may_edit and not has_draft:
        items.append(MenuItem("Begin a draft", f"{here}/draft", "pencil", posts=True))
    if row.may_share:
        items.append(MenuItem("Access", f"{here}/access", "users"))
    if row.may_copy and row.latest:
        items.append(MenuItem("Duplicate", f"{here}/duplicate", "copy", opens_dialog=True))
    if row.may_edit:
        items.append(MenuItem("Rename", f"{here}/rename", "pencil", opens_dialog=True))
    if row.may_delete:
        words = f"Delete {row.name}…"
        items.append(MenuItem(words, f"{here}/delete", "trash", opens_dialog=True, is_danger=True))
    actions: list[Component] = [
        SameWith(_same(row, url)),
        ActionsMenu("menu-source", row.name, items, csrf, look="plain"),
    ]
    is_first_draft = row.state is VersionState.DRAFT and row.latest == 1
    if row.may_publish and row.latest and row.state is not VersionState.FAILED and not is_first_draft:
        publish = f"/applications/new?source={row.id}"
        actions.append(ButtonLink("Publish", publish, symbol="rocket", opens_dialog=True))
    if row.may_edit and row.latest:
        new = f"{here}/versions/new"
        actions.append(ButtonLink("Upload a version", new, "primary", "upload", opens_dialog=True))
    return PageHead(
        row.name,
        AppLine(KIND_WORDS[row.kind] if row.kind else "Source", said, row.owner),
        [*crumbs, *([further] if further else [])],
        actions,
        _tile(row, is_large=True),
        _badge(row),
    )


def _made(made: Sequence[AppRow]) -> Section:
    columns = [
        Column("Name", place="title"),
        Column("Version", "c-ver", place="left"),
        Column("State", "c-state", place="badge"),
    ]
    rows = [
        Row(
            [
                NameCell(one.name, KIND_WORDS[one.kind], f"/applications/{one.id}", kind_tile(one.kind)),
                Text(f"v{one.version}"),
                app_badge(one.state),
            ]
        )
        for one in made
    ]
    empty = Empty("None", "", "apps")
    table = ResourceTable("made", "applications made from it", columns, rows, ListState("", {}), empty)
    return Section("Applications made from it", table)


def _same(row: SourceRow, url: str) -> list[Snippet]:
    here = f"{url}/api/v1/sources/{row.id}"
    return [
        Snippet("CLI", f"gatepost sources show {row.id}"),
        Snippet("curl", upload_call(f"{here}/versions", "-F bundle=@app.tar.gz")),
    ]


def rename_dialog(row: SourceRow, name: str, csrf: str, *, error: str = "", is_over: bool) -> FormDialog:
    """Return the form that renames a source."""
    here = f"/sources/{row.id}"
    field = TextField("name", "Name", name, error=error, is_first=True, max_length=100)
    return FormDialog(f"Rename {row.name}", f"{here}/rename", "Rename", [field], csrf, here, is_over=is_over)


def duplicate_dialog(
    row: SourceRow, numbers: Sequence[int], form: PublishState, csrf: str, url: str, *, is_over: bool
) -> FormDialog:
    """Return the form that makes a source from one of the versions *numbers* of another."""
    here = f"/sources/{row.id}"
    chosen = form.version or str(next(iter(numbers), ""))
    body = f'{{"name": "NAME", "from": {{"source_id": "{row.id}", "version": {chosen or 1}}}}}'
    call = 'curl -H "Authorization: Key $GATEPOST_API_KEY" --json'
    return FormDialog(
        f"Duplicate {row.name}",
        f"{here}/duplicate",
        "Duplicate",
        [
            TextField("name", "Name", form.name, error=form.name_error, is_first=True, max_length=100),
            SelectField(
                "source_version", "Version", [Choice(str(one), f"v{one}") for one in numbers], chosen
            ),
        ],
        csrf,
        here,
        sentence="The new source is yours. It begins with the files and resources of that version, and names "
        "its authors; values of environment variables belong to applications and are not copied.",
        fault=form.fault,
        is_over=is_over,
        symbol="copy",
        same=[
            Snippet("CLI", f"gatepost sources duplicate {row.id} NAME"),
            Snippet("curl", f"{call} \\\n  '{body}' \\\n  {url}/api/v1/sources"),
        ],
    )


def delete_dialog(row: SourceRow, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before a source is deleted."""
    here = f"/sources/{row.id}"
    return ConfirmDialog(
        f"Delete the source {row.name}?",
        "This cannot be undone.",
        f"{here}/delete",
        f"Delete {row.name}",
        csrf,
        here,
        ["All its versions, their files and build logs are removed. Every role on it ends."],
        row.name if row.latest else "",
        fault=fault,
        is_over=is_over,
    )
