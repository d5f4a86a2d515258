"""`gatepost up`, step by step: look, prepare, start, publish the examples, stay."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gatepost_server.admin.examples import publish_examples, settled
from gatepost_server.admin.founding import Founding, found
from gatepost_server.admin.lock import FolderLock, clear_sockets
from gatepost_server.admin.marker import Marker
from gatepost_server.admin.plan import environment_of, plan_of, probes_of
from gatepost_server.admin.preflight import prepare_folders, require_envoy, require_free_port
from gatepost_server.admin.readiness import await_ready
from gatepost_server.admin.report import Report
from gatepost_server.admin.tree import Tree
from gatepost_server.kernel.clock import clock_from
from gatepost_server.settings import Folders, Settings

READY_WITHIN: Final = 60.0
DEMO_WITHIN: Final = 45.0
LOOK_EVERY: Final = 10.0


def run_up(settings: Settings, *, as_json: bool) -> None:
    """Run the instance of *settings* until Ctrl-C or SIGTERM; then nothing of it is left.

    Raises:
        FolderNotWritable, AlreadyRunning, PortTaken, EnvoyMissing, TestClockRefused:
            before anything was started.
        PartsNotReady: a process did not come up; everything was stopped again.
    """
    folders, report = Folders(settings.data_dir), Report(as_json=as_json)
    prepare_folders(folders)
    lock = FolderLock.take(folders.data)
    require_free_port(settings.host, settings.port)
    require_envoy(settings)
    clear_sockets(folders.run)
    marker = _marker(settings, folders)
    report.say(f"Starting Gatepost on {folders.data} …")
    with _signals_as_interrupt():
        try:
            founding = found(settings, folders)
            report.password(founding.admin)
            _run_tree(settings, folders, founding, marker, report, lock)
        except KeyboardInterrupt:
            report.say("Everything is stopped.")
        finally:
            lock.release()


def _marker(settings: Settings, folders: Folders) -> Marker:
    now = clock_from(settings.test_clock).now()
    return Marker.of(
        folders.marker,
        test_clock=settings.test_clock is not None,
        has_store=settings.store is not None or folders.database.exists(),
        now=now,
    )


def _run_tree(
    settings: Settings,
    folders: Folders,
    founding: Founding,
    marker: Marker,
    report: Report,
    lock: FolderLock,
) -> None:
    tree = Tree(
        plan_of(settings, folders),
        log=folders.logs / "tree.log",
        env=environment_of(settings),
        keep=(lock.descriptor,),
    )

    def pause() -> None:
        for news in tree.news(within=0.1):
            report.news(news)

    with tree:
        await_ready(probes_of(folders), within=READY_WITHIN, pause=pause, logs=folders.logs)
        apps = []
        if settings.demo:
            refused = publish_examples(founding, folders, marker)
            apps = [*settled(founding, settings, within=DEMO_WITHIN, pause=pause), *refused]
        report.ready(settings.public_url(), founding.admin, apps)
        _stay(tree, report, founding)


def _stay(tree: Tree, report: Report, founding: Founding) -> None:
    """Tell the news, and forget the first password once it was changed."""
    while True:
        for news in tree.news(within=LOOK_EVERY):
            report.news(news)
        founding.forget_changed_password()


@contextmanager
def _signals_as_interrupt() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end things as Ctrl-C does."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def examples_folder() -> Path:
    """Return the folder of bundled examples: in a checkout, beside the server's sources."""
    return Path(__file__).parents[4] / "examples"
