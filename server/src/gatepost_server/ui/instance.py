"""Pages of the instance: its settings, its features and its health."""

import platform
from importlib.metadata import version
from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import instance
from gatepost_server.authz import require_instance
from gatepost_server.kernel.errors import Invalid
from gatepost_server.ui.kit.pieces import Fact
from gatepost_server.ui.pages import administration as pages
from gatepost_server.ui.pages import features as feature_pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, faults_of

router = PageRouter()
Sent = Annotated[str | None, Form(max_length=40)]
_ON: Final = {"on": True, "off": False}


@router.reads("/admin/settings", action="settings:read")
def settings(visit: SignedIn) -> Response:
    """Show what holds for the whole instance."""
    with visit.call.read() as tx:
        now = instance.read_policies(tx)
    content = pages.settings(now.as_dict(), visit.csrf, visit.url)
    return visit.page("Settings", content, "administration")


@router.makes("/admin/settings", action="settings:change")
def change_settings(
    visit: SignedIn,
    access_ceiling: Sent = None,
    visitor_consent: Sent = None,
    keys_may_create_keys: Sent = None,
) -> Response:
    """Change what holds for the whole instance: what was sent, and nothing else."""
    sent = {
        "access_ceiling": access_ceiling,
        "visitor_consent": visitor_consent,
        "keys_may_create_keys": keys_may_create_keys,
    }
    wanted: dict[str, object] = {name: value for name, value in sent.items() if value is not None}
    try:
        with visit.call.begin() as tx:
            instance.change_policies(tx, wanted)
    except Invalid as error:
        with visit.call.read() as tx:
            shown = {**instance.read_policies(tx).as_dict(), **wanted}
        content = pages.settings(shown, visit.csrf, visit.url, faults_of(error))
        return visit.page("Settings", content, "administration", code=400)
    return visit.go("/admin/settings", "The settings are saved.")


@router.reads("/admin/features", action="settings:read")
def features(visit: SignedIn) -> Response:
    """Show what is turned on."""
    with visit.call.read() as tx:
        now = instance.read_features(tx, is_managed=visit.call.house.vault.stores_by_default)
    return visit.page("Features", feature_pages.features(now, visit.csrf, visit.url), "administration")


@router.makes("/admin/features", action="settings:change")
def change_features(
    visit: SignedIn,
    stored_credentials: Sent = None,
    ip_allowlist: Sent = None,
    ip_trust: Sent = None,
    compatible_calls: Sent = None,
) -> Response:
    """Turn features on or off: what was sent, and nothing else."""
    sent = {
        "stored_credentials": stored_credentials,
        "ip_allowlist": ip_allowlist,
        "ip_trust": ip_trust,
        "compatible_calls": compatible_calls,
    }
    wanted = {name: _ON.get(value) for name, value in sent.items() if value is not None}
    with visit.call.begin() as tx:
        is_managed = visit.call.house.vault.stores_by_default
        now = instance.change_features(tx, wanted, is_managed=is_managed)
    if ip_allowlist is not None:
        return visit.go("/admin/features", f"IP whitelists are turned {'on' if now.ip_allowlist else 'off'}.")
    if ip_trust is not None:
        state = "on" if now.ip_trust else "off"
        return visit.go("/admin/features", f"Calls without a signature are turned {state}.")
    if compatible_calls is not None:
        state = "on" if now.compatible_calls else "off"
        return visit.go("/admin/features", f"The compatible path is turned {state}.")
    is_on = "on" if now.stored_credentials else "off"
    return visit.go("/admin/features", f"Stored credentials are turned {is_on}.")


@router.reads("/admin/health", action="health:read")
def health(visit: SignedIn) -> Response:
    """Show how the instance is."""
    with visit.call.read() as tx:
        require_instance(tx, "health:read")
        store = tx.session.get_bind().dialect.name
    found = visit.call.house.health()
    facts = [Fact(name.capitalize(), str(value)) for name, value in found.parts.items() if value]
    facts += [
        Fact("Store", store),
        Fact("Python", platform.python_version()),
        Fact("Version", version("gatepost-server")),
    ]
    return visit.page("Health", pages.health(found.details, facts, visit.url), "administration")
