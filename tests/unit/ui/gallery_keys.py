"""The pages of keys that hold rights of their own, with hand-made values."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gatepost_server.apps import AppKey, KeyScopeLevel
from gatepost_server.authz import Principal
from gatepost_server.instance import Features, Policies
from gatepost_server.keys import Key, KeyKind, KeyRight, KeyStatus, OldCaller, OldSecret
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.permissions import MatrixRow
from gatepost_server.ui.kit.tables import Choice, ListState
from gatepost_server.ui.pages import (
    administration,
    all_keys,
    consents,
    features,
    global_keys,
    key_deeds,
    project_keys,
)
from gatepost_server.ui.pages.global_keys import Given
from gatepost_server.ui.pages.key_facts import as_json
from gatepost_server.ui.pages.key_form import FormChoices, KeyForm
from gatepost_server.ui.pages.project_keys import RightsText

NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
URL = "http://localhost:8080"
CSRF = "csrf-of-the-gallery"
HOME = "/projects/SUPPLY/settings/api"
DAY = timedelta(days=1)
MIRA = Principal("usr_1", "user", "mira.kovac", "Mira Kovač", True, 5, "org_1")
JONAS = Principal("usr_2", "user", "jonas.l", "Jonas Lindqvist", False, 4, "org_1")
CHOICES = FormChoices("/find", 90, may_never=True, sponsors=[Choice("", "You"), Choice("ops", "Group Ops")])


def key(number: int, name: str, kind: KeyKind, *rights: KeyRight, owner: Principal = MIRA) -> Key:
    letter = {"project": "j", "global": "g", "personal": "p", "creator": "c"}[kind]
    return Key(
        f"key_{number:024x}",
        kind,
        name,
        f"gp{letter}_8Wm3{number:06d}",
        "k2Zt",
        owner.id,
        None,
        "10.20.0.0/16",
        NOW - timedelta(days=40),
        NOW + timedelta(days=90),
        None,
        None,
        NOW - timedelta(minutes=21),
        "10.4.0.12",
        "curl/8.5",
        project_id="prj_1" if kind is KeyKind.PROJECT else None,
        owner=owner,
        created_by=owner,
        rights=rights,
    )


LOADER = replace(
    key(
        1,
        "Nightly loader",
        KeyKind.PROJECT,
        KeyRight("prj_1", "project", "Supply planning", ("READ_CONF", "RUN_SCENARIOS")),
        KeyRight("dat_1", "dataset", "orders", ("READ_DATA", "WRITE_DATA")),
        KeyRight("dat_2", "dataset", "depots", ("READ_DATA",)),
        owner=JONAS,
    ),
    run_as=MIRA,
    run_as_counts=False,
    allowed_origins=("https://maps.example.com",),
    old_secret=OldSecret(
        NOW + timedelta(days=3),
        "x9Qf",
        NOW - timedelta(days=4),
        (
            OldCaller("10.4.0.13", "curl/8.5", None, NOW - DAY, NOW - timedelta(minutes=5), 1_204),
            OldCaller("2001:db8::17", "nightly/1 " * 9, "app_1", NOW - DAY, NOW - DAY, 1, "Sampling lab"),
            OldCaller(None, None, "app_2", NOW - DAY, NOW - DAY, 3),
        ),
        other_uses=17,
    ),
)
EMPTY = replace(key(2, "Unused", KeyKind.PROJECT), is_enabled=False, last_used_at=None)
APP_KEY = AppKey(
    replace(key(9, "CustomApp app_1", KeyKind.CREATOR), ip_allowlist=None, expires_at=None, app_id="app_1"),
    "Sampling lab", KeyScopeLevel.VIEWER, is_used=True,
)  # fmt: skip
CRAWLER = replace(
    key(
        3,
        "Catalog crawler",
        KeyKind.GLOBAL,
        KeyRight("prj_1", "project", "Supply planning", ("READ_CONF",)),
        KeyRight("prj_2", "project", "Churn", ("READ_CONF", "READ_DASHBOARDS")),
        KeyRight("prj_3", "project", "Prices", ("ADMIN",)),
    ),
    old_secret=OldSecret(NOW + DAY, "u7Ab", NOW - timedelta(minutes=30)),
)
TERRAFORM = replace(key(4, "Terraform", KeyKind.GLOBAL), is_global_admin=True, expires_at=None)
OWN = key(5, "Notebook, laptop", KeyKind.PERSONAL)
DATASETS = ["orders", "depots", "forecasts", "contracts"]
ROWS = [
    MatrixRow("SUPPLY", "Supply planning", ("READ_CONF",)),
    MatrixRow("CHURN", "Churn"),
    MatrixRow("P", "P"),
]
WRONG = '{\n  "permissions": ["READ_CONF",\n}'


def listed(status: KeyStatus, *rows: Key) -> Component:
    counts = {KeyStatus.ACTIVE: 1, KeyStatus.DISABLED: 1, KeyStatus.EXPIRED: 0, KeyStatus.REVOKED: 0}
    state = ListState(HOME, {"tab": "" if status is KeyStatus.ACTIVE else status})
    return project_keys.key_list(
        "SUPPLY", rows, state, counts, {LOADER.id}, NOW, csrf=CSRF, url=URL, next_cursor=None
    )


def project_key() -> Component:
    rights = RightsText(as_json(LOADER.permissions, LOADER.datasets), DATASETS)
    return project_keys.key_page(
        "SUPPLY",
        LOADER,
        KeyForm.of(LOADER),
        CHOICES,
        rights,
        lacking=["READ_DATA on orders"],
        now=NOW,
        csrf=CSRF,
        url=URL,
        viewer="usr_1",
        is_fresh=False,
    )


def new_project_key() -> Component:
    errors = {"name": "1 to 100 printable characters.", "run_as": "They have not agreed.", "sponsor": "No."}
    rights = RightsText(WRONG, DATASETS, error="This is not JSON.", line=3)
    return project_keys.new_key("SUPPLY", KeyForm(expiry="90", errors=errors), CHOICES, rights, CSRF, URL)


def global_key(one: Key) -> Component:
    given = Given(one.is_global_admin, ROWS)
    choices = replace(CHOICES, has_origins=False)
    return global_keys.key_page(
        one, KeyForm.of(one), choices, given, now=NOW, csrf=CSRF, url=URL, is_fresh=True
    )


def everybodys() -> Component:
    return all_keys.all_keys(
        [OWN, LOADER, CRAWLER, TERRAFORM],
        {"prj_1": "SUPPLY"},
        {"usr_1": "Mira Kovač"},
        ListState("/admin/keys/all", {"owner": "usr_1"}),
        NOW,
        url=URL,
        next_cursor="abc",
    )


PAGES: dict[str, Callable[[], Component]] = {
    "features": lambda: features.features(Features(), CSRF, URL),
    "settings": lambda: administration.settings(Policies(access_ceiling="signed_in").as_dict(), CSRF, URL),
    "project-keys": lambda: listed(KeyStatus.ACTIVE, LOADER),
    "project-keys-empty": lambda: listed(KeyStatus.DISABLED),
    "project-key": project_key,
    "project-key-new": new_project_key,
    "global-keys": lambda: global_keys.key_list(
        [CRAWLER, TERRAFORM], ListState("/admin/keys", {}), NOW, csrf=CSRF, url=URL, next_cursor=None
    ),
    "global-key": lambda: global_key(CRAWLER),
    "global-key-admin": lambda: global_key(TERRAFORM),
    "all-keys": everybodys,
    "consents": lambda: consents.card([consents.Consent("SUPPLY", "Supply planning")]),
    "consent-new": lambda: consents.give_dialog([Choice("P", "P")], "", CSRF, is_whole=True, is_over=False),
}
DIALOGS: dict[str, Callable[[], Component]] = {
    "rotate": lambda: key_deeds.rotate_dialog(LOADER, "/x", "/x", NOW, CSRF, is_over=True),
    "end-old": lambda: key_deeds.end_old_dialog(LOADER, "/x", "/x", NOW, CSRF, is_over=True),
    "adopt": lambda: key_deeds.adopt_dialog(LOADER, "/x", CSRF, ["READ_DATA on orders"], is_over=True),
    "enable": lambda: key_deeds.enable_dialog(EMPTY, "/x", "/x", CSRF, is_over=True),
    "delete-another": lambda: key_deeds.delete_dialog(
        OWN, "/x", "/x", NOW, CSRF, whose="Mira Kovač", is_over=True
    ),
}
