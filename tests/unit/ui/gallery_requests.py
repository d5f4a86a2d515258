"""Task Hub and requests with hand-made values."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gatepost_server.approvals import Change, Notice, Request, RequestState, Validity
from gatepost_server.authz import Effect
from gatepost_server.ui.component import Component
from gatepost_server.ui.pages.asking import AskState, ask_dialog
from gatepost_server.ui.pages.pending import Pending, pending_rows
from gatepost_server.ui.pages.requests import Asked, Hub, RequestPage
from gatepost_server.ui.pages.sharing_effect import effect_box

NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
URL, CSRF = "http://localhost:8080", "csrf-of-the-gallery"
NOAH = Request(
    "rqt_" + "0" * 24, "access_app", RequestState.PENDING, "usr_1", "Noah Brandt", "app_1",
    {"app": "24", "role": "editor"}, "I take over the promotion model.", Validity(days=90), "a" * 64,
    NOW - timedelta(hours=2), NOW + timedelta(days=29),
)  # fmt: skip
DONE = replace(NOAH, state=RequestState.REJECTED, decided_at=NOW, decider_name="Mira Kovač", note="Not now.")
SENTENCE = "for the role editor on Demand forecast"

ENDING = Notice("ntc_1", "Your membership of Loader", "/clients/app_1", NOW + timedelta(days=7), 7, NOW)


def page(request: Request, *, may_decide: bool) -> Component:
    changes = (
        [Change("Noah Brandt on Demand forecast", "no role of their own", "editor")] if may_decide else []
    )
    effect = effect_box(Effect(1, 0, ("Noah Brandt",), 0, ()), 1) if may_decide else None
    return RequestPage(
        Asked(request, SENTENCE), changes, effect, NOW, CSRF, URL, may_decide, may_withdraw=False
    )


def hub(box: str, *requests: Request) -> Component:
    return Hub(box, [Asked(one, SENTENCE) for one in requests], (len(requests), 1), NOW, URL)


PAGES: dict[str, Callable[[], Component]] = {
    "hub": lambda: hub("to_decide", NOAH, NOAH),
    "hub-empty": lambda: hub("to_decide"),
    "hub-notices": lambda: Hub(
        "notices",
        [],
        (0, 1),
        NOW,
        URL,
        notices=[
            Notice("ntc_1", "Your membership of Loader", "/clients/app_1", NOW + timedelta(days=7), 7, NOW)
        ],
    ),
    "hub-decided": lambda: hub("decided", DONE),
    "request": lambda: page(NOAH, may_decide=True),
    "request-done": lambda: page(DONE, may_decide=False),
    "request-new": lambda: ask_dialog(AskState("24", fault="You have asked."), CSRF, is_over=False),
    "request-pending": lambda: Pending(pending_rows([NOAH], NOW)),
}
