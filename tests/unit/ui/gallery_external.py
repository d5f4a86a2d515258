"""Sharing with people outside, and taking back what somebody gave, with hand-made values."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import gallery_app_keys
import gallery_egress
import gallery_exposure
import gallery_lending
import gallery_mail
import gallery_signing_in
import gallery_usage

from gatepost_server.sharing import External, Guest, Invited
from gatepost_server.ui.component import Component
from gatepost_server.ui.pages.application_access import ROLES
from gatepost_server.ui.pages.external import ExternalDialog, ExternalForm, ShareTabs, same_external
from gatepost_server.ui.pages.retracting import Ending, take_all_dialog
from gatepost_server.ui.pages.sharing import AccessRow, Shared

NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
URL = "http://localhost:8080"
APP = "app_" + "0" * 22 + "18"
BASE = f"/applications/{APP}"
TABS = ShareTabs(BASE, is_external_on=True, is_external_here=False, is_over=True)


def outside() -> Component:
    guests = [
        Guest("gst_1", "dora@brightport.example", NOW, NOW + timedelta(days=26), NOW - timedelta(minutes=12)),
        Guest("gst_2", "leo@brightport.example", NOW, NOW + timedelta(days=29), None),
    ]
    invited = [Invited("ann@solo.example", NOW + timedelta(minutes=41))]
    form = ExternalForm(
        True,
        "@brightport.example\nann@solo.example\nlars@brightport",
        "“lars@brightport” has no ending such as .com",
    )
    return ExternalDialog(
        "Demand forecast",
        BASE,
        External(True, ["@brightport.example", "ann@solo.example"], "k7q2", guests, invited),
        form,
        f"{URL}/external/k7q2m9xdk7q2m9xdk7q2m9",
        "External sharing needs a mail server, since invitations go by mail.",
        "csrf",
        same_external(24, APP, URL),
        NOW,
        is_over=False,
    )


def taken() -> Component:
    def held(name: str, kind: str, role: str, by: str = "Tomás Ferreira", words: str = "") -> AccessRow:
        return AccessRow(
            "grt_1", name, "lena", kind, role, NOW, None, by, permissions=words, giver_id="usr_2"
        )

    shared = Shared(
        "Demand forecast", f"{BASE}/access", f"{BASE}/share", f"{BASE}/people", ROLES, "",
        "They are refused from their next request on; open pages close.",
    )  # fmt: skip
    endings = [
        Ending(held("Lena Fischer", "user", "editor"), [held("Lena", "user", "consumer", "Mira Kovač")]),
        Ending(held("Analysts", "group", "consumer")),
        Ending(held("nightly", "key", "", words="Read data")),
    ]
    fault = "Lena Fischer (editor): That goes beyond what you hold."
    return take_all_dialog(shared, endings, "csrf", fault=fault, is_over=True)


PAGES: dict[str, Callable[[], Component]] = {"app-external": outside}
PAGES |= (
    gallery_lending.PAGES
    | gallery_exposure.PAGES
    | gallery_usage.PAGES
    | gallery_egress.PAGES
    | gallery_app_keys.PAGES
    | gallery_mail.PAGES
    | gallery_signing_in.PAGES
)
DIALOGS: dict[str, Callable[[], Component]] = {"take-all": taken}
