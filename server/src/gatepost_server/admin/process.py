"""Start one of the server's own processes: `python -m gatepost_server.admin.process NAME`.

Of authorizers there may be several: `authorizer`, `authorizer-2`, and so on.

Settings come from GATEPOST_* in the environment, as `gatepost up` prepared them; secret ones
are handed over apart from it, to the processes that have a use for them.
"""

import logging
import sys

from gatepost_server.admin.handing import forbid_looking, is_vault_holder, take_handed
from gatepost_server.bootstrap import (
    serve_authorizer,
    serve_broker,
    serve_calls,
    serve_control,
    serve_runtime,
    serve_worker,
)
from gatepost_server.settings import Settings


def main(name: str) -> None:
    """Serve as process *name* until SIGTERM."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    part, _, number = name.partition("-")
    if is_vault_holder(part):
        forbid_looking()
    settings = Settings(**take_handed())  # type: ignore[arg-type]  # pydantic turns them into secrets
    if part == "authorizer":
        serve_authorizer(settings, int(number or 1))
        return
    serve = {
        "broker": serve_broker,
        "calls": serve_calls,
        "control": serve_control,
        "runtime": serve_runtime,
        "worker": serve_worker,
    }[name]
    serve(settings)


if __name__ == "__main__":
    main(sys.argv[1])
