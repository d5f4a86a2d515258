"""Where connections may lead, with hand-made values."""

import ipaddress
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from gatepost_server.egress import Judged, Own, Rule
from gatepost_server.instance import EgressEntry
from gatepost_server.kernel.paging import Page
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import egress as pages
from gatepost_server.ui.pages.egress import Asked

NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
URL, CSRF = "http://localhost:8080", "csrf-of-the-gallery"
ENTRIES = [
    EgressEntry("egr_" + "0" * 24, "10.1.0.0/16", "Warehouse", NOW - timedelta(days=90), "Mira Kovač"),
    EgressEntry("egr_" + "1" * 24, "db.internal.example", "", NOW - timedelta(hours=3), "Noah Brandt"),
    EgressEntry("egr_" + "2" * 24, "127.0.0.1:5432", "Trials on this machine", NOW, "Mira Kovač"),
]  # fmt: skip
OWN = Own(frozenset({8080}), frozenset({("store.internal.example", 5432), ("10.9.0.4", 5432)}))
BOTH = [
    Judged(ipaddress.ip_address("10.1.4.20"), Rule.LISTED, "10.1.0.0/16"),
    Judged(ipaddress.ip_address("fd12:3456:789a:1::c0de"), Rule.PRIVATE),
]


def page(asked: Asked, entries: Sequence[EgressEntry] = ENTRIES) -> Component:
    """Return the page with an answer."""
    return pages.egress_page(Page(list(entries)), ListState(pages.HOME, {}), asked, OWN, NOW, URL)


PAGES: dict[str, Callable[[], Component]] = {
    "egress": lambda: page(Asked("warehouse.internal.example", "5432", BOTH)),
    "egress-allowed": lambda: page(Asked("10.1.4.20", "5432", BOTH[:1])),
    "egress-unknown": lambda: page(Asked("no-such-name.invalid", "5432", [])),
    "egress-empty": lambda: page(
        Asked("http://a", "x", errors={"host": "A host name.", "port": "A port."}), []
    ),
    "egress-new": lambda: pages.add_dialog(
        "127.0.0.1", "", CSRF, errors={"entry": "An address:port."}, is_over=False
    ),
    "egress-remove": lambda: pages.remove_dialog(ENTRIES[0], CSRF, is_over=False),
}
