"""`gatepost up`, step by step: look, prepare, start, publish the examples, stay."""

import resource
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from gatepost_server.admin.examples import Examples
from gatepost_server.admin.founding import Founding
from gatepost_server.admin.handing import forbid_looking
from gatepost_server.admin.lock import FolderLock, clear_sockets
from gatepost_server.admin.marker import Marker
from gatepost_server.admin.plan import environment_of, plan_of, probes_of
from gatepost_server.admin.preflight import prepare_folders, require_envoy, require_free_port
from gatepost_server.admin.readiness import await_ready
from gatepost_server.admin.report import Report, Started
from gatepost_server.admin.tree import Tree
from gatepost_server.gateway.certificates import require_certificate
from gatepost_server.kernel.clock import clock_from
from gatepost_server.settings import Folders, Settings

READY_WITHIN: Final = 120.0
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
    with _signals_as_interrupt():
        try:
            _require_all(settings, folders)
            Start(settings, folders, report, lock).run()
        except KeyboardInterrupt:
            report.say("Everything is stopped.")
        finally:
            shutil.rmtree(folders.run, ignore_errors=True)
            lock.release()


def _require_all(settings: Settings, folders: Folders) -> None:
    require_free_port(settings.host, settings.port)
    require_envoy(settings)
    require_certificate(settings)
    Marker.of(
        folders.marker,
        test_clock=settings.test_clock is not None,
        has_store=settings.store is not None or folders.database.exists(),
        now=clock_from(settings.test_clock).now(),
    )


class Start:
    """One start of an instance whose folder is locked and whose needs are met."""

    def __init__(self, settings: Settings, folders: Folders, report: Report, lock: FolderLock) -> None:
        self._settings = settings
        self._folders = folders
        self._report = report
        clear_sockets(folders.run)
        self._tree = Tree(
            plan_of(settings, folders),
            log=folders.logs / "tree.log",
            env=environment_of(settings),
            keep=(lock.descriptor,),
        )

    def run(self) -> None:
        """Start, publish, tell, and stay until interrupted."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # for all that we start, too
        forbid_looking()
        self._report.say(f"Starting Gatepost on {self._folders.data} …")
        founding = Founding.of(self._settings, self._folders)
        self._report.password(founding.admin)
        with self._tree:
            await_ready(
                probes_of(self._settings, self._folders),
                within=READY_WITHIN,
                pause=self._pause,
                logs=self._folders.logs,
            )
            self._report.ready(self._started(founding))
            self._stay(founding)

    def _started(self, founding: Founding) -> Started:
        url = self._settings.public_url()
        if not self._settings.demo:
            return Started(url, founding.admin)
        self._report.answering(url)
        examples = Examples(founding, self._settings, self._folders)
        examples.publish(self._report.say)
        apps = examples.await_settled(self._pause)
        return Started(url, founding.admin, apps, examples.left_out)

    def _pause(self) -> None:
        """Let a tenth of a second pass, and tell what happened meanwhile."""
        for news in self._tree.news(within=0.1):
            self._report.news(news)

    def _stay(self, founding: Founding) -> None:
        """Tell the news, and forget the first password once it was changed."""
        while True:
            for news in self._tree.news(within=LOOK_EVERY):
                self._report.news(news)
            founding.forget_changed_password()


@contextmanager
def _signals_as_interrupt() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end things as Ctrl-C does."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
