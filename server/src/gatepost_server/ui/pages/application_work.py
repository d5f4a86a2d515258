"""What happens to an application's code: its versions, builds and logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.heads import ButtonLink, Snippet, Tab
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, SettingRow, Stack
from gatepost_server.ui.kit.work import LogTail, Progress, Step
from gatepost_server.ui.pages.application import AppView, page
from gatepost_server.ui.pages.application_log_search import FoundLines, LogSearch, Tools
from gatepost_server.ui.pages.publishing import upload_call
from gatepost_server.ui.pages.versions import VersionRow, version_detail, version_table


def versions(view: AppView, rows: Sequence[VersionRow], now: datetime, csrf: str, url: str) -> Component:
    """Return the tab with all versions, where one is deployed or rolled back to."""
    base = f"/applications/{view.row.id}/versions"
    table = version_table(rows, base, now, acts="deploy" if view.row.may_edit else "", csrf=csrf)
    parts: list[Component] = [Boxed(_new_version(view, base)), table] if view.row.may_upload else [table]
    return page(view, "versions", Stack(parts), now, csrf, url, same=_same(view, url))


def _new_version(view: AppView, base: str) -> SettingRow:
    upload = ButtonLink("Upload a new version", f"{base}/new", "plain", "upload", opens_dialog=True)
    said = "The present one serves until the new one answers; no request is dropped."
    if not view.source_id:
        return SettingRow("New version", said, upload)
    see = ButtonLink("See the source", f"/sources/{view.source_id}", "quiet", "box", extra="hide-sm")
    return SettingRow("New version", said, Both(see, upload))


@dataclass(frozen=True)
class Both(Component):
    """Two things beside one another."""

    template: ClassVar[str] = "apps/both.html"
    first: Component
    second: Component


@dataclass(frozen=True)
class Boxed(Component):
    """One row in a card of its own."""

    template: ClassVar[str] = "apps/boxed.html"
    content: Component


def version(view: AppView, row: VersionRow, tail: LogTail, now: datetime, csrf: str, url: str) -> Component:
    """Return the page of one version, with its build log."""
    base = f"/applications/{view.row.id}/versions"
    back = ButtonLink("All versions", base, "quiet", "arrow-left", extra="align-self-start btn-sm")
    return page(
        view, "versions", Stack([back, version_detail(row, tail, now)]), now, csrf, url, same=_same(view, url)
    )


def logs(
    view: AppView, part: LogTail | FoundLines, kind: str, now: datetime, csrf: str, url: str
) -> Component:
    """Return the tab with the run log or the build log: its end, or what was found in it."""
    base = f"/applications/{view.row.id}/logs"
    which = Segments(
        [
            Tab("Run", base, is_here=kind == "run"),
            Tab("Build", f"{base}?kind=build", is_here=kind == "build"),
        ],
        "Log",
    )
    log = f"{url}/api/v1/apps/{view.row.id}/logs?kind={kind}&tail=200"
    same = [
        Snippet("CLI", f"gatepost apps logs {view.row.number} --kind {kind} --follow"),
        Snippet("curl", f"curl -H \"Authorization: Key $GATEPOST_API_KEY\" \\\n  '{log}'"),
    ]
    words = part.words if isinstance(part, FoundLines) else ""
    tools = Tools(which, LogSearch(base, kind, words))
    return page(view, "logs", Stack([tools, part]), now, csrf, url, same=same)


@dataclass(frozen=True)
class Segments(Component):
    """A small switch between views of one thing."""

    template: ClassVar[str] = "apps/segments.html"
    items: Sequence[Tab]
    label: str


def building(
    view: AppView, steps: Sequence[Step], tail: LogTail, now: datetime, csrf: str, url: str
) -> Component:
    """Return the page that shows a version being built and started."""
    number = view.row.version
    card = Card(f"Version {number}", Progress(steps))
    parts: list[Component] = [card, tail]
    if all(step.state == "done" for step in steps):
        see = ButtonLink("See it", f"/applications/{view.row.id}", "primary", "arrow-right")
        parts.insert(
            0, Note(f"v{number} is running.", "It serves from now on.", "green", "circle-check", see)
        )
    elif any(step.state == "bad" for step in steps):
        what = view.reason or "The log below says why."
        parts.insert(0, Note(f"v{number} failed.", what, "red", "alert-triangle"))
    return page(view, "versions", Stack(parts), now, csrf, url, same=_same(view, url))


def _same(view: AppView, url: str) -> list[Snippet]:
    number, app = view.row.number, f"{url}/api/v1/apps/{view.row.id}"
    versions = f"{url}/api/v1/sources/{view.source_id or 'SOURCE_ID'}/versions"
    deploy = 'curl -H "Authorization: Key $GATEPOST_API_KEY" --json'
    return [
        Snippet(
            "CLI",
            f"gatepost deploy DIR --app {number}\ngatepost apps versions {number}\n"
            f"gatepost apps rollback {number} VERSION",
        ),
        Snippet(
            "curl",
            upload_call(versions, "-F bundle=@app.tar.gz")
            + f"\n{deploy} \\\n  '{{\"source_version\": 2}}' \\\n  {app}/deploy",
        ),
    ]
