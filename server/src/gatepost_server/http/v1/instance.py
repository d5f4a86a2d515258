"""Settings that administrators change, and how the instance is."""

from typing import Any

from gatepost_server import instance
from gatepost_server.authz import require_instance
from gatepost_server.http.v1.wire import Body
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["instance"])


class SettingsIn(Body):
    """What to change; absent policies stay."""

    policies: dict[str, object]


@router.reads("/settings", action="settings:read")
def read_settings(call: ApiCall) -> dict[str, Any]:
    """Return what administrators have decided."""
    with call.read() as tx:
        return {"policies": instance.read_policies(tx).as_dict()}


@router.changes("/settings", action="settings:change")
def change_settings(call: ApiCall, body: SettingsIn) -> dict[str, Any]:
    """Change some of it."""
    with call.begin() as tx:
        changed = instance.change_policies(tx, body.policies)
    call.house.collect_receipt()
    return {"policies": changed.as_dict()}


@router.reads("/health", action="health:read")
def health(call: ApiCall) -> dict[str, Any]:
    """Say in full how the instance is."""
    with call.read() as tx:
        require_instance(tx, "health:read")
    found = call.house.health()
    return {
        "status": found.status,
        "reasons": list(found.reasons),
        "details": dict(found.details),
        "parts": dict(found.parts),
    }
