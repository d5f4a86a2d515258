"""The bundled examples: published once, by the use-cases everybody uses, and awaited."""

import http.client
import ssl
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from gatepost_server.admin.founding import ORIGIN, Founding
from gatepost_server.admin.marker import Marker
from gatepost_server.admin.report import DemoApp, LeftOut
from gatepost_server.apps import (
    Addresses,
    App,
    AppState,
    Kind,
    find_bundled_app,
    get_app,
    pack_folder,
    publish_bundle,
    taken_in,
)
from gatepost_server.apps.detection import detect, read_manifest
from gatepost_server.authn import cookie_names
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import GatepostError, NotFound
from gatepost_server.kernel.secret import Secret
from gatepost_server.runtime.r import find_r
from gatepost_server.settings import Folders, Settings

WITHIN: Final = 45.0
WITHIN_BUILDS: Final = 600.0
SETTLED: Final = (AppState.FAILED, AppState.STOPPED)
ASKED_AT: Final = {Kind.PLUMBER: "mean"}
"""Where an example answers 200, when it is not at its root."""


@dataclass(frozen=True)
class Example:
    """A folder of content that Gatepost brings along; `reason` says why it cannot run here."""

    folder: Path
    name: str
    kind: Kind
    reason: str | None = None


class Examples:
    """The examples of one start."""

    def __init__(self, founding: Founding, settings: Settings, folders: Folders) -> None:
        self._founding = founding
        self._settings = settings
        self._folders = folders
        self._addresses = Addresses.of(settings)
        [self._cookie] = cookie_names(is_secure=settings.is_secure())
        self.left_out: list[LeftOut] = []
        self._answered: set[str] = set()

    def publish(self, say: Callable[[str], None]) -> None:
        """Publish what was never published on this data folder and can run on this machine."""
        known = Marker.read(self._folders.marker).examples
        new = [example for example in bundled(examples_folder()) if example.folder.name not in known]
        self.left_out = [LeftOut(one.name, one.kind, one.reason) for one in new if one.reason is not None]
        wanted = [example for example in new if example.reason is None]
        if not wanted:
            return
        say("Publishing the examples …")
        with self._founding.signed_in() as (actor, _):
            for example in wanted:
                app_id = self._published_before(example, actor) or self._publish(example, actor)
                marker = Marker.read(self._folders.marker)
                marker.with_example(example.folder.name, app_id).write(self._folders.marker)

    def await_settled(self, pause: Callable[[], None]) -> list[DemoApp]:
        """Return every example once each answers 200 through the gate, or has failed.

        Waits 45 seconds, and longer only while something is being built.
        """
        with self._founding.signed_in() as (actor, token):
            began = calm_since = time.monotonic()
            while True:
                apps = self._published(actor)
                waiting = [app for app in apps if not self._is_settled(app, token)]
                now = time.monotonic()
                if any(app.state is AppState.BUILDING for app in waiting):
                    calm_since = now
                if not waiting or now - calm_since > WITHIN or now - began > WITHIN_BUILDS:
                    break
                pause()
        return [self._shown(app) for app in apps]

    def _published_before(self, example: Example, actor: Actor) -> str | None:
        """Return the app of a start that was killed before it could write the marker."""
        with self._founding.uow.read(actor, ORIGIN) as tx:
            app = find_bundled_app(tx, example.name)
        return None if app is None else app.id

    def _publish(self, example: Example, actor: Actor) -> str:
        sources, uow = self._folders.sources, self._founding.uow
        with tempfile.TemporaryDirectory(prefix="gatepost-example-") as scratch:
            archive = Path(scratch) / f"{example.folder.name}.tar.gz"
            pack_folder(example.folder, archive)
            with taken_in(archive, sources, uow.clock.now()) as bundle, uow.begin(actor, ORIGIN) as tx:
                return publish_bundle(tx, example.name, bundle, is_bundled=True).id

    def _published(self, actor: Actor) -> list[App]:
        """Return the examples that were published and are still there."""
        found = []
        for app_id in Marker.read(self._folders.marker).examples.values():
            with self._founding.uow.read(actor, ORIGIN) as tx:
                try:
                    found.append(get_app(tx, app_id))
                except NotFound:  # deleted by somebody: then it stays so
                    continue
        return found

    def _is_settled(self, app: App, token: Secret) -> bool:
        if app.state in SETTLED or app.id in self._answered:
            return True
        if app.state in (AppState.RUNNING, AppState.IDLE) and self._answers(app, token):
            self._answered.add(app.id)
            return True
        return False

    def _answers(self, app: App, token: Secret) -> bool:
        """Ask the app for 200 as its visitors do: through Envoy and the authorizer."""
        path = urlsplit(self._addresses.content_url(app.id)).path + ASKED_AT.get(app.kind, "")
        headers = {
            "Host": urlsplit(self._settings.public_url()).netloc,
            "Cookie": f"{self._cookie}={token.reveal()}",
            "Accept": "*/*",
        }
        connection = _connection_to(self._settings)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _shown(self, app: App) -> DemoApp:
        reason = app.reason
        if app.state not in SETTLED and app.id not in self._answered:
            reason = reason or "It does not answer yet."
        content, origin = self._addresses.content_url(app.id), self._addresses.origin_url(app.id, app.slug)
        return DemoApp(app.name, app.kind, app.state, content, origin, reason)


def bundled(folder: Path) -> Sequence[Example]:
    """Return the examples in *folder*, and of each whether this machine can run it."""
    found = []
    for inside in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not (inside / "gatepost.toml").is_file():
            continue
        try:
            kind = detect(inside).kind
        except GatepostError as fault:
            found.append(Example(inside, inside.name, Kind.STATIC, fault.detail))
            continue
        reason = _why_no_r() if kind is Kind.PLUMBER else None
        found.append(Example(inside, read_manifest(inside).name or inside.name, kind, reason))
    return found


def _why_no_r() -> str | None:
    support = find_r()
    return support.reason if support.rscript is None else None


def examples_folder() -> Path:
    """Return where the examples are: inside the installed package, or at the checkout's root."""
    package = Path(__file__).parents[1]
    inside = package / "examples"
    return inside if inside.is_dir() else package.parents[2] / "examples"


def _connection_to(settings: Settings) -> http.client.HTTPConnection:
    """Return a connection to the gate from beside it, whose certificate need not name this address."""
    host, port = _near(settings.host), settings.port
    if settings.tls_certificate is None:
        return http.client.HTTPConnection(host, port, timeout=10)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=10, context=context)


def _near(host: str) -> str:
    """Return the address under which this machine reaches a gate that listens on *host*."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
