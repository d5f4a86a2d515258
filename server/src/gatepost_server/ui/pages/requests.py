"""Task Hub: what waits for a decision, what one asked for, what is decided; and a request itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from gatepost_server.approvals import Change, Less, Notice, Request, RequestState, Validity
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar, StateBadge, Tag, Timestamp, Tone
from gatepost_server.ui.kit.fields import Advanced
from gatepost_server.ui.kit.heads import Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.tables import Empty
from gatepost_server.ui.pages.narrowing import days_words, granted_words, narrower_fields
from gatepost_server.ui.pages.sharing_effect import EffectBox

STATES: Final[dict[RequestState, tuple[str, Tone, Icon]]] = {
    RequestState.PENDING: ("Waiting", "amber", "clock"),
    RequestState.APPROVED: ("Approved", "green", "check"),
    RequestState.REJECTED: ("Refused", "red", "x"),
    RequestState.WITHDRAWN: ("Withdrawn", "gray", "arrow-left"),
    RequestState.EXPIRED: ("Expired", "gray", "clock-exclamation"),
}
NOTICES: Final = "notices"
_TITLES: Final = {
    "to_decide": "To decide", "submitted": "Submitted by me", "decided": "Decided", NOTICES: "Notices",
}  # fmt: skip
_EMPTY: Final = {
    "to_decide": Empty(
        "Nothing waits for you", "What others ask of you stands here, until you decide.", "check"
    ),
    "submitted": Empty(
        "You have asked for nothing", "Where you are refused, you can ask for access.", "user-plus"
    ),
    NOTICES: Empty(
        "Nothing of yours ends soon",
        "It says so here 14, 7 and 1 days before a membership, an AppSecret or an authorization ends.",
        "clock",
    ),
    "decided": Empty("Nothing is decided yet", "Decisions stay here, with who made them.", "history"),
}


@dataclass(frozen=True)
class Asked:
    """A request as its reader may see it: what it asks for, in words."""

    request: Request
    sentence: str

    @property
    def whole(self) -> str:
        """The sentence with who asks."""
        return f"{self.request.asker_name} asks {self.sentence}"


@dataclass(frozen=True)
class HubRow:
    """One line of a box."""

    href: str
    avatar: Avatar
    sentence: str
    reason: str
    validity: Tag
    badge: StateBadge
    when: Timestamp


@dataclass(frozen=True)
class Hub(Component):
    """A box of requests under its tabs."""

    template: ClassVar[str] = "requests/hub.html"
    box: str
    asked: Sequence[Asked]
    counts: tuple[int, int]
    now: datetime
    url: str
    next_href: str = ""
    notices: Sequence[Notice] = ()

    @property
    def head(self) -> PageHead:
        """Title and the same by CLI and API."""
        return PageHead(
            "Task Hub", "Nothing changes until somebody decides.", actions=[same_requests(self.url)]
        )

    @property
    def tabs(self) -> Tabs:
        """The boxes."""
        counts = {"to_decide": self.counts[0], NOTICES: self.counts[1] or None}
        return Tabs(
            [
                Tab(
                    title,
                    f"/requests?box={box}",
                    counts.get(box),
                    is_here=box == self.box,
                )
                for box, title in _TITLES.items()
            ],
            "Requests",
        )

    @property
    def rows(self) -> Sequence[HubRow]:
        """The lines, latest first."""
        if self.box == NOTICES:
            return [self._notice(one) for one in self.notices]
        return [
            HubRow(
                f"/requests/{one.request.id}",
                Avatar(one.request.asker_name, "lg"),
                one.whole if self.box != "submitted" else f"You asked {one.sentence}",
                one.request.reason,
                Tag(validity_words(one.request.validity), "gray", "clock"),
                StateBadge(*STATES[one.request.state]),
                Timestamp(one.request.created_at, self.now),
            )
            for one in self.asked
        ]

    def _notice(self, one: Notice) -> HubRow:
        is_over = one.ends_at <= self.now
        soon, over = StateBadge("Ends soon", "amber", "clock"), StateBadge("Ended", "gray", "x")
        day = "1 day before" if one.days == 1 else f"{one.days} days before"
        words = f"{one.what} has ended" if is_over else f"{one.what} ends {_day(one.ends_at)}"
        return HubRow(
            one.page, Avatar(one.what, "lg"), words, "", Tag(day, "gray", "clock"), over if is_over else soon,
            Timestamp(one.at, self.now),
        )  # fmt: skip

    @property
    def empty(self) -> Empty:
        """What stands there when there is nothing."""
        return _EMPTY[self.box]


@dataclass(frozen=True)
class Step:
    """One step of a request's way."""

    words: str
    note: str
    symbol: Icon
    look: str = ""


@dataclass(frozen=True)
class RequestPage(Component):
    """A request: what is asked, what it changes, and the form of whoever may decide."""

    template: ClassVar[str] = "requests/request.html"
    asked: Asked
    changes: Sequence[Change]
    effect: EffectBox | None
    now: datetime
    csrf: str
    url: str
    may_decide: bool
    may_withdraw: bool
    note: str = ""
    fault: str = ""
    less: Sequence[Less] = ()
    waits_for: Sequence[str] = ()

    @property
    def narrower(self) -> Advanced | None:
        """The fields by which less than was asked for is approved."""
        return narrower_fields(self.asked.request, self.less, self.now) if self.may_decide else None

    @property
    def head(self) -> PageHead:
        """Title and the way back."""
        crumbs = [Crumb("Task Hub", "/requests"), Crumb("Request")]
        return PageHead("Request", crumbs=crumbs, actions=[same_requests(self.url, self.asked.request)])

    @property
    def here(self) -> str:
        """The address of the request."""
        return f"/requests/{self.asked.request.id}"

    @property
    def avatar(self) -> Avatar:
        """Who asks."""
        return Avatar(self.asker, "lg")

    @property
    def asker(self) -> str:
        """Who asks, by name."""
        return self.asked.request.asker_name

    @property
    def sentence(self) -> str:
        """What is asked."""
        return self.asked.whole

    @property
    def wanted(self) -> str:
        """The same, for who may not see what it changes."""
        return f"You asked {self.asked.sentence}."

    @property
    def asked_at(self) -> Timestamp:
        """When it was asked."""
        return Timestamp(self.asked.request.created_at, self.now)

    @property
    def badge(self) -> StateBadge:
        """How far it has come."""
        return StateBadge(*STATES[self.asked.request.state])

    @property
    def reason(self) -> str:
        """Why it is asked."""
        return self.asked.request.reason

    @property
    def validity(self) -> str:
        """For how long, counted from the approval."""
        return validity_words(self.asked.request.validity)

    @property
    def content_hash(self) -> str:
        """What a decision brings back."""
        return self.asked.request.content_hash

    @property
    def way_title(self) -> str:
        """What the steps are headed."""
        return f"What {self.asker} sees" if self.may_decide else "How far it has come"

    @property
    def way(self) -> Sequence[Step]:
        """The steps it took, and the next one."""
        request = self.asked.request
        steps = [Step("Submitted", _day(request.created_at), "check")]
        if request.is_pending:
            who = ", ".join(self.waits_for) or "those who may decide"
            waits = Step(f"Waiting for {who}", f"Ends {_day(request.expires_at)}", "clock", "now")
            return [*steps, waits]
        words, _, symbol = STATES[request.state]
        by = f" by {request.decider_name}" if request.decider_name else ""
        at = _day(request.decided_at or request.expires_at)
        look = "" if request.state is RequestState.APPROVED else "bad"
        note = f"{at}: “{request.note}”" if request.note else at
        steps.append(Step(f"{words}{by}", note, symbol, look))
        if request.granted:
            steps.append(Step("Less than was asked for", granted_words(request), "info-circle"))
        return steps


def validity_words(validity: Validity) -> str:
    """Say for how long something is asked."""
    if validity.days is not None:
        return f"For {days_words(validity.days)}"
    return "For good" if validity.until is None else f"Until {validity.until:%d %b %Y}"


def same_requests(url: str, request: Request | None = None) -> SameWith:
    """Return how the same is done by CLI and API."""
    key = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    if request is None:
        cli = "gatepost requests list\ngatepost requests list --box submitted\ngatepost requests ask APP"
        return SameWith(
            [Snippet("CLI", cli), Snippet("curl", f"{key} \\\n  '{url}/api/v1/requests?box=to_decide'")]
        )
    cli = f"gatepost requests show {request.id}\ngatepost requests approve {request.id} --note Welcome"
    body = f'{{"content_hash": "{request.content_hash}"}}'
    return SameWith(
        [
            Snippet("CLI", cli),
            Snippet("curl", f"{key} --json \\\n  '{body}' \\\n  {url}/api/v1/requests/{request.id}/approve"),
        ]
    )


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"
