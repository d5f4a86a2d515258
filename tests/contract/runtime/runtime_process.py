"""A runtime process over orders in a JSON file: `runtime_process.py DATA ISOLATION IDLE_AFTER`."""

import asyncio
import dataclasses
import json
import os
import sys
import threading
from pathlib import Path

from gatepost_server.apps import Environment
from gatepost_server.apps.model import BuildOrder, DesiredApp, Detected, Kind, Resources
from gatepost_server.kernel.clock import SystemClock
from gatepost_server.runtime.replica import Habits
from gatepost_server.runtime.service import serve
from gatepost_server.settings.folders import Folders


class FileOrders:
    """Orders in memory and files; an app's version is built when it is first asked for."""

    def __init__(self, folders):
        self._folders = folders
        self._lock = threading.Lock()
        self._builds = {}

    def _asked(self):
        return json.loads((self._folders.data / "orders.json").read_text())

    def has_news(self):
        return True

    def claim_build(self):
        with self._lock:
            for app in self._asked():
                if app["version"] not in self._builds:
                    self._builds[app["version"]] = None
                    return BuildOrder(
                        app["version"],
                        "src_1",
                        1,
                        Detected(Kind(app["kind"]), app["entrypoint"], "test"),
                        str(self._folders.sources / app["version"]),
                        str(self._folders.logs / "builds" / f"{app['version']}.log"),
                    )
        return None

    def finish_build(self, version_id, result):
        assert result.ok, result.reason
        self._builds[version_id] = result

    def desired_apps(self):
        return [self._desired(app) for app in self._asked() if self._builds.get(app["version"])]

    def _desired(self, app):
        return DesiredApp(
            app_id="app_" + app.get("app", app["name"]).rjust(24, "0"),
            number=app["number"],
            name=app["name"],
            deployment_id=app["deployment_id"],
            version_id=app["version"],
            kind=Kind(app["kind"]),
            entrypoint=app["entrypoint"],
            code_dir=str(self._folders.sources / app["version"]),
            env_dir=self._builds[app["version"]].env_dir,
            log_path=str(self._folders.logs / "apps" / f"{app['name']}.log"),
            revision=app["revision"],
            resources=Resources(memory=app.get("memory", 1024), replicas=app.get("replicas", 1)),
        )

    def launch_key(self, deployment_id):
        return None

    def report(self, report):
        self._write(dataclasses.asdict(report))

    def report_runtime(self, status):
        self._write(dataclasses.asdict(status))

    def requeue_builds(self):
        self._builds.clear()

    def _write(self, facts):
        with self._lock, (self._folders.data / "reports.jsonl").open("a") as file:
            file.write(json.dumps(facts, default=str) + "\n")


def main():
    folders = Folders(Path(sys.argv[1]))
    habits = Habits(
        idle_after=float(sys.argv[3]), first_pause=0.1, look_every=0.3, idle_notice=0.2, measure_every=0.3
    )
    asyncio.run(
        serve(
            FileOrders(folders),
            lambda _: Environment(),
            folders=folders,
            isolation=sys.argv[2],
            clock=SystemClock(),
            habits=habits,
            surroundings=os.environ,
        )
    )


if __name__ == "__main__":
    main()
