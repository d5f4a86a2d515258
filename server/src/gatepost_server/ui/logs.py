"""Pages of the instance's own logs, for administrators."""

from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import apps, instance
from gatepost_server.crypto import scrub
from gatepost_server.kernel.errors import Invalid
from gatepost_server.ui.pages import logs as pages
from gatepost_server.ui.pages.logs import HOME
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=200)]
_LINES: Final = 500


@router.reads(HOME, action="log:list")
def log_list(visit: SignedIn) -> Response:
    """List the log files, and show how much is written."""
    return _shown(visit)


@router.makes(f"{HOME}/level", action="log:level")
def set_level(
    visit: SignedIn,
    level: Field = "",
    logger: Annotated[str | None, Form(max_length=200)] = None,
    own_level: Field = "",
) -> Response:
    """Let all processes, or one part of them, write more or less."""
    try:
        with visit.call.begin() as tx:
            if logger is None:
                instance.set_log_level(tx, level)
            else:
                instance.set_log_level(tx, own_level or None, logger.strip())
    except Invalid as error:
        faults = faults_of(error)
        return _shown(visit, logger or "", faults.get("logger") or faults.get("level", error.detail))
    return visit.go(HOME, "The level is set.")


@router.reads(f"{HOME}/{{name}}", action="log:read")
def log_page(visit: SignedIn, name: str) -> Response:
    """Show the end of one log file."""
    with visit.call.read() as tx:
        file = instance.log_file(tx, visit.call.house.folders, name)
    text = "\n".join(scrub(line) for line in apps.log_tail(file.path, _LINES).lines)
    return visit.page(file.name, pages.log_page(file, text), "administration")


def _shown(visit: Visit, logger: str = "", error: str = "") -> Response:
    with visit.call.read() as tx:
        files = instance.list_log_files(tx, visit.call.house.folders)
        levels = instance.read_log_levels(tx)
        content = pages.log_list(files, levels, tx.now, visit.csrf, visit.url, logger=logger, error=error)
    return visit.page("Logs", content, "administration", code=400 if error else 200)
