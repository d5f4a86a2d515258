"""Use cases with made-up values: their list, one with links, and the dialog that links."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import gallery_apis
import gallery_clients

from gatepost_server.apps import AppEnding
from gatepost_server.apps.model import AppState, Kind
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import usecases as pages
from gatepost_server.ui.pages.applications import AppRow, Counts
from gatepost_server.usecases import Link, Usecase

NOW, CSRF, URL = datetime(2026, 11, 22, 12, tzinfo=UTC), "token", "https://gatepost.example"
ENDING = AppEnding("Demand forecast", NOW - timedelta(minutes=12), True, 4, 1, 2, 3)
CHURN = Usecase(
    f"use_{1:024x}", "Churn", "Who leaves, and why: scores, their explanation, a weekly report.",
    NOW - timedelta(days=30), NOW - timedelta(hours=2), "usr_1", "Mira Kovač", 3,
)  # fmt: skip
ROUTES = Usecase(f"use_{2:024x}", "Routes " * 12, "", NOW, NOW, "usr_2", "Jonas Lindqvist", 1)
LINKS = [
    Link(kind, f"{kind}_{number:024x}", name, NOW - timedelta(days=number), "usr_1", "Mira Kovač")
    for number, (kind, name) in enumerate(
        [("app", "Churn explainer"), ("source", "Churn explainer"), ("dataset", "customers")], 1
    )
]
APP = AppRow(
    LINKS[0].id, 26, "Churn explainer", Kind.SHINY, AppState.RUNNING, 3, "Priya Raman", "grants", NOW,
    f"{URL}/content/26/",
)  # fmt: skip


def _list(*found: Usecase) -> Component:
    state, counts = ListState("/use-cases", {}), Counts(8, 4, len(found))
    may_delete = {one.id for one in found}
    return pages.usecase_list(
        found, state, NOW, CSRF, URL, counts, may_make=True, may_delete=may_delete, next_cursor=None
    )


def _one(*links: Link) -> Component:
    return pages.usecase_page(
        CHURN, links, NOW, URL, may_edit=True, may_delete=True, may_unlink={LINKS[0].id}
    )


def _link(form: pages.LinkForm) -> Component:
    return pages.link_dialog(APP, [CHURN], [ROUTES], form, CSRF, may_make=True, is_over=False)


PAGES: dict[str, Callable[[], Component]] = {
    **gallery_clients.PAGES,
    **gallery_apis.PAGES,
    "usecases": lambda: _list(CHURN, ROUTES),
    "usecases-none": _list,
    "usecase": lambda: _one(*LINKS),
    "usecase-empty": _one,
    "usecase-link": lambda: _link(pages.LinkForm()),
    "usecase-link-bad": lambda: _link(pages.LinkForm(name="x", fault="Select a use case.")),
    "usecase-new": lambda: pages.usecase_dialog(
        "New use case", "/use-cases/new", pages.UsecaseForm(name_error="1 to 100 printable characters"), CSRF,
        "/use-cases", is_over=False,
    ),
    "usecase-delete": lambda: pages.delete_dialog(CHURN, CSRF, is_over=False),
}  # fmt: skip
