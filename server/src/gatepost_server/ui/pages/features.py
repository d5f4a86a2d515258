"""Administration: features that are turned on and off."""

from gatepost_server.instance import Features
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.fields import Option, RadioField
from gatepost_server.ui.kit.heads import Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.pieces import CardForm, Stack


def features(now: Features, csrf: str, url: str) -> Component:
    """Return the Features page; *now* is what is on."""
    body = '{"features": {"stored_credentials": true}}'
    same = SameWith([Snippet("API", f"PATCH {url}/api/v1/settings\n{body}")])
    crumbs = [Crumb("Administration"), Crumb("Features")]
    head = PageHead("Features", "What this server offers to its people.", crumbs, [same])
    options = [
        Option("off", "Off", "Nobody stores another one. What is stored already stays sealed."),
        Option("on", "On", "People keep credentials of their own: used from then on, and never shown again."),
    ]
    kept = RadioField(
        "stored_credentials",
        "May people store credentials?",
        options,
        "on" if now.stored_credentials else "off",
    )
    form = CardForm(
        "Stored credentials",
        "/admin/features",
        "Save",
        [kept],
        csrf,
        sentence="User names and passwords, key pairs, tokens and keys for databases, buckets and services.",
    )
    listed = RadioField(
        "ip_allowlist",
        "May owners say from where their applications call?",
        [
            Option("off", "Off", "No list can be turned on. Those that are on stay in force."),
            Option(
                "on", "On", "Each application may have a list of addresses; calls are signed all the same."
            ),
        ],
        "on" if now.ip_allowlist else "off",
    )
    lists = CardForm(
        "IP whitelists of applications", "/admin/features", "Save", [listed], csrf,
        sentence="From which addresses client applications may call.",
    )  # fmt: skip
    return Stack([head, form, lists, _unsigned(now, csrf), _compatible(now, csrf)])


def _unsigned(now: Features, csrf: str) -> Component:
    """Return the form that lets owners trust addresses, or ends that for all applications at once."""
    offered = RadioField(
        "ip_trust",
        "May owners let listed addresses call without a signature?",
        [
            Option("off", "Off", "Every call is signed, also of applications for which it was turned on."),
            Option("on", "On", "Owners turn it on for each application; only what cannot write answers."),
        ],
        "on" if now.ip_trust else "off",
    )
    return CardForm(
        "Calls without a signature", "/admin/features", "Save", [offered], csrf,
        sentence="For programs that cannot sign: whoever calls from a listed address with the AppKey is the "
        "application. An address proves less than a secret.",
    )  # fmt: skip


def _compatible(now: Features, csrf: str) -> Component:
    """Return the form that opens the compatible path, or closes it for all applications at once."""
    offered = RadioField(
        "compatible_calls",
        "May clients of other vendors call data APIs?",
        [
            Option("off", "Off", "Nobody calls there, also applications for which it was turned on."),
            Option("on", "On", "Owners turn it on for each application; its signatures cover less."),
        ],
        "on" if now.compatible_calls else "off",
    )
    return CardForm(
        "Compatible path", "/admin/features", "Save", [offered], csrf,
        sentence="Calls of data APIs at /list/, /get/, /create/, /update/ and /delete/, in the form of "
        "Alibaba Cloud API Gateway and Dataphin.",
    )  # fmt: skip
