"""The shell around every page: top bar, menus, banners, messages, and what may run."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar
from gatepost_server.ui.kit.notices import Banner, StatusMessage
from gatepost_server.ui.static_files import own_path, vendor_path

Section = Literal["", "applications", "projects", "data", "requests", "administration"]
Theme = Literal["", "light", "dark"]


@dataclass(frozen=True)
class Viewer:
    """Who looks at the page, as the shell needs to know it."""

    name: str
    username: str
    role: str
    is_administrator: bool = False


@dataclass(frozen=True)
class Frame:
    """What every page of one request shares. `csrf` goes into each form.

    `here` is the address of this page (where the theme switch comes back to); `to_decide` is
    how many requests wait for the viewer.
    """

    viewer: Viewer | None
    csrf: str = ""
    theme: Theme = ""
    here: str = "/"
    host: str = ""
    banners: Sequence[Banner] = ()
    status: StatusMessage | None = None
    to_decide: int = 0
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))


@dataclass(frozen=True)
class Link:
    """One entry of the main navigation."""

    words: str
    href: str


DATA = (
    Link("Catalog", "/datasets"),
    Link("Data APIs", "/apis"),
    Link("Connections", "/connections"),
    Link("Credentials", "/credentials"),
)
ADMINISTRATION = (
    Link("Users", "/users"),
    Link("Groups", "/groups"),
    Link("Organizations", "/admin/organizations"),
    Link("API keys", "/admin/keys"),
    Link("Application groups", "/admin/client-groups"),
    Link("Outward exposure", "/exposure"),
    Link("Audit", "/audit"),
    Link("Settings", "/admin/settings"),
    Link("Features", "/admin/features"),
    Link("Mail", "/admin/mail"),
    Link("Policies", "/admin/policies"),
    Link("Egress", "/admin/egress"),
    Link("Variables", "/admin/variables"),
    Link("Logs", "/admin/logs"),
    Link("Health", "/admin/health"),
)


@dataclass(frozen=True)
class Page(Component):
    """A whole page: the shell with *content* in it."""

    template: ClassVar[str] = "page.html"
    frame: Frame
    title: str
    content: Component
    section: Section = ""

    @property
    def avatar(self) -> Avatar | None:
        """The circle behind which the user menu is."""
        return Avatar(self.frame.viewer.name, size="lg") if self.frame.viewer else None

    @property
    def administration(self) -> Sequence[Link]:
        """The administration pages, for administrators."""
        return ADMINISTRATION if self.frame.viewer and self.frame.viewer.is_administrator else ()

    @property
    def data_pages(self) -> Sequence[Link]:
        """The pages about data that lies elsewhere."""
        return DATA

    @property
    def assets(self) -> dict[str, str]:
        """Addresses of style sheets and scripts."""
        return page_assets()


@dataclass(frozen=True)
class BarePage(Component):
    """A page without the bar: login, consent, forced change of password."""

    template: ClassVar[str] = "bare_page.html"
    frame: Frame
    title: str
    content: Component

    @property
    def assets(self) -> dict[str, str]:
        """Addresses of style sheets and scripts."""
        return page_assets()


def page_assets() -> dict[str, str]:
    """Return the addresses of what every page loads."""
    return {
        "kit": vendor_path("kit.css"),
        "style": own_path("gatepost.css"),
        "htmx": vendor_path("htmx.js"),
        "app": own_path("js/app.js"),
        "icons": vendor_path("icons.svg"),
    }


def content_security_policy(nonce: str, *, frames: Sequence[str] = (), posts_to: Sequence[str] = ()) -> str:
    """Return the policy of a page: only what carries the nonce runs, nothing is inline.

    `frames` are origins that may stand in a frame; `posts_to` are origins to which a form's
    answer may redirect (browsers hold `form-action` against redirects too).
    """
    scripts = f"'nonce-{nonce}'"
    parts = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": scripts,
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "frame-src": " ".join(["'self'", *frames]) if frames else "'none'",
        "form-action": " ".join(["'self'", *posts_to]),
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())
