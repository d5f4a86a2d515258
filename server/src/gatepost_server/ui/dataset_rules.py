"""Which rows of a dataset somebody sees: on whose behalf it is read, and its row rules."""

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import Hidden
from gatepost_server.kernel.errors import GatepostError, Invalid
from gatepost_server.projects import Column, Named, NamedRule, read_type
from gatepost_server.store import Tx
from gatepost_server.ui.dataset_views import dataset_view
from gatepost_server.ui.pages import dataset_access as pages
from gatepost_server.ui.pages.dataset_access import RuleForm, RuleRow
from gatepost_server.ui.project_views import shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Long = Annotated[str, Form(max_length=50_000)]
Names = Annotated[list[str] | None, Form(max_length=1)]
Value = str | int | float | bool | None

_HERE = "/projects/{project}/datasets/{dataset}/rules"


@router.reads(_HERE, action="dataset:share")
def rules(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show who sees which rows."""
    with visit.call.read() as tx:
        found = [_row(one) for one in projects.read_rules(tx, project, dataset)]
        view, now = dataset_view(tx, project, dataset), tx.now
    content = pages.rules(view, found, now, visit.csrf, visit.url)
    return shown(visit, f"Row rules of {view.name}", content)


@router.makes(f"{_HERE}/on", action="dataset:share")
def turn_on(visit: SignedIn, project: str, dataset: str) -> Response:
    """Let a dataset be read on behalf of persons only."""
    return _turn(visit, project, dataset, impersonate=True)


@router.makes(f"{_HERE}/off", action="dataset:share")
def turn_off(visit: SignedIn, project: str, dataset: str) -> Response:
    """Let a dataset be read by keys without an associated user too."""
    return _turn(visit, project, dataset, impersonate=False)


@router.reads(f"{_HERE}/new", action="dataset:share")
def new_page(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show the form that adds a rule."""
    return _form(visit, project, dataset, RuleForm())


@router.makes(f"{_HERE}/new", action="dataset:share")
def add(
    visit: SignedIn, project: str, dataset: str, who: Names = None, column: Field = "", values: Long = ""
) -> Response:
    """Add a rule to those that there are."""
    asked = (who or [""])[0].strip()
    try:
        with visit.call.begin() as tx:
            held = _held(tx, project, dataset)
            kind = {one.name: one.type for one in projects.get_dataset(tx, project, dataset).columns}.get(
                column
            )
            rule = NamedRule(column, _values(values, kind or "string"), _named(asked))
            projects.replace_rules(tx, project, dataset, [*held, rule])
    except Invalid as error:
        return _form(visit, project, dataset, _faulty(RuleForm(column, values, asked), error))
    visit.call.house.collect_receipt()
    return visit.go(_address(project, dataset), "The rule counts from the next request on.")


@router.reads(_HERE + "/{rule}/remove", action="dataset:share")
def remove_page(visit: SignedIn, project: str, dataset: str, rule: str) -> Response:
    """Ask before a rule is taken away."""
    with visit.call.read() as tx:
        found = _found(projects.read_rules(tx, project, dataset), rule)
        view = dataset_view(tx, project, dataset)
    content = pages.remove_rule_dialog(view, _row(found), visit.csrf, is_over=visit.is_over)
    return visit.dialog("Take away a rule", content, "projects")


@router.makes(_HERE + "/{rule}/remove", action="dataset:share")
def remove(visit: SignedIn, project: str, dataset: str, rule: str) -> Response:
    """Take a rule away."""
    with visit.call.begin() as tx:
        held = projects.read_rules(tx, project, dataset)
        gone = _found(held, rule)
        kept = [one for one in held if one != gone and one.who.kind != "gone"]
        projects.replace_rules(tx, project, dataset, kept)
    visit.call.house.collect_receipt()
    return visit.go(_address(project, dataset), f"The rule for {gone.who.name} is gone.")


def _turn(visit: Visit, project: str, dataset: str, *, impersonate: bool) -> Response:
    with visit.call.begin() as tx:
        made = projects.change_dataset(tx, project, dataset, impersonate=impersonate)
    visit.call.house.collect_receipt()
    said = "is read on behalf of persons only now." if impersonate else "is read by keys of all kinds now."
    return visit.go(_address(project, dataset), f"{made.name} {said}")


def _held(tx: Tx, project: str, dataset: str) -> list[NamedRule]:
    """Return the rules; those for somebody who is gone let nobody see anything and are left out."""
    return [one for one in projects.read_rules(tx, project, dataset) if one.who.kind != "gone"]


def _address(project: str, dataset: str) -> str:
    return f"/projects/{project}/datasets/{dataset}/rules"


def _row(one: NamedRule) -> RuleRow:
    shown_as = ["no value" if value is None else str(value) for value in one.values]
    return RuleRow(_id(one), one.who.name, one.who.kind, one.column, shown_as)


def _id(one: NamedRule) -> str:
    """Name a rule by what it says, so that an address never means another one."""
    text = json.dumps([one.column, list(one.values), one.who.kind, one.who.name])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _found(held: Sequence[NamedRule], rule: str) -> NamedRule:
    for one in held:
        if _id(one) == rule:
            return one
    raise Hidden("dataset:share", rule)


def _named(text: str) -> Named:
    kind, _, rest = text.partition(":")
    if kind in ("group", "organization") and rest:
        return Named(kind, rest.strip())
    return Named("user", text.lower())


def _values(text: str, kind: str) -> list[Value]:
    """Return what stands on each line, as values that a column of *kind* is compared with."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if kind == "boolean":
        return [{"true": True, "false": False}.get(line.lower(), line) for line in lines]
    if kind == "integer":
        return [int(line) if line.removeprefix("-").isdecimal() else line for line in lines]
    return list(lines)


def _singles(columns: Sequence[Column]) -> list[Column]:
    """Return the columns that hold single values: only those can be ruled."""
    return [one for one in columns if not read_type(one.type).parts]


def _form(visit: Visit, project: str, dataset: str, form: RuleForm) -> Response:
    with visit.call.read() as tx:
        projects.require_dataset(tx, "dataset:share", project, dataset)
        view = dataset_view(tx, project, dataset)
    columns = _singles(view.columns or ())
    content = pages.rule_dialog(view, columns, form, visit.csrf, is_over=visit.is_over)
    code = 400 if form.faults or form.fault else 200
    return visit.dialog("Add a row rule", content, "projects", code=code)


def _faulty(form: RuleForm, error: GatepostError) -> RuleForm:
    found = {name.rpartition(".")[2]: words for name, words in faults_of(error).items()}
    named = {"who" if name == "name" else name: words for name, words in found.items()}
    known = {name: words for name, words in named.items() if name in ("who", "column", "values")}
    return RuleForm(form.column, form.values, form.who, known, "" if known else error.detail)
