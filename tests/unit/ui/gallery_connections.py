"""Data connections with made-up values: their list, the tabs of one, and every dialog and result."""

# ruff: noqa: E501  # a value a line reads better here

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import gallery_credentials
from gallery_credentials import CSRF, KEPT, NOW, URL

from gatepost_server.connections import (
    Association,
    Checked,
    Checks,
    Code,
    Connection,
    ConnectionType,
    LastTest,
    Preview,
    SourceColumn,
    Step,
    StepName,
    TableName,
    Tested,
)
from gatepost_server.projects import Project
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import catalog_adding as adding
from gatepost_server.ui.pages import connection_browse as browsing
from gatepost_server.ui.pages import connection_forms as forms
from gatepost_server.ui.pages import connection_logins as logins
from gatepost_server.ui.pages import connection_sharing as sharing
from gatepost_server.ui.pages import connection_trial as trial
from gatepost_server.ui.pages import connections as pages
from gatepost_server.ui.pages import credential_checks as checks
from gatepost_server.ui.pages import credentials
from gatepost_server.ui.pages.connection_forms import ConnectionForm, Detached
from gatepost_server.ui.pages.connections import HOME, ConnectionView
from gatepost_server.ui.pages.credentials import CredentialForm
from gatepost_server.ui.pages.sharing import AccessPage, AccessRow
from gatepost_server.vault import CredentialType

PLACE: dict[str, str | int | bool] = {
    "host": "wh.fernhill.example",
    "port": 5432,
    "database": "sales",
    "tls": "verify-full",
}


def connection(
    number: int, name: str, type_: ConnectionType, address: str | None, **more: object
) -> ConnectionView:
    at = NOW - timedelta(days=5 * number)
    params: dict[str, str | int | bool] = (
        {"file": "sales/2026.db"} if type_ is ConnectionType.SQLITE else PLACE
    )
    one = Connection(
        f"con_{number:024x}", "org_1", name, type_, params if address else None, address, False, False, at, at,
        "usr_1", "Mira Kovač",
    )  # fmt: skip
    return ConnectionView(
        one, "Owner", number % 3, may_use=True, may_edit=True, may_share=True, may_delete=True, **more
    )


FOUND = [
    connection(1, "Warehouse", ConnectionType.POSTGRESQL, "wh.fernhill.example:5432"),
    connection(2, "Warehouse, staging", ConnectionType.POSTGRESQL, "wh-stg.fernhill.example:5432"),
    connection(3, "Depot archive", ConnectionType.MYSQL, "10.6.0.40:3306"),
    connection(4, "Depot images", ConnectionType.S3, "https://s3.amazonaws.com/depot-images"),
    connection(
        5, "Reference rates " + "of the day " * 8, ConnectionType.HTTP, "https://rates.example/" + "x" * 80
    ),
    connection(6, "Old ledger", ConnectionType.SQLITE, "sales/2026.db"),
]
HOUSE = FOUND[0]
SEEN = replace(
    HOUSE, one=replace(HOUSE.one, params=None, address=None), role="Sees it only", may_use=False, may_edit=False,
    may_share=False, may_delete=False,
)  # fmt: skip
PLAIN = replace(HOUSE, one=replace(HOUSE.one, params={**PLACE, "tls": "disable", "ca": "x"}))
BAD = Tested(
    (
        Step(StepName.NAME, Code.OK, 3),
        Step(StepName.TCP, Code.OK, 9),
        Step(StepName.TLS, Code.TLS_UNTRUSTED, 41),
    )
)
GOOD = Tested(tuple(Step(name, Code.OK, 7 * number) for number, name in enumerate(StepName, 1)))
CHECKED = [
    Checked(one.one.id, one.one.name, one.one.type, tested)
    for one, tested in zip(FOUND, (GOOD, BAD, GOOD), strict=False)
]
HOLDERS = AccessPage([
    AccessRow("grt_" + "0" * 24, "Mira Kovač", "mira", "user", "owner", NOW, None, "Mira Kovač", "created it", is_you=True),
    AccessRow("grt_" + "1" * 24, "Analysts", "analysts", "group", "consumer", NOW, None, "Mira Kovač"),
])  # fmt: skip

ROWS = Preview(
    [SourceColumn("id", "integer", "int8"), SourceColumn("who", "string", "text"), SourceColumn("at", "timestamp", "timestamptz")],
    [[number, None if number % 3 else "Fernhill " * number, "2026-11-22 12:00:00"] for number in range(1, 9)], truncated=True,
)  # fmt: skip


def associated(number: int, *, is_attached: bool = True) -> Association:
    came_out = (LastTest(NOW, Code.OK, 18), LastTest(NOW, Code.LOGIN_REFUSED, 1240), None)
    return Association(
        HOUSE.one.id, FOUND[number].one.name, FOUND[number].one.type, KEPT[number], is_attached, NOW,
        came_out[number % 3] if is_attached else None,
    )  # fmt: skip


def _list(*found: ConnectionView) -> Component:
    return pages.connection_list(
        found, ListState(HOME, {}), NOW, URL, may_make=True, next_cursor="abc" if found else None
    )


def _form(type_: ConnectionType, **more: object) -> ConnectionForm:
    values = {name: str(value) for name, value in PLACE.items()}
    return ConnectionForm(type_, "Warehouse", values, **more)  # type: ignore[arg-type]


def _tab(*found: Association) -> Component:
    return logins.logins_tab(
        HOUSE, found, "usr_1", ListState("", {}), NOW, csrf=CSRF, url=URL, next_cursor=None
    )


SALES = Project("prj_1", "SALES", "Sales", "", NOW, NOW)


def _browse(chosen: Component) -> Component:
    place = browsing.Place(HOUSE.base, KEPT[0].id, "public", "orders")
    tables = [TableName("public", name, "table") for name in ("customers", "orders", "stock_" * 12)]
    return browsing.browse(
        HOUSE,
        place,
        ["public", "sales"],
        [*tables, TableName("public", "late", "view")],
        chosen,
        URL,
        ways=adding.ways_to_add(place),
    )


def _edit(losing: Detached | None) -> Component:
    return forms.edit_dialog(HOUSE, _form(ConnectionType.POSTGRESQL), CSRF, is_over=False, losing=losing)


def _prompt(*, is_over: bool = False) -> Component:
    return trial.trial_prompt(HOUSE, KEPT[:3], CSRF, needs_login=True, takes_login=True, is_over=is_over)


def _typed(form: trial.LoginForm, *, may_save: bool) -> Component:
    types = [CredentialType.BASIC, CredentialType.TOKEN]
    return trial.trial_form(HOUSE, form, types, CSRF, may_save=may_save, is_over=False)


PAGES: dict[str, Callable[[], Component]] = {
    **gallery_credentials.PAGES,
    "connections": lambda: _list(*FOUND),
    "connections-empty": _list,
    "connection": lambda: pages.overview(HOUSE, NOW, URL),
    "connection-plain": lambda: pages.overview(PLAIN, NOW, URL),
    "connection-seen": lambda: pages.overview(SEEN, NOW, URL),
    "connection-new": lambda: forms.new_dialog(ConnectionForm(errors={"params.host": "Is needed."}), CSRF, URL, is_over=False),
    "connection-new-s3": lambda: forms.new_dialog(ConnectionForm(ConnectionType.S3, options=["restricted"]), CSRF, URL, is_over=False),
    "connection-new-file": lambda: forms.new_dialog(ConnectionForm(ConnectionType.DUCKDB), CSRF, URL, is_over=False),
    "connection-edit": lambda: _edit(None),
    "connection-edit-detaches": lambda: _edit(Detached(3, ["Jonas Lindqvist", "Priya Raman"])),
    "connection-settings": lambda: pages.settings(HOUSE, URL),
    "connection-delete": lambda: forms.delete_dialog(HOUSE, CSRF, is_over=False),
    "connection-logins": lambda: _tab(associated(0), associated(1), associated(5, is_attached=False)),
    "connection-logins-empty": _tab,
    "connection-login-add": lambda: logins.add_prompt(HOUSE, KEPT[:2], CSRF, "basic", is_over=False),
    "connection-login-none": lambda: logins.add_prompt(HOUSE, [], CSRF, "basic", is_over=False, fault="Choose one of them."),
    "connection-login-last": lambda: logins.remove_dialog("Warehouse", KEPT[0], "/x", CSRF, "/y", is_last=True, is_over=False),
    "credential-connect": lambda: logins.connect_dialog(KEPT[0], [one.one for one in FOUND[:4]], "", CSRF, is_more=True, is_over=False),
    "credential-connect-none": lambda: logins.connect_dialog(KEPT[0], [], "zzz", CSRF, is_more=False, is_over=False),
    "connection-access": lambda: sharing.access(HOUSE, HOLDERS, NOW, URL),
    "connection-browse": lambda: _browse(browsing.rows_of("orders", ROWS)),
    "connection-add": lambda: adding.add_page(
        HOUSE, adding.AddForm(KEPT[0].id, "public", "orders", name="orders"), [SALES], CSRF, URL
    ),
    "connection-add-nowhere": lambda: adding.add_page(HOUSE, adding.AddForm(table="orders"), [], CSRF, URL),
    "connection-query": lambda: adding.query_page(
        HOUSE, adding.AddForm(sql="SELECT * FROM orders"), ROWS, [SALES], CSRF, URL
    ),
    "connection-browse-bad": lambda: _browse(browsing.failed_table("orders", "The source took too long.")),
    "connection-browse-failed": lambda: browsing.failed(HOUSE, "The source cannot be reached.", URL),
    "credential-edit-fails": lambda: credentials.edit_dialog(
        KEPT[0], CredentialForm(name="Warehouse reader", user="svc_reader"), CSRF, is_over=False,
        notes=checks.doubts(Checks(CHECKED), "", has_secret=True),
    ),
    "credential-edit-untried": lambda: credentials.edit_dialog(
        KEPT[0], CredentialForm(user="svc"), CSRF, is_over=False, notes=checks.doubts(Checks([]), "Too many tests.", has_secret=False),
    ),
    "credential-check": lambda: checks.check_dialog(KEPT[0], 3, CSRF, fault="Too many tests.", is_over=False),
    "credential-checked": lambda: checks.check_result(KEPT[0], Checks(CHECKED, ["Stock"]), is_over=False),
    "connection-test": _prompt,
    "connection-test-other": lambda: _typed(trial.LoginForm(is_saved=True, fault="Too many tests."), may_save=True),
    "connection-test-once": lambda: _typed(trial.LoginForm(CredentialType.TOKEN), may_save=False),
    "connection-test-good": lambda: trial.trial_result(HOUSE, GOOD, "svc_reader", said="Stored as Warehouse reader.", is_over=False),
    "connection-test-bad": lambda: trial.trial_result(HOUSE, BAD, "svc_reader", is_over=False),
}  # fmt: skip
DIALOGS: dict[str, Callable[[], Component]] = {
    **gallery_credentials.DIALOGS,
    "connection-test": lambda: _prompt(is_over=True),
    "connection-test-bad": lambda: trial.trial_result(HOUSE, BAD, "svc_reader", is_over=True),
    "credential-connect": lambda: logins.connect_dialog(
        KEPT[0], [HOUSE.one], "", CSRF, is_more=True, is_over=True
    ),
}
