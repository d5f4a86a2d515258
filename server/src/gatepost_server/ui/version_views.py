"""From a version of the domain to what its pages show, and its build log as it grows."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from gatepost_server import apps
from gatepost_server.apps import App, AppState, LogPart, SourceVersion, VersionState
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.kit.work import LogTail
from gatepost_server.ui.names import labels_of
from gatepost_server.ui.pages.versions import VersionRow
from gatepost_server.ui.visits import Visit

LINES = 1000
"""As many lines of a log are shown at first."""


def version_rows(tx: Tx, versions: Sequence[SourceVersion], app: App | None = None) -> list[VersionRow]:
    """Present versions; for *app*, whether each serves or is about to."""
    everybody = [(one.author_id, one.author_name) for one in versions]
    everybody += [author for one in versions for author in one.authors]
    names = labels_of(tx, everybody)
    return [_row(one, names, app) for one in versions]


def _row(one: SourceVersion, names: Mapping[str, str], app: App | None) -> VersionRow:
    return VersionRow(
        one.number,
        one.state,
        names[one.author_id],
        one.created_at,
        app is not None and one.id == app.live_version_id,
        app is not None and one.id == app.version_id,
        app is not None and one.id == app.version_id and app.state is AppState.FAILED,
        one.reason,
        one.detected.kind if one.detected else None,
        one.files,
        one.size,
        one.detected.entrypoint if one.detected else "",
        one.detected.because if one.detected else "",
        one.sha256,
        one.built_at,
        resources=one.resources,
        based_on=one.based_on,
        parameters=one.detected.parameters if one.detected else (),
        others=[names[who] for who, _ in one.authors if who != one.author_id],
    )


def deployable(tx: Tx, source_id: str) -> list[int]:
    """Return the numbers of the versions that can be put to work, latest first."""
    found = apps.list_versions(tx, source_id, PageRequest(limit=MAX_LIMIT)).items
    return [one.number for one in found if one.state is not VersionState.FAILED and not one.is_draft]


def version_tail(visit: Visit, tx: Tx, source_id: str, number: int, base: str) -> LogTail:
    """Return the end of a version's build log; *base* is the address of the version's page."""
    part = apps.log_tail(apps.version_log(tx, source_id, number, visit.call.house.folders), LINES)
    return LogTail(
        f"Build log of v{number}",
        text_of_log(part),
        part.position,
        f"{base}/log",
        is_live=not _is_built(tx, source_id, number),
        reloads=True,
        hint="Nothing was written yet.",
    )


def version_log_part(visit: Visit, source_id: str, number: int, offset: int) -> Response:
    """Answer with what was added to a version's build log since *offset*."""
    with visit.call.read() as tx:
        path = apps.version_log(tx, source_id, number, visit.call.house.folders)
        is_over = _is_built(tx, source_id, number)
    return log_answer(apps.log_since(path, offset), is_over=is_over)


def log_answer(part: LogPart, *, is_over: bool) -> Response:
    """Answer the island that follows a log."""
    said: dict[str, Any] = {"text": text_of_log(part), "offset": part.position, "is_over": is_over}
    return JSONResponse(said)


def text_of_log(part: LogPart) -> str:
    """Return the lines of a log as text."""
    return "".join(f"{line}\n" for line in part.lines)


def _is_built(tx: Tx, source_id: str, number: int) -> bool:
    state = apps.get_version(tx, source_id, number).state
    return state in (VersionState.BUILT, VersionState.FAILED)
