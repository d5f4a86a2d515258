"""Data APIs with made-up values: lists, design, console, access, versions, documentation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gatepost_server.dataapis import (
    Authorization,
    DataApi,
    Definition,
    Field,
    Operation,
    Parameter,
    ParameterType,
    SqlSource,
    Stage,
    TriedApi,
    Version,
)
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import Choice, ListState
from gatepost_server.ui.pages import (
    data_api_access,
    data_api_design,
    data_api_docs,
    data_api_trial,
    data_api_versions,
    data_apis,
)
from gatepost_server.ui.pages.data_api import ApiView
from gatepost_server.ui.pages.data_api_access import AuthorizeForm
from gatepost_server.ui.pages.data_api_design import (
    DesignEditor,
    DesignForm,
    FieldLine,
    Offer,
    ParameterLine,
    RuleLine,
)
from gatepost_server.ui.pages.data_api_trial import Console, TrialForm
from gatepost_server.ui.pages.sharing import AccessPage

NOW, CSRF, URL = datetime(2026, 11, 22, 12, tzinfo=UTC), "token", "https://gate.example"
QUERY = "SELECT o.order_id, o.status, o.cases\nFROM supply.orders o\nWHERE o.depot = :depot"
FIELDS = (Field("order_id"), Field("status", "string", "open, late or done"), Field("cases", "integer"))
PARAMETERS = (
    Parameter("depot", required=True, max_length=60, description="Where the goods lie"),
    Parameter("since", ParameterType.DATE, min="2024-01-01"),
    Parameter("status", choices=("open", "late", "done"), is_many=True, default="open"),
)
WRITES = frozenset({Operation.LIST, Operation.GET, Operation.UPDATE})
NEWEST = Version(
    6, Definition(SqlSource(QUERY), fields=FIELDS, parameters=PARAMETERS), "con_1", "crd_1", "usr_1",
    "Mira Kovač", NOW - timedelta(minutes=2), "Leaves done orders out", (Stage.DEVELOPMENT,),
)  # fmt: skip
LIVE = replace(
    NEWEST, number=5, definition=replace(NEWEST.definition, fields=FIELDS[:2], parameters=PARAMETERS[1:]),
    note="", stages=(Stage.PRODUCTION,),
)  # fmt: skip
ONE = DataApi(
    f"api_{1:024x}", "prj_1", "SUPPLY", 7, "orders-by-depot", "Orders by depot", "What is to be loaded.",
    FIELDS, (Operation.LIST,), PARAMETERS, 6, 5, NOW - timedelta(days=9), NOW - timedelta(minutes=2),
    "usr_1", "Mira Kovač", NEWEST,
)  # fmt: skip
EVERYTHING = frozenset(("call", "calls", "edit", "versions", "publish", "authorize", "share", "delete"))
VIEW = ApiView(ONE, "Supply planning", EVERYTHING, "Warehouse as Warehouse reader", 3)
KNOWN = ApiView(
    replace(ONE, latest=None, parameters=(), production_version=None, description=""), "", frozenset()
)
FORM = DesignForm(
    "con_1", "crd_1", "sql", QUERY,
    fields=[FieldLine(one.name, one.type, one.description, is_sortable=True) for one in FIELDS],
    parameters=[ParameterLine("depot", is_required=True, max_length="60"), ParameterLine("since", "date")],
    order="-order_id", checked="It can be saved: it only reads, 3 columns, 2 parameters bound.",
)  # fmt: skip
FAULTY = DesignForm(
    "con_1", "crd_1", "table", table="orders", operations=WRITES, parameters=[ParameterLine("1x", "integer")],
    rules=[RuleLine("owner")], name="Orders by depot", slug="Orders",
    fault="The data API cannot be made like this.",
    faults={
        "parameters.0.name": "Letters, digits and underscores.", "slug": "3 to 60 of a–z, 0–9 and -.",
        "key": "Get, update and delete need the columns that tell rows apart.", "limits.seconds": "1 to 300.",
    },
)  # fmt: skip
OFFERED = DesignForm(
    "con_1", "crd_1", "table", schema="public", table="orders",
    offer=Offer(["old", "public"], ["customers", "orders", "orders_with_a_long_name_of_last_year"], 12),
)  # fmt: skip
TRIED = TriedApi(
    6, FIELDS, [["R-88214", "late", 410], ["R-88231", None, 1264]], True, 41, ("due_at",), "SELECT $1"
)
GIVEN = Authorization(
    "grt_1", ONE.id, ONE.name, f"app_{1:024x}", "Dispatch_board", Stage.PRODUCTION, ("order_id", "status"),
    NOW, NOW + timedelta(days=90), "Mira Kovač",
)  # fmt: skip


def _editor(form: DesignForm, *, is_new: bool = False) -> DesignEditor:
    accounts = [Choice("crd_1", "Warehouse reader")]
    submit = "Make the data API" if is_new else "Save as version 7"
    return DesignEditor(
        form, "/design", CSRF, "Warehouse", "/choose", accounts, "/add", "/browse", submit, is_new
    )


def _trial(form: TrialForm, found: TriedApi | None) -> Component:
    operations, stages = [Choice("list", "List rows")], [Choice("development", "v6, in development")]
    callers = [Choice("", "yourself"), Choice("app_1", "Dispatch_board")]
    console = Console(form, PARAMETERS, operations, stages, callers, "/test", CSRF)
    return data_api_trial.trial(VIEW, console, found, NOW, CSRF, URL)


def _design() -> Component:
    beside = data_api_docs.how_to_call(ONE, URL, "r", "/docs")
    return data_api_design.design(VIEW, _editor(FORM), beside, NOW, CSRF, URL)


def _versions() -> Component:
    state = ListState("/versions", {})
    return data_api_versions.versions(VIEW, [NEWEST, LIVE], state, NOW, CSRF, URL, next_cursor=None)


def _access(*given: Authorization) -> Component:
    return data_api_access.access(VIEW, AccessPage(), given, NOW, CSRF, URL)


PAGES: dict[str, Callable[[], Component]] = {
    "apis-every": lambda: data_apis.every_api(
        [VIEW, KNOWN], ListState("/apis", {}), NOW, URL, next_cursor=None
    ),
    "apis-none": lambda: data_apis.every_api([], ListState("/apis", {}), NOW, URL, next_cursor=None),
    "api-design": _design,
    "api-faulty": lambda: _editor(FAULTY, is_new=True),
    "api-tables": lambda: _editor(OFFERED, is_new=True),
    "api-no-tables": lambda: _editor(replace(OFFERED, offer=Offer([], [])), is_new=True),
    "api-trial": lambda: _trial(TrialForm(client="app_1"), TRIED),
    "api-trial-refused": lambda: _trial(
        TrialForm(faults={"depot": "Required."}, fault="The call cannot be accepted."), None
    ),
    "api-versions": _versions,
    "api-compared": lambda: data_api_versions.comparison(VIEW, LIVE, NEWEST, NOW, CSRF, URL),
    "api-access": lambda: _access(GIVEN),
    "api-access-none": _access,
    "api-authorize": lambda: data_api_access.authorize_dialog(
        VIEW, AuthorizeForm("x", faults={"client": "There is none."}), FIELDS, ["Loader"], CSRF, is_over=False
    ),
    "api-docs": lambda: data_api_docs.docs(VIEW, "javascript", NOW, CSRF, URL),
    "api-docs-known": lambda: data_api_docs.docs(KNOWN, "python", NOW, CSRF, URL),
}
