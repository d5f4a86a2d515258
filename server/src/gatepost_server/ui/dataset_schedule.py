"""The form that says when a dataset is refreshed."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import ActionDenied, Hidden
from gatepost_server.connections import NeedsStored
from gatepost_server.kernel.errors import Invalid
from gatepost_server.ui.dataset_views import dataset_view
from gatepost_server.ui.pages import dataset_schedule as pages
from gatepost_server.ui.pages.dataset_schedule import Rhythm
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()
Field = Annotated[str, Form(max_length=20)]
_HERE = "/projects/{project}/datasets/{dataset}/source/schedule"
_WRONG: Final = {
    "every": "Choose how often.",
    "at": "Hour and minute, as 06:00.",
    "weekday": "Choose a weekday.",
}


@router.reads(_HERE, action="dataset:refresh")
def schedule_page(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show when a dataset is refreshed, in a form."""
    return _form(visit, project, dataset, None)


@router.makes(_HERE, action="dataset:refresh")
def schedule(
    visit: SignedIn, project: str, dataset: str, every: Field = "", at: Field = "", weekday: Field = ""
) -> Response:
    """Make or change the scenario that refreshes a dataset by a schedule."""
    sent = Rhythm(every, at, weekday)
    with visit.call.read() as tx:
        projects.require_dataset(tx, "dataset:refresh", project, dataset)
    try:
        cron = sent.cron()
    except ValueError as wrong:
        name = str(wrong)
        return _form(visit, project, dataset, replace(sent, errors={name: _WRONG[name]}), code=400)
    try:
        with visit.call.begin() as tx:
            made = projects.schedule_refresh(tx, project, dataset, visit.call.house.steps, cron)
    except (Hidden, ActionDenied, Invalid, NeedsStored) as error:
        return _form(visit, project, dataset, sent, fault=error.detail, code=403)
    to = f"/projects/{project}/datasets/{dataset}/source"
    if made is None or cron is None:
        return visit.go(to, "It is refreshed only when somebody asks for it.")
    return visit.go(to, f"{pages.words_of_cron(cron)}, by the scenario {made.name}.")


def _form(
    visit: Visit, project: str, dataset: str, sent: Rhythm | None, *, fault: str = "", code: int = 200
) -> Response:
    with visit.call.read() as tx:
        projects.require_dataset(tx, "dataset:refresh", project, dataset)
        own = projects.refreshers_of(tx, project, dataset).own
        view = dataset_view(tx, project, dataset)
    content = pages.schedule_dialog(view, own, sent, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog(f"Refresh {view.name}", content, "projects", code=code)
