"""Requests about client applications: to create one, to join one, to renew a membership."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gatepost_server.approvals import Change, Less, Ref, Request, Validity, Wanted
from gatepost_server.authz import (
    Effect,
    First,
    NodeKind,
    grant_called,
    known_organizations,
    load_node,
    may,
    node_names,
    own_holdings,
    principal,
    reader_of,
    require,
)
from gatepost_server.clients.service.asked import called, only, wanted_client
from gatepost_server.clients.service.making import check, make, make_of_hosted, own_hosted
from gatepost_server.clients.service.members import add_members, extend, is_client
from gatepost_server.clients.tables import ClientGroupRow
from gatepost_server.crypto import Place, Seals
from gatepost_server.kernel.errors import Conflict, FieldFault, Invalid, Unavailable
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx


class CreateClient:
    """`create_client`: somebody asks for an application in a group, whose approvers decide."""

    name = "create_client"
    action = "client_group:approve"

    def __init__(self, seals: Seals | None) -> None:
        self._seals = seals

    def parse(self, tx: Tx, raw: Mapping[str, Any]) -> Wanted:
        """Return what is asked for, checked as if it were made now; a secret lies sealed in it.

        Raises:
            Invalid, Conflict: as for making it directly.
        """
        wanted = wanted_client(raw)
        checked = check(tx, wanted)
        content: dict[str, Any] = {
            "name": checked.name, "group": wanted.group.strip(), "scenario": checked.scenario,
            "owners": [one.username for one in checked.owners],
        }  # fmt: skip
        if wanted.app_id is not None:
            content["app"] = own_hosted(tx, wanted.app_id.strip()).id
        if checked.app_key is not None:
            content["app_key"] = checked.app_key
        if checked.ip.entries:
            content["ip_allowlist"] = {"enabled": checked.ip.is_enabled, "entries": checked.ip.entries}
        secret = checked.app_secret
        seal = None if secret is None else lambda request_id: self._sealed(secret, request_id)
        return Wanted(content, checked.group_id, seal)

    def sentence(self, tx: Tx, request: Request) -> str:
        """Say which application in which group; a hosted one by its name, which its owner tells."""
        told = f"for the client application {request.content['name']} in {request.content['group']}"
        hosted = _hosted(tx, request)
        return f"{told}, an AppKey of the hosted application {hosted}" if hosted else told

    def diff(self, tx: Tx, request: Request) -> Sequence[Change]:
        """Return what there would be."""
        content = request.content
        told = [
            ("Application", content["name"]),
            ("Hosted application", _hosted(tx, request)),
            ("Scenario", content["scenario"]),
            ("Owners", ", ".join(content["owners"])),
            ("AppKey", content.get("app_key", "a new one")),
            ("Calls from", content.get("ip_allowlist", {}).get("entries", "anywhere")),
        ]
        return [Change(what, "", after) for what, after in told if after]

    def preview(self, tx: Tx, request: Request) -> Effect | None:
        """Return nothing: nobody has anything on it yet."""
        del tx, request
        return None

    def less(self, tx: Tx, request: Request) -> Sequence[Less]:
        """Return nothing: only how long it lasts can be less."""
        del tx, request
        return ()

    def page(self, request: Request) -> str:
        """Return the path of the application, once there is one."""
        return "/clients" if request.result is None else f"/clients/{request.result.id}"

    def apply(self, tx: Tx, request: Request, until: datetime | None) -> Ref:
        """Make it; whoever asked and owns it not joins as a member until *until*.

        A hosted application, if it is about one, gets its AppKey.

        Raises:
            Invalid, Conflict: it cannot be made any more.
        """
        raw = dict(request.content)
        sealed = request.sealed.get("app_secret")
        if sealed is not None:
            text = _open(self._seals).open(base64.b64decode(sealed), _place(request.id))
            raw["app_secret"] = text.reveal()
        group = tx.session.get(ClientGroupRow, request.node_id)
        if group is None:
            raise Conflict("Its application group was deleted meanwhile.", code="group-gone")
        if until is not None and until <= tx.now:
            raise Conflict("The end that was asked for has passed.", code="window-over")
        checked = check(tx, wanted_client(raw), group)
        if "app" in request.content:
            found = make_of_hosted(
                tx, _open(self._seals), checked, request.content["app"], request.asker_id, until=until
            )
            return Ref("client", found.client.id)
        is_owner = request.asker_id in {one.id for one in checked.owners}
        members = [] if is_owner else [First(request.asker_id, "consumer", until)]
        made = make(tx, _open(self._seals), checked, members=members, until=until)
        return Ref("client", made.client.id)

    def _sealed(self, secret: Secret, request_id: str) -> dict[str, str]:
        sealed = _open(self._seals).seal(secret, _place(request_id))
        return {"app_secret": base64.b64encode(sealed).decode()}


def _hosted(tx: Tx, request: Request) -> str:
    """Return what the hosted application is called that is to get an AppKey; empty for none."""
    app: str = request.content.get("app", "")
    return node_names(tx, [app]).get(app, "that is gone") if app else ""


class JoinClient:
    """`join_client`: somebody asks to become a member of an application, whose owners decide."""

    name = "join_client"
    action = "app:admit"

    def __init__(self, seals: Seals | None) -> None:
        self._seals = seals

    def parse(self, tx: Tx, raw: Mapping[str, Any]) -> Wanted:
        """Return the application; of one that the asker may not know of, nobody is told.

        Raises:
            Invalid: it is not named by an id, or something else is said.
            Conflict: the asker owns it or is a member.
        """
        client_id = only(raw, "client", "app")
        is_known = is_client(tx, client_id) and may(tx, "app:list", client_id)
        if is_known and own_holdings(tx, [client_id], "app:open"):
            raise Conflict("You own this application or are a member of it already.", code="already-granted")
        return Wanted({"client": client_id}, client_id if is_known else None)

    def sentence(self, tx: Tx, request: Request) -> str:
        """Say which application, by its name only to who may know of it."""
        return f"to join {called(tx, request)}"

    def diff(self, tx: Tx, request: Request) -> Sequence[Change]:
        """Return that the asker becomes a member."""
        return [Change(f"{request.asker_name} on {called(tx, request)}", "not a member", "member")]

    def preview(self, tx: Tx, request: Request) -> Effect | None:
        """Return nothing: one person becomes a member."""
        del tx, request
        return None

    def less(self, tx: Tx, request: Request) -> Sequence[Less]:
        """Return nothing: only how long it lasts can be less."""
        del tx, request
        return ()

    def page(self, request: Request) -> str:
        """Return the path of the application's page."""
        return f"/clients/{request.content['client']}"

    def apply(self, tx: Tx, request: Request, until: datetime | None) -> Ref:
        """Let the asker in, as the decider, with a secret of their own.

        Raises:
            Invalid, AlreadyMember: they cannot be let in any more.
        """
        asker = principal(tx, request.asker_id)
        names = [asker.name] if asker is not None else []
        window = Validity(until=until)
        client_id = request.node_id or ""
        added = add_members(tx, _open(self._seals), client_id, names, window, request.reason)
        return Ref("grant", added[0].grant_id)


class Renew:
    """`renew`: a member asks that a membership ends later; whoever may share the thing decides."""

    name = "renew"
    action = "app:share"

    def parse(self, tx: Tx, raw: Mapping[str, Any]) -> Wanted:
        """Return the asker's own grant, if it is one that ends.

        Raises:
            Invalid: it is not named by an id, or something else is said.
            Conflict: it never ends.
        """
        grant_id = only(raw, "grant", "grt")
        grant = grant_called(tx, grant_id)
        if grant is None or grant.who_id != tx.actor.principal_id or grant.role is None:
            return Wanted({"grant": grant_id}, None)
        if grant.until_at is None:
            raise Conflict("It does not end, so there is nothing to renew.", code="already-granted")
        if grant.until_at <= tx.now:
            raise Conflict("It has ended, with its secret. Ask for it anew.", code="window-over")
        node = load_node(reader_of(tx), grant.node_id)
        if node is not None and node.kind is not NodeKind.APP:
            fault = FieldFault("grant", "a role on an application")
            raise Invalid("Only what one holds on applications is renewed.", faults=[fault])
        is_near = node is not None and node.org_id in known_organizations(tx)
        return Wanted({"grant": grant_id}, grant.node_id if is_near else None)

    def sentence(self, tx: Tx, request: Request) -> str:
        """Say on what."""
        return f"to renew what they hold on {called(tx, request)}"

    def diff(self, tx: Tx, request: Request) -> Sequence[Change]:
        """Return when it ends, and when it would."""
        grant = grant_called(tx, request.content["grant"])
        ends = "over" if grant is None or grant.until_at is None else f"until {grant.until_at:%d %b %Y}"
        until = request.validity.ends_at(tx.now)
        after = "for good" if until is None else f"until {until:%d %b %Y}"
        return [Change(f"{request.asker_name} on {called(tx, request)}", ends, after)]

    def preview(self, tx: Tx, request: Request) -> Effect | None:
        """Return nothing: nobody comes in anew."""
        del tx, request
        return None

    def less(self, tx: Tx, request: Request) -> Sequence[Less]:
        """Return nothing: only how long it lasts can be less."""
        del tx, request
        return ()

    def page(self, request: Request) -> str:
        """Return the path of the application's page."""
        return f"/clients/{request.node_id}" if request.node_id else "/clients"

    def apply(self, tx: Tx, request: Request, until: datetime | None) -> Ref:
        """Give it another end, as the decider; a member's secret follows.

        Raises:
            Conflict: it was taken back meanwhile.
            TooWide: the decider does not hold it for as long.
        """
        grant = grant_called(tx, request.content["grant"])
        if grant is None or grant.who_id != request.asker_id or grant.node_id != request.node_id:
            raise Conflict("What was to be renewed was taken back meanwhile.", code="grant-gone")
        if grant.until_at is None or grant.until_at <= tx.now:
            raise Conflict("It has ended meanwhile. It can be asked for anew.", code="window-over")
        if until is not None and until <= grant.until_at:
            raise Conflict("It lasts as long already.", code="already-granted")
        if is_client(tx, grant.node_id):
            require(tx, "app:admit", grant.node_id)
        return Ref("grant", extend(tx, grant.node_id, grant, Validity(until=until)).id)


def _open(seals: Seals | None) -> Seals:
    if seals is None:
        raise Unavailable("Secrets of applications cannot be sealed here.", code="broken-seal")
    return seals


def _place(request_id: str) -> Place:
    """Return what a secret that waits in a request is bound to."""
    return Place("requests", "sealed.app_secret", request_id)
