"""Client applications with made-up values: the lists, one application, and its dialogs."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gatepost_server.clients import Client, ClientGroup, ClientSecret, IpAllowlist, Member, Owner
from gatepost_server.dataapis import ApiCall, Authorization, CallTotal, DataSource, RecentCaller, Stage
from gatepost_server.instance import Features
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import (
    client,
    client_apis,
    client_asking,
    client_datasets,
    client_groups,
    clients,
    publishing,
)
from gatepost_server.ui.pages import client_forms as forms
from gatepost_server.ui.pages.call_log import CallLog, call_log
from gatepost_server.ui.pages.client import ClientView
from gatepost_server.ui.pages.client_addresses import allowlist_dialog
from gatepost_server.ui.pages.client_forms import Typed

NOW, CSRF, URL = datetime(2026, 11, 22, 12, tzinfo=UTC), "token", "https://gatepost.example"
MIRA, NOAH = Owner("usr_1", "mira", "Mira Kovač"), Owner("usr_2", "noah", "Noah Brandt")
LOADER = Client(
    f"app_{1:024x}", "订单_loader", "ak7Qw2Zx9PbTr4Lm0VdKs8Yn", "cgr_1", "Partners", [MIRA],
    NOW - timedelta(days=40), NOW - timedelta(hours=3), "Loads the orders of all shops at night",
    True, False, IpAllowlist(True, "10.1.0.0/16"), 2, 1, 1, True, "owner", None, "grt_1", False,
)  # fmt: skip
JOINED = replace(
    LOADER, id=f"app_{2:024x}", name="Reporter", is_owner=False, role="member",
    until=NOW + timedelta(days=12), owners=[NOAH],
)  # fmt: skip
OTHER = Client(f"app_{3:024x}", "Mirror_of_" + "x" * 16, "k" * 127, "cgr_1", "Partners", [NOAH], NOW, NOW)
OWNED = ClientView(LOADER, NOW, URL, is_owner=True, may_delete=True, may_host=True, tabs=["apis", "calls"])
GROUPS = [ClientGroup("cgr_1", "Partners", NOW, ["eve"], 3), ClientGroup("cgr_2", "Shops", NOW)]
SECRETS = [
    ClientSecret("sec_2", NOW - timedelta(days=1), NOW, NOW + timedelta(days=12), True, True, "Mira", NOAH),
    ClientSecret(
        "sec_1", NOW - timedelta(days=40), NOW - timedelta(days=40), NOW, False, False, "Mira Kovač"
    ),
]
MEMBER = Member("usr_2", "noah", "Noah Brandt", "grt_2", NOW, NOW + timedelta(days=12), "Mira Kovač")


def _list(tab: str, *found: Client) -> Component:
    state = ListState("/clients", {"tab": tab} if tab else {})
    return clients.client_list(
        found, GROUPS, state, NOW, CSRF, URL, waiting={}, may_make=True, next_cursor=None
    )


def _groups(*groups: ClientGroup) -> Component:
    state = ListState(client_groups.HOME, {})
    return client_groups.group_list(groups, state, NOW, CSRF, URL, next_cursor=None)


def _call(number: int, status: int, code: str | None = None) -> ApiCall:
    return ApiCall(
        f"api_{1:024x}", NOW - timedelta(minutes=7 * number), 3, Stage.PRODUCTION, "list", "application",
        LOADER.id, LOADER.name, "10.1.4.17", status, code, None if code else 1000, 9 + number * 4000,
        f"req_{number:024x}",
    )  # fmt: skip


CALLS = [
    _call(0, 200), _call(1, 404, "not-found"), _call(2, 429, "api-throttled"), _call(3, 503, "definer-lost"),
]  # fmt: skip
TOTALS = [CallTotal(NOW.replace(minute=0) - timedelta(hours=n), 120 * n, n, n // 6) for n in range(23, 0, -2)]


def _calls(calls: Sequence[ApiCall], **asked: str) -> Component:
    state = ListState(f"/clients/{LOADER.id}/calls", asked)
    rows = [(one, "Orders of all shops") for one in calls]
    log = CallLog(TOTALS if calls else [], rows, "Data API", state, "/api/v1/calls.csv", NOW, "next")
    return client.shell(OWNED, "calls", [call_log(log)], "gatepost clients calls", "clients")


GIVEN = [
    Authorization(
        f"grt_{n:024x}", f"api_{n:024x}", "Orders of all shops", LOADER.id, LOADER.name, stage, fields,
        NOW - timedelta(days=3), until, "Noah Brandt", "orders-of-all-shops",
    )
    for n, stage, fields, until in (
        (1, Stage.PRODUCTION, None, NOW + timedelta(days=27)),
        (2, Stage.DEVELOPMENT, ("id", "total", "city", "ordered_at", "shop"), None),
    )
]  # fmt: skip


def _apis(view: ClientView, *given: Authorization) -> Component:
    return client_apis.client_apis(view, given, ListState(f"{view.here}/apis", {}), None)


READ = [
    DataSource(
        f"grt_{n:024x}", f"dst_{n:024x}", "orders", "SALES", LOADER.id, LOADER.name, columns,
        NOW - timedelta(days=3), until, "Noah Brandt",
    )
    for n, columns, until in (
        (1, None, NOW + timedelta(days=27)), (2, ("id", "total", "city", "ordered_at", "shop"), None),
    )
]  # fmt: skip


def _datasets(view: ClientView, *given: DataSource) -> Component:
    return client_datasets.client_datasets(view, given, ListState(f"{view.here}/datasets", {}), None)


PAGES: dict[str, Callable[[], Component]] = {
    "clients": lambda: _list("", LOADER, JOINED),
    "clients-none": lambda: _list(""),
    "clients-others": lambda: _list("not_joined", OTHER),
    "client": lambda: client.client_page(OWNED, SECRETS, [MEMBER], "usr_1"),
    "client-member": lambda: client.client_page(
        ClientView(JOINED, NOW, URL, tabs=["apis"]), SECRETS[:1], None, "usr_2"
    ),
    "client-other": lambda: client.client_page(ClientView(OTHER, NOW, URL), None, None, "usr_1"),
    "client-apis": lambda: _apis(OWNED, *GIVEN),
    "client-apis-none": lambda: _apis(OWNED),
    "client-apis-member": lambda: _apis(ClientView(JOINED, NOW, URL, tabs=["apis"]), *GIVEN),
    "client-datasets": lambda: _datasets(OWNED, *READ),
    "client-datasets-none": lambda: _datasets(OWNED),
    "client-dataset-request": lambda: client_datasets.request_dialog(LOADER, Typed(), CSRF, is_over=False),
    "client-dataset-end": lambda: client_datasets.let_go_dialog(LOADER, READ[0], CSRF, is_over=False),
    "client-api-request": lambda: client_apis.request_dialog(LOADER, Typed(), CSRF, is_over=False),
    "client-host": lambda: publishing.host_dialog(
        publishing.PublishState(""), LOADER, [("src_1", "Forecast")], CSRF, is_over=False
    ),
    "client-api-end": lambda: client_apis.let_go_dialog(LOADER, GIVEN[0], CSRF, is_over=False),
    "client-calls": lambda: _calls(CALLS),
    "client-calls-month": lambda: _calls(CALLS, range="month", refused="true"),
    "client-calls-none": lambda: _calls([]),
    "client-new": lambda: forms.client_dialog(
        GROUPS, Typed({"name": "1x"}, {"name": "4 to 26 characters."}), CSRF, is_over=False
    ),
    "client-request": lambda: client_asking.request_dialog(
        [], Typed(), CSRF, has_addresses=False, is_over=False
    ),
    "client-request-hosted": lambda: client_asking.request_dialog(
        GROUPS, Typed({"app": LOADER.id}), CSRF, is_over=False
    ),
    "client-join": lambda: client_asking.join_dialog(OTHER, Typed(), CSRF, is_over=False),
    "client-renew": lambda: client_asking.renew_dialog(JOINED, Typed(), CSRF, is_over=False),
    "client-edit": lambda: forms.edit_dialog(LOADER, GROUPS, Typed({"name": "L"}), CSRF, is_over=False),
    "client-delete": lambda: forms.delete_dialog(LOADER, CSRF, is_over=False),
    "client-allowlist": lambda: allowlist_dialog(
        LOADER, Typed(fault="Off."), CSRF, Features(ip_trust=True), is_over=False
    ),
    "client-secret": lambda: forms.secret_dialog(
        LOADER, [MEMBER], Typed(), CSRF, [RecentCaller("10.0.0.9", 1204, NOW)], is_over=False
    ),
    "client-secret-ask": lambda: forms.show_dialog(LOADER, "sec_1", CSRF, is_over=False),
    "client-secret-shown": lambda: forms.shown(LOADER, "s" * 43, is_over=False),
    "client-secret-end": lambda: forms.end_dialog(LOADER, SECRETS[0], CSRF, is_over=False),
    "client-add": lambda: forms.add_dialog(LOADER, Typed(), CSRF, is_over=False),
    "client-extend": lambda: forms.extend_dialog(LOADER, MEMBER, Typed(), CSRF, is_over=False),
    "client-remove": lambda: forms.remove_dialog(LOADER, MEMBER, CSRF, is_over=False),
    "client-groups": lambda: _groups(*GROUPS),
    "client-groups-none": _groups,
    "client-group-new": lambda: client_groups.group_dialog("New", "/new", Typed(), CSRF, is_over=False),
    "client-group-delete": lambda: client_groups.delete_dialog(GROUPS[0], CSRF, is_over=False),
}
