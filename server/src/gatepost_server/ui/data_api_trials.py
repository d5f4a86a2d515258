"""The console of a data API, its documentation, and the log of its calls."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from gatepost_server import dataapis
from gatepost_server.authz import ActionDenied, Hidden
from gatepost_server.connections import BrokerSilent, StatementFailed
from gatepost_server.dataapis import MOST_TRIED, Operation, Parameter, Stage, Trial, TriedApi
from gatepost_server.kernel.errors import Conflict, Denied, GatepostError, Invalid, NotFound
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.connection_trial import means_of
from gatepost_server.ui.data_api_views import api_view, shown
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages import data_api_docs, data_api_trial
from gatepost_server.ui.pages.data_api import OPERATION_WORDS, ApiView
from gatepost_server.ui.pages.data_api_trial import Console, TrialForm, parameters_of
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

_ONE = "/projects/{project}/apis/{api}"
_SAID: Final = (Invalid, Conflict, NotFound, Denied, BrokerSilent, StatementFailed)
_LONGEST: Final = 20_000


@router.reads(f"{_ONE}/test", action="api:call")
def console(visit: SignedIn, project: str, api: str) -> Response:
    """Show the form of a call."""
    with visit.call.read() as tx:
        dataapis.require_api(tx, "api:call", project, api)
        view = api_view(tx, project, api)
    stage: Literal["development", "production"] = "production"
    if "versions" in view.may:
        stage = "development"
    operation = Operation.LIST if Operation.LIST in view.one.operations else Operation.GET
    given = {
        one.name: one.default for one in parameters_of(view.one, stage, operation) if one.default is not None
    }
    return _console(visit, project, api, TrialForm(stage, operation, given), None)


@router.makes(f"{_ONE}/test", action="api:call")
async def run(visit: SignedIn, project: str, api: str) -> Response:
    """Run a call, and show what came back."""
    sent = await visit.request.form()

    def act() -> Response:
        with visit.call.read() as tx:
            dataapis.require_api(tx, "api:call", project, api)
            view = api_view(tx, project, api)
        form = _typed(sent, view)
        try:
            found = dataapis.try_api(means_of(visit), project, api, _trial(form, view))
        except (Hidden, ActionDenied) as error:
            return _console(visit, project, api, replace(form, fault=error.detail), None, code=403)
        except _SAID as error:
            return _console(visit, project, api, _faulty(form, error), None, code=400)
        return _console(visit, project, api, form, found)

    return await run_in_threadpool(act)


@router.reads(f"{_ONE}/docs", action="api:list")
def docs(visit: SignedIn, project: str, api: str, lang: str = "curl") -> Response:
    """Show how a data API is called."""
    with visit.call.read() as tx:
        view = api_view(tx, project, api)
        content = data_api_docs.docs(view, lang, tx.now, visit.csrf, visit.url)
    return shown(visit, f"{view.one.name}: docs", content)


def _console(
    visit: Visit, project: str, api: str, form: TrialForm, found: TriedApi | None, *, code: int = 200
) -> Response:
    with visit.call.read() as tx:
        view, now = api_view(tx, project, api), tx.now
        callers = _callers(tx, view)
    editor = Console(
        form,
        _parameters(view, form),
        _operations(view),
        _stages(view),
        callers,
        f"{view.base}/test",
        visit.csrf,
    )
    content = data_api_trial.trial(view, editor, found, now, visit.csrf, visit.url)
    return shown(visit, f"Test {view.one.name}", content, code=code)


def _typed(sent: FormData, view: ApiView) -> TrialForm:
    def text(name: str) -> str:
        return str(sent.get(name, ""))[:_LONGEST].replace("\r\n", "\n").strip()

    stage: Literal["development", "production"] = "production"
    if text("stage") == "development":
        stage = "development"
    given = {name.removeprefix("g-"): text(name) for name in sent if name.startswith("g-")}
    form = TrialForm(stage, text("operation"), given, text("fields"), text("limit"), text("client"))
    known = {one.name for one in _parameters(view, form)}
    return replace(form, given={name: value for name, value in given.items() if name in known})


def _trial(form: TrialForm, view: ApiView) -> Trial:
    many = {one.name for one in _parameters(view, form) if one.is_many}
    sent: dict[str, Any] = {}
    for name, value in form.given.items():
        if value:
            sent[name] = [one.strip() for one in value.split("\n") if one.strip()] if name in many else value
    fields = [one.strip() for one in form.fields.split(",") if one.strip()] or None
    is_number = form.limit.isascii() and form.limit.isdigit() and len(form.limit) < 4  # noqa: PLR2004  # at most 100
    limit = int(form.limit) if is_number else MOST_TRIED
    operation = Operation(form.operation) if form.operation in set(Operation) else Operation.LIST
    return Trial(Stage(form.stage), operation, sent, fields, max(1, limit), form.client or None)


def _parameters(view: ApiView, form: TrialForm) -> Sequence[Parameter]:
    return parameters_of(view.one, form.stage, form.operation)


def _operations(view: ApiView) -> list[Choice]:
    return [
        Choice(one.value, OPERATION_WORDS[one.value]) for one in view.one.operations if not one.is_writing
    ]


def _stages(view: ApiView) -> list[Choice]:
    one, found = view.one, []
    if "versions" in view.may:
        found.append(Choice(Stage.DEVELOPMENT, f"v{one.development_version}, in development"))
    if one.production_version is not None:
        found.append(Choice(Stage.PRODUCTION, f"v{one.production_version}, in production"))
    return found


def _callers(tx: Tx, view: ApiView) -> list[Choice]:
    """Return as whom it can be tried: as oneself, and as each application that was authorized."""
    found = [Choice("", "yourself")]
    if "authorize" not in view.may:
        return found
    page = dataapis.list_authorizations(tx, view.one.project_key, view.one.id, PageRequest(limit=MAX_LIMIT))
    named = {one.client_id: one.client_name for one in page.items}
    return [*found, *(Choice(client, name) for client, name in named.items())]


def _faulty(form: TrialForm, error: GatepostError) -> TrialForm:
    return replace(form, faults=faults_of(error), fault=error.detail)
