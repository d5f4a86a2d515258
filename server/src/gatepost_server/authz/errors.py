"""Refusals for lack of rights; each knows what the audit needs to say."""

from collections.abc import Sequence

from gatepost_server.kernel.errors import Conflict, Denied, NotFound


class ActionDenied(Denied):
    """The thing may be known of, the action may not be done: 403 with the atom's name."""

    code = "denied"

    def __init__(
        self,
        action: str,
        kind: str,
        resource_id: str,
        name: str,
        missing: str | None,
        *,
        capped_by: str | None = None,
    ) -> None:
        wanted = f"You need the right {missing} on {name}. " if missing else ""
        detail = f"{wanted}Ask one of its owners, or an administrator."
        if capped_by is not None:
            detail = (
                f"You hold the right {missing} on {name}, but your server role {capped_by} does not go that "
                "far. No grant helps; an administrator can give you another server role."
            )
        super().__init__(detail, params={"missing": missing, "action": action})
        self.action = action
        self.resource_kind = kind
        self.resource_id = resource_id


class Hidden(NotFound):
    """Missing or not to be seen: 404, the same for both."""

    code = "not-found"

    def __init__(self, action: str, resource_id: str) -> None:
        super().__init__("There is nothing here that you may see.")
        self.action = action
        self.resource_id = resource_id


class SessionRequired(Denied):
    """A key tried what only a person may do."""

    code = "session-required"

    def __init__(self, action: str, resource_id: str = "", because: str = "A key cannot do this.") -> None:
        super().__init__(f"{because} Sign in and do it as yourself.", params={"action": action})
        self.action = action
        self.resource_id = resource_id


class KeysCannotMakeKeys(SessionRequired):
    """A key tried to make a key, or to make one worth more (security.md, decision 6)."""

    code = "keys-cannot-make-keys"


class ConfirmRequired(Denied):
    """Recent authentication is missing; `POST session/confirm` mends it."""

    code = "confirm-required"

    def __init__(self, action: str, resource_id: str = "") -> None:
        super().__init__("Confirm your password first.", params={"action": action})
        self.action = action
        self.resource_id = resource_id


class TooWide(Denied):
    """A grant beyond what its giver holds, in rights or in time (§4.6)."""

    code = "grant-exceeds-own"
    action: str
    resource_kind: str
    resource_id: str

    def about(self, action: str, kind: str, resource_id: str) -> "TooWide":
        """Return the refusal with what was tried, and on what: what the audit names."""
        self.action, self.resource_kind, self.resource_id = action, kind, resource_id
        return self


class HandsOn(TooWide):
    """What is given on a project takes what is exposed to it along, which the giver does not hold."""

    code = "grant-hands-on"

    def __init__(self, names: Sequence[str], project: str, dataset: str | None, action: str) -> None:
        listed = ", ".join(names)
        what = f"{dataset}, which is exposed to {project}" if dataset else f"what is exposed to {project}"
        super().__init__(
            f"That would also hand on {listed} on {what}. Exposures count for people, so a key gives on "
            f"only what it holds there itself. Give less, or do it in a session.",
            params={"missing": " ".join(names), "on": dataset or project, "action": action},
        )


class OwnOwnerGrant(Denied):
    """Nobody edits or deletes their own ownership (security.md, "Ownership")."""

    code = "own-owner-grant"

    def __init__(self, name: str) -> None:
        super().__init__(f"You cannot give up owning {name} yourself. Another owner can take it from you.")


class LastOwner(Conflict):
    """The last permanent owner cannot be removed, demoted or ended."""

    code = "last-owner"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} would be left without an owner. Make somebody else an owner first.")


class OutsideOrganization(Denied):
    """Somebody of another organization, and not both allow sharing outside (§4.6, rule 3)."""

    code = "outside-organization"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} belongs to another organization. Both have to allow sharing outside; an "
            "administrator can see to that."
        )


class MembershipCycle(Conflict):
    """A group would be in itself."""

    code = "membership-cycle"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} already contains this group, so it cannot be in it.")


class MembershipOverlap(Conflict):
    """A member has a window already that meets the new one."""

    code = "membership-overlap"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is in this group for a part of that time already. Remove them first.")


class NotAMember(NotFound):
    """They are not in this group."""

    code = "not-a-member"

    def __init__(self, group: str) -> None:
        super().__init__(f"They are not in {group}.")
