"""Administration: settings of the instance, and its health."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import StateBadge
from gatepost_server.ui.kit.fields import Option, RadioField
from gatepost_server.ui.kit.heads import Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.notices import Banner
from gatepost_server.ui.kit.pieces import Card, CardForm, Fact, Facts, Stack

_TITLES: Final[dict[str, str]] = {
    "isolation:none": "Applications run without isolation",
    "isolation:reduced": "Applications run with reduced isolation",
    "insecure-transport": "People reach this server without https",
    "apps-trusted": "Applications are shown on Gatepost's own host",
    "certificate:ending": "The gate's certificate ends soon",
    "certificate:ended": "The gate's certificate has ended",
    "certificate:unfit": "The gate's new certificate does not fit its key",
    "certificate:names": "The gate's certificate does not name every host",
    "test-clock": "The clock is shifted for tests",
    "runtime:silent": "The runtime has not reported",
    "vault:sealed": "The vault is sealed",
}
_ON_EVERY_PAGE: Final = ("isolation:none", "test-clock")


@dataclass(frozen=True)
class Trouble:
    """One reason why the instance is not well, and what to do."""

    code: str
    advice: str

    @property
    def title(self) -> str:
        """What is wrong."""
        return _TITLES.get(self.code, self.code.replace("-", " ").replace(":", ": ").capitalize())


@dataclass(frozen=True)
class Troubles(Component):
    """The list of reasons, or that all is well."""

    template: ClassVar[str] = "admin/troubles.html"
    items: Sequence[Trouble]


def banners_for(reasons: Mapping[str, str]) -> list[Banner]:
    """Return the lines across every page that *reasons* (code to sentence) call for."""
    return [
        Banner(f"{Trouble(code, '').title}.", said, is_bad=code == "isolation:none")
        for code, said in reasons.items()
        if code in _ON_EVERY_PAGE
    ]


def health(reasons: Mapping[str, str], facts: Sequence[Fact], url: str) -> Component:
    """Return the Health page; *reasons* are codes with what to do about them."""
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
    head = PageHead(
        "Health",
        "What runs, and what an administrator should know.",
        [Crumb("Administration"), Crumb("Health")],
        [same],
        badge=badge,
    )
    troubles = Troubles([Trouble(code, said) for code, said in reasons.items()])
    return Stack([head, troubles, Card("Instance", Facts(facts))])


def settings(
    now: Mapping[str, object], csrf: str, url: str, errors: Mapping[str, str] | None = None
) -> Component:
    """Return the Settings page; *now* are the policies in force, or as they were sent."""
    faults = errors or {}
    same = SameWith(
        [Snippet("API", f'PATCH {url}/api/v1/settings\n{{"policies": {{"access_ceiling": "signed_in"}}}}')]
    )
    head = PageHead(
        "Settings", "What holds for the whole instance.", [Crumb("Administration"), Crumb("Settings")], [same]
    )
    options = [
        Option(
            "grants",
            "People with a role on it",
            "Nobody opens an application who was not given a role on it.",
        ),
        Option("signed_in", "Everybody who is signed in", "Owners may open an application to all accounts."),
        Option("anyone", "Anyone", "Owners may publish an application to the world."),
    ]
    form = CardForm(
        "How far owners may open an application",
        "/admin/settings",
        "Save",
        [
            RadioField(
                "access_ceiling",
                "The widest access type that may be chosen",
                options,
                str(now["access_ceiling"]),
                faults.get("access_ceiling", ""),
            )
        ],
        csrf,
        sentence="Applications that are wider now are held back to this at once.",
    )
    consent = _consent_form(str(now["visitor_consent"]), csrf, faults.get("visitor_consent", ""))
    making = _making_form(str(now["keys_may_create_keys"]), csrf, faults.get("keys_may_create_keys", ""))
    return Stack([head, form, consent, making])


def _making_form(keys_may_create_keys: str, csrf: str, error: str) -> CardForm:
    options = [
        Option("off", "No", "People make keys, in a session and with their password."),
        Option(
            "own",
            "Keys like themselves",
            "A personal key makes keys of its person; an administrator's or a global administrator key "
            "also global ones. Never with more rights, a later end or more addresses than it has itself.",
        ),
    ]
    field = RadioField("keys_may_create_keys", "May keys make keys?", options, keys_may_create_keys, error)
    return CardForm(
        "Keys that make keys",
        "/admin/settings",
        "Save",
        [field],
        csrf,
        sentence="A key that leaked can then make others, which do not end when it is deleted.",
    )


def _consent_form(visitor_consent: str, csrf: str, error: str) -> CardForm:
    options = [
        Option("above_viewer", "Before it may write", "Until then it reads what its visitor may read."),
        Option("always", "Before it may do anything", "Until then it does nothing in its visitor's name."),
        Option("never", "Never", "It acts up to the level of its version for everybody who opens it."),
    ]
    field = RadioField("visitor_consent", "When visitors are asked", options, visitor_consent, error)
    return CardForm(
        "Applications that act in their visitors' names",
        "/admin/settings",
        "Save",
        [field],
        csrf,
        sentence="Changes hold from the next call on.",
    )
