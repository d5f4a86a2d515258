"""The pages that say why, with hand-made values."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from gatepost_server.authz import CanHelp, Node, NodeKind, Principal, SmallestGrant, Step, Why, hidden
from gatepost_server.decisions import Explained, Then
from gatepost_server.ui.component import Component
from gatepost_server.ui.pages import explain, refusals

URL = "http://localhost:8080"
CLAIMS = Node("app_" + "0" * 24, NodeKind.APP, "Claims triage", None, None)
LENA = Principal("usr_" + "0" * 24, "user", "lena.fischer", "Lena Fischer", True, 1, None)
ACTIVE = Step("account-inactive", True, "Lena Fischer is active.")
REACHED = Step("out-of-reach", True, "The key counts on Claims triage.")
NOT_GRANTED = Step(
    "not-granted",
    False,
    "No grant gives Lena Fischer EDIT on Claims triage. The role editor on it, through Claims pilot, "
    "ended on 14 Nov 2026.",
)
BY_SPONSOR = Step(
    "sponsor-lacks",
    True,
    "The key stays within what its sponsor may: Sam Okafor holds EDIT.",
    [
        Step("account-inactive", True, "Sam Okafor is active."),
        Step("not-granted", True, "EDIT comes by the role owner on Claims triage, until 3 Feb 2027."),
    ],
)
SUM_UP = Step("asked", False, "So EDIT on Claims triage is not held.")
REFUSED = Why(
    False,
    "not-granted",
    "EDIT",
    [ACTIVE, REACHED, NOT_GRANTED, BY_SPONSOR, SUM_UP],
    "Whoever shares the thing can give the smallest grant.",
    CLAIMS,
    SmallestGrant("EDIT", "editor", CLAIMS, LENA),
    [CanHelp("user", "usr_1", "sam.okafor", "owner", "Sam Okafor")],
)
THEN = Then("req_" + "7" * 24, datetime(2026, 11, 21, 21, 24, tzinfo=UTC), "denied", "web", "10.20.9.33")
OF_LENA = Explained("Lena Fischer", "user", "app:edit", REFUSED, THEN, is_you=False)
HELD = [ACTIVE, replace(SUM_UP, passed=True, says="So EDIT on Claims triage is held.")]
ALLOWED = replace(OF_LENA, now=Why(True, None, None, HELD, "", CLAIMS), then=None, is_you=True)
NOTHING = Explained("Lena Fischer", "user", "open /applications/app_1", hidden())


def nothing_here() -> Component:
    panel = explain.panel(NOTHING, decision_id=THEN.id, person_note="viewer")
    return refusals.Denied("There is nothing here", "The address is wrong, or it is not for you.", panel)


def page(asked: explain.Asked, found: Explained | None, *, is_administrator: bool) -> Component:
    return explain.explain_page(asked, found, URL, is_administrator=is_administrator)


PAGES: dict[str, Callable[[], Component]] = {
    "hidden": nothing_here,
    "broken": lambda: refusals.broken("req_00c0ffee"),
    "not-found": lambda: refusals.not_found("req_00c0ffee"),
    "explain": lambda: page(
        explain.Asked(fault="No refused call of yours has this id."), None, is_administrator=False
    ),
    "explain-refused": lambda: page(explain.Asked(THEN.id), OF_LENA, is_administrator=True),
    "explain-allowed": lambda: page(
        explain.Asked("", "app:edit", CLAIMS.id), ALLOWED, is_administrator=False
    ),
}
