"""Settings that administrators change, and how the instance is."""

from dataclasses import asdict
from typing import Any

from pydantic import Field

from gatepost_server import approvals, instance, notify
from gatepost_server.approvals import Kinds
from gatepost_server.authz import require_instance
from gatepost_server.http.v1.mail import mail_out
from gatepost_server.http.v1.wire import Body
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["instance"])


class MailIn(Body):
    """The mail server; absent fields stay, null clears one. The password is never shown again."""

    host: str | None = None
    port: int | None = None
    tls: str | None = None
    user: str | None = None
    password: str | None = None
    sender: str | None = Field(None, alias="from")


class FeaturesIn(Body):
    """Features to turn on or off; absent ones stay."""

    stored_credentials: bool | None = None
    ip_allowlist: bool | None = None
    ip_trust: bool | None = None
    compatible_calls: bool | None = None


class EgressIn(Body):
    """Private places that connections may lead to: `address:port`, networks, host names."""

    allow: list[str]


class SettingsIn(Body):
    """What to change; absent sections stay."""

    policies: dict[str, object] = Field(default_factory=dict)
    features: FeaturesIn = FeaturesIn()
    mail: MailIn = MailIn()
    egress: EgressIn = EgressIn(allow=[])
    ip_allowlist: bool | None = None


@router.reads("/settings", action="settings:read")
def read_settings(call: ApiCall) -> dict[str, Any]:
    """Return what administrators have decided; passwords are left out."""
    with call.read() as tx:
        return _shown(tx, call.house.requests, is_managed=call.house.vault.stores_by_default)


@router.changes("/settings", action="settings:change")
def change_settings(call: ApiCall, body: SettingsIn) -> dict[str, Any]:
    """Change some of it; everything or nothing."""
    if not body.model_fields_set:
        raise Invalid(
            "Nothing to change.",
            faults=[FieldFault("body", "send policies, features, mail, egress or ip_allowlist")],
        )
    with call.begin() as tx:
        if "policies" in body.model_fields_set:
            change_policies(tx, call.house.requests, body.policies)
        switched = body.features.model_dump(exclude_unset=True)
        if "ip_allowlist" in body.model_fields_set:
            switched["ip_allowlist"] = body.ip_allowlist
        if switched or "features" in body.model_fields_set:
            instance.change_features(tx, switched, is_managed=call.house.vault.stores_by_default)
        if "mail" in body.model_fields_set:
            wanted = body.mail.model_dump(by_alias=True, exclude_unset=True)
            notify.change_mail_server(tx, call.house.post.seals, wanted)
        if "egress" in body.model_fields_set:
            instance.change_egress(tx, body.egress.allow)
        shown = _shown(tx, call.house.requests, is_managed=call.house.vault.stores_by_default)
    call.house.collect_receipt()
    return shown


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


def change_policies(tx: Tx, kinds: Kinds, sent: dict[str, object]) -> None:
    """Change policies; `approvers` says of kinds of requests who decides them.

    Raises:
        Invalid: an unknown policy, kind or name; nothing is changed then.
    """
    wanted = dict(sent)
    approvers = wanted.pop("approvers", None)
    if approvers is not None and not isinstance(approvers, dict):
        fault = FieldFault("policies.approvers", "kinds of requests, with who decides them")
        raise Invalid("A policy cannot have this value.", faults=[fault])
    if approvers:
        approvals.change_approvers(tx, kinds, approvers)
    if wanted or approvers is None:
        instance.change_policies(tx, wanted)


def _shown(tx: Tx, kinds: Kinds, *, is_managed: bool) -> dict[str, Any]:
    features = instance.read_features(tx, is_managed=is_managed)
    return {
        "features": asdict(features),
        "ip_allowlist": features.ip_allowlist,
        "policies": {
            **instance.read_policies(tx).as_dict(),
            "approvers": approvals.read_approvers(tx, kinds),
        },
        "mail": mail_out(notify.read_mail_server(tx)),
        "egress": {"allow": list(instance.read_egress(tx))},
    }
