"""The files of a version: their list, one of them to read or edit, and the questions before changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from gatepost_server.apps import TreeFile
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.facts import Text
from gatepost_server.ui.kit.fields import FileField, Hidden, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, CardForm, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.project_settings import Code
from gatepost_server.ui.pages.versions import VersionRow, size_words

_COLUMNS: Final = [
    Column("Path", place="title"),
    Column("Size", "c-ver", place="right"),
    Column("Actions", "w-act", place="act"),
]


@dataclass(frozen=True)
class Held:
    """A version whose files are shown: of which source, and whether they may be changed."""

    source_id: str
    source: str
    row: VersionRow
    may_edit: bool

    @property
    def base(self) -> str:
        """The address of the version's page."""
        return f"/sources/{self.source_id}/versions/{self.row.number}"

    @property
    def is_editable(self) -> bool:
        """True where the caller may change the files."""
        return self.may_edit and self.row.is_draft

    def of(self, what: str, path: str) -> str:
        """Return the address of one thing that may be done with the file *path*."""
        return f"{self.base}/{what}/{quote(path)}"


@dataclass(frozen=True)
class Shown:
    """What a file holds; `text` is None when it is not for reading, or too long."""

    path: str
    size: int
    text: str | None
    digest: str


def file_list(
    held: Held, found: Sequence[TreeFile], state: ListState, csrf: str, url: str, next_cursor: str | None
) -> Component:
    """Return the list of a version's files."""
    said = "Never changes; begin a draft to edit them." if not held.row.is_draft else "May be changed."
    actions: list[Component] = [
        SameWith(_same(held, url)),
        ButtonLink("Download all", f"{held.base}/bundle", "plain", "download"),
    ]
    if held.is_editable:
        actions.append(
            ButtonLink("Upload a file", f"{held.base}/upload-file", symbol="upload", opens_dialog=True)
        )
        actions.append(ButtonLink("New file", f"{held.base}/new-file", "primary", "plus", opens_dialog=True))
    head = PageHead("Files", said, _crumbs(held, Crumb("Files")), actions)
    empty = Empty("No files yet", "Write the first one, or upload it.", "file-text")
    rows = [_row(held, one, at, csrf) for at, one in enumerate(found)]
    table = ResourceTable(
        "files", "files", _COLUMNS, rows, state, empty, find_hint="Find by path", next_cursor=next_cursor
    )
    return Stack([head, table])


def _row(held: Held, one: TreeFile, at: int, csrf: str) -> Row:
    items = [MenuItem("Download", held.of("raw", one.path), "download")]
    if held.is_editable:
        remove = held.of("remove-file", one.path)
        items.append(MenuItem(f"Remove {one.path}…", remove, "trash", opens_dialog=True, is_danger=True))
    name = NameCell(one.path, "", held.of("files", one.path))
    return Row([name, Text(size_words(one.size))], ActionsMenu(f"menu-file-{at}", one.path, items, csrf))


def file_page(held: Held, shown: Shown, csrf: str, url: str, *, fault: str = "") -> Component:
    """Return the page of one file: its text, in an editor where it may be changed."""
    crumbs = _crumbs(held, Crumb("Files", f"{held.base}/files"), Crumb(shown.path))
    actions = [
        SameWith(_same(held, url, shown.path)),
        ButtonLink("Download", held.of("raw", shown.path), "plain", "download"),
    ]
    head = PageHead(shown.path, size_words(shown.size), crumbs, actions)
    if shown.text is None:
        why = Note("It is not shown here.", "It is no text, or too long. Download it.", "blue", "file-text")
        return Stack([head, why])
    if not held.is_editable:
        return Stack([head, Card("Content", Code(shown.text))])
    fields = [
        TextArea("content", "Content", shown.text, lines=24, is_code=True, may_be_empty=True),
        Hidden("digest", shown.digest),
    ]
    form = CardForm("Edit", held.of("files", shown.path), "Save", fields, csrf, fault=fault)
    return Stack([head, form])


def new_file_dialog(
    held: Held, path: str, content: str, csrf: str, *, error: str = "", is_over: bool
) -> FormDialog:
    """Return the form that writes a new file."""
    return FormDialog(
        "New file",
        f"{held.base}/new-file",
        "Save file",
        [
            TextField(
                "path", "Path", path, error=error, is_first=True, max_length=240, hint="pages/about.py"
            ),
            TextArea("content", "Content", content, lines=10, is_code=True, may_be_empty=True),
        ],
        csrf,
        f"{held.base}/files",
        is_over=is_over,
        symbol="file-text",
    )


def upload_file_dialog(
    held: Held, path: str, csrf: str, limit_mb: int, *, error: str = "", is_over: bool
) -> FormDialog:
    """Return the form that uploads one file; one of the same path is replaced."""
    return FormDialog(
        "Upload a file",
        f"{held.base}/upload-file",
        "Upload",
        [
            TextField(
                "path", "Path", path, is_required=False, max_length=240,
                hint="Where it lies in the version; its own name when left empty.",
            ),
            FileField("bundle", "File", "", f"At most {limit_mb} MB.", error, limit_mb),
        ],
        csrf,
        f"{held.base}/files",
        sentence="A file of the same path is replaced.",
        is_over=is_over,
        is_upload=True,
        symbol="upload",
    )  # fmt: skip


def remove_file_dialog(held: Held, path: str, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before a file is removed from a draft."""
    return ConfirmDialog(
        f"Remove {path}?",
        f"It is removed from the draft v{held.row.number}.",
        held.of("remove-file", path),
        "Remove file",
        csrf,
        f"{held.base}/files",
        ["The versions before it keep their own."],
        fault=fault,
        is_over=is_over,
    )


def _crumbs(held: Held, *further: Crumb) -> list[Crumb]:
    return [
        Crumb("Application sources", "/sources"),
        Crumb(held.source, f"/sources/{held.source_id}"),
        Crumb(f"v{held.row.number}", held.base),
        *further,
    ]


def _same(held: Held, url: str, path: str = "PATH") -> list[Snippet]:
    number, api = held.row.number, f"{url}/api/v1{held.base}"
    key = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    return [
        Snippet(
            "CLI",
            f"gatepost sources files {held.source_id} {number}\n"
            f"gatepost sources get {held.source_id} {number} {path}\n"
            f"gatepost sources put {held.source_id} {number} {path} FILE\n"
            f"gatepost sources download {held.source_id} {number} FOLDER.tar.gz",
        ),
        Snippet("curl", f"{key} \\\n  {api}/files/{quote(path)}"),
    ]
