"""Start one of the server's own processes: `python -m gatepost_server.admin.process NAME`.

Settings come from GATEPOST_* in the environment, as `gatepost up` prepared them.
"""

import logging
import sys

from gatepost_server import bootstrap
from gatepost_server.settings import Settings


def main(name: str) -> None:
    """Serve as process *name* until SIGTERM."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    serve = {
        "authorizer": bootstrap.serve_authorizer,
        "control": bootstrap.serve_control,
        "runtime": bootstrap.serve_runtime,
        "worker": bootstrap.serve_worker,
    }[name]
    serve(Settings())


if __name__ == "__main__":
    main(sys.argv[1])
