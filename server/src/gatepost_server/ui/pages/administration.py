"""Administration: settings of the instance, and its health."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import StateBadge
from gatepost_server.ui.kit.fields import Option, RadioField
from gatepost_server.ui.kit.heads import Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.notices import Banner
from gatepost_server.ui.kit.pieces import Card, CardForm, Fact, Facts, Stack

_REASONS: Final[dict[str, tuple[str, str]]] = {
    "isolation:none": (
        "Applications run without isolation",
        "Only the bundled examples run. Install bubblewrap and restart, or accept it with --isolation none.",
    ),
    "insecure-transport": (
        "People reach this server without https",
        "Put it behind TLS, or listen on loopback only.",
    ),
    "test-clock": ("The clock is shifted for tests", "Dates and ends are not real. Never use this for work."),
    "authorizer-silent": (
        "The authorizer does not answer",
        "It is restarted by itself; see its log if this stays.",
    ),
    "runtime-silent": ("The runtime does not answer", "No application can be built or started; see its log."),
    "envoy-silent": ("The gate does not answer", "It is restarted by itself; see its log if this stays."),
}


@dataclass(frozen=True)
class Trouble:
    """One reason why the instance is not well, and what to do."""

    code: str

    @property
    def title(self) -> str:
        """What is wrong."""
        return _REASONS.get(self.code, (self.code.replace("-", " ").replace(":", ": ").capitalize(), ""))[0]

    @property
    def advice(self) -> str:
        """What to do."""
        return _REASONS.get(self.code, ("", "See the log of the server."))[1]


@dataclass(frozen=True)
class Part:
    """One of our processes and whether it answers."""

    name: str
    state: Literal["up", "down", "unknown"]
    note: str = ""

    @property
    def badge(self) -> StateBadge:
        """Its state as a badge."""
        if self.state == "up":
            return StateBadge("Up", "green", "check")
        if self.state == "down":
            return StateBadge("Down", "red", "alert-triangle")
        return StateBadge("Unknown", "gray", "clock")


@dataclass(frozen=True)
class Troubles(Component):
    """The list of reasons, or that all is well."""

    template: ClassVar[str] = "admin/troubles.html"
    items: Sequence[Trouble]


@dataclass(frozen=True)
class Parts(Component):
    """Our processes, one row each."""

    template: ClassVar[str] = "admin/parts.html"
    items: Sequence[Part]


def banners_for(reasons: Sequence[str]) -> list[Banner]:
    """Return the lines across every page that *reasons* call for."""
    return [
        Banner(f"{trouble.title}.", trouble.advice, is_bad=trouble.code == "isolation:none")
        for trouble in map(Trouble, reasons)
        if trouble.code in ("isolation:none", "test-clock")
    ]


def health(reasons: Sequence[str], parts: Sequence[Part], facts: Sequence[Fact], url: str) -> Component:
    """Return the Health page."""
    badge = (
        StateBadge("Degraded", "amber", "alert-triangle")
        if reasons
        else StateBadge("Well", "green", "shield-check")
    )
    same = SameWith(
        [
            Snippet("API", f"GET {url}/healthz\nGET {url}/api/v1/health"),
            Snippet("CLI", "gatepost admin doctor"),
        ]
    )
    head = PageHead("Health", "What runs, and what an administrator should know.",
        [Crumb("Administration"), Crumb("Health")], [same], badge=badge)  # fmt: skip
    items: list[Component] = [head, Troubles([Trouble(code) for code in reasons])]
    if parts:
        items.append(Card("Parts", Parts(parts)))
    if facts:
        items.append(Card("Instance", Facts(facts)))
    return Stack(items)


def settings(access_ceiling: str, csrf: str, url: str, *, error: str = "") -> Component:
    """Return the Settings page."""
    same = SameWith(
        [Snippet("API", f'PATCH {url}/api/v1/settings\n{{"policies": {{"access_ceiling": "signed_in"}}}}')]
    )
    head = PageHead(
        "Settings", "What holds for the whole instance.", [Crumb("Administration"), Crumb("Settings")], [same]
    )
    options = [
        Option(
            "grants",
            "Owner and people with a grant",
            "Nobody can open an application who was not given a role on it.",
        ),
        Option("signed_in", "Everybody who is signed in", "Owners may open an application to all accounts."),
        Option("anyone", "Anyone", "Owners may publish an application to the world."),
    ]
    form = CardForm(
        "How far owners may open an application", "/admin/settings", "Save",
        [RadioField("access_ceiling", "The widest access type that may be chosen", options, access_ceiling, error)], csrf,
        sentence="Applications that are wider now are held back to this at once.",
    )  # fmt: skip
    return Stack([head, form])
