"""Serve a WSGI app, so that it knows the prefix under which the gate shows it."""

import argparse
import os
from collections.abc import Callable, Iterable
from typing import Any, cast

from finding import ALIVE, enter_code_folder, load_object  # type: ignore[import-not-found,unused-ignore]
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped,import-not-found,unused-ignore]

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
THREADS = 16


def prefixed(app: App) -> App:
    """Give `SCRIPT_NAME` to *app* as the gate names it, and answer the health check."""

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == ALIVE:
            start_response("204 No Content", [])
            return []
        prefix = str(environ.get("HTTP_X_FORWARDED_PREFIX", "")).rstrip("/")
        if prefix:
            environ["SCRIPT_NAME"] = prefix
        return app(environ, start_response)

    return answer


class Served(BaseApplication):  # type: ignore[misc,unused-ignore]
    """One gunicorn worker with threads: apps may keep state in memory."""

    def __init__(self, entrypoint: str, port: int) -> None:
        self._entrypoint = entrypoint
        self._port = port
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        wanted: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "keepalive": 75,
            "timeout": 0,  # a long calculation is not a fault; the runtime judges health
            "graceful_timeout": 5,
            "forwarded_allow_ips": "*",  # only the relay can reach this port
            "worker_tmp_dir": os.environ.get("TMPDIR"),
            "accesslog": None,
            "control_socket_disable": True,
        }
        for name, value in wanted.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> App:
        """Load the app in the worker."""
        return prefixed(cast("App", load_object(self._entrypoint, fallback="app")))


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("entrypoint")
    parser.add_argument("port", type=int)
    chosen = parser.parse_args()
    enter_code_folder()
    Served(chosen.entrypoint, chosen.port).run()


if __name__ == "__main__":
    main()
