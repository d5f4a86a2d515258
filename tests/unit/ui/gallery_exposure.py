"""Outward exposure with hand-made values."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from gatepost_server.exposure import Counts, Way, WayKind
from gatepost_server.kernel.paging import Page
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import exposure

NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
URL, CSRF = "http://localhost:8080", "csrf-of-the-gallery"
APP = "app_" + "0" * 22 + "18"
LINK = Way(
    WayKind.LINK, APP, "Demand forecast",
    "People of 1 domain and 1 address outside may open Demand forecast by its link and a mail, without an "
    "account; 2 guests are signed in.",
    NOW - timedelta(days=3), "Mira Kovač", ["@brightport.example", "ann@solo.example"],
    NOW - timedelta(minutes=12), guests=2, link_id="k7q2",
)  # fmt: skip
ANYONE = Way(
    WayKind.ANYONE, APP, "Store locator",
    "Anybody who knows its address may open Store locator, without signing in.",
    NOW - timedelta(days=40), "Noah Brandt", ["anyone"],
)  # fmt: skip
KEY = Way(
    WayKind.KEY, "key_" + "0" * 24, "Depot sync",
    "Whoever has the key Depot sync may act as a key of the project RETAIL from any address, without an end, "
    "and so may pages of https://shop.example.",
    NOW - timedelta(days=200), "Noah Brandt", ["a key of the project RETAIL"], NOW - timedelta(hours=5),
    project="RETAIL",
)  # fmt: skip
WAYS = [LINK, ANYONE, KEY]


def listed(*ways: Way, is_administrator: bool = True) -> Component:
    counts = {kind: sum(one.kind is kind for one in ways) for kind in WayKind}
    return exposure.exposure(
        Page(ways), Counts(counts, "anyone"), ListState("/exposure", {}), NOW, URL,
        is_administrator=is_administrator,
    )  # fmt: skip


PAGES: dict[str, Callable[[], Component]] = {
    "exposure": lambda: listed(*WAYS),
    "exposure-empty": lambda: listed(is_administrator=False),
    "exposure-off": lambda: exposure.off_dialog(
        LINK, CSRF, fault="You may share it for a time only.", is_over=False
    ),
    "exposure-off-anyone": lambda: exposure.off_dialog(ANYONE, CSRF, is_over=False),
}
