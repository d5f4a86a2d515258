"""Pages of the instance: its settings and its health."""

import platform
from importlib.metadata import version
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import instance
from gatepost_server.authz import require_instance
from gatepost_server.kernel.errors import Invalid
from gatepost_server.ui.kit.pieces import Fact
from gatepost_server.ui.pages import administration as pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, faults_of

router = PageRouter()


@router.reads("/admin/settings", action="settings:read")
def settings(visit: SignedIn) -> Response:
    """Show what holds for the whole instance."""
    with visit.call.read() as tx:
        ceiling = instance.read_policies(tx).access_ceiling
    return visit.page("Settings", pages.settings(ceiling, visit.csrf, visit.url), "administration")


@router.makes("/admin/settings", action="settings:change")
def change_settings(visit: SignedIn, access_ceiling: Annotated[str, Form(max_length=40)] = "") -> Response:
    """Change what holds for the whole instance."""
    try:
        with visit.call.begin() as tx:
            instance.change_policies(tx, {"access_ceiling": access_ceiling})
    except Invalid as error:
        fault = faults_of(error).get("access_ceiling", error.detail)
        content = pages.settings(access_ceiling, visit.csrf, visit.url, error=fault)
        return visit.page("Settings", content, "administration", code=400)
    return visit.go("/admin/settings", "The settings are saved.")


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
