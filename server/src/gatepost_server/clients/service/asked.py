"""Reading what a request about a client application says; its faults are told as those of any form."""

from collections.abc import Mapping
from typing import Any, Final

from gatepost_server.approvals import Request
from gatepost_server.authz import may, node_names
from gatepost_server.clients.model import IpAllowlist
from gatepost_server.clients.service.making import NewClient
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import is_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx

_TEXTS: Final = ("name", "group", "scenario", "app_key", "app_secret", "app")
_OF_CREATE: Final = {*_TEXTS, "owners", "ip_allowlist"}


def wanted_client(raw: Mapping[str, Any]) -> NewClient:
    """Read the fields of an application that is asked for.

    Raises:
        Invalid: one is unknown or of another type.
    """
    _refuse_unknown(raw, _OF_CREATE)
    owners, ip = raw.get("owners", []), raw.get("ip_allowlist")
    faults = [
        FieldFault(name, "a text")
        for name in _TEXTS
        if not isinstance(raw.get(name, ""), str) and raw.get(name) is not None
    ]
    if not isinstance(owners, list) or not all(isinstance(one, str) for one in owners):
        faults.append(FieldFault("owners", "a list of usernames"))
    if faults:
        raise Invalid("The request cannot be used.", faults=faults)
    secret = raw.get("app_secret")
    return NewClient(
        raw.get("name") or "", raw.get("group") or "", owners, raw.get("scenario") or "",
        raw.get("app_key") or None, Secret(secret) if secret else None, _allowlist(ip),
        app_id=raw.get("app") or None,
    )  # fmt: skip


def _allowlist(raw: object) -> IpAllowlist:
    if raw is None or isinstance(raw, str):
        return IpAllowlist(bool(raw and raw.strip()), raw or "")
    if isinstance(raw, Mapping) and set(raw) <= {"enabled", "entries"}:
        enabled, entries = raw.get("enabled", False), raw.get("entries", "")
        if isinstance(enabled, bool) and isinstance(entries, str):
            return IpAllowlist(enabled, entries)
    fault = FieldFault("ip_allowlist", 'entries with ; between them, or {"enabled", "entries"}')
    raise Invalid("The request cannot be used.", faults=[fault])


def only(raw: Mapping[str, Any], name: str, prefix: str) -> str:
    """Return the one id that a request names.

    Raises:
        Invalid: it names none, or says something else.
    """
    _refuse_unknown(raw, {name})
    found = raw.get(name)
    if not isinstance(found, str) or not is_id(found.strip(), prefix):
        raise Invalid("The request cannot be used.", faults=[FieldFault(name, "an id")])
    return found.strip()


def _refuse_unknown(raw: Mapping[str, Any], known: set[str]) -> None:
    unknown = [FieldFault(one, "there is no such field") for one in sorted(set(raw) - known)]
    if unknown:
        raise Invalid("The request has fields of no meaning.", faults=unknown, code="unknown-field")


def called(tx: Tx, request: Request) -> str:
    """Return what the application of a request is called, to who may know of it."""
    if request.node_id is None or not may(tx, "app:list", request.node_id):
        return "a client application"
    return node_names(tx, [request.node_id]).get(request.node_id, "a client application")
