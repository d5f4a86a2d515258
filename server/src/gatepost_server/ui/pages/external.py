"""The External sharing tab of the Share dialog: the switch, the list, the link, and who came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.sharing import External, Guest
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.facts import Avatar, CopyField, Tag, Timestamp
from gatepost_server.ui.kit.heads import BinLink, SameWith, Snippet


@dataclass(frozen=True)
class ShareTab:
    """One way to share, with the badge of its state."""

    words: str
    href: str
    badge: Tag | None
    is_here: bool


@dataclass(frozen=True)
class ShareTabs(Component):
    """People of the house, or people outside: each is a dialog of its own."""

    template: ClassVar[str] = "sharing/share_tabs.html"
    base: str
    is_external_on: bool
    is_external_here: bool
    is_over: bool

    @property
    def items(self) -> Sequence[ShareTab]:
        """The two ways."""
        state = Tag("On", "green") if self.is_external_on else Tag("Off")
        return [
            ShareTab("People and groups", f"{self.base}/share", None, not self.is_external_here),
            ShareTab("External sharing", f"{self.base}/external", state, self.is_external_here),
        ]


@dataclass(frozen=True)
class ExternalForm:
    """What was typed into the form, and what is wrong with it."""

    is_enabled: bool
    allowed: str
    error: str = ""
    fault: str = ""
    is_to_confirm: bool = False


@dataclass(frozen=True)
class GuestLine:
    """A guest: since when, last seen, until when; `away` ends their session."""

    avatar: Avatar
    email: str
    second: str
    seen: Timestamp | None
    until: Tag
    away: BinLink


@dataclass(frozen=True)
class InvitedLine:
    """An address that was mailed, and how long the link in it is good."""

    avatar: Avatar
    email: str
    until: Tag


@dataclass(frozen=True)
class ExternalDialog(Component):
    """One form for the switch and the list, above the link and the guests."""

    template: ClassVar[str] = "sharing/external_dialog.html"
    name: str
    base: str
    external: External
    form: ExternalForm
    address: str
    why_no_mail: str
    csrf: str
    same: Sequence[Snippet]
    now: datetime
    is_over: bool

    @property
    def title(self) -> str:
        """What is shared."""
        return f"Share {self.name}"

    @property
    def back(self) -> str:
        """The page that it stands over."""
        return f"{self.base}/access"

    @property
    def action(self) -> str:
        """Where the form goes."""
        return f"{self.base}/external"

    @property
    def tabs(self) -> ShareTabs:
        """The ways to share."""
        return ShareTabs(self.base, self.external.is_enabled, is_external_here=True, is_over=self.is_over)

    @property
    def same_with(self) -> SameWith:
        """The same by CLI and API, behind its button."""
        return SameWith(self.same, "same-dialog")

    @property
    def is_on(self) -> bool:
        """Whether people outside are let in now."""
        return self.external.is_enabled

    @property
    def allowed(self) -> TextArea:
        """Who may come in."""
        hint = (
            "One in each line: a domain such as @example.com, for all of its addresses but none of domains "
            "below it; or a single address."
        )
        return TextArea(
            "allowed", "Allowed addresses and domains", self.form.allowed, hint, self.form.error, lines=4,
            is_code=True, max_length=40_000,
        )  # fmt: skip

    @property
    def link(self) -> CopyField | None:
        """The link to send to them."""
        return CopyField(self.address, "application link") if self.address else None

    @property
    def has_addresses(self) -> bool:
        """Whether there is anybody to whom invitations could go at once."""
        return bool(self.external.addresses)

    @property
    def guests(self) -> Sequence[GuestLine]:
        """Who is signed in."""
        return [self._line(guest) for guest in self.external.guests]

    @property
    def invited(self) -> Sequence[InvitedLine]:
        """Who was mailed and has not come in since."""
        return [
            InvitedLine(
                Avatar(one.email, "lg", "world"),
                one.email,
                Tag(f"Invited, link good for {_minutes(one.expires_at, self.now)} min", "amber"),
            )
            for one in self.external.invited
        ]

    @property
    def count(self) -> str:
        """How many are in and how many are invited."""
        return f"{len(self.external.guests)} signed in, {len(self.external.invited)} invited"

    def _line(self, guest: Guest) -> GuestLine:
        return GuestLine(
            Avatar(guest.email, "lg", "world"),
            guest.email,
            f"Since {guest.since:%d %b}",
            None if guest.last_seen is None else Timestamp(guest.last_seen, self.now),
            Tag(f"In until {guest.ends_at:%d %b}", "green"),
            BinLink(
                f"{self.base}/external/guests/{guest.id}/end", f"the session of {guest.email}", "End", "x"
            ),
        )


def end_guest_dialog(base: str, guest: Guest, name: str, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before the session of a guest is ended."""
    return ConfirmDialog(
        f"End the session of {guest.email}?",
        f"{guest.email} is out of {name} from their next request on; open pages close.",
        f"{base}/external/guests/{guest.id}/end",
        "End the session",
        csrf,
        f"{base}/external",
        ["While their address is listed they can ask for a new mail. Take it off to keep them out."],
        is_over=is_over,
        symbol="user-off",
    )


def same_external(number: int, app_id: str, url: str) -> list[Snippet]:
    """Return how the same is done by CLI and API."""
    body = '{"enabled": true, "allowed": ["@partner.example", "ann@solo.example"]}'
    at = f"{url}/api/v1/apps/{app_id}/external"
    return [
        Snippet(
            "CLI",
            f"gatepost external set {number} --on --allow @partner.example --allow ann@solo.example\n"
            f"gatepost external invite {number}\n"
            f"gatepost external show {number}\n"
            f"gatepost external set {number} --off",
        ),
        Snippet(
            "curl",
            'curl -X PUT -H "Authorization: Key $GATEPOST_API_KEY" --json \\\n' + f"  '{body}' \\\n  {at}",
        ),
    ]


def _minutes(until: datetime, now: datetime) -> int:
    return max(1, round((until - now).total_seconds() / 60))
