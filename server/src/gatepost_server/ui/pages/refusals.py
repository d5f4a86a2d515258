"""Pages for 401, 403, 404 and for what went wrong on our side."""

from dataclasses import dataclass
from typing import ClassVar

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.notices import Why


@dataclass(frozen=True)
class Denied(Component):
    """A known caller may not do this; only for things whose existence they may know."""

    template: ClassVar[str] = "refusals/denied.html"
    title: str
    sentence: str
    why: Why
    ask: ButtonLink | None = None

    @property
    def back(self) -> ButtonLink:
        """The way out."""
        return ButtonLink("Back to applications", "/applications")


@dataclass(frozen=True)
class Sorry(Component):
    """A short page: what happened, what to do, an id to quote."""

    template: ClassVar[str] = "refusals/sorry.html"
    title: str
    sentence: str
    symbol: Icon
    action: Component
    quote: str = ""


def not_found(quote: str = "") -> Sorry:
    """Return the page for what is missing or not to be seen: the two look the same."""
    return Sorry(
        "There is nothing here",
        "The address is wrong, or it is not for you to see. Ask whoever sent you the link.",
        "search",
        ButtonLink("Go to applications", "/applications", "primary"),
        quote,
    )


def signed_out(next_href: str) -> Sorry:
    """Return the page for a caller who has to log in."""
    return Sorry(
        "Log in to go on",
        "You are not signed in, or your session has ended.",
        "lock",
        ButtonLink("Log in", next_href, "primary"),
    )


def refused(title: str, sentence: str, quote: str = "") -> Sorry:
    """Return the page for input or a state that does not allow the call."""
    return Sorry(
        title, sentence, "alert-triangle", ButtonLink("Go to applications", "/applications", "primary"), quote
    )


def broken(quote: str) -> Sorry:
    """Return the page for a fault of ours."""
    return Sorry(
        "Something went wrong on our side",
        "Nothing was changed. Try again; if it stays so, tell an administrator and quote the number below.",
        "alert-triangle",
        ButtonLink("Go to applications", "/applications", "primary"),
        quote,
    )
