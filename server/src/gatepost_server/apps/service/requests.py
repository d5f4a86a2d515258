"""The request for access to an application: `{"app", "role"}`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gatepost_server.approvals import Change, Less, Ref, Request, Wanted
from gatepost_server.apps.naming import AppRef, app_ref
from gatepost_server.apps.queries import apps as queries
from gatepost_server.authz import (
    Effect,
    NodeKind,
    give_role,
    known_organizations,
    list_grants,
    load_node,
    may,
    node_names,
    policy,
    reader_of,
    rehearse,
)
from gatepost_server.kernel.errors import Conflict, FieldFault, Invalid
from gatepost_server.store import Tx

_ROLES: Final = tuple(policy.presets[NodeKind.APP])
_OPENS: Final = policy.mask("USE")
_LONGEST: Final = 60


class AccessRequest:
    """`access_app`: somebody asks for a role on an application by its id or number.

    Whether there is such an application, or one that they may ask for, changes nothing
    about the answer.
    """

    name = "access_app"
    action = "app:share"

    def parse(self, tx: Tx, raw: Mapping[str, Any]) -> Wanted:
        """Return the application as it was named, the role, and whose it is.

        Raises:
            Invalid: a field is missing, unknown or not well formed.
            Conflict: the asker can open the application already, and asks for no more.
        """
        named, role = _named(raw.get("app")), raw.get("role", "consumer")
        unknown = [FieldFault(one, "there is no such field") for one in sorted(set(raw) - {"app", "role"})]
        if unknown:
            raise Invalid("The request has fields of no meaning.", faults=unknown, code="unknown-field")
        faults = []
        if named is None:
            faults.append(FieldFault("app", "the id or number of an application"))
        if role not in _ROLES:
            faults.append(FieldFault("role", f"one of {', '.join(_ROLES)}"))
        if faults or named is None:
            raise Invalid("The request cannot be used.", faults=faults)
        found = queries.app_by_ref(tx.session, named)
        node_id = found.id if found is not None else None
        opens_only = policy.presets[NodeKind.APP][role] == _OPENS
        if node_id is not None and opens_only and may(tx, "app:open", node_id):
            raise Conflict("You can open this application already.", code="already-granted")
        node = load_node(reader_of(tx), node_id or "")
        is_near = node is not None and node.org_id in known_organizations(tx)
        return Wanted({"app": str(raw["app"]).strip(), "role": role}, node_id if is_near else None)

    def sentence(self, tx: Tx, request: Request) -> str:
        """Say which role on which application, by its name only to who may know of it."""
        return f"for the role {request.content['role']} on {self._called(tx, request)}"

    def diff(self, tx: Tx, request: Request) -> Sequence[Change]:
        """Return the role that the asker holds by themselves, and the one asked for."""
        held = [
            one.role or "single permissions"
            for one in list_grants(tx, request.node_id or "")
            if one.who_id == request.asker_id and (one.until_at is None or one.until_at > tx.now)
        ]
        before = ", ".join(held) or "no role of their own"
        return [
            Change(f"{request.asker_name} on {self._called(tx, request)}", before, request.content["role"])
        ]

    def preview(self, tx: Tx, request: Request) -> Effect | None:
        """Return whether the asker gains entry."""
        return rehearse(tx, request.node_id or "", [request.asker_id], request.content["role"])

    def less(self, tx: Tx, request: Request) -> Sequence[Less]:
        """Return the roles that hold no more than the one asked for."""
        del tx
        presets = policy.presets[NodeKind.APP]
        asked = policy.closure(presets[request.content["role"]])
        return [
            Less("role", "Role", [name for name in presets if not policy.closure(presets[name]) & ~asked])
        ]

    def page(self, request: Request) -> str:
        """Return the path of the application's page."""
        return f"/applications/{request.node_id or request.content['app']}"

    def apply(self, tx: Tx, request: Request, until: datetime | None) -> Ref:
        """Give the role, as the decider.

        Raises:
            TooWide: the decider does not hold it, or not for as long.
            Conflict: the asker has it already.
            Invalid: the asker cannot have it, or the end that was asked for has passed.
        """
        given = give_role(
            tx, request.node_id or "", request.asker_id, request.content["role"],
            until=until, reason=request.reason,
        )  # fmt: skip
        return Ref("grant", given.id)

    def _called(self, tx: Tx, request: Request) -> str:
        if request.node_id is None or not may(tx, "app:list", request.node_id):
            return f"application {request.content['app']}"
        return node_names(tx, [request.node_id])[request.node_id]


def _named(raw: object) -> AppRef | None:
    """Return what *raw* names, if that is well formed."""
    return app_ref(raw.strip()) if isinstance(raw, str) and 1 <= len(raw.strip()) <= _LONGEST else None
