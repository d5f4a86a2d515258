"""Pages of a version's files: listed, read and fetched; of a draft edited, uploaded and removed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps, authz
from gatepost_server.apps import BundleLimits
from gatepost_server.bundles import digest_of_open
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid, NotFound
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import version_files as pages
from gatepost_server.ui.pages.version_files import Held, Shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.uploading import receive_upload, text_of, wrong_of
from gatepost_server.ui.version_views import version_rows
from gatepost_server.ui.visits import Sending, SignedIn, Visit
from gatepost_server.web.receiving import Received
from gatepost_server.web.version_files import bundle_answer, file_answer

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Content = Annotated[str, Form(max_length=600_000)]

_AT: Final = "/sources/{source_id}/versions/{number}"
_LONGEST: Final = 512 * 1024
_MIB: Final = 1024 * 1024


@router.reads(f"{_AT}/files", action="source:read")
def file_list(visit: SignedIn, source_id: str, number: int) -> Response:
    """List the files of a version."""
    state = ListState(f"/sources/{source_id}/versions/{number}/files", visit.query("q", "cursor"))
    page = PageRequest(limit=MAX_LIMIT, q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        held = _held(tx, source_id, number)
        found = apps.list_files(tx, source_id, number, visit.call.house.folders, page)
    content = pages.file_list(held, found.items, state, visit.csrf, visit.url, found.next)
    return visit.page(f"Files of {held.source} v{number}", content, "applications")


@router.reads(f"{_AT}/bundle", action="source:read")
def bundle(visit: SignedIn, source_id: str, number: int) -> Response:
    """Answer with all files, packed."""
    return bundle_answer(visit.call, source_id, number)


@router.reads(f"{_AT}/raw/{{path:path}}", action="source:read")
def raw(visit: SignedIn, source_id: str, number: int, path: str) -> Response:
    """Answer with one file, to keep."""
    with visit.call.read() as tx:
        return file_answer(apps.open_file(tx, source_id, number, path, visit.call.house.folders))


@router.reads(f"{_AT}/files/{{path:path}}", action="source:read")
def file_page(visit: SignedIn, source_id: str, number: int, path: str) -> Response:
    """Show one file, in an editor where it may be changed."""
    with visit.call.read() as tx:
        held = _held(tx, source_id, number)
        shown = _shown(visit, tx, held, path)
    return visit.page(path, pages.file_page(held, shown, visit.csrf, visit.url), "applications")


@router.makes(f"{_AT}/files/{{path:path}}", action="source:edit")
def save(
    visit: SignedIn, source_id: str, number: int, path: str, content: Content = "", digest: Field = ""
) -> Response:
    """Save what was edited, unless somebody else did meanwhile."""
    with visit.call.read() as tx:
        authz.require(tx, "source:edit", source_id)
        held = _held(tx, source_id, number)
        before = _shown(visit, tx, held, path)
    try:
        _write(visit, held, path, _as_before(before.text or "", content), digest or None)
    except (Invalid, Conflict) as error:
        # What was typed stays; to save it once more replaces what the other one wrote.
        typed = Shown(path, before.size, content, before.digest)
        said = error.detail
        if isinstance(error, apps.FileChanged):
            said += " Your text is below; save again to replace theirs."
        page = pages.file_page(held, typed, visit.csrf, visit.url, fault=said)
        return visit.page(path, page, "applications", code=400 if isinstance(error, Invalid) else 409)
    return visit.go(held.of("files", path), f"{path} is saved.")


@router.reads(f"{_AT}/new-file", action="source:edit")
def new_page(visit: SignedIn, source_id: str, number: int) -> Response:
    """Show the form of a new file."""
    return _new_form(visit, _editable(visit, source_id, number), "", "")


@router.makes(f"{_AT}/new-file", action="source:edit")
def create(visit: SignedIn, source_id: str, number: int, path: Field = "", content: Content = "") -> Response:
    """Write a new file."""
    held = _editable(visit, source_id, number)
    try:
        _write(visit, held, path.strip(), content.replace("\r\n", "\n"), None)
    except (Invalid, Conflict) as error:
        return _new_form(visit, held, path, content, error)
    return visit.go(held.of("files", path.strip()), f"{path.strip()} is saved.")


@router.reads(f"{_AT}/upload-file", action="source:edit")
def upload_page(visit: SignedIn, source_id: str, number: int) -> Response:
    """Show the form that uploads one file."""
    return _upload_form(visit, _editable(visit, source_id, number), "", None)


@router.makes(f"{_AT}/upload-file", action="source:edit")
async def upload(visit: Sending, source_id: str, number: int) -> Response:
    """Take in one file; one of the same path is replaced."""

    def judge() -> None:
        _editable(visit, source_id, number)

    def use(received: Received) -> Response:
        held = _editable(visit, source_id, number)
        path = text_of(received, "path").strip() or received.file_name
        _put(visit, held, path, received.file(), _present(visit, held, path))
        return visit.go(f"{held.base}/files", f"{path} is saved.")

    def again(received: Received, error: GatepostError) -> Response:
        return _upload_form(visit, _editable(visit, source_id, number), text_of(received, "path"), error)

    return await receive_upload(visit, judge=judge, use=use, again=again)


@router.reads(f"{_AT}/remove-file/{{path:path}}", action="source:edit")
def remove_page(visit: SignedIn, source_id: str, number: int, path: str) -> Response:
    """Ask before a file is removed."""
    return _remove_form(visit, _editable(visit, source_id, number), path)


@router.makes(f"{_AT}/remove-file/{{path:path}}", action="source:edit")
def remove(visit: SignedIn, source_id: str, number: int, path: str) -> Response:
    """Remove a file from a draft."""
    held = _editable(visit, source_id, number)
    try:
        apps.remove_file(visit.call, visit.call.house.folders, source_id, number, path)
    except (Invalid, Conflict) as error:
        return _remove_form(visit, held, path, error)
    return visit.go(f"{held.base}/files", f"{path} is removed.")


def _held(tx: Tx, source_id: str, number: int) -> Held:
    [row] = version_rows(tx, [apps.get_version(tx, source_id, number)])
    return Held(
        source_id, apps.get_source(tx, source_id).name, row, may_edit=authz.may(tx, "source:edit", source_id)
    )


def _editable(visit: Visit, source_id: str, number: int) -> Held:
    with visit.call.read() as tx:
        authz.require(tx, "source:edit", source_id)
        return _held(tx, source_id, number)


def _shown(visit: Visit, tx: Tx, held: Held, path: str) -> Shown:
    folders = visit.call.house.folders
    with apps.open_file(tx, held.source_id, held.row.number, path, folders) as opened:
        digest, size = digest_of_open(opened), os.fstat(opened.fileno()).st_size
        held_text = opened.read(_LONGEST + 1)
    return Shown(path, size, _text(held_text), digest)


def _text(content: bytes) -> str | None:
    """Return *content* as text; None when it is none, or too long to be edited."""
    if len(content) > _LONGEST or b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _as_before(before: str, content: str) -> str:
    """Return *content* with the line ends of *before*: a form sends its own."""
    plain = content.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n") if "\r\n" in before else plain


def _present(visit: Visit, held: Held, path: str) -> str | None:
    """Return what a file of that path is to be replaced as: whatever it is, or as a new one."""
    folders = visit.call.house.folders
    try:
        with (
            visit.call.read() as tx,
            apps.open_file(tx, held.source_id, held.row.number, path, folders),
        ):
            return apps.ANY
    except NotFound:
        return None


def _write(visit: Visit, held: Held, path: str, content: str, expected: str | None) -> None:
    with _written(visit, content) as file:
        _put(visit, held, path, file, expected)


def _put(visit: Visit, held: Held, path: str, file: Path, expected: str | None) -> None:
    house = visit.call.house
    limits = BundleLimits(compressed=house.settings.upload_limit_mb * _MIB)
    apps.write_file(
        visit.call, house.folders, held.source_id, held.row.number, path, file,
        expected=expected, limits=limits,
    )  # fmt: skip


@contextmanager
def _written(visit: Visit, content: str) -> Iterator[Path]:
    """Hand out a file with *content*, gone afterwards."""
    handle, name = tempfile.mkstemp(prefix=".upload-", dir=visit.call.house.folders.sources)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode())
        yield Path(name)
    finally:
        Path(name).unlink()


def _new_form(
    visit: Visit, held: Held, path: str, content: str, error: GatepostError | None = None
) -> Response:
    said = error.detail if error is not None else ""
    form = pages.new_file_dialog(held, path, content, visit.csrf, error=said, is_over=visit.is_over)
    return visit.dialog("New file", form, "applications", code=_code_of(error))


def _upload_form(visit: Visit, held: Held, path: str, error: GatepostError | None) -> Response:
    kept, rest = wrong_of(error) if error is not None else ({}, "")
    limit = visit.call.house.settings.upload_limit_mb
    said = kept.get("bundle", rest)
    form = pages.upload_file_dialog(held, path, visit.csrf, limit, error=said, is_over=visit.is_over)
    return visit.dialog("Upload a file", form, "applications", code=_code_of(error))


def _remove_form(visit: Visit, held: Held, path: str, error: GatepostError | None = None) -> Response:
    said = error.detail if error is not None else ""
    form = pages.remove_file_dialog(held, path, visit.csrf, fault=said, is_over=visit.is_over)
    return visit.dialog(f"Remove {path}", form, "applications", code=_code_of(error))


def _code_of(error: GatepostError | None) -> int:
    if error is None:
        return 200
    return 400 if isinstance(error, Invalid) else 409
