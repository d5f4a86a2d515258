"""Stored credentials with made-up values: their list and one of them, turned off, sealed, the dialogs."""

# ruff: noqa: E501  # a value a line reads better here

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import credentials as pages
from gatepost_server.ui.pages.credentials import HOME, CredentialForm, One, Standing
from gatepost_server.vault import Credential, CredentialType, Health, State

NOW, CSRF, URL = datetime(2026, 11, 22, 12, tzinfo=UTC), "token", "https://gatepost.example"


def credential(number: int, name: str, type_: CredentialType, user: str, health: Health) -> Credential:
    at = NOW - timedelta(days=8 * number)
    return Credential(
        f"crd_{number:024x}", name, type_, user, "usr_1", health, at, at, owner_name="Mira Kovač"
    )


KEPT = [
    credential(1, "Warehouse reader", CredentialType.BASIC, "svc_reader", Health.FAILING),
    credential(2, "Billing replica", CredentialType.BASIC, "mk_billing", Health.OK),
    credential(3, "Depot images bucket", CredentialType.S3, "AKIA2J5EXAMPLE7QX2", Health.OK),
    credential(4, "Carrier API", CredentialType.TOKEN, "", Health.OK),
    credential(5, "Geo lookup", CredentialType.OAUTH_CLIENT, "gatepost-prod", Health.UNTESTED),
    credential(6, "Snowplow loader, " + "long " * 16, CredentialType.KEY_PAIR, "svc_" + "x" * 90, Health.UNTESTED),
]  # fmt: skip


def _page(one: One | None = None, standing: Standing = Standing(), **chosen: str) -> Component:  # noqa: B008
    found = [] if one is None else KEPT
    return pages.manage(
        found, ListState(HOME, chosen), one, standing, NOW, URL, is_one=False, next_cursor="abc" if found else None,
        counts={KEPT[0].id: 3, KEPT[1].id: 1},
    )  # fmt: skip


def _one(number: int, *, is_one: bool = True, **more: bool) -> Component:
    one = One(KEPT[number], **more)  # type: ignore[arg-type]
    return pages.manage(
        KEPT, ListState(HOME, {}), one, Standing(), NOW, URL, is_one=is_one, next_cursor=None, counts={}
    )


def _new(type_: CredentialType, *, is_over: bool = False, **more: object) -> Component:
    return pages.new_dialog(CredentialForm(type_, **more), CSRF, URL, is_over=is_over)  # type: ignore[arg-type]


def _edit() -> Component:
    form = CredentialForm(
        CredentialType.KEY_PAIR, KEPT[5].name, KEPT[5].user, errors={"private_key": "Is needed."}
    )
    return pages.edit_dialog(KEPT[5], form, CSRF, is_over=False)


PAGES: dict[str, Callable[[], Component]] = {
    "credentials": lambda: _page(One(KEPT[0], may_edit=True, may_delete=True)),
    "credentials-empty": _page,
    "credentials-off": lambda: _page(standing=Standing(stores=False, is_administrator=True)),
    "credentials-sealed": lambda: _page(One(KEPT[1], may_edit=True), Standing(state=State.SEALED)),
    "credentials-none": lambda: _page(q="zzz"),
    "credential": lambda: _one(5, may_edit=True, may_delete=True),
    "credential-of-another": lambda: _one(2, may_delete=True, is_own=False),
    "credential-new": lambda: _new(CredentialType.BASIC, fault="The vault is sealed."),
    "credential-new-pair": lambda: _new(CredentialType.KEY_PAIR, errors={"name": "1 to 100 printable characters."}),
    "credential-new-token": lambda: _new(CredentialType.TOKEN),
    "credential-edit": _edit,
    "credential-delete": lambda: pages.delete_dialog(KEPT[0], CSRF, ["Warehouse", "Depot archive"], is_over=False),
}  # fmt: skip
DIALOGS: dict[str, Callable[[], Component]] = {
    "credential-new": lambda: _new(CredentialType.S3, is_over=True),
}
