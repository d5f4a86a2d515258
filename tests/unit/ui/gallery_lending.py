"""What applications ask to do in one's name, with hand-made values."""

from collections.abc import Callable
from datetime import UTC, datetime

from gatepost_server.apps import KeyScopeLevel
from gatepost_server.authn import Asked, Lent
from gatepost_server.ui.component import Component
from gatepost_server.ui.pages import lending

APP = "app_6b02e4c5f9ac65b73b265496"
ASKED = Asked(
    KeyScopeLevel.USER,
    KeyScopeLevel.VIEWER,
    has_agreed=False,
    deployer_id="usr_1",
    deployer_name="Bob Stone",
    reach=("SUPPLY", "DEMAND/routes"),
)
LENT = [
    Lent(APP, "Claims triage", KeyScopeLevel.USER, datetime(2026, 9, 1, 9, 30, tzinfo=UTC), counts=True),
    Lent(APP, None, KeyScopeLevel.ADMIN, datetime(2026, 8, 1, 9, 30, tzinfo=UTC), counts=False),
]
_CSRF, _URL = "csrf", "https://gate.example"

PAGES: dict[str, Callable[[], Component]] = {
    "app-lend": lambda: lending.agree_dialog(
        APP, "Claims triage", ASKED, _CSRF, _URL, is_over=False, fault="It asks for level admin now."
    ),
    "lent-back": lambda: lending.take_back_dialog(APP, "Claims triage", _CSRF, is_over=False),
}
