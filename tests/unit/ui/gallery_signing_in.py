"""Whom to sign in as, wherever it is asked; and the connections of an application's code."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from gallery_connections import HOUSE, PLAIN
from gallery_credentials import CSRF, KEPT, NOW, URL
from gallery_usage import ROW, VIEW

from gatepost_server.apps import AppConnection
from gatepost_server.ui.component import Component
from gatepost_server.ui.pages import app_connections as pages
from gatepost_server.ui.pages import connection_browse as browsing
from gatepost_server.ui.pages import dataset_source
from gatepost_server.ui.pages.app_connections import AddForm
from gatepost_server.ui.pages.connection_trial import LoginForm
from gatepost_server.ui.pages.signing_in import sign_in_form, sign_in_prompt
from gatepost_server.vault import Credential, CredentialType

SALES = AppConnection(
    "sales", "con_1", "Warehouse", "crd_1", "Warehouse reader", True, False, "Mira Kovač",
    NOW - timedelta(days=3),
)  # fmt: skip
FOUND = [
    SALES,
    replace(SALES, name="stock-file", connection_name="Stock", credential_name=None, has_login=False),
    replace(SALES, name="forecasts", connection_id=None, connection_name=None, credential_name=None),
    replace(SALES, name="ledger", in_environment=True),
]


def whom(accounts: Sequence[Credential], *, may_store: bool = True) -> Component:
    """Return the browse page that asks whom to look as."""
    purpose = browsing.looking(HOUSE, browsing.Place(HOUSE.base, table="orders"), "add")
    prompt = sign_in_prompt(
        HOUSE, purpose, accounts, CSRF, needs_login=True, takes_login=True, may_store=may_store,
        is_over=False, is_part=True,
    )  # fmt: skip
    return browsing.choose_account(HOUSE, prompt, URL)


def asked(*, is_over: bool = False, fault: str = "") -> Component:
    """Return the question whom an application signs in as."""
    return sign_in_prompt(
        HOUSE, pages.reaching(ROW, HOUSE, "sales", ""), KEPT[:2], CSRF, needs_login=True, takes_login=True,
        may_store=True, is_over=is_over, fault=fault,
    )  # fmt: skip


def typed() -> Component:
    """Return the form for another account."""
    purpose = dataset_source.signing_in("orders", "/projects/P/datasets/d/source", "", "nightly")
    form = LoginForm(user="reader", fault="Too many tests.", errors={"name": "Is taken."})
    kinds = [CredentialType.BASIC, CredentialType.TOKEN]
    return sign_in_form(HOUSE, purpose, form, kinds, CSRF, may_store=True, is_over=False)


def typed_once(*, may_store: bool) -> Component:
    """Return the form for an account where one for a while is enough."""
    purpose = browsing.looking(HOUSE, browsing.Place(HOUSE.base, table="orders"))
    form, kinds = LoginForm(is_saved=True), [CredentialType.BASIC]
    return sign_in_form(HOUSE, purpose, form, kinds, CSRF, may_store=may_store, is_over=False)


def held() -> Component:
    """Return a source as it is seen with a one-time login."""
    here = browsing.Place(HOUSE.base, "lgn_1", "public")
    note = browsing.held_login(HOUSE, here, CSRF)
    return browsing.browse(HOUSE, here, ["public"], [], browsing.no_table(0), URL, ways=[], held=note)


PAGES: dict[str, Callable[[], Component]] = {
    "connection-browse-whom": lambda: whom(KEPT[:2]),
    "connection-browse-nobody": lambda: whom([]),
    "connection-browse-unstored": lambda: whom([], may_store=False),
    "sign-in": asked,
    "sign-in-refused": lambda: asked(fault="This credential was detached."),
    "sign-in-other": typed,
    "sign-in-once": lambda: typed_once(may_store=True),
    "sign-in-unstored": lambda: typed_once(may_store=False),
    "connection-browse-held": held,
    "app-connections": lambda: pages.connections_tab(VIEW, FOUND, NOW, CSRF, URL),
    "app-connections-empty": lambda: pages.connections_tab(VIEW, [], NOW, CSRF, URL),
    "app-connection-add": lambda: pages.add_dialog(
        ROW, [HOUSE.one, PLAIN.one], AddForm("Sales", error="1 to 64 of a-z."), CSRF, is_over=False
    ),
    "app-connection-none": lambda: pages.add_dialog(ROW, [], AddForm(), CSRF, is_over=False),
    "app-connection-remove": lambda: pages.remove_dialog(ROW, "sales", CSRF, is_over=False),
}
DIALOGS: dict[str, Callable[[], Component]] = {"sign-in": lambda: asked(is_over=True)}
