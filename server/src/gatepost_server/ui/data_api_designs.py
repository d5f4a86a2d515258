"""Designing data APIs: a new one, and the next version of one that is there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gatepost_server import connections, dataapis
from gatepost_server.authz import Hidden, require
from gatepost_server.connections import (
    BrokerSilent,
    ChooseLogin,
    NotAssociated,
    StatementFailed,
    TooManyTries,
)
from gatepost_server.dataapis import ApiChange, DataApi, NewApi, TemplateRefused
from gatepost_server.kernel.errors import Conflict, Denied, GatepostError, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.connection_trial import accounts_for, means_of
from gatepost_server.ui.connections import view_of
from gatepost_server.ui.data_api_drafts import draft_of, form_of, typed_form, with_columns, with_parameters
from gatepost_server.ui.data_api_offers import is_offering, offered
from gatepost_server.ui.data_api_views import api_view, shown
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages import data_api_design as pages
from gatepost_server.ui.pages.data_api_design import DesignEditor, DesignForm, ParameterLine, RuleLine
from gatepost_server.ui.pages.data_api_docs import how_to_call
from gatepost_server.ui.project_views import project_view
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of
from gatepost_server.vault import Sealed

router = PageRouter()

_NEW, _ONE = "/projects/{project}/apis/new", "/projects/{project}/apis/{api}"
_SAID: Final = (
    Invalid, Conflict, Denied, Hidden, BrokerSilent, ChooseLogin, NotAssociated, StatementFailed,
    TooManyTries, Sealed,
)  # fmt: skip


@router.makes(_NEW, action="project:add")
async def create(visit: SignedIn, project: str) -> Response:
    """Check what is typed, add a line to it, or make the data API."""
    sent = await visit.request.form()
    do, form = str(sent.get("do", "save")), typed_form(sent)

    def act() -> Response:
        with visit.call.read() as tx:
            dataapis.may_save(tx, project)
        if do != "save":
            return new_form(visit, project, _done(visit, form, do))
        ready, is_ready = _standing(visit, form)
        if not is_ready:
            return new_form(visit, project, ready, code=400)
        try:
            fitted = dataapis.examine(means_of(visit), draft_of(ready))
            wanted = NewApi(ready.name, ready.slug or None, ready.description, note=ready.note)
            with visit.call.begin() as tx:
                made = dataapis.create_api(tx, project, wanted, fitted)
        except _SAID as error:
            return new_form(visit, project, _faulty(ready, error), code=400)
        return visit.go(_address(made), f"{made.name} is made. Test it, then publish it.")

    return await run_in_threadpool(act)


def new_form(visit: Visit, project: str, form: DesignForm, *, code: int = 200) -> Response:
    """Show the form that makes a data API over the connection that it names."""
    here = f"/projects/{project}/apis/new"
    with visit.call.read() as tx:
        dataapis.may_save(tx, project)
        view = project_view(tx, project)
        editor = _editor(tx, visit, form, here, here, "Make the data API", is_new=True)
    return shown(visit, "New data API", pages.new_page(view, editor), code=code)


@router.reads(f"{_ONE}/design", action="api:versions")
def design_page(
    visit: SignedIn, project: str, api: str, connection: str = "", credential: str = ""
) -> Response:
    """Show the version that is in development, in the form that makes the next."""
    with visit.call.read() as tx:
        dataapis.require_api(tx, "api:versions", project, api)
        latest = dataapis.get_api(tx, project, api).latest
    form = form_of(latest) if latest is not None else DesignForm()
    if connection:
        form = replace(form, connection=connection, credential=credential)
    return _design(visit, project, api, form)


@router.makes(f"{_ONE}/design", action="api:edit")
async def save(visit: SignedIn, project: str, api: str) -> Response:
    """Check what is typed, add a line to it, or save it as the next version."""
    sent = await visit.request.form()
    do, form = str(sent.get("do", "save")), typed_form(sent)

    def act() -> Response:
        with visit.call.read() as tx:
            dataapis.may_save(tx, project, api)
        if do != "save":
            return _design(visit, project, api, _done(visit, form, do))
        ready, is_ready = _standing(visit, form)
        if not is_ready:
            return _design(visit, project, api, ready, code=400)
        try:
            fitted = dataapis.examine(means_of(visit), draft_of(ready))
            with visit.call.begin() as tx:
                made = dataapis.change_api(tx, project, api, ApiChange(fitted=fitted, note=ready.note))
        except _SAID as error:
            return _design(visit, project, api, _faulty(ready, error), code=400)
        visit.call.house.collect_receipt()
        return visit.go(_address(made), f"Version {made.development_version} is saved, in development.")

    return await run_in_threadpool(act)


def _design(visit: Visit, project: str, api: str, form: DesignForm, *, code: int = 200) -> Response:
    with visit.call.read() as tx:
        view, now = api_view(tx, project, api), tx.now
        to = f"{view.base}/connection"
        last = dataapis.list_versions(tx, project, api, PageRequest(limit=1)).items[0].number
        submit = f"Save as version {last + 1}"
        editor = _editor(tx, visit, form, f"{view.base}/design", to, submit, is_new=False)
    beside = how_to_call(view.one, visit.url, "curl", f"{view.base}/docs")
    return shown(
        visit, view.one.name, pages.design(view, editor, beside, now, visit.csrf, visit.url), code=code
    )


def _editor(
    tx: Tx, visit: Visit, form: DesignForm, action: str, to: str, submit: str, *, is_new: bool
) -> DesignEditor:
    name, accounts = "A connection that you may not see", [Choice("", "nobody: no account is needed")]
    if form.connection in connections.seen_names(tx, [form.connection]):
        of = view_of(tx, visit, form.connection)
        name = of.one.name
        usable = accounts_for(tx, visit, of)
        bound = {one.credential.id: one.is_attached for one in _logins(tx, form.connection)}
        kept = [Choice(one.id, one.name) for one in usable if bound.get(one.id)]
        accounts = [*kept, *([] if connections.DRIVERS[of.one.type].needs_login and kept else accounts)]
    other = f"{action.rpartition('/')[0]}/sign-in?connection={form.connection}"
    browse = f"/connections/{form.connection}/browse?credential={form.credential}"
    return DesignEditor(form, action, visit.csrf, name, to, accounts, other, browse, submit, is_new)


def _logins(tx: Tx, connection_id: str) -> Sequence[connections.Association]:
    return connections.list_credentials_of(tx, connection_id, PageRequest(limit=MAX_LIMIT)).items


def _done(visit: Visit, form: DesignForm, do: str) -> DesignForm:
    """Return the form after a button that saves nothing."""
    if is_offering(do):
        return _offered(visit, form, do)
    verb, _, at = do.rpartition("-")
    place = int(at) if at.isdecimal() and len(at) < 4 else -1  # noqa: PLR2004  # no form has as many lines
    if do == "add-parameter":
        return replace(form, parameters=[*form.parameters, ParameterLine()])
    if do == "add-rule":
        return replace(form, rules=[*form.rules, RuleLine()])
    if verb == "drop-parameter":
        return replace(form, parameters=[one for n, one in enumerate(form.parameters) if n != place])
    if verb == "drop-rule":
        return replace(form, rules=[one for n, one in enumerate(form.rules) if n != place])
    return _checked(visit, form)


def _offered(visit: Visit, form: DesignForm, do: str) -> DesignForm:
    """Return the form with what its source has; of a table that was chosen, with its columns."""
    try:
        form, is_chosen = offered(visit, form, do)
    except _SAID as error:
        return _faulty(form, error)
    return _checked(visit, form) if is_chosen else form


def _checked(visit: Visit, form: DesignForm) -> DesignForm:
    """Return the form with what its source has, and whether it could be saved."""
    new: Sequence[str] = ()
    try:
        form, new = _with_parameters(visit, form)
        fitted = dataapis.examine(means_of(visit), draft_of(form, is_whole=True))
        form = with_columns(form, fitted.definition.fields)
        dataapis.examine(means_of(visit), draft_of(form))
    except _SAID as error:
        failed = _faulty(form, error)
        if not new or not failed.fault:
            return failed
        hint = f"New in it: {_named(new)}. Say below what each takes, so far text, and check again."
        return replace(failed, fault=f"{failed.fault} {hint}")
    count, bound = len([one for one in form.fields if one.is_on]), len(form.parameters)
    said = f"It can be saved: it only reads, {_count(count, 'column')}, {_count(bound, 'parameter')} bound."
    if any(one not in ("list", "get") for one in form.operations) and form.kind == "table":
        said = f"It can be saved: {_count(count, 'column')}, {_count(bound, 'parameter')} bound."
    if new:
        said += f" New: {_named(new)}. Say below what it takes."
    return replace(form, checked=said)


def _standing(visit: Visit, form: DesignForm) -> tuple[DesignForm, bool]:
    """Return the form with the parameters of its SQL; not ready when what one takes was not said yet."""
    try:
        made, new = _with_parameters(visit, form)
    except _SAID as error:
        return _faulty(form, error), False
    if not new:
        return made, True
    return replace(made, fault=f"New in the query: {_named(new)}. Say what it takes, then save again."), False


def _with_parameters(visit: Visit, form: DesignForm) -> tuple[DesignForm, Sequence[str]]:
    if form.kind != "sql":
        return form, []
    with visit.call.read() as tx:
        require(tx, "connection:use", form.connection)
        type_ = connections.get_connection(tx, form.connection).type
    return with_parameters(form, dataapis.named_in(form.sql, type_))


def _faulty(form: DesignForm, error: GatepostError) -> DesignForm:
    faults = faults_of(error)
    if isinstance(error, dataapis.ApiNameTaken):
        faults = {"name": error.detail}
    elif isinstance(error, dataapis.SlugTaken):
        faults = {"slug": error.detail}
    fault = error.detail if not faults or not isinstance(error, TemplateRefused) else ""
    return replace(form, faults=faults, fault=fault, checked="")


def _named(parameters: Sequence[str]) -> str:
    return ", ".join(f":{one}" for one in parameters)


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _address(made: DataApi) -> str:
    return f"/projects/{made.project_key}/apis/{made.id}/test"
