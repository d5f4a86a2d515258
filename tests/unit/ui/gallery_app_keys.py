"""The keys of an application, with hand-made values."""

from collections.abc import Callable
from dataclasses import replace

from gallery_keys import APP_KEY
from gallery_usage import CSRF, NOW, URL, VIEW

from gatepost_server.apps import KeyScopeLevel, Kind, WayFacts
from gatepost_server.ui.component import Component
from gatepost_server.ui.pages.app_keys import keys_tab

OWNER = APP_KEY.key.owner_id
WAY = WayFacts("dep_1", VIEW.row.id, "Demand forecast", Kind.STREAMLIT, OWNER, KeyScopeLevel.USER, ("P",))
ACTING = replace(VIEW, row=replace(VIEW.row, may_upload=True), source_id="src_1", key=APP_KEY)
OLD = replace(APP_KEY, key=replace(APP_KEY.key, id="key_0", is_enabled=False), level=None, is_used=False)


def static() -> Component:
    """Return the tab of what runs no code."""
    still = replace(VIEW, row=replace(VIEW.row, kind=Kind.STATIC))
    return keys_tab(still, [], None, OWNER, now=NOW, csrf=CSRF, url=URL)


PAGES: dict[str, Callable[[], Component]] = {
    "app-keys": lambda: keys_tab(ACTING, [APP_KEY, OLD], WAY, OWNER, now=NOW, csrf=CSRF, url=URL),
    "app-keys-young": lambda: keys_tab(VIEW, [], None, "usr_x", now=NOW, csrf=CSRF, url=URL),
    "app-keys-static": static,
}
