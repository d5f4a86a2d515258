"""Bringing in an archive as a new project."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.bundles import BundleLimits
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.projects import Limits, Shelf, Trade
from gatepost_server.ui.pages import project_sending as pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.uploading import receive_upload, text_of
from gatepost_server.ui.visits import Sending, SignedIn, Visit, fault_of, faults_of
from gatepost_server.web.receiving import Received

router = PageRouter()

_HERE = "/projects/import"
_MIB = 1024 * 1024
_LONGEST = 800


@router.reads(_HERE, action="project:create")
def import_page(visit: SignedIn) -> Response:
    """Show the form that brings an archive in."""
    with visit.call.read() as tx:
        projects.may_import(tx)
    return _form(visit, "", "", {})


@router.makes(_HERE, action="project:create")
async def bring(visit: Sending) -> Response:
    """Make a new project of an archive; nobody but who brings it is given anything."""
    house = visit.call.house

    def judge() -> None:
        with visit.call.read() as tx:
            projects.may_import(tx)

    def use(received: Received) -> Response:
        shelf, trade = Shelf(house.folders.datasets), Trade(house.steps, house.tiles, house.key_rules)
        limits = BundleLimits(compressed=house.settings.upload_limit_mb * _MIB)
        engine = Limits(memory_mb=house.settings.dataset_memory_mb)
        now, folder = house.uow.clock.now(), house.folders.exports
        arriving = projects.arriving(received.file(), folder, shelf, now, limits, engine)
        key, name = text_of(received, "key").strip().upper(), text_of(received, "name").strip()
        with arriving as arrival:
            projects.examine_archive(trade.steps, arrival.manifest, house.folders.datasets)
            with visit.call.begin() as tx:
                made = projects.import_project(tx, trade, arrival, key=key, name=name or None)
        said = f"{key} is there, and yours alone. {_told(made.left_out)}"
        return visit.go(f"/projects/{key}", said.strip())

    def again(received: Received, error: GatepostError) -> Response:
        faults = dict(faults_of(error))
        if isinstance(error, projects.ProjectExists):
            faults = {"key": error.detail}
        if not {"key", "name", "bundle"} & faults.keys():
            words = "; ".join([error.detail, *(f"{name}: {said}" for name, said in faults.items())])
            faults = {"": fault_of(error) or words}
        return _form(visit, text_of(received, "key"), text_of(received, "name"), faults)

    return await receive_upload(visit, judge=judge, use=use, again=again, folder=house.folders.exports)


def _told(left_out: Sequence[str]) -> str:
    """Say what was left out, as far as a cookie holds it escaped; all of it is in the trail."""
    said = list(left_out)
    while len(ascii(" ".join(said))) > _LONGEST:
        said.pop()
    rest = len(left_out) - len(said)
    return " ".join([*said, f"And {rest} more: the audit trail tells them."] if rest else said)


def _form(visit: Visit, key: str, name: str, faults: Mapping[str, str]) -> Response:
    limit = visit.call.house.settings.upload_limit_mb
    content = pages.import_dialog(key, name, faults, visit.csrf, limit, is_over=visit.is_over)
    return visit.dialog("Import a project", content, "projects", code=400 if faults else 200)
